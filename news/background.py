"""What the worker does for news."""

from lopburi_pr import background
from news import attachments, letters, renditions  # noqa: F401 -- attachments tidies up
from news.models import Letter, LetterRound, Picture


def register():
    background.register(background.Work("Sizes of a picture", Picture, renditions.make))
    background.register(background.Work("A round of letters", LetterRound, letters.go_round))
    background.register(letters.Post("A letter", Letter, letters.send))
