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
    """The lines of the preview that stay ticked."""

    recipients = forms.ModelMultipleChoiceField(
        Channel.objects.none(), error_messages={"required": _("Choose at least one recipient.")}
    )

    def __init__(self, *args, audience: distributing.Audience, **kwargs):
        super().__init__(*args, **kwargs)
        keys = [each.channel.pk for each in audience.recipients]
        self.fields["recipients"].queryset = Channel.objects.filter(pk__in=keys).select_related(
            "organization", "person"
        )

    def save(self, edition: Edition, rules: distributing.Rules, *, by):
        """The release; None with the obstacles among the errors when there can't be one."""
        chosen = self.cleaned_data["recipients"]
        try:
            return distributing.prepare(edition, chosen, by=by, rules=rules)
        except ValidationError as refused:
            self.add_error(None, refused)
            return None


class DisablingForm(forms.Form):
    reason = forms.CharField(
        label=_("Why is it disabled?"), max_length=500, widget=forms.Textarea({"rows": 2})
    )
