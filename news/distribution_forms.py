"""By what an editor or network officer chooses who gets an edition."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from network.models import Channel, Organization
from news import distributing
from news.models import Edition
from office.models import District

_tick = forms.CheckboxSelectMultiple


class RulesForm(forms.Form):
    """Read from the address, so that a preview can be changed and shown to a colleague."""

    urgent = forms.BooleanField(
        label=_("Urgent: to everybody of its places, in quiet hours too"), required=False
    )
    districts = forms.ModelMultipleChoiceField(
        District.objects.all(),
        label=_("Districts"),
        required=False,
        to_field_name="code",
        widget=_tick,
        help_text=_("None ticked: those of the news."),
    )
    channels = forms.MultipleChoiceField(
        label=_("By which way"), choices=Channel.Kind, required=False, widget=_tick
    )
    partners = forms.MultipleChoiceField(
        label=_("To which partners"),
        choices=[*Organization.Kind.choices, ("person", _("Volunteers and other people"))],
        required=False,
        widget=_tick,
    )

    def rules(self) -> distributing.Rules:
        """What was chosen; nothing where it can't be read."""
        given = self.cleaned_data if self.is_valid() else {}
        return distributing.Rules(
            is_urgent=given.get("urgent", False),
            districts=tuple(district.code for district in given.get("districts", ())),
            channel_kinds=tuple(given.get("channels", ())),
            partner_kinds=tuple(given.get("partners", ())),
        )


class RecipientsForm(forms.Form):
    """Everybody of the preview that was looked at, without those left out.

    Not the other way round: ten thousand ticked recipients are more than a form may send.
    """

    left_out = forms.TypedMultipleChoiceField(coerce=int, required=False)
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, audience: distributing.Audience, **kwargs):
        super().__init__(*args, **kwargs)
        self.audience = audience
        self.fields["left_out"].choices = [
            (each.channel.pk, each.channel) for each in audience.recipients
        ]

    def clean(self):
        if self.cleaned_data.get("seen") != self.audience.mark:
            raise ValidationError(_("The list changed while you looked at it. Look at it again."))
        return self.cleaned_data

    def save(self, edition: Edition, rules: distributing.Rules, *, by):
        """The release; None with the obstacles among the errors when there can't be one."""
        left_out = set(self.cleaned_data["left_out"])
        chosen = [each.channel for each in self.audience.recipients]
        chosen = [channel for channel in chosen if channel.pk not in left_out]
        try:
            return distributing.prepare(edition, chosen, by=by, rules=rules)
        except ValidationError as refused:
            self.add_error(None, refused)
            return None
