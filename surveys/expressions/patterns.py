"""Regular expressions for ``regex()``: the language that Python and JavaScript share.

Browsers run them with their own engine, the server with the automaton below, whose time grows with
the text and never explodes. Patterns that would make a browser hang are refused all the same.
"""

import re
from functools import lru_cache

from django.utils.translation import gettext as _

LONGEST_PATTERN = 200  # characters
LONGEST_SUBJECT = 2000
MOST_REPEATS = 255
MOST_STATES = 1500
DEEPEST = 16
MOST_REMEMBERED = 300  # steps of one pattern; each is a set of states

_count = re.compile(r"\{([0-9]{1,4})(,?)([0-9]{0,4})\}")
_syntax = "^$\\.*+?()[]{}|/"
_end = 0x110000
_digits = ((48, 57),)
_word = ((48, 57), (65, 90), (95, 95), (97, 122))
# What JavaScript calls white space.
_space = ((9, 13), (32, 32), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029))
_space += ((0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF))
_classes = {"d": _digits, "w": _word, "s": _space}
_control = {"n": 10, "t": 9, "r": 13}


class PatternError(ValueError):
    """Says in a sentence why a pattern is refused."""


def _others(ranges):
    """Every character that is in none of the ranges."""
    found, start = [], 0
    for low, high in sorted(ranges):
        if low > start:
            found.append((start, low - 1))
        start = max(start, high + 1)
    if start < _end:
        found.append((start, _end - 1))
    return tuple(found)


_dot = _others(((10, 10), (13, 13), (0x2028, 0x2029)))
_classes |= {letter.upper(): _others(ranges) for letter, ranges in _classes.items()}


class _Reader:
    """Reads a pattern into ``root``, a tree, and ``text``, the pattern as JavaScript takes it.

    Trees: ("set", ranges), ("all", [trees]) one after the other, ("any", [trees]),
    ("times", tree, least, most or None), ("begin",), ("end",).
    """

    def __init__(self, source):
        self.source = source
        self.place = 0
        self.out = []
        self.root = self._alternatives(0)
        if self.place < len(source):
            raise PatternError(_("A bracket ) closes nothing in the pattern."))
        self.text = "".join(self.out)

    def _next(self):
        return self.source[self.place : self.place + 1]

    def _take(self):
        taken = self._next()
        if not taken:
            raise PatternError(_("The pattern ends in the middle."))
        self.place += 1
        return taken

    def _alternatives(self, depth):
        if depth > DEEPEST:
            raise PatternError(_("The pattern has too many brackets inside each other."))
        found = [self._sequence(depth)]
        while self._next() == "|":
            self.out.append(self._take())
            found.append(self._sequence(depth))
        return found[0] if len(found) == 1 else ("any", found)

    def _sequence(self, depth):
        found = []
        while self._next() not in {"", "|", ")"}:
            found.append(self._times(self._one(depth)))
        return ("all", found)

    def _one(self, depth):
        letter = self._take()
        if letter in "^$":
            self.out.append(letter)
            return ("begin",) if letter == "^" else ("end",)
        if letter == ".":
            self.out.append(letter)
            return ("set", _dot)
        if letter == "(":
            return self._group(depth)
        if letter == "[":
            return ("set", self._set())
        if letter == "\\":
            return ("set", self._escaped(inside=False))
        if letter in "*+?{}])":
            raise PatternError(
                _("Write a backslash before %(sign)s in the pattern.") % {"sign": letter}
            )
        self.out.append("\\/" if letter == "/" else letter)
        return ("set", ((ord(letter), ord(letter)),))

    def _group(self, depth):
        self.out.append("(")
        if self._next() == "?":
            if self.source[self.place : self.place + 2] != "?:":
                raise PatternError(
                    _("Brackets that begin with (? are not understood in a pattern.")
                )
            self.place += 2
        self.out.append("?:")
        inner = self._alternatives(depth + 1)
        if self._next() != ")":
            raise PatternError(_("A bracket ( is not closed in the pattern."))
        self.out.append(self._take())
        return inner

    def _escaped(self, *, inside):
        letter = self._take()
        if letter in _classes:
            self.out.append("\\" + letter)
            return _classes[letter]
        if letter in _control:
            self.out.append("\\" + letter)
            return ((_control[letter], _control[letter]),)
        if letter in _syntax or (inside and letter == "-"):
            self.out.append("\\" + letter)
        elif letter.isascii() and not letter.isalnum():
            self.out.append(letter)  # \- and \@ mean themselves, without the backslash
        else:
            raise PatternError(_("\\%(sign)s is not understood in a pattern.") % {"sign": letter})
        return ((ord(letter), ord(letter)),)

    def _set(self):
        self.out.append("[")
        negated = self._next() == "^"
        if negated:
            self.out.append(self._take())
        ranges = []
        while (letter := self._take()) != "]":
            first = self._member(letter)
            many = len(first) > 1 or first[0][0] != first[0][1]
            if many and self._next() == "-":  # [\w-.]: a sign after a class is itself
                self.out.append("\\")
                self.out.append(self._take())
                ranges.append((ord("-"), ord("-")))
            elif self._next() == "-" and self.source[self.place + 1 : self.place + 2] != "]":
                self.out.append(self._take())
                to = self._member(self._take())
                low, (high, *others) = first[0], to
                if others or high[0] != high[1] or low > high:
                    raise PatternError(
                        _("A range between [ and ] in the pattern is the wrong way.")
                    )
                first = ((low[0], high[0]),)
            ranges += first
        if not ranges:
            raise PatternError(_("Nothing stands between [ and ] in the pattern."))
        self.out.append("]")
        return _others(ranges) if negated else tuple(ranges)

    def _member(self, letter):
        if letter == "\\":
            return self._escaped(inside=True)
        self.out.append("\\" + letter if letter in "[-^" else letter)
        return ((ord(letter), ord(letter)),)

    def _times(self, one):
        sign = self._next()
        if sign in {"*", "+", "?"}:
            self.place += 1
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
            self.out.append(sign)
        elif sign == "{":
            found = _count.match(self.source, self.place)
            if not found:
                raise PatternError(_("Write a number between { and } in the pattern."))
            self.place = found.end()
            self.out.append(found[0])
            least = int(found[1])
            most = int(found[3]) if found[3] else None if found[2] else least
            if max(least, most or 0) > MOST_REPEATS or (most is not None and most < least):
                raise PatternError(_("A number of repetitions in the pattern is out of range."))
        else:
            return one
        if one[0] in {"begin", "end"}:
            raise PatternError(_("Nothing can be repeated after ^ or $ in the pattern."))
        if most != 1 and _varies(one):
            raise PatternError(_("A repetition inside a repetition makes the pattern too slow."))
        if self._next() == "?":
            self.out.append(self._take())  # as few as possible: the same answer to yes or no
        if self._next() in {"*", "+", "?", "{"}:
            raise PatternError(_("Two signs of repetition follow each other in the pattern."))
        return ("times", one, least, most)


def _varies(tree):
    """Whether it may take a text in more than one way: repeated, that is exponential."""
    if tree[0] == "times":
        return tree[2] != tree[3] or _varies(tree[1])
    return tree[0] == "any" or (tree[0] == "all" and any(map(_varies, tree[1])))


class Pattern:
    """A pattern that was accepted: ``text`` is it in JavaScript's syntax (flag u).

    ``found_in(subject)``: whether it stands anywhere in the text. Raises PatternError when made.
    """

    def __init__(self, source: str):
        read = None if len(source) > LONGEST_PATTERN else _Reader(source)
        if not read or len(read.text) > LONGEST_PATTERN:
            raise PatternError(
                _("The pattern is longer than %(n)s characters.") % {"n": LONGEST_PATTERN}
            )
        self.text = read.text
        self._moves = []  # of each state: (ranges, next), ("begin"|"end", next) or a list of nexts
        self._first = self._build(read.root, self._state(None))
        self._steps = {}

    def _state(self, move):
        if len(self._moves) >= MOST_STATES:
            raise PatternError(_("The pattern repeats too much."))
        self._moves.append(move)
        return len(self._moves) - 1

    def _build(self, tree, after):
        """The state in which ``tree`` begins if ``after`` follows it: states are made backwards."""
        kind = tree[0]
        if kind == "set":
            return self._state((tree[1], after))
        if kind in {"begin", "end"}:
            return self._state((kind, after))
        if kind == "any":
            return self._state([self._build(branch, after) for branch in tree[1]])
        if kind == "all":
            for part in reversed(tree[1]):
                after = self._build(part, after)
            return after
        _times, one, least, most = tree
        if most is None:
            loop = self._state([after])
            self._moves[loop].append(self._build(one, loop))
            after = loop
        else:
            end = after
            for _each in range(most - least):
                after = self._state([self._build(one, after), end])
        for _each in range(least):
            after = self._build(one, after)
        return after

    def _closed(self, states, *, begin, end):
        """All states that can be reached from these without reading a character."""
        found, waiting = set(), list(states)
        while waiting:
            state = waiting.pop()
            if state in found:
                continue
            found.add(state)
            move = self._moves[state]
            if isinstance(move, list):
                waiting += move
            elif move and ((move[0] == "begin" and begin) or (move[0] == "end" and end)):
                waiting.append(move[1])
        return frozenset(found)

    def _step(self, states, letter):
        point = ord(letter)
        reached = {
            move[1]
            for state in states
            if (move := self._moves[state])
            and isinstance(move[0], tuple)
            and any(low <= point <= high for low, high in move[0])
        }
        return self._closed(reached | {self._first}, begin=False, end=False)

    def found_in(self, subject: str) -> bool:
        states = self._closed({self._first}, begin=True, end=False)
        for letter in subject:
            if 0 in states:  # the state made first is the end of the pattern
                return True
            key = (states, letter)
            if key not in self._steps:
                if len(self._steps) >= MOST_REMEMBERED:
                    self._steps.clear()
                self._steps[key] = self._step(states, letter)
            states = self._steps[key]
        return 0 in self._closed(states, begin=not subject, end=True)


@lru_cache(maxsize=256)
def pattern(source: str) -> Pattern:
    return Pattern(source)


def matches(subject: str, source: str) -> bool:
    """Whether the pattern is found in the text; never in one longer than ``LONGEST_SUBJECT``, and
    a pattern that is refused is found nowhere.
    """
    if len(subject) > LONGEST_SUBJECT:
        return False
    try:
        return pattern(source).found_in(subject)
    except PatternError:
        return False
