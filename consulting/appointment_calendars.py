"""Appointments for the calendars of phones and mail programs."""

import icalendar
from django.utils import timezone
from django.utils.translation import gettext as _

from consulting.models import Appointment
from lopburi_pr import calendar_files
from lopburi_pr.thai_calendar import BANGKOK

CONTENT_TYPE = calendar_files.CONTENT_TYPE


def calendar_file(appointment: Appointment) -> bytes:
    """The appointment for phones and mail programs."""
    is_off = appointment.state == Appointment.State.CANCELLED
    title = f"{appointment.purpose} ({appointment.request.reference})"
    entry = icalendar.Event()
    entry.add("uid", str(appointment.uid))
    entry.add("dtstamp", timezone.now())
    entry.add("sequence", appointment.sequence)
    entry.add("status", "CANCELLED" if is_off else "CONFIRMED")
    # Not every calendar shows the status.
    entry.add("summary", _("Cancelled: %(event)s") % {"event": title} if is_off else title)
    entry.add("location", appointment.place)
    entry.add("dtstart", appointment.period.lower.astimezone(BANGKOK))
    entry.add("dtend", appointment.period.upper.astimezone(BANGKOK))
    return calendar_files.calendar([entry], about="Appointments")
