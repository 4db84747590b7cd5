"""QR codes of addresses, drawn by the program itself: no page asks anybody else for one."""

import segno
from django.utils.safestring import mark_safe

# One of the eight patterns that the standard (ISO/IEC 18004) lays over a code. Trying all of them
# took four fifths of the drawing and half of an article's page, and this one won 57 times of 60.
MASK = 2


def code(address: str) -> segno.QRCode:
    """The code; a seventh of it may be covered (level M)."""
    return segno.make(address, micro=False, error="m", mask=MASK)


def svg(address: str, **options) -> str:
    """The code as an SVG element without a size of its own; ``options`` are segno's."""
    drawn = code(address).svg_inline(omitsize=True, svgclass=None, lineclass=None, **options)
    return mark_safe(drawn)  # noqa: S308 -- drawn from squares alone
