"""From the text of an expression to its tree, and back."""

import re

from django.utils.translation import gettext as _

from surveys.expressions.evaluation import DATE_SIGNS, FUNCTIONS, number_text
from surveys.expressions.patterns import PatternError, pattern

LONGEST_TEXT = 4000  # characters
DEEPEST = 32
MOST_NODES = 500
MOST_ARGUMENTS = 50

# From the loosest to the tightest; what stands in one row is read from left to right.
_rows = (("or",), ("and",), ("=", "!="), ("<=", "<", ">=", ">"), ("+", "-"), ("*", "div", "mod"))
_chained = {"or", "and", "+", "-", "*"}  # ["+", a, b, c]: long sums and lists stay shallow
_row_of = {sign: row for row, signs in enumerate(_rows) for sign in signs}
_tightest = len(_rows)

_blank = re.compile(r"\s*")
_number = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
_answer = re.compile(r"\$\{\s*([A-Za-z][A-Za-z0-9_]{0,63})\s*\}")
_function = re.compile(r"([A-Za-z][A-Za-z-]*)\s*\(")
_column = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_operators = tuple(re.compile("|".join(map(re.escape, signs))) for signs in _rows)
# A mark that a word processor made curly closes with any of its kind, a plain one with itself.
_closing = {"'": "'", '"': '"', "‘": "'‘’", "’": "'‘’", "“": '"“”', "”": '"“”'}


class ExpressionError(ValueError):
    """Why a text is no expression: ``sentence`` in the reader's language, ``position`` the place of
    the character, counted from 0.
    """

    def __init__(self, sentence, position):
        super().__init__(f"{sentence} ({position})")
        self.sentence = sentence
        self.position = position


class _Parser:
    def __init__(self, text, columns):
        self.text = text
        self.columns = columns
        self.place = 0
        self.nodes = 0

    def failure(self, sentence, place=None):
        return ExpressionError(sentence, self.place if place is None else place)

    def skip(self):
        self.place = _blank.match(self.text, self.place).end()

    def took(self, expression):
        self.skip()
        found = expression.match(self.text, self.place)
        if found:
            self.place = found.end()
        return found

    def whole(self):
        tree = self.row(0, 1)
        self.skip()
        if self.place < len(self.text):
            raise self.failure(_("Something is not understood here."))
        return tree

    def node(self, tree):
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise self.failure(_("The expression is too long: divide it with a calculation."))
        return tree

    def row(self, row, depth):
        if row == _tightest:
            return self.unary(depth)
        left = self.row(row + 1, depth)
        while found := self.took(_operators[row]):
            right = self.row(row + 1, depth)
            sign = found[0]
            if sign in _chained and isinstance(left, list) and left[0] == sign:
                left = [*left, right]
            else:
                left = self.node([sign, left, right])
        return left

    def unary(self, depth):
        self.skip()
        if depth > DEEPEST:
            raise self.failure(_("Too many brackets stand inside each other."))
        if self.text.startswith("-", self.place):
            self.place += 1
            return self.node(["neg", self.unary(depth + 1)])
        return self.node(self.operand(depth))

    def operand(self, depth):
        start = self.place
        sign = self.text[start : start + 1]
        if not sign:
            raise self.failure(_("Something is missing at the end."))
        if found := self.took(_number):
            return self.number(found[0], start)
        if sign in _closing:
            return self.string(_closing[sign])
        if sign == "$":
            if found := self.took(_answer):
                return ["$", found[1]]
            raise self.failure(_("Name a question as in ${D1}."))
        if sign == ".":
            if self.text.startswith("..", start):
                raise self.failure(_("Paths are not understood: name a question as in ${D1}."))
            self.place += 1
            return ["."]
        if sign == "(":
            self.place += 1
            tree = self.row(0, depth + 1)
            self.close(start)
            return tree
        if found := self.took(_function):
            return self.call(found[1], start, depth)
        return self.bare(sign, start)

    def bare(self, sign, start):
        if sign == "/":
            raise self.failure(_("Paths are not understood: name a question as in ${D1}."))
        found = self.took(_column)
        if not found:
            raise self.failure(_("Something is not understood here."))
        if not self.columns:
            raise self.failure(
                _("“%(word)s” is not understood: write a question as ${D1}, a text as '…'.")
                % {"word": found[0]},
                start,
            )
        return ["@", found[0]]

    def number(self, digits, start):
        if len(digits) > 30:
            raise self.failure(_("The number is too long."), start)
        value = float(digits)
        return int(value) if value.is_integer() and value < 2**53 else value

    def string(self, closing):
        end = self.place + 1
        while end < len(self.text) and self.text[end] not in closing:
            end += 1
        if end == len(self.text):
            raise self.failure(_("The text that begins here has no closing mark."))
        written = self.text[self.place + 1 : end]
        self.place = end + 1
        return written

    def close(self, start):
        self.skip()
        if not self.text.startswith(")", self.place):
            raise self.failure(_("The bracket ( is not closed."), start)
        self.place += 1

    def call(self, name, start, depth):
        if name not in FUNCTIONS:
            raise self.failure(_("There is no function %(name)s() here.") % {"name": name}, start)
        arguments = []
        self.skip()
        if not self.text.startswith(")", self.place):
            arguments.append(self.row(0, depth + 1))
            while self.comma():
                arguments.append(self.row(0, depth + 1))
        self.close(start)
        least, most = FUNCTIONS[name]
        if not least <= len(arguments) <= (most or MOST_ARGUMENTS):
            raise self.failure(
                _("%(name)s() has the wrong number of parts in its brackets.") % {"name": name},
                start,
            )
        return self.checked([name, *arguments], start)

    def comma(self):
        self.skip()
        found = self.text.startswith(",", self.place)
        self.place += found
        return found

    def checked(self, tree, start):
        """Patterns and forms of dates are written in the expression, where they can be checked."""
        name, *arguments = tree
        if name == "regex":
            if not isinstance(arguments[1], str):
                raise self.failure(_("Write the pattern of regex() as a text in '…'."), start)
            try:
                tree[2] = pattern(arguments[1]).text
            except PatternError as error:
                raise self.failure(str(error), start) from None
        elif name == "format-date":
            form = arguments[1]
            if not isinstance(form, str) or not re.fullmatch(f"(?:[^%]|%[{DATE_SIGNS}])*", form):
                raise self.failure(
                    _("Write the form of format-date() with %%Y %%y %%m %%n %%d %%e only.") % {},
                    start,
                )
        return tree


def parse(text: str, *, columns: bool = False) -> list | str | float:
    """The tree of an expression; raises ExpressionError.

    ``columns``: whether bare names are understood, as columns of a choice (in choice filters).
    """
    if len(text) > LONGEST_TEXT:
        raise ExpressionError(
            _("The expression is longer than %(n)s characters.") % {"n": LONGEST_TEXT}, LONGEST_TEXT
        )
    if not text.strip():
        raise ExpressionError(_("The expression is empty."), 0)
    tree = _Parser(text, columns).whole()
    if _depth(tree) > DEEPEST:
        raise ExpressionError(_("The expression is too deep: divide it with a calculation."), 0)
    return tree


def _depth(tree):
    return 1 + max(map(_depth, tree[1:]), default=0) if isinstance(tree, list) else 1


def _heads(tree, head):
    """What is named by all parts that begin with ``head``."""
    if not isinstance(tree, list):
        return set()
    if tree[0] == head:
        return {tree[1]}
    return set().union(*(_heads(part, head) for part in tree[1:]))


def names(tree) -> set[str]:
    """The answers that the expression asks for: {"D1"} for ``${D1} = 1``."""
    return _heads(tree, "$")


def columns(tree) -> set[str]:
    """The columns of choices that it asks for."""
    return _heads(tree, "@")


def to_text(tree) -> str:
    """The expression as XLSForm writes it: ``parse(to_text(tree)) == tree``."""
    return _written(tree, 0)


def _written(tree, row):
    """``row``: the loosest operator that may stand here without brackets."""
    if isinstance(tree, str):
        return f'"{tree}"' if "'" in tree else f"'{tree}'"
    if not isinstance(tree, list):
        return number_text(float(tree))
    head, *parts = tree
    if head == "$":
        return f"${{{parts[0]}}}"
    if head == ".":
        return "."
    if head == "@":
        return parts[0]
    if head == "neg":
        return f"-{_written(parts[0], _tightest)}"
    if head not in _row_of:
        return f"{head}({', '.join(_written(part, 0) for part in parts)})"
    own = _row_of[head]
    first, *others = parts
    text = f" {head} ".join([_written(first, own), *(_written(part, own + 1) for part in others)])
    return f"({text})" if own < row else text
