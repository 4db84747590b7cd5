"""Appointments under a request: free times, asked for, confirmed, moved, cancelled, held.

    asked for → confirmed → took place, or nobody came; cancelled from either.

The database lets no two firm appointments of one adviser overlap; what is free is read from hours,
absences, days off and appointments, and stored nowhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from consulting import letters
from consulting.models import Absence, AdvisoryRequest, Appointment, Availability, RequestLetter
from lopburi_pr.templatetags.thai import day, time_span
from lopburi_pr.thai_calendar import BANGKOK
from lopburi_pr.thai_text import normalise
from office import audit
from office.working_days import WorkingCalendar, calendar

LONGEST = timedelta(hours=12)
FARTHEST = timedelta(days=366)
OFFERED_DAYS = 21
# Nobody has to be ready sooner than this after somebody chose a free time.
NOTICE = timedelta(hours=20)

State = Appointment.State
MODES_WITH_PLACE = (Appointment.Mode.ONSITE, Appointment.Mode.ONLINE, Appointment.Mode.PHONE)


@dataclass(frozen=True)
class Slot:
    """A free time of one adviser."""

    adviser: User
    starts_at: datetime
    ends_at: datetime

    @property
    def period(self) -> DateTimeTZRange:
        return DateTimeTZRange(self.starts_at, self.ends_at)

    @property
    def key(self) -> str:
        """What a form calls it."""
        return f"{self.adviser.pk}-{int(self.starts_at.timestamp())}"


def advisers():
    """Who can be met: staff with hours of their own."""
    return User.objects.filter(is_active=True, availabilities__isnull=False).distinct()


def free(
    advisers: Iterable[User],
    first: date,
    last: date,
    *,
    days: WorkingCalendar | None = None,
    at: datetime | None = None,
) -> list[Slot]:
    """The free times of these advisers on the working days from first to last, in their order."""
    days, at = days or calendar(), at or timezone.now()
    advisers = {adviser.pk: adviser for adviser in advisers}
    hours = list(Availability.objects.filter(adviser__in=advisers))
    away = list(
        Absence.objects.filter(adviser__in=advisers, first_on__lte=last, last_on__gte=first)
    )
    whole = DateTimeTZRange(_midnight(first), _midnight(last + timedelta(days=1)))
    taken = list(
        Appointment.objects.taken(whole)
        .filter(adviser__in=advisers)
        .values_list("adviser", "period")
    )
    found = []
    for row in hours:
        for here in _days_of(row.weekday, first, last):
            is_away = any(
                each.adviser_id == row.adviser_id and each.first_on <= here <= each.last_on
                for each in away
            )
            if is_away or not days.is_working(here):
                continue
            for starts_at, ends_at in _cut(row, here):
                is_taken = any(
                    who == row.adviser_id and period.lower < ends_at and starts_at < period.upper
                    for who, period in taken
                )
                if not is_taken and starts_at >= at + NOTICE:
                    found.append(Slot(advisers[row.adviser_id], starts_at, ends_at))
    return sorted(found, key=lambda slot: (slot.starts_at, slot.adviser.pk))


def offered(request: AdvisoryRequest) -> list[Slot]:
    """What a requester may choose from: their officer's free times, else anybody's."""
    today = timezone.localdate()
    whom = [request.assignee] if request.assignee_id else advisers()
    return free(whom, today, today + timedelta(days=OFFERED_DAYS))


def _days_of(weekday, first, last):
    here = first + timedelta(days=(weekday - first.weekday()) % 7)
    while here <= last:
        yield here
        here += timedelta(days=7)


def _cut(hours, here):
    starts_at = datetime.combine(here, hours.opens, BANGKOK)
    closes = datetime.combine(here, hours.closes, BANGKOK)
    length = timedelta(minutes=hours.minutes)
    while starts_at + length <= closes:
        yield starts_at, starts_at + length
        starts_at += length


def _midnight(here):
    return datetime.combine(here, datetime.min.time(), BANGKOK)


def obstacles(appointment: Appointment) -> list[str]:
    """Sentences that say why it can't be confirmed as it is; empty when it can."""
    period, found = appointment.period, []
    if appointment.state not in {State.REQUESTED, State.CONFIRMED}:
        return [_("This appointment is over or cancelled.")]
    if period.upper <= period.lower or period.upper - period.lower > LONGEST:
        found.append(_("The end comes after the beginning, within twelve hours."))
    if period.upper <= timezone.now():
        found.append(_("That time is past."))
    elif period.lower > timezone.now() + FARTHEST:
        found.append(_("That is more than a year away."))
    if appointment.mode in MODES_WITH_PLACE and not appointment.place:
        found.append(_("Write the place, the address of the online meeting or the telephone."))
    if found:
        return found
    taken = Appointment.objects.taken(period).filter(adviser=appointment.adviser_id)
    if other := taken.exclude(pk=appointment.pk).first():
        found.append(_("The adviser has another appointment: %(when)s.") % {"when": span(other)})
    here = timezone.localtime(period.lower, BANGKOK).date()
    away = Absence.objects.filter(
        Q(adviser=appointment.adviser_id), first_on__lte=here, last_on__gte=here
    )
    if absence := away.first():
        told = {"day": day(absence.last_on)}
        found.append(_("The adviser is away until %(day)s.") % told)
    return found


def span(appointment: Appointment) -> str:
    """When, in words."""
    return time_span(appointment.period.lower, appointment.period.upper)


# Steps


@transaction.atomic
def ask(request: AdvisoryRequest, slot: Slot, *, mode: str, place: str = "") -> Appointment:
    """Keep what a requester chose, until an officer confirms it.

    One wish at a time: a new one takes the place of the former. Raises ValidationError when the
    request is over or the time was taken meanwhile.
    """
    request.refresh_from_db(from_queryset=AdvisoryRequest.objects.select_for_update())
    if not (request.is_open or request.state == AdvisoryRequest.State.ANSWERED):
        raise ValidationError(_("This request is over. Write to us first."))
    request.appointments.filter(state=State.REQUESTED).update(state=State.CANCELLED)
    appointment = Appointment(
        request=request,
        adviser=slot.adviser,
        period=slot.period,
        mode=mode,
        place=normalise(place).strip(),
        purpose=request.subject[:300],
    )
    _keep(appointment)
    audit.record(appointment, "ask for", by=None, after=appointment.state)
    return appointment


@transaction.atomic
def book(
    request: AdvisoryRequest,
    *,
    adviser: User,
    period: DateTimeTZRange,
    mode: str,
    place: str = "",
    purpose: str = "",
    by,
) -> Appointment:
    """Make an appointment and confirm it. Raises ValidationError with the obstacles."""
    appointment = Appointment(
        request=request,
        adviser=adviser,
        period=period,
        mode=mode,
        place=normalise(place).strip(),
        purpose=normalise(purpose).strip() or request.subject[:300],
        state=State.CONFIRMED,
        made_by=by,
    )
    _lock(appointment)
    _keep(appointment)
    _tell(appointment, "confirm", by, "")
    return appointment


@transaction.atomic
def confirm(appointment: Appointment, *, by) -> None:
    """Agree to what was asked for. Raises ValidationError with the obstacles."""
    before = _fresh(appointment)
    if before != State.REQUESTED:
        raise ValidationError(_("It is confirmed already, or over."))
    appointment.state = State.CONFIRMED
    _keep(appointment)
    _tell(appointment, "confirm", by, before)


@transaction.atomic
def move(
    appointment: Appointment, period: DateTimeTZRange, *, by, reason: str = "", **facts
) -> None:
    """Give it another time, or other ``facts``: mode, place, purpose. Calendars replace the former.

    Raises ValidationError with the obstacles.
    """
    before = _fresh(appointment)
    for name, value in facts.items():
        setattr(appointment, name, normalise(value).strip())
    appointment.period, appointment.reason = period, normalise(reason).strip()
    appointment.sequence += 1
    _keep(appointment)
    _tell(appointment, "move", by, before)


@transaction.atomic
def cancel(appointment: Appointment, *, by=None, reason: str) -> None:
    """Call it off with a reason that the other side reads. Raises ValidationError."""
    before = _fresh(appointment)
    appointment.reason = normalise(reason).strip()
    if before not in {State.REQUESTED, State.CONFIRMED}:
        raise ValidationError(_("This appointment is over or cancelled."))
    if not appointment.reason:
        raise ValidationError(_("Write why it is called off."))
    appointment.state = State.CANCELLED
    appointment.sequence += 1
    appointment.save()
    _tell(appointment, "cancel", by, before)


@transaction.atomic
def settle(appointment: Appointment, *, by, took_place: bool) -> None:
    """Note whether it took place. Raises ValidationError before it began, or twice."""
    before = _fresh(appointment)
    if before != State.CONFIRMED or appointment.period.lower > timezone.now():
        raise ValidationError(_("Only what was confirmed and has begun can be noted so."))
    appointment.state = State.DONE if took_place else State.NO_SHOW
    appointment.save()
    audit.record(appointment, "mark", by=by, before=before, after=appointment.state)


def _keep(appointment):
    """Save it unless there are obstacles; the constraint refuses who comes second."""
    if found := obstacles(appointment):
        raise ValidationError(found)
    appointment.full_clean()
    appointment.save()


def _tell(appointment, verb, by, before):
    audit.record(
        appointment, verb, by=by, before=before, after=appointment.state, note=appointment.reason
    )
    letters.write(appointment.request, RequestLetter.Kind.APPOINTMENT, appointment=appointment)


def _lock(appointment):
    """Wait for its adviser: times of one adviser are given one by one."""
    User.objects.select_for_update().get(pk=appointment.adviser_id)


def _fresh(appointment):
    """Read it anew, behind the lock of its adviser."""
    _lock(appointment)
    appointment.refresh_from_db(from_queryset=Appointment.objects.select_for_update(of=("self",)))
    return appointment.state
