"""Numbers as they are written and printed: exact fractions in, halves rounded up."""

import math
from decimal import Decimal
from fractions import Fraction

DIGITS = 12  # of a float that are trusted: 2.67499999999999 is a sum that means 2.675


def exactly(number) -> Fraction:
    """The number as written: 0.05 and "0.05" are five hundredths, not their nearest float."""
    return number if isinstance(number, Fraction) else Fraction(str(number))


def half_up(number, places: int) -> Decimal:
    """Rounded as people are taught, halves away from zero; exact for Decimal, Fraction and int.

    A float counts by its first twelve digits.
    """
    if isinstance(number, float):
        if not math.isfinite(number):
            raise ValueError("Only a finite number can be rounded.")
        number = Decimal(format(number, f".{DIGITS}g"))
    scaled = Fraction(number) * 10**places
    whole = (2 * abs(scaled) + 1) // 2
    return Decimal(int(math.copysign(1, scaled)) * whole).scaleb(-places) + 0
