"""The number that each answer of a scale counts in its mean, fixed when a version is published.

Thai questionnaires mostly begin with the best answer. Counting answers in their order would turn
such a mean upside down, so the words decide which end is good; where they don't tell, there is no
mean, and results show how many gave each answer.
"""

from copy import deepcopy

from surveys import editing
from surveys.linting import rating_side

KINDS = {"scale", "matrix"}


def scored(definition: dict) -> dict:
    """The definition, its scales with a ``value`` for every answer that counts.

    What has values keeps them. Numbers as words (0 to 10) are their own values.
    """
    found = deepcopy(definition)
    for question in editing.questions(found):
        counted = [each for each in question.get("choices", ()) if not each.get("missing")]
        if question["kind"] in KINDS and not any("value" in each for each in counted):
            for choice, value in zip(counted, _values(counted), strict=False):
                choice["value"] = value
    return found


def _values(counted):
    """One value for each answer; none where the words don't tell which end is good."""
    words = [each["label"]["th"] for each in counted]
    if words and all(word.isdecimal() for word in words):
        return [int(word) for word in words]
    sides = [rating_side(word) for word in words]
    if len(words) < 2 or None in (sides[0], sides[-1]) or sides[0] == sides[-1]:
        return []
    rising = list(range(1, len(words) + 1))
    return rising if sides[0] < sides[-1] else rising[::-1]
