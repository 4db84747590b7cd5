"""What reader and writer of XLSForm agree on: our own columns, and limits told as constraints."""

from surveys import expressions

THAI, ENGLISH = "ไทย (th)", "English (en)"
OTHER_LABEL = {"th": "อื่น ๆ (โปรดระบุ)", "en": "Other (please specify)"}

OWN_OF_QUESTION = ("uid", "kind", "role", "rule", "min", "max", "min_choices", "max_choices")
OWN_OF_QUESTION += ("max_length", "rank_n", "level", "scope", "unit_th", "unit_en")
OWN_OF_CHOICE = ("missing", "exclusive", "other", "value")
OWN_OF_SETTINGS = ("languages", "title_en")


def own(name):
    return f"lopburi_{name}"


def limits(question) -> list:
    """The limits of a question as trees of conditions that ODK follows too."""
    kind, found = question["kind"], []
    if kind == "number":
        found += [[">=", ["."], _literal(question["min"])]] if "min" in question else []
        found += [["<=", ["."], _literal(question["max"])]] if "max" in question else []
    elif kind == "multiple":
        count = ["count-selected", ["."]]
        least, most = question.get("min_choices"), question.get("max_choices")
        found += [[">=", count, least]] if least else []
        found += [["<=", count, most]] if most else []
        found += [
            ["not", ["and", ["selected", ["."], choice["code"]], [">", count, 1]]]
            for choice in question.get("choices", [])
            if choice.get("exclusive")
        ]
    elif kind == "text" and "max_length" in question:
        found.append(["<=", ["string-length", ["."]], question["max_length"]])
    return found


def _literal(number):
    return ["neg", -number] if number < 0 else number


def constraint(question) -> str:
    """The rule of a question together with its limits, as one expression; "" if there is none."""
    trees = limits(question)
    if rule := question.get("constraint"):
        trees.append(expressions.parse(rule))
    if not trees:
        return ""
    whole = trees[0]
    if len(trees) > 1:
        first, *others = trees
        head = first if isinstance(first, list) and first[0] == "and" else ["and", first]
        whole = [*head, *others]
    return expressions.to_text(whole)
