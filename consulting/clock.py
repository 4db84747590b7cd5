"""When an answer is due, and why then: pure functions of a promise, its pauses and the calendar.

The day of receipt is day 0; what comes at or after closing time, or on a day off, is received on
the next working day. The answer is due when the office closes on working day n. A day does not
count when the asker owes the office an answer as it closes. A promise in hours runs by the clock on
the wall, at any hour of any day; only the time for which the asker owes an answer is added to it.

Nothing here is stored: a day off that is confirmed late, or a pause, moves what is due by itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Literal, NamedTuple

from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from lopburi_pr.templatetags.thai import (
    day,
    day_span,
    daytime,
    length_of_time,
    time_span,
    weekday,
    year,
)
from lopburi_pr.thai_calendar import BANGKOK, thai_time
from office.working_days import CLOSES, Name, WorkingCalendar, is_weekend

WORKING_DAYS, HOURS = "working-days", "hours"
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """What was promised: so many working days, or so many hours."""

    value: int
    unit: Literal["working-days", "hours"]

    def __post_init__(self):
        if self.value < 1 or self.unit not in (WORKING_DAYS, HOURS):
            raise ValueError("A span is one working day or hour, or more.")

    def __str__(self):
        return _working_days(self.value) if self.unit == WORKING_DAYS else _hours(self.value)


class Interval(NamedTuple):
    """A state of a request, from when until when; the last one has no end."""

    state: str
    since: datetime
    until: datetime | None


class Pause(NamedTuple):
    """A time for which the asker owed an answer, and what of the promise did not run: ``length``
    in working days, the first and the last of which it names, or as a time.
    """

    since: datetime
    until: datetime | None
    length: int | timedelta
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Due:
    """When the answer is due. While the asker owes an answer ``at`` is None, and ``left`` says what
    is left once it came: working days, or a time.
    """

    span: Span
    at: datetime | None
    left: int | timedelta | None
    day_zero: date
    skipped: tuple[tuple[date, Name], ...] = ()  # days off on weekdays, from receipt on
    pauses: tuple[Pause, ...] = ()  # those that moved it

    @property
    def explained(self) -> str:
        """ครบกำหนดศุกร์ 15 พ.ค. 2569 (3 วันทำการ; ข้าม 13 พ.ค. วันพืชมงคล)"""
        if self.at is None:
            left, since = self.left, self.pauses[-1].since
            in_days = self.span.unit == WORKING_DAYS
            return gettext(
                "The clock stands still: waiting for your information since %(day)s; "
                "once it is here, %(left)s will be left"
            ) % {
                "day": day(since) if in_days else daytime(since),
                "left": _working_days(left) if in_days else length_of_time(left),
            }
        parts = "; ".join([str(self.span), *self._skips(), *self._stops()])
        if self.span.unit == WORKING_DAYS:
            return gettext("Due %(day)s (%(parts)s)") % {"day": weekday(self.at), "parts": parts}
        at = self.at.astimezone(BANGKOK)
        is_today = at.date() == timezone.localdate(timezone=BANGKOK)
        return gettext("Due at %(hour)s %(day)s (%(parts)s)") % {
            "hour": f"{at:%H:%M}" if get_language() == "en" else thai_time(at),
            "day": gettext("today") if is_today else weekday(at),
            "parts": parts,
        }

    def _skips(self):
        """One part for all days off that were skipped; neighbours of one name are one."""
        rows = [
            f"{self._days(days[0], days[-1])} {days_name}"
            for days_name, days in _runs(self.skipped)
        ]
        return [gettext("skipping %(days)s") % {"days": ", ".join(rows)}] if rows else []

    def _stops(self):
        for pause in self.pauses:
            if self.span.unit == WORKING_DAYS:
                length, when = _working_days(pause.length), self._days(pause.first, pause.last)
            else:
                length = length_of_time(pause.length)
                when = self._yearless(time_span(pause.since, pause.until))
            yield gettext("%(length)s not counted while waiting for your information, %(when)s") % {
                "length": length,
                "when": when,
            }

    def _days(self, first, last):
        return self._yearless(day_span(first, last))

    def _yearless(self, told):
        """Without the year that stands in the sentence already."""
        return told.replace(f" {year(self.at)}", "")


def due(
    span: Span,
    received_at: datetime,
    pauses: Sequence[tuple[datetime, datetime | None]],
    calendar: WorkingCalendar,
) -> Due:
    """When an answer to what came at that moment is due."""
    pauses = _merged(pauses)
    if span.unit == HOURS:
        return _due_by_the_clock(span, received_at, pauses)
    day_zero = current = _day_zero(received_at, calendar)
    left, uncounted = span.value, {}
    while left:
        current = calendar.next_working(current)
        pause = next((pause for pause in pauses if _covers(pause, _close(current))), None)
        if pause is None:
            left -= 1
            continue
        if pause[1] is None:
            break
        uncounted.setdefault(pause, []).append(current)
    moved = [Pause(*pause, len(days), days[0], days[-1]) for pause, days in uncounted.items()]
    if left:
        moved.append(Pause(*pauses[-1], 0))
    return Due(
        span=span,
        at=None if left else _close(current),
        left=left or None,
        day_zero=day_zero,
        skipped=tuple(_skipped(received_at.astimezone(BANGKOK).date(), current, calendar)),
        pauses=tuple(moved),
    )


def took(
    received_at: datetime,
    stopped_at: datetime,
    pauses: Sequence[tuple[datetime, datetime | None]],
    calendar: WorkingCalendar,
) -> int:
    """How many working days were used, by the rule by which an answer is due: 0 on day 0, and at
    most n exactly when an answer due in n working days came in time.
    """
    pauses = _merged(pauses)
    current = _day_zero(received_at, calendar)
    used = 0
    while _close(current) < stopped_at:
        used += 1
        current = calendar.next_working(current)
        while any(_covers(pause, _close(current)) for pause in pauses):
            if _close(current) >= stopped_at:
                return used
            current = calendar.next_working(current)
    return used


def is_late(due: Due, at: datetime) -> bool:
    """Whether the answer is overdue at that moment."""
    return due.at is not None and at > due.at


def _due_by_the_clock(span, received_at, pauses):
    current, left, moved = received_at, timedelta(hours=span.value), []
    for since, until in pauses:
        start = max(since, current)
        if until is not None and until <= current:
            continue
        if current + left <= start:
            break
        left -= start - current
        if until is None:
            moved.append(Pause(since, None, timedelta(0)))
            return Due(span, None, left, _bangkok_day(received_at), pauses=tuple(moved))
        moved.append(Pause(start, until, until - start))
        current = until
    at = (current + left).astimezone(BANGKOK)
    return Due(span, at, None, _bangkok_day(received_at), pauses=tuple(moved))


def _day_zero(received_at, calendar):
    local = received_at.astimezone(BANGKOK)
    is_in_time = local.time() < CLOSES and calendar.is_working(local.date())
    return local.date() if is_in_time else calendar.next_working(local.date())


def _close(day):
    return datetime.combine(day, CLOSES, BANGKOK)


def _covers(pause, moment):
    since, until = pause
    return since <= moment and (until is None or moment < until)


def _merged(pauses) -> list[tuple[datetime, datetime | None]]:
    """The pauses in order, those that touch each other as one."""
    merged = []
    for since, until in sorted(pauses, key=lambda pause: pause[0]):
        if until is not None and until <= since:
            continue
        if merged and (merged[-1][1] is None or since <= merged[-1][1]):
            first, end = merged[-1]
            merged[-1] = (first, None if end is None or until is None else max(end, until))
        else:
            merged.append((since, until))
    return merged


def _skipped(received_on, last, calendar) -> Iterator[tuple[date, Name]]:
    for n in range((last - received_on).days + 1):
        day_off = received_on + n * _DAY
        if day_off in calendar.days_off and not is_weekend(day_off):
            yield day_off, calendar.days_off[day_off]


def _runs(skipped):
    """``(name, days)`` of days that follow each other under one name."""
    numbered = enumerate(skipped)
    for (_start, name), run in groupby(
        numbered, lambda row: (row[1][0] - row[0] * _DAY, row[1][1])
    ):
        yield name, [day_off for _n, (day_off, _name) in run]


def _bangkok_day(moment):
    return moment.astimezone(BANGKOK).date()


def _working_days(count):
    return ngettext("%(n)s working day", "%(n)s working days", count) % {"n": count}


def _hours(count):
    return ngettext("%(n)s hour", "%(n)s hours", count) % {"n": count}
