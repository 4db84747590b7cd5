"""All answers of a question at once: their shares and how these vary together, from sums.

For cross-tables, whose test needs the whole covariance matrix; see ``aggregates`` for one figure.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from surveys.statistics.aggregates import Group, Scores, degrees, explained


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
    values = [given[code] for code in codes]
    scores = {key: _answer_scores(codes, tallies.get(key, {}), given, weight) for key in groups}
    fitted = [
        explained(groups, {key: Scores(ones[a]) for key, (ones, _, _) in scores.items()})
        for a in range(len(codes))
    ]
    strata = {}
    for key, group in groups.items():
        shifts = [effect.get(group.levels, 0.0) for effect in fitted]
        strata.setdefault(group.stratum, []).append((group, shifts, scores[key]))
    lower = [[0.0] * len(codes) for _ in codes]
    for stratum, parts in strata.items():
        count = sum(group.n for group, _, _ in parts)
        part = max(0.0, 1 - count / populations[stratum]) if populations else 1.0
        scale = part * count / (count - 1) if count > 1 else part
        for a in range(len(codes)):
            one = math.fsum(s[0][a] - shift[a] * g.w for g, shift, s in parts)
            for b in range(a + 1):
                other = math.fsum(s[0][b] - shift[b] * g.w for g, shift, s in parts)
                both = math.fsum(
                    s[2][a][b] - sh[b] * s[1][a] - sh[a] * s[1][b] + sh[a] * sh[b] * g.w2
                    for g, sh, s in parts
                )
                lower[a][b] += scale * (both - (one * other / count if count > 1 else 0.0))
    places = range(len(codes))
    square = [[lower[max(a, b)][min(a, b)] for b in places] for a in places]
    return Shares(codes, values, square, n, degrees(groups))


def _answer_scores(codes, by_code, given, weight):
    """Sums of w z, w² z and w² z z' of the influences z = (1 of the code - share) / weight."""
    tallies = [by_code.get(code, (0, 0.0, 0.0)) for code in codes]
    w, w2 = math.fsum(t[1] for t in tallies), math.fsum(t[2] for t in tallies)
    p = [given[code] for code in codes]
    ones = [(t[1] - p[a] * w) / weight for a, t in enumerate(tallies)]
    twos = [(t[2] - p[a] * w2) / weight for a, t in enumerate(tallies)]
    both = [
        [
            ((t[2] if a == b else 0.0) - p[b] * t[2] - p[a] * u[2] + p[a] * p[b] * w2) / weight**2
            for b, u in enumerate(tallies)
        ]
        for a, t in enumerate(tallies)
    ]
    return ones, twos, both
