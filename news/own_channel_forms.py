"""What partners choose about the news they get: by which way, in what form, of what, when."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lopburi_pr.calendar_fields import HourField
from network import asking
from network.models import Channel
from news.models import Topic, Wish
from office.models import District
from office.models.places import HOME_PROVINCE

CONSENT = _(
    "The office keeps this address to send you news. You may leave at any time, on this page or by"
    " the link in each letter."
)
Format = Channel.Format
_tick = forms.CheckboxSelectMultiple


class OwnChannelForm(forms.Form):
    """A channel that its owner asks for or changes."""

    kind = forms.ChoiceField(
        label=_("How do you want to get the news?"),
        choices=[
            (Channel.Kind.EMAIL, _("E-mail")),
            (Channel.Kind.LINE, _("LINE, to a group or to yourself")),
            (Channel.Kind.FEED, _("A feed for a website or programme")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    address = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("Only for e-mail. We send a letter there with a link to press first."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    format = forms.ChoiceField(
        label=_("In what form?"),
        choices=[(each, each.label) for each in (Format.FULL, Format.SCRIPT, Format.CAPTION)],
        widget=forms.RadioSelect,
        initial=Format.FULL,
        required=False,
        help_text=_("A feed always has everything."),
    )
    districts = forms.ModelMultipleChoiceField(
        District.objects.filter(province__code=HOME_PROVINCE),
        label=_("News of which districts?"),
        required=False,
        widget=_tick,
        help_text=_("None ticked: of the whole province."),
    )
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.all(),
        label=_("About what?"),
        required=False,
        widget=_tick,
        help_text=_("None ticked: everything. Urgent news always comes."),
    )
    quiet_from = HourField(
        label=_("Quiet from"),
        required=False,
        help_text=_("Nothing but urgent news comes in these hours, for example 21:00 to 06:00."),
    )
    quiet_until = HourField(label=_("Quiet until"), required=False)

    def __init__(self, *args, visitor, channel=None, **kwargs):
        if channel:
            names = ("format", "quiet_from", "quiet_until")
            facts = {name: getattr(channel, name) for name in names}
            wish = Wish.objects.filter(channel=channel).first()
            kwargs["initial"] = facts | {
                "districts": list(channel.districts.all()),
                "topics": list(wish.topics.all()) if wish else [],
            }
        super().__init__(*args, **kwargs)
        self.visitor, self.channel = visitor, channel
        if channel:
            del self.fields["kind"], self.fields["address"]
            if channel.kind in Channel.FOR_MACHINES:
                del self.fields["format"]
                for name in ("quiet_from", "quiet_until"):
                    if channel.kind == Channel.Kind.FEED:
                        del self.fields[name]

    @property
    def kind_chosen(self):
        return self.channel.kind if self.channel else self.cleaned_data.get("kind")

    def clean(self):
        given, kind = self.cleaned_data, self.kind_chosen
        if "kind" in self.fields:
            if kind == Channel.Kind.EMAIL and "address" not in self.errors:
                if not given.get("address"):
                    self.add_error("address", _("Write the address to which the news may come."))
            else:
                given["address"] = ""
        if kind in Channel.FOR_MACHINES:
            given["format"] = Format.JSON
        elif not given.get("format"):
            given["format"] = self.channel.format if self.channel else Format.FULL
        if bool(given.get("quiet_from")) != bool(given.get("quiet_until")):
            self.add_error("quiet_until", _("Quiet hours need a beginning and an end."))
        return given

    def save(self):
        """The channel; None with what stands in the way among the errors."""
        given, person = self.cleaned_data, self.visitor.person
        names = ("kind", "address", "format", "districts", "quiet_from", "quiet_until")
        facts = {name: given[name] for name in names if name in given}
        try:
            if self.channel:
                channel = self.channel
                asking.change(channel, facts, person=person)
            else:
                party, consent = self.visitor.party, str(CONSENT)
                channel = asking.begin(party, facts, person=person, consent=consent)
        except ValidationError as refused:
            self.add_error(None, refused.messages)
            return None
        wish, _is_new = Wish.objects.get_or_create(channel=channel)
        wish.topics.set(given["topics"])
        return channel
