"""Thai as it is read aloud: what a text sounds like, how long it takes, what can't be said.

For scripts that a village volunteer reads over the loudspeaker, from paper, without a rehearsal.
"""

import math
import re
from dataclasses import dataclass
from functools import cache

from lopburi_pr.thai_calendar import MONTHS, SHORT_MONTHS, WEEKDAYS
from lopburi_pr.thai_numbers import (
    digits_in_words,
    hour_in_words,
    money_in_words,
    number_in_words,
    telephone_in_words,
)
from lopburi_pr.thai_syllables import syllables
from lopburi_pr.thai_text import excerpt, normalise, to_arabic_digits
from lopburi_pr.thai_words import DICTIONARY, word_spans

# Thai read aloud at leisure has 4.7 syllables a second (Coupé, Oh, Dediu, Pellegrino: Science
# Advances 5, 2019, eaaw2594). A loudspeaker in the open wants a slower voice. The three figures are
# an estimate, not a measurement: docs/decisions/0012-spoken-edition.md.
SYLLABLES_A_SECOND = 4.0
REST_AT_A_SPACE = 0.3
REST_AT_A_LINE = 0.8
LONGEST_BREATH = 32  # syllables without a rest
SHOWN_OF_A_BREATH = 40  # letters

# Why a stretch of text is not read as it is written.
NUMBER, ABBREVIATION, ADDRESS = "number", "abbreviation", "address"
FOREIGN, SYMBOL, BREATH = "foreign", "symbol", "breath"
# Told digit by digit wherever they stand: the short numbers that people call.
HOTLINES = {
    *("191", "199", "1111", "1155", "1193", "1197", "1300", "1323", "1330", "1422", "1441"),
    *("1567", "1669", "1690", "1784"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A stretch of text that is not read as it is written, and how it is read; blank: unknown."""

    start: int
    end: int
    kind: str
    proposal: str


def seconds(text: str) -> int:
    """About how many seconds a calm voice needs for ``text``; numerals count as their words."""
    lines = [line.split() for line in spoken_form(text).splitlines() if line.strip()]
    said = sum(syllables(" ".join(line)) for line in lines) / SYLLABLES_A_SECOND
    spaces = sum(len(line) - 1 for line in lines)
    rests = REST_AT_A_SPACE * spaces + REST_AT_A_LINE * max(0, len(lines) - 1)
    return math.ceil(said + rests)


def spoken_form(text: str) -> str:
    """``text`` with numbers and known abbreviations written out; all the rest stays."""
    text = normalise(text)
    parts, done = [], 0
    for reading in _readings(text):
        if reading.proposal:
            parts += [text[done : reading.start], reading.proposal]
            done = reading.end
    return normalise("".join([*parts, text[done:]]))


def warnings(text: str) -> list[tuple[str, str, str]]:
    """``(kind, words, proposal)`` of what a voice would stumble over, each once.

    Kinds: number, abbreviation, address (of a website or mail), foreign (letters), symbol, breath
    (too long without a rest). The proposal is blank where only the writer knows better.
    """
    text = normalise(text)
    found = [
        (reading.kind, text[reading.start : reading.end].strip(), reading.proposal.strip())
        for reading in _readings(text)
    ]
    found += [
        (BREATH, excerpt(breath, SHOWN_OF_A_BREATH, word_spans), "")
        for breath in spoken_form(text).split()
        if syllables(breath) > LONGEST_BREATH
    ]
    return list(dict.fromkeys(found))


def _readings(text):
    text = to_arabic_digits(text)  # as long as before
    for found in _unspoken().finditer(text):
        kind, _, read = RULES[found.lastgroup]
        yield Reading(*found.span(), kind, read(found))


@cache
def _unspoken():
    return re.compile("|".join(f"(?P<{name}>{rule[1]})" for name, rule in RULES.items()))


# How each rule reads what it found; blank when it can't.


def _unknown(found):
    return ""


def _telephone(found):
    return _rest(found) + telephone_in_words(found[0])


def _hours(found):
    times = re.findall(r"([0-9]{1,2})(?:[.:]([0-9]{2}))?", found[0])
    hours = [(int(hour), int(minute or 0)) for hour, minute in times]
    if any(hour > 24 or minute > 59 for hour, minute in hours):
        return ""
    return "ถึง".join(hour_in_words(*hour) for hour in hours)


def _days(found):
    """24–26 พ.ย. 2569, or without the second day or the year."""
    numbers = re.findall("[0-9]+", found[0])
    month = re.search(_month, found[0])[0]
    year = numbers.pop() if re.search("[0-9]$", found[0]) else None
    return _day_words(found, numbers, _month_number(month), year)


def _numeric_day(found):
    day, month, year = re.findall("[0-9]+", found[0])
    return _day_words(found, [day], int(month), year) if 1 <= int(month) <= 12 else ""


def _day_words(found, days, month, year):
    words = f"{'ถึง'.join(number_in_words(int(day)) for day in days)} {MONTHS[month - 1]}"
    if year:
        words += f" {number_in_words(year)}"
    before = _before(found)
    if before.endswith("ที่"):
        return words
    return f"ที่{words}" if before.endswith(WEEKDAYS) else f"วันที่{words}"


def _month_alone(found):
    name = MONTHS[_month_number(re.search(_month, found[0])[0]) - 1]
    year = re.search("[0-9]+$", found[0])
    return f"{name} {number_in_words(year[0])}" if year else name


def _month_number(name):
    names = MONTHS if name in MONTHS else SHORT_MONTHS
    return names.index(name) + 1


def _money(found):
    baht, _, satang = re.search(_number, found[0])[0].partition(".")
    return money_in_words(baht, satang)


def _percent(found):
    words = number_in_words(re.search(_number, found[0])[0])
    return words if _before(found).endswith("ร้อยละ") else f"ร้อยละ{words}"


def _over(found):
    """1/2 is เศษหนึ่งส่วนสอง; house 99/1 is เก้าสิบเก้าทับหนึ่ง."""
    upper, lower = map(int, found[0].split("/"))
    if upper < lower <= 10 and not _before(found).endswith(("ที่", "เลข", "หมู่")):
        return f"เศษ{number_in_words(upper)}ส่วน{number_in_words(lower)}"
    return f"{number_in_words(upper)}ทับ{number_in_words(lower)}"


def _span(found):
    return "ถึง".join(number_in_words(number) for number in re.findall(_number, found[0]))


def _village(found):
    """ม.3 is หมู่สาม; of a school it is มัธยมศึกษาปีที่สาม."""
    name = "มัธยมศึกษาปีที่" if _before(found).endswith("ชั้น") else "หมู่"
    return name + number_in_words(re.search("[0-9]+", found[0])[0])


def _measure(found):
    return {"ม": "เมตร", "ก": "กรัม", "ล": "ลิตร"}[found[0].strip()[0]]


def _count(found):
    """A number as such, or digit by digit when it is one that people call."""
    number, before = re.search(_number, found[0])[0], found.string[: found.start()]
    after = found.string[found.end() :]
    is_called = number in HOTLINES or (3 <= len(number) <= 5 and _call.search(before))
    if is_called and number.isdecimal() and not _unit.match(after):
        return _rest(found) + digits_in_words(number)
    is_minus = re.match(" ?[–-]", found[0]) and (
        found[0][0] == " " or before[-1:] in {"", " ", "\n"}
    )
    return ("ลบ" if is_minus else "") + number_in_words(number)


def _short(found):
    """An abbreviation or several in a row, as in สนง.ปภ.; blank when one of them is unknown."""
    known, rest, words = _known(), found[0].strip().casefold(), ""
    while rest:
        ends = [
            place for place, letter in enumerate(rest, 1) if letter == "." or place == len(rest)
        ]
        end = next((end for end in reversed(ends) if rest[:end] in known), None)
        if end is None:
            return ""
        words += known[rest[:end]]
        rest = rest[end:]
    return words


def _sign(found):
    return {"&": "และ", "+": "บวก", "%": "เปอร์เซ็นต์", "=": "เท่ากับ", "×": "คูณ", "½": "ครึ่ง"}.get(
        found[0], ""
    )


def _until(found):
    return " ถึง"


def _rest(found):
    """What is told in digits keeps its distance from the word before."""
    return " " if found[0].startswith(" ") else ""


def _before(found):
    return found.string[: found.start()].rstrip()


@cache
def _known():
    """``{short: words}`` of dictionary/spoken.txt, in small letters."""
    lines = (DICTIONARY / "spoken.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split(None, 1) for line in lines if line and not line.startswith("#")]
    return {short.casefold(): words for short, words in pairs}


def _any_of(words):
    return "|".join(map(re.escape, words))


_leans = "(?:(?<=[ก-ฮะ-๎]) )?"  # a number belongs to the word before it: its space goes
_fresh = "(?<![0-9.,/])"
_whole = "(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)"
_number = rf"(?:{_whole}(?:\.[0-9]+)?)"
_small = "[0-9]{1,2}"
_to = " ?[–—-] ?"
_month = f"(?:{_any_of((*MONTHS, *SHORT_MONTHS))})"
_year = r"(?: ?(?:พ\.ศ\.|พุทธศักราช)? ?[0-9]{4}(?![0-9]))"
_clock = f"{_small}[.:][0-9]{{2}}(?![0-9])"
_dates = rf"{_small}[/.-]{_small}[/.-][0-9]{{4}}(?![0-9])"
_call = re.compile(
    "(?:โทร|สายด่วน|เบอร์|หมายเลข|กด|แจ้ง|ต่อ)[^0-9\n]{0,25}(?:[0-9]{3,5} ?(?:หรือ|และ|,|/) ?)*$"
)
_unit_words = (
    "(?:คน|ราย|ครัวเรือน|หลัง|หมู่บ้าน|ตำบล|อำเภอ|จังหวัด|แห่ง|จุด|วัน|คืน|เดือน|ปี|สัปดาห์|ชั่วโมง|นาที|วินาที|ครั้ง|รอบ"
    "|เรื่อง|โครงการ|ทุน|ตำแหน่ง|บาท|ล้าน|แสน|หมื่น|พัน|ร้อย|ไร่|งาน|ตาราง|ตัน|กิโล|กรัม|ลิตร|เมตร|เซนติเมตร|องศา|เปอร์เซ็นต์"
    "|ข้อ|ตัว|ต้น|คัน|เครื่อง|ลำ|ชุด|ฉบับ|กลุ่ม|ด้าน|เท่า|ขวบ|โมง|ทุ่ม|(?:ก[กม]|ซม|มม|ชม|ตร|ลบ|[มกล])\\.)"
)
_unit = re.compile(f" ?{_unit_words}")
_to_unit = f"(?: (?={_unit_words}))?"  # and so does the space before what is counted

# Tried in this order where several could begin: (kind, what it looks like, how it is read).
RULES = {
    "web": (ADDRESS, r"(?:https?://|www\.)\S+", _unknown),
    "mail": (ADDRESS, r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", _unknown),
    "site": (ADDRESS, r"(?:[A-Za-z0-9-]+\.)+(?:th|com|org|net)\b(?:/\S*)?", _unknown),
    "reference": (ADDRESS, "[A-Z]{2,4}-[0-9]{4}-[0-9]+", _unknown),
    "telephone": (
        NUMBER,
        r"(?<![0-9.,/-]) ?(?:\+66|0)(?:[ -]?[0-9]){8,9}(?![0-9])",
        _telephone,
    ),
    "days": (NUMBER, f"{_leans}{_fresh}{_small}(?:{_to}{_small})? ?{_month}{_year}?", _days),
    "numeric_day": (NUMBER, f"{_leans}{_fresh}{_dates}", _numeric_day),
    "short_month": (NUMBER, f"(?:{_any_of(SHORT_MONTHS)}){_year}?", _month_alone),
    "month": (NUMBER, f"(?:{_any_of(MONTHS)}){_year}", _month_alone),
    "clock": (NUMBER, f"{_leans}{_fresh}{_clock}(?:{_to}{_clock})? ?(?:น\\.|นาฬิกา)", _hours),
    "hour": (NUMBER, f"{_leans}{_fresh}{_small}(?:{_to}{_small})? ?น\\.", _hours),
    "time": (NUMBER, f"(?<=เวลา) ?{_clock}(?:{_to}{_clock})?", _hours),
    "colon": (NUMBER, f"{_leans}{_fresh}{_small}:[0-9]{{2}}(?![0-9:])", _hours),
    "money": (NUMBER, f"{_leans}{_fresh}{_whole}(?:\\.[0-9]{{2}})? ?บาท", _money),
    "percent": (NUMBER, f"{_leans}{_fresh}{_number} ?%", _percent),
    "over": (NUMBER, f"{_leans}{_fresh}[0-9]{{1,4}}/[0-9]{{1,4}}(?![0-9/])", _over),
    "span": (NUMBER, f"{_leans}{_fresh}{_number}{_to}{_number}(?![0-9-]){_to_unit}", _span),
    "village": (NUMBER, "(?<![ก-๎])ม\\. ?[0-9]{1,2}(?![0-9])", _village),
    "measure": (
        ABBREVIATION,
        "(?:(?<=[0-9])|(?<=[0-9] )) ?[มกล]\\.(?! ?[ก-ฮ0-9])",
        _measure,
    ),
    "count": (NUMBER, f"{_leans}[–-]?{_number}{_to_unit}", _count),
    "place": (ABBREVIATION, r"(?<![ก-๎.])[อตจถซ]\. ?(?=[ก-ฮเ-ไ])", _short),
    "dotted": (
        ABBREVIATION,
        r"(?<![ก-๎.])(?:[ก-ฮ]{1,4}\.)+(?:[ก-ฮ]{1,4}\.?(?![ก-๎]))?|โทร\.|กรุงเทพฯ|ฯลฯ|ฯ",
        _short,
    ),
    "foreign": (FOREIGN, r"[A-Za-z][A-Za-z.'’&+-]*[A-Za-z]|[A-Za-z]", _short),
    "until": (SYMBOL, "(?<=[^ \n]) [–—-] (?=[0-9ก-ฮเ-ไ])", _until),
    "sign": (SYMBOL, r"[%&@#*/\\|+=<>_~^°×½¼¾•·()\[\]{}–—-]", _sign),
}
