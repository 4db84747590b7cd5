"""On which days things are free: calendars without names for borrowers, with them for staff."""

import re
from calendar import Calendar
from datetime import date

from django.utils import timezone

from network.models import Asset, Hold
from network.models.equipment import DAY, span

MONTHS_AHEAD = 12

_month = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


def month_asked(text: str) -> date | None:
    """First day of the month ``2026-12``, of this month for a blank; None for one that is past,
    more than a year away, or none at all.
    """
    this = timezone.localdate().replace(day=1)
    if not text:
        return this
    if not (found := _month.fullmatch(text)):
        return None
    first = date(int(found[1]), int(found[2]), 1)
    return first if this <= first <= later(this, MONTHS_AHEAD) else None


def later(first: date, months: int) -> date:
    """First day of the month so many months after that of ``first``."""
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)


def turning(first: date) -> dict:
    """The months before and after, None where the calendar ends."""
    this = timezone.localdate().replace(day=1)
    before, after = later(first, -1), later(first, 1)
    return {
        "before": before if before >= this else None,
        "after": after if after <= later(this, MONTHS_AHEAD) else None,
    }


def busy_days(assets, first: date, last: date) -> dict[int, set[date]]:
    """By key of each asset: the days, both ends included, on which it or a part of it is taken.

    What should be back by now and is not, is taken today too.
    """
    owners = {asset.pk: [asset.pk] for asset in assets}
    for part, kit in Asset.objects.filter(kit__in=owners).values_list("pk", "kit"):
        owners.setdefault(part, []).append(kit)
    busy = {asset.pk: set() for asset in assets}
    today = timezone.localdate()
    for hold in Hold.objects.against(_wide(first, last)).filter(asset__in=owners):
        days = set(_days(max(hold.first_day, first), min(hold.last_day, last)))
        if hold.state == Hold.State.OUT and first <= today <= last:
            days.add(today)
        for owner in owners[hold.asset_id]:
            if owner in busy:
                busy[owner] |= days
    return busy


def _wide(first, last):
    """The same days, from the day on which overdue things matter."""
    return span(min(first, timezone.localdate()), last)


def _days(first, last):
    return [first + n * DAY for n in range((last - first).days + 1)]


def stretches(days: set[date]) -> list[tuple[date, date]]:
    """Days from today on that follow each other, as their first and last."""
    found, today = [], timezone.localdate()
    for day in sorted(day for day in days if day >= today):
        if found and day - found[-1][1] == DAY:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def weeks(first: date, busy: set[date]) -> list[list[dict | None]]:
    """The month of ``first`` from Sunday to Saturday, as calendars here are printed: for each day
    ``day``, ``is_busy``, ``is_past``; None for days of other months.
    """
    today = timezone.localdate()
    return [
        [
            {"day": day, "is_busy": day in busy, "is_past": day < today}
            if day.month == first.month
            else None
            for day in week
        ]
        for week in Calendar(firstweekday=6).monthdatescalendar(first.year, first.month)
    ]


def days_left(first: date) -> list[date]:
    """The days of a month, of this month from today on."""
    return _days(max(first, timezone.localdate()), later(first, 1) - DAY)


def bars(assets, days: list[date]) -> list[tuple[Asset, list[dict]]]:
    """For staff: each asset with these days as pieces of ``length`` days, each with its ``hold``
    or None. What should be back by now is there until today.
    """
    holds = Hold.objects.against(_wide(days[0], days[-1])).filter(asset__in=assets)
    rows = {asset.pk: [] for asset in assets}
    for hold in holds.select_related("asset", "loan__organization").order_by("period"):
        rows[hold.asset_id].append(hold)
    return [(asset, _pieces(rows[asset.pk], days[0], days[-1])) for asset in assets]


def _pieces(holds, first, last):
    pieces, day, today = [], first, timezone.localdate()
    for hold in holds:
        until = max(hold.last_day, today) if hold.state == Hold.State.OUT else hold.last_day
        begins, ends = max(hold.first_day, day), min(until, last)
        if begins <= ends:
            pieces += _free(day, begins - DAY)
            length = (ends - begins).days + 1
            pieces.append({"day": begins, "length": length, "hold": hold})
            day = ends + DAY
    return pieces + _free(day, last)


def _free(first, last):
    return [{"day": day, "length": 1, "hold": None} for day in _days(first, last)]
