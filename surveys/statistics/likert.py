"""Rating scales as Thai government reports show them: per cent, mean, S.D. and a level in words.

The mean is rounded half up to two decimals first and looked up then, so that 1.805 falls between no
two bands. "No opinion", "refused" and "not applicable" have a percentage, but no part in the mean.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from surveys.statistics.rounding import half_up

SCHEMES = ("equal", "boonchom", "half")
WORDS = {
    3: (("น้อย", "Low"), ("ปานกลาง", "Moderate"), ("มาก", "High")),
    4: (
        *(("น้อยที่สุด", "Lowest"), ("น้อย", "Low")),
        *(("มาก", "High"), ("มากที่สุด", "Highest")),
    ),
    5: (
        *(("น้อยที่สุด", "Lowest"), ("น้อย", "Low"), ("ปานกลาง", "Moderate")),
        *(("มาก", "High"), ("มากที่สุด", "Highest")),
    ),
}
SATISFACTION = (  # the four levels of the National Statistical Office, lowest first
    *(("ไม่พอใจ", "Dissatisfied"), ("ไม่ค่อยพอใจ", "Rather dissatisfied")),
    *(("ค่อนข้างพอใจ", "Rather satisfied"), ("พอใจมาก", "Very satisfied")),
)


@dataclass(frozen=True)
class Tally:
    """One answer: its value (None for a missing kind), unweighted count and sum of weights."""

    value: float | None
    n: int
    weight: float


@dataclass(frozen=True)
class Summary:
    """``n`` and ``weight`` of answered rows; mean and S.D. are None where nobody answered."""

    n: int
    weight: float
    mean: float | None
    sd: float | None
    shares: tuple  # of each tally in all of them, the missing kinds too; they add up to 1


@dataclass(frozen=True)
class Band:
    """Means from ``low`` to ``high``, both included, at two decimals; ``words`` (Thai, English)."""

    low: Decimal
    high: Decimal
    words: tuple


def summary(tallies: Iterable[Tally]) -> Summary:
    """Shares, mean and S.D. = sqrt(sum w (x - m)² / sum w * n / (n - 1)) over answered rows."""
    tallies = list(tallies)
    everything = math.fsum(t.weight for t in tallies)
    shares = tuple(t.weight / everything if everything else 0.0 for t in tallies)
    answered = [t for t in tallies if t.value is not None]
    n, weight = sum(t.n for t in answered), math.fsum(t.weight for t in answered)
    if not weight:
        return Summary(n, weight, None, None, shares)
    mean = math.fsum(t.weight * t.value for t in answered) / weight
    square = math.fsum(t.weight * (t.value - mean) ** 2 for t in answered) / weight
    sd = math.sqrt(square * n / (n - 1)) if n > 1 else None
    return Summary(n, weight, mean, sd, shares)


def bands(lowest, highest, scheme: str = "equal", *, levels: int | None = None, words=None):
    """The bands of a scale from ``lowest`` to ``highest``, lowest band first.

    ``equal``: (highest - lowest) / levels wide, upper bound included. ``boonchom`` (Boonchom
    Srisa-ard 2545, p. 103): up to 1.50, 2.50, … included. ``half``: from 1.50, 2.50, … on. As many
    bands as the scale has steps, five at most; ``words`` (lowest first) replace the usual ones.
    """
    steps = int(highest - lowest) + 1
    levels = levels or min(steps, 5)
    if words is None and levels not in WORDS:
        raise ValueError("There are words for 3, 4 and 5 levels; give your own for others.")
    words = tuple(words or WORDS[levels])
    if len(words) != levels or levels < 2 or highest <= lowest:
        raise ValueError("A scale runs upwards and has one word for each band.")
    if scheme == "equal":
        width = Fraction(highest - lowest) / levels
        tops = [_down(lowest + width * i) for i in range(1, levels)]
    elif scheme in SCHEMES and steps == levels:
        tops = [Decimal(lowest) + i + Decimal("0.50") for i in range(levels - 1)]
        if scheme == "half":
            tops = [top - Decimal("0.01") for top in tops]
    else:
        raise ValueError("This band scheme needs one band for each step of the scale.")
    tops.append(half_up(highest, 2))
    lows = [half_up(lowest, 2), *(top + Decimal("0.01") for top in tops)]
    return [Band(low, top, word) for low, top, word in zip(lows, tops, words, strict=False)]


def level(mean, scale: list[Band]) -> Band:
    """The band of a mean, which is rounded half up to two decimals first."""
    rounded = half_up(mean, 2)
    for band in scale:
        if band.low <= rounded <= band.high:
            return band
    raise ValueError("This mean lies outside of the scale.")


def _down(number: Fraction) -> Decimal:
    """To two decimals, downwards: the last printed mean that is still in the band."""
    return Decimal(math.floor(number * 100)).scaleb(-2)
