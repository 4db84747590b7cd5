"""Thai text: one spelling for what looks alike, safe places to cut, and where words stand.

Thai is typed in more than one order for the same picture and is full of marks that must never be
parted from their letter. Everything stored or compared passes through ``normalise`` or ``fold``.
Compatibility forms (NFKC) are never used: they tear ำ apart.
"""

import re
import unicodedata
from collections import Counter
from functools import lru_cache

VOWELS = "\u0e3a\u0e38\u0e39\u0e31\u0e34\u0e35\u0e36\u0e37"  # in the order they are stored;
TONES = "\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e"  # it is one that NFC leaves alone
NIKHAHIT, AA, AM = "\u0e4d\u0e32\u0e33"
MOST_MARKS = 30  # in a row: Unicode's stream-safe limit; sorting more takes NFC quadratic time
ELLIPSIS = "…"

_removed = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u200b\u200c\u200e\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]+"
)
_line_ends = re.compile("\r\n|[\r\x85\u2028\u2029]")
_spaces = re.compile("[\t\x0b\x0c\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
# A joiner holds emoji and some scripts together; beside Thai and Latin it is an invisible typo.
_stray_joiners = re.compile(
    "(?<![\u0e80-\u200c\u200e-\U0010ffff])\u200d++|\u200d++(?![\u0e80-\u200c\u200e-\U0010ffff])"
)
_perhaps_marks = re.compile(
    "[^\x00-\u02ff\u0e01-\u0e30\u0e32\u0e33\u0e3b-\u0e46\u0e4f-\u0e7f\u2000-\u200c\u200e-\u20cf]"
    f"{{{MOST_MARKS + 1},}}"
)
_wrong_order = re.compile(f"[{TONES}][{VOWELS}{TONES}]|[{VOWELS}]{{2}}|[าำ][{VOWELS}{TONES}]|ํ[าำ]")
_marks_and_aa = re.compile(f"[{VOWELS}{TONES}าำ]{{2,}}")
_thai_digit = re.compile("[๐-๙]")
_arabic_from_thai = {0x0E50 + digit: str(digit) for digit in range(10)}
_thai_from_arabic = {0x30 + digit: chr(0x0E50 + digit) for digit in range(10)}

_cluster = re.compile(
    "[เ-ไ]?[ก-ฮ][ัิ-ฺ็-๎]{0,4}[ะาำๅ]{0,2}(?:[ก-ฮ][ิุ]?์)?"  # the last: a silent consonant
    "|\r\n"
    "|[\U0001f1e6-\U0001f1ff]{2}"
    "|.[\u0300-\u036f\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff]{0,4}"
    "(?:\u200d[^\\s\u0e00-\u0e7f][\ufe0f\U0001f3fb-\U0001f3ff]?){0,4}",
    re.DOTALL,
)
# Folding never looks across the start of one of these pieces.
_piece = re.compile("[ -~ก-ฮ][^ -~ก-ฮ]*+|[^ -~ก-ฮ]++")
_stretch = re.compile(f"(?:{_piece.pattern}){{1,64}}")
_before_term = {"thai": "(?<![เ-ไ])", "digit": "(?<![0-9])", "letter": "(?<![a-z])", "": ""}
_after_term = {"thai": "(?![ะ-ฺๅ็-๎])", "digit": "(?![0-9])", "letter": "(?![a-z])", "": ""}


def normalise(text: str) -> str:
    """The one spelling stored for all that looks the same; applied twice it changes nothing.

    Marks are put in order and doubled ones dropped, นํ้า and นำ้ become น้ำ, เเ becomes แ, invisible
    characters go, every kind of space becomes a space. No letter is ever lost.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _spaces.sub(" ", _line_ends.sub("\n", _removed.sub("", text)))
    if "\u200d" in text:
        text = _stray_joiners.sub("", text)
    text = unicodedata.normalize("NFC", _perhaps_marks.sub(_few_marks, text))
    text = text.replace("เเ", "แ")
    if _wrong_order.search(text):
        text = unicodedata.normalize("NFC", _marks_and_aa.sub(_in_order, text))
    return text


def _few_marks(match):
    kept, in_a_row = [], 0
    for character in match[0]:
        in_a_row = in_a_row + 1 if unicodedata.category(character) == "Mn" else 0
        if in_a_row <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def _in_order(match):
    run = match[0]
    marks = [mark for mark in VOWELS + TONES if mark in run]
    tail = [letter for letter in run if letter in "าำ"]
    if tail and NIKHAHIT in marks:
        marks.remove(NIKHAHIT)
        tail[0] = AM
    return "".join(marks + tail)


def to_arabic_digits(text: str) -> str:
    return text.translate(_arabic_from_thai) if _thai_digit.search(text) else text


def to_thai_digits(text: str) -> str:
    return text.translate(_thai_from_arabic)


def fold(text: str) -> str:
    """The form in which texts are compared and searched: normal, Arabic digits, no capitals."""
    folded = to_arabic_digits(normalise(text)).casefold()
    return unicodedata.normalize("NFC", folded)  # folding capitals may undo it


def fold_with_offsets(text: str):
    """Folded text, and for each of its characters where its origin starts and ends in ``text``.

    What folding rewrote is mapped piece by piece: a letter with its marks goes together.
    """
    folded = fold(text)
    if _keeps_places(text, folded):
        return folded, range(len(text)), range(1, len(text) + 1)
    starts, ends = [], []
    for stretch in _stretch.finditer(text):
        matches = [stretch]
        if not _keeps_places(stretch[0], fold(stretch[0])):
            matches = _piece.finditer(text, *stretch.span())
        for match in matches:
            start, end = match.span()
            piece = fold(match[0])
            if _keeps_places(match[0], piece):
                starts += range(start, end)
                ends += range(start + 1, end + 1)
            else:
                starts += [start] * len(piece)
                ends += [end] * len(piece)
    return folded, starts, ends


def _keeps_places(text, folded):
    return len(folded) == len(text) and normalise(text) == _spaces.sub(" ", text)


def thai_sort_key(text: str) -> str:
    """Dictionary order when compared code point by code point, for databases without Thai rules.

    Letters first, with the vowel that is written before its consonant moved behind it; tone marks
    only decide between words that are otherwise the same.
    """
    text = re.sub("([เ-ไ])([ก-ฮ])", r"\2\1", normalise(text).casefold())
    marks = []
    for character in text:
        if "\u0e47" <= character <= "\u0e4e" and marks:
            marks[-1] += character
        else:
            marks.append("!")
    letters = re.sub(r"[^\w\u0e00-\u0e7f]|[\u0e2f\u0e46\u0e47-\u0e4e]", "", text)
    return letters + "\t" + " ".join(marks)


def clusters(text: str) -> list[str]:
    """``text`` in the smallest pieces it may be cut into: a consonant with its vowels and marks."""
    return _cluster.findall(text)


def cluster_starts(text: str) -> list[int]:
    return [match.start() for match in _cluster.finditer(text)]


def excerpt(text: str, limit: int, words=None) -> str:
    """The beginning of ``text`` on one line in at most ``limit`` characters, then "…" if cut.

    No cluster is cut. Give ``thai_words.word_spans`` as ``words`` and no word is cut either;
    without it the cut is at a space when one is near.
    """
    text = " ".join(text.split())
    return text if len(text) <= limit else _ended(text[: _cut_before(text, limit, words)])


def excerpt_around(text: str, terms, limit: int, words=None) -> str:
    """The stretch of ``text`` where the most different ``terms`` stand closest, "…" where cut.

    At most ``limit`` characters beside the "…"; the beginning when no term occurs.
    """
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    spans = find_spans(text, terms)
    first, last = _densest(text, spans, limit) if spans else (0, 0)
    room = limit - (last - first)
    start = 0 if last <= limit * 3 // 4 else min(first - room // 3, len(text) - limit)
    if start <= 0:
        return excerpt(text, limit, words)
    start = _cut_after(text, start, first, words)
    rest = text[start:]
    if len(rest) > limit:
        rest = _ended(rest[: _cut_before(rest, limit, words)])
    return ELLIPSIS + rest


def find_spans(text: str, terms) -> list[tuple[int, int]]:
    """Where any of ``terms`` occurs in ``text`` after folding both, as offsets into ``text``.

    For highlighting: clusters stay whole, and neither English words nor numbers match in part.
    """
    patterns = [_term_pattern(term) for term in sorted(terms, key=len, reverse=True)]
    patterns = [pattern for pattern in patterns if pattern]
    if not patterns:
        return []
    folded, starts, ends = fold_with_offsets(text)
    spans = []
    for match in re.finditer("|".join(patterns), folded):
        start, end = starts[match.start()], ends[match.end() - 1]
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
    return spans


@lru_cache(maxsize=1000)
def _term_pattern(term):
    parts = fold(term).split()
    if not parts:
        return ""
    before, after = _before_term[_script(parts[0][0])], _after_term[_script(parts[-1][-1])]
    return before + r"\s*".join(map(re.escape, parts)) + after


def _script(character):
    if "ก" <= character <= "๎":
        return "thai"
    if character.isascii():
        return "digit" if character.isdigit() else "letter" if character.isalpha() else ""
    return ""


def _densest(text, spans, limit):
    """Start and end of the window of ``limit`` characters with the most different, then the most
    occurrences.
    """
    best, best_score, inside, left = spans[0], (0, 0), Counter(), 0
    for right, (start, end) in enumerate(spans):
        inside[text[start:end].casefold()] += 1
        while end - spans[left][0] > limit and left < right:
            gone = text[slice(*spans[left])].casefold()
            inside[gone] -= 1
            if not inside[gone]:
                del inside[gone]
            left += 1
        score = (len(inside), right - left)
        if score > best_score:
            best, best_score = (spans[left][0], end), score
    return best


LOOKAHEAD = 200  # characters beyond a cut that decide which word it would part


def _cut_before(text, limit, words):
    """The last place not beyond ``limit`` where ``text`` may be cut."""
    if words:
        # Words end at spaces, so those round the cut are found between the spaces beside it.
        base = text.rfind(" ", max(limit - LOOKAHEAD, 0), limit) + 1
        beyond = text.find(" ", limit, limit + LOOKAHEAD)
        near = text[base : beyond if beyond >= 0 else limit + LOOKAHEAD]
        inside = [(base + start, base + end) for start, end in words(near) if base + start < limit]
        if not inside or inside[-1][1] <= limit:
            return _cluster_before(text, limit)
        if inside[-1][0]:
            return inside[-1][0]
        return _cluster_before(text, limit)  # one endless word: better half of it than nothing
    space = text.rfind(" ", 0, limit + 1)
    return space if space > limit * 2 // 3 else _cluster_before(text, limit)


def _cluster_before(text, limit):
    base = text.rfind(" ", 0, limit) + 1
    starts = cluster_starts(text[base : limit + LOOKAHEAD])
    return max((base + start for start in starts if base + start <= limit), default=0)


def _cut_after(text, place, latest, words):
    """The first place from ``place`` to ``latest`` where a word of ``text`` begins."""
    space = text.rfind(" ", max(place - LOOKAHEAD, 0), place) + 1
    base = space or max(place - LOOKAHEAD, 0)
    near = text[base : latest + LOOKAHEAD]
    begins = [start for start, _ in words(near)] if words else cluster_starts(near)
    return next((base + start for start in begins if place <= base + start <= latest), latest)


def _ended(text):
    return text.rstrip(" ,;:-–—([{\"'“‘/") + ELLIPSIS
