"""What is typed about resources: a reader's vote, and what staff write."""

import hashlib

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consulting import editing, files
from consulting.models import Resource, ResourceEdition, Topic
from lopburi_pr import uploads
from lopburi_pr.calendar_fields import DayField
from lopburi_pr.photographs import ACCEPTED as PICTURE
from lopburi_pr.photographs import reencode
from lopburi_pr.rich_text import RichTextField


class VoteForm(forms.Form):
    """Whether it helped, and if not, what was missing."""

    helpful = forms.TypedChoiceField(
        label=_("Did it help you?"),
        choices=[("yes", _("Yes, it helped")), ("no", _("No, not yet"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    reason = forms.CharField(
        label=_("If not yet: what was missing?"),
        help_text=_("The office reads it. Please leave out names and numbers of people."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def save(self, edition, mark):
        cleaned = self.cleaned_data
        editing.vote(edition, is_helpful=cleaned["helpful"], reason=cleaned["reason"], mark=mark)


class FileField(forms.FileField):
    """A document, or a picture that is made anew; its value knows ``format`` and ``sha256``."""

    widget = forms.FileInput(attrs={"accept": files.ACCEPT})
    default_error_messages = {"empty": uploads.EMPTY}

    def to_python(self, data):
        upload = super().to_python(data)
        if not upload:
            return upload
        upload.seek(0)
        is_picture = PICTURE.match(upload.read(16)) is not None
        upload.seek(0)
        content = reencode(upload) if is_picture else upload
        content.format = "jpg" if is_picture else uploads.sniff(upload)
        content.sha256 = uploads.sha256(content)
        return content


class BeginForm(forms.ModelForm):
    """What is begun: its text is written on the next page."""

    class Meta:
        model = Resource
        fields = ("kind", "topic")


class EditionForm(forms.ModelForm):
    """One version, with the kind and the topic of what it is a version of."""

    kind = forms.ChoiceField(label=pgettext_lazy("resource", "kind"), choices=Resource.Kind)
    topic = forms.ModelChoiceField(label=_("topic of advice"), queryset=Topic.objects.all())
    body_th = RichTextField(label=_("text (Thai)"), required=False)
    body_en = RichTextField(label=_("text (English)"), required=False)
    url = forms.URLField(
        label=_("address of the clip"), required=False, max_length=500, assume_scheme="https"
    )
    upload = FileField(
        label=_("new file"),
        required=False,
        help_text=_("PDF, DOCX, XLSX, PPTX, CSV, TXT, MP3 or a picture, at most 20 MB."),
    )
    without_file = forms.BooleanField(label=_("take the file away"), required=False)
    # What the writer began with, so that nobody writes over what another saved meanwhile.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = ResourceEdition
        fields = (
            *("title_th", "title_en", "body_th", "body_en", "url", "file_title"),
            *("licence", "basis", "change_note", "review_by"),
        )
        field_classes = {"review_by": DayField}
        widgets = {
            "title_th": forms.Textarea(attrs={"rows": 2, "data-count": 200}),
            "title_en": forms.Textarea(attrs={"rows": 2, "data-count": 200}),
            "change_note": forms.Textarea(attrs={"rows": 2, "data-count": 300}),
            "basis": forms.RadioSelect,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial |= {
                "kind": self.instance.resource.kind,
                "topic": self.instance.resource.topic_id,
            }
            self.initial["seen"] = _version_of(self.instance)
        if "basis" in self.fields:
            self.fields["basis"].choices = [
                ("", _("Not decided yet")),
                *ResourceEdition.Basis.choices,
            ]

    def clean(self):
        cleaned = super().clean()
        edition, upload = self.instance, cleaned.get("upload")
        self._check_nobody_went_on(cleaned.get("seen"))
        if upload:
            edition.file, edition.size = upload, upload.size
            edition.format, edition.sha256 = upload.format, upload.sha256
        elif cleaned.get("without_file"):
            edition.file, edition.size, edition.format, edition.sha256 = "", 0, "", ""
        return cleaned

    def _check_nobody_went_on(self, seen):
        stored = ResourceEdition.objects.get(pk=self.instance.pk)
        if stored.state not in editing.WRITABLE:
            self.add_error(
                None, _("It was submitted meanwhile: copy your words, nothing is saved.")
            )
        elif seen and seen != _version_of(stored):
            self.add_error(
                None,
                _(
                    "Somebody else saved this text after you began. Look at theirs in another"
                    " window; if you save once more, yours stays."
                ),
            )
            self.data = self.data.copy()
            self.data[self.add_prefix("seen")] = _version_of(stored)

    def keep(self, *, by):
        """Save it with the facts of its resource. Raises ValidationError, see ``editing.save``."""
        editing.save(self.instance, by=by)
        resource = self.instance.resource
        resource.kind, resource.topic = self.cleaned_data["kind"], self.cleaned_data["topic"]
        resource.save(update_fields=["kind", "topic"])


def _version_of(edition):
    told = "\n".join(str(getattr(edition, name)) for name in (*EditionForm.Meta.fields, "file"))
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()
