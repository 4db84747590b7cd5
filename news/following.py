"""Following by e-mail: asked for, confirmed from the mailbox itself, left with one click."""

from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from news import letters
from news.models import Follower, Letter, LetterRound

OPEN_QUESTIONS_AT_MOST = 5  # of one mailbox: nobody else can fill it with our letters


@transaction.atomic
def ask(email: str, **subject) -> None:
    """Write the letter that asks the owner of a mailbox whether they want to follow.

    ``subject`` is one of ``article``, ``topic``, ``district``, or nothing for all corrections.
    Nothing tells the asker whether the mailbox follows already.
    """
    subject = {"article": None, "topic": None, "district": None} | subject
    email = email.lower()
    open_questions = Follower.objects.filter(email=email, confirmed_at=None)
    if open_questions.count() >= OPEN_QUESTIONS_AT_MOST:
        return
    # Without a confirmation there is nothing to tell; the first question starts the rounds.
    LetterRound.objects.get_or_create(pk=1)
    follower, _is_new = Follower.objects.get_or_create(
        email=email, **subject, defaults={"language": get_language()}
    )
    if follower.confirmed_at is None:
        about = f"{follower.pk} {timezone.localdate()}"  # asked again, told again once a day
        letters.write(Letter.Kind.CONFIRM, [follower], about)


def confirm(token: str) -> Follower | None:
    """Begin to tell the owner of a mailbox; None when the letter is too old or not ours."""
    follower = _meant(letters.CONFIRMING, token, letters.UNCONFIRMED_KEPT)
    if follower and follower.confirmed_at is None:
        follower.confirmed_at = timezone.now()
        follower.save(update_fields=["confirmed_at"])
    return follower


def asked_by(token: str) -> Follower | None:
    """Who is asked in the letter with this token; None when it is too old or not ours."""
    return _meant(letters.CONFIRMING, token, letters.UNCONFIRMED_KEPT)


def is_ours(token: str) -> bool:
    """Whether this token to leave was given by us, used since or not."""
    try:
        letters.LEAVING.unsign(token)
    except signing.BadSignature:
        return False
    return True


def leave(token: str) -> None:
    """Delete the follower with its address and letters. Nothing happens the second time."""
    if follower := _meant(letters.LEAVING, token, None):
        follower.delete()


def _meant(signer, token, longest: timedelta | None):
    try:
        key = signer.unsign(token, max_age=longest)
    except signing.BadSignature:
        return None
    return Follower.objects.filter(pk=key).first()
