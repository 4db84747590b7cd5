"""What staff have before them in one month: what appears, ends, is due to be read, takes place."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lopburi_pr.thai_calendar import BANGKOK
from news.models import Edition, Event

KINDS = {
    "scheduled": _("appears"),
    "submitted": _("wants to appear"),
    "expires": _("stops being shown"),
    "review": _("to review"),
    "event": _("event"),
}


@dataclass(frozen=True)
class Entry:
    """One thing on one day; ``at`` is None when it has no hour."""

    day: date
    at: datetime | None
    kind: str
    thing: Edition | Event

    @property
    def label(self):
        return KINDS[self.kind]

    @property
    def is_cancelled(self):
        return self.kind == "event" and self.thing.cancelled_at is not None


def entries(first: date, last: date) -> list[Entry]:
    """Everything from the first day to the last, in order; five queries."""
    start = datetime.combine(first, time(), BANGKOK)
    end = datetime.combine(last + timedelta(days=1), time(), BANGKOK)
    rows = Edition.objects.select_related("article")
    found = []
    for kind, editions, moment in (
        ("scheduled", rows.scheduled(), "shown_from"),
        ("submitted", rows.submitted(), "publish_at"),
        ("expires", rows.published(), "expires_at"),
    ):
        within = editions.filter(**{f"{moment}__gte": start, f"{moment}__lt": end})
        found += [_entry(getattr(row, moment), kind, row) for row in within]
    due = rows.published().filter(article__review_by__range=(first, last))
    found += [Entry(row.article.review_by, None, "review", row) for row in due]
    for event in Event.objects.between(start, end):
        begins = max(event.first_day, first)
        days = (min(event.last_day, last) - begins).days + 1
        for day in (begins + timedelta(days=n) for n in range(days)):
            is_timed = not event.is_all_day and day == event.first_day
            found.append(Entry(day, event.starts_at if is_timed else None, "event", event))
    return sorted(found, key=lambda entry: (entry.day, entry.at or start, entry.thing.pk))


def _entry(at, kind, thing):
    return Entry(timezone.localdate(at), at, kind, thing)


def weeks(first: date) -> list[list[dict]]:
    """The month that begins on ``first`` as weeks from Monday to Sunday.

    Each day is ``{"day", "is_outside", "is_today", "entries"}``.
    """
    after = (first + timedelta(days=31)).replace(day=1)
    begins = first - timedelta(days=first.weekday())
    ends = after + timedelta(days=-after.weekday() % 7)
    by_day = {}
    for entry in entries(first, after - timedelta(days=1)):
        by_day.setdefault(entry.day, []).append(entry)
    days = [
        {
            "day": day,
            "is_outside": day.month != first.month,
            "is_today": day == timezone.localdate(),
            "entries": by_day.get(day, []),
        }
        for day in (begins + timedelta(days=n) for n in range((ends - begins).days))
    ]
    return [days[n : n + 7] for n in range(0, len(days), 7)]
