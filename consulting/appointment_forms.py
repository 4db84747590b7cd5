"""What is typed about appointments: a free time that is chosen, and hours that staff agree on."""

from datetime import datetime

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consulting import appointments
from consulting.models import Appointment
from lopburi_pr.calendar_fields import DayField, HourField
from lopburi_pr.templatetags.thai import weekday, year
from lopburi_pr.thai_calendar import BANGKOK
from office.people import PersonField

PLACE_HELP = _("Where we come to, the address of the online meeting, or the telephone to call.")


def _told(slot):
    """A time of the next weeks, without its year: one line on a phone."""
    return gettext("%(day)s, %(from)s–%(until)s") % {
        "day": weekday(slot.starts_at).replace(f" {year(slot.starts_at)}", ""),
        "from": f"{slot.starts_at:%H:%M}",
        "until": f"{slot.ends_at:%H:%M}",
    }


class SlotForm(forms.Form):
    """A requester chooses one of the free times."""

    slot = forms.ChoiceField(
        label=_("When suits you?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a time."),
            "invalid_choice": _("This time was taken meanwhile. Choose another."),
        },
    )
    mode = forms.ChoiceField(
        label=_("How do we meet?"), choices=Appointment.Mode, widget=forms.RadioSelect
    )
    place = forms.CharField(
        label=_("Place or telephone"), help_text=PLACE_HELP, max_length=300, required=False
    )

    def __init__(self, *args, slots, **kwargs):
        super().__init__(*args, **kwargs)
        self.slots = {slot.key: slot for slot in slots}
        self.fields["slot"].choices = [(key, _told(slot)) for key, slot in self.slots.items()]

    def clean(self):
        given = super().clean()
        needs_place = given.get("mode") in appointments.MODES_WITH_PLACE
        if needs_place and not given.get("place", "").strip():
            self.add_error("place", _("Write where we meet, or which number we call."))
        return given

    @property
    def chosen(self):
        return self.slots[self.cleaned_data["slot"]]


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Why is it called off?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AppointmentForm(forms.Form):
    """Staff agree on an appointment, or move it."""

    adviser = PersonField(label=_("adviser"), queryset=User.objects.none())
    day = DayField(label=_("day of the appointment"), help_text=_("For example 24/12/2569"))
    opens = HourField(label=_("from"), help_text=_("For example 13:30"))
    closes = HourField(label=_("until"))
    mode = forms.ChoiceField(label=_("how"), choices=Appointment.Mode)
    place = forms.CharField(
        label=_("place or telephone"), help_text=PLACE_HELP, max_length=300, required=False
    )
    purpose = forms.CharField(label=_("what it is about"), max_length=300, required=False)

    def __init__(self, *args, advisers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["adviser"].queryset = advisers

    def clean(self):
        given = super().clean()
        if given.get("opens") and given.get("closes") and given["closes"] <= given["opens"]:
            raise ValidationError(_("The end comes after the beginning."))
        return given

    @property
    def period(self) -> DateTimeTZRange:
        given = self.cleaned_data
        return DateTimeTZRange(
            datetime.combine(given["day"], given["opens"], BANGKOK),
            datetime.combine(given["day"], given["closes"], BANGKOK),
        )
