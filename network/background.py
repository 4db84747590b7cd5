"""What the worker does for the network."""

from lopburi_pr import background
from network import post, reminders
from network.models import ApplicationLetter, Reminder


def register():
    background.register(background.OutboundWork("A reminder", Reminder, reminders.send))
    background.register(
        background.OutboundWork("A letter to an applicant", ApplicationLetter, post.send)
    )
