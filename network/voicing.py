"""The steps of a voice from the network: sent, handed on to a desk, answered or closed.

    received → handed on → answered, or closed with a reason; also straight from received.

What a desk made of it stands in tables of apps above (``network.models.voices.UseOfVoice``) and is
looked up whenever its sender looks.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lopburi_pr.photographs import Reencoded
from lopburi_pr.thai_calendar import be_year
from lopburi_pr.thai_text import normalise
from network.models import Person, Voice
from network.models.voices import Step, UseOfVoice
from office import audit
from office.models import Subdistrict
from office.numbering import next_number

NUMBER_SERIES = "voice"
YEARS_KEPT = 2  # from the day it was sent; what still waits to be read stays
State = Voice.State


# Why not


def obstacles(voice: Voice) -> list[str]:
    """Sentences that say why nothing more can be done with a voice; empty when it can."""
    return [_("It is answered or closed already.")] if voice.is_settled else []


def sending_obstacles(person: Person) -> list[str]:
    """Why this person can't send anything; empty when they can."""
    return [_("This person has left the network.")] if person.left_on else []


# Steps


@transaction.atomic
def send(
    person: Person,
    *,
    kind: str,
    words: str,
    photo: Reencoded | None = None,
    subdistrict: Subdistrict | None = None,
    key: uuid.UUID | None = None,
) -> Voice:
    """Take in what somebody of the network says, under a number; what is sent twice with the same
    ``key`` is noted once. Raises ValidationError with the obstacles.
    """
    # Who presses twice waits here until the first is written.
    person = Person.objects.select_for_update().get(pk=person.pk)
    if found := already(person, key):
        return found
    if sentences := sending_obstacles(person):
        raise ValidationError(sentences)
    if key is None or Voice.objects.filter(key=key).exists():
        key = uuid.uuid4()
    year = be_year(timezone.now())
    voice = Voice(
        key=key,
        person=person,
        organization=person.organization,
        kind=kind,
        words=normalise(words).strip(),
        photo=photo or "",
        subdistrict=subdistrict,
        year=year,
        number=next_number(NUMBER_SERIES, year),
        is_sample=person.is_sample,
    )
    voice.full_clean()
    voice.save()
    audit.record(voice, "report", by=person.user, after=voice.state)
    return voice


def already(person: Person, key: uuid.UUID | None) -> Voice | None:
    """What this person sent under that key before."""
    return person.voices.filter(key=key).first() if key else None


@transaction.atomic
def hand_on(voice: Voice, *, to: str, by, note: str = "") -> None:
    """Give a voice to one of ``Voice.Desk``, with a note that staff alone read.

    Raises ValidationError with the obstacles.
    """
    before = _fresh(voice)
    _refuse(
        *obstacles(voice),
        to not in Voice.Desk.values and _("Choose to whom it is handed."),
        to == voice.handed_to and _("It is handed there already."),
    )
    voice.state, voice.handed_to, voice.handed_at = State.HANDED_ON, to, timezone.now()
    voice.note, voice.decided_by = normalise(note).strip(), by
    voice.full_clean(exclude=["decided_by"])
    voice.save()
    told = ": ".join(filter(None, [voice.get_handed_to_display(), voice.note]))
    audit.record(voice, "hand on", by=by, before=before, after=voice.state, note=told)


def answer(voice: Voice, *, by, words: str) -> None:
    """Tell the sender what is the case. Raises ValidationError with the obstacles, or for want of
    words.
    """
    _settle(voice, State.ANSWERED, "answer", by, words, _("Write the answer."))


def close(voice: Voice, *, by, reason: str) -> None:
    """Do nothing more and tell the sender why. Raises ValidationError as ``answer`` does."""
    _settle(voice, State.CLOSED, "close", by, reason, _("Say why nothing more is done."))


@transaction.atomic
def _settle(voice, state, verb, by, words, missing):
    before = _fresh(voice)
    words = normalise(words).strip()
    _refuse(*obstacles(voice), not words and missing)
    voice.state, voice.answer, voice.settled_at = state, words, timezone.now()
    voice.decided_by = by
    voice.full_clean(exclude=["decided_by"])
    voice.save()
    audit.record(voice, verb, by=by, before=before, after=state, note=words)


@transaction.atomic
def forget(voice: Voice, *, by) -> None:
    """Delete a voice with its photograph; what was made of it in other apps stays without it."""
    audit.record(voice, "forget", by=by, before=voice.state)
    drop_photo(voice)
    voice.delete()


def drop_photo(voice: Voice) -> None:
    """Delete the file once the transaction has ended well."""
    if name := voice.photo.name:
        transaction.on_commit(lambda: default_storage.delete(name))


# What became of it


def outcomes(voices: Iterable[Voice]) -> dict[int, list[Step]]:
    """By key of the voice: what apps above made of it and may tell by now, the earliest first."""
    keys = [voice.pk for voice in voices]
    found = defaultdict(list)
    for relation in Voice._meta.related_objects:
        if issubclass(relation.related_model, UseOfVoice):
            for use in relation.related_model.objects.filter(voice__in=keys).telling():
                if step := use.outcome:
                    found[use.voice_id].append(step)
    for steps in found.values():
        steps.sort(key=lambda step: step.at or timezone.now())
    return found


def timeline(voice: Voice, made: Iterable[Step] = ()) -> list[Step]:
    """Everything that happened to a voice, for its sender; ``made`` are its ``outcomes``."""
    steps = [Step(voice.received_at, _("Received"), voice.reference)]
    if voice.handed_to:
        steps.append(Step(voice.handed_at, str(voice.handed)))
    steps += made
    if voice.is_settled:
        title = _("The office answered") if voice.state == State.ANSWERED else _("Closed")
        steps.append(Step(voice.settled_at, title, voice.answer, is_answer=True))
    return steps


def standing(voice: Voice, made: Iterable[Step] = ()) -> tuple[str, str]:
    """How far it is, in words and as the tone of the status component."""
    if voice.state == State.CLOSED:
        return str(State.CLOSED.label), "neutral"
    if voice.state == State.ANSWERED or any(step.is_answer for step in made):
        return str(State.ANSWERED.label), "success"
    if voice.state == State.RECEIVED:
        return str(State.RECEIVED.label), "info"
    return str(voice.get_handed_to_display()), "info"


# Together


def _refuse(*sentences: str | bool) -> None:
    if found := [said for said in sentences if said]:
        raise ValidationError(found)


def _fresh(voice):
    """Read the voice anew, ours until the transaction ends; the state in which it was."""
    voice.refresh_from_db(from_queryset=Voice.objects.select_for_update())
    return voice.state
