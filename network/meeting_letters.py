"""Letters about trainings and meetings: the day before, a place became free, changed, cancelled.

They wait for the worker like reminders of loans, are thrown away when they say nothing true any
more, and none leaves while sending is switched off. Whatever they say stands on the page of whoever
gets them; who has no mailbox is on the list of those to call.
"""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.translation import override

from lopburi_pr.thai_calendar import BANGKOK
from network.models import Attendance, MeetingLetter
from office import letters

HOUR = time(8, 30)  # when the office opens
Kind, State = MeetingLetter.Kind, Attendance.State
# Which state of a registration each letter speaks of.
MEANT = {
    Kind.REMINDER: {State.REGISTERED},
    Kind.MOVED_UP: {State.REGISTERED},
    Kind.CHANGED: {State.REGISTERED, State.WAITING},
    Kind.CANCELLED: {State.REGISTERED, State.WAITING},
}


def plan(attendance: Attendance, kind: str, due_at: datetime | None = None) -> None:
    """Write a letter to somebody with a mailbox, in the place of an earlier one of its kind."""
    attendance.letters.filter(kind=kind).delete()
    if attendance.person.email and not attendance.meeting.is_sample:
        due_at = due_at or timezone.now()
        MeetingLetter.objects.create(attendance=attendance, kind=kind, due_at=due_at)


def remind(attendance: Attendance) -> None:
    """Write the reminder of who holds a place, for the morning of the day before."""
    due_at = datetime.combine(_day_before(attendance.meeting), HOUR, BANGKOK)
    if attendance.state == State.REGISTERED and due_at > timezone.now():
        plan(attendance, Kind.REMINDER, due_at)
    else:
        attendance.letters.filter(kind=Kind.REMINDER).delete()


def drop(attendance: Attendance) -> None:
    """Forget those that were not sent."""
    attendance.letters.exclude(state=MeetingLetter.State.SENT).delete()


def send(letter: MeetingLetter) -> None:
    """Hand a letter to the mail server; one that is not true any more is thrown away."""
    if not _holds(letter):
        letter.delete()
        return
    message(letter).send()
    letter.state, letter.sent_at, letter.error = MeetingLetter.State.SENT, timezone.now(), ""
    letter.save(update_fields=["state", "sent_at", "error"])


def message(letter: MeetingLetter) -> EmailMessage:
    """The e-mail. Members are people of the province: it is written in Thai."""
    attendance = letter.attendance
    with override("th"):
        subject, text = letters.worded(
            "network/letters/meeting.txt",
            kind=letter.kind,
            meeting=attendance.meeting,
            attendance=attendance,
            person=attendance.person,
        )
        host = settings.ALLOWED_HOSTS[0].lstrip(".")
        # The same at every try: a mailbox that got it twice shows it once.
        number = f"<meeting-letter-{letter.pk}@{host}>"
        return letters.letter(attendance.person.email, subject, text, Message_ID=number)


def _holds(letter):
    attendance = letter.attendance
    meeting = attendance.meeting
    if not attendance.person.email or attendance.state not in MEANT[letter.kind]:
        return False
    if letter.kind == Kind.REMINDER and timezone.localdate() != _day_before(meeting):
        return False
    is_called_off = meeting.cancelled_at is not None
    return is_called_off == (letter.kind == Kind.CANCELLED) and not meeting.has_begun


def _day_before(meeting):
    return meeting.day - timedelta(days=1)
