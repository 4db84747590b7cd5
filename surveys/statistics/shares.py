"""All answers of a question at once: their shares and how these vary together, from sums.

For cross-tables, whose test needs the whole covariance matrix; see ``aggregates`` for one figure.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from operator import mul

from surveys.statistics.aggregates import Group, Scores, degrees, explained

NOBODY = (0, 0.0, 0.0)


@dataclass(frozen=True)
class Shares:
    """Of each answer code its share; their covariance matrix; rows and degrees of freedom."""

    codes: list
    values: list
    covariance: list
    n: int
    df: int


def shares(
    groups: Mapping[object, Group], tallies: Mapping[object, dict], populations: dict | None = None
) -> Shares:
    """The shares of all answers, with their covariance.

    ``tallies``: by group and by answer code (n, sum w, sum w²) of those who gave it; who gave none
    of the answers is outside of the domain.
    """
    codes = sorted({code for by_code in tallies.values() for code in by_code})
    flat = [tally for by_code in tallies.values() for tally in by_code.values()]
    n, weight = sum(t[0] for t in flat), math.fsum(t[1] for t in flat)
    given = dict.fromkeys(codes, 0.0)
    for by_code in tallies.values():
        for code, (_, w, _) in by_code.items():
            given[code] += w / weight
    fitted = _fitted(groups, tallies, given, weight)
    strata = {}
    for key, group in groups.items():
        shifts = fitted.get(group.levels) or [0.0] * len(codes)
        strata.setdefault(group.stratum, []).append((group, shifts, tallies.get(key, {})))
    products = _Products(len(codes))
    for stratum, parts in strata.items():
        population = populations[stratum] if populations else math.inf
        _add_stratum(products, parts, given, weight, population)
    return Shares(codes, list(given.values()), products.matrix(), n, degrees(groups))


def _fitted(groups, tallies, given, weight):
    """What the margins explain of each answer, by levels: a list in the order of the codes."""
    inside = {key: math.fsum(t[1] for t in by_code.values()) for key, by_code in tallies.items()}
    found = {}
    for code, share in given.items():
        scores = {
            key: Scores((by_code.get(code, NOBODY)[1] - share * inside[key]) / weight)
            for key, by_code in tallies.items()
        }
        for levels, effect in explained(groups, scores).items():
            found.setdefault(levels, []).append(effect)
    return found


class _Products:
    """A matrix as sums of products of vectors, some added and some taken off, and a diagonal."""

    def __init__(self, size):
        self.plus, self.minus = [[] for _ in range(size)], [[] for _ in range(size)]
        self.diagonal = [0.0] * size

    def add(self, vectors, scale, values):
        root = math.sqrt(scale)
        for vector, value in zip(vectors, values, strict=True):
            vector.append(root * value)

    def matrix(self):
        size = len(self.diagonal)
        lower = [
            [
                sum(map(mul, self.plus[a], self.plus[b]))
                - sum(map(mul, self.minus[a], self.minus[b]))
                + (self.diagonal[a] if a == b else 0.0)
                for b in range(a + 1)
            ]
            for a in range(size)
        ]
        return [[lower[max(a, b)][min(a, b)] for b in range(size)] for a in range(size)]


def _add_stratum(products, parts, given, weight, population):
    """Scores of rows are z = (1 of the code - share) / weight, 0 outside of the domain, less what
    the margins explain; ``scale`` (Σ z z' - Σ z Σ z' / units), PSUs being units with their sums.
    """
    units = sum(group.n for group, _, _ in parts if not group.psu)
    units += len({group.psu for group, _, _ in parts if group.psu})
    scale = max(0.0, 1 - units / population) * (units / (units - 1) if units > 1 else 1.0)
    whole, psus = [0.0] * len(given), {}
    for group, shifts, by_code in parts:
        tallies = [by_code.get(code, NOBODY) for code in given]
        inside, squares = math.fsum(t[1] for t in tallies), math.fsum(t[2] for t in tallies)
        first = [
            (t[1] - p * inside) / weight - shift * group.w
            for t, p, shift in zip(tallies, given.values(), shifts, strict=True)
        ]
        whole = [x + y for x, y in zip(whole, first, strict=True)]
        if group.psu:
            sums = psus.setdefault(group.psu, [0.0] * len(given))
            psus[group.psu] = [x + y for x, y in zip(sums, first, strict=True)]
            continue
        # Inside of the domain z is 1 / weight for the own code, less the same for all rows.
        less = [p / weight + shift for p, shift in zip(given.values(), shifts, strict=True)]
        if squares:
            own = [t[2] / weight for t in tallies]
            for a, value in enumerate(own):
                products.diagonal[a] += scale * value / weight
            away = [x - value / squares for x, value in zip(less, own, strict=True)]
            products.add(products.plus, scale * squares, away)
            products.add(products.minus, scale / squares, own)
        if any(shifts):
            products.add(products.plus, scale * max(0.0, group.w2 - squares), shifts)
    for sums in psus.values():
        products.add(products.plus, scale, sums)
    if units > 1:
        products.add(products.minus, scale / units, whole)
