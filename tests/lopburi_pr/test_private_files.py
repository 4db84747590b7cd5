from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404

from lopburi_pr.private_files import download_name, send

THAI = "ประกาศจังหวัดลพบุรี เรื่อง น้ำ"


@pytest.fixture
def stored():
    name = default_storage.save("attachments/abc", ContentFile(b"0123456789"))
    yield name
    default_storage.delete(name)


def get(rf, name, method="get", *, headers=None, **options):
    request = getattr(rf, method)("/files/1/", headers=headers)
    return send(request, name, **({"content_type": "application/pdf"} | options))


def test_file_is_sent_whole(rf, stored):
    response = get(rf, stored)

    assert b"".join(response.streaming_content) == b"0123456789"
    assert response["Content-Length"] == "10"
    assert response["Content-Type"] == "application/pdf"
    assert "Content-Disposition" not in response


def test_file_can_never_act_as_a_page(rf, stored):
    response = get(rf, stored, method="head")

    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_only_a_file_with_an_age_may_be_kept(rf, stored):
    private, public = get(rf, stored, "head"), get(rf, stored, "head", max_age=60)

    assert private["Cache-Control"] == "private, no-store"
    assert private["Cross-Origin-Resource-Policy"] == "same-origin"
    assert public["Cache-Control"] == "public, max-age=60"
    assert public["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_head_has_the_length_without_the_content(rf, stored):
    response = get(rf, stored, "head")

    assert response["Content-Length"] == "10"
    assert response.content == b""


@pytest.mark.parametrize("condition", ["ETag", "Last-Modified"])
def test_reader_who_has_it_gets_304(rf, stored, condition):
    known = get(rf, stored, "head", max_age=60)[condition]
    header = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}[condition]

    response = get(rf, stored, headers={header: known}, max_age=60)

    assert response.status_code == 304
    assert response["Cache-Control"] == "public, max-age=60"
    assert response["ETag"]


def test_changed_file_is_sent_again(rf, stored):
    known = get(rf, stored, "head")["ETag"]
    Path(default_storage.path(stored)).write_bytes(b"9876543210")

    response = get(rf, stored, "head", headers={"If-None-Match": known})

    assert response.status_code == 200


def test_web_server_sends_the_file_when_there_is_one(rf, stored, settings):
    settings.MEDIA_ACCEL_LOCATION = "/_private/"

    response = get(rf, stored, filename="ก.pdf")

    assert response["X-Accel-Redirect"] == f"/_private/{stored}"
    assert response.content == b""
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; ")


def test_missing_file_is_404(rf, db):
    with pytest.raises(Http404):
        get(rf, "attachments/never-was")


def test_download_carries_a_thai_name(rf, stored):
    response = get(rf, stored, "head", filename=f"{THAI}.pdf")

    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''%E0%B8%9B")
    assert disposition.isascii()


@pytest.mark.parametrize(
    ("title", "name"),
    [
        (THAI, f"{THAI}.pdf"),
        ('ราคา "พิเศษ"\r\nSet-Cookie: x=1', "ราคา พิเศษ Set-Cookie x=1.pdf"),
        ("../../etc/passwd", "etc passwd.pdf"),
        ("fdp\u202egnp", "fdpgnp.pdf"),
        ("...", "file.pdf"),
        ("ก" * 200, "ก" * 120 + ".pdf"),
    ],
)
def test_download_name_is_safe_everywhere(title, name):
    assert download_name(title, "pdf") == name
