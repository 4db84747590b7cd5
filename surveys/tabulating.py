"""Counting: from answers to cells, and from cells to estimates with their errors.

The worker counts all cells of a survey in one statement, every ten minutes while it is open and
once more when it closes or is weighted. Estimates of a page are made of cells; tables that somebody
asks for on the spot, and those of clustered or calibrated samples, are counted from the answers.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from lopburi_pr.background import Work
from surveys import expressions
from surveys.definition import Choice, Form, Variable
from surveys.models import Questionnaire, Response, Survey, Tabulation, WeightRun
from surveys.statistics import aggregates, intervals, likert
from surveys.statistics.association import Association, rao_scott
from surveys.statistics.shares import shares

EVERY = timedelta(minutes=10)  # while a survey is open
EVERYBODY = ""  # the breakdown that breaks nothing down, and its only level
MODE = "@mode"  # the breakdown by the way of answering
ALL, BLANK, FIRST = "#", "", "1st:"  # values of cells that are no code of a choice
CODED = {"single", "scale", "matrix", "multiple", "rank", "place"}
LISTS = {"multiple", "rank"}
DISTRICT = 4  # digits of its code: the finest place that is ever told


# What is counted


def variables(survey: Survey) -> dict[str, Variable]:
    """Everything that any published version asked, by name, in the order of the newest.

    A choice that was taken away stays, after those of today: no answer loses its label.
    """
    found = {}
    versions = survey.questionnaires.published().order_by("-number")
    for pk, sha256 in versions.values_list("pk", "sha256"):
        for variable in _form(pk, sha256).variables:
            newer = found.get(variable.name)
            if newer is None:
                found[variable.name] = variable
            elif variable.choices:
                known = {choice.code for choice in newer.choices}
                gone = tuple(each for each in variable.choices if each.code not in known)
                found[variable.name] = replace(newer, choices=newer.choices + gone)
    return found


@lru_cache(maxsize=64)
def _form(pk, _sha256):
    """A published version, which never changes."""
    return Form(Questionnaire.objects.get(pk=pk).definition)


def dimensions(survey: Survey) -> list[str]:
    """What cells are broken down by: what is published, and what staff weight and sample by."""
    known = variables(survey)
    marked = [v.name for v in known.values() if v.question.role and v.name == v.question.name]
    wanted = dict.fromkeys([*survey.breakdowns, *marked])
    single = {"single", "scale", "place"}
    return [name for name in wanted if name in known and known[name].kind in single] + [MODE]


def level_sql(survey: Survey, name: str) -> str:
    """The SQL of the level of a response in a breakdown. Names are of letters, digits and _."""
    if name == MODE:
        return "mode"
    variable = variables(survey)[name]
    answer = f"(data ->> '{variable.name}')"
    return f"left({answer}, {DISTRICT})" if variable.kind == "place" else answer


def decides_weight(survey: Survey, name: str) -> bool:
    """Whether the level in a breakdown alone tells the weight of a response, and not all weigh the
    same: who knows how many people live in each district then knows every weight.
    """
    sql = (
        "SELECT coalesce(bool_and(lightest = heaviest), false) AND min(lightest) < max(heaviest)"  # noqa: S608 -- names are letters, digits and _
        " FROM (SELECT round(min(weight)::numeric, 9) AS lightest,"
        " round(max(weight)::numeric, 9) AS heaviest FROM surveys_response"
        f" WHERE survey_id = %s AND state = %s GROUP BY {level_sql(survey, name)}) AS levels"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [survey.pk, Response.State.COMPLETE])
        return cursor.fetchone()[0]


# Counting by the worker


def ask(survey: Survey, *, at=None) -> None:
    """Let the worker count this survey anew, now or then."""
    waiting = {"state": Tabulation.State.WAITING, "due_at": at or timezone.now(), "tries": 0}
    Tabulation.objects.update_or_create(survey=survey, defaults=waiting | {"error": ""})


def _count(row):
    rebuild(row.survey)
    row.n = row.survey.responses.counted().count()
    row.built_at = timezone.now()
    if row.survey.state == Survey.State.OPEN:
        row.due_at, row.tries = row.built_at + EVERY, 0
    else:
        row.state = Tabulation.State.DONE
    row.error = ""
    row.save()


WORK = Work("counting surveys", Tabulation, _count)


@transaction.atomic
def rebuild(survey: Survey) -> int:
    """Count every cell of the survey anew, in one statement; how many cells there are."""
    names = dimensions(survey)
    columns = {f"d{place}": level_sql(survey, name) for place, name in enumerate(names)}
    flat, values = _flat(survey, {"stratum": "stratum_id"} | columns)
    keys = ", ".join(["variable", "value", "stratum", *columns])
    parts = [_part("''")] + [_part(f"coalesce({column}, '')") for column in columns]
    sql = (
        f"WITH flat AS ({flat}), together AS MATERIALIZED ("  # noqa: S608 -- values are bound
        f"SELECT {keys}, {SUMS} FROM flat GROUP BY {keys}) "
        "INSERT INTO surveys_resultcell (survey_id, dimension, level, variable, value, stratum_id,"
        f" n, w, w2, wy, w2y, w2y2, wy2) {' UNION ALL '.join(parts)}"
    )
    marks = [value for name in [EVERYBODY, *names] for value in (survey.pk, name)]
    survey.cells.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *marks])
        return cursor.rowcount


SUMS = (
    "count(*) AS n, sum(w) AS w, sum(w * w) AS w2, sum(w * y) AS wy, sum(w * w * y) AS w2y,"
    " sum(w * w * y * y) AS w2y2, sum(w * y * y) AS wy2"
)
SUMS_OF_SUMS = "sum(n)::bigint, sum(w), sum(w2), sum(wy), sum(w2y), sum(w2y2), sum(wy2)"


def _part(level):
    return (
        f"SELECT %s::bigint, %s, {level} AS level, variable, value, stratum, {SUMS_OF_SUMS}"  # noqa: S608
        " FROM together GROUP BY 3, variable, value, stratum"
    )


def _flat(survey, columns):
    """(SQL, parameters) of one row for each answer: columns, w, variable, value, y.

    A list of answers gives one row for each of them and one for the list; a response gives one row
    of the variable "" for itself.
    """
    known = variables(survey).values()
    coded = [v.name for v in known if v.kind in CODED - LISTS - {"place"}]
    places = [v.name for v in known if v.kind == "place"]
    lists = [v.name for v in known if v.kind in LISTS]
    ranks = [v.name for v in known if v.kind == "rank"]
    weight, rows = ("weight", " AND weight IS NOT NULL") if _is_weighted(survey) else ("1.0", "")
    head = "".join(f"{sql} AS {alias}, " for alias, sql in columns.items())
    head = f"SELECT {head}({weight})::float8 AS w"
    where = f"WHERE survey_id = %s AND state = %s{rows}"
    each = f"FROM surveys_response CROSS JOIN LATERAL jsonb_each(data) AS e {where}"
    own = [survey.pk, Response.State.COMPLETE]
    sql = (
        f"{head}, '' AS variable, '{ALL}' AS value, 0::float8 AS y FROM surveys_response {where}"
        f" UNION ALL {head}, e.key, CASE WHEN jsonb_typeof(e.value) = 'null' THEN '{BLANK}'"
        " WHEN e.key = ANY(%s) THEN left(e.value #>> '{}', 40)"
        f" WHEN e.key = ANY(%s) THEN left(e.value #>> '{{}}', {DISTRICT}) ELSE '{ALL}' END,"
        " CASE jsonb_typeof(e.value) WHEN 'number' THEN (e.value #>> '{}')::float8"
        f" WHEN 'array' THEN jsonb_array_length(e.value) ELSE 0 END {each}"
    )
    values = [*own, coded, places, *own]
    # Only what can be a list is looked at again.
    named = "FROM surveys_response CROSS JOIN unnest(%s::text[]) AS e (key)"
    if lists:
        given = "CASE jsonb_typeof(data -> e.key) WHEN 'array' THEN data -> e.key END"
        sql += (
            f" UNION ALL {head}, e.key, o.code, o.place::float8 {named}"
            f" CROSS JOIN LATERAL jsonb_array_elements_text({given}) WITH ORDINALITY"
            f" AS o (code, place) {where}"
        )
        values += [lists, *own]
    if ranks:
        sql += (
            f" UNION ALL {head}, e.key, '{FIRST}' || (data -> e.key ->> 0), 1 {named} {where}"
            " AND jsonb_typeof(data -> e.key) = 'array'"
        )
        values += [ranks, *own]
    return sql, values


def _is_weighted(survey):
    return survey.weight_runs.filter(is_current=True).exists()


# Estimates


class Sum(NamedTuple):
    """Sums over responses of one group that gave one answer; y is the number answered."""

    n: int = 0
    w: float = 0.0
    w2: float = 0.0
    wy: float = 0.0
    w2y: float = 0.0
    w2y2: float = 0.0
    wy2: float = 0.0

    def __add__(self, other):
        return Sum(*(a + b for a, b in zip(self, other, strict=True)))


@dataclass
class Counted:
    """Everything that was counted by one breakdown.

    ``groups``: the parts of the sample of which variances are made, whole. ``cells``: (variable,
    level) → answer → group → ``Sum``.
    """

    groups: dict
    cells: dict

    def levels(self) -> list[str]:
        """The levels that anybody has, in the order of their codes."""
        return sorted({level for _variable, level in self.cells})

    def of(self, variable: str, level: str = EVERYBODY) -> dict:
        return self.cells.get((variable, level), {})


def counted(survey: Survey, dimension: str = EVERYBODY) -> Counted:
    """What the cells tell by this breakdown."""
    rows = survey.cells.filter(dimension=dimension)
    sums = ("n", "w", "w2", "wy", "w2y", "w2y2", "wy2")
    found = rows.values_list("variable", "level", "value", "stratum_id", *sums)
    cells = defaultdict(lambda: defaultdict(dict))
    for variable, level, value, stratum, *numbers in found:
        cells[variable, level][value][stratum] = Sum(*numbers)
    groups = {key: aggregates.Group(key, s.n, s.w, s.w2) for key, s in _whole(cells).items()}
    return Counted(groups, dict(cells))


def _whole(cells):
    """The sums of whole responses by group, over all levels."""
    whole = defaultdict(Sum)
    for (variable, _level), values in cells.items():
        if variable == "":
            for key, sums in values[ALL].items():
                whole[key] = whole[key] + sums
    return whole


def counted_exactly(survey: Survey, names: Iterable[str] = (EVERYBODY,)) -> dict[str, Counted]:
    """The same by each of these breakdowns from the answers, read once, with what cells can't
    tell: clusters, and the margins of a raking.
    """
    names, frame = list(names), Frame.of(survey)
    if not frame.columns:
        return {name: counted(survey, name) for name in names}
    columns = {f"d{place}": _level_or_none(survey, name) for place, name in enumerate(names)}
    flat, values = _flat(survey, {"stratum": "stratum_id"} | columns | frame.columns)
    keys = ", ".join(["variable", "value", "stratum", *frame.columns])
    parts = [
        f"SELECT {place}, d{place}, {keys}, {SUMS_OF_SUMS} FROM together GROUP BY d{place}, {keys}"  # noqa: S608
        for place in range(len(names))
    ]
    sql = (
        f"WITH flat AS ({flat}), together AS MATERIALIZED (SELECT {keys}, {', '.join(columns)},"  # noqa: S608
        f" {SUMS} FROM flat GROUP BY {keys}, {', '.join(columns)}) {' UNION ALL '.join(parts)}"
    )
    found, width = (
        [defaultdict(lambda: defaultdict(dict)) for _name in names],
        1 + len(frame.columns),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        for place, level, variable, value, *rest in cursor.fetchall():
            found[place][variable, level][value][tuple(rest[:width])] = Sum(*rest[width:])
    return {
        name: Counted(frame.groups(_whole(cells)), dict(cells))
        for name, cells in zip(names, found, strict=True)
    }


@dataclass(frozen=True)
class Frame:
    """What a variance must know of every response beside its stratum: ``columns`` of SQL for its
    cluster and its levels in the margins that weights were raked to.
    """

    columns: dict
    has_clusters: bool
    run: WeightRun | None

    @classmethod
    def of(cls, survey: Survey) -> "Frame":
        run = survey.weight_runs.filter(is_current=True).first()
        margins = run.spec.get("margins", ()) if run else ()
        columns = {"psu": "cluster"} if has_clusters(survey) else {}
        columns |= {f"m{place}": _level_or_none(survey, name) for place, name in enumerate(margins)}
        return cls(columns, "psu" in columns, run if margins else None)

    def groups(self, whole: Mapping[tuple, "Sum"]) -> dict:
        """The parts of the sample by (stratum, cluster, levels …), with their base weights as the
        weighting reported them.
        """
        base, codes, strata = {}, {}, False
        if self.run:
            strata = self.run.spec.get("base") == "strata"
            base = {row["code"]: row["weight"] for row in self.run.report.get("strata", ())}
            codes = dict(self.run.survey.strata.values_list("pk", "code"))
        found = {}
        for key, s in whole.items():
            stratum, *rest = key
            psu = rest.pop(0) if self.has_clusters else ""
            own = (stratum, *rest) if strata else tuple(rest)
            weight = base[codes[stratum]] if strata else 1.0
            found[key] = aggregates.Group(stratum, s.n, s.w, s.w2, own, weight * s.n, psu)
        return found


def has_clusters(survey: Survey) -> bool:
    """Whether people were drawn in groups, so that errors are those of the groups."""
    return survey.responses.counted().exclude(cluster="").exists()


def _level_or_none(survey, name):
    return f"coalesce({level_sql(survey, name)}, '')" if name else "''"


def needs_answers(survey: Survey) -> bool:
    """Whether cells can't tell its errors."""
    return bool(Frame.of(survey).columns)


@dataclass(frozen=True)
class Line:
    """One answer: how many gave it, its share of the base, and how sure that is.

    ``first`` of a ranking: the share of first places.
    """

    code: str
    n: int
    share: float | None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    first: float | None = None


@dataclass(frozen=True)
class Figure:
    """A question in one group of people. Shares are of ``base``, which is unweighted.

    ``asked`` counts those who were asked, ``blank`` those who then left it blank. Errors are None
    where the design has none.
    """

    level: str
    base: int
    asked: int
    blank: int
    lines: tuple[Line, ...] = ()
    mean: float | None = None
    sd: float | None = None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    n_of_mean: int = 0
    lonely: tuple = ()


def estimates(
    survey: Survey, variable: Variable, dimension: str = EVERYBODY, *, found: Counted | None = None
) -> list[Figure]:
    """The figures of one question by one breakdown, one for each level that anybody has.

    Several answers and ranks have those who were asked for their base, all others those who
    answered. Everything an open link has is counts and shares.
    """
    found = found or counted(survey, dimension)
    has_errors = survey.design != Survey.Design.OPEN_LINK
    return [
        figure(variable, found, level, has_errors=has_errors)
        for level in found.levels()
        if found.of(variable.name, level)
    ]


def figure(
    variable: Variable, found: Counted, level: str = EVERYBODY, *, has_errors: bool, codes=None
) -> Figure:
    """The figure of one level; ``codes``: the answers that have a line, where not all have one."""
    cells = found.of(variable.name, level)
    blank, numbers = cells.get(BLANK, {}), cells.get(ALL, {})
    if variable.kind in LISTS:
        base, asked = _added(numbers, blank), None
    elif variable.kind in CODED:
        answered = [by for value, by in cells.items() if value != BLANK]
        base = _added(*answered)
        asked = _added(base, blank)
    else:
        base, asked = numbers, _added(numbers, blank)
    asked = asked or base
    facts = {
        "level": level,
        "base": _n(base),
        "asked": _n(asked),
        "blank": _n(blank),
    }
    if variable.kind in CODED:
        facts["lines"] = tuple(
            _line(variable, found, cells, base, code, has_errors)
            for code in codes or _codes(variable, cells)
        )
    if variable.kind in {"scale", "matrix"} and values_of(variable.choices):
        facts |= _scale(variable, found, cells, has_errors)
    elif variable.kind == "number":
        facts |= _number(found, numbers, has_errors)
    return Figure(**facts)


def _codes(variable, cells):
    """The choices in their order, then answers without one: places, and what is no longer asked."""
    known = [choice.code for choice in variable.choices]
    more = sorted(
        value for value in cells if value not in {*known, ALL, BLANK} and FIRST not in value
    )
    return known + more


def _n(by):
    return sum(s.n for s in by.values())


def _added(*parts):
    whole = {}
    for part in parts:
        for key, sums in part.items():
            whole[key] = whole[key] + sums if key in whole else sums
    return whole


def _line(variable, found, cells, base, code, has_errors):
    chose = cells.get(code, {})
    estimate = aggregates.mean(found.groups, _of_choice(base, chose))
    facts = {"code": code, "n": _n(chose), "share": estimate.value}
    if has_errors and estimate.se is not None:
        weight = math.fsum(s.w for s in base.values())
        squares = math.fsum(s.w2 for s in base.values())
        facts["low"], facts["high"] = intervals.proportion_interval(
            estimate.value, estimate.se, estimate.df, n=estimate.n, n_eff=weight**2 / squares
        )
        facts["se"] = estimate.se
    if variable.kind == "rank":
        facts["first"] = aggregates.mean(
            found.groups, _of_choice(base, cells.get(FIRST + code, {}))
        ).value
    return Line(**facts)


def _of_choice(base, chose):
    none = Sum()
    return {
        key: aggregates.Sums.of_choice(b[:3], chose.get(key, none)[:3]) for key, b in base.items()
    }


def values_of(choices: tuple[Choice, ...]) -> dict[str, float]:
    """The number of each answer of a scale that counts in its mean (``scoring``); missing kinds
    have none, and a scale whose words don't tell which end is good has none at all.
    """
    counted = [choice for choice in choices if not choice.missing]
    is_whole = all(choice.value is not None for choice in counted)
    return {choice.code: choice.value for choice in counted} if is_whole else {}


def _scale(variable, found, cells, has_errors):
    values = values_of(variable.choices)
    sums, tallies = {}, []
    for code, value in values.items():
        by = cells.get(code, {})
        tallies.append(likert.Tally(value, _n(by), math.fsum(s.w for s in by.values())))
        for key, s in by.items():
            own = Sum(s.n, s.w, s.w2, value * s.w, value * s.w2, value**2 * s.w2, value**2 * s.w)
            sums[key] = sums[key] + own if key in sums else own
    told = likert.summary(tallies)
    return {"mean": told.mean, "sd": told.sd} | _of_mean(found, sums, has_errors)


def _number(found, numbers, has_errors):
    n, weight = _n(numbers), math.fsum(s.w for s in numbers.values())
    if not weight:
        return {}
    value = math.fsum(s.wy for s in numbers.values()) / weight
    square = max(0.0, math.fsum(s.wy2 for s in numbers.values()) / weight - value**2)
    sd = math.sqrt(square * n / (n - 1)) if n > 1 else None
    return {"mean": value, "sd": sd} | _of_mean(found, numbers, has_errors)


def _of_mean(found, sums, has_errors):
    plain = {key: aggregates.Sums(*s[:6]) for key, s in sums.items()}
    estimate = aggregates.mean(found.groups, plain)
    facts = {"n_of_mean": estimate.n}
    if has_errors and estimate.se is not None and estimate.df > 0:
        low, high = intervals.t_interval(estimate.value, estimate.se, estimate.df)
        facts |= {"se": estimate.se, "low": low, "high": high, "lonely": estimate.lonely}
    return facts


# Who could be found


def modes(survey: Survey) -> dict[str, int]:
    """How many counted responses came in which way."""
    rows = _counted(survey).values_list("mode").annotate(n=Count("pk")).order_by("mode")
    return dict(rows)


def people(survey: Survey, name: str, breakdowns: Iterable[str]) -> Counter:
    """How many gave which answer, by their level in every breakdown: {(codes, levels): n}.

    Who was not asked is left out, and who left it blank; but who chose none of several answers did
    not choose each of them. Of a ranking, ``FIRST`` and the first answer is a code too.
    """
    variable = variables(survey)[name]
    answer = "data ->> %s" if variable.kind not in LISTS else "(data -> %s)::text"
    if variable.kind == "place":
        answer = f"left(data ->> %s, {DISTRICT})"
    found = Counter()
    for given, levels, n in _alike(survey, answer, [name], name, breakdowns):
        if variable.kind in LISTS:
            codes = (json.loads(given) if given else None) or []
            first = [FIRST + codes[0]] if variable.kind == "rank" and codes else []
            found[frozenset([*codes, *first]), levels] += n
        elif given is not None:
            found[frozenset([given]), levels] += n
    return found


def asked(survey: Survey, name: str, breakdowns: Iterable[str]) -> Counter:
    """How many were asked at all, as ``people`` tells of answers: {({name} or {}, levels): n}."""
    rows = _alike(survey, "jsonb_exists(data, %s)", [name], None, breakdowns)
    return Counter({(frozenset([name] if given else []), levels): n for given, levels, n in rows})


def _alike(survey, answer, values, name, breakdowns):
    columns = "".join(f", {_level_or_none(survey, each)}" for each in breakdowns)
    only, more = (" AND jsonb_exists(data, %s)", [name]) if name else ("", [])
    sql = (
        f"SELECT {answer}, count(*){columns} FROM surveys_response"  # noqa: S608 -- values are bound
        f" WHERE survey_id = %s AND state = %s{_only_weighted(survey)}{only} GROUP BY 1"
        + "".join(f", {place + 3}" for place in range(len(list(breakdowns))))
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, survey.pk, Response.State.COMPLETE, *more])
        return [(given, tuple(levels), n) for given, n, *levels in cursor.fetchall()]


@dataclass(frozen=True)
class Way:
    """How an earlier question decides who is asked a later one: of ``whole`` answers all were
    asked, of ``part`` some.
    """

    name: str
    whole: frozenset
    part: frozenset


def ways_to(survey: Survey, name: str) -> list[Way]:
    """The questions with codes that the conditions of a question look at, or the filters of its
    choices: since a filter lets every answer on to choices of its own, each is ``part`` of it.
    """
    known = variables(survey)
    found = []
    for earlier, is_filter in sorted(_looked_at(survey, known[name].question.name).items()):
        if earlier not in known or known[earlier].kind not in CODED:
            continue
        whole, part = set(), set()
        for answer, n_asked, n in _asked_by(survey, known[earlier], name):
            if n_asked:
                is_whole = n_asked == n and not is_filter
                (whole if is_whole else part).add(answer)
        found.append(Way(earlier, frozenset(whole), frozenset(part)))
    return found


def _looked_at(survey, name):
    """The names in all conditions and filters of the question, with whether a filter has them;
    calculations are followed.
    """
    found = {}
    for pk, sha256 in survey.questionnaires.published().values_list("pk", "sha256"):
        form = _form(pk, sha256)
        by_name = {question.name: question for question in form.questions}
        if name not in by_name:
            continue
        section = next(s for s in form.sections if by_name[name] in s.questions)
        trees = by_name[name].trees
        for tree, is_filter in (
            *((section.tree, False), (trees.get("relevant"), False)),
            (trees.get("choice_filter"), True),
        ):
            waiting, seen = [tree], set()
            while waiting:
                tree = waiting.pop()  # noqa: PLW2901 -- calculations that it looks at follow
                for each in (expressions.names(tree) if tree is not None else set()) - seen:
                    seen.add(each)
                    found[each] = found.get(each, False) or is_filter
                    if each in by_name:
                        waiting.append(by_name[each].trees.get("calculation"))
    found.pop(name, None)
    return found


def _asked_by(survey, variable, name):
    if variable.kind in LISTS:
        array = f"data -> '{variable.name}'"
        given = f"CASE jsonb_typeof({array}) WHEN 'array' THEN {array} END"
        source = f" CROSS JOIN LATERAL jsonb_array_elements_text({given}) AS o (code)"
        answer = "o.code"
    else:
        source, answer = "", level_sql(survey, variable.name)
    sql = (
        f"SELECT {answer}, count(*) FILTER (WHERE jsonb_exists(data, %s)), count(*)"  # noqa: S608
        f" FROM surveys_response{source} WHERE survey_id = %s AND state = %s"
        f"{_only_weighted(survey)} AND {answer} IS NOT NULL GROUP BY 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [name, survey.pk, Response.State.COMPLETE])
        return cursor.fetchall()


def _counted(survey):
    counted = survey.responses.counted()
    return counted.exclude(weight=None) if _is_weighted(survey) else counted


def _only_weighted(survey):
    return " AND weight IS NOT NULL" if _is_weighted(survey) else ""


# Tables that somebody asks for


@dataclass(frozen=True)
class CrossTable:
    """Two questions at once: ``cells`` (row, column) → (n, share of the column), their totals, and
    the test of whether they go together (None where there is none).
    """

    rows: list[str]
    columns: list[str]
    cells: dict
    bases: dict
    n: int
    test: Association | None


def cross_table(
    survey: Survey, row: str, column: str, filters: Mapping[str, str] | None = None
) -> CrossTable:
    """Count two questions straight from the answers, weighted, with Rao and Scott's test.

    ``filters``: question → answer; who fits them is the domain, and no row of the sample is left
    out of the error for it. A row that several answers were possible for has no test. Raises
    KeyError for a name that was never asked.
    """
    known = variables(survey)
    inside, values = [], []
    for name, code in (filters or {}).items():
        if known[name].kind == "place":
            inside.append(f"left(data ->> '{name}', %s) = %s")
            values += [len(code), code]
        else:
            inside.append(f"jsonb_exists(data -> '{known[name].name}', %s)")
            values.append(code)
    is_list = known[row].kind in LISTS
    first = level_sql(survey, row)
    whole = f"CASE WHEN {' AND '.join(inside)} THEN true ELSE false END" if inside else "true"
    lateral = ""
    if is_list:
        array = f"CASE jsonb_typeof(data -> '{row}') WHEN 'array' THEN data -> '{row}' END"
        lateral = f" LEFT JOIN LATERAL jsonb_array_elements_text({array}) AS o (code) ON true"
        first = "o.code"
    weight = "weight" if _is_weighted(survey) else "1.0::float8"
    frame = Frame.of(survey)
    more = "".join(f", {column}" for column in frame.columns.values())
    keys = ", ".join(str(place + 1) for place in range(4 + len(frame.columns)))
    sql = (
        f"SELECT {whole} AS inside, {first} AS one, {level_sql(survey, column)} AS two,"  # noqa: S608
        f" stratum_id{more}, count(*), sum({weight}), sum({weight} * {weight})"
        f" FROM surveys_response{lateral} WHERE survey_id = %s AND state = %s"
        f"{_only_weighted(survey)} GROUP BY {keys}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, survey.pk, Response.State.COMPLETE])
        found = cursor.fetchall()
    return _crossed(survey, known[row], known[column], found, is_list, (whole, values), frame)


def _crossed(survey, row, column, found, is_list, domain, frame):
    groups, tallies = defaultdict(Sum), defaultdict(dict)
    for inside, one, two, *key, n, w, w2 in found:
        key = tuple(key)  # noqa: PLW2901
        groups[key] = groups[key] + Sum(n, w, w2)
        if inside and one is not None and two is not None:
            tallies[key][one, two] = (n, w, w2)
    cells, weights = defaultdict(int), defaultdict(float)
    for by_pair in tallies.values():
        for pair, (n, w, _w2) in by_pair.items():
            cells[pair] += n
            weights[pair] += w
    rows, columns = _ordered(row, {r for r, _c in cells}), _ordered(column, {c for _r, c in cells})
    if is_list:
        bases, whole = _bases(survey, row, column, domain)
    else:
        bases = {c: sum(cells[r, c] for r in rows) for c in columns}
        whole = {c: math.fsum(weights[r, c] for r in rows) for c in columns}
    told = {
        (r, c): (cells[r, c], weights[r, c] / whole[c] if whole[c] else None)
        for r in rows
        for c in columns
    }
    test = None
    if not is_list and cells and survey.design != Survey.Design.OPEN_LINK:
        test = rao_scott(shares(frame.groups(groups), tallies))
    return CrossTable(rows, columns, told, bases, sum(bases.values()), test)


def _bases(survey, row, column, domain):
    """Those asked, by column, for a question with several answers: (how many, their weight)."""
    whole, values = domain
    weight = "weight" if _is_weighted(survey) else "1.0::float8"
    two = level_sql(survey, column.name)
    sql = (
        f"SELECT {two}, count(*), sum({weight}) FROM surveys_response"  # noqa: S608
        f" WHERE survey_id = %s AND state = %s AND {whole} AND jsonb_exists(data, %s)"
        f" AND {two} IS NOT NULL{_only_weighted(survey)} GROUP BY 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [survey.pk, Response.State.COMPLETE, *values, row.name])
        found = cursor.fetchall()
    return {code: n for code, n, _w in found}, {code: w for code, _n, w in found}


def _ordered(variable, codes):
    known = [choice.code for choice in variable.choices if choice.code in codes]
    return known + sorted(codes - set(known))
