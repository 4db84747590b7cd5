"""What the worker does for the network."""

from lopburi_pr import background
from network import reminders
from network.models import Reminder


def register():
    background.register(reminders.Post("A reminder", Reminder, reminders.send))
