"""What calibration to margins takes out of the variance: residuals from the margins' levels.

The variance of an estimate with raked or post-stratified weights is that of the residuals of a
regression on the levels, weighted by the base weights (Deville and Särndal 1992, eq. 3.4). Levels
are categories, so the regression is solved level by level until nothing changes.
"""

import math
from collections.abc import Sequence

TOLERANCE = 1e-14
MOST_ROUNDS = 20_000


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
    if not sums:
        return {}
    places = range(len(next(iter(sums))))
    members = [{} for _ in places]
    for cell in sums:
        for place in places:
            members[place].setdefault(cell[place], []).append(cell)
    left = {cell: score / size for cell, (size, score) in sums.items()}
    start, scale = dict(left), max(map(abs, left.values()))
    for _ in range(MOST_ROUNDS):
        worst = 0.0
        for levels in members:
            for cells in levels.values():
                size = math.fsum(sums[cell][0] for cell in cells)
                shift = math.fsum(sums[cell][0] * left[cell] for cell in cells) / size
                worst = max(worst, abs(shift))
                for cell in cells:
                    left[cell] -= shift
        if worst <= TOLERANCE * scale or len(members) == 1:
            break
    return {cell: start[cell] - left[cell] for cell in sums}
