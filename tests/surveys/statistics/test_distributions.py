"""Against R 4.2.2 (qt, pf, pbeta, pnorm, qnorm), to twelve digits."""

import pytest

from surveys.statistics.distributions import (
    beta_below,
    f_survival,
    normal_quantile,
    normal_survival,
    t_quantile,
    t_survival,
)


def same(figure):
    return pytest.approx(figure, rel=1e-12, abs=0)


@pytest.mark.parametrize(
    ("df", "q975", "q995", "q0001"),
    [
        (1, 12.706204736174694, 63.656741162871526, -3183.0987571181508),
        (2, 4.3026527297494619, 9.9248432009182892, -70.700071074964271),
        (5, 2.5705818356363137, 4.0321429835552287, -9.6775663008825905),
        (10, 2.2281388519862739, 3.16927267261695, -5.6938201014575123),
        (17.5, 2.1052329722279852, 2.8880229797364643, -4.6800750156189892),
        (24, 2.0638985616280254, 2.7969395047744556, -4.3819167519297348),
        (296, 1.968010727550255, 2.5925405665283039, -3.7661283499515577),
        (421, 1.9656147920081413, 2.5875575730549754, -3.7520296989923891),
        (100000, 1.9599877075346088, 2.5758784699083743, -3.7191543826413436),
    ],
)
def test_t_quantiles_are_those_of_r(df, q975, q995, q0001):
    assert t_quantile(0.975, df) == same(q975)
    assert t_quantile(0.995, df) == same(q995)
    assert t_quantile(0.0001, df) == same(q0001)
    assert t_quantile(0.025, df) == same(-t_quantile(0.975, df))
    assert t_survival(t_quantile(0.975, df), df) == same(0.025)


def test_the_middle_of_t_is_nothing_and_its_ends_are_refused():
    assert t_quantile(0.5, 7) == 0

    for p, df in ((0, 5), (1, 5), (0.5, 0)):
        with pytest.raises(ValueError, match="t quantile"):
            t_quantile(p, df)


@pytest.mark.parametrize(
    ("f", "df1", "df2", "p"),
    [
        (80.9816, 4, 3688, 5.693127898792588e-66),
        (1, 1, 10, 0.34089313230206009),
        (3.2, 2.7, 513.4, 0.027531680809521383),
        (0.01, 5, 20, 0.9999653215667772),
        (5.5, 1.93, 29000.7, 0.0045537041297186972),
        (1.02, 400, 9000, 0.38329014820028834),
        (0, 3, 9, 1.0),
    ],
)
def test_p_values_of_f_are_those_of_r(f, df1, df2, p):
    assert f_survival(f, df1, df2) == same(p)


@pytest.mark.parametrize(
    ("x", "a", "b", "below"),
    [
        (0.3, 2, 5, 0.57982500000000015),
        (1e-5, 0.5, 0.5, 0.002013171839475387),
        (0.5, 5000, 5100, 0.84015287081213774),
        (0.02, 3, 200, 0.77065317626139074),
        (0, 3, 200, 0.0),
        (1, 3, 200, 1.0),
    ],
)
def test_beta_is_that_of_r(x, a, b, below):
    assert beta_below(a, b, x) == same(below)


def test_normal_is_that_of_r():
    assert normal_survival(8) == same(6.2209605742717849e-16)
    assert 1 - normal_survival(1.96) == same(0.97500210485177963)
    assert normal_quantile(0.975) == same(1.9599639845400536)
    assert normal_quantile(1e-10) == same(-6.3613409024040557)
