"""Files to download with an article."""

from django import forms
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from lopburi_pr.uploads import UploadField, sha256, sniff
from news.models import Attachment


def store(edition, upload, *, title, order=0) -> Attachment:
    """Add an uploaded file to an edition."""
    format_ = sniff(upload)
    return Attachment.objects.create(
        edition=edition,
        file=upload,
        title=title,
        order=order,
        format=format_,
        size=upload.size,
        sha256=sha256(upload),
    )


class AttachmentForm(forms.ModelForm):
    file = UploadField(
        label=_("file"), help_text=_("PDF, DOCX, XLSX, PPTX, CSV, TXT or MP3, at most 20 MB.")
    )

    class Meta:
        model = Attachment
        fields = ("file", "title", "order")

    def save(self, commit=True):
        if "file" in self.changed_data:
            upload = self.cleaned_data["file"]
            self.instance.format, self.instance.size = upload.format, upload.size
            self.instance.sha256 = sha256(upload)
            if former := self.initial.get("file"):
                _delete_unused(former.name)
        return super().save(commit)


@receiver(post_delete, sender=Attachment)
def delete_file_of(sender, instance, **kwargs):
    _delete_unused(instance.file.name)


def _delete_unused(name):
    """After the commit: the versions of an article share one file as long as one of them has it."""

    def delete():
        if not Attachment.objects.filter(file=name).exists():
            default_storage.delete(name)

    transaction.on_commit(delete)
