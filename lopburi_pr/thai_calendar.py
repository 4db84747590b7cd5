"""The calendar people here live by: Buddhist years, Thai dates, the government's fiscal year.

Dates are stored in the Common Era and become Buddhist only here, on their way to and from people.
Moments with a time zone are told in Bangkok time; those without one are taken as they are.
"""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lopburi_pr.thai_text import normalise, to_arabic_digits, to_thai_digits

BANGKOK = ZoneInfo("Asia/Bangkok")
BE_OFFSET = 543
# Years that can be meant: wider than any record here, too narrow for the eras to be confused.
BE_YEARS = range(2400, 2700)
CE_YEARS = range(1857, 2157)
LONGEST_DATE = 100  # characters

MONTHS = (
    *("มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน"),
    *("กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"),
)
SHORT_MONTHS = (
    *("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย."),
    *("ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."),
)
WEEKDAYS = ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")
ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
ENGLISH_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

FORMS = {
    "short": "{day} {mon} {year}",
    "weekday": "{weekday} {day} {mon} {year}",
    "long": "{day} {month} {year}",
    "full": "วัน{weekday}ที่ {day} {month} พ.ศ. {year}",
    "month": "{month} {year}",
    "numeric": "{day}/{number}/{year}",
    "year": "{year}",
}
ENGLISH_FORMS = {**FORMS, "full": "{weekday} {day} {month} {year}"}

_month_numbers = {
    name.replace(".", ""): number
    for names in (MONTHS, SHORT_MONTHS)
    for number, name in enumerate(names, start=1)
}
_iso = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})")
_written = re.compile(
    rf"(?:วัน)?\s*(?P<weekday>{'|'.join(WEEKDAYS)}|พฤหัส)?\s*(?:ที่)?\s*"
    r"(?P<day>[0-9]{1,2})\s*"
    r"(?:(?P<separator>[/.-])\s*(?P<number>[0-9]{1,2})\s*(?P=separator)"
    r"|(?:เดือน)?\s*(?P<month>[ก-ฮะ-ฺเ-๎.]+?))\s*"
    r"(?P<era>พ\.?\s?ศ\.?|ค\.?\s?ศ\.?|พุทธศักราช|คริสต์ศักราช)?\s*"
    r"(?P<year>[0-9]+)"
)


class DateError(ValueError):
    """Why a text is no date: ``code`` is one of unreadable, short_year, wrong_era, impossible,
    wrong_weekday, for a form to say it in the reader's language.
    """

    def __init__(self, code, text):
        super().__init__(f"{code}: {text}")
        self.code = code


def be_year(day: date) -> int:
    """Buddhist year: 2569 for 2026."""
    return _local(day).year + BE_OFFSET


def thai_date(value: date, form: str = "short", thai_digits: bool = False) -> str:
    """24 พ.ย. 2569, or another of ``FORMS``."""
    return _digits(FORMS[form].format(**_thai_facts(value)), thai_digits)


def thai_time(value: datetime | time, thai_digits: bool = False) -> str:
    """14:05 น."""
    return _digits(f"{_local(value):%H:%M} น.", thai_digits)


def thai_datetime(value: datetime, thai_digits: bool = False) -> str:
    """24 พ.ย. 2569 เวลา 14:05 น."""
    return f"{thai_date(value, 'short', thai_digits)} เวลา {thai_time(value, thai_digits)}"


def thai_date_range(
    start: date, end: date | None, form: str = "short", thai_digits: bool = False
) -> str:
    """24–26 พ.ย. 2569; nothing is said twice in the forms short and long."""
    return _digits(_range(start, end, FORMS, form, _thai_facts), thai_digits)


def english_date(value: date, form: str = "short") -> str:
    """24 Nov 2026, in the same forms as Thai dates."""
    return ENGLISH_FORMS[form].format(**_english_facts(value))


def english_date_range(start: date, end: date | None, form: str = "short") -> str:
    """24–26 Nov 2026."""
    return _range(start, end, ENGLISH_FORMS, form, _english_facts)


def parse_thai_date(text: str) -> date:
    """The day a person wrote, in any of the Thai forms, in numbers, or as ISO.

    A year without an era is Buddhist; ISO dates may be of either era, their years cannot be
    confused. Whatever could be a slip is refused with ``DateError`` rather than guessed: years of
    two digits, years of the other era, a weekday that was another day.
    """
    if len(text) > LONGEST_DATE:
        raise DateError("unreadable", text[:LONGEST_DATE])
    cleaned = " ".join(to_arabic_digits(normalise(text)).split())
    if found := _iso.fullmatch(cleaned):
        era = "ค.ศ." if int(found["year"]) in CE_YEARS else "พ.ศ."
        month, weekday = found["month"], None
    elif found := _written.fullmatch(cleaned):
        era, weekday = found["era"] or "พ.ศ.", found["weekday"]
        month = found["number"] or _month_numbers.get(found["month"].replace(".", ""))
        if not month:
            raise DateError("unreadable", text)
    else:
        raise DateError("unreadable", text)
    year = _common_era(found["year"], era, text)
    try:
        day = date(year, int(month), int(found["day"]))
    except ValueError:
        raise DateError("impossible", text) from None
    if weekday and not WEEKDAYS[day.weekday()].startswith(weekday):
        raise DateError("wrong_weekday", text)
    return day


def fiscal_year(day: date) -> int:
    """Buddhist fiscal year: n runs from 1 October n-1 to 30 September n."""
    day = _local(day)
    return be_year(day) + (day.month >= 10)


def fiscal_quarter(day: date) -> int:
    """1 from October, 2 from January, 3 from April, 4 from July."""
    return (_local(day).month - 10) % 12 // 3 + 1


def fiscal_year_span(year: int) -> tuple[date, date]:
    """First and last day of a Buddhist fiscal year."""
    return fiscal_quarter_span(year, 1)[0], fiscal_quarter_span(year, 4)[1]


def fiscal_quarter_span(year: int, quarter: int) -> tuple[date, date]:
    """First and last day of a quarter of a Buddhist fiscal year."""
    if quarter not in range(1, 5):
        raise ValueError(f"A year has no quarter {quarter}.")
    common = year - BE_OFFSET
    begins = [date(common - 1, 10, 1), *(date(common, month, 1) for month in (1, 4, 7, 10))]
    return begins[quarter - 1], begins[quarter] - timedelta(days=1)


def _local(value):
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(BANGKOK)
    return value


def _day(value):
    value = _local(value)
    return value.date() if isinstance(value, datetime) else value


def _digits(text, thai):
    return to_thai_digits(text) if thai else text


def _thai_facts(value):
    day = _day(value)
    return {
        "day": day.day,
        "number": day.month,
        "mon": SHORT_MONTHS[day.month - 1],
        "month": MONTHS[day.month - 1],
        "weekday": WEEKDAYS[day.weekday()],
        "year": be_year(day),
    }


def _english_facts(value):
    day = _day(value)
    return {
        "day": day.day,
        "number": day.month,
        "mon": ENGLISH_MONTHS[day.month - 1][:3],
        "month": ENGLISH_MONTHS[day.month - 1],
        "weekday": ENGLISH_WEEKDAYS[day.weekday()],
        "year": day.year,
    }


def _range(start, end, forms, form, facts):
    first, last = sorted((_day(start), _day(end or start)))
    pattern = forms[form]
    first_text, last_text = pattern.format(**facts(first)), pattern.format(**facts(last))
    if first_text == last_text:
        return first_text
    if form in {"short", "long"} and first.year == last.year:
        if first.month == last.month:
            return f"{first.day}–{last_text}"
        first_text = pattern.removesuffix(" {year}").format(**facts(first))
    return f"{first_text} – {last_text}"


def _common_era(written, era, text):
    year = int(written)
    if len(written) <= 2:
        raise DateError("short_year", text)
    is_buddhist = era.startswith("พ")
    if year not in (BE_YEARS if is_buddhist else CE_YEARS):
        raise DateError("wrong_era", text)
    return year - BE_OFFSET if is_buddhist else year
