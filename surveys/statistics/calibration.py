"""What calibration to margins takes out of the variance: residuals from the margins' levels.

The variance of an estimate with raked or post-stratified weights is that of the residuals of a
regression on the levels, weighted by the base weights (Deville and Särndal 1992, eq. 3.4). Levels
are categories; scores are projected on what they span.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from operator import mul

DEPENDENT = 1e-9  # of its length: what is left of a level that the others tell already


def residuals(
    influence: Sequence[float],
    weights: Sequence[float],
    base_weights: Sequence[float],
    margins: Sequence[Sequence],
) -> list[float]:
    """Weighted influences with the part that the margins explain taken out.

    In: ``influence`` times ``weights`` by row, and the levels of each row, one sequence by margin.
    """
    cells = list(zip(*margins, strict=True))
    sums = {}
    for u, w, base, cell in zip(influence, weights, base_weights, cells, strict=True):
        size, score = sums.get(cell, (0.0, 0.0))
        sums[cell] = (size + base, score + (base * u / w if w else 0.0))
    fitted = fit(sums)
    return [u - w * fitted[c] for u, w, c in zip(influence, weights, cells, strict=True)]


def fit(sums: dict) -> dict:
    """The fitted score of each cell, from (sum of base weights, sum of base weight x score).

    Cells are tuples of one level for each margin; effects of the margins add up.
    """
    sizes = tuple(size for size, _score in sums.values())
    scores = [score for _size, score in sums.values()]
    directions, cells = _directions(tuple(sums), sizes)
    shares = [sum(map(mul, direction, scores)) for direction in directions]
    return {key: sum(map(mul, cell, shares)) for key, cell in zip(sums, cells, strict=True)}


@lru_cache(maxsize=8)
def _directions(cells, sizes):
    """What the levels of all margins span, as vectors over the cells that are orthonormal under
    ``sizes``: Gram and Schmidt, each twice; and the same by cell. One weighting asks for the same
    ones a thousand times.
    """
    levels = dict.fromkeys((place, level) for cell in cells for place, level in enumerate(cell))
    found = []
    for place, level in levels:
        vector = [float(cell[place] == level) for cell in cells]
        length = math.sqrt(_inner(vector, vector, sizes))
        for _twice in range(2):
            for other in found:
                share = _inner(vector, other, sizes)
                vector = [v - share * o for v, o in zip(vector, other, strict=True)]
        rest = math.sqrt(_inner(vector, vector, sizes))
        if rest > DEPENDENT * length:
            found.append([v / rest for v in vector])
    return found, list(zip(*found, strict=True))


def _inner(first, second, sizes):
    return math.fsum(size * a * b for size, a, b in zip(sizes, first, second, strict=True))
