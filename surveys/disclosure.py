"""Nobody is found in a table: small counts are hidden, and so is what they could be reckoned from.

A count below ``SMALLEST`` (but not 0) is hidden: *primary*. Others are hidden with it,
*complementary*, until enough real people could have exchanged their answers without one shown
number moving: an *exchange* of two people who differ in one breakdown only, at hidden places. Each
exchange is another world that fits everything published, in whole people, whatever breakdowns
overlap or lie within each other; with ``SMALLEST`` of them, a hidden count lies anywhere within at
least so many steps.

Readers see one sign for what is hidden: to tell that a count is primary tells that it is small.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

SMALLEST = 5  # unweighted answers
FEWEST = 10  # rows below which there is no percentage and no mean
FEW = 30  # rows below which a figure is marked as resting on a small sample
UNSTEADY = 0.30  # coefficient of variation above which it is marked too

ALL = (None, None)  # breakdown and level of the totals over everybody
Place = tuple  # (breakdown, level, code)
Answer = frozenset  # the codes that one person gave


def standing(base: int, *, hidden: bool = False, cv: float | None = None) -> str:
    """What becomes of a percentage or mean: "hidden", "small" (shown with a mark) or "".

    In: ``base``, the unweighted rows it rests on; whether a number in it is hidden; its CV.
    """
    if hidden or base < FEWEST:
        return "hidden"
    return "small" if base < FEW or (cv is not None and cv > UNSTEADY) else ""


def line(
    counts: Sequence[int], *, hidden: Iterable[int] = (), smallest: int = SMALLEST
) -> set[int]:
    """The places to hide in a line of counts whose total is known.

    Any of them may be anything from 0 to what all hidden ones add up to. ``hidden`` are hidden
    beforehand.
    """
    gone = {place for place, n in enumerate(counts) if 0 < n < smallest} | set(hidden)
    others = [place for place in range(len(counts)) if place not in gone]
    others.sort(key=lambda place: (counts[place] == 0, counts[place]))
    while gone and others and (len(gone) < 2 or sum(counts[p] for p in gone) < smallest):
        gone.add(others.pop(0))
    return gone


def protect(
    people: Mapping[tuple[Answer, tuple], int],
    *,
    is_list: bool = False,
    hidden: Iterable[Place] = (),
    smallest: int = SMALLEST,
) -> set[Place]:
    """The places of one question that must be hidden in all its tables.

    ``people``: how many gave an answer, by the answer and by their level in each breakdown. In and
    out, a place is (breakdown, level, code), a total (None, None, code). Who did not choose one of
    several answers (``is_list``) is a group too.
    """
    question = _Question(people, is_list, smallest)
    question.hide(hidden)
    question.protect()
    return question.hidden


class _Question:
    def __init__(self, people, is_list, smallest):
        self.people, self.is_list, self.smallest = dict(people), is_list, smallest
        self.counts, self.bases = defaultdict(int), defaultdict(int)
        for (answer, levels), n in self.people.items():
            for at in (ALL, *enumerate(levels)):
                self.bases[at] += n
                for code in answer:
                    self.counts[*at, code] += n
        self.codes = sorted({code for answer, _levels in self.people for code in answer})
        self.levels = defaultdict(list)
        for breakdown, level in sorted(self.bases.keys() - {ALL}):
            self.levels[breakdown].append(level)
        self.hidden, self._alike = set(), {}

    def hide(self, places: Iterable[Place]) -> None:
        """A total is hidden with its row: the row of any breakdown would give it back."""
        for place in places:
            self.hidden.add(place)
            if place[:2] == ALL:
                self.hidden.update((*at, place[2]) for at in self.bases)

    def is_small(self, place: Place) -> bool:
        n, base = self.counts[place], self.bases[place[:2]]
        return 0 < n < self.smallest or (self.is_list and 0 < base - n < self.smallest)

    def protect(self) -> None:
        for code in self.codes:
            if self.is_small((*ALL, code)):
                self._protect_total(code)
        for breakdown, levels in self.levels.items():
            for level in levels:
                for code in self.codes:
                    if self.is_small((breakdown, level, code)):
                        self._protect_cell((breakdown, level, code))

    # Totals

    def _protect_total(self, code):
        """Hide it, and rows of others with least people until enough could have answered else."""
        self.hide([(*ALL, code)])
        others = sorted(
            (c for c in self.codes if (*ALL, c) not in self.hidden),
            key=lambda c: self.counts[*ALL, c],
        )
        while self._changes((*ALL, code)) < self.smallest and others:
            self.hide([(*ALL, others.pop(0))])

    def _changes(self, place):
        """How many people there could have given another answer that others gave, unseen."""
        breakdown, level, code = place
        rows = {c for c in self.codes if (*ALL, c) in self.hidden}
        if code not in rows:
            return 0
        given = {answer for answer, _levels in self.people}
        can = {a for a in given if any(code in a ^ b and a ^ b <= rows for b in given)}
        return sum(
            n
            for (answer, levels), n in self.people.items()
            if answer in can and (breakdown is None or levels[breakdown] == level)
        )

    # Cells

    def _protect_cell(self, place):
        self.hide([place])
        while self._room(place) < self.smallest and (new := self._more(place)):
            self.hide(new)

    def _room(self, place):
        """How far a hidden count may be off, as far as the three kinds of other worlds tell."""
        kinds = (self._exchanges, self._anywhere, self._changes)
        return max(kind(place) for kind in kinds)

    def _more(self, place) -> set:
        """What to hide next: the least that gives enough, or what gives most; then the row in all
        breakdowns with another one; at last all of them.
        """
        unseen = self._unseen(place)
        best, most = set(), self._exchanges(place, unseen)
        for other, codes, new in self._choices(place):
            more = unseen | {other: codes | unseen.get(other, set())}
            if (found := self._exchanges(place, more)) > most:
                best, most = new, found
                if most >= self.smallest:
                    break
        if best:
            return best
        others = sorted(self.codes, key=lambda code: self.counts[*ALL, code])
        for other in others:
            new = self._rows({place[2], other})
            if self._anywhere(place, new) >= self.smallest:
                return new
        return self._rows(self.codes)

    def _rows(self, codes) -> set:
        places = {(*at, code) for at in self.bases if at != ALL for code in codes}
        return places - self.hidden

    def _anywhere(self, place, new: Collection[Place] = ()):
        """Exchanges of answers whose rows are hidden in all breakdowns: of any two people."""
        breakdown, level, code = place
        if any(p not in new for p in self._rows({code})):
            return 0
        codes = set(self.codes) - {p[2] for p in self._rows(self.codes) if p not in new}
        here, there = defaultdict(int), defaultdict(int)
        for (answer, levels), n in self.people.items():
            (here if levels[breakdown] == level else there)[answer] += n
        others = [(n, answer, codes) for answer, n in there.items()]
        return min(sum(_matched(here, others, code)), self.smallest)

    def _choices(self, place) -> list[tuple]:
        """(another level, codes, places to hide) that open exchanges of these codes with that
        level, those of least people first.
        """
        breakdown, level, code = place
        sets = [{code}, *({code, other} for other in self.codes if other != code), set(self.codes)]
        found = []
        for other in self.levels[breakdown]:
            for codes in sets if other != level else ():
                places = {(breakdown, at, c) for at in (level, other) for c in codes}
                if new := places - self.hidden:
                    found.append((sum(self.counts[p] for p in new), len(new), other, codes, new))
        return [choice[2:] for choice in sorted(found, key=lambda each: each[:2])]

    def _unseen(self, place):
        """Of each other level the codes that are hidden both there and here."""
        breakdown, level, code = place
        here = {c for c in self.codes if (breakdown, level, c) in self.hidden}
        found = {
            other: {c for c in here if (breakdown, other, c) in self.hidden}
            for other in self.levels[breakdown]
            if other != level
        }
        return {other: codes for other, codes in found.items() if code in codes}

    def _exchanges(self, place, unseen=None):
        """How many exchanges could have made the count larger, and how many smaller; never more
        than ``smallest``, which is enough. ``unseen``: codes that may change, by other level.
        """
        breakdown, level, code = place
        unseen = self._unseen(place) if unseen is None else unseen
        found = 0
        for here, there in self._neighbours(breakdown, level, unseen):
            found += sum(_matched(here, there, code))
            if found >= self.smallest:
                return self.smallest
        return found

    def _neighbours(self, breakdown, level, unseen) -> Iterator[tuple]:
        """People of the level, and people elsewhere who are like them in all other breakdowns:
        ({answer: n}, [(n, answer, codes that may change)]).
        """
        for group in self._groups(breakdown):
            if here := group.get(level):
                there = [
                    (n, answer, unseen[other])
                    for other, answers in group.items()
                    if other in unseen
                    for answer, n in answers.items()
                ]
                if there:
                    yield here, there

    def _groups(self, breakdown):
        """People who are alike in all breakdowns but one: level → answer → how many."""
        if breakdown not in self._alike:
            found = defaultdict(lambda: defaultdict(dict))
            for (answer, levels), n in self.people.items():
                rest = levels[:breakdown] + levels[breakdown + 1 :]
                own = found[rest][levels[breakdown]]
                own[answer] = own.get(answer, 0) + n
            self._alike[breakdown] = list(found.values())
        return self._alike[breakdown]


def _matched(here, there, code):
    """Pairs of which one gave the code and the other did not, nobody twice: those that would give
    the code to people here, and those that would take it from them.
    """
    for gains in (True, False):
        left, pairs = {a: n for a, n in here.items() if (code in a) != gains}, 0
        for n, answer, codes in there:
            if (code in answer) != gains:
                continue
            for own in left:
                if left[own] and n and own ^ answer <= codes:
                    step = min(left[own], n)
                    left[own] -= step
                    n -= step  # noqa: PLW2901
                    pairs += step
        yield pairs
