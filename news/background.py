"""What the worker does for news."""

from lopburi_pr import background
from news import attachments, renditions  # noqa: F401 -- attachments tidies up after deletions
from news.models import Picture


def register():
    background.register(background.Work("Sizes of a picture", Picture, renditions.make))
