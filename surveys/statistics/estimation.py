"""Weighted totals, means and proportions with their standard errors, row by row.

Variances are Taylor's (Binder 1983): each row's influence u, summed within its primary sampling
unit (PSU), V = sum over strata of (1 - f) n / (n - 1) sum (u - mean u)². A domain keeps all rows
and has u = 0 outside; filtering first would forget that the size of a domain is random too. Weights
that were post-stratified or raked take part through calibration residuals (Deville, Särndal 1992).
``aggregates`` does the same from sums for samples without clusters.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import mul

from surveys.statistics.calibration import residuals

LONELY = ("adjust", "remove", "average", "fail")


class LonelyStratum(ValueError):  # noqa: N818 -- a refusal that names the stratum
    """A stratum with a single PSU, from which no variance can be told."""


@dataclass(frozen=True)
class Estimate:
    """A figure, its standard error, degrees of freedom, and ``n`` rows it rests on.

    ``value`` is None for an empty domain. ``lonely``: strata whose variance had to be guessed.
    """

    value: float | None
    se: float | None
    df: int
    n: int
    lonely: tuple = ()

    @property
    def cv(self) -> float | None:
        """The coefficient of variation, se / value."""
        return self.se / abs(self.value) if self.value and self.se is not None else None


@dataclass(frozen=True)
class Design:
    """How rows came into the sample. Every sequence has one entry for each row.

    ``strata`` and ``psus`` (clusters) may be absent; ``populations`` are PSUs in the population by
    stratum, for the finite population correction. ``margins``: for weights that were calibrated,
    the level of each row in each margin (one sequence for a post-stratification), and
    ``base_weights`` as they were before. ``lonely``: a stratum with one PSU is compared with the
    mean of all ("adjust"), left out, given the average of others, or refused.
    """

    weights: Sequence[float]
    strata: Sequence | None = None
    psus: Sequence | None = None
    populations: dict | None = None
    margins: Sequence[Sequence] = ()
    base_weights: Sequence[float] | None = None
    lonely: str = "adjust"

    @cached_property
    def _places(self):
        """Strata, each with its PSUs, each with the places of its rows."""
        strata = self.strata or [None] * len(self.weights)
        psus = self.psus or range(len(self.weights))
        places = {}
        for place, (stratum, psu) in enumerate(zip(strata, psus, strict=True)):
            places.setdefault(stratum, {}).setdefault(psu, []).append(place)
        return places

    @property
    def df(self) -> int:
        """Degrees of freedom: PSUs less strata."""
        return sum(len(psus) for psus in self._places.values()) - len(self._places)

    @property
    def lonely_strata(self) -> tuple:
        return tuple(
            code for code in self._places if len(self._places[code]) == 1 and self._part(code)
        )

    def _part(self, stratum):
        """1 - f of a stratum: the part of it that was not seen."""
        if self.populations is None:
            return 1.0
        return max(0.0, 1 - len(self._places[stratum]) / self.populations[stratum])

    def covariance(self, influences: Sequence[Sequence[float]]) -> list[list[float]]:
        """The covariance matrix of totals of ``influences``, which are weighted already."""
        if self.margins:
            bases = self.base_weights or self.weights
            influences = [residuals(u, self.weights, bases, self.margins) for u in influences]
        size, counted = len(influences), 0
        whole = [[0.0] * size for _ in range(size)]
        for stratum, psus in self._places.items():
            part, count = self._part(stratum), len(psus)
            if count == 1 and part and self.lonely == "fail":
                raise LonelyStratum(f"Stratum {stratum} has only one primary sampling unit.")
            if count == 1 and part and self.lonely != "adjust":
                continue
            counted += 1
            scale = part * count / (count - 1) if count > 1 else part
            away = [
                _away([math.fsum(u[i] for i in rows) for rows in psus.values()]) for u in influences
            ]
            for a in range(size):
                for b in range(a + 1):
                    whole[a][b] += scale * math.fsum(map(mul, away[a], away[b]))
        share = len(self._places) / counted if self.lonely == "average" and counted else 1.0
        return [[share * whole[max(a, b)][min(a, b)] for b in range(size)] for a in range(size)]


def total(design: Design, values: Sequence, within: Iterable | None = None) -> Estimate:
    """The estimated sum of ``values`` in the population.

    ``within`` marks the rows of a domain; a value of None keeps its row out of the domain.
    """
    rows = _domain(values, within)
    influence = [0.0] * len(design.weights)
    for i in rows:
        influence[i] = design.weights[i] * values[i]
    return _estimate(design, math.fsum(influence), influence, len(rows))


def mean(design: Design, values: Sequence, within: Iterable | None = None) -> Estimate:
    """The weighted mean, sum w y / sum w, of the rows of a domain that have a value.

    A proportion is the mean of 1 and 0 (or True and False).
    """
    rows = _domain(values, within)
    if not rows:
        return Estimate(None, None, design.df, 0)
    value, influence = _linearised(design.weights, values, rows)
    return _estimate(design, value, influence, len(rows))


def design_effect(design: Design, values: Sequence, within=None, *, replace=True) -> float:
    """The variance of the mean over that of a simple random sample of as many rows.

    ``replace=False`` lets the simple random sample have a finite population correction too, with
    the sum of weights for its population, as R's ``deff=TRUE`` does.
    """
    rows = _domain(values, within)
    m, weight = mean(design, values, within), math.fsum(design.weights[i] for i in rows)
    n = len(rows)
    square = math.fsum(design.weights[i] * (values[i] - m.value) ** 2 for i in rows) / weight
    simple = square / (n - 1) * (1 if replace else 1 - n / weight)
    return m.se**2 / simple


def _away(sums):
    """PSU totals less their mean. A single one stands against 0, the mean of all influences of a
    mean: what R calls "adjust".
    """
    centre = math.fsum(sums) / len(sums) if len(sums) > 1 else 0.0
    return [value - centre for value in sums]


def _domain(values, within):
    if within is None:
        return [i for i, value in enumerate(values) if value is not None]
    pairs = zip(values, within, strict=True)
    return [i for i, (value, inside) in enumerate(pairs) if inside and value is not None]


def _linearised(weights, values, rows):
    whole = math.fsum(weights[i] for i in rows)
    value = math.fsum(weights[i] * values[i] for i in rows) / whole
    influence = [0.0] * len(weights)
    for i in rows:
        influence[i] = weights[i] * (values[i] - value) / whole
    return value, influence


def _estimate(design, value, influence, n):
    variance = design.covariance([influence])[0][0]
    return Estimate(value, math.sqrt(max(0.0, variance)), design.df, n, design.lonely_strata)
