"""What partners and volunteers tell of a broadcast, and what an officer writes down for them."""

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lopburi_pr.calendar_fields import DayField, HourField, MomentField
from lopburi_pr.photographs import PictureField
from lopburi_pr.sounds import SoundField
from lopburi_pr.templatetags.thai import day, tongue
from lopburi_pr.thai_calendar import BANGKOK
from network.models import Means
from news import broadcasting
from news.models import Broadcast
from office.models import Subdistrict

Basis = Broadcast.Basis
PHOTO_LONGEST = 1600


class KeyForm(forms.Form):
    """The hidden word by which one press is known again."""

    key = forms.UUIDField(widget=forms.HiddenInput)


class BroadcastForm(forms.Form):
    """Everything about one broadcast; most of it is filled in with what is likely."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    photo = PictureField(
        label=_("A photograph"),
        help_text=_("Of the tower, the page, the screen. The office alone sees it."),
        longest=PHOTO_LONGEST,
        required=False,
    )
    sound = SoundField(
        label=_("A sound"),
        help_text=_("Ten seconds are enough (MP3, M4A, OGG or WAV, at most 2 MB)."),
        required=False,
    )
    means = forms.ChoiceField(label=_("By what?"), choices=Means)
    aired_on = DayField(label=_("On which day?"), help_text=_("For example 24/11/2569"))
    aired_hour = HourField(
        label=_("At what time?"),
        help_text=_("For example 07:30"),
        widget=forms.TimeInput(format="%H:%M"),
    )
    times = forms.IntegerField(label=_("How many times?"), min_value=1, max_value=999)
    subdistricts = forms.ModelMultipleChoiceField(
        Subdistrict.objects.none(),
        label=_("Which subdistricts heard or saw it?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    url = forms.URLField(
        label=_("Address on the web"),
        help_text=_("Copy it from the browser. Leave it empty for radio, paper and loudspeakers."),
        max_length=1000,
        required=False,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
    )
    title = forms.CharField(
        label=_("Headline there"),
        help_text=_("If you gave it another one."),
        max_length=300,
        required=False,
    )
    audience = forms.IntegerField(
        label=_("How many people did it reach?"),
        help_text=_("Only if you know. Nobody adds these numbers up."),
        min_value=0,
        max_value=100_000_000,
        required=False,
    )
    basis = forms.ChoiceField(
        label=_("Where does that number come from?"),
        choices=[
            ("", "–"),
            (Basis.MEASURED, _("It was counted, for example views or copies")),
            (Basis.ESTIMATE, _("It is my estimate")),
        ],
        required=False,
    )
    note = forms.CharField(
        label=_("What else?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, edition, party, broadcast=None, **kwargs):
        self.edition, self.party, self.broadcast = edition, party, broadcast
        super().__init__(*args, initial=_known(broadcast, party), **kwargs)
        self._choose_means()
        self._choose_places()
        if broadcast and tongue(broadcast.note):
            self.fields["note"].widget.attrs["lang"] = "th" if get_language() == "en" else "en"

    def _choose_means(self):
        own, field = broadcasting.means_of(self.party), self.fields["means"]
        field.choices = sorted(
            Means.choices,
            key=lambda choice: own.index(choice[0]) if choice[0] in own else len(own),
        )

    def _choose_places(self):
        field = self.fields["subdistricts"]
        field.queryset = broadcasting.places_of(self.party).select_related("district")
        if not field.queryset:
            del self.fields["subdistricts"]

    def clean(self):
        told = self.cleaned_data
        if told.get("audience") is not None and not told.get("basis"):
            self.add_error("basis", _("Say where the number of people comes from."))
        if told.get("audience") is None and "audience" in told:
            told["basis"] = ""
        return told

    def _facts(self):
        told = dict(self.cleaned_data)
        hour = told.pop("aired_hour")
        told["aired_at"] = datetime.combine(told.pop("aired_on"), hour, BANGKOK)
        return told

    def save(self, *, by=None):
        """The report, new or corrected; None with the obstacles among the errors otherwise."""
        facts = self._facts()
        key = facts.pop("key")
        try:
            if self.broadcast is None:
                return broadcasting.report(self.edition, self.party, key=key, **facts)
            broadcasting.correct(self.broadcast, by=by, **facts)
        except ValidationError as refused:
            self.add_error(None, refused.messages)
            return None
        return self.broadcast


def _known(broadcast, party):
    """What stands in the fields before anybody types."""
    moment = timezone.localtime(broadcast.aired_at if broadcast else None, BANGKOK)
    likely = {"aired_on": day(moment), "aired_hour": moment.time()}
    if broadcast is None:
        places = [each.pk for each in broadcasting.places_of(party)]
        return likely | {
            "means": broadcasting.means_of(party)[0],
            "times": 1,
            "subdistricts": places,
        }
    names = ("means", "times", "url", "title", "audience", "basis", "note")
    places = [each.pk for each in broadcast.subdistricts.all()]
    told = {name: getattr(broadcast, name) for name in names}
    return likely | told | {"subdistricts": places}


class EntryForm(forms.ModelForm):
    """What a partner told by telephone, as an officer writes it down."""

    aired_at = MomentField(label=_("when"))
    photo = PictureField(label=_("photograph"), longest=PHOTO_LONGEST, required=False)
    sound = SoundField(label=_("sound"), required=False)
    url = forms.URLField(
        label=_("address on the web"), max_length=1000, required=False, assume_scheme="https"
    )

    class Meta:
        model = Broadcast
        fields = (
            *("organization", "person", "edition", "means", "aired_at", "times", "subdistricts"),
            *("audience", "basis", "url", "title", "photo", "sound", "note"),
        )

    def clean(self):
        told = super().clean()
        party, edition = told.get("organization") or told.get("person"), told.get("edition")
        if edition and told.get("aired_at"):
            for sentence in broadcasting.obstacles(edition, told["aired_at"]):
                self.add_error("aired_at", sentence)
        if edition and party and broadcasting.is_reported(edition, party, told.get("url", "")):
            self.add_error("url", _("This address has been reported already."))
        return told

    def report(self, *, by):
        """The report of what was typed; the form is valid."""
        facts = dict(self.cleaned_data)
        organization, person = facts.pop("organization"), facts.pop("person")
        places = facts.pop("subdistricts")
        return broadcasting.report(
            facts.pop("edition"),
            organization or person,
            by=by,
            subdistricts=places or None,
            **facts,
        )
