import pytest

from surveys.statistics.change import change
from surveys.statistics.estimation import Estimate


def share(value, se):
    return Estimate(value, se, 397, 400)


def test_a_change_is_measured_against_both_errors():
    found = change(share(0.40, 0.03), share(0.50, 0.04))

    assert (found.difference, found.se, found.z) == pytest.approx((0.1, 0.05, 2.0))
    assert found.p == pytest.approx(0.04550026389635841, rel=1e-12)
    assert (found.low, found.high) == pytest.approx((0.0020018007729973, 0.1979981992270027))
    assert found.is_clear


def test_a_small_change_is_not_clear():
    found = change(share(0.40, 0.03), share(0.42, 0.04))

    assert not found.is_clear
    assert found.p > 0.05


def test_the_same_people_asked_twice_tell_more():
    found = change(share(0.40, 0.03), share(0.42, 0.03), covariance=0.00085)

    assert found.se == pytest.approx(0.01)


def test_a_wave_without_a_figure_has_no_change():
    assert change(Estimate(None, None, 5, 0), share(0.4, 0.1)) is None


def test_nothing_moved_and_nothing_varies():
    assert change(share(0.0, 0.0), share(0.0, 0.0)).p == 1
    assert change(share(0.0, 0.0), share(1.0, 0.0)).p == 0
