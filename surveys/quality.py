"""Which interviews deserve a second look. A flag is a question, never a verdict.

Flags are reckoned from times, runs of equal answers and vectors of answers; whoever sees them sees
no answer. The call-back list is drawn by chance from a seed, so that nobody chooses it.
"""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from uuid import UUID

from django.utils.translation import gettext as _

from surveys import fieldwork
from surveys.definition import Form
from surveys.models import Response, Survey

FAST = 3  # below a third of what others take
LEAST_PEERS = 5  # of whom a median says something
LEAST_ROWS = 4  # from which equal answers are a straight line
LEAST_ANSWERS = 5  # from which equal vectors are more than chance
CALL_BACK = 0.10


@dataclass(slots=True)
class Flagged:
    """A response and what is strange about it; nothing of what was answered."""

    pk: UUID
    interviewer: int | None
    day: date
    mode: str
    seconds: int | None
    interviewer_name: str = ""
    flags: list[str] = field(default_factory=list)


def flagged(survey: Survey) -> list[Flagged]:
    """The counted responses with at least one flag, those with most flags first.

    Reads all responses once, and keeps of each only what the flags need.
    """
    runs = {row.pk: list(_runs(Form(row.definition))) for row in survey.questionnaires.published()}
    every, pace, vectors = [], defaultdict(list), defaultdict(list)
    rows = survey.responses.counted().values_list(
        "pk", "interviewer", "received_on", "mode", "seconds", "questionnaire", "data"
    )
    for *facts, version, data in rows.iterator():
        row = Flagged(*facts)
        every.append(row)
        row.flags += straight_lines(data, runs[version])
        answered = sum(value is not None for value in data.values())
        if row.seconds is not None and answered:
            pace[version, row.mode].append((row.seconds / answered, row))
        if row.interviewer and answered >= LEAST_ANSWERS:
            told = json.dumps(data, sort_keys=True).encode()
            vectors[row.interviewer, hashlib.sha256(told).digest()].append(row)
    for peers in pace.values():
        _flag_speeders(peers)
    for same in vectors.values():
        _flag_copies(same)
    found = sorted((row for row in every if row.flags), key=lambda row: (-len(row.flags), row.pk))
    names = {row.pk: str(row) for row in survey.interviewers.select_related("user")}
    modes = dict(Survey.Mode.choices)
    for row in found:
        row.interviewer_name = names.get(row.interviewer, "")
        row.mode = str(modes[row.mode])
    return found


def _flag_speeders(peers):
    """Less than a third of the median seconds for each question that peers took: answers of the
    same mode and version.
    """
    usual = median(seconds for seconds, _row in peers)
    if len(peers) < LEAST_PEERS or not usual:
        return
    for seconds, row in peers:
        if seconds < usual / FAST:
            told = {"seconds": f"{seconds:.1f}", "usual": f"{usual:.1f}"}
            row.flags.append(
                _("Fast: %(seconds)s seconds a question, others take %(usual)s.") % told
            )


def _flag_copies(same):
    """Answers that one interviewer brought more than once, all alike."""
    if len(same) > 1:
        told = _("The same answers %(n)s times from this interviewer.") % {"n": len(same)}
        for row in same:
            row.flags.append(told)


def straight_lines(data: dict, runs: list) -> list[str]:
    """A sentence for every matrix or run of scales to which all answers are one and the same (a
    standard deviation of 0). ``runs``: (name, variables).
    """
    found = []
    for name, variables in runs:
        given = [data[each] for each in variables if data.get(each) is not None]
        if len(given) >= LEAST_ROWS and len(set(given)) == 1:
            told = {"n": len(given), "name": name}
            found.append(_("One and the same answer to all %(n)s items from %(name)s on.") % told)
    return found


def _runs(form):
    """(name, variables) of every matrix, and of scales with equal codes that follow each other."""
    run, codes = [], None
    for question in form.questions:
        if question.kind == "scale" and question.codes == codes:
            run.append(question.name)
            continue
        if len(run) >= LEAST_ROWS:
            yield run[0], run
        is_scale = question.kind == "scale"
        run, codes = ([question.name], question.codes) if is_scale else ([], None)
        if question.kind == "matrix" and len(question.rows) >= LEAST_ROWS:
            yield question.name, [variable.name for variable in question.variables]
    if len(run) >= LEAST_ROWS:
        yield run[0], run


def call_backs(survey: Survey) -> list[Response]:
    """A tenth of each interviewer's counted interviews, at least one, drawn by a seed of the
    survey: the same list whenever it is asked for, until more interviews come.

    An interview that was drawn stays drawn: each has its own chance number.
    """
    own = defaultdict(list)
    rows = survey.responses.counted().exclude(interviewer=None)
    for pk, interviewer in rows.values_list("pk", "interviewer").iterator():
        own[interviewer].append((_lot(survey, pk), pk))
    drawn = {}
    for lots in own.values():
        lots.sort()
        drawn |= {pk: lot for lot, pk in lots[: max(1, round(CALL_BACK * len(lots)))]}
    found = rows.filter(pk__in=drawn).select_related("interviewer__user").defer("data")
    return sorted(found, key=lambda row: (row.interviewer.number, drawn[row.pk]))


def _lot(survey, pk):
    return hashlib.sha256(f"call-back {survey.pk} {pk}".encode()).hexdigest()


def review(response: Response, *, by, keep: bool, reason: str) -> None:
    """A supervisor keeps or rejects what was flagged, with the reason. Raises ValidationError."""
    state = Response.State.COMPLETE if keep else Response.State.REJECTED
    fieldwork.change_response(response, by=by, reason=reason, state=state)
