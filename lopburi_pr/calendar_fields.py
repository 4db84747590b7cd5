"""Form fields for days and hours as people here write them: 24/11/2569, 24 พ.ย. 2569, 14.30 น."""

from datetime import date, datetime, time

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lopburi_pr.thai_calendar import BANGKOK, DateError, be_year, parse_thai_date
from lopburi_pr.thai_text import normalise, to_arabic_digits


class DayField(forms.DateField):
    """A day in any of the forms ``parse_thai_date`` reads; a year of the other era is refused."""

    default_error_messages = {
        "unreadable": _("Write the day as 24/11/2569 or 2026-11-24."),
        "short_year": _("Write the year with four digits, for example 2569."),
        "wrong_era": _("Check the year: a Buddhist year as in 24/11/2569, or 2026-11-24."),
        "impossible": _("There is no such day."),
        "wrong_weekday": _("That day is another day of the week. Check the date."),
    }

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, date):
            return super().to_python(value)
        try:
            return parse_thai_date(str(value))
        except DateError as error:
            raise ValidationError(self.error_messages[error.code], error.code) from None

    def prepare_value(self, value):
        """As people type it: a reader of Thai finds the Buddhist year."""
        return _written(value) if isinstance(value, date) else value


class HourField(forms.TimeField):
    """An hour as 14:30, 14.30 or ๑๔.๓๐ น."""

    default_error_messages = {"invalid": _("Write the hour as 14:30.")}

    def to_python(self, value):
        if isinstance(value, str):
            value = to_arabic_digits(normalise(value)).strip().removesuffix("น.").strip()
            if value.count(".") == 1 and ":" not in value:
                value = value.replace(".", ":")
        return super().to_python(value)

    def prepare_value(self, value):
        """Without seconds, which nobody types."""
        return f"{value:%H:%M}" if isinstance(value, time) and not value.second else value


class MomentField(forms.SplitDateTimeField):
    """A day and an hour, in Bangkok."""

    widget = AdminSplitDateTime
    default_error_messages = {
        "invalid_date": _("Write the day as 24/11/2569 or 2026-11-24."),
        "invalid_time": _("Write the hour as 14:30."),
    }

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.fields = (DayField(required=False), HourField(required=False))

    def prepare_value(self, value):
        if not isinstance(value, datetime):
            return value
        here = value.astimezone(BANGKOK)
        day, hour = self.fields
        return [day.prepare_value(here.date()), hour.prepare_value(here.time())]


def _written(day):
    if get_language() == "th":
        return f"{day:%d/%m}/{be_year(day)}"
    return day.isoformat()
