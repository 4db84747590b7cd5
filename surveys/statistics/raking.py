"""Raking (iterative proportional fitting) to known margins, with the rules that keep it honest.

It works on cells, not on rows: respondents who are alike in every margin and in base weight share
one ``Cell`` and one final weight, so 50,000 rows are a ``GROUP BY`` of some hundred cells.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

TOLERANCE = 1e-8  # the largest factor of a whole round, less 1
MOST_ROUNDS = 200
BOUNDS = (0.2, 5.0)  # times the median weight
MOST_TRIMMINGS = 50
SAME_TOTAL = 1e-9  # margins may differ by float noise, and by nothing else


@dataclass(frozen=True)
class Cell:
    """``n`` respondents with the same level of each margin and the same base ``weight`` each."""

    levels: tuple
    n: int
    weight: float


@dataclass(frozen=True)
class Margin:
    """The known number of people by level. ``name`` is for sentences."""

    name: str
    totals: dict


@dataclass(frozen=True)
class Raked:
    """``weights``: the final weight of one respondent, by cell in the order given.

    ``trimmed`` respondents were held at a bound; ``outside`` lie beyond it again after the last
    raking, which keeps the margins exact before anything else.
    """

    weights: tuple
    rounds: int
    bounds: tuple | None = None
    trimmed: int = 0
    outside: int = 0


class CannotRake(ValueError):  # noqa: N818 -- a refusal with its reason, shown to people
    """Why there are no weights: ``reason`` is a key of ``wording.REFUSALS``.

    ``facts`` name the margin, the level and figures; ``wording.refusal`` makes the sentence.
    """

    def __init__(self, reason: str, **facts):
        super().__init__(f"{reason}: {facts}")
        self.reason, self.facts = reason, facts


def rake(
    cells: Sequence[Cell],
    margins: Sequence[Margin],
    *,
    tolerance: float = TOLERANCE,
    most_rounds: int = MOST_ROUNDS,
) -> Raked:
    """Weights that meet every margin, as near to the base weights as that allows (Deming, Stephan).

    ``levels`` of a cell stand in the order of ``margins``. Raises ``CannotRake``.
    """
    _check(cells, margins)
    sums = [cell.n * cell.weight for cell in cells]
    rounds = _fit(sums, _groups(cells, margins), tolerance, most_rounds)
    return Raked(tuple(s / cell.n for s, cell in zip(sums, cells, strict=True)), rounds)


def rake_and_trim(
    cells: Sequence[Cell],
    margins: Sequence[Margin],
    *,
    bounds: tuple = BOUNDS,
    tolerance: float = TOLERANCE,
    most_rounds: int = MOST_ROUNDS,
) -> Raked:
    """``rake``, then weights held within ``bounds`` times the median, in turns until both hold.

    What trimming takes away or adds goes to the weights inside the bounds in proportion, and the
    margins are raked again. The bounds are those of the first median. Raises ``CannotRake``.
    """
    first = rake(cells, margins, tolerance=tolerance, most_rounds=most_rounds)
    middle = median(first.weights, [cell.n for cell in cells])
    low, high = bounds[0] * middle, bounds[1] * middle
    groups, sums = _groups(cells, margins), [w * c.n for w, c in zip(first.weights, cells)]  # noqa: B905
    rounds, held = first.rounds, set()
    for _ in range(MOST_TRIMMINGS):
        beyond = [i for i, c in enumerate(cells) if not _within(sums[i] / c.n, low, high)]
        if not beyond:
            break
        held.update(beyond)
        _trim(sums, cells, low, high)
        rounds += _fit(sums, groups, tolerance, most_rounds)
    outside = sum(c.n for s, c in zip(sums, cells, strict=True) if not _within(s / c.n, low, high))
    trimmed = sum(cells[i].n for i in held)
    weights = tuple(s / cell.n for s, cell in zip(sums, cells, strict=True))
    return Raked(weights, rounds, (low, high), trimmed, outside)


def scaled(margin: Margin, total: float) -> Margin:
    """The margin with the same shares and another total: sources of different years agree so."""
    whole = math.fsum(margin.totals.values())
    totals = {level: people * total / whole for level, people in margin.totals.items()}
    return Margin(margin.name, totals)


def median(values: Sequence[float], counts: Sequence[int]) -> float:
    """The median of values that occur ``counts`` times."""
    ordered = sorted(zip(values, counts, strict=True))
    half, seen, below = sum(counts) / 2, 0, None
    for value, count in ordered:
        if below is not None:
            return (below + value) / 2
        seen += count
        if seen > half:
            return value
        below = value if seen == half and count else None
    return below


def _check(cells, margins):
    for place, margin in enumerate(margins):
        counts = {}
        for cell in cells:
            level = cell.levels[place]
            counts[level] = counts.get(level, 0) + cell.n
        for level in counts:
            if margin.totals.get(level, 0) <= 0:
                raise CannotRake("unknown_level", margin=margin.name, level=level, n=counts[level])
        for level, people in margin.totals.items():
            if people > 0 and not counts.get(level):
                raise CannotRake("empty_level", margin=margin.name, level=level, people=people)
    totals = [math.fsum(margin.totals.values()) for margin in margins]
    for margin, total in zip(margins, totals, strict=True):
        if abs(total - totals[0]) > SAME_TOTAL * totals[0]:
            facts = {"first": margins[0].name, "first_total": totals[0]}
            raise CannotRake("totals_differ", margin=margin.name, total=total, **facts)
    if any(cell.n <= 0 or cell.weight <= 0 for cell in cells):
        raise CannotRake("empty_cell")


def _groups(cells, margins):
    """For each margin its (name, level, people, places of the cells of that level)."""
    groups = []
    for place, margin in enumerate(margins):
        members = {}
        for i, cell in enumerate(cells):
            members.setdefault(cell.levels[place], []).append(i)
        groups.append([(margin.name, lv, margin.totals[lv], at) for lv, at in members.items()])
    return groups


def _fit(sums, groups, tolerance, most_rounds):
    """Rake ``sums`` in place; the number of rounds it took."""
    for done in range(1, most_rounds + 1):
        worst, where = 0.0, None
        for group in groups:
            for name, level, people, members in group:
                factor = people / math.fsum(sums[i] for i in members)
                if abs(factor - 1) > worst:
                    worst, where = abs(factor - 1), (name, level)
                for i in members:
                    sums[i] *= factor
        if worst < tolerance:
            return done
    raise CannotRake("no_end", margin=where[0], level=where[1], rounds=most_rounds)


def _trim(sums, cells, low, high):
    """Hold weights at the bounds; what that changes is shared by those strictly inside."""
    before, inside = math.fsum(sums), []
    for i, cell in enumerate(cells):
        if low < sums[i] / cell.n < high:
            inside.append(i)
        sums[i] = min(max(sums[i], low * cell.n), high * cell.n)
    free = math.fsum(sums[i] for i in inside)
    if free:
        factor = 1 + (before - math.fsum(sums)) / free
        for i in inside:
            sums[i] *= max(factor, 0.0) or 1.0


def _within(weight, low, high):
    return low * (1 - TOLERANCE) <= weight <= high * (1 + TOLERANCE)
