"""Words of Thai text: where they begin and end, what stands inside them, and what was meant.

Thai writes no spaces and may be cut in more than one way. ``words`` gives one reading of a text,
``lattice`` every dictionary word in it, whatever the reading. The dictionary is read once in a
process, when the first text asks for it (0.3 s); ``warm`` does so beforehand.
"""

import gzip
import re
import tempfile
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import nlpo3

from lopburi_pr.thai_text import cluster_starts, fold, fold_with_offsets

DICTIONARY = Path(__file__).parent / "dictionary"
NAME = "lopburi_pr"  # of the dictionary inside nlpo3, which keeps one table for the whole process
KEY = 3  # characters

_thai_run = re.compile("[ก-ฺเ-๎]+")
_token = re.compile(
    # Abbreviations; then Thai, in which the dictionary may know dotted words; then all the rest,
    # held together by what stands inside numbers, times, sums, addresses and names like covid-19.
    r"(?<![ก-ฺเ-๎])(?P<dotted>(?:[ก-ฮ]{1,4}\.){2,}[ก-ฮ]{0,4}|[ก-ฮ]{2,4}\.[ก-ฮ]{2,4})(?![ก-ฺเ-๎.])"
    r"|(?P<thai>[ก-ฺเ-๎]+(?:\.[ก-ฺเ-๎]+)*\.?)"
    r"|(?P<other>[^\W_\u0e00-\u0e7f]+(?:[.,:/@_&'’+-][^\W_\u0e00-\u0e7f]+)*)"
)
_thousands = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_atom = re.compile(r"[0-9]+(?:\.[0-9]+)?|[^\W\d_]+")
_letter = re.compile("[ก-ฮ]")
_short = re.compile(r"[ก-ฮ]{1,4}\.")


@dataclass(frozen=True, slots=True)
class _Dictionary:
    words: frozenset[str]
    lengths: dict[str, tuple[int, ...]]  # by the first letters of a word, how long it may be


_loading = threading.Lock()


def warm() -> None:
    """Read the dictionary now, so that no reader waits for it."""
    _dictionary()


def _dictionary():
    with _loading:  # or two threads would both read it
        return _load()


@lru_cache(maxsize=1)
def _load():
    with gzip.open(DICTIONARY / "words_th.txt.gz", "rt", encoding="utf-8") as lines:
        known = set(lines.read().split())
    for name in ("office.txt", "places.txt"):
        lines = (DICTIONARY / name).read_text(encoding="utf-8").splitlines()
        known.update(fold(line.strip()) for line in lines if line and not line.startswith("#"))
    with tempfile.TemporaryDirectory() as folder:  # nlpo3 reads dictionaries from files only
        path = Path(folder) / "words.txt"
        path.write_text("\n".join(known), encoding="utf-8")
        nlpo3.load_dict(str(path), NAME)
    lengths = {}
    for word in known:
        if len(word) > 1 and _letter.search(word) and _thai_run.fullmatch(word):
            lengths.setdefault(word[:KEY], set()).add(len(word))
    shared = {}  # few different tuples serve all beginnings
    for key, found in lengths.items():
        lengths[key] = shared.setdefault(frozenset(found), tuple(found))
    return _Dictionary(frozenset(known), lengths)


def words(text: str) -> list[str]:
    """Words of ``text`` in their order, folded, without spaces and punctuation.

    What is written together in English and numbers is given whole, then in parts: pm2.5, pm, 2.5;
    1,200,000 as 1200000 too. Abbreviations lose their last dot: อป.มช and อปมช, กม, พ.ศ and พศ.
    """
    folded = fold(text)
    found = []
    for start, end in _spans(folded):
        token = folded[start:end].rstrip(".")
        found.append(token)
        found += _also(token)
    return found


def word_spans(text: str) -> list[tuple[int, int]]:
    """Where the words of ``text`` start and end, as offsets into ``text`` as given."""
    folded, starts, ends = fold_with_offsets(text)
    spans = []
    for first, beyond in _spans(folded):
        start, end = starts[first], ends[beyond - 1]
        if spans and start < spans[-1][1]:
            start, _ = spans.pop()  # two words in one rewritten cluster
        spans.append((start, end))
    return spans


def is_word(word: str) -> bool:
    return fold(word) in _dictionary().words


def lattice(text: str) -> set[str]:
    """Every Thai dictionary word of two characters or more that stands anywhere in ``text``.

    Words may overlap and cross the borders of ``words``; only clusters are never cut.
    """
    found = set()
    for run in set(_thai_run.findall(fold(text))):
        found.update(word for _, word in _words_in(run))
    return found


def parts(word: str) -> set[str]:
    """The fewest dictionary words that ``word`` is put together from: น้ำท่วม gives น้ำ and ท่วม.

    Of equally short readings all their words; empty when nothing smaller makes up the word.
    """
    word = fold(word)
    inside = [(start, part) for start, part in _words_in(word) if part != word]
    fewest = {0: 0}  # pieces needed to reach a place from the start
    for start, part in inside:  # in the order of their starts
        if start in fewest:
            end = start + len(part)
            fewest[end] = min(fewest.get(end, len(word)), fewest[start] + 1)
    wanted, chosen = {len(word)}, set()
    for start, part in reversed(inside):
        end = start + len(part)
        if end in wanted and fewest.get(start, len(word)) + 1 == fewest.get(end):
            wanted.add(start)
            chosen.add(part)
    return chosen


def _words_in(run):
    """Start and word, for every dictionary word at every cluster of a run of Thai letters."""
    dictionary = _dictionary()
    known, lengths = dictionary.words, dictionary.lengths
    starts = cluster_starts(run)
    borders = {*starts, len(run)}
    for start in starts:
        for length in lengths.get(run[start : start + KEY], ()):
            if start + length in borders and (word := run[start : start + length]) in known:
                yield start, word
        if start + 2 in borders and (word := run[start : start + 2]) in lengths:
            yield start, word  # words shorter than a key are keys themselves


def _spans(folded):
    """Start and end of each word of folded text."""
    warm()
    for match in _token.finditer(folded):
        if match.lastgroup == "thai":
            yield from _thai_spans(match[0], match.start())
        else:
            yield match.span()


def _thai_spans(run, offset):
    end = waiting = offset  # an abbreviation is put together from where ``waiting`` stands
    for token in nlpo3.segment(run, NAME):
        start, end = end, end + len(token)
        if _short.fullmatch(token):
            continue
        if waiting < start:
            yield waiting, start
        if _letter.search(token):
            yield start, end
        waiting = end
    if waiting < end:
        yield waiting, end


def _also(token):
    """Other forms under which a word that is not plain Thai is looked for."""
    if _thai_run.fullmatch(token):
        return []
    if _thai_run.match(token):
        return [token.replace(".", "")]
    if _thousands.fullmatch(token):
        return [token.replace(",", "")]
    atoms = _atom.findall(token)
    return atoms if atoms != [token] else []


# Spelling. Words are filed under their skeleton: the consonants, one for all that sound alike,
# without silent ones. A slip in vowels and tones keeps the skeleton; one consonant may be wrong.
_silent = re.compile("[ก-ฮ][ิุ]?์")
_not_consonant = re.compile("[^ก-ฮ]+")
_sounds = str.maketrans("ศษซณฎฏฐฑฒถธภฬญฆฅฃขฮ", "สสสนดตทททททพลยคคคคห")
_consonants = "กคงจฉชฌดตทนบปผฝพฟมยรฤลวสหอ"  # what is left of them in skeletons
_alike_at_the_end = ("นณญรลฬ", "กขคฆ", "ดตถทธจชสศษ", "บปพฟภ")
_alike = {letter: group for group in _alike_at_the_end for letter in group}
_often_forgotten = "รลวหนงมกยด"
MOST_LETTERS = 30  # of a word that is still worth correcting
LONGEST_QUERY = 60
SILENT_COST = 0.5  # of what is written and not heard: สงกรานต์, พันธ์
PIECE_COST = 0.25  # of every further word in a correction, so that few long words win


def nearest(word: str, limit: int = 5) -> list[str]:
    """Up to ``limit`` likelier spellings, best first; none for a word that is right already.

    A slip in tones or vowels weighs less than one in consonants. What no single word comes near to
    is put together from several, so compounds and whole queries are corrected too.
    """
    if len(word) > LONGEST_QUERY:
        return []
    pieces = fold(word).split()
    if len(pieces) > 1:
        better = [next(iter(nearest(piece, 1)), piece) for piece in pieces]
        return [" ".join(better)] if better != pieces else []
    word = "".join(pieces)
    if not 2 < len(word) <= MOST_LETTERS or not _thai_run.fullmatch(word) or is_word(word):
        return []
    found = _near(word, _tolerance(word), _one_consonant_off)
    if not found:
        together = _near_compound(word)
        found = [(0, together)] if together != word else []
    return [candidate for _, candidate in found[:limit]]


def _near(word, tolerance, one_off):
    skeleton = _skeleton(word)
    filed = _filed_by_skeleton()
    candidates = {*filed.get(skeleton, ())}
    if len(skeleton) > 2:
        for changed in one_off(skeleton):
            candidates.update(filed.get(changed, ()))
    costs = ((_cost(word, other, tolerance), other) for other in candidates)
    return sorted((cost, other) for cost, other in costs if cost <= tolerance)


def _tolerance(word):
    return 0.3 + 0.15 * min(len(word), 10)


def _near_compound(word):
    """``word`` as the cheapest row of dictionary words; itself when there is none."""
    starts = [*cluster_starts(word), len(word)]
    best = {0: (0, "")}
    for first, start in enumerate(starts[:-1]):
        if start not in best:
            continue
        for end in starts[first + 1 : first + 12]:
            piece = word[start:end]
            cost, written = _cheapest(piece)
            cost += best[start][0] + PIECE_COST
            if written and (end not in best or cost < best[end][0]):
                best[end] = cost, best[start][1] + written
    return best.get(len(word), (0, word))[1]


def _cheapest(piece):
    if piece in _dictionary().words:
        return 0, piece
    near = _near(piece, _tolerance(piece), _one_likely_slip) if len(piece) > 2 else []
    return near[0] if near else (0, "")


def _skeleton(word):
    return _not_consonant.sub("", _silent.sub("", word)).translate(_sounds)


@lru_cache(maxsize=1)
def _filed_by_skeleton():
    filed = {}
    for word in sorted(_dictionary().words):
        if _thai_run.fullmatch(word):
            filed.setdefault(_skeleton(word), []).append(word)
    return {skeleton: tuple(found) for skeleton, found in filed.items()}


def _one_consonant_off(skeleton, added=_consonants, exchanged=lambda _: _consonants):
    for place in range(len(skeleton) + 1):
        before, after = skeleton[:place], skeleton[place:]
        for consonant in added:
            yield before + consonant + after
        if after:
            yield before + after[1:]
            yield before + after[1::-1] + after[2:]
            for consonant in exchanged(after[0]):
                yield before + consonant + after[1:]


def _one_likely_slip(skeleton):
    """Few enough to be tried on every part of a compound."""
    return _one_consonant_off(skeleton, _often_forgotten, lambda letter: _alike.get(letter, ""))


def _cost(word, other, tolerance):
    cost = _slips(word, other, tolerance)
    if "์" not in other:
        return cost
    heard = _slips(_silent.sub("", word), _silent.sub("", other), tolerance)
    return min(cost, heard + SILENT_COST)


def _slips(word, other, tolerance):
    """Weighted edit distance; anything above ``tolerance`` once it is passed."""
    if abs(len(word) - len(other)) > 4:
        return tolerance + 1
    before_last, last = [], [0]
    for letter in other:
        last.append(last[-1] + _weight(letter))
    for row, letter in enumerate(word):
        current = [last[0] + _weight(letter)]
        for column, wanted in enumerate(other):
            if letter == wanted:
                cost = last[column]
            else:
                cost = min(
                    last[column] + _exchange(letter, wanted),
                    last[column + 1] + _weight(letter),
                    current[column] + _weight(wanted),
                )
                if row and column and letter == other[column - 1] and wanted == word[row - 1]:
                    cost = min(cost, before_last[column - 1] + 0.6)
            current.append(cost)
        if min(current) > tolerance:
            return tolerance + 1
        before_last, last = last, current
    return last[-1]


def _weight(letter):
    if "็" <= letter <= "๎":
        return 0.3
    return 1 if "ก" <= letter <= "ฮ" else 0.5


def _exchange(letter, wanted):
    if letter.translate(_sounds) == wanted.translate(_sounds):
        return 0.4
    if wanted in _alike.get(letter, ""):
        return 0.6
    return max(_weight(letter), _weight(wanted))
