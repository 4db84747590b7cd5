"""Which interviews deserve a second look. A flag is a question, never a verdict.

Flags are reckoned from times, runs of equal answers and vectors of answers; whoever sees them sees
no answer. The call-back list is drawn by chance from a seed, so that nobody chooses it.
"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from surveys import fieldwork
from surveys.definition import form_of
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

    The database looks at all answers, once; only what is flagged leaves it, and no answer does.
    """
    runs = [
        (version.pk, name, variables)
        for version in survey.questionnaires.published()
        for name, variables in _runs(form_of(version))
    ]
    names = {row.pk: str(row) for row in survey.interviewers.select_related("user")}
    modes = dict(Survey.Mode.choices)
    found = []
    for *facts, pace, usual, copies, lines in _strange(survey, runs):
        row = Flagged(*facts)
        row.interviewer_name = names.get(row.interviewer, "")
        row.mode = str(modes[row.mode])
        for (_version, name, _variables), n in zip(runs, lines, strict=True):
            if n:
                told = {"n": n, "name": name}
                row.flags.append(
                    _("One and the same answer to all %(n)s items from %(name)s on.") % told
                )
        if usual:
            told = {"seconds": f"{pace:.1f}", "usual": f"{usual:.1f}"}
            row.flags.append(
                _("Fast: %(seconds)s seconds a question, others take %(usual)s.") % told
            )
        if copies:
            row.flags.append(
                _("The same answers %(n)s times from this interviewer.") % {"n": copies}
            )
        found.append(row)
    return sorted(found, key=lambda row: (-len(row.flags), row.pk))


STRANGE = """
WITH told AS MATERIALIZED (
    SELECT id, interviewer_id, received_on, mode, seconds, questionnaire_id,
        seconds::float8 / nullif(answered, 0) AS pace,
        CASE WHEN interviewer_id IS NOT NULL AND answered >= %s THEN md5(data::text) END AS same,
        {lines} AS lines
    FROM surveys_response CROSS JOIN LATERAL (
        SELECT count(*) FROM jsonb_each(data) WHERE jsonb_typeof(value) <> 'null'
    ) AS counted (answered)
    WHERE survey_id = %s AND state = %s
), peers AS (
    SELECT questionnaire_id, mode, percentile_cont(0.5) WITHIN GROUP (ORDER BY pace) AS usual
    FROM told WHERE pace IS NOT NULL GROUP BY questionnaire_id, mode HAVING count(*) >= %s
), copies AS (
    SELECT interviewer_id, same, count(*) AS n FROM told WHERE same IS NOT NULL
    GROUP BY interviewer_id, same HAVING count(*) > 1
)
SELECT id, interviewer_id, received_on, mode, seconds, pace,
    CASE WHEN pace < usual / %s THEN usual END, copies.n, lines
FROM told LEFT JOIN peers USING (questionnaire_id, mode)
    LEFT JOIN copies USING (interviewer_id, same)
WHERE pace < usual / %s OR copies.n IS NOT NULL OR 0 < ANY (lines)
"""


def _strange(survey, runs):
    """Rows of what is strange: less than a third of the median seconds for each question that
    answers of the same mode and version took; more than one vector from an interviewer; how many
    equal answers each run has that is answered in one and the same way (a deviation of 0).
    """
    lines = [_line_sql(version, variables) for version, _name, variables in runs]
    sql = STRANGE.format(lines=f"ARRAY[{', '.join(lines)}]::bigint[]")
    own = [survey.pk, Response.State.COMPLETE]
    with connection.cursor() as cursor:
        cursor.execute(sql, [LEAST_ANSWERS, *own, LEAST_PEERS, FAST, FAST])
        return cursor.fetchall()


def _line_sql(version, variables):
    """Names are of letters, digits and _."""
    values = ", ".join(f"data ->> '{name}'" for name in variables)
    equal = f"count(v) >= {LEAST_ROWS} AND count(DISTINCT v) = 1"
    return (
        f"CASE WHEN questionnaire_id = {int(version)} THEN (SELECT CASE WHEN {equal} THEN"  # noqa: S608
        f" count(v) ELSE 0 END FROM unnest(ARRAY[{values}]) AS v) ELSE 0 END"
    )


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
