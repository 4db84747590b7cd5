"""Events for the calendars of phones and mail programs."""

from datetime import timedelta

import icalendar
from django.utils.translation import gettext as _

from lopburi_pr import calendar_files
from lopburi_pr.bilingual import in_language
from lopburi_pr.thai_calendar import BANGKOK
from news.models import Event

CONTENT_TYPE = calendar_files.CONTENT_TYPE


def calendar(events: list[Event], origin: str, name: str = "") -> bytes:
    """The calendar file of these events in the reader's language.

    ``name`` is what the calendar is called by those who subscribe to it; the file of one event has
    none.
    """
    entries = [_entry(event, origin) for event in events]
    return calendar_files.calendar(entries, about="Events", name=name)


def _entry(event, origin):
    url = f"{origin}{event.get_absolute_url()}"
    title = event.title
    texts = [in_language(event, "summary")]
    if event.cancelled_at:
        # Not every calendar shows the status.
        title = _("Cancelled: %(event)s") % {"event": title}
        texts.insert(0, title)
        texts.insert(1, event.cancellation_reason)
    texts += [event.link, url]
    entry = icalendar.Event()
    entry.add("uid", str(event.uid))
    entry.add("dtstamp", event.updated_at)
    entry.add("created", event.created_at)
    entry.add("last-modified", event.updated_at)
    entry.add("sequence", event.sequence)
    entry.add("status", "CANCELLED" if event.cancelled_at else "CONFIRMED")
    entry.add("summary", title)
    entry.add("description", "\n\n".join(filter(None, texts)))
    place = in_language(event, "place")
    district = event.district and _("%(district)s District") % {"district": event.district.name}
    entry.add("location", ", ".join(filter(None, [place, district])))
    entry.add("url", url)
    if event.topic:
        entry.add("categories", [event.topic.name])
    if event.is_all_day:
        entry.add("dtstart", event.first_day)
        entry.add("dtend", event.last_day + timedelta(days=1))  # the first day without it
        entry.add("transp", "TRANSPARENT")
    else:
        entry.add("dtstart", event.starts_at.astimezone(BANGKOK))
        if event.ends_at > event.starts_at:
            entry.add("dtend", event.ends_at.astimezone(BANGKOK))
    return entry
