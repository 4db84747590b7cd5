"""What the worker does for the network."""

from lopburi_pr import background
from network import confirming, reminders
from network.models import Confirmation, Reminder


class ConfirmingLetters(background.OutboundWork):
    """Questions to mailboxes; ``news`` asks machines."""

    def waiting(self):
        return super().waiting().filter(channel__kind="email")


def register():
    background.register(background.OutboundWork("A reminder", Reminder, reminders.send))
    background.register(ConfirmingLetters("A question to a mailbox", Confirmation, confirming.send))
