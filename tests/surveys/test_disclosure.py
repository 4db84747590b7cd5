"""Small groups stay hidden: rules, the worked example, and attackers with exact arithmetic."""

import random
import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.disclosure import ALL, line, protect, standing
from tests.surveys.simplex import interval

steady = settings(derandomize=True, deadline=None)
EXAMPLE = [[40, 3, 22], [31, 12, 18], [8, 15, 27]]
small = st.one_of(st.integers(0, 6), st.integers(0, 6), st.integers(0, 60))


def people_of(counts):
    """A table of answers by one breakdown, as people."""
    return {
        (frozenset([i]), (j,)): n for i, row in enumerate(counts) for j, n in enumerate(row) if n
    }


def places(people):
    """Every number of the question: {(breakdown, level, code): n}, and bases by (…, …, None)."""
    found = Counter()
    for (answer, levels), n in people.items():
        for at in (ALL, *enumerate(levels)):
            found[*at, None] += n
            for code in answer:
                found[*at, code] += n
    return found


def equations(people, hidden, answers):
    """What a reader can write down of who answered what, knowing of every person all levels: one
    unknown for each answer and combination of levels.
    """
    told, sizes = [], Counter()
    for (_answer, levels), n in people.items():
        sizes[levels] += n
    told += [({(a, levels): 1 for a in answers}, n) for levels, n in sizes.items()]
    for place, n in places(people).items():
        breakdown, level, code = place
        if code is not None and place not in hidden:
            own = {
                (answer, levels): 1
                for answer in answers
                for levels in sizes
                if code in answer and (breakdown is None or levels[breakdown] == level)
            }
            told.append((own, n))
    return told


def unknowns(people, place, answers):
    breakdown, level, code = place
    return [
        (answer, levels)
        for answer in answers
        for levels in {levels for _answer, levels in people}
        if code in answer and (breakdown is None or levels[breakdown] == level)
    ]


def found_out(people, hidden, *, is_list=False, least=5):
    """The small numbers that a reader finds within fewer than ``least`` steps."""
    codes = sorted({code for answer, _levels in people for code in answer})
    answers = subsets(codes) if is_list else [frozenset([code]) for code in codes]
    numbers, told = places(people), equations(people, hidden, answers)
    found = []
    for place in numbers:
        n, base = numbers[place], numbers[*place[:2], None]
        few = 0 < n < least or (is_list and 0 < base - n < least)
        if place[2] is None or not few:
            continue
        if place not in hidden:
            found.append(place)
            continue
        low, high = interval(unknowns(people, place, answers), told)
        if high - low < least:
            found.append(place)
    return found


def subsets(codes):
    return [
        frozenset(code for at, code in enumerate(codes) if number >> at & 1)
        for number in range(2 ** len(codes))
    ]


def is_told_for_everybody_only(people, hidden):
    """The last resort: nothing is told of any group, and totals can't be taken back."""
    return all(place in hidden or place[0] is None or place[2] is None for place in places(people))


def tables(rows=5, columns=4):
    return st.integers(1, columns).flatmap(
        lambda wide: st.lists(
            st.lists(small, min_size=wide, max_size=wide), min_size=1, max_size=rows
        )
    )


def test_the_worked_example_hides_the_rectangle_of_least_total():
    people = people_of(EXAMPLE)

    hidden = protect(people)

    assert hidden == {(0, 1, 0), (0, 1, 1), (0, 2, 0), (0, 2, 1)}
    answers = [frozenset([code]) for code in range(3)]
    told = equations(people, hidden, answers)
    assert interval([(frozenset([0]), (1,))], told) == (0, 15)


def test_the_attacker_finds_what_is_hidden_alone():
    people = people_of(EXAMPLE)

    assert found_out(people, {(0, 1, 0)}) == [(0, 1, 0)]
    assert found_out(people, {(0, 1, 0), (0, 2, 0)}) == [(0, 1, 0)]


@settings(steady, max_examples=120)
@given(tables())
def test_no_small_count_of_a_table_can_be_found(counts):
    people = people_of(counts)
    if people:
        hidden = protect(people)

        found = found_out(people, hidden)

        assert found == [] or is_told_for_everybody_only(people, hidden)


def test_two_breakdowns_do_not_give_each_other_away():
    """Villages lie within districts: the district's number less one village is the other's."""
    rows = [("1", "a", "x", 30), ("2", "a", "x", 3), ("1", "b", "x", 20), ("2", "b", "x", 25)]
    rows += [("1", "c", "y", 10), ("2", "c", "y", 9), ("1", "d", "y", 30), ("2", "d", "y", 30)]
    people = {(frozenset([code]), (village, district)): n for code, village, district, n in rows}

    by_village = protect({(answer, levels[:1]): n for (answer, levels), n in people.items()})
    hidden = protect(people)

    assert by_village == {(0, at, code) for at in "ac" for code in "12"}
    assert found_out(people, by_village) == [(0, "a", "2")]
    assert found_out(people, hidden) == []
    assert {(0, at, code) for at in "ab" for code in "12"} <= hidden


def drawn(dice, n, codes, *, nested, areas="abcd"):
    """People of two or three overlapping breakdowns, some of which lie within each other."""
    found = Counter()
    for _each in range(n):
        first = dice.choices(areas, (5, 4, 3, 1)[: len(areas)])[0]
        second = ("x" if first in "ab" else "y") if nested else dice.choice("xy")
        if nested and dice.random() < 0.04:
            second = dice.choice("xy")
        levels = (first, second, *dice.choices("mf", (3, 2)))
        found[codes(dice), levels[: dice.levels]] += 1
    return found


@pytest.mark.parametrize("seed", range(14))
def test_no_small_count_can_be_found_from_overlapping_breakdowns(seed):
    dice = random.Random(seed)
    dice.levels = 2 + seed % 2

    def one(dice):
        return frozenset(dice.choices("1234", (9, 6, 2, 1)))

    people = drawn(dice, dice.randint(40, 160), one, nested=seed % 4 < 2)

    hidden = protect(people)

    assert found_out(people, hidden) == [] or is_told_for_everybody_only(people, hidden)


@pytest.mark.parametrize("seed", range(16))
def test_no_small_count_of_several_answers_can_be_found(seed):
    dice = random.Random(100 + seed)
    dice.levels = 1 + seed % 2

    def several(dice):
        return frozenset(
            code for code in "123" if dice.random() < {"1": 0.8, "2": 0.3}.get(code, 0.1)
        )

    people = drawn(dice, dice.randint(40, 120), several, nested=seed % 4 < 2)

    hidden = protect(people, is_list=True)

    assert found_out(people, hidden, is_list=True) == [] or is_told_for_everybody_only(
        people, hidden
    )


def test_an_answer_that_excludes_others_is_not_told_by_them():
    """Where 37 of 40 chose “a”, at most 3 chose “none of these”."""
    rows = [("a", "x", 37), ("n", "x", 3), ("a", "y", 20), ("n", "y", 20), ("b", "y", 10)]
    people = {(frozenset([code]), (level,)): n for code, level, n in rows}

    hidden = protect(people, is_list=True)

    assert {(0, "x", "n"), (0, "y", "n"), (0, "x", "a"), (0, "y", "a")} <= hidden


@pytest.mark.parametrize("seed", range(10))
def test_whole_people_tell_no_more_than_fractions(seed):
    """All worlds of whole people that fit what is told, one by one."""
    dice = random.Random(200 + seed)
    dice.levels = 2

    def one(dice):
        return frozenset(dice.choices("123", (6, 3, 1)))

    people = drawn(dice, dice.randint(24, 36), one, nested=seed % 2, areas="abc")
    hidden = protect(people, smallest=3)
    answers = [frozenset([code]) for code in "123"]
    told = equations(people, hidden, answers)

    for place, n in places(people).items():
        if place[2] is not None and 0 < n < 3 and not is_told_for_everybody_only(people, hidden):
            assert place in hidden
            own = unknowns(people, place, answers)
            values = [v for v in range(n + 6) if is_possible([*told, (dict.fromkeys(own, 1), v)])]
            assert max(values) - min(values) >= 3


def is_possible(told):
    """Whether whole numbers fit all sums, by trying them in turn."""
    names = sorted({name for factors, _sum in told for name in factors}, key=repr)
    sums = [(set(factors), total) for factors, total in told]

    def rest(sums, names):
        if any(total < 0 or (total and not own) for own, total in sums):
            return False
        if not names:
            return True
        name = min(names, key=lambda each: min((t for own, t in sums if each in own), default=0))
        most = min((total for own, total in sums if name in own), default=0)
        others = [each for each in names if each != name]
        for value in range(most, -1, -1):
            left = [(own - {name}, t - value if name in own else t) for own, t in sums]
            if rest(left, others):
                return True
        return False

    return rest(sums, names)


@settings(steady, max_examples=60)
@given(st.lists(small, min_size=1, max_size=8))
def test_no_small_count_of_a_line_can_be_found(counts):
    gone = line(counts)

    whole = [(dict.fromkeys(gone, 1), sum(counts[place] for place in gone))]
    for place in gone:
        low, high = interval([place], whole)
        assert high - low >= 5 or len(gone) == len(counts)
    assert {place for place, n in enumerate(counts) if 0 < n < 5} <= gone


def test_two_small_counts_that_add_up_to_little_hide_a_third():
    """3 + 1 with 4 published would leave an interval of 4 steps only."""
    assert line([3, 1, 50, 20]) == {0, 1, 3}


def test_what_a_line_hid_before_stays_hidden():
    assert line([30, 10, 50], hidden=[2]) == {1, 2}


def test_a_count_of_nobody_is_no_group():
    assert protect(people_of([[0, 20], [30, 0]])) == set()


def test_a_small_total_is_hidden_with_its_row_and_another():
    hidden = protect(people_of([[2, 1], [30, 40], [9, 9]]))

    assert hidden == {(*at, code) for at in (ALL, (0, 0), (0, 1)) for code in (0, 2)}


def test_how_many_are_small_is_the_surveys_own_rule():
    assert protect(people_of(EXAMPLE), smallest=3) == set()
    assert {(0, 0, 2), (0, 1, 0)} <= protect(people_of(EXAMPLE), smallest=10)


def test_few_who_did_not_choose_are_a_small_group_too():
    both, neither = frozenset("ab"), frozenset()
    people = {(both, (0,)): 50, (frozenset("a"), (0,)): 48, (neither, (0,)): 2}
    people |= {(both, (1,)): 30, (frozenset("a"), (1,)): 10, (neither, (1,)): 20}

    assert {(0, 0, "a"), (0, 1, "a")} <= protect(people, is_list=True)


@pytest.mark.parametrize(
    ("base", "hidden", "cv", "found"),
    [
        *((0, False, None, "hidden"), (9, False, 0.1, "hidden"), (10, False, 0.1, "small")),
        *((29, False, None, "small"), (30, False, None, ""), (400, False, 0.3, "")),
        *((400, False, 0.301, "small"), (400, True, 0.1, "hidden")),
    ],
)
def test_figures_on_few_rows_are_hidden_or_marked(base, hidden, cv, found):
    assert standing(base, hidden=hidden, cv=cv) == found


def test_a_large_table_is_protected_in_a_blink():
    dice = random.Random(16)
    people = people_of([[int(dice.expovariate(1 / 8)) for _ in range(10)] for _ in range(12)])

    began = time.process_time()
    hidden = protect(people)

    assert time.process_time() - began < 1
    assert len(hidden) > 30
