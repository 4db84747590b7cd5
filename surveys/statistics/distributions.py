"""Normal, beta, t and F distributions, to about twelve digits, from the standard library alone.

The incomplete beta function is the continued fraction of DLMF 8.17.22, taken on the side where it
converges fast; its front factor is written with ratios near 1, so that thousands of degrees of
freedom cost no digits.
"""

import math
from functools import lru_cache
from statistics import NormalDist

EXACT = 1e-16
MOST_TERMS = 10_000
LARGE = 20.0  # from here on five terms of Stirling's series leave less than 1e-17


def normal_survival(z: float) -> float:
    """The chance of a standard normal value above ``z``."""
    return 0.5 * math.erfc(z / math.sqrt(2))


def normal_quantile(p: float) -> float:
    """The value below which a standard normal value falls with chance ``p``, 0 < p < 1."""
    return NormalDist().inv_cdf(p)


def beta_below(a: float, b: float, x: float, rest: float | None = None) -> float:
    """The regularised incomplete beta function I_x(a, b), 0 to 1, for ``a`` and ``b`` above 0.

    ``rest`` is 1 - x where the caller knows it more exactly than a subtraction would.
    """
    rest = 1 - x if rest is None else rest
    if x <= 0:
        return 0.0
    if rest <= 0:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _front(b, a, rest, x) * _fraction(b, a, rest) / b
    return _front(a, b, x, rest) * _fraction(a, b, x) / a


def f_survival(f: float, df1: float, df2: float) -> float:
    """The p value of an F statistic: the chance of more than ``f``. Degrees may be fractions."""
    if f <= 0:
        return 1.0
    whole = df2 + df1 * f
    return beta_below(df2 / 2, df1 / 2, df2 / whole, df1 * f / whole)


def t_survival(t: float, df: float) -> float:
    """The chance of a t value above ``t``."""
    if t < 0:
        return 1 - t_survival(-t, df)
    return 0.5 * beta_below(df / 2, 0.5, df / (df + t * t), t * t / (df + t * t))


@lru_cache(maxsize=64)
def t_quantile(p: float, df: float) -> float:
    """The value below which a t value falls with chance ``p``, 0 < p < 1; ``df`` above 0.

    Newton's steps, kept inside a bracket that closes. One survey asks for the same one thousands of
    times.
    """
    if not 0 < p < 1 or df <= 0:
        raise ValueError("A t quantile needs 0 < p < 1 and degrees of freedom above 0.")
    tail = min(p, 1 - p)
    low, high = 0.0, 1.0
    while t_survival(high, df) > tail:
        low, high = high, high * 2
    t = (low + high) / 2
    for _ in range(200):
        over = t_survival(t, df) - tail
        low, high = (t, high) if over > 0 else (low, t)
        nearer = t + over / _t_density(t, df)
        nearer = nearer if low < nearer < high else (low + high) / 2
        if abs(nearer - t) <= 1e-15 * abs(nearer):
            break
        t = nearer
    return math.copysign(nearer, p - 0.5) if p != 0.5 else 0.0


def _t_density(t, df):
    constant = -_log_beta(df / 2, 0.5) - 0.5 * math.log(df)
    return math.exp(constant - (df + 1) / 2 * math.log1p(t * t / df))


def _front(a, b, x, y):
    """x^a y^b / B(a, b), where y = 1 - x."""
    if min(a, b) < LARGE:
        log = math.log(x) if x < 0.5 else math.log1p(-y)
        other = math.log(y) if y < 0.5 else math.log1p(-x)
        return math.exp(a * log + b * other - _log_beta(a, b))
    # Both are large: the powers nearly cancel against those in B(a, b).
    away = x * b - y * a
    powers = a * math.log1p(away / a) + b * math.log1p(-away / b)
    series = _stirling(a + b) - _stirling(a) - _stirling(b)
    return math.sqrt(a / (a + b) * b / (2 * math.pi)) * math.exp(powers + series)


def _log_beta(a, b):
    a, b = min(a, b), max(a, b)
    if b < LARGE:
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    # ln G(b) - ln G(a + b) by Stirling's series: lgamma's own digits would be lost in it.
    difference = (b - 0.5) * math.log1p(-a / (a + b)) - a * math.log(a + b) + a
    return math.lgamma(a) + difference + _stirling(b) - _stirling(a + b)


def _stirling(x):
    """What Stirling's formula for ln G(x) leaves out (DLMF 5.11.1)."""
    y = 1 / (x * x)
    return (1 / 12 - y * (1 / 360 - y * (1 / 1260 - y * (1 / 1680 - y / 1188)))) / x


def _fraction(a, b, x):
    """The continued fraction of DLMF 8.17.22, by Lentz's method."""
    tiny = 1e-300
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > tiny else tiny)
    total = d
    for m in range(1, MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 + term * d
            d = 1 / (d if abs(d) > tiny else tiny)
            c = 1 + term / c
            c = c if abs(c) > tiny else tiny
            total *= d * c
        if abs(d * c - 1) < EXACT * 4:
            break
    return total
