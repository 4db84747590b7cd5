from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from PIL import Image

from lopburi_pr import background
from news import renditions
from news.models import Picture
from tests import make


def path_of(picture, size, extension):
    return Path(default_storage.path(renditions.rendition_name(picture.file.name, size, extension)))


def files_of(picture):
    master = Path(default_storage.path(picture.file.name))
    return sorted(path.name for path in master.parent.glob(f"{master.stem}*"))


@pytest.mark.parametrize(
    ("width", "widths"),
    [
        (250, [250]),
        (320, [320]),
        (900, [320, 640, 900]),
        (1600, [320, 640, 960, 1280, 1600]),
        (2560, [320, 640, 960, 1280, 1600]),
    ],
)
def test_no_picture_is_offered_larger_than_it_is(width, widths):
    assert renditions.widths_for(width) == widths


def test_every_width_is_made_in_every_format(db):
    picture = make.picture(make.photo(700, 500))

    renditions.make(picture)

    picture.refresh_from_db()
    assert (picture.state, picture.widths) == (Picture.State.READY, [320, 640, 700])
    assert len(files_of(picture)) == 1 + 3 * 3 + 1
    for width in picture.widths:
        for extension, format_ in (("avif", "AVIF"), ("webp", "WEBP"), ("jpg", "JPEG")):
            with Image.open(path_of(picture, width, extension)) as image:
                assert (image.format, image.size) == (format_, (width, round(width * 5 / 7)))
    assert path_of(picture, 320, "jpg").stat().st_mode & 0o777 == settings.FILE_UPLOAD_PERMISSIONS


def test_share_picture_keeps_the_subject_in_view(db):
    photo = Image.new("RGB", (600, 1200), "white")
    photo.paste("red", (0, 1100, 600, 1200))
    photo.save(path := Path(settings.MEDIA_ROOT) / "tall.png")
    with path.open("rb") as file:
        picture = make.picture(make.SimpleUploadedFile("tall.png", file.read()), focal_y=1.0)

    renditions.make(picture)

    with Image.open(path_of(picture, "share", "jpg")) as share:
        assert share.size == (1200, 630)
        red, green, blue = share.getpixel((600, 620))
        assert red > 200
        assert max(green, blue) < 90


def test_half_written_file_never_gets_the_name(db, monkeypatch):
    picture = make.picture()

    def full_disk(*args):
        raise OSError("No space left on device")

    monkeypatch.setattr(renditions.os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        renditions.make(picture)

    assert not path_of(picture, 320, "avif").exists()
    assert picture.state == Picture.State.WAITING


def test_work_of_an_interrupted_worker_is_continued(db):
    picture = make.picture()
    renditions.make(picture)
    kept, lost = path_of(picture, 320, "webp"), path_of(picture, 640, "avif")
    written_at = kept.stat().st_mtime_ns
    lost.rename(f"{lost}.part")

    renditions.make(picture)

    assert lost.exists()
    assert kept.stat().st_mtime_ns == written_at
    assert not [name for name in files_of(picture) if name.endswith(".part")]


def test_picture_without_its_file_fails_with_the_reason_and_holds_up_nobody(db):
    broken, good = make.picture(), make.picture()
    default_storage.delete(broken.file.name)

    background.run_due()

    broken, good = Picture.objects.get(pk=broken.pk), Picture.objects.get(pk=good.pk)
    assert (broken.state, broken.tries) == (Picture.State.WAITING, 1)
    assert "FileNotFoundError" in broken.error
    assert good.state == Picture.State.READY


@pytest.mark.parametrize("delete", [Picture.delete, lambda p: Picture.objects.all().delete()])
def test_deleted_picture_leaves_no_file(db, django_capture_on_commit_callbacks, delete):
    picture, name = make.picture(), None
    renditions.make(picture)
    name = picture.file.name
    assert len(files_of(picture)) == 11

    with django_capture_on_commit_callbacks(execute=True):
        delete(picture)

    picture.file.name = name
    assert files_of(picture) == []


def test_files_stay_when_the_deletion_is_rolled_back(db, django_capture_on_commit_callbacks):
    picture = make.picture()

    with django_capture_on_commit_callbacks(execute=False):
        Picture.objects.filter(pk=picture.pk).delete()

    assert files_of(picture)
