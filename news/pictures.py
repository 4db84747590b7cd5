"""The library of pictures: each photograph once, as ``lopburi_pr.photographs`` keeps it."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from lopburi_pr.photographs import PictureField, Reencoded, reencode
from news import renditions
from news.models import Picture


def store(upload, **fields) -> Picture:
    """The library's picture of this upload: a new one, or the one that is there already."""
    return keep(reencode(upload), **fields)


def keep(master: Reencoded, **fields) -> Picture:
    """The library's picture of a re-encoded upload; see ``store``."""
    picture = Picture(file=master, sha256=master.sha256, **fields)
    try:
        with transaction.atomic():
            picture.save()
    except IntegrityError:  # it is there already, perhaps since this moment
        renditions.delete_files(picture.file.name)
        return Picture.objects.get(sha256=master.sha256)
    return picture


class PictureForm(forms.ModelForm):
    """Adds a picture to the library, or changes what is known about it."""

    file = PictureField(
        label=_("picture"),
        help_text=_("JPEG, PNG or WebP, at most 15 MB. Where it was taken is removed from it."),
    )

    class Meta:
        model = Picture
        fields = ("file", "title", "credit", "focal_x", "focal_y")

    def clean_file(self):
        master = self.cleaned_data["file"]
        if isinstance(master, Reencoded):
            twins = Picture.objects.filter(sha256=master.sha256).exclude(pk=self.instance.pk)
            if twin := twins.first():
                raise ValidationError(
                    _("The library has this picture already: “%(title)s”. Use that one."),
                    "duplicate",
                    {"title": twin.title},
                )
        return master

    def save(self, commit=True):
        picture, master = self.instance, self.cleaned_data["file"]
        if isinstance(master, Reencoded):
            picture.sha256, picture.widths = master.sha256, []
            if former := self.initial.get("file"):
                transaction.on_commit(lambda: renditions.delete_files(former.name))
            renditions.ask_for(picture)
        elif {"focal_x", "focal_y"} & set(self.changed_data):
            renditions.ask_for(picture)
        return super().save(commit)
