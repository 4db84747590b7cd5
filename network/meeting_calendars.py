"""Trainings and meetings for the calendars of phones and mail programs."""

import icalendar
from django.utils.translation import gettext as _

from lopburi_pr import calendar_files
from lopburi_pr.thai_calendar import BANGKOK
from network.models import Meeting

CONTENT_TYPE = calendar_files.CONTENT_TYPE


def calendar(meetings: list[Meeting], *, name: str = "") -> bytes:
    """The calendar file of these meetings in the reader's language."""
    return calendar_files.calendar(
        [_entry(meeting) for meeting in meetings], about="Meetings", name=name
    )


def _entry(meeting):
    title, texts = meeting.title, [meeting.programme, meeting.contact]
    if meeting.cancelled_at:
        # Not every calendar shows the status.
        title = _("Cancelled: %(event)s") % {"event": title}
        texts = [meeting.cancellation_reason, *texts]
    entry = icalendar.Event()
    entry.add("uid", str(meeting.uid))
    entry.add("dtstamp", meeting.updated_at)
    entry.add("created", meeting.created_at)
    entry.add("last-modified", meeting.updated_at)
    entry.add("sequence", meeting.sequence)
    entry.add("status", "CANCELLED" if meeting.cancelled_at else "CONFIRMED")
    entry.add("summary", title)
    entry.add("description", "\n\n".join(filter(None, texts)))
    entry.add("location", meeting.place)
    entry.add("dtstart", meeting.starts_at.astimezone(BANGKOK))
    entry.add("dtend", meeting.ends_at.astimezone(BANGKOK))
    return entry
