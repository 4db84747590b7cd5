"""Whether two questions go together, in a sample that is not a simple random one.

Rao and Scott (1984), second order: Pearson's X² over its mean design effect, against F. The same as
R's ``svychisq(statistic="F")``.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from surveys.statistics.distributions import f_survival
from surveys.statistics.estimation import Design, mean_covariance
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


def rao_scott(design: Design, rows: Sequence, columns: Sequence, within=None) -> Association | None:
    """The test over rows of the sample that have both answers (None: not answered).

    Answers are codes. None is returned where an answer never varies, or has no variance.
    """
    within = within or [True] * len(rows)
    pairs = list(zip(rows, columns, within, strict=True))
    asked = [r is not None and c is not None and bool(inside) for r, c, inside in pairs]
    seen = [(r, c) for (r, c, _), ok in zip(pairs, asked, strict=True) if ok]
    codes, size = _crossed(seen)
    if min(size) < 2:
        return None
    hits = [[float((r, c) == code) for r, c, _ in pairs] for code in codes]
    values, variance = mean_covariance(design, hits, asked)
    return _test(values, variance, size, len(seen), design.df)


def rao_scott_of(shares: Shares) -> Association | None:
    """The same from sums: ``shares`` of a question whose codes are pairs (row, column)."""
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
    over = [[c / p if p else 0.0 for c, p in zip(row, shares, strict=True)] for row in contrasts]
    simple = [[_dot(a, b) / n for b in contrasts] for a in over]
    halfway = [[_dot(a, column) for column in variance] for a in over]
    observed = [[_dot(a, b) for b in over] for a in halfway]
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
    """A basis of tables whose rows and columns add up to 0; which basis does not matter."""
    basis = []
    for i in range(height - 1):
        for j in range(width - 1):
            table = [0.0] * (height * width)
            table[i * width + j] = table[-1] = 1.0
            table[i * width + width - 1] = table[(height - 1) * width + j] = -1.0
            basis.append(table)
    return basis


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
