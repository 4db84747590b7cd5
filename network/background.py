"""What the worker does for the network."""

from lopburi_pr import background
from network import confirming, meeting_letters, post, reminders
from network.models import ApplicationLetter, Confirmation, MeetingLetter, Reminder


class ConfirmingLetters(background.OutboundWork):
    """Questions to mailboxes; ``news`` asks machines."""

    def waiting(self):
        return super().waiting().filter(channel__kind="email")


def register():
    background.register(background.OutboundWork("A reminder", Reminder, reminders.send))
    background.register(ConfirmingLetters("A question to a mailbox", Confirmation, confirming.send))
    work = background.OutboundWork("A letter about a meeting", MeetingLetter, meeting_letters.send)
    background.register(work)
    background.register(
        background.OutboundWork("A letter to an applicant", ApplicationLetter, post.send)
    )
