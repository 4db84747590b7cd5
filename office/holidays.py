"""The office's days off: a library proposes them, the head confirms, only confirmed ones count.

The library's calendar is not that of a government office: it knows Labour Day, on which offices
work, and neither the days that the cabinet gives a region nor วันพืชมงคล before it is announced.
"""

from collections.abc import Iterator
from datetime import date
from importlib.metadata import version

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lopburi_pr.thai_calendar import CE_YEARS
from office import audit
from office.models import Holiday

# Of banks and firms, and of schools: a government office works on the first, the second is a
# Saturday. Their substitutes carry their names.
NOT_OURS = ("วันแรงงาน", "วันเด็ก")
SPECIAL = "วันหยุดพิเศษ"
SUBSTITUTE, SUBSTITUTE_EN = "ชดเชย", " (in lieu)"


def suggested(year: int) -> Iterator[Holiday]:
    """The days of a year of the Common Era that a library takes for days off, not stored yet."""
    # It takes a quarter of a second, and only a few requests a year want it.
    from holidays.countries.thailand import Thailand  # noqa: PLC0415

    categories = ("public", "government")
    thai = Thailand(years=year, categories=categories, language="th")
    english = Thailand(years=year, categories=categories, language="en_US")
    source = f"python-holidays {version('holidays')}"
    for day in sorted(thai):
        names = list(zip(thai.get_list(day), english.get_list(day), strict=True))
        ours = [pair for pair in names if not any(word in pair[0] for word in NOT_OURS)]
        if not ours:
            continue
        is_special = any(name.startswith(SPECIAL) for name, _english in ours)
        yield Holiday(
            day=day,
            name_th=_thai_name([name for name, _english in ours]),
            name_en=_english_name([english for _name, english in ours]),
            kind=Holiday.Kind.CABINET if is_special else Holiday.Kind.NATIONAL,
            source=source,
        )


@transaction.atomic
def propose(year: int, *, by) -> list[Holiday]:
    """Write down the suggested days of a year that nobody has written down or decided yet."""
    if year not in CE_YEARS:
        raise ValidationError(_("There is no such year."))
    known = set(Holiday.objects.in_year(year).values_list("day", flat=True))
    missing = [holiday for holiday in suggested(year) if holiday.day not in known]
    # Two people may press the button at once.
    Holiday.objects.bulk_create(missing, ignore_conflicts=True)
    proposed = list(Holiday.objects.proposed().filter(day__in=[each.day for each in missing]))
    for holiday in proposed:
        audit.record(holiday, "propose day", by=by, after=holiday.state)
    return proposed


def obstacles(holiday: Holiday, state: str) -> list[str]:
    """Why the day can't be decided so."""
    if holiday.state == state and not holiday.is_sample:
        return [_("That is decided already.")]
    return []


def confirm(holiday: Holiday, *, by) -> None:
    """The office is closed on this day. Sample data become its own with that."""
    _decide(holiday, Holiday.State.CONFIRMED, "confirm", by)


def reject(holiday: Holiday, *, by, note: str = "") -> None:
    """The office works on this day."""
    _decide(holiday, Holiday.State.REJECTED, "reject", by, note)


@transaction.atomic
def add(holiday: Holiday, *, by) -> None:
    """Write down a day that nothing proposed, for example one that the cabinet gave the region.

    Whoever may do that decides with it.
    """
    holiday.state = Holiday.State.CONFIRMED
    holiday.decided_by, holiday.decided_at = by, timezone.now()
    holiday.full_clean()
    holiday.save()
    audit.record(holiday, "confirm", by=by, after=holiday.state)


@transaction.atomic
def correct(holiday: Holiday, *, by) -> None:
    """Save what was put right about its name, kind or source."""
    holiday.full_clean()
    holiday.save(update_fields=["name_th", "name_en", "kind", "source"])
    audit.record(holiday, "change", by=by, before=holiday.state, after=holiday.state)


@transaction.atomic
def _decide(holiday, state, verb, by, note=""):
    row = Holiday.objects.select_for_update().get(pk=holiday.pk)
    if why := obstacles(row, state):
        raise ValidationError(why)
    before = row.state
    row.state, row.is_sample = state, False
    row.decided_by, row.decided_at = by, timezone.now()
    row.save(update_fields=["state", "is_sample", "decided_by", "decided_at"])
    audit.record(row, verb, by=by, before=before, after=state, note=note)


def missing_year(today: date) -> int | None:
    """Next year, when it is October and none of its days is confirmed."""
    if today.month < 10 or Holiday.objects.confirmed().in_year(today.year + 1).exists():
        return None
    return today.year + 1


def _thai_name(names):
    is_substitute = all(name.startswith(SUBSTITUTE) for name in names)
    names = [name.removeprefix(SUBSTITUTE) for name in names] if is_substitute else names
    told = " และ".join(filter(None, (" ".join(names[:-1]), names[-1])))
    return f"วันหยุดชดเชย{told}" if is_substitute else told


def _english_name(names):
    is_substitute = all(name.endswith(SUBSTITUTE_EN) for name in names)
    names = [name.removesuffix(SUBSTITUTE_EN) for name in names] if is_substitute else names
    told = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return f"{told}{SUBSTITUTE_EN}" if is_substitute else told
