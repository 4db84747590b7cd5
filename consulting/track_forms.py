"""What a requester types on the page of their request, and who lost its address."""

import re
import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consulting.files import FilesField
from consulting.models import Message
from lopburi_pr.human_form import HumanForm
from lopburi_pr.text_fields import EmailField, Words
from lopburi_pr.thai_text import normalise, to_arabic_digits

_number = re.compile(r"(\d{4})\s*/\s*(\d{1,8})")


class ReplyForm(forms.Form):
    """A message to the office. Sent twice with one ``key``, it is there once."""

    text = Words(
        label=_("Write to us"),
        max_length=Message._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 5}),
        said=_("Write a few words, also when you send a file."),
    )
    files = FilesField(
        label=_("Files"),
        help_text=_("PDF, Word, Excel, PowerPoint, text or photographs; each at most 20 MB."),
        required=False,
    )
    key = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, initial={"key": uuid.uuid4()}, **kwargs)

    def clean_key(self):
        """A name for this message; whatever was sent instead of one is replaced."""
        try:
            return uuid.UUID(self.cleaned_data["key"])
        except ValueError:
            return uuid.uuid4()


class WithdrawForm(forms.Form):
    is_sure = forms.BooleanField(
        label=_("Yes, I take the request back"),
        error_messages={"required": _("Tick this if you are sure.")},
    )
    reason = Words(
        label=_("Why?"),
        help_text=_("If you like: it helps us to do better."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class FindForm(HumanForm):
    """Number and mailbox, for a letter with the address."""

    reference = forms.CharField(
        label=_("Your number"),
        help_text=_("For example 2570/0001. It stands in our letter and on the receipt."),
        max_length=60,
        error_messages={
            "required": _("Write the number of your request."),
            "max_length": _("Write the number as it stands on the receipt, like 2570/0001."),
        },
    )
    email = EmailField(
        label=_("Your e-mail address"),
        help_text=_("The one that you gave with the request."),
        said=_("Write the e-mail address that you gave with the request."),
    )

    def clean_reference(self):
        found = _number.search(to_arabic_digits(normalise(self.cleaned_data["reference"])))
        if found is None:
            raise ValidationError(
                _("Write the number as it stands on the receipt, like 2570/0001.")
            )
        return f"ปช.{found[1]}/{found[2]}"
