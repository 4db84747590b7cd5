"""What the worker does for news."""

from django.conf import settings

from lopburi_pr import background
from network.models import Confirmation, LineEvent
from news import (
    attachments,  # noqa: F401 -- it tidies up
    delivering,
    distributing,
    echoing,
    letters,
    line,
    links,
    renditions,
)
from news.models import ChaseRound, Delivery, Letter, LetterRound, LinkCheck, Picture


def register():
    background.register(background.Work("Sizes of a picture", Picture, renditions.make))
    background.register(background.Work("A round of letters", LetterRound, letters.go_round))
    background.register(background.OutboundWork("A letter", Letter, letters.send))
    background.register(
        background.Work("A round of corrections", ChaseRound, distributing.go_round)
    )
    background.register(delivering.Dispatch("A delivery", Delivery, delivering.send))
    background.register(echoing.Echo("A question to a machine", Confirmation, echoing.send))
    background.register(line.Answers("An answer by LINE", LineEvent, line.answer))
    if settings.OUTBOUND_ENABLED:
        background.register(background.Work("Links to other sites", LinkCheck, links.check))
