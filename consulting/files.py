"""Files to requests, from either side: judged by their bytes, kept privately, without their name.

Photographs are made anew, so that the place where they were taken ends here; documents stay as they
came. Nothing is saved before all files of one sending are accepted.
"""

from collections.abc import Iterable
from pathlib import PurePath

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from consulting.models import RequestFile
from lopburi_pr import uploads
from lopburi_pr.photographs import ACCEPTED as PICTURE
from lopburi_pr.photographs import reencode
from lopburi_pr.private_files import download_name

AT_MOST = 10
_OWNERS = ("draft", "request", "message", "note")  # the table itself holds whose a file is
NAME_LETTERS = 120
CONTENT_TYPES = uploads.CONTENT_TYPES | {"jpg": "image/jpeg"}
ACCEPT = ",".join(
    [*(f".{name}" for name in uploads.CONTENT_TYPES), ".jpg", ".jpeg", ".png", ".webp"]
)
TOO_MANY = _("At most ten files together, please. Put several pages into one PDF.")


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several uploads at once; the clean value is a list of rows that are not saved yet."""

    widget = SeveralFiles(attrs={"accept": ACCEPT})

    def clean(self, data, initial=None):
        sent = [upload for upload in data or [] if upload]
        if len(sent) > AT_MOST:
            raise ValidationError(TOO_MANY, "too_many")
        errors, rows = [], []
        for upload in sent:
            try:
                rows.append(made_from(upload))
            except ValidationError as refused:
                errors += [f"{shown_name(upload.name)}: {said}" for said in refused.messages]
        if errors:
            raise ValidationError(errors)
        if self.required and not rows:
            raise ValidationError(self.error_messages["required"], "required")
        return rows


def made_from(upload) -> RequestFile:
    """A row for an upload, with its own copy of a photograph; it still wants its request.

    Raises ValidationError with a sentence that says what to do.
    """
    upload.seek(0)
    is_picture = PICTURE.match(upload.read(16)) is not None
    upload.seek(0)
    content = reencode(upload) if is_picture else upload
    format_ = "jpg" if is_picture else uploads.sniff(upload)
    stem = PurePath(shown_name(upload.name)).stem
    return RequestFile(
        file=content,
        name=download_name(stem, format_),
        format=format_,
        size=content.size,
        sha256=uploads.sha256(content),
    )


def attach(rows: Iterable[RequestFile], **owners) -> None:
    """Save rows that are not saved yet, for a ``draft``, or a ``request`` and what of it."""
    for row in rows:
        for name, owner in owners.items():
            setattr(row, name, owner)
        row.full_clean(exclude=_OWNERS)
        row.save()


def declares_too_much(request) -> bool:
    """Whether a body is larger than all files together may be, before a byte of it is read."""
    told = request.META.get("CONTENT_LENGTH") or "0"
    return told.isdecimal() and int(told) > (AT_MOST + 1) * uploads.MAX_BYTES


def shown_name(name: str) -> str:
    """The name of an upload without its folders, short enough for a sentence."""
    return PurePath((name or "").replace("\\", "/")).name[-NAME_LETTERS:] or str(_("file"))


@receiver(post_delete, sender=RequestFile)
def delete_file_of(sender, instance, **kwargs):
    name = instance.file.name
    transaction.on_commit(lambda: default_storage.delete(name))
