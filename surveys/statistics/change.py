"""Whether opinion moved between two waves, or is told from chance only."""

import math
from dataclasses import dataclass

from surveys.statistics.distributions import normal_quantile, normal_survival
from surveys.statistics.estimation import Estimate


@dataclass(frozen=True)
class Change:
    """``difference`` (later less earlier) in the unit of the estimates, two-sided ``p``."""

    difference: float
    se: float
    z: float
    p: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


def change(earlier: Estimate, later: Estimate, *, confidence=0.95, covariance=0.0) -> Change | None:
    """The z test (p2 - p1) / sqrt(se1² + se2² - 2 cov) and its interval.

    Waves of different people are independent: ``covariance`` 0. None where a wave has no figure.
    """
    if None in (earlier.value, later.value, earlier.se, later.se):
        return None
    difference = later.value - earlier.value
    se = math.sqrt(max(0.0, earlier.se**2 + later.se**2 - 2 * covariance))
    z = difference / se if se else math.copysign(math.inf, difference) if difference else 0.0
    reach = normal_quantile((1 + confidence) / 2) * se
    p = 2 * normal_survival(abs(z))
    return Change(difference, se, z, p, difference - reach, difference + reach)
