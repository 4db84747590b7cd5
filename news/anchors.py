"""Numbers of paragraphs that stay with them through edits, so that one sentence can be cited.

A paragraph keeps its number as long as some of its words stay; a new one gets a number that no
version of the article had before.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher
from operator import eq

ALIKE = 0.5  # of the letters; less is another paragraph


def numbers(count: int, given: Sequence[int]) -> list[int]:
    """The numbers of an edition's ``count`` paragraphs: those ``given`` to it, or 1, 2, 3 …"""
    return list(given) or list(range(1, count + 1))


def carried(old: Sequence[str], old_numbers: Sequence[int], new: Sequence[str], highest: int):
    """Numbers for the paragraphs ``new``: those of their counterparts in ``old``, else fresh ones
    above ``highest``, the largest number that the article ever used.
    """
    found: list[int | None] = [None] * len(new)
    left = list(range(len(old)))
    for is_same in (eq, _alike):
        for place, text in enumerate(new):
            if found[place] is not None:
                continue
            kept = next((other for other in left if is_same(old[other], text)), None)
            if kept is not None:
                found[place] = old_numbers[kept]
                left.remove(kept)
    for place, number in enumerate(found):
        if number is None:
            highest += 1
            found[place] = highest
    return found


def _alike(one, other):
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    cheaper_first = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
    return all(ratio() >= ALIKE for ratio in cheaper_first)
