"""What may be told of a survey: every number of its results, with all that must stay hidden gone.

One function makes it and every path reads it: page, drawing, table, CSV, JSON, report. A snapshot
is JSON and stands by itself; ``None`` is a number that is hidden. All tables of one question are
protected together (``disclosure``). Groups that are hidden by themselves are hidden in all tables
of their breakdown; a question that only some were asked hides the groups in which the answers that
led to it are hidden, since they are the same people; what one version hid, the next ones hide too.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy, override

from office.models import District, Province
from surveys import disclosure, methodology, sentences, tabulating
from surveys.definition import LANGUAGES
from surveys.models import Publication, Response, ResponseChange, Survey
from surveys.statistics import likert
from surveys.statistics.association import rao_scott
from surveys.statistics.rounding import half_up
from surveys.statistics.sample_size import Z_95
from surveys.statistics.shares import shares
from surveys.tabulating import EVERYBODY, FIRST, LISTS

FORMAT = 1
COMPLETE = Response.State.COMPLETE
SAMPLING, MODELLED, NONE = "sampling", "modelled", "none"
ERRORS = {
    Survey.Design.PROBABILITY: SAMPLING,
    Survey.Design.QUOTA: MODELLED,
    Survey.Design.OPEN_LINK: NONE,
}
HIDDEN = disclosure.standing(0)  # "hidden"
GONE = "@gone"  # the level that all levels that are hidden whole make together
CLEAR = 0.05  # the largest p of what is called more than chance
WHOLE = gettext_lazy("Everybody")
NOT_STATED = gettext_lazy("Not stated")
TOLD = {"single", "multiple", "matrix", "scale", "rank", "number", "text", "date", "place"}


@dataclass(frozen=True)
class Mask:
    """Of one question: the levels that are hidden whole, by breakdown; places that are hidden as
    ``disclosure`` names them; and whether its base is hidden although its answers are not.
    """

    gone: dict = field(default_factory=dict)
    places: set = field(default_factory=set)
    is_baseless: bool = False

    def is_gone(self, name: str, level: str) -> bool:
        return level in self.gone.get(name, ())

    def hides(self, place: tuple) -> bool:
        return place in self.places


def snapshot(survey: Survey) -> dict:
    """The results of a survey as they may be published; cells must have been counted before."""
    return _Taken(survey).whole()


def survey_changes(survey: Survey):
    """What was corrected or set aside of its responses."""
    return ResponseChange.objects.filter(response__survey=survey)


def changed_since(publication: Publication) -> list[tuple]:
    """(answers then, answers now) of each response that counts otherwise than when this version
    was prepared; None where it did not count, or does not.
    """
    survey, told = publication.survey, publication.snapshot
    day = timezone.localdate(publication.prepared_at)
    after = {"pk__gt": told["last_change"]} if "last_change" in told else {"on__gte": day}
    then = {}
    rows = survey_changes(survey).filter(**after).select_related("response").order_by("pk")
    for row in rows:
        state, data = then.get(row.response_id, (row.state_before, None))
        then[row.response_id] = state, row.before if data is None else data
    now = {row.response_id: row.response for row in rows}
    found = []
    for pk, (state, data) in then.items():
        was = (now[pk].data if data is None else data) if state == COMPLETE else None
        is_now = now[pk].data if now[pk].state == COMPLETE else None
        if was != is_now:
            found.append((was, is_now))
    # Interviews that devices brought home afterwards leave no change: they are the latest ones.
    counted = survey.responses.counted()
    known = told["n"] + sum((now is not None) - (was is not None) for was, now in found)
    late = counted.filter(received_on__gte=day).exclude(pk__in=then).order_by("-received_on")
    more = max(0, counted.count() - known)
    return found + [(None, data) for data in late.values_list("data", flat=True)[:more]]


def both(message) -> dict[str, str]:
    """A translatable text in both languages."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = str(message)
    return found


class _Taken:
    def __init__(self, survey):
        self.survey = survey
        self.errors = ERRORS[survey.design]
        self.smallest = survey.min_cell
        self.variables = {
            name: variable
            for name, variable in tabulating.variables(survey).items()
            if variable.kind in TOLD and not name.endswith("_other")
        }
        self.dimensions = [
            name for name in survey.breakdowns if name in tabulating.dimensions(survey)
        ]
        self.counted = tabulating.counted_exactly(survey, (EVERYBODY, *self.dimensions))
        self.places = _places(survey)
        self.n = self._size(EVERYBODY)
        published = list(survey.publications.published())
        self.before = [each.snapshot for each in published]
        self.changed = [changed_since(each) for each in published]
        self.weighing = {n for n in self.dimensions if tabulating.decides_weight(survey, n)}
        self.gone = {name: self._gone(name) for name in self.dimensions}
        self.tables, self.masks = {}, {}

    def whole(self):
        survey, run = self.survey, self.survey.weight_runs.filter(is_current=True).first()
        found = {
            "format": FORMAT,
            "survey": survey.pk,
            "title": {"th": survey.title_th, "en": survey.title_en},
            "design": survey.design,
            "errors": self.errors,
            "is_sample": survey.is_sample,
            "n": self.n,
            "modes": self._modes(),
            "last_change": survey_changes(survey).aggregate(last=Max("pk"))["last"] or 0,
            "weighted": run is not None,
            "min_cell": survey.min_cell,
            "min_base": survey.min_base,
            "bands": survey.bands,
            "days": [survey.opens_on.isoformat(), survey.closes_on.isoformat()],
            "breakdowns": [self._breakdown(name) for name in self.dimensions],
        }
        if run and self.errors != NONE:
            found |= {"deff": round(run.deff, 3), "n_effective": round(run.n_effective, 1)}
        if self.errors == SAMPLING and self.n:
            effective = run.n_effective if run else self.n
            found["margin"] = _one(100 * float(Z_95) * math.sqrt(0.25 / effective))
        found["questions"] = [self._question(variable) for variable in self.variables.values()]
        if "margin" in found and tabulating.has_clusters(survey):
            # Kish's effective sample knows nothing of clusters: the widest interval does.
            found["margin"] = max([found["margin"], *self._reaches(found["questions"])])
        labels = {each["name"]: each["label"] for each in found["breakdowns"]}
        for question in found["questions"]:
            question["headline"] = sentences.headline(question, self.errors)
            question["differences"] = sentences.differences(question, labels)
        return found

    def _reaches(self, questions):
        """Half of the interval of each answer that is told of a question that all were asked."""
        groups = [question["tables"][0]["groups"][0] for question in questions]
        return [
            _one((cell["high"] - cell["low"]) / 2)
            for group in groups
            if (group["base"] or 0) + (group.get("blank") or 0) == self.n
            for cell in group["cells"]
            if "low" in cell
        ]

    def _size(self, dimension, level=EVERYBODY):
        cells = self.counted[dimension].of("", level).get(tabulating.ALL, {})
        return sum(sums.n for sums in cells.values())

    def _gone(self, dimension):
        """Levels that are hidden everywhere, because of how many people they have, or because so
        few of these changed since a version before that the difference would tell of them.
        """
        levels = self._levels(dimension)
        told = {
            level["code"]: level["n"]
            for results in self.before
            for each in results["breakdowns"]
            if each["name"] == dimension
            for level in each["levels"]
            if level["n"] is None
        }
        hidden = {place for place, level in enumerate(levels) if level in told}
        for changed in self.changed:
            touched = Counter(
                level
                for one in changed
                for level in {self._level_of(dimension, data) for data in one if data is not None}
            )
            hidden |= disclosure.line([touched[each] for each in levels], smallest=self.smallest)
        sizes = [self._size(dimension, level) for level in levels]
        gone = disclosure.line(sizes, hidden=hidden, smallest=self.smallest)
        return {level for place, level in enumerate(levels) if place in gone}

    def _level_of(self, dimension, data):
        level = data.get(dimension) or ""
        is_place = self.variables[dimension].kind == "place"
        return level[: tabulating.DISTRICT] if is_place else level

    def _modes(self):
        counts = tabulating.modes(self.survey)
        hidden = disclosure.line(list(counts.values()), smallest=self.smallest)
        return [
            {
                "code": code,
                "label": dict(zip(LANGUAGES, methodology.MODES[code], strict=True)),
                "n": _if(n, place not in hidden),
            }
            for place, (code, n) in enumerate(counts.items())
        ]

    def _breakdown(self, name):
        return {
            "name": name,
            "label": _words(self.variables[name].question.label),
            "levels": [
                {
                    "code": level,
                    "label": self._label(name, level),
                    "n": _if(self._size(name, level), level not in self.gone[name]),
                }
                for level in self._levels(name)
            ],
        }

    def _levels(self, name):
        """Levels in the order of the choices; who told nothing comes last."""
        levels = self.counted[name].levels()
        order = [choice.code for choice in self.variables[name].choices]
        known = [code for code in order if code in levels]
        return known + sorted(set(levels) - set(known), key=lambda code: (code == "", code))

    def _label(self, name, code):
        if code == "":
            return both(NOT_STATED)
        choices = {choice.code: choice.label for choice in self.variables[name].choices}
        return (
            _words(choices[code])
            if code in choices
            else self.places.get(code, _words({"th": code}))
        )

    def _question(self, variable):
        question = variable.question
        found = {
            "name": variable.name,
            "kind": variable.kind,
            "label": _words(question.label if variable.row is None else variable.row.label),
            "unit": _words(question.unit or {}),
            "role": question.role,
        }
        if variable.row is not None:
            found |= {"of": question.name, "of_label": _words(question.label)}
        tables = self._tables(variable.name)
        lines = tables[EVERYBODY][EVERYBODY].lines
        found["choices"] = [self._choice(variable, line.code) for line in lines]
        mask = self._mask(variable.name)
        found["tables"] = [
            self._table(variable, name, figures, mask) for name, figures in tables.items()
        ]
        return found

    def _tables(self, asked):
        """By breakdown and level the figures of a question. What makes a breakdown, and what was
        written, is told for everybody only.
        """
        if asked in self.tables:
            return self.tables[asked]
        variable, tables, codes = self.variables[asked], {}, None
        is_whole = variable.question.name in self.dimensions or variable.kind in {"text", "date"}
        for name in (EVERYBODY,) if is_whole else (EVERYBODY, *self.dimensions):
            tables[name] = {
                level: tabulating.figure(
                    variable,
                    self.counted[name],
                    level,
                    has_errors=self.errors != NONE,
                    codes=codes,
                )
                for level in ([EVERYBODY] if name == EVERYBODY else self._levels(name))
            }
            if name == EVERYBODY:
                codes = [line.code for line in tables[name][EVERYBODY].lines]
        self.tables[asked] = tables
        return tables

    def _choice(self, variable, code):
        choice = next((each for each in variable.choices if each.code == code), None)
        if choice is None:
            return {"code": code, "label": self.places.get(code, _words({"th": code}))}
        more = {"missing": choice.missing} if choice.missing else {}
        if choice.value is not None:
            more["value"] = choice.value
        return {"code": code, "label": _words(choice.label)} | more

    # What must stay hidden

    def _mask(self, asked):
        """What of a question must stay hidden; a question that it waits for itself has none yet."""
        if asked not in self.masks:
            self.masks[asked] = Mask()
            self.masks[asked] = self._masked(self.variables[asked])
        return self.masks[asked]

    def _masked(self, variable):
        tables = self._tables(variable.name)
        gone = {name: set(self.gone.get(name, ())) for name in tables}
        if variable.name in self.dimensions:
            # A question that makes a breakdown hides the groups that the breakdown hides.
            own = self.gone[variable.name]
            places = {(*disclosure.ALL, code) for code in own if code != ""}
            return Mask(gone, places, is_baseless="" in own)
        if sum(figure.asked for figure in tables[EVERYBODY].values()) < self.n:
            self._hide_led(variable, gone)
        places = self._hidden_before(variable, gone)
        if gone.get(EVERYBODY):
            return Mask({name: set(figures) for name, figures in tables.items()}, places)
        if not tables[EVERYBODY][EVERYBODY].lines:
            return Mask({name: self._few(variable, tables[name], gone[name]) for name in tables})
        self._hide_whole(variable, tables, gone)
        if not places and not self._has_small(variable, tables, gone):
            return Mask(gone, places)
        found = tabulating.people(self.survey, variable.name, self._broken_down(tables))
        while True:
            protected = disclosure.protect(
                self._merged(found, tables, gone),
                is_list=variable.kind in LISTS,
                hidden=places,
                smallest=self.smallest,
            )
            if not self._hide_whole(variable, tables, gone, protected):
                return Mask(gone, protected)

    def _hide_whole(self, variable, tables, gone, places=()):
        """Hide a breakdown that decides the weights where anything in it is hidden: of two who
        exchange their answers there, weighted totals would tell. Whether any was hidden just now.
        """
        names, found = self._broken_down(tables), False
        for by, name in enumerate(names):
            if name not in self.weighing or gone[name] == set(tables[name]):
                continue
            is_small = self._has_small(variable, {name: tables[name]}, gone)
            if is_small or gone[name] or any(place[0] == by for place in places):
                gone[name], found = set(tables[name]), True
        return found

    def _broken_down(self, tables):
        return [name for name in tables if name != EVERYBODY]

    def _merged(self, people, tables, gone):
        """People by answers and levels; groups that are hidden whole make one, since what they
        have together follows from the others.
        """
        names, found = self._broken_down(tables), Counter()
        for (answer, levels), n in people.items():
            own = (GONE if at in gone[by] else at for by, at in zip(names, levels, strict=True))
            found[answer, tuple(own)] += n
        return found

    def _has_small(self, variable, tables, gone):
        """Whether any number is small enough to be hidden; a ranking may have more of them."""
        if variable.kind == "rank":
            return True
        for name, figures in tables.items():
            shown = [[f] for level, f in figures.items() if level not in gone[name]]
            whole = [f for level, f in figures.items() if level in gone[name]]
            for column in [*shown, *([whole] if whole else [])]:
                base = sum(f.base for f in column)
                for lines in zip(*(f.lines for f in column), strict=True):
                    n = sum(line.n for line in lines)
                    few = (n, base - n) if variable.kind in LISTS else (n,)
                    if any(0 < each < self.smallest for each in few):
                        return True
        return False

    def _few(self, variable, figures, gone):
        """Levels without answers to count: hidden by their bases alone, and so that no mean of few
        numbers follows from those of the others.
        """
        least = max(self.smallest, self.survey.min_base) if variable.kind == "number" else 0
        levels = list(figures)
        hidden = disclosure.line(
            [figures[level].base for level in levels],
            hidden=[place for place, level in enumerate(levels) if level in gone],
            smallest=least or self.smallest,
        )
        return {levels[place] for place in hidden}

    def _hide_led(self, variable, gone):
        """Hide levels in which it would be told who was asked, and the answers that led here."""
        names = self._broken_down(gone)
        asked = tabulating.asked(self.survey, variable.name, names)
        base = {name: self.gone.get(name, set()) for name in names}
        for by, level, _name in disclosure.protect(
            self._merged(asked, gone, base), is_list=True, smallest=self.smallest
        ):
            if by is None:
                gone[EVERYBODY].add(EVERYBODY)
            else:
                gone[names[by]] |= base[names[by]] if level == GONE else {level}
        for way in tabulating.ways_to(self.survey, variable.name):
            if way.name in self.variables:
                self._hide_led_by(way, gone)

    def _hide_led_by(self, way, gone):
        mask, tables = self._mask(way.name), self._tables(way.name)
        for name, levels in gone.items():
            if name not in tables:  # the answer is the breakdown: the level itself is hidden
                continue
            codes = [line.code for line in tables[EVERYBODY][EVERYBODY].lines]
            is_list = self.variables[way.name].kind in LISTS
            for level in tables[name]:
                hidden = {c for c in codes if mask.hides(self._place(tables, name, level, c))}
                leads = hidden & (way.whole | way.part)
                if mask.is_gone(name, level) or (leads and (is_list or not hidden <= way.whole)):
                    levels.add(level)

    def _place(self, tables, name, level, code):
        if name == EVERYBODY:
            return (*disclosure.ALL, code)
        return self._broken_down(tables).index(name), level, code

    def _hidden_before(self, variable, gone):
        """The places that earlier versions hid; levels that these hid whole are added."""
        names, places = self._broken_down(gone), set()
        for results in self.before:
            for question in results["questions"]:
                if question["name"] != variable.name:
                    continue
                for table in question["tables"]:
                    by = table["by"]
                    for group in table["groups"] if by in gone else ():
                        if group["base"] is None:
                            gone[by].add(group["level"])
                            continue
                        at = (names.index(by), group["level"]) if by else disclosure.ALL
                        places |= {
                            (*at, choice["code"])
                            for choice, cell in zip(
                                question["choices"], group["cells"], strict=True
                            )
                            if cell["n"] is None
                        }
        return places

    # What is told

    def _table(self, variable, name, figures, mask):
        table = {
            "by": name,
            "groups": [self._group(variable, name, figure, mask) for figure in figures.values()],
        }
        if (
            name != EVERYBODY
            and self.errors == SAMPLING
            and variable.kind in {"single", "scale", "matrix"}
        ):
            test = self._test(variable, name)
            if test:
                table["test"] = {"is_clear": test.p < CLEAR}
                # Made of all counts, a p value would tell which guess of the hidden ones is right.
                if not any(cell["n"] is None for g in table["groups"] for cell in g["cells"]):
                    table["test"]["p"] = float(half_up(test.p, 3))
        return table

    def _group(self, variable, name, figure, mask):
        base, is_gone = figure.base, mask.is_gone(name, figure.level)
        is_baseless = is_gone or mask.is_baseless
        standing = HIDDEN if is_baseless else disclosure.standing(base)
        if base < self.survey.min_base:
            standing = HIDDEN
        label = both(WHOLE) if name == EVERYBODY else self._label(name, figure.level)
        tables = self._tables(variable.name)
        cells = [
            self._cell(
                line,
                standing,
                is_hidden=is_gone or mask.hides(self._place(tables, name, figure.level, line.code)),
                is_first_hidden=mask.hides(
                    self._place(tables, name, figure.level, FIRST + line.code)
                ),
            )
            for line in figure.lines
        ]
        group = {
            "level": figure.level,
            "label": label,
            "base": None if is_baseless else base,
            "standing": standing,
            "cells": cells,
        }
        if name == EVERYBODY and not is_baseless:
            group["blank"] = figure.blank
        # With some answers hidden, a mean would give them back.
        is_whole = all(cell["n"] is not None for cell in cells)
        if figure.mean is not None and is_whole and standing != HIDDEN:
            group["mean"] = self._mean(variable, figure)
        return group

    def _cell(self, line, standing, *, is_hidden, is_first_hidden):
        if is_hidden:
            return {"n": None, "percent": None}
        if standing == HIDDEN or line.share is None:
            return {"n": line.n, "percent": None}
        cell = {"n": line.n, "percent": _one(100 * line.share)}
        if line.low is not None and self.errors != NONE:
            cell |= {"low": _one(100 * line.low), "high": _one(100 * line.high)}
            cell["se"] = float(half_up(100 * line.se, 2))
            if line.se and line.share and line.se / line.share > disclosure.UNSTEADY:
                cell["unsteady"] = True
        if line.first is not None and not is_first_hidden:
            cell["first"] = _one(100 * line.first)
        return cell

    def _mean(self, variable, figure):
        found = {"value": float(half_up(figure.mean, 2)), "n": figure.n_of_mean}
        if figure.sd is not None:
            found["sd"] = float(half_up(figure.sd, 2))
        if figure.low is not None:
            found |= {
                "low": float(half_up(figure.low, 2)),
                "high": float(half_up(figure.high, 2)),
            }
        if variable.kind == "number":
            return found
        values = tabulating.values_of(variable.choices).values()
        found |= {"lowest": min(values), "highest": max(values)}
        labels = [str(c.label.get("th", "")) for c in variable.choices if not c.missing]
        if bands := _bands(found, self.survey.bands, labels):
            words = likert.level(figure.mean, bands).words
            found["band"] = dict(zip(LANGUAGES, words, strict=True))
        return found

    def _test(self, variable, name):
        """Whether answers differ by the levels that are told."""
        counted = self.counted[name]
        tallies = {}
        for level in self._levels(name):
            if level == "" or level in self.gone[name]:
                continue
            for value, by in counted.of(variable.name, level).items():
                if value == tabulating.BLANK:
                    continue
                for key, sums in by.items():
                    tallies.setdefault(key, {})[value, level] = tuple(sums[:3])
        if not tallies:
            return None
        return rao_scott(shares(counted.groups, tallies))


def bands_of(question: dict, scheme: str) -> list[likert.Band]:
    """The bands that the words of a question of a snapshot are from; none where there are none."""
    mean = question["tables"][0]["groups"][0].get("mean") or {}
    labels = [c["label"]["th"] for c in question["choices"] if not c.get("missing")]
    return _bands(mean, scheme, labels) if "band" in mean else []


def _bands(mean, scheme, labels):
    """Four answers on satisfaction have the words of the National Statistical Office."""
    is_satisfaction = len(labels) == len(likert.SATISFACTION) and all("พอใจ" in w for w in labels)
    words = likert.SATISFACTION if is_satisfaction else None
    try:
        return likert.bands(int(mean["lowest"]), int(mean["highest"]), scheme, words=words)
    except ValueError:
        return []


def _places(survey):
    found = {
        place.code: {"th": place.name_th, "en": place.name_en}
        for model in (Province, District)
        for place in model.objects.all()
    }
    strata: Iterable = survey.strata.all()
    return {s.code: {"th": s.name_th, "en": s.name_en or s.name_th} for s in strata} | found


def _words(words):
    return {language: words.get(language) or words.get("th", "") for language in LANGUAGES}


def _one(number):
    """To one decimal, half up."""
    return float(half_up(number, 1))


def _if(number, is_shown):
    return number if is_shown else None
