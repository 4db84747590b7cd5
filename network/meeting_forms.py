"""What the office types about trainings and meetings."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lopburi_pr.calendar_fields import MomentField
from network.models import Meeting, Membership


class MeetingForm(forms.ModelForm):
    kinds = forms.MultipleChoiceField(
        label=_("which members may come"),
        choices=Membership.Kind,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Tick none when every member may come."),
    )

    class Meta:
        model = Meeting
        fields = (
            *("kind", "title_th", "title_en", "programme", "place", "starts_at", "ends_at"),
            *("capacity", "closes_at", "kinds", "contact", "is_public"),
            *("signed_by", "signer_position"),
        )
        field_classes = dict.fromkeys(("starts_at", "ends_at", "closes_at"), MomentField)

    def clean_capacity(self):
        capacity = self.cleaned_data["capacity"]
        seated = self.instance.attendances.seated().count() if self.instance.pk else 0
        if capacity < seated:
            sentence = _("%(n)s people hold a place already. Cancel some of them first.")
            raise ValidationError(sentence, "taken", {"n": seated})
        return capacity

    @property
    def is_elsewhen(self):
        """Whether those who come have to be told."""
        return bool({"starts_at", "ends_at", "place"} & set(self.changed_data))
