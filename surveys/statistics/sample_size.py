"""How many people to ask, and how far off the answer may be. Reckoned in fractions: no digit lost.

Every size comes exact, rounded up (what is safe to plan with) and rounded to the nearest (what many
printed tables show), with the key of the assumption it rests on (``wording.ASSUMPTIONS``).
"""

import math
from dataclasses import dataclass
from fractions import Fraction

from surveys.statistics.rounding import exactly, half_up

Z_95 = "1.96"


@dataclass(frozen=True)
class Size:
    """A number of completed interviews. ``assumption`` is a key of ``wording.ASSUMPTIONS``."""

    value: Fraction
    assumption: str

    @property
    def exact(self) -> float:
        return float(self.value)

    @property
    def up(self) -> int:
        return math.ceil(self.value)

    @property
    def nearest(self) -> int:
        return int(half_up(self.value, 0))


def cochran(margin, *, proportion="0.5", z=Z_95, population=None) -> Size:
    """Cochran (1977) ch. 4: z² p q / e², and with a ``population`` n0 / (1 + (n0 - 1) / N).

    ``margin`` e and ``proportion`` p are shares between 0 and 1. This is also the "Wald" size.
    """
    e, p, z = _share(margin, "margin"), _share(proportion, "proportion"), _above_zero(z)
    n = z * z * p * (1 - p) / (e * e)
    if population is None:
        return Size(n, "cochran")
    return Size(n / (1 + (n - 1) / _people(population)), "cochran_finite")


def yamane(population, margin="0.05") -> Size:
    """Yamane (1967): N / (1 + N e²). Holds for p = 0.5 and about 95 % confidence only."""
    people, e = _people(population), _share(margin, "margin")
    return Size(people / (1 + people * e * e), "yamane")


def krejcie_morgan(population, margin="0.05", *, proportion="0.5", chi2="3.841") -> Size:
    """Krejcie and Morgan (1970): X² N p q / (d² (N - 1) + X² p q); their table is the nearest."""
    people, d, p = _people(population), _share(margin, "margin"), _share(proportion, "proportion")
    spread = _above_zero(chi2) * p * (1 - p)
    return Size(spread * people / (d * d * (people - 1) + spread), "krejcie_morgan")


def fleiss(margin, *, proportion="0.5", z=Z_95) -> Size:
    """Fleiss's size for a proportion far from one half, where Cochran's is too small."""
    d, p, z = _share(margin, "margin"), _share(proportion, "proportion"), _above_zero(z)
    near = min(p, 1 - p)
    if near < d:
        factor = 8 * d * (1 - 2 * d)
    elif near < Fraction(3, 10):
        factor = 4 * (near + d) * (1 - near - d)
    else:
        factor = Fraction(1)
    if factor <= 0:
        raise ValueError("The margin is too wide for this proportion.")
    return Size(factor * z * z / (4 * d * d) + 1 / d - 2 * z * z + (z + 2) / factor, "fleiss")


def planned(size: Size, *, deff="1", response_rate="1") -> Size:
    """How many to approach: the size times the design effect, over the share that answers."""
    rate = exactly(response_rate)
    if not 0 < rate <= 1:
        raise ValueError("The response rate lies above 0 and up to 1.")
    return Size(size.value * _above_zero(deff) / rate, "planned")


def cluster_deff(take, icc) -> float:
    """Kish (1965): 1 + (m - 1) icc, for ``take`` m interviews in each cluster."""
    likeness = exactly(icc)
    if not 0 <= likeness <= 1:
        raise ValueError("The intraclass correlation lies between 0 and 1.")
    return float(1 + (exactly(take) - 1) * likeness)


def margin_of_error(n, *, proportion="0.5", z=Z_95, population=None, deff="1") -> float:
    """Half the width of the interval, as a share: z √(p q deff / n), times √((N - n) / (N - 1))."""
    p, count = exactly(proportion), _above_zero(n)
    if not 0 <= p <= 1:
        raise ValueError("A proportion lies between 0 and 1.")
    square = _above_zero(z) ** 2 * p * (1 - p) * _above_zero(deff) / count
    if population is not None:
        people = _people(population)
        if count > people:
            raise ValueError("Nobody can be asked twice: n is larger than the population.")
        square *= (people - count) / (people - 1) if people > 1 else 0
    return math.sqrt(square)


def _share(number, name):
    share = exactly(number)
    if not 0 < share < 1:
        raise ValueError(f"The {name} lies between 0 and 1.")
    return share


def _above_zero(number):
    value = exactly(number)
    if value <= 0:
        raise ValueError("This number lies above 0.")
    return value


def _people(number):
    people = exactly(number)
    if people < 1:
        raise ValueError("A population has at least one person.")
    return people
