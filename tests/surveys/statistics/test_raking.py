import itertools
import random
import time

import pytest
from django.utils import translation

from surveys.statistics import wording
from surveys.statistics.raking import (
    CannotRake,
    Cell,
    Margin,
    _trim,
    median,
    rake,
    rake_and_trim,
    scaled,
)

# Kalton and Flores-Cervantes (2003): sample and population, by row and column
SAMPLE = [[20, 50, 100, 30], [40, 140, 50, 100], [40, 310, 50, 70]]
PEOPLE = [[80, 60, 170, 55], [40, 150, 60, 165], [55, 340, 200, 125]]
ROWS = Margin("row", {i: sum(row) for i, row in enumerate(PEOPLE)})
COLUMNS = Margin("column", {j: sum(c) for j, c in enumerate(zip(*PEOPLE, strict=True))})
CELLS = [Cell((i, j), n, 1.0) for i, row in enumerate(SAMPLE) for j, n in enumerate(row)]
SEX = Margin("sex", {"m": 60, "f": 40})


def reached(cells, weights, place):
    sums = {}
    for cell, weight in zip(cells, weights, strict=True):
        sums[cell.levels[place]] = sums.get(cell.levels[place], 0) + cell.n * weight
    return sums


def refused(cells, margins, **more):
    with pytest.raises(CannotRake) as refusal:
        rake(cells, margins, **more)
    with translation.override("en"):
        return wording.refusal(refusal.value)


def test_raking_of_kalton_and_flores_cervantes():
    raked = rake(CELLS, [ROWS, COLUMNS])

    assert [round(w, 2) for w in raked.weights] == [
        *(1.81, 1.08, 2.20, 1.83, 1.45, 0.87, 1.76, 1.47, 2.02, 1.21, 2.45, 2.04),
    ]


def test_schools_are_raked_in_as_many_rounds_as_in_r(clus):
    kinds = list(zip(clus["stype"], clus["sch_wide"], clus["pw"], strict=True))
    cells = [Cell(kind[:2], kinds.count(kind), kind[2]) for kind in sorted(set(kinds))]
    margins = [
        Margin("stype", {1.0: 4421, 2.0: 755, 3.0: 1018}),
        Margin("sch.wide", {0.0: 1072, 1.0: 5122}),
    ]

    assert rake(cells, margins, tolerance=1e-12).rounds == 12


def test_every_margin_is_met():
    raked = rake(CELLS, [ROWS, COLUMNS], tolerance=1e-13)

    assert reached(CELLS, raked.weights, 0) == pytest.approx(ROWS.totals, rel=1e-12)
    assert reached(CELLS, raked.weights, 1) == pytest.approx(COLUMNS.totals, rel=1e-12)


def test_base_weights_keep_their_ratio_within_a_cell():
    cells = [Cell(("m",), 3, 1.0), Cell(("m",), 1, 2.0), Cell(("f",), 4, 1.0)]

    assert rake(cells, [SEX]).weights == pytest.approx((12, 24, 10))


def test_an_empty_level_is_refused_by_name():
    said = refused([Cell(("m",), 3, 1.0)], [SEX])

    assert said == (
        "Nobody who answered belongs to “f” of “sex”, although 40 people do. "
        "Join it with another level."
    )


@pytest.mark.parametrize("totals", [{"m": 60, "f": 40}, {"m": 60, "f": 40, "x": 0}])
def test_answers_without_a_margin_are_refused_by_name(totals):
    cells = [Cell(("m",), 3, 1.0), Cell(("f",), 3, 1.0), Cell(("x",), 2, 1.0)]

    said = refused(cells, [Margin("sex", totals)])

    assert said == "2 answers belong to “x” of “sex”, for which no number of people is known."


def test_a_level_without_people_may_be_empty():
    margin = Margin("sex", {"m": 60, "f": 40, "x": 0})

    assert rake([Cell(("m",), 3, 1.0), Cell(("f",), 4, 1.0)], [margin]).weights == (20, 10)


def test_margins_of_different_totals_are_refused_until_they_are_scaled():
    cells = [Cell((s, a), 5, 1.0) for s in "mf" for a in ("young", "old")]
    age = Margin("age", {"young": 5050, "old": 5000})

    said = refused(cells, [SEX, age])

    assert said == (
        "“age” adds up to 10,050 people and “sex” to 100. Bring them to one total first."
    )
    assert sum(rake(cells, [SEX, scaled(age, 100)]).weights) * 5 == pytest.approx(100)


def test_margins_that_contradict_each_other_never_settle():
    cells = [Cell(("m", "young"), 5, 1.0), Cell(("f", "old"), 5, 1.0)]

    said = refused(cells, [SEX, Margin("age", {"young": 50, "old": 50})])

    assert said.startswith("The weights did not settle in 200 rounds; “")
    assert "“age” contradicts" in said or "“sex” contradicts" in said


def test_a_group_without_weight_is_refused():
    cells = [Cell(("m",), 3, 0.0), Cell(("f",), 3, 1.0)]

    assert refused(cells, [SEX]) == "A group of answers has no people or no weight."


def test_extreme_weights_are_held_and_margins_still_met():
    cells = [Cell(("m", 1), 20, 1.0), Cell(("m", 2), 1, 30.0), Cell(("m", 2), 20, 1.0)]
    cells += [Cell(("f", 1), 30, 1.0), Cell(("f", 2), 25, 1.0), Cell(("f", 2), 4, 0.02)]
    margins = [Margin("sex", {"m": 500, "f": 500}), Margin("age", {1: 450, 2: 550})]

    plain, trimmed = rake(cells, margins), rake_and_trim(cells, margins)

    low, high = trimmed.bounds
    assert plain.weights[1] > high
    assert plain.weights[5] < low
    assert (trimmed.outside, trimmed.trimmed) == (0, 5)
    assert all(low * (1 - 1e-7) <= w <= high * (1 + 1e-7) for w in trimmed.weights)
    assert trimmed.weights[2] > plain.weights[2]
    assert reached(cells, trimmed.weights, 0) == pytest.approx(margins[0].totals, rel=1e-7)
    assert reached(cells, trimmed.weights, 1) == pytest.approx(margins[1].totals, rel=1e-7)


def test_what_trimming_takes_goes_to_the_others():
    cells = [Cell(("m",), 2, 1.0), Cell(("m",), 1, 10.0), Cell(("f",), 4, 2.0)]
    sums = [2.0, 10.0, 8.0]

    _trim(sums, cells, 0.5, 5.0)

    assert sums == pytest.approx([3.0, 5.0, 12.0])


def test_weights_that_cannot_be_held_are_told():
    cells = [Cell(("m",), 1, 1.0), Cell(("f",), 99, 1.0)]

    trimmed = rake_and_trim(cells, [SEX])

    assert (trimmed.outside, trimmed.trimmed) == (1, 1)
    assert reached(cells, trimmed.weights, 0) == pytest.approx(SEX.totals)


def test_weights_within_the_bounds_are_left_alone():
    raked, trimmed = (f(CELLS, [ROWS, COLUMNS]) for f in (rake, rake_and_trim))

    assert (trimmed.weights, trimmed.trimmed) == (raked.weights, 0)


def test_the_median_counts_people_not_groups():
    assert median([5.0, 1.0, 3.0], [1, 3, 1]) == 1.0
    assert median([1.0, 3.0], [2, 2]) == 2.0
    assert median([2.0], [1]) == 2.0


def test_fifty_thousand_answers_are_raked_in_a_blink():
    dice = random.Random(16)
    kinds = list(itertools.product(range(2), range(6), range(11)))
    cells = [Cell(kind, dice.randint(100, 600), dice.choice((10.0, 12.0))) for kind in kinds]
    margins = [
        Margin(str(place), {lv: 700_000 * share for lv, share in shares.items()})
        for place, shares in enumerate(
            ({0: 0.48, 1: 0.52}, dict.fromkeys(range(6), 1 / 6), dict.fromkeys(range(11), 1 / 11))
        )
    ]

    began = time.process_time()
    rake_and_trim(cells, margins)

    assert sum(cell.n for cell in cells) > 40_000
    assert time.process_time() - began < 0.1
