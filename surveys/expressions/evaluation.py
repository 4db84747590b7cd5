"""What the tree of an expression comes to: a string, a number (float) or a boolean.

XPath 1.0 with ODK's differences. ``static/js/survey_logic.js`` does the same step by step: change
both, and ``tests/surveys/vectors.json``.
"""

import math
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import reduce

from lopburi_pr.thai_calendar import BANGKOK
from surveys.expressions.patterns import matches

LONGEST_ANSWER = 2000  # characters of an answer that are looked at
DATE_SIGNS = "YymndeHM"
NAN = math.nan
_epoch = date(1970, 1, 1)
_first_day, _last_day = (date.min - _epoch).days, (date.max - _epoch).days
_number = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_day = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T.*)?", re.DOTALL)
_white = " \t\r\n"
_gaps = re.compile(f"[{_white}]+")


def evaluate(tree, answers, *, this=None, columns=None, today=None):
    """The value of a tree that ``parse`` made; never raises.

    ``answers``: what was answered, by name, as it is stored (text, number, list of codes; None or
    absent: blank). ``this``: the answer that ``.`` means. ``columns``: those of the choice.
    ``today``: the day (date or ISO text); in Bangkok if nothing is said.
    """
    if isinstance(today, date):
        today = today.isoformat()
    return _Evaluation(answers, this, columns or {}, today).value(tree)


def number_text(number: float) -> str:
    """The number as XPath writes it: 5, 0.1, NaN, Infinity; never an exponent."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == 0:
        return "0"
    return f"{Decimal(repr(number)):f}".removesuffix(".0")


def truth(value) -> bool:
    """Whether a value counts as true: a text with content, a number that is not 0 or NaN."""
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return bool(value)


def stored(answer):
    """An answer as expressions see it: a float, or a text (codes joined by spaces)."""
    if isinstance(answer, bool):
        return ""
    if isinstance(answer, int | float):
        try:
            return float(answer)
        except OverflowError:
            return NAN
    if isinstance(answer, list):
        answer = " ".join(code for code in answer if isinstance(code, str))
    return answer[:LONGEST_ANSWER] if isinstance(answer, str) else ""


def _string(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if isinstance(value, float) else value


def _number_of(value):
    """NaN for what is no number; a day is the number of days since 1970."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, float):
        return value
    text = value.strip(_white)
    if _number.fullmatch(text):
        return float(text)
    day = _day_of(text)
    return NAN if day is None else float((day - _epoch).days)


def _day_of(value):
    if isinstance(value, float):
        whole = NAN if math.isinf(value) else value
        if math.isnan(whole) or not _first_day <= whole < _last_day + 1:
            return None
        return _epoch + timedelta(days=math.floor(whole))
    found = _day.fullmatch(_string(value).strip(_white))
    try:
        return found and date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def _equal(left, right):
    if isinstance(left, bool) or isinstance(right, bool):
        return truth(left) == truth(right)
    if isinstance(left, float) or isinstance(right, float):
        return _number_of(left) == _number_of(right)
    return left == right


def _divided(left, right):
    if right:
        return left / right
    if not left or math.isnan(left):
        return NAN
    return math.copysign(math.inf, left) * math.copysign(1, right)


def _remainder(left, right):
    if not right or math.isinf(left) or math.isnan(left) or math.isnan(right):
        return NAN
    return math.fmod(left, right)


_numeric = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "div": _divided,
    "mod": _remainder,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _whole(change):
    """A function that makes a number whole and leaves NaN and the infinities alone."""
    return lambda number: float(change(number)) if math.isfinite(number) else number


def _round(number, places=0.0):
    """Halves go away from nought, as in ODK."""
    if not math.isfinite(number) or math.isnan(places):
        return NAN if math.isnan(places) else number
    factor = 10.0 ** abs(int(max(-15.0, min(15.0, places))))
    scaled = abs(number) * factor if places > 0 else abs(number) / factor
    if scaled >= 2**52:
        return number
    halved = float(math.floor(scaled + 0.5))
    return math.copysign(halved / factor if places > 0 else halved * factor, number)


def _extreme(choose):
    def found(*numbers):
        return NAN if any(map(math.isnan, numbers)) else choose(numbers)

    return found


def _words(text):
    return [word for word in _gaps.split(text) if word]


def _selected(text, code):
    return code.strip(_white) in (_words(text) or [""])


def _substr(text, start, end=math.inf):
    """From the first place to before the second, counted from 0; negative: from the end."""

    def place(number):
        if math.isnan(number):
            return 0
        number = max(-1e6, min(1e6, number))
        whole = int(number)
        return max(0, len(text) + whole) if whole < 0 else whole

    return text[place(start) : place(end)]


def _date(value):
    day = _day_of(value)
    return day.isoformat() if day else ""


def _formatted(value, form):
    day = _day_of(value)
    if not day:
        return ""
    year = f"{day.year:04}"
    signs = {"Y": year, "y": year[2:], "m": f"{day.month:02}", "n": str(day.month)}
    signs |= {"d": f"{day.day:02}", "e": str(day.day), "H": "00", "M": "00"}
    return re.sub(f"%([{DATE_SIGNS}])", lambda found: signs[found[1]], form)


# What a function takes: s texts, n numbers, v values as they are; how many at least and at most.
_functions = {
    "selected": ("s", 2, 2, _selected),
    "not": ("v", 1, 1, lambda value: not truth(value)),
    "count-selected": ("s", 1, 1, lambda text: float(len(_words(text)))),
    "string-length": ("s", 1, 1, lambda text: float(len(text))),
    "regex": ("s", 2, 2, matches),
    "true": ("v", 0, 0, lambda: True),
    "false": ("v", 0, 0, lambda: False),
    "number": ("n", 1, 1, float),
    "int": ("n", 1, 1, _whole(math.trunc)),
    "round": ("n", 1, 2, _round),
    "floor": ("n", 1, 1, _whole(math.floor)),
    "min": ("n", 1, None, _extreme(min)),
    "max": ("n", 1, None, _extreme(max)),
    "sum": ("n", 1, 1, float),
    "concat": ("s", 1, None, lambda *texts: "".join(texts)),
    "contains": ("s", 2, 2, lambda text, part: part in text),
    "starts-with": ("s", 2, 2, str.startswith),
    "date": ("v", 1, 1, _date),
    "string": ("s", 1, 1, str),
    "substr": ("snn", 2, 3, _substr),
    "normalize-space": ("s", 1, 1, lambda text: " ".join(_words(text))),
    "format-date": ("vs", 2, 2, _formatted),
}
_convert = {"s": _string, "n": _number_of, "v": lambda value: value}
# By name: the least and the most parts in brackets (None: as many as you like).
FUNCTIONS = {name: (least, most) for name, (_kinds, least, most, _run) in _functions.items()}
FUNCTIONS |= {"if": (3, 3), "coalesce": (2, None), "today": (0, 0), "now": (0, 0)}


class _Evaluation:
    def __init__(self, answers, this, columns, today):
        self.answers = answers
        self.this = this
        self.columns = columns
        self.today = today

    def value(self, tree):
        if not isinstance(tree, list):
            return tree if isinstance(tree, str) else float(tree)
        head, *parts = tree
        if head == "$":
            return stored(self.answers.get(parts[0]))
        if head in {"and", "or"}:
            decisive = head == "or"
            for part in parts:
                if truth(self.value(part)) == decisive:
                    return decisive
            return not decisive
        if head == ".":
            return stored(self.this)
        if head == "@":
            return stored(self.columns.get(parts[0]))
        if head == "if":
            return self.value(parts[1] if truth(self.value(parts[0])) else parts[2])
        if head in {"today", "now"}:  # answers know no finer time than the day
            return self.today or datetime.now(BANGKOK).date().isoformat()
        values = [self.value(part) for part in parts]
        if head == "=":
            return _equal(*values)
        if head == "!=":
            return not _equal(*values)
        if head == "neg":
            return -_number_of(values[0])
        if head == "coalesce":
            return next((value for value in values if not _blank(value)), values[-1])
        if head in _numeric:
            return reduce(_numeric[head], map(_number_of, values))
        kinds, _least, _most, run = _functions[head]
        kinds = kinds.ljust(len(values), kinds[-1])
        return run(*(_convert[kind](value) for kind, value in zip(kinds, values, strict=False)))


def _blank(value):
    return value == "" or (isinstance(value, float) and math.isnan(value))
