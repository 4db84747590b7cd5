"""What may be told of a survey: every number of its results, with all that must stay hidden gone.

One function makes it and every path reads it: page, drawing, table, CSV, JSON, report. A snapshot
is JSON and stands by itself; ``None`` is a number that is hidden. Tables of one question share
their totals and are protected together; groups that are hidden by themselves are hidden in all
tables of their breakdown, and a question that only some were asked is protected with the answer
that led to it, since they are the same people.
"""

import math
from collections.abc import Iterable

from django.utils.translation import gettext_lazy, override

from office.models import District, Province
from surveys import disclosure, methodology, sentences, tabulating
from surveys.definition import LANGUAGES
from surveys.models import Survey
from surveys.statistics import likert
from surveys.statistics.aggregates import Group
from surveys.statistics.association import rao_scott_of
from surveys.statistics.rounding import half_up
from surveys.statistics.sample_size import Z_95
from surveys.statistics.shares import shares
from surveys.tabulating import EVERYBODY, LISTS, Figure

FORMAT = 1
SAMPLING, MODELLED, NONE = "sampling", "modelled", "none"
ERRORS = {
    Survey.Design.PROBABILITY: SAMPLING,
    Survey.Design.QUOTA: MODELLED,
    Survey.Design.OPEN_LINK: NONE,
}
HIDDEN = disclosure.standing(0)  # "hidden"
CLEAR = 0.05  # the largest p of what is called more than chance
WHOLE = gettext_lazy("Everybody")
NOT_STATED = gettext_lazy("Not stated")
TOLD = {"single", "multiple", "matrix", "scale", "rank", "number", "text", "date", "place"}


def snapshot(survey: Survey) -> dict:
    """The results of a survey as they may be published; cells must have been counted before."""
    return _Taken(survey).whole()


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
        self.counted = {
            name: tabulating.counted_exactly(survey, name) for name in (EVERYBODY, *self.dimensions)
        }
        self.places = _places(survey)
        self.n = self._size(EVERYBODY)
        self.gone = {name: self._gone(name) for name in self.dimensions}
        self.masks = {}

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
        labels = {each["name"]: each["label"] for each in found["breakdowns"]}
        for question in found["questions"]:
            question["headline"] = sentences.headline(question, self.errors)
            question["differences"] = sentences.differences(question, labels)
        return found

    def _size(self, dimension, level=EVERYBODY):
        cells = self.counted[dimension].of("", level).get(tabulating.ALL, {})
        return sum(sums.n for sums in cells.values())

    def _gone(self, dimension):
        """Levels that are hidden everywhere, because of how many people they have."""
        levels = self.counted[dimension].levels()
        return self._hidden(levels, [self._size(dimension, level) for level in levels])

    def _hidden(self, levels, counts):
        if not levels:
            return set()
        mask = disclosure.protect_line(counts, smallest=self.smallest)
        return {level for level, why in zip(levels, mask.columns, strict=True) if why}

    def _modes(self):
        found = tabulating.counted(self.survey, tabulating.MODE)
        counts = {
            level: sum(s.n for s in found.of("", level)[tabulating.ALL].values())
            for level in found.levels()
        }
        hidden = self._hidden(list(counts), list(counts.values()))
        return [
            {
                "code": code,
                "label": dict(zip(LANGUAGES, methodology.MODES[code], strict=True)),
                "n": _if(n, code not in hidden),
            }
            for code, n in counts.items()
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
        tables, codes = {}, None
        for name in (EVERYBODY, *self.dimensions):
            if name == question.name or (name and variable.kind in {"text", "date"}):
                continue
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
        lines = tables[EVERYBODY][EVERYBODY].lines
        found["choices"] = [self._choice(variable, line.code) for line in lines]
        masks = self._masks(variable, tables)
        self.masks[variable.name] = (tables, masks)
        found["tables"] = [
            self._table(variable, name, figures, masks[name]) for name, figures in tables.items()
        ]
        return found

    def _choice(self, variable, code):
        choice = next((each for each in variable.choices if each.code == code), None)
        if choice is None:
            return {"code": code, "label": self.places.get(code, _words({"th": code}))}
        more = {"missing": choice.missing} if choice.missing else {}
        if choice.value is not None:
            more["value"] = choice.value
        return {"code": code, "label": _words(choice.label)} | more

    # What must stay hidden

    def _masks(self, variable, tables):
        """By breakdown: (hidden levels, level → hidden places of answers, hidden answers)."""
        gone = {
            name: self.gone.get(name, set()) | self._led_here(variable, name, tables)
            for name in tables
        }
        shown = {name: self._shown(tables[name], gone[name]) for name in tables}
        height = len(tables[EVERYBODY][EVERYBODY].lines)
        if not height:
            return {name: (self._few(shown[name], gone[name]), {}, set()) for name in tables}
        # A question that makes a breakdown hides the groups that the breakdown hides.
        lines = tables[EVERYBODY][EVERYBODY].lines
        own = self.gone.get(variable.name, set())
        hidden = {place for place, line in enumerate(lines) if line.code in own}
        masks = self._protected(variable, tables, shown, hidden)
        hidden |= {place for mask in masks.values() for place, why in enumerate(mask.rows) if why}
        if any(mask.total for mask in masks.values()):
            gone = {name: set(tables[name]) for name in tables}
        return {name: self._told(masks, name, shown[name], gone[name], hidden) for name in tables}

    def _told(self, masks, name, shown, gone, hidden):
        if name not in masks:  # everybody, whose numbers are the totals of the others
            return gone, {}, hidden
        mask = masks[name]
        levels = [levels for levels, _counts, _base in shown]
        gone = gone | {
            level for own, why in zip(levels, mask.columns, strict=True) if why for level in own
        }
        places = {
            level: {i for i, row in enumerate(mask.cells) if row[place]}
            for place, own in enumerate(levels)
            for level in own
        }
        return gone, places, hidden

    def _protected(self, variable, tables, shown, hidden):
        named = [name for name in tables if name != EVERYBODY and len(shown[name]) > 1]
        named = named or [EVERYBODY]
        counts = {
            name: [
                list(row) for row in zip(*(counts for _l, counts, _b in shown[name]), strict=True)
            ]
            for name in named
        }
        bases = {name: [base for _levels, _counts, base in shown[name]] for name in named}
        return disclosure.protect_together(
            counts,
            bases if variable.kind in LISTS else None,
            hidden_rows=hidden,
            smallest=self.smallest,
        )

    def _shown(self, figures: dict[str, Figure], gone):
        """(levels, counts, base) of each column; groups that are hidden whole make one column."""
        columns = [
            ([level], [line.n for line in figure.lines], figure.base)
            for level, figure in figures.items()
            if level not in gone
        ]
        hidden = [figures[level] for level in figures if level in gone]
        if hidden:
            counts = [sum(ns) for ns in zip(*([x.n for x in f.lines] for f in hidden), strict=True)]
            columns.append(([*(f.level for f in hidden)], counts, sum(f.base for f in hidden)))
        return columns

    def _few(self, shown, gone):
        """Levels without answers to count: hidden by their bases alone."""
        bases = [base for _levels, _counts, base in shown]
        mask = disclosure.protect_line(bases, smallest=self.smallest)
        return gone | {
            level
            for (levels, _counts, _base), why in zip(shown, mask.columns, strict=True)
            if why
            for level in levels
        }

    def _led_here(self, variable, name, tables):
        """Levels in which the answer that led to this question is hidden.

        Those who were asked are those who gave that answer, so its count must not come back as a
        base. It is found by its counts: the same in every group.
        """
        asked = [figure.asked for figure in tables[name].values()]
        if sum(figure.asked for figure in tables[EVERYBODY].values()) >= self.n:
            return set()
        levels, found = list(tables[name]), set()
        for figures, masks in self.masks.values():
            if list(figures.get(name, ())) != levels:
                continue
            gone, places, rows = masks[name]
            for place in range(len(figures[name][levels[0]].lines)):
                if [f.lines[place].n for f in figures[name].values()] != asked:
                    continue
                found |= {
                    level
                    for level in levels
                    if level in gone or place in rows or place in places.get(level, ())
                }
        return found

    # What is told

    def _table(self, variable, name, figures, masks):
        gone, places, rows = masks
        table = {
            "by": name,
            "groups": [
                self._group(variable, name, figure, level in gone, places.get(level, set()) | rows)
                for level, figure in figures.items()
            ],
        }
        if (
            name != EVERYBODY
            and self.errors == SAMPLING
            and variable.kind in {"single", "scale", "matrix"}
        ):
            test = self._test(variable, name)
            if test:
                table["test"] = {"p": float(half_up(test.p, 3)), "is_clear": test.p < CLEAR}
        return table

    def _group(self, variable, name, figure, is_gone, hidden):
        base = figure.base
        standing = HIDDEN if is_gone else disclosure.standing(base)
        if base < self.survey.min_base:
            standing = HIDDEN
        label = both(WHOLE) if name == EVERYBODY else self._label(name, figure.level)
        group = {
            "level": figure.level,
            "label": label,
            "base": None if is_gone else base,
            "standing": standing,
            "cells": [
                self._cell(line, is_gone or place in hidden, standing)
                for place, line in enumerate(figure.lines)
            ],
        }
        if name == EVERYBODY and not is_gone:
            blank = figure.blank
            group["blank"] = blank if blank == 0 or blank >= self.smallest else None
        # With some answers hidden, a mean would give them back.
        if figure.mean is not None and not hidden and standing != HIDDEN:
            group["mean"] = self._mean(variable, figure)
        return group

    def _cell(self, line, is_hidden, standing):
        if is_hidden:
            return {"n": None, "percent": None}
        if standing == HIDDEN or line.share is None:
            return {"n": line.n, "percent": None}
        cell = {"n": line.n, "percent": _one(100 * line.share)}
        if line.low is not None and self.errors != NONE:
            cell |= {"low": _one(100 * line.low), "high": _one(100 * line.high)}
            cell["se"] = float(half_up(100 * line.se, 3))
            if line.se and line.share and line.se / line.share > disclosure.UNSTEADY:
                cell["unsteady"] = True
        if line.first is not None:
            cell["first"] = _one(100 * line.first)
            cell["place"] = None if line.place is None else float(half_up(line.place, 2))
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
        if bands := self._bands(min(values), max(values)):
            words = likert.level(figure.mean, bands).words
            found["band"] = dict(zip(LANGUAGES, words, strict=True))
        return found

    def _bands(self, lowest, highest):
        try:
            return likert.bands(int(lowest), int(highest), self.survey.bands)
        except ValueError:
            return None

    def _test(self, variable, name):
        """Whether answers differ by the levels that are told."""
        counted = self.counted[name]
        if counted.has_psus:
            return None
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
        groups: dict[object, Group] = counted.groups
        return rao_scott_of(shares(groups, tallies))


def bands_of(question: dict, scheme: str) -> list[likert.Band]:
    """The bands that the words of a question of a snapshot are from; none where there are none."""
    mean = question["tables"][0]["groups"][0].get("mean") or {}
    if "band" not in mean:
        return []
    return likert.bands(int(mean["lowest"]), int(mean["highest"]), scheme)


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
