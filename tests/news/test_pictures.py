import pytest
from django.core.files.storage import default_storage

from lopburi_pr import photographs
from news import pictures, renditions
from news.models import Picture
from tests import make
from tests.lopburi_pr.test_photographs import (
    DISGUISES,
    assert_bare,
    encoded,
    photograph,
    revealing_kinds,
    revealing_photo,
    upload,
)


@pytest.mark.parametrize("kind", ["jpeg", "jpeg with a profile", "png", "webp"])
def test_no_rendition_tells_where_the_photo_was_taken(db, kind):
    picture = make.picture(upload(revealing_kinds()[kind]))

    renditions.make(picture)

    made = sorted(default_storage.path(name) for name in stored_files(picture))
    formats = {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG"}
    assert len(made) == 1 + 3 * len(picture.widths) + 1
    for path in made:
        with open(path, "rb") as file:  # noqa: PTH123 -- a path of the storage
            assert_bare(file.read(), formats[path.rsplit(".", 1)[1]])


def stored_files(picture):
    stem = picture.file.name.removeprefix("pictures/").removesuffix(".jpg")
    return [f"pictures/{name}" for name in default_storage.listdir("pictures")[1] if stem in name]


def test_the_name_of_the_upload_never_reaches_the_disk(db):
    picture = make.picture(upload(encoded(photograph()), "../../ลับ.php.jpg"))

    assert picture.file.name.startswith("pictures/")
    assert len(picture.file.name) == len("pictures/.jpg") + 32
    assert picture.file.read() == photographs.reencode(upload(encoded(photograph()))).read()


def test_the_same_photo_is_stored_once(db):
    first = make.picture(upload(revealing_photo()))
    files_before = set(default_storage.listdir("pictures")[1])

    second = make.picture(upload(revealing_photo() + b"another tail"), title="อีกชื่อ")

    assert second.pk == first.pk
    assert set(default_storage.listdir("pictures")[1]) == files_before
    assert Picture.objects.get().title == "ภาพทดสอบ"


FACTS = {"title": "ทุ่งทานตะวัน", "credit": "สำนักงาน", "focal_x": 0.5, "focal_y": 0.5}


def test_form_adds_a_picture_that_waits_for_its_sizes(db):
    form = pictures.PictureForm(FACTS, {"file": upload(revealing_photo(), "x" * 300 + ".jpg")})

    assert form.is_valid(), form.errors
    picture = form.save()

    assert (picture.width, picture.height) == (480, 640)
    assert (picture.state, len(picture.sha256)) == (Picture.State.WAITING, 64)


def test_form_says_what_to_do_about_a_bad_file(db):
    form = pictures.PictureForm(FACTS, {"file": upload(DISGUISES["html"][0])})

    assert form.errors["file"] == [photographs.WEB_PAGE]


def test_form_says_what_to_do_about_an_empty_file(db):
    form = pictures.PictureForm(FACTS, {"file": upload(b"")})

    assert form.errors["file"] == [photographs.EMPTY]


def test_form_points_to_the_same_picture_in_the_library(db):
    make.picture(upload(encoded(photograph())), title="มีอยู่แล้ว")

    form = pictures.PictureForm(FACTS, {"file": upload(encoded(photograph()))})

    assert "มีอยู่แล้ว" in form.errors["file"][0]


def test_form_remakes_only_the_share_picture_when_the_subject_moves(
    db, django_capture_on_commit_callbacks
):
    picture = make.picture()
    renditions.make(picture)
    before = {name: default_storage.get_modified_time(name) for name in stored_files(picture)}
    form = pictures.PictureForm(FACTS | {"focal_x": 0.1}, instance=picture)

    assert form.is_valid(), form.errors
    with django_capture_on_commit_callbacks(execute=True):
        picture = form.save()
    assert (picture.state, picture.widths) == (Picture.State.WAITING, [320, 640, 900])
    renditions.make(picture)

    after = {name: default_storage.get_modified_time(name) for name in stored_files(picture)}
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {renditions.rendition_name(picture.file.name, "share", "jpg")}


def test_form_leaves_the_sizes_alone_when_only_words_change(db):
    picture = make.picture()
    renditions.make(picture)

    form = pictures.PictureForm(FACTS | {"title": "ใหม่"}, instance=picture)

    assert form.is_valid(), form.errors
    picture = form.save()

    assert picture.title == "ใหม่"
    assert picture.state == Picture.State.READY


def test_form_replaces_the_file_and_everything_made_from_it(db, django_capture_on_commit_callbacks):
    picture = make.picture()
    renditions.make(picture)
    former = stored_files(picture)
    form = pictures.PictureForm(FACTS, {"file": upload(revealing_photo())}, instance=picture)

    assert form.is_valid(), form.errors
    with django_capture_on_commit_callbacks(execute=True):
        picture = form.save()

    assert (picture.state, picture.widths) == (Picture.State.WAITING, [])
    assert [name for name in former if default_storage.exists(name)] == []
    assert default_storage.exists(picture.file.name)
