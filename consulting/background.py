"""What the worker does for advice."""

from consulting import letters, rounds
from consulting.models import CaseRound, RequestLetter
from lopburi_pr import background


def register():
    background.register(
        background.OutboundWork("A letter about a request", RequestLetter, letters.send)
    )
    background.register(background.Work("A round of requests", CaseRound, rounds.go_round))
