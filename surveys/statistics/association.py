"""Whether two questions go together, in a sample that is not a simple random one.

Rao and Scott (1984), second order: Pearson's X² over its mean design effect, against F. The same as
R's ``svychisq(statistic="F")``.
"""

import math
from dataclasses import dataclass

from surveys.statistics.distributions import f_survival
from surveys.statistics.shares import Shares


@dataclass(frozen=True)
class Association:
    """``pearson`` and ``likelihood_ratio`` on ``df``, unadjusted; ``f`` on df1, df2 with its p."""

    pearson: float
    likelihood_ratio: float
    df: int
    f: float
    df1: float
    df2: float
    p: float
    n: int


def rao_scott(shares: Shares) -> Association | None:
    """The test from ``shares`` of a question whose codes are pairs (row, column).

    None is returned where an answer never varies, or has no variance.
    """
    codes, size = _crossed(shares.codes)
    if min(size) < 2:
        return None
    at = {code: place for place, code in enumerate(shares.codes)}
    places = [at.get(code) for code in codes]
    values = [0.0 if i is None else shares.values[i] for i in places]
    variance = [
        [0.0 if None in (i, j) else shares.covariance[i][j] for j in places] for i in places
    ]
    return _test(values, variance, size, shares.n, shares.df)


def _crossed(pairs):
    """Every row with every column that occurs, in order, and how many there are of each."""
    rows, columns = sorted({r for r, _ in pairs}), sorted({c for _, c in pairs})
    return [(r, c) for r in rows for c in columns], (len(rows), len(columns))


def _test(shares, variance, size, n, df):
    height, width = size
    contrasts = _interactions(height, width)
    over = [{k: c / shares[k] if shares[k] else 0.0 for k, c in row.items()} for row in contrasts]
    simple = [[sum(a.get(k, 0.0) * c for k, c in b.items()) / n for b in contrasts] for a in over]
    observed = [
        [sum(x * y * variance[k][m] for k, x in a.items() for m, y in b.items()) for b in over]
        for a in over
    ]
    effects = _solve(simple, observed)
    if effects is None:
        return None
    trace = math.fsum(effects[i][i] for i in range(len(effects)))
    columns = list(zip(*effects, strict=True))
    squares = math.fsum(_dot(row, column) for row, column in zip(effects, columns, strict=True))
    if trace <= 0 or squares <= 0:
        return None
    pearson, ratio = _distances(shares, height, width, n)
    f, df1 = pearson / trace, trace**2 / squares
    df2 = df1 * df
    return Association(pearson, ratio, len(effects), f, df1, df2, f_survival(f, df1, df2), n)


def _distances(shares, height, width, n):
    """Pearson's X² and the likelihood ratio G² of the weighted shares, as if n were simple."""
    rows = [math.fsum(shares[i * width : (i + 1) * width]) for i in range(height)]
    columns = [math.fsum(shares[j::width]) for j in range(width)]
    expected = [row * column for row in rows for column in columns]
    pairs = list(zip(shares, expected, strict=True))
    pearson = n * math.fsum((p - e) ** 2 / e for p, e in pairs if e)
    return pearson, 2 * n * math.fsum(p * math.log(p / e) for p, e in pairs if p)


def _interactions(height, width):
    """A basis of tables whose rows and columns add up to 0, as {place: entry}; which basis does
    not matter.
    """
    return [
        {
            i * width + j: 1.0,
            i * width + width - 1: -1.0,
            (height - 1) * width + j: -1.0,
            height * width - 1: 1.0,
        }
        for i in range(height - 1)
        for j in range(width - 1)
    ]


def _dot(a, b):
    return math.fsum(x * y for x, y in zip(a, b, strict=True))


def _solve(left, right):
    """X of left X = right by elimination with the largest pivot; None where left is singular."""
    size = len(left)
    rows = [[*a, *b] for a, b in zip(left, right, strict=True)]
    limit = 1e-13 * max(abs(value) for row in left for value in row)
    for i in range(size):
        best = max(range(i, size), key=lambda k: abs(rows[k][i]))
        rows[i], rows[best] = rows[best], rows[i]
        if abs(rows[i][i]) <= limit:
            return None
        for k in range(size):
            if k != i and rows[k][i]:
                factor = rows[k][i] / rows[i][i]
                rows[k] = [x - factor * y for x, y in zip(rows[k], rows[i], strict=True)]
    return [[value / rows[i][i] for value in rows[i][size:]] for i in range(size)]
