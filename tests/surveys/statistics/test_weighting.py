import pytest

from surveys.statistics.raking import Cell, Margin, rake
from surveys.statistics.weighting import (
    Spread,
    base_weights,
    response_factors,
    spread,
)

# Kalton and Flores-Cervantes (2003), their 3 x 4 example
SAMPLE = (20, 50, 100, 30, 40, 140, 50, 100, 40, 310, 50, 70)
PEOPLE = (80, 60, 170, 55, 40, 150, 60, 165, 55, 340, 200, 125)


def test_a_base_weight_is_people_over_interviews():
    assert base_weights({"a": 100, "b": 30}, {"a": 20, "b": 20, "c": 0}) == {"a": 5.0, "b": 1.5}


def test_a_stratum_without_people_is_refused_by_name():
    with pytest.raises(ValueError, match="stratum 1603"):
        base_weights({"1601": 10}, {"1601": 2, "1603": 1})


def test_those_who_answered_stand_for_those_who_did_not():
    assert response_factors({"men": 100.0, "women": 90.0}, {"men": 50.0, "women": 60.0}) == {
        "men": 2.0,
        "women": 1.5,
    }


def test_a_class_in_which_nobody_answered_is_refused_by_name():
    with pytest.raises(ValueError, match="class men"):
        response_factors({"men": 100.0}, {"men": 0.0})


def test_post_stratification_of_kalton_and_flores_cervantes():
    """Raking to a single margin, which is known cell by cell."""
    cells = [Cell((i,), n, 1.0) for i, n in enumerate(SAMPLE)]

    factors = rake(cells, [Margin("cell", dict(enumerate(PEOPLE)))]).weights

    assert [round(factor, 2) for factor in factors] == [
        *(4.00, 1.20, 1.70, 1.83, 1.00, 1.07, 1.20, 1.65, 1.38, 1.10, 4.00, 1.79),
    ]


def test_unequal_weights_cost_interviews():
    found = spread([1.0, 1.0, 2.0, 4.0])

    assert found == Spread(4, 8.0, 22.0)
    assert (found.deff, found.n_eff) == (4 * 22 / 64, 64 / 22)
    assert spread([3.0] * 7).deff == 1


def test_no_interviews_have_no_design_effect():
    assert (spread([]).deff, spread([]).n_eff) == (None, None)
