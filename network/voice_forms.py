"""What volunteers and partners tell the office."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from lopburi_pr.photographs import PictureField
from network import voicing
from network.models import Voice
from office.models import Subdistrict
from office.models.places import HOME_PROVINCE

PHOTO_SIDE = 1600  # enough to read a notice in it


class VoiceForm(forms.Form):
    """One page: what kind, the words, and perhaps where and a photograph."""

    kind = forms.ChoiceField(
        label=_("What do you want to tell?"),
        choices=Voice.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    words = forms.CharField(
        label=_("Tell us"),
        help_text=_(
            "What you saw or heard, where and when. Please leave out names and numbers of private"
            " people."
        ),
        max_length=Voice._meta.get_field("words").max_length,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("Write in a few words what it is about."),
            "max_length": _("That is too long. Write the part that matters, or call us."),
        },
    )
    subdistrict = forms.ModelChoiceField(
        Subdistrict.objects.filter(district__province__code=HOME_PROVINCE),
        label=_("In which subdistrict?"),
        required=False,
        empty_label=_("Not in one subdistrict only"),
        error_messages={"invalid_choice": _("Choose one of the list.")},
    )
    photo = PictureField(
        label=_("Photograph"),
        help_text=_("JPEG, PNG or WebP, at most 15 MB. Where it was taken is removed from it."),
        required=False,
        longest=PHOTO_SIDE,
    )
    key = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, person, **kwargs):
        own = list(person.subdistricts.values_list("pk", flat=True))
        begun = {"key": uuid.uuid4(), "subdistrict": own[0] if len(own) == 1 else None}
        super().__init__(*args, initial=begun, **kwargs)
        self.person = person
        self.fields["subdistrict"].choices = self._places(own)

    def _places(self, own):
        """Those they serve first, then all, under the names of their districts."""
        field, groups, theirs = self.fields["subdistrict"], {}, []
        rows = field.queryset.select_related("district")
        for place in rows.order_by("district__sort_key", "sort_key"):
            if place.pk in own:
                theirs.append((place.pk, place.name))
            else:
                groups.setdefault(place.district.name, []).append((place.pk, place.name))
        first = [(_("Where you work"), theirs)] if theirs else []
        return [("", field.empty_label), *first, *groups.items()]

    def clean_key(self):
        """A name for this message; whatever was sent instead of one is replaced."""
        try:
            return uuid.UUID(self.cleaned_data["key"])
        except ValueError:
            return uuid.uuid4()

    def already(self):
        """The voice that came of this very form when it was sent before."""
        return voicing.already(self.person, self.cleaned_data["key"])

    def save(self):
        return voicing.send(self.person, **self.cleaned_data)
