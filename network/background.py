"""What the worker does for the network."""

from lopburi_pr import background
from network import meeting_letters, reminders
from network.models import MeetingLetter, Reminder


def register():
    background.register(background.OutboundWork("A reminder", Reminder, reminders.send))
    work = background.OutboundWork("A letter about a meeting", MeetingLetter, meeting_letters.send)
    background.register(work)
