"""A forwarded text beside what the office said: which passage is whose, and what was changed.

Messages lose line breaks and spaces, gain emoji, and keep Thai or Arabic digits as they come, so
only letters are compared. The text is taken apart at its spaces; each piece is laid to the
paragraph that it shares most with, neighbours of one paragraph becoming a passage.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from functools import cached_property

from django.utils import timezone

from lopburi_pr.thai_text import normalise
from lopburi_pr.thai_words import word_spans
from news import fingerprints, verifying
from news.differences import GONE, NEW, SAME, Piece
from news.fingerprints import letters
from news.models import Edition

ELSEWHERE, OLDER, CHANGED = "elsewhere", "older", "changed"  # and SAME
ARTICLES = 4  # compared with
LOOKED_AT = 100  # editions that share most prints with the text
WORTH = 0.08  # of the text's prints: an article that explains fewer more is left out
GRAM = 8  # letters: of what pieces and paragraphs have in common
SHORTEST = 16  # letters of a piece of text, unless its line ends
ENOUGH = 0.5  # of a piece's grams: with fewer it is rather from elsewhere
ALIKE = 0.65  # of a passage's grams: with fewer it is not called a changed one
STEP, STEP_AT_LINE = 8, 1  # grams that another paragraph must have more to be gone over to
BEST_OF_PIECE = 4  # paragraphs to which it may be laid
MOST_PAIRS = 600_000  # words times words: beyond it, differences are not shown word by word

_token = re.compile(r"\S+")
_reference = re.compile(r"lpb-[0-9]{4}-[0-9]+(?:\.[0-9]+)?", re.IGNORECASE)


@dataclass(frozen=True)
class Paragraph:
    """What stands in one place of an edition: its headline, a line of its body."""

    place: str  # a field of Edition
    number: int  # among those of the body
    text: str

    @cached_property
    def letters(self):
        return letters(self.text)

    @cached_property
    def grams(self):
        return _grams(self.letters)


class Version:
    """A released edition as paragraphs."""

    def __init__(self, edition: Edition):
        self.edition = edition
        self.paragraphs = [
            Paragraph(place, 0, getattr(edition, place))
            for place in ("title", "must_know", "lead")
            if getattr(edition, place)
        ]
        self.paragraphs += [
            Paragraph("body", number, line)
            for number, line in enumerate(edition.plain_body.split("\n"), 1)
            if line
        ]

    @cached_property
    def letters(self):
        said = ""
        for paragraph in self.paragraphs:
            is_number = said[-1:].isdecimal() and paragraph.letters[:1].isdecimal()
            said += f" {paragraph.letters}" if is_number else paragraph.letters
        return said

    def shares(self, grams: set[str]) -> int:
        return sum(len(grams & paragraph.grams) for paragraph in self.paragraphs)

    def holding(self, said: str) -> Paragraph | None:
        """The paragraph in which these letters stand; when they run through several the one that
        has most of them; None when they don't stand here.
        """
        inside = [paragraph for paragraph in self.paragraphs if said in paragraph.letters]
        if inside:
            return min(inside, key=lambda paragraph: len(paragraph.letters))
        start = self.letters.find(said)
        if start < 0:
            return None
        most, found, begin = 0, None, 0
        for paragraph in self.paragraphs:
            end = begin + len(paragraph.letters)
            here = min(end, start + len(said)) - max(begin, start)
            if here > most:
                most, found = here, paragraph
            begin = end
        return found

    def nearest(self, grams: set[str]) -> Paragraph | None:
        """The paragraph that shares most with a passage, at least a part worth comparing."""
        best = max(self.paragraphs, key=lambda p: len(grams & p.grams))
        return best if len(grams & best.grams) > ENOUGH * min(len(grams), len(best.grams)) else None


class Source:
    """An article with its released versions, the first one first."""

    def __init__(self, editions: list[Edition]):
        self.versions = [Version(edition) for edition in editions]
        self.article = editions[0].article
        self.latest = self.versions[-1]

    @property
    def standing(self):
        return self.latest.edition.standing

    @property
    def is_shown(self):
        return self.standing == verifying.CURRENT


@dataclass
class Passage:
    """A stretch of the text, and what it is. ``pieces`` says how it differs from the office's."""

    text: str
    kind: str = ELSEWHERE
    source: Source | None = None
    version: Version | None = None
    paragraph: Paragraph | None = None
    pieces: list[Piece] = field(default_factory=list)


@dataclass
class Comparison:
    passages: list[Passage]

    @cached_property
    def sources(self):
        return list(dict.fromkeys(passage.source for passage in self.passages if passage.source))

    @cached_property
    def kinds(self):
        """How many letters there are of each kind."""
        count = Counter()
        for passage in self.passages:
            count[passage.kind] += len(letters(passage.text))
        return count


def compare(text: str, host: str = "", at: datetime | None = None) -> Comparison:
    """Every passage of ``text`` with where it comes from. Addresses on our own ``host`` and
    reference numbers are passed over. Only what the public has seen by then is compared with.
    """
    text = _without_addresses(normalise(text), host)
    pieces = list(_pieces(text))
    if not pieces:
        return Comparison([])
    wanted = set().union(*(piece.grams for piece in pieces))
    candidates = []
    for source in _sources(text, at or timezone.now()):
        # Of equals the newest.
        version = max(source.versions[::-1], key=lambda version: version.shares(wanted))
        candidates += [(source, version, paragraph) for paragraph in version.paragraphs]
    passages = []
    for first, last, place in _runs(pieces, [paragraph for _, _, paragraph in candidates]):
        said = text[pieces[first].start : pieces[last].end]
        passages.append(Passage(said) if place is None else _judged(said, *candidates[place]))
    long = {p.source for p in passages if p.source and len(letters(p.text)) >= fingerprints.SURE}
    # A few words in common come about by chance.
    return Comparison([p if p.source in long else Passage(p.text) for p in passages])


def _without_addresses(text, host):
    text = _reference.sub(" ", text)
    # Never a part of somebody else's address that only looks like ours.
    ours = rf"(?<![\w.@/-])(?:https?://)?{re.escape(host)}/\S*"
    return re.sub(ours, " ", text, flags=re.IGNORECASE) if host else text


@dataclass(frozen=True)
class _Piece:
    start: int
    end: int
    letters: str
    grams: set[str]
    begins_line: bool


def _pieces(text) -> Iterator[_Piece]:
    """The text at its spaces, never across a line's end; what has no letter is passed over."""
    start = 0
    for line in text.split("\n"):
        tokens = [match.span() for match in _token.finditer(line)]
        begins_line, begin = True, None
        for at, end in tokens:
            begin = at if begin is None else begin
            said = letters(line[begin:end])
            if said and (len(said) >= SHORTEST or end == tokens[-1][1]):
                yield _Piece(start + begin, start + end, said, _grams(said), begins_line)
                begins_line, begin = False, None
        start += len(line) + 1


def _grams(said):
    return {said[at : at + GRAM] for at in range(len(said) - GRAM + 1)}


def _sources(text, at):
    """The articles that explain most of the text, each more of it than those before it."""
    asked, shared = fingerprints.recognised(text)
    most = sorted(shared, key=lambda pk: (len(shared[pk]), pk))[-LOOKED_AT:]
    released = Edition.objects.released(at)
    article_of = dict(released.filter(pk__in=most).values_list("pk", "article_id"))
    explained = defaultdict(set)
    for pk, article in article_of.items():
        explained[article] |= shared[pk]
    editions_with = Counter(print_ for prints in explained.values() for print_ in prints)
    chosen, done = [], set()
    while explained and len(chosen) < ARTICLES:
        # Prints that few have say most; of articles that say the same, the newest.
        best = max(
            explained, key=lambda pk: (sum(1 / editions_with[p] for p in explained[pk] - done), pk)
        )
        new = explained.pop(best) - done
        if not new or (done and len(new) < WORTH * asked):
            break
        chosen.append(best)
        done |= new
    versions = defaultdict(list)
    for edition in (
        released.filter(article__in=chosen).select_related("article").order_by("version")
    ):
        versions[edition.article_id].append(edition)
    return [Source(verifying.stand(versions[pk], at)) for pk in chosen]


def _runs(pieces, paragraphs) -> Iterator[tuple[int, int, int | None]]:
    """First and last piece of each passage, and which paragraph it is laid to, None for none.

    Of all ways to lay them, the one in which most grams agree when each change of paragraph costs
    some of them (Viterbi's algorithm): so a word put into a paragraph stays in it.
    """
    wanted, standing = set().union(*(piece.grams for piece in pieces)), defaultdict(list)
    for place, paragraph in enumerate(paragraphs):
        for gram in wanted & paragraph.grams:
            standing[gram].append(place)
    shared = [
        Counter(place for gram in piece.grams for place in standing.get(gram, ()))
        for piece in pieces
    ]
    places = [*{place for found in shared for place, _ in found.most_common(BEST_OF_PIECE)}, None]
    scores, ways = dict.fromkeys(places, 0.0), []
    for piece, found in zip(pieces, shared, strict=True):
        best = max(places, key=scores.__getitem__)
        over = scores[best] - (STEP_AT_LINE if piece.begins_line else STEP)
        ways.append({place: place if scores[place] >= over else best for place in places})
        for place in places:
            if place is None:
                gain = ENOUGH * len(piece.grams)
            elif piece.grams:
                gain = found[place]
            else:
                gain = 1 if piece.letters in paragraphs[place].letters else -2
            scores[place] = max(scores[place], over) + gain
    place, laid = max(places, key=scores.__getitem__), []
    for way in reversed(ways):
        laid.append(place)
        place = way[place]
    laid.reverse()
    first = 0
    for last, place in enumerate(laid):
        if laid[last + 1 : last + 2] != [place]:
            yield first, last, place
            first = last + 1


def _judged(text, source, version, paragraph):
    """The passage as the same, an older or a changed one of this article, or from elsewhere."""
    said = letters(text)
    for known in (source.latest, version, *source.versions[-2::-1]):
        found = known.holding(said)
        if found is None:
            continue
        if known is source.latest:
            return Passage(text, SAME, source, known, found)
        now = source.is_shown and source.latest.nearest(found.grams)
        pieces = woven(text, now.text, whole=False) if now else []
        return Passage(text, OLDER, source, known, found, pieces)
    grams = _grams(said)
    if len(grams & paragraph.grams) < ALIKE * len(grams):
        return Passage(text)
    now = source.latest.nearest(grams)
    if now:
        version, paragraph = source.latest, now
    pieces = woven(paragraph.text, text)
    if pieces and all(piece.kind == SAME for piece in pieces):
        return Passage(text, SAME, source, version, paragraph)
    return Passage(text, CHANGED, source, version, paragraph, pieces if source.is_shown else [])


def woven(old: str, new: str, *, whole: bool = True) -> list[Piece]:
    """Two texts woven together; spaces, marks and the kind of digits make no difference. Empty
    when there is too much to compare.

    One of them, ``new`` when ``whole`` and else ``old``, is what somebody passed on; what the other
    has before and after it becomes "…".
    """
    before, after = _words(old), _words(new)
    if len(before) * len(after) > MOST_PAIRS:
        return []
    keys = [[letters(word) for word in words] for words in (before, after)]
    found = []
    for tag, i, j, k, m in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        gone, come = "".join(before[i:j]), "".join(after[k:m])
        if tag == "equal" or letters(gone) == letters(come):  # the same, cut into other words
            found.append(Piece(SAME, come))
        elif tag == ("delete" if whole else "insert") and (
            (i, k) == (0, 0) or (j, m) == (len(before), len(after))
        ):
            found.append(Piece(SAME, "…"))
        else:
            found += [Piece(GONE, gone), Piece(NEW, come)]
    return [piece for piece in found if piece.text]


def _words(text):
    """Words, each with what stands behind it; together they are the text on one line."""
    text = " ".join(text.split())
    starts = [start for start, _ in word_spans(text)]
    ends = [*starts[1:], len(text)]
    return [text[start:end] for start, end in zip([0, *starts[1:]], ends, strict=False)]
