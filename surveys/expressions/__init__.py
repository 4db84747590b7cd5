"""The expressions of questionnaires: XLSForm's XPath, the part that a survey needs.

A text becomes a tree of JSON lists, and the tree is what is evaluated, here and in the browser
(``static/js/survey_logic.js``), to the same value: ``tests/surveys/vectors.json`` binds both. The
choice: docs/decisions/0029-questionnaires-and-logic.md.

A tree is a number, a string, or a list that begins with a word: ``["$", "D1"]`` an answer,
``["."]`` the answer itself, ``["@", "province"]`` a column of a choice, ``["neg", x]``, an operator
with two or more trees, a function with its trees.
"""

from surveys.expressions.evaluation import evaluate, number_text, truth
from surveys.expressions.grammar import (
    LONGEST_TEXT,
    ExpressionError,
    columns,
    names,
    parse,
    to_text,
)

__all__ = [
    "LONGEST_TEXT",
    "ExpressionError",
    "columns",
    "evaluate",
    "names",
    "number_text",
    "parse",
    "to_text",
    "truth",
]
