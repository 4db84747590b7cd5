"""Of whom a survey asks, and how many: sizes, strata, populations, shares, margins and quotas.

Tables are pasted as they stand in a spreadsheet or CSV. Everything that is wrong with one is told
at once, and nothing of it is saved then.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import product

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from lopburi_pr.thai_text import normalise, to_arabic_digits
from office import audit
from office.models import District, Province
from surveys.definition import WITH_CHOICES, Form
from surveys.models import Margin, Quota, Stratum, Survey
from surveys.statistics import allocation, sample_size
from surveys.statistics.wording import ASSUMPTIONS

MOST_ROWS = 2000
MOST_QUOTAS = 500
LARGEST = 2_000_000_000
FINISHED = (Survey.State.PUBLISHED, Survey.State.WITHDRAWN)

_number = re.compile(r"\d{1,3}(,\d{3})+|\d+")
_before_name = re.compile("^(จังหวัด|อำเภอ|จ\\.|อ\\.)\\s*")


@dataclass(frozen=True)
class Size:
    """A way to reckon the sample: exact, rounded up, nearest, and what it takes for granted."""

    name: str
    exact: float
    up: int
    nearest: int
    to_approach: int
    assumption: str


def sizes(population, *, margin, proportion="0.5", deff="1", response_rate="1") -> list[Size]:
    """Cochran, Cochran for small populations, Yamane, Krejcie and Morgan, side by side.

    Raises ValidationError for shares that are none. ``to_approach`` is what has to be tried, with
    the design effect and the share of people who answer.
    """
    ways = [
        ("Cochran", lambda: sample_size.cochran(margin, proportion=proportion)),
        (
            "Cochran (N)",
            lambda: sample_size.cochran(margin, proportion=proportion, population=population),
        ),
        ("Yamane", lambda: sample_size.yamane(population, margin)),
        (
            "Krejcie-Morgan",
            lambda: sample_size.krejcie_morgan(population, margin, proportion=proportion),
        ),
    ]
    found = []
    try:
        for name, reckon in ways:
            size = reckon()
            plan = sample_size.planned(size, deff=deff, response_rate=response_rate)
            told = str(ASSUMPTIONS[size.assumption])
            found.append(Size(name, size.exact, size.up, size.nearest, plan.up, told))
    except (ValueError, ArithmeticError):
        raise ValidationError(
            _("Shares lie between 0 and 1, and the population has at least one person.")
        ) from None
    return found


# Strata


@transaction.atomic
def make_strata(survey: Survey, provinces: Iterable[Province], *, by) -> int:
    """A stratum for every district of these provinces that has none yet; how many were made."""
    _begin(survey)
    known = set(survey.strata.values_list("code", flat=True))
    districts = District.objects.filter(province__in=provinces).exclude(code__in=known)
    made = Stratum.objects.bulk_create(
        Stratum(survey=survey, code=row.code, name_th=row.name_th, name_en=row.name_en)
        for row in districts.order_by("code")
    )
    audit.record(survey, "plan sample", by=by, note=f"+{len(made)}")
    return len(made)


@transaction.atomic
def remove_stratum(stratum: Stratum, *, by) -> None:
    """Take a stratum out of the sample. Raises ValidationError once somebody answered there."""
    survey = stratum.survey
    _begin(survey)
    if stratum.responses.exists():
        raise ValidationError(_("People answered there already."))
    audit.record(survey, "plan sample", by=by, note=f"-{stratum.code}")
    stratum.delete()


@transaction.atomic
def set_populations(survey: Survey, table: str, *, source: str, as_of: date | None, by) -> int:
    """Take over how many people live in each stratum, from lines of code or name and number.

    Raises ValidationError with every line that can't be read; nothing is saved then.
    """
    _begin(survey)
    strata = list(survey.strata.all())
    wrong = _without_source(source)
    found = {}
    for number, cells in _lines(table):
        stratum = len(cells) > 1 and _called(strata, cells[0])
        people = len(cells) > 1 and _people(cells[1:])
        if not stratum:
            wrong.append(_line(number, _("no stratum is called “%(name)s”."), cells[0]))
        elif not people:
            wrong.append(_line(number, _("“%(name)s” is no number of people."), cells[-1]))
        elif stratum in found:
            wrong.append(_line(number, _("“%(name)s” stands twice."), cells[0]))
        else:
            found[stratum] = people
    if not found and not wrong:
        wrong.append(_("Paste a table: one line for each stratum."))
    if wrong:
        raise ValidationError(wrong)
    for stratum, people in found.items():
        stratum.population, stratum.source, stratum.as_of = people, source.strip(), as_of
    Stratum.objects.bulk_update(found, ["population", "source", "as_of"])
    audit.record(survey, "plan sample", by=by, note=source.strip())
    return len(found)


@transaction.atomic
def allocate(
    survey: Survey, n: int, *, method: str = "proportional", floor: int = 0, spreads: str = "", by
) -> dict[str, int]:
    """Share ``n`` interviews among the strata and keep them as targets; targets by code.

    ``method`` "neyman" needs ``spreads``: lines of code or name and the standard deviation there.
    Raises ValidationError.
    """
    _begin(survey)
    strata = list(survey.strata.all())
    if not strata or any(stratum.population is None for stratum in strata):
        raise ValidationError(_("Write how many people live in each stratum first."))
    people = {stratum.code: stratum.population for stratum in strata}
    try:
        if method == "neyman":
            targets = allocation.neyman(people, _spreads(strata, spreads), n, floor=floor)
        else:
            targets = allocation.proportional(people, n, floor=floor)
    except ValueError:
        raise ValidationError(
            _("So many interviews can't be shared: fewer than the floors, or more than people.")
        ) from None
    for stratum in strata:
        stratum.target = targets[stratum.code]
    Stratum.objects.bulk_update(strata, ["target"])
    survey.target = n
    survey.save(update_fields=["target"])
    audit.record(survey, "plan sample", by=by, note=f"{method}: {n}, {floor}")
    return targets


def _spreads(strata, table):
    found, wrong = {}, []
    for number, cells in _lines(table):
        stratum = _called(strata, cells[0])
        try:
            spread = Decimal(to_arabic_digits(cells[-1]))
        except InvalidOperation:
            spread = Decimal(-1)
        if not stratum or not spread.is_finite() or spread < 0 or len(cells) != 2:
            wrong.append(_line(number, _("“%(name)s” can't be read."), " ".join(cells)))
        else:
            found[stratum.code] = spread
    if missing := [each.name for each in strata if each.code not in found]:
        wrong.append(_("The spread is missing of: %(names)s.") % {"names": ", ".join(missing)})
    if wrong:
        raise ValidationError(wrong)
    return found


# Margins


@transaction.atomic
def set_margins(survey: Survey, table: str, *, source: str, as_of: date | None, by) -> int:
    """Take over how many people of the population would give each answer, from lines of question,
    answer and number. A question's older numbers are replaced.

    Raises ValidationError with every line that can't be read; nothing is saved then.
    """
    _begin(survey)
    levels = _levels(survey)
    wrong, found = _without_source(source), {}
    for number, cells in _lines(table):
        people = len(cells) > 2 and _people(cells[2:])
        if cells[0] not in levels:
            wrong.append(
                _line(number, _("there is no question “%(name)s” with choices."), cells[0])
            )
        elif len(cells) < 3 or not people:
            wrong.append(_line(number, _("“%(name)s” is no number of people."), cells[-1]))
        elif levels[cells[0]] and cells[1] not in levels[cells[0]]:
            wrong.append(_line(number, _("there is no answer “%(name)s”."), cells[1]))
        elif (cells[0], cells[1]) in found:
            wrong.append(_line(number, _("“%(name)s” stands twice."), " ".join(cells[:2])))
        else:
            found[cells[0], cells[1]] = people
    if not found and not wrong:
        wrong.append(_("Paste a table: question, answer and number on each line."))
    if wrong:
        raise ValidationError(wrong)
    survey.margins.filter(variable__in={variable for variable, _code in found}).delete()
    Margin.objects.bulk_create(
        Margin(
            survey=survey,
            variable=variable,
            code=code,
            population=people,
            source=source.strip(),
            as_of=as_of,
        )
        for (variable, code), people in found.items()
    )
    audit.record(survey, "plan sample", by=by, note=source.strip())
    return len(found)


def _levels(survey):
    """The codes of each question that a margin can be known for; none: codes of places."""
    version = survey.questionnaires.first()
    if version is None:
        return {}
    form = Form(version.definition)
    return {
        variable.name: {choice.code for choice in variable.choices}
        for variable in form.variables
        if variable.kind in (WITH_CHOICES - {"rank", "multiple"}) | {"place"}
    }


# Quotas


@transaction.atomic
def make_quotas(survey: Survey, variables: list[str], *, by_stratum: bool, action: str, by) -> int:
    """A quota for every combination of answers, and of strata: the targets of the strata shared by
    the margins. Quotas that were made before and are empty go. How many there are now.

    Raises ValidationError.
    """
    _begin(survey)
    if survey.quotas.filter(filled__gt=0).exists():
        raise ValidationError(_("Answers are counted in the quotas already."))
    shares = {name: _shares(survey, name) for name in variables}
    if missing := [name for name, levels in shares.items() if not levels]:
        raise ValidationError(_("Paste the margins of %(names)s.") % {"names": ", ".join(missing)})
    groups = [(None, survey.target)]
    if by_stratum:
        groups = [(each, each.target) for each in survey.strata.all() if each.target]
    combinations = list(product(*(levels for levels in shares.values())))
    if not groups or not combinations[0] and not by_stratum:
        raise ValidationError(_("Choose strata or questions."))
    if len(groups) * len(combinations) > MOST_QUOTAS:
        raise ValidationError(_("That makes more than %(n)s quotas.") % {"n": MOST_QUOTAS})
    stratum_of = _stratum_question(survey)
    if by_stratum and not stratum_of:
        raise ValidationError(_("No question asks for the place that tells the stratum."))
    labels = _labels(survey)
    made = []
    for stratum, target in groups:
        for codes, wanted in _shared(shares, combinations, target):
            condition = {name: [code] for name, code in zip(shares, codes, strict=True)}
            words = [labels.get(pair, pair[1]) for pair in zip(shares, codes, strict=True)]
            if stratum:
                condition[stratum_of] = [stratum.code]
                words.insert(0, stratum.name)
            made.append(_quota(survey, words, condition, wanted, action))
    survey.quotas.all().delete()
    Quota.objects.bulk_create(made)
    audit.record(survey, "plan sample", by=by, note=f"{len(made)}")
    return len(made)


def _quota(survey, words, condition, target, action):
    name = " · ".join(words)
    if len(name) > 120:
        name = " · ".join(word[: 120 // len(words) - 3] for word in words)
    return Quota(survey=survey, name=name, condition=condition, target=target, action=action)


def _shared(shares, combinations, target):
    """(codes, how many) of one group, by the product of the margins and the largest remainder."""
    parts = {codes: 1 for codes in combinations}
    for codes in combinations:
        for levels, code in zip(shares.values(), codes, strict=True):
            parts[codes] *= levels[code]
    return allocation.largest_remainder(parts, target).items()


def _shares(survey, variable):
    return dict(survey.margins.filter(variable=variable).values_list("code", "population"))


def _stratum_question(survey):
    version = survey.questionnaires.first()
    places = [q for q in Form(version.definition).questions if q.kind == "place"] if version else []
    marked = [question for question in places if question.role == "stratum"] or places
    return marked[0].name if marked else ""


def _labels(survey):
    version = survey.questionnaires.first()
    return {
        (variable.name, choice.code): str(choice.label)
        for variable in (Form(version.definition).variables if version else ())
        for choice in variable.choices
    }


@transaction.atomic
def add_quota(survey: Survey, *, name: str, condition: str, target: int, action: str, by) -> Quota:
    """A quota typed by hand; ``condition`` is lines of "question = answer, answer".

    Raises ValidationError.
    """
    _begin(survey)
    levels, wanted, wrong = _levels(survey), {}, []
    for number, line in enumerate(filter(str.strip, condition.splitlines()), 1):
        variable, _is, codes = normalise(line).partition("=")
        variable = variable.strip()
        codes = [code for code in re.split(r"[\s,]+", to_arabic_digits(codes)) if code]
        unknown = [code for code in codes if levels.get(variable) and code not in levels[variable]]
        if variable not in levels or not codes:
            wrong.append(_line(number, _("“%(name)s” can't be read."), line))
        elif unknown:
            wrong.append(_line(number, _("there is no answer “%(name)s”."), ", ".join(unknown)))
        else:
            wanted[variable] = codes
    if not wanted and not wrong:
        wrong.append(_("Say whose answers it counts."))
    if wrong:
        raise ValidationError(wrong)
    quota = Quota(survey=survey, name=name, condition=wanted, target=target, action=action)
    quota.full_clean()
    quota.save()
    audit.record(survey, "plan sample", by=by, note=name)
    return quota


@transaction.atomic
def remove_quota(quota: Quota, *, by) -> None:
    """Raises ValidationError once answers are counted in it."""
    _begin(quota.survey)
    if quota.filled:
        raise ValidationError(_("Answers are counted in the quotas already."))
    audit.record(quota.survey, "plan sample", by=by, note=f"-{quota.name}")
    quota.delete()


def population_of(survey: Survey) -> int | None:
    """How many people all strata hold; None while one is not known."""
    if survey.strata.filter(population=None).exists():
        return None
    return survey.strata.aggregate(people=Sum("population"))["people"]


# Pasted tables


def _begin(survey):
    survey.refresh_from_db(from_queryset=Survey.objects.select_for_update())
    if survey.state in FINISHED:
        raise ValidationError(_("The design stays as it was published."))


def _lines(table):
    """(number of the line, cells) of a table with tabs, semicolons or commas; a heading, which has
    no digit, is passed over.
    """
    rows = []
    for number, raw in enumerate(table.splitlines(), 1):
        line = to_arabic_digits(normalise(raw)).strip()
        if not line or (number == 1 and not any(map(str.isdigit, line))):
            continue
        if "\t" in raw:
            cells = [to_arabic_digits(normalise(cell)) for cell in raw.split("\t")]
        else:
            cells = line.split(";" if ";" in line else ",")
        rows.append((number, [cell.strip().strip('"').strip() for cell in cells]))
    if len(rows) > MOST_ROWS:
        raise ValidationError(_("The table has more than %(n)s lines.") % {"n": MOST_ROWS})
    return rows


def _people(cells):
    """The number in the last cells: 1,234 may have been cut at its comma; None if it is none."""
    text = ",".join(cell for cell in cells if cell)
    if not _number.fullmatch(text):
        return None
    people = int(text.replace(",", ""))
    return people if 0 < people <= LARGEST else None


def _called(strata, name):
    plain = _before_name.sub("", name)
    return next(
        (each for each in strata if name == each.code or plain in {each.name_th, each.name_en}),
        None,
    )


def _without_source(source):
    if source.strip():
        return []
    return [_("Say where the numbers are from: without a source nobody can check them.")]


def _line(number, sentence, name):
    return _("Line %(number)s: %(sentence)s") % {
        "number": number,
        "sentence": sentence % {"name": name[:80]},
    }
