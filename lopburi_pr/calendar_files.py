"""Calendar files for phones and mail programs (RFC 5545, RFC 7986)."""

from datetime import timedelta

import icalendar
from django.utils.translation import get_language

from lopburi_pr.thai_calendar import BANGKOK

REFRESH = timedelta(hours=6)
CONTENT_TYPE = "text/calendar; charset=utf-8"


def calendar(entries: list[icalendar.Event], *, about: str, name: str = "") -> bytes:
    """The file with these entries. ``about`` tells our calendars apart.

    ``name`` is what it is called by those who subscribe to it; the file of one entry has none.
    """
    found = icalendar.Calendar()
    language = get_language()
    found.add(
        "prodid", f"-//Lopburi Provincial Public Relations Office//{about}//{language.upper()}"
    )
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    if name:
        found.add("name", name)
        found.add("x-wr-calname", name)
        found.add("x-wr-timezone", BANGKOK.key)
        found.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        found.add("x-published-ttl", "PT6H")
    for entry in entries:
        found.add_component(entry)
    found.add_missing_timezones()
    return found.to_ical()
