"""Which interviews deserve a second look. A flag is a question, never a verdict.

Flags are reckoned from times, runs of equal answers and vectors of answers; whoever sees them sees
no answer. The call-back list is drawn by chance from a seed, so that nobody chooses it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from django.utils.translation import gettext as _

from surveys import fieldwork
from surveys.definition import Form
from surveys.models import Response, Survey

FAST = 3  # below a third of what others take
LEAST_PEERS = 5  # of whom a median says something
LEAST_ROWS = 4  # from which equal answers are a straight line
LEAST_ANSWERS = 5  # from which equal vectors are more than chance
CALL_BACK = 0.10
MOST = 200_000


@dataclass
class Flagged:
    """A response and what is strange about it."""

    pk: object
    interviewer: object
    interviewer_name: str
    day: object
    mode: str
    seconds: int | None
    flags: list[str] = field(default_factory=list)


def flagged(survey: Survey) -> list[Flagged]:
    """The counted responses with at least one flag, those with most flags first."""
    forms = {row.pk: Form(row.definition) for row in survey.questionnaires.published()}
    rows = list(
        survey.responses.counted()
        .select_related("interviewer__user")
        .only(
            *("pk", "questionnaire_id", "mode", "received_on", "seconds", "data", "interviewer"),
            *("interviewer__number", "interviewer__user__username"),
            *("interviewer__user__first_name", "interviewer__user__last_name"),
        )[:MOST]
    )
    found = defaultdict(list)
    for check in (speeders, straight_lines, copies):
        for response, sentence in check(rows, forms):
            found[response.pk].append(sentence)
    told = [_told(row, found[row.pk]) for row in rows if row.pk in found]
    return sorted(told, key=lambda each: (-len(each.flags), str(each.pk)))


def _told(row, flags):
    name = str(row.interviewer) if row.interviewer_id else ""
    shown = row.get_mode_display()
    return Flagged(row.pk, row.interviewer_id, name, row.received_on, shown, row.seconds, flags)


def speeders(rows: Iterable[Response], forms: dict):
    """(response, sentence) of those that took less than a third of the median seconds for each
    question that peers took: answers of the same mode and version.
    """
    pace = defaultdict(list)
    for row in rows:
        if row.seconds is not None and (asked := _asked(row)):
            pace[row.questionnaire_id, row.mode].append((row.seconds / asked, row))
    for peers in pace.values():
        usual = median(seconds for seconds, _row in peers)
        if len(peers) < LEAST_PEERS or not usual:
            continue
        for seconds, row in peers:
            if seconds < usual / FAST:
                told = {"seconds": f"{seconds:.1f}", "usual": f"{usual:.1f}"}
                yield (
                    row,
                    _("Fast: %(seconds)s seconds a question, others take %(usual)s.") % told,
                )


def straight_lines(rows: Iterable[Response], forms: dict):
    """(response, sentence) of those that gave every item of a matrix, or of a run of scales, one
    and the same answer (a standard deviation of 0).
    """
    runs = {pk: list(_runs(form)) for pk, form in forms.items()}
    for row in rows:
        for name, variables in runs[row.questionnaire_id]:
            given = [row.data[each] for each in variables if row.data.get(each) is not None]
            if len(given) >= LEAST_ROWS and len(set(given)) == 1:
                told = {"n": len(given), "name": name}
                yield row, _("One and the same answer to all %(n)s items from %(name)s on.") % told


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


def copies(rows: Iterable[Response], forms: dict):
    """(response, sentence) of answers that one interviewer brought more than once, all alike."""
    vectors = defaultdict(list)
    for row in rows:
        if row.interviewer_id and _asked(row) >= LEAST_ANSWERS:
            parts = sorted((key, str(value)) for key, value in row.data.items())
            vectors[row.interviewer_id, str(parts)].append(row)
    for same in vectors.values():
        if len(same) > 1:
            for row in same:
                yield (
                    row,
                    _("The same answers %(n)s times from this interviewer.") % {"n": len(same)},
                )


def _asked(row):
    return sum(value is not None for value in row.data.values())


def call_backs(survey: Survey) -> list[Response]:
    """A tenth of each interviewer's counted interviews, at least one, drawn by a seed of the
    survey: the same list whenever it is asked for, until more interviews come.

    An interview that was drawn stays drawn: each has its own chance number.
    """
    rows = survey.responses.counted().exclude(interviewer=None).select_related("interviewer__user")
    own = defaultdict(list)
    for row in rows.defer("data").iterator():
        own[row.interviewer_id].append(row)
    drawn = []
    for interviews in own.values():
        interviews.sort(key=lambda row: _lot(survey, row))
        drawn += interviews[: max(1, round(CALL_BACK * len(interviews)))]
    return sorted(drawn, key=lambda row: (row.interviewer.number, _lot(survey, row)))


def _lot(survey, row):
    return hashlib.sha256(f"call-back {survey.pk} {row.pk}".encode()).hexdigest()


def review(response: Response, *, by, keep: bool, reason: str) -> None:
    """A supervisor keeps or rejects what was flagged, with the reason. Raises ValidationError."""
    state = Response.State.COMPLETE if keep else Response.State.REJECTED
    fieldwork.change_response(response, by=by, reason=reason, state=state)
