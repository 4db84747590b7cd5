"""Letters that remind a borrower: the day before, on the day, and one, three and seven days after.

They are written when things are handed out, wait for their day, and are thrown away when
everything is back or their day is past. None leaves while sending is switched off.
"""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.translation import override

from lopburi_pr.thai_calendar import BANGKOK
from network.models import Loan, Reminder
from office import letters

DAYS = (-1, 0, 1, 3, 7)
HOUR = time(8, 30)  # when the office opens


def plan(loan: Loan) -> None:
    """Write the reminders of a loan whose borrower has a mailbox, from today on."""
    today = timezone.localdate()
    if not loan.email or loan.is_sample:
        return
    Reminder.objects.bulk_create(
        (
            Reminder(loan=loan, days=days, due_at=datetime.combine(on, HOUR, BANGKOK))
            for days in DAYS
            if (on := loan.last_day + timedelta(days=days)) >= today
        ),
        ignore_conflicts=True,
    )


def drop(loan: Loan) -> None:
    """Forget those that were not sent."""
    loan.reminders.exclude(state=Reminder.State.SENT).delete()


def send(reminder: Reminder) -> None:
    """Hand a reminder to the mail server; on any day but its own it is thrown away."""
    loan = reminder.loan
    day = loan.last_day + timedelta(days=reminder.days)
    if loan.state != Loan.State.OUT or timezone.localdate() != day:
        reminder.delete()
        return
    message(reminder).send()
    reminder.state, reminder.sent_at, reminder.error = Reminder.State.SENT, timezone.now(), ""
    reminder.save(update_fields=["state", "sent_at", "error"])


def message(reminder: Reminder) -> EmailMessage:
    """The e-mail in the language of the borrower."""
    loan = reminder.loan
    with override(loan.language):
        out = [hold.asset for hold in loan.holds.out().select_related("asset")]
        subject, text = letters.worded(
            "network/letters/reminder.txt", loan=loan, assets=out, days=reminder.days
        )
        host = settings.ALLOWED_HOSTS[0].lstrip(".")
        # The same at every try: a mailbox that got it twice shows it once.
        number = f"<loan-{loan.pk}-{reminder.days}@{host}>"
        return letters.letter(loan.email, subject, text, Message_ID=number)
