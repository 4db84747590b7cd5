"""What the worker does for news."""

from django.conf import settings

from lopburi_pr import background
from news import attachments, links, renditions  # noqa: F401 -- attachments tidies up after deletions
from news.models import LinkCheck, Picture


def register():
    background.register(background.Work("Sizes of a picture", Picture, renditions.make))
    if settings.OUTBOUND_ENABLED:
        background.register(background.Work("Links to other sites", LinkCheck, links.check))
