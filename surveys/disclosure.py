"""Nobody is found in a table: small counts are hidden, and so is what they could be reckoned from.

A count below ``SMALLEST`` (but not 0) is hidden: *primary*. Since rows and columns add up, others
must be hidden with it: *complementary*, chosen as the rectangle of least total. Then the table is
attacked with everything that is published, totals included: as long as a primary count could lie
within fewer than ``SMALLEST`` whole steps, more is hidden, totals at last. The attack is exact
(largest flows through the hidden cells; the polytope of such tables has whole corners).

What is hidden is shown to readers in one way only. The two reasons are for staff: to tell a reader
that a count is primary tells that it lies below ``SMALLEST``.
"""

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SMALLEST = 5  # unweighted answers
FEWEST = 10  # rows below which there is no percentage and no mean
FEW = 30  # rows below which a figure is marked as resting on a small sample
UNSTEADY = 0.30  # coefficient of variation above which it is marked too

PRIMARY, COMPLEMENTARY = "primary", "complementary"
TOTAL_COST = 10**12  # totals are hidden only when no inner cells will do


@dataclass(frozen=True)
class Mask:
    """Why a number is hidden: "primary", "complementary", or "" for one that may be shown.

    ``cells`` row by row, ``rows`` their totals, ``columns`` the totals (bases) of columns.
    """

    cells: list[list[str]]
    rows: list[str]
    columns: list[str]
    total: str

    def may_divide(self, row: int, column: int) -> bool:
        """Whether a column percentage may be shown: neither of its two numbers is hidden."""
        return not self.cells[row][column] and not self.columns[column]

    def may_divide_row(self, row: int, column: int) -> bool:
        """The same for a row percentage."""
        return not self.cells[row][column] and not self.rows[row]


def standing(base: int, *, hidden: bool = False, cv: float | None = None) -> str:
    """What becomes of a percentage or mean: "hidden", "small" (shown with a mark) or "".

    In: ``base``, the unweighted rows it rests on; whether a number in it is hidden; its CV.
    """
    if hidden or base < FEWEST:
        return "hidden"
    return "small" if base < FEW or (cv is not None and cv > UNSTEADY) else ""


def protect(
    counts: Sequence[Sequence[int]], *, hidden_rows: Iterable[int] = (), smallest: int = SMALLEST
) -> Mask:
    """The mask of a table in which each row and each column adds up to a published total.

    In: unweighted counts, one list for each answer, one entry for each group. ``hidden_rows`` are
    hidden whole because their totals are hidden elsewhere.
    """
    table = _Table(counts, smallest)
    for i in hidden_rows:
        table.hide((i, j) for j in range(table.width + 1))
    table.protect()
    return table.mask()


def protect_line(counts: Sequence[int], *, smallest: int = SMALLEST) -> Mask:
    """The same for one row of counts with one published total; ``columns`` repeat ``cells``."""
    table = _Table([counts], smallest)
    table.protect()
    mask = table.mask()
    return Mask(mask.cells, [mask.total], mask.cells[0], mask.total)


def protect_together(
    tables: dict[object, Sequence[Sequence[int]]],
    bases: dict[object, Sequence[int]] | None = None,
    *,
    hidden_rows: Iterable[int] = (),
    smallest: int = SMALLEST,
) -> dict[object, Mask]:
    """Masks of one question by several groupings, whose row totals are the same numbers.

    ``hidden_rows`` are hidden in all of them from the beginning; ``bases`` by grouping are for a
    question with several answers. The question as a whole is one more grouping, with a single
    group. A total that one table must hide is hidden in all, with its row: a row that is hidden
    whole in every table tells nothing by being there twice.
    """
    hidden = set(hidden_rows)
    while True:
        more = {"hidden_rows": sorted(hidden), "smallest": smallest}
        masks = {
            name: protect_choices(counts, bases[name], **more) if bases else protect(counts, **more)
            for name, counts in tables.items()
        }
        found = {i for mask in masks.values() for i, why in enumerate(mask.rows) if why}
        if found == hidden:
            return masks
        hidden |= found


def protect_choices(
    counts: Sequence[Sequence[int]],
    bases: Sequence[int],
    *,
    hidden_rows: Iterable[int] = (),
    smallest: int = SMALLEST,
) -> Mask:
    """The mask of a question with several answers, where people asked are known for each group.

    Answers do not add up to the base, but who did not choose one is the base less who did: each
    answer is a table of two rows, and few who did *not* choose are as small a group as few who did.
    ``columns`` of the mask tell of the bases, ``total`` of their sum; with a hidden base its whole
    column is hidden.
    """
    line = protect_line(bases, smallest=smallest)
    gone = [j for j, why in enumerate([*line.columns, line.total]) if why]
    whole_rows, cells, rows = set(hidden_rows), [], []
    for number, chosen in enumerate(counts):
        table = _Table([chosen, [b - n for b, n in zip(bases, chosen, strict=True)]], smallest)
        table.fixed = {(2, j) for j in range(table.width + 1)}
        table.hide((i, j) for i in range(3) for j in gone)
        if number in whole_rows:
            table.hide((i, j) for i in range(2) for j in range(table.width + 1))
        table.protect()
        mask = table.mask()
        cells.append(mask.cells[0])
        rows.append(mask.rows[0])
    return Mask(cells, rows, line.columns, line.total)


class _Table:
    """Counts with their totals as one more row and column, and the set of hidden places.

    Written with minus signs at totals of rows and of columns, every line adds up to 0.
    """

    def __init__(self, counts, smallest):
        self.smallest = smallest
        self.height, self.width = len(counts), len(counts[0])
        if any(n < 0 for row in counts for n in row):
            raise ValueError("A count is not below 0.")
        inner = [[*row, sum(row)] for row in counts]
        self.values = [*inner, [sum(column) for column in zip(*inner, strict=True)]]
        self.places = [(i, j) for i in range(self.height + 1) for j in range(self.width + 1)]
        self.primary = [p for p in self.places if 0 < self.value(p) < smallest]
        self.hidden = set(self.primary)
        # Numbers that are shown, or hidden, by a decision taken before. The total of all is known
        # anyhow; with everything else hidden, a count may lie anywhere from 0 to it.
        self.fixed = {(self.height, self.width)}

    def value(self, place):
        return self.values[place[0]][place[1]]

    def hide(self, places):
        self.hidden.update(places)

    def mask(self):
        why = [["" for _ in range(self.width + 1)] for _ in range(self.height + 1)]
        for i, j in self.hidden:
            why[i][j] = COMPLEMENTARY
        for i, j in self.primary:
            why[i][j] = PRIMARY
        cells = [row[: self.width] for row in why[: self.height]]
        rows = [row[self.width] for row in why[: self.height]]
        return Mask(cells, rows, why[-1][: self.width], why[-1][-1])

    def protect(self):
        """Hide more until an attacker learns too little of every primary count."""
        for place in self.primary:
            while self.learnt(place) < self.smallest:
                self.hide(self._rectangle(place))

    def learnt(self, place):
        """The width of the interval in which a reader must find a hidden count; never more than
        ``smallest``, which is enough.
        """
        more = min(self._flow(place, 1), self._room(place, 1))
        less = min(self._flow(place, -1), self._room(place, -1))
        return min(more + less, self.smallest)

    def _sign(self, place):
        return 1 if (place[0] == self.height) == (place[1] == self.width) else -1

    def _room(self, place, direction):
        """How far a number can go in a line that adds up to 0: up without end, down to 0."""
        return math.inf if self._sign(place) == direction else self.value(place)

    def _rectangle(self, place):
        """Places to hide: of those that protect enough the least total; else the best."""
        best, least = None, None
        for m in range(self.height + 1):
            for n in range(self.width + 1):
                corners = ((place[0], n), (m, n), (m, place[1]))
                if m == place[0] or n == place[1]:
                    continue
                new = [corner for corner in corners if corner not in self.hidden]
                if not new or self.fixed.intersection(new):
                    continue
                gain = min(self._gain(place, corners), self.smallest)
                order = (-gain, sum(map(self._cost, new)), len(new), m, n)
                if least is None or order < least:
                    best, least = new, order
        return best

    def _gain(self, place, corners):
        """The width that the rectangle alone gives to its first corner."""
        width = 0
        for turn in (1, -1):
            room = [self._room(place, turn)]
            room += [self._room(c, turn * s) for c, s in zip(corners, (-1, 1, -1), strict=True)]
            width += min(room)
        return width

    def _cost(self, place):
        totals = (place[0] == self.height) + (place[1] == self.width)
        return self.value(place) + totals * TOTAL_COST

    def _flow(self, place, direction):
        """How far others can make up for a change of ``place``, ``smallest`` being enough.

        A path leads from its column to its row (upwards; downwards the other way round) through
        hidden places, which fall on the way from a column to a row and rise on the way back.
        """
        moved = {}
        start, end = ("column", place[1]), ("row", place[0])
        if direction < 0:
            start, end = end, start
        whole = 0
        while whole < self.smallest:
            path = self._path(place, start, end, moved)
            if not path:
                break
            step = min(self.smallest - whole, *(self._left(edge, moved) for edge in path))
            for p, turn in path:
                moved[p] = moved.get(p, 0) + turn * step
            whole += step
        return whole

    def _left(self, edge, moved):
        place, turn = edge
        return self._room(place, turn) - turn * moved.get(place, 0)

    def _path(self, target, start, end, moved):
        """The shortest path with room on every place, as (place, up or down); None without one."""
        came = {start: None}
        queue = deque([start])
        while queue:
            node = queue.popleft()
            for edge, following in self._steps(node):
                if edge[0] == target or following in came or self._left(edge, moved) <= 0:
                    continue
                came[following] = (node, edge)
                queue.append(following)
            if end in came:
                path, node = [], end
                while came[node]:
                    node, step = came[node]
                    path.append(step)
                return path
        return None

    def _steps(self, node):
        kind, at = node
        if kind == "column":
            for i in range(self.height + 1):
                if (i, at) in self.hidden:
                    yield ((i, at), -1), ("row", i)
        else:
            for j in range(self.width + 1):
                if (at, j) in self.hidden:
                    yield ((at, j), 1), ("column", j)
