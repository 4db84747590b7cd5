"""The steps of an advisory request, from receipt to its end. Every screen takes these and no other.

    received → assigned → in consultation ⇄ waiting for the requester, or for somebody else
    → answer in review → answered → closed; also forwarded, declined, withdrawn, joined, spam.

A state is stored as a ``Change``, and whatever is said about time is read from those.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from consulting import letters, promises
from consulting.files import attach
from consulting.models import (
    Absence,
    AdvisoryRequest,
    Change,
    Given,
    Message,
    Note,
    RequestLetter,
    ResourceEdition,
    ServiceStandard,
)
from lopburi_pr.thai_calendar import fiscal_year
from lopburi_pr.thai_text import normalise
from network import tokens
from network.models import Organization
from network.models.people import FORGOTTEN
from office import audit
from office.numbering import next_number
from office.people import name_of

NUMBER_SERIES = "advisory-request"
CLOSED_AFTER = 7  # working days after an answer to which nobody said anything

State, Lane = AdvisoryRequest.State, ServiceStandard.Lane
Mail = RequestLetter.Kind

# In which states each step can be taken.
_AT_WORK = (State.ASSIGNED, State.IN_CONSULTATION, State.WAITING_REQUESTER, State.WAITING_OTHERS)
FROM = {
    "take": (State.RECEIVED,),
    "assign": AdvisoryRequest.OPEN,
    "say": _AT_WORK,
    "ask for more": _AT_WORK,
    "wait for others": (State.ASSIGNED, State.IN_CONSULTATION, State.WAITING_REQUESTER),
    "go on": (State.ASSIGNED, State.WAITING_REQUESTER, State.WAITING_OTHERS),
    "write answer": _AT_WORK,
    "submit answer": _AT_WORK,
    "return answer": (State.IN_REVIEW,),
    "send answer": (State.IN_REVIEW,),
    "send answer unreviewed": _AT_WORK,
    "forward": AdvisoryRequest.OPEN,
    "decline": AdvisoryRequest.OPEN,
    "join": AdvisoryRequest.OPEN,
    "call spam": (State.RECEIVED, State.ASSIGNED),
    "close": (State.ANSWERED,),
    "take up again": (
        *(State.ANSWERED, State.CLOSED, State.FORWARDED, State.DECLINED),
        *(State.WITHDRAWN, State.SPAM),
    ),
    "withdraw": AdvisoryRequest.OPEN,
    "reply": (*AdvisoryRequest.OPEN, State.ANSWERED, State.CLOSED),
}


def obstacles(request: AdvisoryRequest, step: str) -> list[str]:
    """Sentences that say why a step of ``FROM`` can't be taken; empty when it can."""
    if request.contact == FORGOTTEN:
        return [_("Their data are deleted already.")]
    if request.state in FROM[step]:
        return []
    state = request.get_state_display()
    return [_("That can't be done now: the request is “%(state)s”.") % {"state": state}]


# Receipt


@transaction.atomic
def receive(
    *,
    key: uuid.UUID | None = None,
    received_at: datetime | None = None,
    by=None,
    files=(),
    is_sample: bool = False,
    **given,
) -> AdvisoryRequest:
    """Write down a request under a number; ``given`` are its facts as the model names them.

    Sent twice with the same ``key``, it is there once. An agency that the directory knows by this
    very name is linked to it. Raises ValidationError for what the model refuses.
    """
    if key and (found := AdvisoryRequest.objects.filter(key=key).first()):
        return found
    given = {
        name: normalise(value).strip() if isinstance(value, str) else value
        for name, value in given.items()
    }
    received_at = received_at or timezone.now()
    lane = Lane.CRISIS if given["topic"].is_crisis else Lane.ORDINARY
    standard = ServiceStandard.objects.now_for(lane)
    year = fiscal_year(received_at)
    name = tokens.new()
    request = AdvisoryRequest(
        key=key or uuid.uuid4(),
        year=year,
        number=next_number(NUMBER_SERIES, year),
        link_name=name,
        token_hash=tokens.hashed(tokens.of(name)),
        question_set=given["topic"].questions,
        standard=standard,
        received_at=received_at,
        received_by=by,
        is_sample=is_sample,
        **{
            "organization": Organization.objects.known_as(given["agency"]).first(),
            "language": get_language() or "th",
        }
        | given,
    )
    request.full_clean(exclude=["question_set"])
    request.save()
    attach(files, request=request)
    _change(request, State.RECEIVED, at=received_at, by=by, standard=standard)
    promises.reckon(request)
    audit.record(request, "ask for advice", by=by, after=request.state)
    letters.write(request, Mail.RECEIVED)
    if request.is_crisis:
        letters.write(request, Mail.ALARM)
    return request


def find(token: str) -> AdvisoryRequest | None:
    """The request whose secret this is."""
    rows = AdvisoryRequest.objects.select_related("topic", "standard", "organization")
    return rows.filter(token_hash=tokens.hashed(token)).first()


def lost_link(reference: str, email: str) -> None:
    """Send the address of a request to the mailbox it came from, if number and mailbox belong
    together; the caller says the same to everybody.
    """
    rows = AdvisoryRequest.objects.called(reference)
    if request := rows.filter(email__iexact=email).exclude(email="").first():
        letters.write(request, Mail.LINK)


# By the office


@transaction.atomic
def take(request: AdvisoryRequest, *, by) -> None:
    """Claim a request that nobody has. Raises ValidationError with the obstacles."""
    before = _begin(request, "take")
    request.assignee = by
    _move(request, State.ASSIGNED, "take", by, before)


@transaction.atomic
def assign(request: AdvisoryRequest, to, *, by, note: str = "") -> None:
    """Give a request to somebody, or hand one's own to a colleague; whoever is away has a deputy.

    Raises ValidationError with the obstacles.
    """
    before = _begin(request, "assign")
    to = deputy_of(to) if to else None
    _refuse(
        not to and _("Choose an officer."),
        to and to == request.assignee and _("It is theirs already."),
    )
    request.assignee = to
    told = ": ".join(filter(None, [name_of(to), note.strip()]))
    if request.state == State.RECEIVED:
        _move(request, State.ASSIGNED, "assign", by, before, told=told)
    else:
        request.save()
        audit.record(request, "assign", by=by, before=before, after=before, note=told)


def deputy_of(person, day=None):
    """Who has this person's work on that day: they themselves, or who stands in for them."""
    day = day or timezone.localdate()
    away = Absence.objects.filter(
        adviser=person, first_on__lte=day, last_on__gte=day, deputy__isnull=False
    )
    if absence := away.select_related("deputy").first():
        return absence.deputy
    return person


@transaction.atomic
def correct(request: AdvisoryRequest, *, by, **facts) -> None:
    """Write anew who asks and what they gave, as it was told. Raises ValidationError."""
    request.refresh_from_db(from_queryset=AdvisoryRequest.objects.select_for_update())
    for name, value in facts.items():
        setattr(request, name, value)
    request.full_clean(exclude=["question_set"])
    request.save(update_fields=[*facts])
    names = ", ".join(str(request._meta.get_field(name).verbose_name) for name in facts)
    audit.record(request, "change", by=by, before=request.state, after=request.state, note=names)


@transaction.atomic
def say(request: AdvisoryRequest, text: str, *, by, files=(), key=None) -> Message:
    """Write to the requester without answering yet. Raises ValidationError with the obstacles."""
    before = _begin(request, "say")
    message = _send(request, text, by=by, files=files, key=key)
    if before == State.ASSIGNED:
        _move(request, State.IN_CONSULTATION, "write", by, before)
    else:
        promises.reckon(request)
        audit.record(request, "write", by=by, before=before, after=before)
    return message


@transaction.atomic
def ask_for_more(request: AdvisoryRequest, text: str, *, by, files=(), key=None) -> Message:
    """Ask the requester for something; the time stands still until they reply.

    Raises ValidationError with the obstacles.
    """
    before = _begin(request, "ask for more")
    message = _send(request, text, by=by, files=files, key=key)
    if before == State.WAITING_REQUESTER:
        audit.record(request, "ask", by=by, before=before, after=before)
    else:
        _move(request, State.WAITING_REQUESTER, "ask", by, before)
    return message


@transaction.atomic
def wait_for_others(request: AdvisoryRequest, *, by, reason: str) -> None:
    """Note that somebody else has to reply first; the time goes on, and the requester reads for
    whom we wait. Raises ValidationError with the obstacles.
    """
    before = _begin(request, "wait for others")
    _refuse(not reason.strip() and _("Write whom you wait for: the requester reads it."))
    _move(request, State.WAITING_OTHERS, "wait", by, before, reason)


@transaction.atomic
def go_on(request: AdvisoryRequest, *, by) -> None:
    """Work on it, or work on it again. Raises ValidationError with the obstacles."""
    before = _begin(request, "go on")
    _move(request, State.IN_CONSULTATION, "go on", by, before)


@transaction.atomic
def note(request: AdvisoryRequest, text: str, *, by, files=()) -> Note:
    """Say something to colleagues alone, in any state. Raises ValidationError without words."""
    row = Note(request=request, text=normalise(text).strip(), author=by)
    row.full_clean()
    row.save()
    attach(files, request=request, note=row)
    return row


# The answer


@transaction.atomic
def write_answer(
    request: AdvisoryRequest,
    text: str,
    *,
    by,
    editions: Iterable[ResourceEdition] = (),
    files=(),
) -> Message:
    """Begin an answer or go on with it; ``editions`` are given with it. Whoever writes on it last
    is its author. Raises ValidationError with the obstacles.
    """
    before = _begin(request, "write answer")
    answer = request.messages.filter(is_answer=True).exclude(state=Message.State.SENT).first()
    answer = answer or Message(request=request, is_from_office=True, is_answer=True)
    answer.text, answer.author = normalise(text).strip(), by
    answer.full_clean()
    answer.save()
    attach(files, request=request, message=answer)
    for edition in editions:
        Given.objects.get_or_create(request=request, edition=edition, defaults={"by": by})
    if before == State.ASSIGNED:
        _move(request, State.IN_CONSULTATION, "write answer", by, before)
    else:
        audit.record(request, "write answer", by=by, before=before, after=before)
    return answer


@transaction.atomic
def submit_answer(answer: Message, *, by) -> None:
    """Give an answer to a second person. Raises ValidationError with the obstacles."""
    request, before = _begin_answer(answer, "submit answer", Message.State.DRAFT)
    answer.state = Message.State.IN_REVIEW
    answer.save(update_fields=["state"])
    _move(request, State.IN_REVIEW, "submit", by, before)


@transaction.atomic
def return_answer(answer: Message, *, by, remark: str) -> None:
    """Give an answer back to its author with what to change. Raises ValidationError with the
    obstacles.
    """
    request, before = _begin_answer(answer, "return answer", Message.State.IN_REVIEW)
    _refuse(not remark.strip() and _("Write what has to change."))
    answer.state, answer.remark = Message.State.DRAFT, normalise(remark).strip()
    answer.save(update_fields=["state", "remark"])
    _move(request, State.IN_CONSULTATION, "send back", by, before, told=answer.remark)


@transaction.atomic
def send_answer(answer: Message, *, by) -> None:
    """Send an answer that somebody else wrote: the table holds to that.

    Raises ValidationError with the obstacles.
    """
    request, before = _begin_answer(answer, "send answer", Message.State.IN_REVIEW)
    answer.reviewer = by
    _answer(request, answer, by, before)


@transaction.atomic
def send_answer_unreviewed(answer: Message, *, by) -> None:
    """Send an answer in a crisis before a second person has read it; the trail says so.

    Raises ValidationError with the obstacles.
    """
    request, before = _begin_answer(answer, "send answer unreviewed", Message.State.DRAFT)
    _refuse(not request.is_crisis and _("Only in a crisis an answer leaves unreviewed."))
    answer.is_unreviewed = True
    _answer(request, answer, by, before)


def _begin_answer(answer, step, state):
    request = answer.request
    before = _begin(request, step)
    answer.refresh_from_db(from_queryset=Message.objects.select_for_update().select_related(None))
    answer.request = request
    _refuse(answer.state != state and _("Somebody went on with this answer meanwhile. Look again."))
    return request, before


def _answer(request, answer, by, before):
    answer.state, answer.sent_at = Message.State.SENT, timezone.now()
    answer.full_clean()
    answer.save()
    verb = "issue alone" if answer.is_unreviewed else "answer"
    _move(request, State.ANSWERED, verb, by, before, mail=False)
    letters.write(request, Mail.MESSAGE, message=answer)


# Ends


@transaction.atomic
def forward(request: AdvisoryRequest, *, by, to: str, reason: str) -> None:
    """Hand it to the office that answers for it, another province's for example.

    Raises ValidationError with the obstacles.
    """
    before = _begin(request, "forward")
    request.forwarded_to, request.reason = normalise(to).strip(), normalise(reason).strip()
    _refuse(
        not request.forwarded_to and _("Write to which office it is forwarded."),
        not request.reason and _("Write the reason that the requester reads."),
    )
    _move(request, State.FORWARDED, "forward", by, before, request.reason)


@transaction.atomic
def decline(request: AdvisoryRequest, *, by, reason: str) -> None:
    """Say that it is not done, why, and what else helps. Raises ValidationError with obstacles."""
    before = _begin(request, "decline")
    request.reason = normalise(reason).strip()
    _refuse(not request.reason and _("Write the reason that the requester reads."))
    _move(request, State.DECLINED, "refuse", by, before, request.reason)


@transaction.atomic
def join(request: AdvisoryRequest, into: AdvisoryRequest, *, by) -> None:
    """Go on with a second request of the same people under the number of another.

    What its requester wrote and the files stay with it. Raises ValidationError with the obstacles.
    """
    # Both in the order of their keys: two who join crosswise wait for each other in vain.
    list(AdvisoryRequest.objects.filter(pk__in=[request.pk, into.pk]).select_for_update())
    before = _begin(request, "join")
    into.refresh_from_db()
    _refuse(
        into.pk == request.pk and _("It can't be joined to itself."),
        not into.is_open and _("The other request is over."),
    )
    request.merged_into = into
    _move(request, State.MERGED, "join", by, before, into.reference)
    audit.record(
        into, "take over", by=by, before=into.state, after=into.state, note=request.reference
    )


@transaction.atomic
def call_spam(request: AdvisoryRequest, *, by) -> None:
    """Put aside what is no request; no letter is sent. Raises ValidationError with obstacles."""
    before = _begin(request, "call spam")
    _move(request, State.SPAM, "put aside", by, before, mail=False)


@transaction.atomic
def close(request: AdvisoryRequest, *, by=None) -> None:
    """End what is answered; ``by`` is None when nobody said anything for ``CLOSED_AFTER`` days.

    Raises ValidationError with the obstacles.
    """
    before = _begin(request, "close")
    _move(request, State.CLOSED, "close", by, before, mail=False)


@transaction.atomic
def take_up_again(request: AdvisoryRequest, *, by=None, reason: str = "") -> None:
    """Begin anew with what was over, with a promise of its own; the first figures stay.

    Raises ValidationError with the obstacles.
    """
    before = _begin(request, "take up again")
    request.reason = request.forwarded_to = ""
    # It ended while somebody read its answer: that begins anew too, with its author.
    unread = request.messages.filter(is_answer=True, state=Message.State.IN_REVIEW)
    unread.update(state=Message.State.DRAFT)
    standard = ServiceStandard.objects.now_for(Lane.REOPENED)
    state = State.IN_CONSULTATION if request.assignee_id else State.RECEIVED
    _move(request, state, "take up again", by, before, reason, mail=False, standard=standard)


# By the requester


@transaction.atomic
def reply(request: AdvisoryRequest, text: str, *, files=(), key=None) -> Message:
    """Take what the requester writes: our question is answered, or what was over begins anew.

    Sent twice with the same ``key``, it is there once. Raises ValidationError with the obstacles.
    """
    before = _begin(request, "reply")
    if key and (found := request.messages.filter(key=key).first()):
        return found
    message = Message(
        request=request,
        text=normalise(text).strip(),
        state=Message.State.SENT,
        sent_at=timezone.now(),
        key=key or uuid.uuid4(),
    )
    message.full_clean()
    message.save()
    attach(files, request=request, message=message)
    audit.record(request, "reply", by=None, before=before, after=before)
    if before == State.WAITING_REQUESTER:
        _move(request, State.IN_CONSULTATION, "go on", None, before, mail=False)
    elif before in {State.ANSWERED, State.CLOSED}:
        take_up_again(request)
    return message


@transaction.atomic
def withdraw(request: AdvisoryRequest, *, reason: str = "", by=None) -> None:
    """Take a request back. Raises ValidationError with the obstacles."""
    before = _begin(request, "withdraw")
    _move(request, State.WITHDRAWN, "take back", by, before, reason, mail=False)


# Together


def _send(request, text, *, by, files, key):
    """A message to the requester, with its letter."""
    message = Message(
        request=request,
        is_from_office=True,
        text=normalise(text).strip(),
        state=Message.State.SENT,
        sent_at=timezone.now(),
        author=by,
        key=key or uuid.uuid4(),
    )
    message.full_clean()
    message.save()
    attach(files, request=request, message=message)
    letters.write(request, Mail.MESSAGE, message=message)
    return message


def _begin(request, step):
    """Read it anew, ours until the transaction ends; the state in which it was."""
    request.refresh_from_db(from_queryset=AdvisoryRequest.objects.select_for_update())
    _refuse(*obstacles(request, step))
    return request.state


def _move(request, state, verb, by, before, reason="", *, told="", mail=True, standard=None):
    """Bring it into a state. ``reason`` is read by the requester, ``told`` by staff alone."""
    reason = normalise(reason).strip()
    request.state = state
    # What a step does not write can't stand in its way: a telephone number of another time, say.
    request.clean_fields(exclude={each.name for each in request._meta.fields} - _MOVED)
    request.validate_constraints()
    _change(request, state, by=by, reason=reason, standard=standard)
    promises.reckon(request, save=False)
    request.save()
    audit.record(request, verb, by=by, before=before, after=state, note=told or reason)
    if mail and state in MAILED:
        letters.write(request, Mail.STATE)


_MOVED = {"state", "reason", "forwarded_to", "merged_into", "assignee"}
# A letter tells of these; of a message or an answer its own letter does.
MAILED = {State.WAITING_OTHERS, State.FORWARDED, State.DECLINED, State.MERGED}


def _change(request, state, *, by=None, at=None, reason="", standard=None):
    Change.objects.create(
        request=request,
        state=state,
        at=at or timezone.now(),
        by=by,
        reason=reason,
        standard=standard,
    )


def _refuse(*sentences: str | bool) -> None:
    if found := [said for said in sentences if said]:
        raise ValidationError(found)
