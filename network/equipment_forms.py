"""What is typed about equipment: a request to borrow, a handover, days of the office's own."""

import base64
import binascii
from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lopburi_pr.calendar_fields import DayField
from lopburi_pr.human_form import HumanForm
from lopburi_pr.photographs import PictureField, reencode
from lopburi_pr.templatetags.thai import day
from network import lending
from network.availability import busy_days
from network.lending import (
    DAMAGED,
    FINE,
    LATER,
    MISSING,
    TERMS_IN,
    TERMS_OUT,
    Checked,
    Signed,
)
from network.models import Asset
from office.models.identity import phone_number

ASSET_PHOTO = 640  # pixels
HANDOVER_PHOTO = 1600
PHOTOS_AT_MOST = 6
SIGNATURE_BYTES = 300_000
SIGNATURE_HEAD = "data:image/png;base64,"
LONGEST_LOAN = timedelta(days=60)
FARTHEST = timedelta(days=366)


class LoanForm(HumanForm):
    """An agency asks to borrow something."""

    wanted = forms.ModelMultipleChoiceField(
        label=_("What do you want to borrow?"),
        queryset=Asset.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    wishes = forms.CharField(
        label=_("Something else, or you don't know which?"),
        help_text=_("Say what you need it to do, for example: heard by 200 people outdoors."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    first = DayField(label=_("First day"), help_text=_("When you fetch it, for example 24/12/2569"))
    last = DayField(label=_("Last day"), help_text=_("When you bring it back."))
    purpose = forms.CharField(
        label=_("What is it for?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    place = forms.CharField(label=_("Where will it be used?"), max_length=200)
    agency = forms.CharField(
        label=_("Your agency or group"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    contact = forms.CharField(
        label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("Your telephone number"),
        max_length=20,
        validators=[phone_number],
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("We remind you of the last day there."),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    letter_number = forms.CharField(
        label=_("Number of your letter"),
        help_text=_("If your agency sends us an official letter."),
        max_length=60,
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["wanted"].queryset = Asset.objects.listed().in_order()

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if not (cleaned.get("wanted") or cleaned.get("wishes") or self.errors.get("wanted")):
            self.add_error("wanted", _("Choose something, or write what you need."))
        if first and first < timezone.localdate():
            self.add_error("first", _("This day is past."))
        elif first and first > timezone.localdate() + FARTHEST:
            self.add_error("first", _("That is more than a year away. Ask again later."))
        elif first and last and last < first:
            self.add_error("last", _("The last day must not come before the first."))
        elif first and last and last - first > LONGEST_LOAN:
            self.add_error("last", _("That is more than 60 days. Please call us about it."))
        elif first and last and cleaned.get("wanted"):
            self._check_free(cleaned["wanted"], first, last)
        return cleaned

    def _check_free(self, wanted, first, last):
        """Say what is taken and until when; by whom is told to staff alone."""
        busy = busy_days(wanted, first, last)
        for asset in wanted:
            if taken := busy[asset.pk]:
                told = {"asset": asset, "first": day(min(taken)), "last": day(max(taken))}
                sentence = _("%(asset)s is not free in these days (%(first)s to %(last)s).")
                self.add_error("wanted", ValidationError(sentence, "taken", told))

    def save(self):
        """Ask; the loan and the secret of its page."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "website"}
        return lending.ask(**given)


class DaysForm(forms.Form):
    """Days of the office's own, or at a workshop."""

    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"))
    note = forms.CharField(label=_("What for, or what is broken"), max_length=300)


class SeveralPictures(forms.FileInput):
    allow_multiple_selected = True


class PicturesField(PictureField):
    """Several photographs at once; the clean value is the list of the portal's own JPEGs."""

    widget = SeveralPictures(attrs={"accept": "image/jpeg,image/png,image/webp"})

    def clean(self, data, initial=None):
        uploads = [upload for upload in data or [] if upload]
        if len(uploads) > PHOTOS_AT_MOST:
            raise ValidationError(_("At most six photographs, please."), "too_many")
        return [super(PicturesField, self).clean(upload, initial) for upload in uploads]


class SignatureField(forms.CharField):
    """A drawing from static/js/signature.js, as the portal's own JPEG; None when nobody drew."""

    widget = forms.HiddenInput

    def to_python(self, value):
        text = super().to_python(value)
        if not text:
            return None
        try:
            if not text.startswith(SIGNATURE_HEAD) or len(text) > SIGNATURE_BYTES:
                raise ValidationError(_("The signature did not arrive. Please sign again."))
            drawn = base64.b64decode(text.removeprefix(SIGNATURE_HEAD), validate=True)
        except binascii.Error as error:
            raise ValidationError(_("The signature did not arrive. Please sign again.")) from error
        return reencode(SimpleUploadedFile("signature.png", drawn), HANDOVER_PHOTO)


class HandoverForm(forms.Form):
    """The checklist of one handover with photographs and a signature.

    For each hold there is a field ``hold-1``, a note and one box for each accessory.
    """

    note = forms.CharField(
        label=_("Condition and remarks"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    photos = PicturesField(
        label=_("Photographs"),
        help_text=_("At most six; they stay inside the office."),
        longest=HANDOVER_PHOTO,
        required=False,
    )
    signed_name = forms.CharField(label=_("Full name of who signs"), max_length=200)
    signature = SignatureField(required=False)

    def __init__(self, *args, holds, is_out, **kwargs):
        super().__init__(*args, **kwargs)
        self.holds, self.is_out = holds, is_out
        for hold in holds:
            self.fields[f"hold-{hold.pk}"] = self._finding()
            note = forms.CharField(label=_("note"), max_length=200, required=False)
            self.fields[f"note-{hold.pk}"] = note
            for n, text in enumerate(_lines(hold.asset.accessories)):
                box = forms.BooleanField(label=text, required=False)
                self.fields[f"part-{hold.pk}-{n}"] = box

    def _finding(self):
        if self.is_out:
            return forms.BooleanField(label=_("handed over"), required=False, initial=True)
        choices = [
            (FINE, _("came back in working order")),
            (DAMAGED, _("came back damaged")),
            (MISSING, _("is lost")),
            (LATER, _("comes later")),
        ]
        return forms.ChoiceField(
            label=_("How did it come back?"), choices=choices, widget=forms.RadioSelect
        )

    @property
    def terms(self):
        return TERMS_OUT if self.is_out else TERMS_IN

    def rows(self):
        """For each thing its hold and bound fields."""
        return [
            {
                "hold": hold,
                "finding": self[f"hold-{hold.pk}"],
                "note": self[f"note-{hold.pk}"],
                "parts": [
                    self[f"part-{hold.pk}-{n}"] for n in range(len(_lines(hold.asset.accessories)))
                ],
            }
            for hold in self.holds
        ]

    def checked(self) -> list[Checked]:
        given = self.cleaned_data
        return [
            Checked(
                hold,
                is_there=bool(given[f"hold-{hold.pk}"]),
                finding=FINE if self.is_out else given[f"hold-{hold.pk}"],
                note=given[f"note-{hold.pk}"],
                accessories=[
                    (text, given[f"part-{hold.pk}-{n}"])
                    for n, text in enumerate(_lines(hold.asset.accessories))
                ],
            )
            for hold in self.holds
        ]

    def signed(self) -> Signed:
        given = self.cleaned_data
        return Signed(
            name=given["signed_name"],
            terms=str(self.terms),
            note=given["note"],
            signature=given["signature"],
            photos=given["photos"],
        )


class AssetForm(forms.ModelForm):
    photo = PictureField(
        label=_("photograph"),
        help_text=_("JPEG, PNG or WebP, at most 15 MB. Where it was taken is removed from it."),
        longest=ASSET_PHOTO,
        required=False,
    )

    class Meta:
        model = Asset
        fields = (
            *("number", "name_th", "name_en", "category", "kit", "photo"),
            *("is_lent", "purpose_th", "purpose_en", "accessories"),
            *("custodian", "place", "condition", "bought_on", "retired_on"),
        )

    def save(self, commit=True):
        former = self.initial.get("photo")
        if former and "photo" in self.changed_data:
            transaction.on_commit(lambda: default_storage.delete(former.name))
        return super().save(commit)


def _lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]
