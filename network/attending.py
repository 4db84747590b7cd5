"""Steps of trainings and meetings: open, register, cancel, mark who came, hold, certificates.

Every step that touches a place first locks the meeting, so its places are given one after another:
when they are gone people wait in the order in which they came, and whoever gives a place back moves
the first of them up.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lopburi_pr.thai_calendar import be_year
from lopburi_pr.thai_text import normalise
from network import meeting_letters, tokens
from network.models import Attendance, Certificate, Meeting, MeetingLetter, Person
from network.models.meetings import kinds_of
from office import audit
from office.numbering import last_of_next

NUMBER_SERIES = "certificate"
State, Letter = Attendance.State, MeetingLetter.Kind


# What the office decides about a meeting


def opening_obstacles(meeting: Meeting) -> list[str]:
    """Why nobody can be let in yet; empty when registration can open."""
    found = []
    if meeting.cancelled_at:
        return [_("It is cancelled.")]
    if meeting.opened_at:
        return [_("Registration was opened already.")]
    if meeting.closes_at <= timezone.now():
        found.append(_("Registration would be closed already: choose a later day for it."))
    return found


@transaction.atomic
def let_register(meeting: Meeting, *, by) -> None:
    """Open the registration: members who may come see it. Raises ValidationError."""
    _lock(meeting)
    _refuse(opening_obstacles(meeting))
    before = meeting.standing()
    meeting.opened_at = timezone.now()
    meeting.save(update_fields=["opened_at", "updated_at"])
    audit.record(meeting, "open", by=by, before=before, after=meeting.standing())


@transaction.atomic
def changed(meeting: Meeting, *, by, is_elsewhen: bool) -> None:
    """What follows when the office changed the facts of a meeting: more places move people up.

    ``is_elsewhen`` says that day, hour or place are others now: those who come are told by letter,
    and calendars take over the newer entry.
    """
    _lock(meeting)
    _move_up(meeting)
    if is_elsewhen and meeting.opened_at:
        meeting.sequence += 1
        meeting.save(update_fields=["sequence"])
        for attendance in meeting.attendances.exclude(state=State.CANCELLED):
            meeting_letters.plan(attendance, Letter.CHANGED)
            meeting_letters.remind(attendance)
    audit.record(meeting, "change", by=by)


def cancelling_obstacles(meeting: Meeting) -> list[str]:
    if meeting.cancelled_at:
        return [_("It is cancelled already.")]
    if meeting.held_at:
        return [_("It was held already.")]
    return []


@transaction.atomic
def call_off(meeting: Meeting, *, by, reason: str) -> None:
    """Cancel a meeting: everybody who wanted to come is told why. Raises ValidationError."""
    _lock(meeting)
    reason = normalise(reason).strip()
    _refuse(cancelling_obstacles(meeting) or ([] if reason else [_("Say why it is cancelled.")]))
    before = meeting.standing()
    meeting.cancelled_at, meeting.cancellation_reason = timezone.now(), reason
    meeting.sequence += 1
    meeting.full_clean(exclude=["uid"])
    meeting.save()
    for attendance in meeting.attendances.exclude(state=State.CANCELLED):
        meeting_letters.drop(attendance)
        meeting_letters.plan(attendance, Letter.CANCELLED)
    audit.record(meeting, "cancel", by=by, before=before, after="cancelled", note=reason)


def holding_obstacles(meeting: Meeting) -> list[str]:
    """Why it can't be called held; empty when it can."""
    if meeting.cancelled_at:
        return [_("It is cancelled.")]
    if meeting.held_at:
        return [_("It is finished already.")]
    found = []
    if meeting.opened_at is None:
        found.append(_("Registration was never opened."))
    if not meeting.has_begun:
        found.append(_("It has not begun yet."))
    if not meeting.attendances.present().exists():
        found.append(_("Nobody is ticked as present."))
    return found


@transaction.atomic
def hold(meeting: Meeting, *, by) -> None:
    """Say that it was held and who came is ticked. Raises ValidationError with the obstacles."""
    _lock(meeting)
    _refuse(holding_obstacles(meeting))
    before = meeting.standing()
    meeting.held_at = timezone.now()
    meeting.save(update_fields=["held_at", "updated_at"])
    audit.record(meeting, "hold", by=by, before=before, after="held")


# Who comes


def obstacles(meeting: Meeting, person: Person) -> list[str]:
    """Why this member can't register now; empty when they can, if only for the waiting list."""
    attendance = meeting.attendances.filter(person=person).first()
    if attendance and attendance.state != State.CANCELLED:
        return [_("You are registered already.")]
    if meeting.opened_at is None:
        return [_("Registration is not open yet.")]
    if meeting.cancelled_at:
        return [_("It is cancelled.")]
    if meeting.standing() != "open":
        return [_("Registration is closed. Please call the office.")]
    kinds = kinds_of(person)
    if not kinds:
        return [_("Only members of the network can register.")]
    if meeting.kinds and not kinds & set(meeting.kinds):
        return [_("This one is for other members: %(who)s.") % {"who": meeting.invited}]
    return []


@transaction.atomic
def register(meeting: Meeting, person: Person, *, by=None) -> Attendance:
    """Give a member a place, or one on the waiting list. Raises ValidationError."""
    _lock(meeting)
    _refuse(obstacles(meeting, person))
    return _seat(meeting, person, by)


def enrolling_obstacles(meeting: Meeting, person: Person) -> list[str]:
    """Why the office can't put somebody on the list: a call is enough, whoever they are."""
    attendance = meeting.attendances.filter(person=person).first()
    if meeting.cancelled_at:
        return [_("It is cancelled.")]
    if meeting.held_at:
        return [_("It is finished already.")]
    if meeting.opened_at is None:
        return [_("Registration is not open yet.")]
    may_come_in = timezone.localdate() >= meeting.day
    on_list = {State.REGISTERED, State.PRESENT} | (set() if may_come_in else {State.WAITING})
    if attendance and attendance.state in on_list:
        return [_("This person is on the list already.")]
    if person.left_on:
        return [_("This person has left.")]
    return []


@transaction.atomic
def enrol(meeting: Meeting, person: Person, *, by) -> Attendance:
    """Put somebody on the list who called, or stands at the door: on the day they are present.

    Who is in the room is present, whether there was a place for them or not. Raises
    ValidationError.
    """
    _lock(meeting)
    _refuse(enrolling_obstacles(meeting, person))
    if timezone.localdate() < meeting.day:
        return _seat(meeting, person, by)
    attendance, _is_new = Attendance.objects.update_or_create(
        meeting=meeting,
        person=person,
        defaults={"state": State.PRESENT, "asked_at": timezone.now()},
    )
    audit.record(attendance, "walk in", by=by, after=State.PRESENT)
    return attendance


def leaving_obstacles(attendance: Attendance) -> list[str]:
    """Why somebody can't give their place back any more."""
    if attendance.state not in {State.REGISTERED, State.WAITING}:
        return [_("There is no registration to cancel.")]
    if attendance.meeting.has_begun or attendance.meeting.cancelled_at:
        return [_("It can't be cancelled any more. Please call the office.")]
    return []


@transaction.atomic
def leave(attendance: Attendance, *, by=None) -> None:
    """Give the place back; the first who waits gets it. Raises ValidationError."""
    meeting = _lock(attendance.meeting)
    attendance.refresh_from_db()
    attendance.meeting = meeting
    _refuse(leaving_obstacles(attendance))
    before, attendance.state = attendance.state, State.CANCELLED
    attendance.save(update_fields=["state"])
    meeting_letters.drop(attendance)
    audit.record(attendance, "cancel", by=by, before=before, after=attendance.state)
    _move_up(meeting)


@transaction.atomic
def leave_all(person: Person, *, by) -> None:
    """Give back every place of somebody who goes; others who wait get them."""
    coming = person.attendances.filter(meeting__starts_at__gt=timezone.now())
    coming = coming.filter(state__in=[State.REGISTERED, State.WAITING], meeting__cancelled_at=None)
    for attendance in coming.select_related("meeting").order_by("meeting"):
        leave(attendance, by=by)


@transaction.atomic
def forget(person: Person, *, by) -> None:
    """Keep that somebody came, as a number: their places to come, results, letters and certificates
    go.
    """
    leave_all(person, by=by)
    MeetingLetter.objects.filter(attendance__person=person).delete()
    Certificate.objects.filter(attendance__person=person).delete()
    person.attendances.update(pre_score=None, post_score=None)


def _seat(meeting, person, by):
    _move_up(meeting)  # who waits comes before who comes
    is_full = meeting.attendances.seated().count() >= meeting.capacity
    state = State.WAITING if is_full else State.REGISTERED
    attendance, _is_new = Attendance.objects.update_or_create(
        meeting=meeting, person=person, defaults={"state": state, "asked_at": timezone.now()}
    )
    meeting_letters.remind(attendance)
    audit.record(attendance, "register", by=by, after=state)
    return attendance


def _move_up(meeting):
    """Give free places to those who wait, in their order, until it begins."""
    if meeting.cancelled_at or meeting.has_begun:
        return
    free = meeting.capacity - meeting.attendances.seated().count()
    for attendance in meeting.attendances.waiting()[: max(0, free)]:
        attendance.state = State.REGISTERED
        attendance.save(update_fields=["state"])
        meeting_letters.plan(attendance, Letter.MOVED_UP)
        meeting_letters.remind(attendance)
        before, after = State.WAITING, State.REGISTERED
        audit.record(attendance, "move up", by=None, before=before, after=after)


# Who came


def marking_obstacles(attendance: Attendance) -> list[str]:
    """Why it can't be ticked, or taken back, that somebody came."""
    if attendance.meeting.cancelled_at:
        return [_("It is cancelled.")]
    if timezone.localdate() < attendance.meeting.day:
        return [_("Who came is ticked on the day itself.")]
    if attendance.certificates.standing().exists():
        return [_("This person has a certificate: revoke it first.")]
    return []


@transaction.atomic
def mark(attendance: Attendance, *, is_present: bool, by) -> None:
    """Tick that somebody came, or take the tick back. Raises ValidationError."""
    meeting = _lock(attendance.meeting)
    attendance.refresh_from_db()
    attendance.meeting = meeting
    before, after = attendance.state, State.PRESENT if is_present else State.REGISTERED
    if before == after or (not is_present and before != State.PRESENT):
        return
    _refuse(marking_obstacles(attendance))
    attendance.state = after
    attendance.save(update_fields=["state"])
    audit.record(attendance, "mark", by=by, before=before, after=after)


@transaction.atomic
def score(attendance: Attendance, *, before: int | None, after: int | None, by) -> None:
    """Keep the results of the tests before and after a training, in percent."""
    attendance.pre_score, attendance.post_score = before, after
    attendance.full_clean()
    attendance.save(update_fields=["pre_score", "post_score"])
    audit.record(attendance, "change", by=by)


# Certificates


def certifying_obstacles(meeting: Meeting) -> list[str]:
    """Why no certificates can be issued now."""
    if meeting.held_at is None:
        return [_("Say first that it was held.")]
    if not meeting.attendances.certifiable().exists():
        return [_("Everybody who came has a certificate.")]
    return []


@transaction.atomic
def certify(meeting: Meeting, *, by) -> list[Certificate]:
    """Certificates for everybody who came and has none. Raises ValidationError."""
    _lock(meeting)
    _refuse(certifying_obstacles(meeting))
    attendances = list(meeting.attendances.certifiable().by_name())
    today = timezone.localdate()
    year = be_year(today)
    first = last_of_next(NUMBER_SERIES, year, len(attendances)) - len(attendances) + 1
    made = Certificate.objects.bulk_create(
        Certificate(
            attendance=attendance,
            year=year,
            number=number,
            name=attendance.person.name,
            issued_on=today,
            issued_by=by,
            word=tokens.new(),
        )
        for number, attendance in enumerate(attendances, start=first)
    )
    numbers = " – ".join(dict.fromkeys([made[0].reference, made[-1].reference]))
    audit.record(meeting, "certify", by=by, note=numbers)
    return made


@transaction.atomic
def revoke(certificate: Certificate, *, by, reason: str) -> None:
    """Say of a certificate that it holds no more; its page says so. Raises ValidationError."""
    certificate = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    reason = normalise(reason).strip()
    _refuse(
        ([_("It is revoked already.")] if certificate.revoked_at else [])
        or ([] if reason else [_("Say why it is revoked.")])
    )
    certificate.revoked_at, certificate.revocation_reason = timezone.now(), reason
    certificate.full_clean()
    certificate.save(update_fields=["revoked_at", "revocation_reason"])
    note = f"{certificate.reference}: {reason}"
    audit.record(certificate.meeting, "revoke certificate", by=by, note=note)


def _lock(meeting):
    """Hold the row until the transaction ends, and bring the given one up to date."""
    Meeting.objects.select_for_update().get(pk=meeting.pk)
    meeting.refresh_from_db()
    return meeting


def _refuse(sentences):
    if sentences:
        raise ValidationError(sentences)
