"""What the worker does for the network."""

from lopburi_pr import background
from network import reminders
from network.models import Reminder


def register():
    background.register(background.OutboundWork("A reminder", Reminder, reminders.send))
