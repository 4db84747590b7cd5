from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from news import attachments, publishing, renditions
from tests import make

PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def shown(db):
    """A picture that a published edition shows, all sizes made."""
    picture = make.published(pictures=[{}]).placements.get().picture
    renditions.make(picture)
    return picture


@pytest.fixture
def hidden(db):
    """A picture that only a draft uses, all sizes made."""
    picture = make.placement(make.draft()).picture
    renditions.make(picture)
    return picture


def attach(edition, title="ประกาศ"):
    return attachments.store(edition, SimpleUploadedFile("a.pdf", PDF), title=title)


def body(response):
    """The content; reading it to the end closes the file."""
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.parametrize(
    ("file", "content_type"),
    [
        ("320.avif", "image/avif"),
        ("640.webp", "image/webp"),
        ("900.jpg", "image/jpeg"),
        ("original.jpg", "image/jpeg"),
        ("share.jpg", "image/jpeg"),
    ],
)
def test_published_picture_is_public_in_one_query(
    client, shown, django_assert_num_queries, file, content_type
):
    with django_assert_num_queries(1):
        response = client.get(f"/pictures/{shown.pk}/{file}")

    stem = shown.file.name.removesuffix(".jpg")
    name = shown.file.name if file == "original.jpg" else f"{stem}-{file}"
    with default_storage.open(name) as stored:
        assert body(response) == stored.read()
    assert response["Content-Type"] == content_type
    assert response["Cache-Control"] == "public, max-age=3600"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert not response.cookies
    assert "Vary" not in response


@pytest.mark.parametrize("file", ["320.avif", "original.jpg", "share.jpg", "1600.webp"])
def test_unpublished_picture_is_for_staff_only(client, desk, hidden, file):
    address = f"/pictures/{hidden.pk}/{file}"

    response = desk.get(address)
    assert body(response)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"

    desk.logout()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "person", [{"is_staff": True}, {"is_staff": False}], ids=["staff of another duty", "no staff"]
)
def test_unpublished_picture_is_404_for_others_who_sign_in(client, hidden, person):
    permissions = [] if person["is_staff"] else ["news.view_picture"]
    client.force_login(make.user(None, *permissions, **person))

    assert client.get(f"/pictures/{hidden.pk}/original.jpg").status_code == 404


def test_picture_that_no_edition_uses_is_404(client, db):
    assert client.get(f"/pictures/{make.picture().pk}/original.jpg").status_code == 404


def status(client, address):
    response = client.get(address)
    body(response)
    return response.status_code


def test_scheduled_files_appear_by_the_clock_alone(client, db, travel):
    edition = make.draft()
    address = f"/pictures/{make.placement(edition).picture.pk}/original.jpg"
    file_address = f"/files/{attach(edition).pk}/"
    make.publish(edition, by=None, at=timezone.now() + timedelta(hours=1))
    assert (status(client, address), status(client, file_address)) == (404, 404)

    travel(timezone.now() + timedelta(hours=2))

    assert (status(client, address), status(client, file_address)) == (200, 200)


def test_expired_files_disappear_by_the_clock_alone(client, db, travel):
    edition = make.draft(expires_at=timezone.now() + timedelta(hours=1))
    address = f"/pictures/{make.placement(edition).picture.pk}/original.jpg"
    file_address = f"/files/{attach(edition).pk}/"
    make.publish(edition)
    assert (status(client, address), status(client, file_address)) == (200, 200)

    travel(timezone.now() + timedelta(hours=2))

    assert (status(client, address), status(client, file_address)) == (404, 404)


def test_picture_of_a_replaced_edition_is_gone_but_a_shared_one_stays(client, db):
    edition = make.published(ago=timedelta(hours=2), pictures=[{}, {"role": "gallery"}])
    dropped, kept = edition.placements.all()
    new = publishing.revise(edition.article, by=None)
    new.placements.filter(picture=dropped.picture).delete()
    make.publish(new, by=None)

    assert status(client, f"/pictures/{dropped.picture_id}/original.jpg") == 404
    assert status(client, f"/pictures/{kept.picture_id}/original.jpg") == 200


@pytest.mark.parametrize("file", ["320.avif", "1600.webp", "share.jpg"])
def test_master_stands_in_shortly_for_a_size_not_made_yet(client, db, file):
    picture = make.published(pictures=[{}]).placements.get().picture

    response = client.get(f"/pictures/{picture.pk}/{file}")

    with picture.file.open() as master:
        assert body(response) == master.read()
    assert response["Content-Type"] == "image/jpeg"
    assert response["Cache-Control"] == "public, max-age=10"


@pytest.mark.parametrize(
    "file",
    [
        *("321.jpg", "0320.jpg", "320.png", "320.svg", "320", "original.webp", "share.avif"),
        *("99999.jpg", "๓๒๐.jpg", "..%2F320.jpg", "-320.jpg", "original.jpg.php"),
    ],
)
def test_unknown_size_is_404(client, shown, file):
    assert status(client, f"/pictures/{shown.pk}/{file}") == 404


@pytest.mark.parametrize("pk", ["0", "999999999999999999", "9" * 30, "1e3", "๑", "-1"])
def test_impossible_number_is_404(client, db, pk):
    assert status(client, f"/pictures/{pk}/320.jpg") == 404
    assert status(client, f"/files/{pk}/") == 404


def test_picture_can_not_be_posted_to(client, shown):
    assert client.post(f"/pictures/{shown.pk}/320.jpg").status_code == 405


def test_published_file_is_a_download_in_one_query(client, db, django_assert_num_queries):
    edition = make.draft()
    attachment = attach(edition, 'ประกาศ "ด่วน"')
    make.publish(edition)

    with django_assert_num_queries(1):
        response = client.get(f"/files/{attachment.pk}/")

    assert body(response) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E0%B8%9B")
    assert response["Content-Disposition"].endswith("%20%E0%B8%94%E0%B9%88%E0%B8%A7%E0%B8%99.pdf")
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "public, max-age=3600"


def test_file_of_a_draft_is_for_staff_only(client, desk):
    address = f"/files/{attach(make.draft()).pk}/"

    response = desk.get(address)
    assert body(response)
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")

    desk.logout()
    assert client.get(address).status_code == 404


def test_reader_who_has_the_picture_gets_304(client, shown):
    address = f"/pictures/{shown.pk}/320.avif"
    first = client.get(address)
    assert body(first)

    again = client.get(address, headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304
    assert again.content == b""
