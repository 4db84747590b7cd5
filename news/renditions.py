"""The sizes and formats of a picture that browsers choose from, and the one for sharing.

They lie beside the master under names that follow from its name, so that nothing has to be asked
where they are. The worker makes them (news.background).
"""

import os
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone
from PIL import Image, ImageOps

from news.models import Picture

WIDTHS = [320, 640, 960, 1280, 1600]
SHARE_SIZE = (1200, 630)  # what LINE and Facebook show of a link
FORMATS = {
    "avif": {"format": "AVIF", "quality": 50, "speed": 8},
    "webp": {"format": "WEBP", "quality": 72},
    "jpg": {"format": "JPEG", "quality": 78, "progressive": True, "optimize": True},
}
CONTENT_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}


def rendition_name(master_name: str, size: int | str, extension: str) -> str:
    """Where one rendition of a master lies in the storage."""
    return f"{master_name.removesuffix('.jpg')}-{size}.{extension}"


def widths_for(width: int) -> list[int]:
    """The widths a picture is offered in: never larger than itself."""
    own = [width] if width < WIDTHS[-1] else []
    return sorted({*(step for step in WIDTHS if step <= width), *own})


def make(picture: Picture) -> None:
    """Make the renditions that are missing, and the share picture anew; then it is ready."""
    master_name = picture.file.name
    widths = widths_for(picture.width)
    with Image.open(default_storage.path(master_name)) as master:
        master.load()
        for width in widths:
            resized = None
            for extension in FORMATS:
                path = _path(master_name, width, extension)
                if not path.exists():
                    if resized is None:
                        resized = _resized(master, width)
                    _write(resized, path, extension)
        focus = (picture.focal_x, picture.focal_y)
        share = ImageOps.fit(master, SHARE_SIZE, Image.Resampling.LANCZOS, centering=focus)
        _write(share, _path(master_name, "share", "jpg"), "jpg")
    picture.widths, picture.state = widths, Picture.State.READY
    picture.tries, picture.error = 0, ""
    picture.save(update_fields=["widths", "state", "tries", "error"])


def ask_for(picture: Picture) -> None:
    """Let the worker make what ``make`` would make; the caller saves the row."""
    picture.state, picture.due_at = Picture.State.WAITING, timezone.now()
    picture.tries, picture.error = 0, ""


def delete_files(master_name: str) -> None:
    """Remove a master and everything made from it."""
    master = Path(default_storage.path(master_name))
    for path in (master, *master.parent.glob(f"{master.stem}-*")):
        path.unlink(missing_ok=True)


@receiver(post_delete, sender=Picture)
def delete_files_of(sender, instance, **kwargs):
    name = instance.file.name
    transaction.on_commit(lambda: delete_files(name))


def _path(master_name, size, extension):
    return Path(default_storage.path(rendition_name(master_name, size, extension)))


def _resized(master, width):
    height = max(1, round(master.height * width / master.width))
    return master.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3)


def _write(image, path, extension):
    """Write the file under its name only when it is whole, even if the power fails."""
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        image.save(file, **FORMATS[extension])
        file.flush()
        os.fsync(file.fileno())
    part.chmod(settings.FILE_UPLOAD_PERMISSIONS)
    part.replace(path)
