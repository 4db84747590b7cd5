"""The estimates of ``estimation`` from sums that a database can group, without reading rows.

A ``Group`` is a stratum, crossed with the clusters (PSUs) where people were drawn in clusters, and
with the levels of the margins where weights were calibrated; in it ``Sums`` tell of a domain.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from surveys.statistics.calibration import fit
from surveys.statistics.estimation import Estimate


@dataclass(frozen=True)
class Group:
    """All rows of one part of the sample, whatever they answered.

    ``n`` rows, their sum of weights, of squared weights and of base weights (for calibrated
    weights; within a group base and final weight keep one ratio). ``levels``: one for each margin.
    ``psu``: the cluster that all of them were drawn with, "" where each was drawn alone.
    """

    stratum: object
    n: int
    w: float
    w2: float
    levels: tuple = ()
    base: float = 0.0
    psu: object = ""


class Sums(NamedTuple):
    """The rows of a domain in one group: n, sum w, w², w y, w² y, w² y²."""

    n: int
    w: float
    w2: float
    wy: float
    w2y: float
    w2y2: float

    @classmethod
    def of_choice(cls, asked, chose):
        """Of a 0/1 answer, from (n, w, w²) of those who answered and of those who chose it."""
        return cls(asked[0], asked[1], asked[2], chose[1], chose[2], chose[2])


def mean(
    groups: Mapping[object, Group], sums: Mapping[object, Sums], populations: dict | None = None
) -> Estimate:
    """The weighted mean or proportion of a domain, as ``estimation.mean`` tells it from rows.

    ``sums`` are keyed like ``groups``; a group without rows of the domain may be left out.
    ``populations``: people by stratum, for the finite population correction.
    """
    n, weight = sum(s.n for s in sums.values()), math.fsum(s.w for s in sums.values())
    if not weight:
        return Estimate(None, None, degrees(groups), 0)
    value = math.fsum(s.wy for s in sums.values()) / weight
    scores = {
        key: Scores(
            (s.wy - value * s.w) / weight,
            (s.w2y - value * s.w2) / weight,
            (s.w2y2 - 2 * value * s.w2y + value**2 * s.w2) / weight**2,
        )
        for key, s in sums.items()
    }
    return _estimate(value, n, groups, scores, populations)


def total(
    groups: Mapping[object, Group], sums: Mapping[object, Sums], populations: dict | None = None
) -> Estimate:
    """The estimated sum in the population, as ``estimation.total`` tells it from rows."""
    scores = {key: Scores(s.wy, s.w2y, s.w2y2) for key, s in sums.items()}
    value = math.fsum(s.wy for s in sums.values())
    return _estimate(value, sum(s.n for s in sums.values()), groups, scores, populations)


class Scores(NamedTuple):
    """Sums of w z, w² z and w² z² of the influence z, which is 0 outside of the domain."""

    wz: float = 0.0
    w2z: float = 0.0
    w2z2: float = 0.0

    def less(self, shift: float, group: Group) -> tuple[float, float]:
        """(sum w (z - shift), sum w² (z - shift)²) over all rows of the group."""
        if not shift:
            return self.wz, self.w2z2
        first = self.wz - shift * group.w
        return first, self.w2z2 - 2 * shift * self.w2z + shift**2 * group.w2


NOTHING = Scores()


def _estimate(value, n, groups, scores, populations):
    fitted = explained(groups, scores)
    strata, psus = {}, {}
    for key, group in groups.items():
        first, second = scores.get(key, NOTHING).less(fitted.get(group.levels, 0.0), group)
        if group.psu:
            at = (group.stratum, group.psu)
            psus[at] = psus.get(at, 0.0) + first
        else:
            count, one, two = strata.get(group.stratum, (0, 0.0, 0.0))
            strata[group.stratum] = (count + group.n, one + first, two + second)
    for (stratum, _psu), first in psus.items():
        count, one, two = strata.get(stratum, (0, 0.0, 0.0))
        strata[stratum] = (count + 1, one + first, two + first * first)
    variance, lonely = 0.0, []
    for stratum, (count, one, two) in strata.items():
        part = max(0.0, 1 - count / populations[stratum]) if populations else 1.0
        if count > 1:
            variance += part * count / (count - 1) * max(0.0, two - one * one / count)
        elif part:
            lonely.append(stratum)
            variance += part * two
    return Estimate(value, math.sqrt(variance), degrees(groups), n, tuple(lonely))


def explained(groups: Mapping[object, Group], scores: Mapping[object, Scores]) -> dict:
    """What the margins explain of the influence, by levels; nothing without margins."""
    sums = {}
    for key, group in groups.items():
        if group.levels:
            size, score = sums.get(group.levels, (0.0, 0.0))
            own = scores.get(key, NOTHING).wz * group.base / group.w
            sums[group.levels] = (size + group.base, score + own)
    return fit(sums)


def degrees(groups: Mapping[object, Group]) -> int:
    """Degrees of freedom: units that were drawn, which are PSUs or rows, less strata."""
    alone = sum(group.n for group in groups.values() if not group.psu)
    psus = {(group.stratum, group.psu) for group in groups.values() if group.psu}
    return alone + len(psus) - len({group.stratum for group in groups.values()})
