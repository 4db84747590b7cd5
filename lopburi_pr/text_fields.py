"""Form fields for what people type: kept in its stored form, refused in sentences."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from lopburi_pr.thai_text import normalise, to_arabic_digits

FILL_IN = _("Please fill this in.")
TOO_LONG = _("That is too long. Write the part that matters, and add the rest as a file.")


class Words(forms.CharField):
    """Text in its stored form: no invisible characters, and on one line unless it is an area."""

    def __init__(self, *, said=FILL_IN, **kwargs):
        errors = {"required": said, "max_length": TOO_LONG}
        super().__init__(error_messages=errors, **kwargs)

    def to_python(self, value):
        text = normalise(value) if isinstance(value, str) else value
        if isinstance(text, str) and not isinstance(self.widget, forms.Textarea):
            text = " ".join(text.split())
        return super().to_python(text)


class NumberField(Words):
    """A whole number as people write it: 40,000 or ๔๐๐๐๐ บาท."""

    def to_python(self, value):
        text = to_arabic_digits(super().to_python(value)).removesuffix("บาท")
        text = text.replace(",", "").replace(" ", "")
        if not text:
            return ""
        if not (text.isascii() and text.isdecimal() and len(text) <= 12):
            raise ValidationError(_("Write a whole number in digits, for example 40,000."))
        return int(text)

    def validate(self, value):
        if self.required and value == "":
            raise ValidationError(self.error_messages["required"], "required")

    def run_validators(self, value):
        """A number has no length."""


class EmailField(Words):
    widget = forms.EmailInput(attrs={"autocomplete": "email"})

    def __init__(self, **kwargs):
        super().__init__(max_length=254, **kwargs)
        self.validators.append(
            EmailValidator(_("Check the e-mail address, for example name@example.go.th"))
        )
