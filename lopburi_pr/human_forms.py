"""Forms that anybody may send: what tells people from programs that fill in every field."""

from django import forms
from django.utils.translation import gettext_lazy as _


class HumanForm(forms.Form):
    """A form with a field that people leave alone and machines fill in."""

    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def clean_website(self):
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Only machines fill this in. Please empty it."))
        return ""
