from fractions import Fraction

import pytest

from surveys.statistics import wording
from surveys.statistics.sample_size import (
    Size,
    cluster_deff,
    cochran,
    fleiss,
    krejcie_morgan,
    margin_of_error,
    planned,
    yamane,
)


@pytest.mark.parametrize(
    ("people", "exact"),
    [
        *((500, 222.222), (1000, 285.714), (2000, 333.333), (5000, 370.370)),
        *((10000, 384.615), (12500, 387.597), (100000, 398.406), (755556, 399.788)),
    ],
)
def test_yamane_is_the_published_table(people, exact):
    assert round(yamane(people).exact, 3) == exact


def test_a_size_is_told_rounded_up_and_to_the_nearest():
    size = yamane(2000)

    assert (size.value, size.up, size.nearest) == (Fraction(1000, 3), 334, 333)
    assert yamane(755556).up == 400


def test_a_whole_size_is_not_rounded_up_once_more():
    assert (cochran("0.1", z=2).value, cochran("0.1", z=2).up) == (100, 100)
    assert (cochran(0.1, z=2.0).up, planned(cochran("0.1", z=2), deff=1.1).up) == (100, 110)


def test_cochran_is_published():
    assert (round(cochran("0.05").exact, 2), cochran("0.05").up) == (384.16, 385)
    assert (round(cochran("0.03").exact, 2), cochran("0.03").up) == (1067.11, 1068)
    assert round(cochran("0.05", population=400).exact, 2) == 196.21
    assert round(cochran("0.05", population=1000).exact, 2) == 277.74


@pytest.mark.parametrize(
    ("people", "printed"),
    [
        *((10, 10), (15, 14), (20, 19), (30, 28), (40, 36), (50, 44), (100, 80), (200, 132)),
        *((210, 136), (500, 217), (1000, 278), (2000, 322), (2800, 338), (5000, 357)),
        *((10000, 370), (75000, 382), (1000000, 384)),
    ],
)
def test_krejcie_and_morgan_is_their_table(people, printed):
    assert krejcie_morgan(people).nearest == printed


def test_wald_and_fleiss_sizes_are_those_of_samplics():
    wald = [cochran("0.10", proportion=p).up for p in ("0.80", "0.95", "0.70", "0.30")]
    inner = [
        fleiss(e, proportion=p).up
        for e, p in (("0.10", "0.80"), ("0.06", "0.95"), ("0.03", "0.70"))
    ]

    assert wald == [62, 19, 81, 81]
    assert planned(cochran("0.10", proportion="0.80"), deff="1.5").up == 93
    assert inner == [88, 132, 1097]


def test_clusters_cost():
    assert [cluster_deff(*c) for c in ((30, 0.01), (15.5, 0.03), (50, 0.10))] == [1.29, 1.435, 5.9]


def test_those_who_will_not_answer_are_planned_for():
    assert planned(cochran("0.05"), deff="1.5", response_rate="0.6").value == Fraction("960.4")


@pytest.mark.parametrize(
    ("n", "percent"),
    [(100, 9.80), (385, 4.99), (400, 4.90), (1000, 3.10), (2000, 2.19), (5000, 1.39)],
)
def test_margins_of_error_are_published(n, percent):
    assert round(100 * margin_of_error(n), 2) == percent


def test_a_small_population_makes_the_margin_smaller():
    assert round(100 * margin_of_error(400, population=2000), 3) == 4.384
    assert margin_of_error(400, population=400) == 0
    assert margin_of_error(1, population=1) == 0
    assert round(100 * margin_of_error(1001), 1) == 3.1


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: cochran("0"),
        lambda: cochran("1"),
        lambda: cochran("0.05", proportion="1"),
        lambda: cochran("0.05", z=0),
        lambda: yamane(0),
        lambda: planned(yamane(100), response_rate=0),
        lambda: planned(yamane(100), response_rate="1.1"),
        lambda: margin_of_error(0),
        lambda: margin_of_error(500, population=400),
        lambda: margin_of_error(500, proportion=2),
        lambda: fleiss("0.5", proportion="0.1"),
    ],
)
def test_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"\.$"):
        wrong()


def test_every_size_says_what_it_assumes():
    sizes = [cochran("0.05"), cochran("0.05", population=9), yamane(9), krejcie_morgan(9)]
    sizes += [fleiss("0.1", proportion="0.8"), planned(yamane(9)), Size(Fraction(1), "planned")]

    assert {size.assumption for size in sizes} == set(wording.ASSUMPTIONS)
