"""Small groups stay hidden: rules, the worked example, and an attacker with exact arithmetic."""

import random
import time
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.disclosure import (
    COMPLEMENTARY,
    PRIMARY,
    protect,
    protect_choices,
    protect_line,
    protect_together,
    standing,
)

steady = settings(derandomize=True, deadline=None)
EXAMPLE = [[40, 3, 22], [31, 12, 18], [8, 15, 27]]
small = st.one_of(st.integers(0, 6), st.integers(0, 6), st.integers(0, 60))


def largest(goal, equations):
    """The largest value of an unknown, None where it has no end: the simplex method in fractions.

    ``equations``: ({unknown: factor}, sum); unknowns are not below 0. Bland's rule ends every time.
    """
    unknowns = sorted({name for factors, _ in equations for name in factors} | {goal}, key=repr)
    at = {name: place for place, name in enumerate(unknowns)}
    size, rows = len(unknowns), []
    for number, (factors, value) in enumerate(equations):
        turn = -1 if value < 0 else 1
        row = [0] * (size + len(equations) + 1)
        for name, factor in factors.items():
            row[at[name]] += turn * factor
        row[size + number], row[-1] = 1, turn * value
        rows.append(row)
    basis = [size + number for number in range(len(rows))]
    first = [-sum(column) for column in zip(*rows, strict=True)] if rows else []
    for place in range(size, size + len(rows)):
        first[place] = 0
    climb(rows, basis, first, size)
    assert not rows or first[-1] == 0, "the truth itself does not fit what was published"
    for number, place in enumerate(basis):
        if place >= size:
            column = next((j for j in range(size) if rows[number][j]), None)
            if column is not None:
                pivot(rows, basis, first, number, column)
    last = [0] * (size + len(rows) + 1)
    last[at[goal]] = -1
    for number, place in enumerate(basis):
        if last[place]:
            factor = last[place]
            last = [a - factor * b for a, b in zip(last, rows[number], strict=True)]
    return last[-1] if climb(rows, basis, last, size) else None


def climb(rows, basis, goal, size):
    while True:
        column = next((j for j in range(size) if goal[j] < 0), None)
        if column is None:
            return True
        steps = [
            (row[-1] / row[column], basis[i], i) for i, row in enumerate(rows) if row[column] > 0
        ]
        if not steps:
            return False
        pivot(rows, basis, goal, min(steps)[2], column)


def pivot(rows, basis, goal, number, column):
    by = rows[number][column]
    if by == -1:  # whole numbers stay whole as long as that goes: they are ten times faster
        rows[number] = [-value for value in rows[number]]
    elif by != 1:
        rows[number] = [Fraction(value) / by for value in rows[number]]
    for line in (*(row for i, row in enumerate(rows) if i != number), goal):
        if line[column]:
            factor = line[column]
            line[:] = [a - factor * b for a, b in zip(line, rows[number], strict=True)]
    basis[number] = column


def smallest(goal, equations):
    """The smallest value, from the largest of (a large number less it)."""
    roof = 10**6
    return roof - largest("rest", [*equations, ({goal: 1, "rest": 1}, roof)])


def width(goal, equations):
    top = largest(goal, equations)
    return float("inf") if top is None else top - smallest(goal, equations)


def told(numbers, hidden, sums):
    """What a reader can write down: ``sums`` are (parts, whole); known numbers are filled in."""
    equations = []
    for parts, whole in sums:
        factors, value = {}, 0
        for name, factor in (*((part, 1) for part in parts), (whole, -1)):
            if name in hidden:
                factors[name] = factors.get(name, 0) + factor
            else:
                value -= factor * numbers[name]
        if factors:
            equations.append((factors, value))
    return equations


def table_of(counts, mask, name=""):
    """(numbers, hidden, sums) of a published table; totals stand at the places after the last."""
    height, wide = len(counts), len(counts[0])
    full = [[*row, sum(row)] for row in counts]
    full.append([sum(column) for column in zip(*full, strict=True)])
    reasons = [[*row, why] for row, why in zip(mask.cells, mask.rows, strict=True)]
    reasons.append([*mask.columns, mask.total])
    places = [(i, j) for i in range(height + 1) for j in range(wide + 1)]
    numbers = {(name, *p): full[p[0]][p[1]] for p in places}
    hidden = {(name, *p): reasons[p[0]][p[1]] for p in places if reasons[p[0]][p[1]]}
    sums = [([(name, i, j) for j in range(wide)], (name, i, wide)) for i in range(height + 1)]
    sums += [([(name, i, j) for i in range(height)], (name, height, j)) for j in range(wide + 1)]
    return numbers, hidden, sums


def small_ones(numbers, k=5):
    return [name for name, value in numbers.items() if 0 < value < k]


def attacked(numbers, hidden, sums, k=5):
    """The small numbers that readers can find within fewer than ``k`` steps."""
    equations = told(numbers, hidden, sums)
    found = [name for name in small_ones(numbers, k) if name not in hidden]
    found += [
        name for name in small_ones(numbers, k) if name in hidden and width(name, equations) < k
    ]
    return found


def tables(rows=5, columns=4):
    return st.integers(1, columns).flatmap(
        lambda wide: st.lists(
            st.lists(small, min_size=wide, max_size=wide), min_size=1, max_size=rows
        )
    )


def test_the_worked_example_hides_the_rectangle_of_least_total():
    mask = protect(EXAMPLE)

    assert mask.cells == [
        ["", PRIMARY, COMPLEMENTARY],
        ["", COMPLEMENTARY, COMPLEMENTARY],
        ["", "", ""],
    ]
    assert (mask.rows, mask.columns, mask.total) == ([""] * 3, [""] * 3, "")
    numbers, hidden, sums = table_of(EXAMPLE, mask)
    equations = told(numbers, hidden, sums)
    assert (smallest(("", 0, 1), equations), largest(("", 0, 1), equations)) == (0, 15)


def test_the_attacker_finds_what_is_hidden_alone():
    numbers, _, sums = table_of(EXAMPLE, protect(EXAMPLE))

    assert attacked(numbers, {("", 0, 1): PRIMARY}, sums) == [("", 0, 1)]
    pair = {("", 0, 1): PRIMARY, ("", 0, 2): COMPLEMENTARY}
    assert attacked(numbers, pair, sums) == [("", 0, 1)]


@settings(steady, max_examples=150)
@given(tables())
def test_no_small_count_of_a_table_can_be_found(counts):
    mask = protect(counts)

    assert attacked(*table_of(counts, mask)) == []


@settings(steady, max_examples=60)
@given(tables())
def test_nothing_is_hidden_alone_in_its_row_or_column(counts):
    mask = protect(counts)

    lines = [[*row, why] for row, why in zip(mask.cells, mask.rows, strict=True)]
    lines.append([*mask.columns, mask.total])
    alone = [line for line in (*lines, *zip(*lines, strict=True)) if sum(map(bool, line)) == 1]
    assert alone == []


@settings(steady, max_examples=60)
@given(st.lists(small, min_size=1, max_size=8))
def test_no_small_count_of_a_line_can_be_found(counts):
    mask = protect_line(counts)

    numbers = {**dict(enumerate(counts)), "total": sum(counts)}
    hidden = {i: why for i, why in enumerate(mask.cells[0]) if why}
    hidden |= {"total": mask.total} if mask.total else {}
    assert attacked(numbers, hidden, [([*range(len(counts))], "total")]) == []
    assert mask.columns == mask.cells[0]


def choices_of(counts, bases, mask, name=""):
    """(numbers, hidden, sums) of several answers, with those who did not give each."""
    wide = len(bases)
    numbers = {(name, "base", j): n for j, n in enumerate([*bases, sum(bases)])}
    reasons = [*mask.columns, mask.total]
    hidden = {(name, "base", j): why for j, why in enumerate(reasons) if why}
    sums = [([(name, "base", j) for j in range(wide)], (name, "base", wide))]
    for i, row in enumerate(counts):
        chosen, reasons = [*row, sum(row)], [*mask.cells[i], mask.rows[i]]
        for j in range(wide + 1):
            yes, no, base = (name, "yes", i, j), (name, "no", i, j), (name, "base", j)
            numbers[yes], numbers[no] = chosen[j], numbers[base] - chosen[j]
            sums.append(([yes, no], base))
            hidden |= {yes: reasons[j]} if reasons[j] else {}
            hidden |= {no: "reckoned"} if reasons[j] or base in hidden else {}
        sums.append(([(name, "yes", i, j) for j in range(wide)], (name, "yes", i, wide)))
    return numbers, hidden, sums


@settings(steady, max_examples=80)
@given(st.data())
def test_no_small_count_of_several_answers_can_be_found(data):
    bases = data.draw(st.lists(st.one_of(small, st.integers(0, 40)), min_size=1, max_size=4))
    counts = data.draw(
        st.lists(st.tuples(*(st.integers(0, base) for base in bases)), min_size=1, max_size=3)
    )

    mask = protect_choices(counts, bases)

    assert attacked(*choices_of(counts, bases, mask)) == []


@settings(steady, max_examples=60)
@given(
    st.lists(st.lists(st.booleans(), min_size=2, max_size=2), min_size=1, max_size=50),
    st.integers(2, 4),
    st.randoms(use_true_random=False),
)
def test_no_small_count_of_several_answers_can_be_found_from_two_groupings(people, groups, dice):
    sex = [dice.choice((0, 0, 0, 1)) for _ in people]
    age = [dice.randrange(groups) for _ in people]

    def grouped(group, size):
        counts = [[0] * size for _ in range(2)]
        for at, chosen in zip(group, people, strict=True):
            counts[0][at] += chosen[0]
            counts[1][at] += chosen[1]
        return counts, [group.count(j) for j in range(size)]

    (by_sex, sexes), (by_age, ages) = grouped(sex, 2), grouped(age, groups)
    masks = protect_together({"sex": by_sex, "age": by_age}, {"sex": sexes, "age": ages})

    first = choices_of(by_sex, sexes, masks["sex"], "sex")
    second = choices_of(by_age, ages, masks["age"], "age")
    same = [([("sex", "yes", i, 2)], ("age", "yes", i, groups)) for i in range(2)]
    same.append(([("sex", "base", 2)], ("age", "base", groups)))
    together = [one | two for one, two in zip(first[:2], second[:2], strict=True)]
    assert attacked(*together, [*first[2], *second[2], *same]) == []


@settings(steady, max_examples=60)
@given(tables(rows=4, columns=3), st.randoms(use_true_random=False))
def test_no_small_count_can_be_found_from_two_groupings_together(counts, dice):
    other = [[0, 0, 0] for _ in counts]
    for row, split in zip(counts, other, strict=True):
        for _ in range(sum(row)):
            split[dice.choice((0, 0, 0, 0, 1, 2))] += 1

    masks = protect_together({"sex": counts, "age": other})

    first = table_of(counts, masks["sex"], "sex")
    second = table_of(other, masks["age"], "age")
    numbers, hidden = first[0] | second[0], first[1] | second[1]
    same = [([("sex", i, len(counts[0]))], ("age", i, 3)) for i in range(len(counts) + 1)]
    assert attacked(numbers, hidden, [*first[2], *second[2], *same]) == []
    assert [bool(why) for why in masks["sex"].rows] == [bool(why) for why in masks["age"].rows]


def test_a_count_of_nobody_is_no_group():
    assert protect([[0, 20], [30, 0]]).cells == [["", ""], ["", ""]]


def test_a_table_of_one_column_hides_another_row():
    assert protect([[3], [40], [9]]).cells == [[PRIMARY], [""], [COMPLEMENTARY]]


def test_a_small_total_is_hidden_with_all_that_tells_it():
    mask = protect([[2, 1]])

    assert (mask.cells, mask.rows, mask.total) == ([[PRIMARY, PRIMARY]], [PRIMARY], PRIMARY)


def test_two_small_counts_that_add_up_to_little_hide_a_third():
    """3 + 1 with 4 published would leave an interval of 4 steps only."""
    mask = protect_line([3, 1, 50, 20])

    assert mask.cells == [[PRIMARY, PRIMARY, "", COMPLEMENTARY]]


def test_how_many_are_small_is_the_surveys_own_rule():
    assert protect(EXAMPLE, smallest=3).cells == [[""] * 3] * 3
    assert sum(why == PRIMARY for row in protect(EXAMPLE, smallest=10).cells for why in row) == 2


def test_few_who_did_not_choose_are_a_small_group_too():
    mask = protect_choices([[98, 40], [50, 30]], [100, 60])

    assert [list(map(bool, row)) for row in mask.cells] == [[True, True], [False, False]]
    assert (mask.rows, mask.columns, mask.total) == (["", ""], ["", ""], "")


def test_a_group_of_few_people_hides_its_whole_column():
    mask = protect_choices([[0, 20, 30]], [3, 40, 60])

    assert list(map(bool, mask.columns)) == [True, True, False]
    assert list(map(bool, mask.cells[0])) == [True, True, False]


def test_a_total_that_is_hidden_once_is_hidden_in_every_grouping():
    masks = protect_together({"sex": [[2, 1], [30, 40]], "age": [[3, 0], [35, 35]]})

    for mask in masks.values():
        assert all(mask.rows)
        assert all(mask.cells[0])


def test_a_percentage_needs_both_of_its_numbers():
    mask = protect([[2, 30, 40], [1, 50, 60]])

    assert mask.columns[0] == PRIMARY
    assert not mask.may_divide(0, 0)
    shown = [j for j in range(3) if mask.may_divide(0, j)]
    assert shown == [j for j in range(3) if not mask.cells[0][j] and not mask.columns[j]]
    assert [mask.may_divide_row(0, j) for j in range(3)] == [
        not why and not mask.rows[0] for why in mask.cells[0]
    ]


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


def test_a_count_below_nothing_is_refused():
    with pytest.raises(ValueError, match="below 0"):
        protect([[1, -1]])
    with pytest.raises(ValueError, match="below 0"):
        protect_choices([[5]], [4])


def test_a_large_table_is_protected_in_a_blink():
    dice = random.Random(16)
    counts = [[int(dice.expovariate(1 / 8)) for _ in range(10)] for _ in range(12)]

    began = time.process_time()
    mask = protect(counts)

    assert time.process_time() - began < 0.15  # 0.03 s where it was written
    assert sum(why == PRIMARY for row in mask.cells for why in row) > 30


def test_the_total_of_all_is_hidden_only_when_it_is_small():
    assert protect([[1, 3, 0], [0, 4, 0]]).total == ""
