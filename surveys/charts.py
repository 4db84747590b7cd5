"""Drawings of results as numbers for templates: bars with whiskers, one bar of all answers, and
dots over waves. Every number comes from a snapshot; lengths are percentages of the drawing.
"""

import math
from datetime import date
from itertools import pairwise

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lopburi_pr.templatetags.thai import day as day_short
from lopburi_pr.templatetags.thai import year
from surveys.statistics.rounding import half_up

HIDDEN = "–"
SHADES = 5
WRITTEN = 8  # percent of a bar that two figures fit into, on a telephone too
LEFT, RIGHT, CEILING, FLOOR = 12, 88, 22, 80  # of the drawing of a wave; words stand outside


def said(words: dict) -> str:
    """Words of a snapshot in the reader's language, in Thai where there are no others."""
    return words.get(get_language() or "th") or words.get("th", "")


def bars(question: dict, group: dict) -> list[dict]:
    """One bar for each answer: ``label``, ``text``, ``title``, ``width``, ``low`` and ``high``.

    A hidden one has no ``width``. Where several could be chosen, the most frequent stands first.
    """
    found = []
    answers = list(zip(question["choices"], group["cells"], strict=True))
    if question["kind"] == "multiple":
        answers.sort(key=_place_in_order)
    for choice, cell in answers:
        label, percent = said(choice["label"]), cell["percent"]
        bar = {"label": label, "is_missing": bool(choice.get("missing")), "text": HIDDEN}
        if percent is not None:
            bar |= {"width": f"{percent:.1f}", "text": f"{percent:.1f}%"}
            if "low" in cell:
                bar |= {
                    "low": f"{cell['low']:.1f}",
                    "high": f"{cell['high']:.1f}",
                    "reach": f"{cell['high'] - cell['low']:.1f}",
                }
        bar["title"] = f"{label}: {interval(cell)}"
        found.append(bar)
    return found


def _place_in_order(answer):
    choice, cell = answer
    return bool(choice.get("missing")), cell["percent"] is None, -(cell["percent"] or 0)


def stack(question: dict, group: dict) -> list[dict]:
    """One bar of everybody: ``x``, ``width``, ``shade``, ``title`` and ``text`` of each answer.

    A scale stands from its lowest answer on, any other list as it was read out; who said nothing
    comes last. Empty where an answer is hidden or where more are drawn than shades tell apart.
    """
    answers = list(zip(question["choices"], group["cells"], strict=True))
    if any(cell["percent"] is None for _choice, cell in answers):
        return []
    told = [answer for answer in answers if not answer[0].get("missing")]
    if not 1 < len(told) <= SHADES:
        return []
    is_scale = all("value" in choice for choice, _cell in told)
    if is_scale:
        told.sort(key=lambda answer: answer[0]["value"])
    silent = [answer for answer in answers if answer[0].get("missing")]
    shades = [_shade(place, len(told)) for place in range(len(told))]
    if not is_scale:
        shades.reverse()
    x, found = 0, []
    for (choice, cell), shade in zip(told + silent, shades + [0] * len(silent), strict=True):
        percent = cell["percent"]
        label = said(choice["label"])
        found.append(
            {
                "label": label,
                "x": f"{x:.1f}",
                "middle": f"{x + percent / 2:.1f}",
                "width": f"{percent:.1f}",
                "shade": shade,
                "title": f"{label}: {interval(cell)}",
                "text": f"{half_up(percent, 0)}" if percent >= WRITTEN else "",
            }
        )
        x += percent
    return found


def waves(trend: dict, question: dict) -> list[dict]:
    """A small drawing for each answer: what share gave it in each wave.

    ``label``, ``text`` (the latest), ``moved``, ``title`` (everything in words), ``points`` (with
    ``x``, ``y`` and, where there are errors, ``low`` and ``high``), ``lines`` from one wave to the
    next, and ``breaks``: where the words changed, nothing is joined. All answers of a question
    share one scale, so that drawings can be compared.
    """
    points = trend["points"]
    days = [date.fromisoformat(point["days"][1]) for point in points]
    places, names = _places(days), _names(days)
    shares = [cell for point in points for cell in point["percents"].values()]
    known = [cell.get("high", cell["percent"]) for cell in shares if cell["percent"] is not None]
    top = max(10, 10 * math.ceil(max(known, default=0) / 10))
    return [
        _panel(choice, points, places, names, top)
        for choice in question["choices"]
        if not choice.get("missing")
    ]


def _panel(choice, points, places, names, top):
    drawn, told, before = [], [], None
    lines, breaks = [], []
    for point, x, name in zip(points, places, names, strict=True):
        cell = point["percents"][choice["code"]]
        told.append(f"{'‖ ' if point['is_break'] else ''}{name} {interval(cell)}")
        if point["is_break"] and x != places[0]:
            breaks.append(f"{(places[places.index(x) - 1] + x) / 2:.1f}")
        if cell["percent"] is None:
            before = None
            continue
        mark = {"x": f"{x:.1f}", "y": _height(cell["percent"], top)}
        mark |= {"text": f"{cell['percent']:.1f}", "is_told": x in (places[0], places[-1])}
        mark["above"] = _height(cell.get("high", cell["percent"]), top)
        if "low" in cell:
            mark |= {"low": _height(cell["low"], top), "high": _height(cell["high"], top)}
        if before and not point["is_break"]:
            lines.append((before, mark))
        drawn.append(mark)
        before = mark
    latest = points[-1]["percents"][choice["code"]]
    moved = points[-1]["change"].get(choice["code"])
    return {
        "label": said(choice["label"]),
        "text": HIDDEN if latest["percent"] is None else f"{latest['percent']:.1f}%",
        "moved": change(moved) if moved else "",
        "title": "; ".join(told),
        "points": drawn,
        "lines": lines,
        "breaks": breaks,
        "first": names[0],
        "last": names[-1],
        "top": top,
        "ceiling": _height(top, top),
        "floor": _height(0, top),
    }


def change(moved: dict) -> str:
    """Points more or less than in the wave before; * where it is more than chance."""
    return f"{points(moved['points'])}{'*' if moved['is_clear'] else ''}"


def points(number: float) -> str:
    """+3.1 or −3.1, with a minus that reads as one."""
    return f"{number:+.1f}".replace("-", "−")


def _places(days):
    """Where waves stand, by time; side by side where time would put two on top of each other."""
    first, whole = days[0], (days[-1] - days[0]).days
    shares = [(day - first).days / whole if whole else 0 for day in days]
    steps = [later - earlier for earlier, later in pairwise(shares)]
    if min(steps) < 1 / (2 * len(steps)):
        shares = [place / len(steps) for place in range(len(days))]
    return [LEFT + (RIGHT - LEFT) * share for share in shares]


def _names(days):
    years = [year(day) for day in days]
    return years if len(set(years)) == len(years) else [day_short(day) for day in days]


def _height(percent, top):
    """From the top of a drawing down."""
    return f"{FLOOR - (FLOOR - CEILING) * percent / top:.1f}"


def interval(cell: dict) -> str:
    """A percentage with its interval, as text: what tables and tooltips say of one answer."""
    if cell["percent"] is None:
        return _("hidden")
    text = f"{cell['percent']:.1f}%"
    if "low" in cell:
        text += f" ({cell['low']:.1f}–{cell['high']:.1f})"
    return text


def _shade(place, count):
    """1 (lowest) to 5 (highest), 3 in the middle."""
    return 3 if count == 1 else 1 + round(4 * place / (count - 1))
