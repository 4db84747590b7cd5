import pytest

from surveys.statistics.intervals import (
    logit_interval,
    proportion_interval,
    t_interval,
    wilson_interval,
)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        *((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)),
        *((0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)),
    ],
)
def test_wilson_is_that_of_newcombe(hits, n, low, high):
    found = wilson_interval(hits / n, n)

    assert tuple(round(v, 4) for v in found) == (low, high)


def test_intervals_of_a_proportion_stay_within_0_and_1():
    for p in (0.001, 0.01, 0.5, 0.999):
        low, high = logit_interval(p, 0.02, 100)
        assert 0 <= low < p < high <= 1
    assert wilson_interval(1, 12)[1] == 1


def test_few_rows_nobody_and_everybody_get_wilsons_interval():
    assert proportion_interval(0.4, 0.1, 27, n=29, n_eff=20) == wilson_interval(0.4, 20)
    assert proportion_interval(0.0, 0.0, 300, n=302, n_eff=200) == wilson_interval(0, 200)
    assert proportion_interval(1.0, 0.0, 300, n=302, n_eff=200) == wilson_interval(1, 200)


def test_others_get_the_logit_interval():
    assert proportion_interval(0.4, 0.1, 28, n=30, n_eff=20) == logit_interval(0.4, 0.1, 28)


def test_a_mean_gets_a_t_interval_of_the_confidence_asked_for():
    low, high = t_interval(10, 2, 10, confidence=0.99)

    assert (low, high) == (
        pytest.approx(10 - 2 * 3.16927267261695),
        pytest.approx(16.3385453452339),
    )


def test_there_is_no_interval_from_nothing():
    with pytest.raises(ValueError, match="without interviews"):
        wilson_interval(0.5, 0)
    with pytest.raises(ValueError, match="strictly between"):
        logit_interval(0, 0.1, 10)
