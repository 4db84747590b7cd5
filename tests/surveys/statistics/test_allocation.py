import pytest

from surveys.statistics.allocation import largest_remainder, neyman, proportional

LOPBURI = dict(
    zip(range(1601, 1612), (252, 68, 82, 93, 49, 74, 30, 21, 25, 28, 33), strict=True)
)  # thousands; made for the demonstration


def test_lohr_shares_300_farms_among_regions():
    farms = {"NE": 220, "NC": 1054, "S": 1382, "W": 422}

    assert proportional(farms, 300) == {"NE": 21, "NC": 103, "S": 135, "W": 41}


def test_districts_of_lopburi_share_400():
    given = proportional(LOPBURI, 400)

    assert [*given.values()] == [134, 36, 43, 49, 26, 39, 16, 11, 13, 15, 18]


def test_districts_of_lopburi_share_440_with_20_for_each_first():
    given = proportional({code: 1000 * n for code, n in LOPBURI.items()}, 440, floor=20)

    assert [*given.values()] == [93, 40, 44, 47, 34, 42, 29, 26, 27, 28, 30]


def test_samplics_shares_100():
    assert proportional({1: 500, 2: 300, 3: 200}, 100) == {1: 50, 2: 30, 3: 20}


def test_of_equal_remainders_the_lower_code_is_given_one_more():
    assert largest_remainder({"b": 1, "a": 1, "c": 1}, 4) == {"b": 1, "a": 2, "c": 1}


def test_neyman_asks_more_where_people_differ_more():
    assert neyman({1: 100, 2: 300}, {1: 6, 2: 2}, 40) == {1: 20, 2: 20}


def test_a_stratum_is_not_asked_for_more_than_it_has():
    assert neyman({1: 10, 2: 300}, {1: 60, 2: 2}, 40) == {1: 10, 2: 30}
    assert proportional({1: 3, 2: 1000}, 30, floor=20) == {1: 3, 2: 27}


def test_what_cannot_be_shared_is_refused():
    for populations, n, floor in (({1: 5}, 6, 0), ({1: 50, 2: 50}, 9, 5), ({1: 0.5}, 1, 0)):
        with pytest.raises(ValueError, match="sample"):
            proportional(populations, n, floor=floor)
    with pytest.raises(ValueError, match="nothing to share"):
        neyman({1: 5, 2: 5}, {1: 0, 2: 0}, 3)
