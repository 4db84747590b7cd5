"""Conditions as people choose them: “Q1 is ‘yes’ and Q3 was answered”, instead of an expression.

A simple condition is one test or two; everything else is an expression that experts write.
"""

from dataclasses import dataclass
from itertools import chain

from django.utils.translation import gettext as _

from surveys import expressions
from surveys.expressions import ExpressionError

IS, IS_NOT = "is", "is-not"
AND, OR = "and", "or"
ANSWERED = ""  # in place of a code: that there is an answer at all


@dataclass(frozen=True)
class Test:
    """``variable`` has the answer ``code`` (of several: among others), or has not."""

    variable: str
    code: str
    is_met: bool = True
    is_several: bool = False

    def __str__(self):
        if self.code == ANSWERED:
            return f"${{{self.variable}}} {'!=' if self.is_met else '='} ''"
        if self.is_several:
            asked = f"selected(${{{self.variable}}}, '{self.code}')"
            return asked if self.is_met else f"not({asked})"
        return f"${{{self.variable}}} {'=' if self.is_met else '!='} '{self.code}'"


@dataclass(frozen=True)
class Condition:
    tests: tuple[Test, ...]
    join: str = AND

    def __str__(self):
        return f" {self.join} ".join(map(str, self.tests))


def read(text: str) -> Condition | None:
    """The simple condition that an expression is; None for another one."""
    try:
        tree = expressions.parse(text)
    except ExpressionError:
        return None
    if isinstance(tree, list) and tree[0] in {AND, OR}:
        tests = tuple(map(_test, tree[1:]))
        return Condition(tests, tree[0]) if len(tests) == 2 and None not in tests else None
    test = _test(tree)
    return test and Condition((test,))


def _test(tree):
    match tree:
        case ["selected", ["$", name], str(code)]:
            return Test(name, code, is_several=True)
        case ["not", ["selected", ["$", name], str(code)]]:
            return Test(name, code, is_met=False, is_several=True)
        case ["=" | "!=" as sign, ["$", name], str() | int() as code]:
            return Test(name, str(code), is_met=(sign == "=") == (code != ANSWERED))
    return None


def offered(questions: list[dict]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Answers of these questions that a condition may ask for: (words of the question,
    [(“Q1=2”, words of the answer)]).
    """
    found = []
    for question in questions:
        name, label = question["name"], question["label"]["th"]
        choices = question.get("choices", ())
        match question["kind"]:
            case "single" | "scale" | "multiple":
                answers = [(f"{name}={each['code']}", each["label"]["th"]) for each in choices]
            case "matrix":
                answers = [
                    (
                        f"{name}_{row['code']}={each['code']}",
                        f"{row['label']['th']}: {each['label']['th']}",
                    )
                    for row in question.get("rows", ())
                    for each in choices
                ]
            case "note" | "calculate":
                continue
            case _:
                answers = []
        if question["kind"] != "matrix":
            answers.append((f"{name}={ANSWERED}", _("any answer")))
        found.append((f"{name} · {label}", answers))
    return found


def chosen(value: str, questions: list[dict], *, is_met: bool) -> Test:
    """The test that one of ``offered`` stands for."""
    variable, _sign, code = value.partition("=")
    several = any(
        question["name"] == variable and question["kind"] == "multiple" for question in questions
    )
    return Test(variable, code, is_met, is_several=several and code != ANSWERED)


def in_words(text: str, questions: list[dict]) -> str:
    """A condition for people: simple ones in words, others as they are written; "" for none."""
    if not text:
        return ""
    condition = read(text)
    if condition is None:
        return text
    words = dict(chain.from_iterable(answers for _label, answers in offered(questions)))
    told = []
    for test in condition.tests:
        form = _("%(name)s is “%(answer)s”") if test.is_met else _("%(name)s is not “%(answer)s”")
        if test.code == ANSWERED:
            form = _("%(name)s is answered") if test.is_met else _("%(name)s is not answered")
        answer = words.get(f"{test.variable}={test.code}", test.code)
        told.append(form % {"name": test.variable, "answer": answer})
    joined = (
        _("%(first)s and %(second)s") if condition.join == AND else _("%(first)s or %(second)s")
    )
    return told[0] if len(told) == 1 else joined % {"first": told[0], "second": told[1]}
