"""Drawings of results as numbers for templates: bars with whiskers, and bars of a scale that part
at the middle. Every number comes from a snapshot; lengths are of 100.
"""

from django.utils.translation import get_language
from django.utils.translation import gettext as _


def said(words: dict) -> str:
    """Words of a snapshot in the reader's language, in Thai where there are no others."""
    return words.get(get_language() or "th") or words.get("th", "")


def bars(question: dict, group: dict) -> list[dict]:
    """One bar for each answer: ``label``, ``text``, ``title``, ``width``, ``low`` and ``high``.

    A hidden one has no ``width``.
    """
    found = []
    for choice, cell in zip(question["choices"], group["cells"], strict=True):
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


def scale(question: dict, group: dict) -> list[dict]:
    """The parts of one bar of a scale, from the lowest answer on: ``x``, ``width``, ``shade``,
    ``title``. The middle answer stands at the middle of 200. Empty when any part is hidden, and for
    what has no lowest.
    """
    parts = [
        (choice, cell)
        for choice, cell in zip(question["choices"], group["cells"], strict=True)
        if not choice.get("missing")
    ]
    if any("value" not in choice or cell["percent"] is None for choice, cell in parts):
        return []
    parts.sort(key=lambda part: part[0]["value"])
    half = len(parts) // 2
    below = sum(cell["percent"] for _choice, cell in parts[:half])
    if len(parts) % 2:
        below += parts[half][1]["percent"] / 2
    x, found = 100 - below, []
    for place, (choice, cell) in enumerate(parts):
        found.append(
            {
                "x": f"{x:.1f}",
                "width": f"{cell['percent']:.1f}",
                "shade": _shade(place, len(parts)),
                "title": f"{said(choice['label'])}: {interval(cell)}",
            }
        )
        x += cell["percent"]
    return found


HIDDEN = "–"


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
