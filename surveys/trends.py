"""Waves: the same question asked again, and whether opinion moved.

Figures are those that earlier waves published, never anything beyond. A question is compared where
its name, kind and codes of choices are the same; where its words changed, a break is drawn and
nothing is tested across it.
"""

from surveys.models import Survey
from surveys.statistics.change import change
from surveys.statistics.estimation import Estimate
from surveys.statistics.rounding import half_up

MOST_WAVES = 12
COMPARED = {"single", "scale", "matrix", "multiple"}


def earlier_waves(survey: Survey) -> list[Survey]:
    """The surveys before it, the nearest first; a circle ends where it began."""
    found, seen = [], {survey.pk}
    wave = survey.previous
    while wave is not None and wave.pk not in seen and len(found) < MOST_WAVES:
        found.append(wave)
        seen.add(wave.pk)
        wave = wave.previous
    return found


def of(survey: Survey, results: dict) -> list[dict]:
    """The trends of a snapshot: of each question that an earlier wave published too.

    ``{"name", "points": [{"survey", "title", "days", "n", "is_break", "percents", "change"}]}``,
    the oldest first. ``change``: by code, to the wave before, where both designs have errors.
    """
    waves = [results]
    for wave in earlier_waves(survey):
        publication = wave.publications.published().order_by("-version").first()
        if publication:
            waves.insert(0, publication.snapshot)
    if len(waves) == 1:
        return []
    found = []
    for question in results["questions"]:
        if question["kind"] not in COMPARED:
            continue
        asked = [(wave, same) for wave in waves if (same := _same(wave, question))]
        if len(asked) > 1:
            found.append({"name": question["name"], "points": list(_points(asked))})
    return found


def _same(wave, question):
    """The question of that wave with this name, kind and choices."""
    for each in wave["questions"]:
        same_name = each["name"] == question["name"] and each["kind"] == question["kind"]
        if same_name and _codes(each) == _codes(question):
            return each
    return None


def _codes(question):
    return [choice["code"] for choice in question["choices"]]


def _words(question):
    """What was read out: the question and its choices."""
    return [
        question["label"]["th"],
        question.get("of_label", {}).get("th"),
        *(choice["label"]["th"] for choice in question["choices"]),
    ]


def _points(asked):
    before = None
    for wave, question in asked:
        group = question["tables"][0]["groups"][0]
        cells = dict(zip(_codes(question), group["cells"], strict=True))
        point = {
            "survey": wave["survey"],
            "title": wave["title"],
            "days": wave["days"],
            "n": group["base"],
            "is_break": before is not None and _words(before[1]) != _words(question),
            "percents": {
                code: {key: cell[key] for key in ("percent", "low", "high") if key in cell}
                for code, cell in cells.items()
            },
            "change": {},
        }
        if before and not point["is_break"]:
            point["change"] = _changes(before[2], cells)
        before = (wave, question, cells)
        yield point


def _changes(earlier, later):
    found = {}
    for code, cell in later.items():
        one, two = _estimate(earlier[code]), _estimate(cell)
        moved = one and two and change(one, two)
        if moved:
            found[code] = {
                "points": float(half_up(two.value - one.value, 1)),
                "low": float(half_up(moved.low, 1)),
                "high": float(half_up(moved.high, 1)),
                "p": float(half_up(moved.p, 3)),
                "is_clear": moved.is_clear,
            }
    return found


def _estimate(cell):
    """The percentage with its error, as they were published."""
    if cell.get("percent") is None or "se" not in cell:
        return None
    return Estimate(cell["percent"], cell["se"], 0, 0)
