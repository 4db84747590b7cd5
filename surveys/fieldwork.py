"""Asking people: a survey opens, takes answers, closes.

Every way of answering ends in ``record``: a page, a kiosk, an interviewer's device, a sheet of
paper. It takes what arrives once however often it is sent, and keeps nothing that tells who sent
it.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import rfc8785
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from office import audit, pulse
from office.models import District, Province, Subdistrict
from office.pulse import remembered
from surveys import answering, codes, quotas, receipts, tabulating
from surveys.definition import Form, form_of
from surveys.models import Questionnaire, Response, ResponseChange, Sitting, Stratum, Survey

LONGEST_SECONDS = 4 * 3600  # what took longer was left lying: no time is kept
# A calculated question of this name says that somebody is not one of those who are asked.
SCREEN = "screen_out"
BY_HAND = (Survey.Mode.INTERVIEW, Survey.Mode.PAPER)  # may arrive after the last day

State = Response.State


@dataclass(frozen=True)
class Recorded:
    """What became of a sending: the response, and whether this sending made it."""

    response: Response
    is_new: bool


class OtherBodyError(Exception):
    """This key was sent before with other answers; both are worth keeping, neither overwrites."""

    def __init__(self, first: Response):
        super().__init__(first)
        self.first = first


class NotTakenError(Exception):
    """The survey takes no answers in this way now; ``str`` is a sentence."""


# A survey's course


def obstacles_to_opening(survey: Survey) -> list[str]:
    """Why it can't be opened; none when it can."""
    found = []
    if survey.state not in {Survey.State.DRAFT, Survey.State.CLOSED}:
        found.append(_("Only a draft or a closed survey is opened."))
    if not survey.questionnaire:
        found.append(_("Publish the questionnaire first."))
    if not survey.modes:
        found.append(_("Choose at least one way of answering."))
    if survey.closes_on < timezone.localdate():
        found.append(_("The last day is past. Choose a later one."))
    if survey.needs_code and not survey.codes.exists():
        found.append(_("Print one-time codes first: nobody could answer without one."))
    if survey.design != Survey.Design.OPEN_LINK:
        strata = list(survey.strata.all())
        if not strata:
            found.append(_("Say of which districts people are asked, and how many."))
        elif any(stratum.population is None for stratum in strata) and not survey.is_sample:
            found.append(_("Write how many people live in each district, and where that is from."))
    return found


@transaction.atomic
def open_survey(survey: Survey, *, by) -> None:
    """Take answers from its first day on. Raises ValidationError with the obstacles."""
    _lock(survey)
    if found := obstacles_to_opening(survey):
        raise ValidationError(found)
    before, survey.state = survey.state, Survey.State.OPEN
    survey.opened_at = survey.opened_at or timezone.now()
    survey.closed_at = None
    survey.save(update_fields=["state", "opened_at", "closed_at"])
    tabulating.ask(survey)
    audit.record(survey, "open survey", by=by, before=before, after=survey.state)


@transaction.atomic
def close_survey(survey: Survey, *, by) -> None:
    """Take no more answers; those of interviewers and sheets that were given in time still come."""
    _lock(survey)
    if survey.state != Survey.State.OPEN:
        raise ValidationError(_("Only an open survey is closed."))
    survey.state, survey.closed_at = Survey.State.CLOSED, timezone.now()
    survey.save(update_fields=["state", "closed_at"])
    codes.scatter(survey)
    tabulating.ask(survey)
    audit.record(survey, "close", by=by, before=Survey.State.OPEN, after=survey.state)


@transaction.atomic
def withdraw_survey(survey: Survey, *, by, reason: str) -> None:
    """Take it back in public, with the reason; no answer is deleted."""
    _lock(survey)
    if survey.state not in Survey.PUBLIC:
        raise ValidationError(_("Only what was opened is withdrawn."))
    before, survey.state = survey.state, Survey.State.WITHDRAWN
    survey.withdrawal_reason = reason.strip()
    survey.full_clean()
    survey.save(update_fields=["state", "withdrawal_reason"])
    audit.record(survey, "withdraw", by=by, before=before, after=survey.state, note=reason)


def _lock(survey):
    survey.refresh_from_db(from_queryset=Survey.objects.select_for_update())


# Answers


def record(
    questionnaire: Questionnaire,
    answers: dict,
    *,
    key: UUID,
    mode: str,
    seconds: int | None = None,
    interviewer=None,
    cluster: str = "",
    code: str = "",
    on: date | None = None,
    sitting: Sitting | None = None,
) -> Recorded:
    """Keep a whole set of answers under the key that its sender made: all of it, once.

    The same key with the same answers gives the first response again. ``on`` is the day on which
    they were given, of answers that arrive later. A ``sitting`` goes when its answers come:
    whoever deletes it sends them. Raises ValidationError (sentences by variable), NotTakenError,
    codes.CodeRefusedError, OtherBodyError, or Sitting.DoesNotExist (sent or changed meanwhile).
    """
    sent = {"questionnaire": questionnaire.sha256, "answers": answers}
    body = hashlib.sha256(rfc8785.dumps(sent)).hexdigest()
    # While there is a sitting, nothing was sent from it.
    if sitting is None and (first := Response.objects.filter(pk=key).first()):
        return _again(first, body)
    survey = questionnaire.survey
    on = on or timezone.localdate()
    state = _state_by_day(survey, mode, on)
    form = form_of(questionnaire)
    if errors := _refusals(form, answers, mode, places_at(sitting.beat if sitting else None)):
        raise ValidationError(errors)
    settled = answering.settle(form, answers)
    response = Response(
        pk=key,
        survey=survey,
        questionnaire=questionnaire,
        mode=mode,
        interviewer=interviewer,
        cluster=cluster,
        received_on=on,
        seconds=seconds if seconds is not None and 0 <= seconds <= LONGEST_SECONDS else None,
        stratum=stratum_of(survey, form, settled),
        data=settled,
        sha256=body,
        state=_screened(state, settled),
    )
    try:
        with transaction.atomic():
            _insert(response, code, sitting)
    except IntegrityError:
        # The same was sent at the same moment; whoever comes second finds the first.
        first = Response.objects.filter(pk=key).first()
        if first is None:
            raise
        return _again(first, body)
    return Recorded(response, is_new=True)


def _insert(response, code, sitting):
    if sitting:
        gone = Sitting.objects.filter(pk=sitting.pk, answers=sitting.answers)
        if not gone.delete()[0]:
            raise Sitting.DoesNotExist
    # First the row: a second sending waits here for the first to end, and counts nothing.
    response.save(force_insert=True)
    if response.survey.needs_code and response.mode in {Survey.Mode.WEB, Survey.Mode.KIOSK}:
        codes.use(response.survey, code)
    if response.state == State.COMPLETE and not quotas.reserve(response.survey, response.data):
        response.state = State.OVER_QUOTA
        response.save(update_fields=["state"])


def _again(first, body):
    if first.sha256 != body:
        raise OtherBodyError(first)
    return Recorded(first, is_new=False)


def _state_by_day(survey, mode, on):
    """Whether answers of that day count. Raises NotTakenError where nobody holds them in hand."""
    is_in_time = survey.opens_on <= on <= survey.closes_on
    if mode in BY_HAND:
        counts = survey.state in {Survey.State.OPEN, Survey.State.CLOSED}
        return State.COMPLETE if counts and is_in_time else State.LATE
    if not (survey.state == Survey.State.OPEN and is_in_time):
        raise NotTakenError(
            _("This survey takes no more answers. Thank you for wanting to answer.")
        )
    return State.COMPLETE


def _refusals(form, answers, mode, places):
    errors = answering.check(form, answers, places=places)
    if mode != Survey.Mode.PAPER or not isinstance(answers, dict):
        return errors
    # Paper can't insist: what was left blank there stays blank.
    return {
        name: said for name, said in errors.items() if name == "" or answers.get(name) is not None
    }


def _screened(state, settled):
    screened = settled.get(SCREEN) not in (None, "", "false", "0", 0, False)
    return State.SCREENED_OUT if screened and state == State.COMPLETE else state


def stratum_of(survey: Survey, form: Form, answers: dict) -> Stratum | None:
    """The stratum whose code the place that was answered begins with, the longest first."""
    places = [question for question in form.questions if question.kind == "place"]
    marked = [question for question in places if question.role == "stratum"] or places[:1]
    told = [answers.get(question.name) or "" for question in marked]
    strata = sorted(survey.strata.all(), key=lambda each: -len(each.code)) if any(told) else []
    return next(
        (each for each in strata if any(place.startswith(each.code) for place in told)), None
    )


def asked(pk: int, beat: int) -> Questionnaire:
    """The version of this number with its survey, strata and quotas, as of this beat of the pulse:
    remembered by the process, and not to be changed.
    """
    return remembered(("surveys", "asked", pk), beat, lambda: _asked(pk))


def _asked(pk):
    # The questions are kept for longer (form_of), and they are the largest part.
    rows = Questionnaire.objects.defer("definition").select_related("survey")
    return rows.prefetch_related("survey__strata", "survey__quotas").get(pk=pk)


def places_at(beat: int | None = None) -> frozenset[str]:
    """The codes of all places that the office knows, remembered by the process."""
    return remembered(("surveys", "places"), pulse.beat() if beat is None else beat, _places)


def _places():
    levels = (Province, District, Subdistrict)
    return frozenset(
        code for level in levels for code in level.objects.values_list("code", flat=True)
    )


@transaction.atomic
def withdraw_response(survey: Survey, receipt: str) -> bool:
    """Take back the answers of this receipt while the survey is open; whether they were found.

    The row stays, empty: what was sent with its key is not taken a second time.
    """
    if not survey.takes_answers or (found := receipts.find(survey, receipt)) is None:
        return False
    response = Response.objects.select_for_update().get(pk=found.pk)
    if response.state != State.WITHDRAWN:
        _release(response)
        response.state, response.data, response.seconds = State.WITHDRAWN, {}, None
        response.weight = None
        response.save(update_fields=["state", "data", "seconds", "weight"])
    return True


@transaction.atomic
def change_response(
    response: Response, *, by, reason: str, state: str | None = None, data: dict | None = None
) -> None:
    """Correct or set aside what was recorded; what it was before is kept with the reason.

    Raises ValidationError: without a reason, for answers that the questionnaire does not allow, and
    when it would count in a quota that is full.
    """
    if not reason.strip():
        raise ValidationError(_("Write why."))
    response.refresh_from_db(from_queryset=Response.objects.select_for_update(of=("self",)))
    if response.state == State.WITHDRAWN:
        raise ValidationError(_("Whoever gave these answers took them back."))
    before, state_before = response.data, response.state
    _release(response)
    if data is not None:
        form = Form(response.questionnaire.definition)
        if errors := _refusals(form, data, response.mode, places_at()):
            raise ValidationError(errors)
        response.data = answering.settle(form, data)
        response.stratum = stratum_of(response.survey, form, response.data)
    response.state = state or state_before
    if response.state == State.COMPLETE and not quotas.reserve(response.survey, response.data):
        raise ValidationError(_("Its quota is full."))
    if response.state != State.COMPLETE:
        response.weight = None
    response.save(update_fields=["data", "stratum", "state", "weight"])
    ResponseChange.objects.create(
        response=response,
        by=by,
        state_before=state_before,
        state_after=response.state,
        before=before if data is not None else None,
        after=response.data if data is not None else None,
        reason=reason.strip(),
    )


def _release(response):
    if response.state == State.COMPLETE:
        quotas.release(response)
