"""Confidence intervals: t for means, logit for proportions, Wilson where logit cannot be had."""

import math

from surveys.statistics.distributions import normal_quantile, t_quantile

FEW = 30  # rows below which a proportion gets Wilson's interval


def t_interval(value: float, se: float, df: float, confidence: float = 0.95) -> tuple[float, float]:
    """value ± t se."""
    reach = t_quantile((1 + confidence) / 2, df) * se
    return value - reach, value + reach


def logit_interval(p: float, se: float, df: float, confidence: float = 0.95):
    """Back from logit(p) ± t se / (p (1 - p)), for 0 < p < 1: it never leaves 0 to 1.

    R's ``svyciprop(method="logit")``.
    """
    if not 0 < p < 1:
        raise ValueError("A logit interval needs a proportion strictly between 0 and 1.")
    centre, reach = math.log(p / (1 - p)), t_quantile((1 + confidence) / 2, df) * se / (p * (1 - p))
    return _expit(centre - reach), _expit(centre + reach)


def wilson_interval(p: float, n_eff: float, confidence: float = 0.95):
    """Wilson (1927), with the effective number of interviews."""
    if n_eff <= 0:
        raise ValueError("There is no interval without interviews.")
    z2 = normal_quantile((1 + confidence) / 2) ** 2
    centre, reach = p + z2 / (2 * n_eff), math.sqrt(z2 * (p * (1 - p) + z2 / (4 * n_eff)) / n_eff)
    whole = 1 + z2 / n_eff
    return max(0.0, (centre - reach) / whole), min(1.0, (centre + reach) / whole)


def proportion_interval(p, se, df, *, n: int, n_eff: float, confidence: float = 0.95):
    """The interval to print for a proportion: logit; Wilson for 0, 1 or fewer than 30 rows."""
    if n < FEW or not 0 < p < 1 or not se or df < 1:
        return wilson_interval(p, n_eff, confidence)
    return logit_interval(p, se, df, confidence)


def _expit(x):
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0
