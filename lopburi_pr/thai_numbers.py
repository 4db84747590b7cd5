"""Numbers as Thai people say them: sums, hours, telephone numbers.

The rules are those of the Royal Society for reading numerals aloud: a last 1 after other digits is
เอ็ด, 2 before สิบ is ยี่, six places on ล้าน begins again, digits behind a point one by one.
"""

import re
from decimal import Decimal
from itertools import islice

from lopburi_pr.thai_text import to_arabic_digits

DIGITS = ("ศูนย์", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า")
PLACES = ("", "สิบ", "ร้อย", "พัน", "หมื่น", "แสน")
MILLION = 10 ** len(PLACES)
BEYOND = MILLION**3  # larger numbers are told digit by digit
# Telephone numbers: of the provinces, of mobiles, of Bangkok.
GROUPS = {9: (3, 3, 3), 10: (3, 3, 4)}
BANGKOK_GROUPS = (2, 3, 4)
TELEPHONE_LENGTHS = {3, 4, 5, *GROUPS}

_digit = f"(?:{'|'.join(DIGITS)})"
_no_place = f"(?!{'|'.join((*PLACES[1:], 'ล้าน'))})"  # หนึ่งสองสามร้อย is no number to call
_spelled = re.compile(rf"(?:{_digit}\s*){{3,}}{_no_place}")
_group = re.compile(f"({_digit}{{3,}}{_no_place})")
_one_digit = re.compile(_digit)


def number_in_words(number: int | str | Decimal) -> str:
    """หนึ่งล้านสองแสน for 1200000, "1,200,000" or "๑,๒๐๐,๐๐๐"; ลบสามจุดหนึ่งสี่ for -3.14.

    Digits after the point are told as they are written, last noughts too. Raises ValueError for a
    text that is no number.
    """
    written = to_arabic_digits(f"{number:f}" if isinstance(number, Decimal) else str(number))
    found = re.fullmatch(r"(-?)([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]+))?", written.strip())
    if not found:
        raise ValueError(f"No number: {written[:40]!r}")
    sign, whole, fraction = found.groups()
    whole = whole.replace(",", "")
    words = digits_in_words(whole) if int(whole) >= BEYOND else _integer(int(whole))
    if fraction:
        words += f"จุด{digits_in_words(fraction)}"
    return f"ลบ{words}" if sign else words


def _integer(number):
    if not number:
        return DIGITS[0]
    if number >= MILLION:
        rest = number % MILLION
        return f"{_integer(number // MILLION)}ล้าน{_up_to_a_million(rest, follows=True)}"
    return _up_to_a_million(number)


def _up_to_a_million(number, *, follows=False):
    """``follows``: a higher place was said before, so that a lone 1 is เอ็ด."""
    words = ""
    for place in reversed(range(len(PLACES))):
        digit = number // 10**place % 10
        if not digit:
            continue
        if place == 1 and digit in {1, 2}:
            name = ("", "ยี่")[digit - 1]
        elif place == 0 and digit == 1 and (words or follows):
            name = "เอ็ด"
        else:
            name = DIGITS[digit]
        words += name + PLACES[place]
    return words


def digits_in_words(text: str) -> str:
    """Every digit by its own name: หนึ่งเจ็ดแปดสี่ for 1784."""
    return "".join(DIGITS[int(digit)] for digit in to_arabic_digits(text) if digit.isdecimal())


def telephone_groups(text: str) -> list[str]:
    """["036", "770", "181"] for 0-3677-0181: the digits as they are told, a rest between groups.

    +66 becomes 0. Short numbers are one group.
    """
    digits = "".join(filter(str.isdecimal, to_arabic_digits(text)))
    if text.strip().startswith("+66"):
        digits = "0" + digits[2:]
    sizes = GROUPS.get(len(digits), (len(digits),))
    if digits.startswith("02") and len(digits) == sum(BANGKOK_GROUPS):
        sizes = BANGKOK_GROUPS
    rest = iter(digits)
    return ["".join(islice(rest, size)) for size in sizes]


def telephone_in_words(text: str) -> str:
    """ศูนย์สามหก เจ็ดเจ็ดศูนย์ หนึ่งแปดหนึ่ง for 0-3677-0181."""
    return " ".join(map(digits_in_words, telephone_groups(text)))


def with_groups(text: str) -> list[tuple[str, bool]]:
    """``text`` in pieces, each with whether it is one group of digits told one by one, as telephone
    numbers are: what must stay together on a line.
    """
    pieces = enumerate(_group.split(text))
    return [(piece, place % 2 == 1) for place, piece in pieces if piece]


def spelled_out(text: str) -> list[str]:
    """The telephone numbers that stand in ``text`` as words, as digits: ["1784", "036770181"]."""
    runs = [_one_digit.findall(run) for run in _spelled.findall(text)]
    found = ["".join(str(DIGITS.index(word)) for word in run) for run in runs]
    return [digits for digits in dict.fromkeys(found) if len(digits) in TELEPHONE_LENGTHS]


def money_in_words(baht: str, satang: str = "") -> str:
    """หนึ่งร้อยบาทห้าสิบสตางค์ for "100", "50"."""
    words = f"{number_in_words(baht)}บาท"
    cents = int(to_arabic_digits(satang or "0").ljust(2, "0")[:2])
    return f"{words}{number_in_words(cents)}สตางค์" if cents else words


def hour_in_words(hour: int, minute: int = 0) -> str:
    """เก้านาฬิกาสามสิบนาที for 9, 30."""
    words = f"{number_in_words(hour)}นาฬิกา"
    return f"{words}{number_in_words(minute)}นาที" if minute else words
