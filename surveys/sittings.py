"""Answers while they are given: kept section by section under a secret of the browser, sent once.

The secret, when it began and the one-time code are in the browser alone (``Ticket``); the row holds
the answers. So no table knows who answers, when, or with which code.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from lopburi_pr.thai_text import normalise
from network import tokens
from office import pulse
from surveys import answering, fieldwork, receipts
from surveys.definition import Section, form_of
from surveys.models import Questionnaire, Response, Sitting, Survey

KEPT = timedelta(days=7)  # since the day it was touched last
RECEIPT_SHOWN = timedelta(minutes=15)  # a telephone may be lent to somebody else
STEP_SECONDS = 10  # how finely the time that it took is told
UNFINISHED_LETTERS = 5000  # of one answer, as long as it is not valid
UNFINISHED_VALUES = 200

_SALT = "surveys.ticket"


@dataclass(frozen=True)
class Ticket:
    """What a browser holds for one survey. ``begun`` and ``sent`` are seconds since 1970."""

    token: str
    mode: str = Survey.Mode.WEB
    code: str = ""
    begun: int = 0
    sent: int = 0

    @property
    def is_sent(self) -> bool:
        return bool(self.sent)

    @property
    def receipt(self) -> str:
        """The receipt, for some minutes after the answers were sent; then ""."""
        is_fresh = _now() - self.sent < RECEIPT_SHOWN.total_seconds()
        return receipts.receipt_of(_key(self.token)) if self.is_sent and is_fresh else ""

    def sealed(self, survey: Survey) -> str:
        """As a cookie carries it; nobody else can make one, nor take it to another survey."""
        held = [self.token, self.mode, self.code, self.begun, self.sent]
        return signing.dumps(held, salt=f"{_SALT}.{survey.pk}")

    @classmethod
    def opened(cls, text: str, pk: int) -> "Ticket | None":
        """What ``sealed`` made for the survey of this number; None for anything else."""
        try:
            return cls(*signing.loads(text, salt=f"{_SALT}.{pk}"))
        except (signing.BadSignature, TypeError, ValueError):
            return None


def begin(questionnaire: Questionnaire, *, mode: str, code: str = "") -> Ticket:
    """Begin to answer this version of a questionnaire."""
    token = secrets.token_urlsafe(tokens.BYTES)
    Sitting.objects.create(token_hash=tokens.hashed(token), questionnaire=questionnaire, mode=mode)
    return Ticket(token, str(mode), code, begun=_now())


def find(ticket: Ticket) -> Sitting | None:
    """What was answered under this ticket so far; ``beat`` is the pulse as of now."""
    rows = Sitting.objects.annotate(beat=pulse.BEAT)
    found = next(iter(rows.filter(token_hash=tokens.hashed(ticket.token))), None)
    if found:
        found.questionnaire = fieldwork.asked(found.questionnaire_id, found.beat)
    return found


def is_known(ticket: Ticket) -> bool:
    """Whether answers arrived under this ticket."""
    return Response.objects.filter(pk=_key(ticket.token)).exists()


@transaction.atomic
def keep(sitting: Sitting, section: Section, answers: dict) -> None:
    """Keep what ``answering.clean`` accepted of a section; what is not asked any more goes.

    Raises Sitting.DoesNotExist when it was sent meanwhile.
    """
    _lock(sitting)
    kept = sitting.answers | answers
    settled = answering.settle(form_of(sitting.questionnaire), kept)
    # What settling adds is asked from now on, and was not answered yet.
    sitting.answers = {name: value for name, value in settled.items() if name in kept}
    sitting.unfinished.pop(section.name, None)
    _touch(sitting)


@transaction.atomic
def keep_unfinished(sitting: Sitting, section: Section, posted) -> None:
    """Keep what was typed in a section that is not valid yet, as far as it can be stored."""
    _lock(sitting)
    sitting.unfinished[section.name] = {
        name: [
            normalise(value[: UNFINISHED_LETTERS * 2])[:UNFINISHED_LETTERS]
            for value in posted.getlist(name)[:UNFINISHED_VALUES]
        ]
        for name in _fields(section)
        if name in posted
    }
    _touch(sitting)


def _fields(section):
    """The names under which a page posts the answers of a section."""
    for question in section.questions:
        if question.kind == "rank":
            yield from (f"{question.name}_{place + 1}" for place in range(question.rank_n))
        else:
            yield from (variable.name for variable in question.variables)


def discard(ticket: Ticket) -> None:
    """Delete what was answered and not sent."""
    Sitting.objects.filter(token_hash=tokens.hashed(ticket.token)).delete()


def _lock(sitting):
    rows = Sitting.objects.select_for_update()
    sitting.refresh_from_db(fields=["answers", "unfinished"], from_queryset=rows)


def _touch(sitting):
    sitting.touched_on = timezone.localdate()
    sitting.save(update_fields=["answers", "unfinished", "touched_on"])


def missing(sitting: Sitting) -> list[str]:
    """The names of the sections that are still to be answered, in order."""
    form = form_of(sitting.questionnaire)
    whole = answering.settle(form, sitting.answers)
    return [
        section.name
        for section in form.relevant_sections(whole)
        if section.name in sitting.unfinished or _is_open(section, whole, sitting.answers)
    ]


def _is_open(section, whole, answers):
    asked = (q for q in section.questions if q.kind != "calculate")
    names = (variable.name for question in asked for variable in question.variables)
    return any(name in whole and name not in answers for name in names)


def send(ticket: Ticket, sitting: Sitting | None) -> Ticket:
    """Hand the answers in, all of them once: sent again, the first sending counts.

    Raises Sitting.DoesNotExist when there is nothing under this ticket, ValidationError (sentences
    by variable), codes.CodeRefusedError and fieldwork.NotTakenError.
    """
    try:
        _hand_in(ticket, sitting)
    except Sitting.DoesNotExist:
        if not is_known(ticket):
            raise
    return sent(ticket)


def _hand_in(ticket, sitting):
    if sitting is None:
        raise Sitting.DoesNotExist
    if missing(sitting):
        raise ValidationError({})
    fieldwork.record(
        sitting.questionnaire,
        sitting.answers,
        key=_key(ticket.token),
        mode=sitting.mode,
        seconds=_took(ticket.begun),
        code=ticket.code,
        sitting=sitting,
    )


def sent(ticket: Ticket) -> Ticket:
    """The ticket once its answers were handed in."""
    return replace(ticket, code="", begun=0, sent=_now())


def _key(token):
    # Made from the secret: a second sending finds the first after the row is gone, and from what
    # is stored nobody can make it.
    return UUID(hex=tokens.hashed(f"answers {token}")[:32])


def _took(begun):
    """How long it took, in whole steps."""
    return (_now() - begun) // STEP_SECONDS * STEP_SECONDS if begun else None


def _now():
    return int(timezone.now().timestamp())
