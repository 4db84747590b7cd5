"""Whom the conditions of a questionnaire reach: everybody, nobody, or it depends.

Conditions are tried, not proved: with the answers that the questions before them allow, and no
longer than MOST_TRIALS sets of answers. Where that is not enough, nothing is said.
"""

from itertools import pairwise

from surveys import expressions
from surveys.definition import holds
from surveys.expressions import ExpressionError

MOST_TRIALS = 20_000  # sets of answers that are tried for one condition


class Trials:
    """Tries conditions with the answers that the questions before them allow.

    Numbers, texts and days are tried with what the condition compares them with, and around it.
    """

    def __init__(self, definition):
        self.asked = []  # (variable, question, section) in the order they are asked
        for section in definition["sections"]:
            for question in section["questions"]:
                rows = question.get("rows", ())
                if question["kind"] == "matrix":
                    variables = [f"{question['name']}_{row['code']}" for row in rows]
                else:
                    variables = [question["name"]] * (question["kind"] != "note")
                if any("other" in choice for choice in question.get("choices", ())):
                    variables.append(f"{question['name']}_other")
                self.asked += [(variable, question, section) for variable in variables]
        self.of = {variable: (question, section) for variable, question, section in self.asked}

    def verdict(self, section, question, *, alone=False):
        """True: it holds for all answers; False: for none; None: it depends, or nobody can tell.

        ``alone``: the question's own condition among those who are asked its section.
        """
        outer = _tree(section.get("relevant", ""))
        inner = _tree(question.get("relevant", "")) if question else None
        if outer is None and inner is None:
            return None
        needed = self.needed(expressions.names(outer) | expressions.names(inner))
        if needed is None:
            return None
        constants = _constants([outer, inner, *(tree for tree in self.trees(needed))])
        seen, self.left = set(), MOST_TRIALS
        for answers in self.answers(needed, constants, {}):
            if self.left <= 0:
                return None
            if alone and not holds(outer, answers):
                continue
            seen.add(holds(outer, answers) and holds(inner, answers))
            if len(seen) == 2:
                return None
        return seen.pop() if seen else None

    def needed(self, names):
        """The variables that decide, with those that decide whether these are asked, in order;
        None when one is calculated or not known.
        """
        found, waiting = set(), list(names)
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            if name not in self.of or self.of[name][0]["kind"] == "calculate":
                return None
            found.add(name)
            question, section = self.of[name]
            for text in (question.get("relevant", ""), section.get("relevant", "")):
                waiting += expressions.names(_tree(text))
        return [row for row in self.asked if row[0] in found]

    def trees(self, needed):
        for _variable, question, section in needed:
            yield _tree(question.get("relevant", ""))
            yield _tree(section.get("relevant", ""))

    def answers(self, needed, constants, given):
        if self.left <= 0:
            return
        if not needed:
            self.left -= 1
            yield given
            return
        (variable, question, section), *others = needed
        is_asked = all(
            holds(_tree(thing.get("relevant", "")), given) for thing in (section, question)
        )
        for value in _values(variable, question, constants) if is_asked else [None]:
            yield from self.answers(others, constants, given | {variable: value})


def _constants(trees):
    """Numbers and texts that conditions compare with, and what lies around the numbers."""
    found = set()

    def look(tree):
        if isinstance(tree, list):
            if tree[0] not in {"$", "@"}:
                for part in tree[1:]:
                    look(part)
        elif tree is not None:
            found.add(tree)

    for tree in trees:
        look(tree)
    return found


def _values(variable, question, constants):
    """Answers worth trying; always with the one that was left blank unless it must be given."""
    kind, codes = question["kind"], [choice["code"] for choice in question.get("choices", ())]
    blank = [] if question.get("required") is True else [None]
    if variable != question["name"] and kind != "matrix":
        return [None, "x"]
    if kind in {"single", "scale", "matrix"}:
        return [*codes, *blank]
    if kind in {"multiple", "rank"}:
        named = [code for code in codes if code in {str(each) for each in constants}]
        pairs = [list(pair) for pair in pairwise(named)]
        return [*([code] for code in codes), *pairs, *([named] if len(named) > 2 else []), *blank]
    numbers = [float(each) for each in constants if _is_number(each)]
    if kind == "number":
        tried = {each + step for each in numbers or [0] for step in (-1, 0, 1)} | {0}
        least, most = question.get("min"), question.get("max")
        tried |= {each for each in (least, most) if each is not None}
        return [
            *sorted(
                each
                for each in tried
                if (least is None or each >= least) and (most is None or each <= most)
            ),
            *blank,
        ]
    texts = [each for each in constants if isinstance(each, str) and each]
    if kind == "date":
        return ["2000-01-01", *texts, "2100-01-01", *blank]
    return [*texts, *map(expressions.number_text, numbers), "x", *blank]


def _is_number(value):
    try:
        float(value)
    except ValueError:
        return False
    return True


def _tree(text):
    try:
        return expressions.parse(text) if text else None
    except ExpressionError:
        return None  # told by surveys.definition.problems
