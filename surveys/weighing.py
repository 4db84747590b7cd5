"""Weighting: letting those who answered stand for the people they were drawn from.

``spec`` says how, and is kept with what came out::

    {"base": "strata" | "none",              # people of a stratum / its responses
     "response": {"variable": "D4", "selected": {"1": 120, "2": 80}},   # who was drawn, by class
     "margins": ["D2", "D3"],                # raked to the numbers of Margin
     "trim": [0.2, 5]}                       # bounds, times the median; absent: no trimming

Responses that are alike in all of this get one weight, so everything is reckoned on their groups,
and one UPDATE writes the weights.
"""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from office import audit
from surveys import tabulating
from surveys.models import Margin, Response, Survey, WeightRun
from surveys.statistics import raking, weighting, wording

STRATUM = "@stratum"  # the name of the margin that strata are, beside those of questions
UNKNOWN = ""  # the level of those who did not say: they keep their share


def obstacles(survey: Survey, spec: dict) -> list[str]:
    """Why it can't be weighted in this way; none when it can."""
    return _plain_obstacles(survey, spec) or _reckoned(survey, spec)[1]


@transaction.atomic
def weigh(survey: Survey, *, by, spec: dict) -> WeightRun:
    """Give every counted response its weight, and count the cells anew.

    ``by`` is None for sample data. Raises PermissionDenied without ``surveys.weigh_survey``, and
    ValidationError with the obstacles.
    """
    if by is not None and not by.has_perm("surveys.weigh_survey"):
        raise PermissionDenied
    survey.refresh_from_db(from_queryset=Survey.objects.select_for_update())
    found = _plain_obstacles(survey, spec)
    reckoned, refusals = (None, found) if found else _reckoned(survey, spec)
    if refusals:
        raise ValidationError(refusals)
    groups, weights, report = reckoned
    survey.responses.exclude(weight=None).update(weight=None)
    _write(survey, spec, groups, weights)
    survey.weight_runs.filter(is_current=True).update(is_current=False)
    spread = _spread(groups, weights)
    run = WeightRun.objects.create(
        survey=survey,
        spec=spec,
        report=report,
        n=spread.n,
        deff=spread.deff,
        n_effective=spread.n_eff,
        by=by,
    )
    tabulating.ask(survey)
    audit.record(survey, "weigh", by=by, note=f"n {run.n}, deff {run.deff:.3f}")
    return run


def current(survey: Survey) -> WeightRun | None:
    """The weighting in use."""
    return survey.weight_runs.filter(is_current=True).first()


def unweighted(survey: Survey) -> int:
    """How many counted responses came, or changed, after the weighting in use."""
    return survey.responses.counted().filter(weight=None).count() if current(survey) else 0


def _plain_obstacles(survey, spec):
    """What can be told without reckoning."""
    if survey.design == Survey.Design.OPEN_LINK:
        return [
            _(
                "Answers of an open link are not weighted: nobody was chosen, so no weight makes"
                " them stand for the population."
            )
        ]
    found = []
    if survey.state not in {Survey.State.CLOSED, Survey.State.PUBLISHED}:
        found.append(_("Close the survey first: answers that come later would have no weight."))
    counted = survey.responses.counted()
    if not counted.exists():
        found.append(_("Nothing was answered yet."))
    if spec.get("base") == "strata":
        if lost := counted.filter(stratum=None).count():
            found.append(_("%(n)s responses belong to no stratum.") % {"n": lost})
        found += [
            _("Write how many people live in %(stratum)s, and where that is from.")
            % {"stratum": stratum}
            for stratum in survey.strata.filter(responses__in=counted).distinct()
            if not _people(survey, stratum)
        ]
        found += [
            _("Nobody of %(stratum)s answered: join it with a neighbouring stratum.")
            % {"stratum": stratum}
            for stratum in survey.strata.all()
            if _people(survey, stratum) and not counted.filter(stratum=stratum).exists()
        ]
    known = tabulating.variables(survey)
    for name in _names(spec):
        if name not in known:
            found.append(_("No question is named %(name)s.") % {"name": name})
        elif name in spec.get("margins", ()) and not survey.margins.filter(variable=name).exists():
            found.append(
                _("The population is not known by %(name)s: add its margin.") % {"name": name}
            )
    if spec.get("base") != "strata" and not spec.get("margins"):
        found.append(_("Choose what to weight by."))
    low, high = spec.get("trim") or raking.BOUNDS
    if not 0 < low < 1 < high:
        found.append(_("Bounds of weights lie below and above 1."))
    return found


def _people(survey, stratum):
    """People of a stratum; the sample data know none and use the answers they wanted."""
    return stratum.population or (stratum.target if survey.is_sample else 0)


def _names(spec):
    response = spec.get("response") or {}
    named = [*spec.get("margins", ()), response.get("variable", "")]
    return [name for name in dict.fromkeys(named) if name]


@dataclass(frozen=True)
class _Group:
    """Responses that are alike: their stratum, their answers to what is weighted by."""

    stratum: int | None
    levels: dict
    n: int


def _groups(survey, spec):
    names = _names(spec)
    columns = [tabulating.level_sql(survey, name) for name in names]
    sql = (
        "SELECT stratum_id, count(*)"  # noqa: S608 -- names of questions, no values
        + "".join(f", {column}" for column in columns)
        + " FROM surveys_response WHERE survey_id = %s AND state = %s GROUP BY stratum_id"
        + "".join(f", {place}" for place in range(3, 3 + len(columns)))
        + " ORDER BY stratum_id"
        + "".join(f", {place}" for place in range(3, 3 + len(columns)))
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [survey.pk, Response.State.COMPLETE])
        rows = cursor.fetchall()
    return [_Group(row[0], dict(zip(names, row[2:], strict=True)), row[1]) for row in rows]


def _reckoned(survey, spec):
    """((groups, weight of one response in each, report), refusals): one of both is empty."""
    groups = _groups(survey, spec)
    strata = {stratum.pk: stratum for stratum in survey.strata.all()}
    report = {"is_sample": survey.is_sample}
    try:
        base = _base(survey, spec, groups, strata, report)
        if not spec.get("margins"):
            return (groups, _trimmed(spec, groups, base, report), report), []
        silent = {name: _silent(survey, name) for name in spec["margins"]}
        margins = _margins(survey, spec, groups, base, silent)
        levels = [tuple(_level(m.name, group, silent) for m in margins) for group in groups]
        cells = [
            raking.Cell(own, group.n, weight)
            for own, group, weight in zip(levels, groups, base, strict=True)
        ]
        rake = raking.rake_and_trim if spec.get("trim") else raking.rake
        options = {"bounds": tuple(spec["trim"])} if spec.get("trim") else {}
        raked = rake(cells, margins, **options)
    except raking.CannotRake as reason:
        facts = reason.facts | {"margin": _name_of(survey, reason.facts.get("margin", ""))}
        if "first" in facts:
            facts["first"] = _name_of(survey, facts["first"])
        return None, [wording.refusal(raking.CannotRake(reason.reason, **facts))]
    except ValueError:
        return None, [_("A class of people who were drawn has no answers: join it with another.")]
    report |= {"rounds": raked.rounds, "trimmed": raked.trimmed, "outside": raked.outside}
    report["margins"] = _margins_told(survey, margins, groups, levels, base, raked.weights)
    _range(report, groups, raked.weights)
    return (groups, list(raked.weights), report), []


def _base(survey, spec, groups, strata, report):
    """The weight of one response of each group, before any margin."""
    base = [1.0] * len(groups)
    if spec.get("base") == "strata":
        counts = {}
        for group in groups:
            counts[group.stratum] = counts.get(group.stratum, 0) + group.n
        people = {pk: _people(survey, stratum) for pk, stratum in strata.items()}
        found = weighting.base_weights(people, counts)
        base = [found[group.stratum] for group in groups]
        report["strata"] = [
            {
                "code": strata[pk].code,
                "people": people[pk],
                "n": counts[pk],
                "weight": found[pk],
                "source": strata[pk].source,
            }
            for pk in sorted(found, key=lambda pk: strata[pk].code)
        ]
    response = spec.get("response") or {}
    if name := response.get("variable"):
        answered = {}
        for group in groups:
            level = group.levels[name] or UNKNOWN
            answered[level] = answered.get(level, 0) + group.n
        factors = weighting.response_factors(response["selected"], answered)
        before = sum(weight * g.n for weight, g in zip(base, groups, strict=True))
        base = [
            weight * factors.get(g.levels[name] or UNKNOWN, 1.0)
            for weight, g in zip(base, groups, strict=True)
        ]
        after = sum(weight * g.n for weight, g in zip(base, groups, strict=True))
        base = [weight * before / after for weight in base]
        report["response"] = {"variable": name, "factors": factors}
    return base


def _trimmed(spec, groups, base, report):
    """Base weights alone, held within bounds where that is asked for."""
    if spec.get("trim"):
        whole = sum(weight * g.n for weight, g in zip(base, groups, strict=True))
        cells = [raking.Cell(("",), g.n, w) for g, w in zip(groups, base, strict=True)]
        raked = raking.rake_and_trim(
            cells, [raking.Margin("", {"": whole})], bounds=tuple(spec["trim"])
        )
        report |= {"trimmed": raked.trimmed, "outside": raked.outside}
        base = list(raked.weights)
    _range(report, groups, base)
    return base


def _margins(survey, spec, groups, base, silent):
    """The margins in one total, each with the share of those who did not say set aside."""
    total = sum(weight * g.n for weight, g in zip(base, groups, strict=True))
    found = []
    if spec.get("base") == "strata":
        people = {}
        for group, weight in zip(groups, base, strict=True):
            people[group.stratum] = people.get(group.stratum, 0.0) + weight * group.n
        found.append(raking.Margin(STRATUM, people))
    for name in spec["margins"]:
        rows = survey.margins.filter(variable=name).values_list("code", "population")
        known = {code: people for code, people in rows if code not in silent[name]}
        unknown = sum(
            weight * g.n
            for weight, g in zip(base, groups, strict=True)
            if (g.levels[name] or UNKNOWN) in silent[name]
        )
        if unknown:
            margin = raking.scaled(raking.Margin(name, known), total - unknown)
            margin = raking.Margin(name, margin.totals | {UNKNOWN: unknown})
        else:
            margin = raking.scaled(raking.Margin(name, known), total)
        found.append(margin)
    return found


def _silent(survey, name):
    """Answers that say nothing about which part of the population somebody belongs to."""
    choices = tabulating.variables(survey)[name].choices
    known = set(survey.margins.filter(variable=name).values_list("code", flat=True))
    return {UNKNOWN} | {choice.code for choice in choices if choice.missing} - known


def _level(name, group, silent):
    """Whoever gave one of the silent answers stands with those who gave none."""
    if name == STRATUM:
        return group.stratum
    level = group.levels[name] or UNKNOWN
    return UNKNOWN if level in silent[name] else level


def _name_of(survey, name):
    if name == STRATUM:
        return _("strata")
    variable = tabulating.variables(survey).get(name)
    return str(variable.question.label) if variable else name


def _margins_told(survey, margins, groups, levels, base, weights):
    """Of each level of a question: people, and shares of the responses before and after."""
    rows = {(row.variable, row.code): row for row in Margin.objects.filter(survey=survey)}
    told = []
    for place, margin in enumerate(margins):
        if margin.name == STRATUM:
            continue
        whole = sum(margin.totals.values())
        before, after = {}, {}
        for own, group, old, new in zip(levels, groups, base, weights, strict=True):
            before[own[place]] = before.get(own[place], 0.0) + old * group.n / whole
            after[own[place]] = after.get(own[place], 0.0) + new * group.n / whole
        for code, people in margin.totals.items():
            row = rows.get((margin.name, code))
            told.append(
                {
                    "variable": margin.name,
                    "code": code,
                    "people": row.population if row else None,
                    "source": row.source if row else "",
                    "share": people / whole,
                    "before": before[code],
                    "after": after[code],
                }
            )
    return told


def _range(report, groups, weights):
    report |= {
        "smallest": min(weights),
        "largest": max(weights),
        "median": raking.median(weights, [group.n for group in groups]),
    }


def _spread(groups, weights):
    return weighting.Spread(
        sum(g.n for g in groups),
        sum(w * g.n for w, g in zip(weights, groups, strict=True)),
        sum(w * w * g.n for w, g in zip(weights, groups, strict=True)),
    )


def _write(survey, spec, groups, weights):
    names = _names(spec)
    columns = [tabulating.level_sql(survey, name) for name in names]
    marks = ", ".join(["(%s::bigint, %s::float8" + ", %s::text" * len(names) + ")"] * len(groups))
    aliases = "".join(f", l{place}" for place in range(len(names)))
    same = "".join(
        f" AND {column} IS NOT DISTINCT FROM cell.l{place}" for place, column in enumerate(columns)
    )
    values = [
        value
        for group, weight in zip(groups, weights, strict=True)
        for value in (group.stratum, weight, *(group.levels[name] for name in names))
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE surveys_response SET weight = cell.weight"  # noqa: S608 -- no value in it
            f" FROM (VALUES {marks}) AS cell (stratum, weight{aliases})"
            " WHERE survey_id = %s AND state = %s"
            f" AND stratum_id IS NOT DISTINCT FROM cell.stratum{same}",
            [*values, survey.pk, Response.State.COMPLETE],
        )
