"""Search: what a reader typed, turned into words of the index, and articles put in order.

Order, higher first: ``relevance × freshness``. Relevance is 8 when all words stand in the headline,
4 in the lead, 2 elsewhere, half of it when a word stands only inside longer words (ตาก in ตากแดด);
half as much again when words stand as close together as they were typed; a fifth more in the
reader's language. Freshness is 1 / (1 + age in years).

No search reads the letters of more than a few thousand rows. Every dictionary word of a text is in
the index, so the words inside ``โรงพยาบาลลพบุรี`` find all articles that may contain it, and the
run-together letters of the newest of them tell which do. For words that stand nearly everywhere the
newest months are asked first. What is shown at last is decided by ``Edition.objects.published``.
"""

import difflib
import re
from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce
from itertools import chain
from math import prod
from operator import or_

from django.db import connection
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.utils import timezone

from lopburi_pr import thai_words
from lopburi_pr.paging import PAGE_SIZE
from lopburi_pr.thai_text import fold, normalise
from news.indexing import as_bytes, atoms, letters, quoted
from news.listing import Filters
from news.models import Edition, SearchWord, SynonymSet
from office.models import District, Province
from office.pulse import remembered

MOST_LETTERS = 200
MOST_WORDS = 12
MOST_RESULTS = 1000  # beyond it the total is "more than 1,000"
MOST_TITLES = 300
MOST_COMPARED = 2500  # rows whose letters are read to see words side by side
CLOSE_COMPARED = 150
FALLBACK_COMPARED = 1500
MANY_ROWS = 10_000  # from here on it pays to ask for the newest months first
FEW = 3  # results; with fewer a better spelling is looked for
LONGEST_NAME = 5  # words that together may have synonyms: King Narai Reign Fair
MOST_PIECES = 6
MOST_CORRECTED = 4  # words of a query; whoever gets more of them wrong is not understood
PREFIX_LETTERS = 3
LONGEST_BEGINNING = 40  # letters of a word for which others are suggested

IN_TITLE, IN_LEAD, ELSEWHERE, INSIDE_WORDS = 8, 4, 2, 0.5
CLOSE, IN_LANGUAGE = 1.5, 1.2
HOURS_A_YEAR = 8766

_quotes = re.compile('"([^"]*)"|“([^”]*)”')
_thai_run = re.compile("[ก-ฺเ-๎]+")
_reference = re.compile("[a-z]{2,5}[0-9]{4} [0-9]{5,}")
_english = re.compile("[a-z]+")
_parts = re.compile(r"[ก-ฺเ-๎]+|[a-z]+|[0-9]+(?:\.[0-9]+)*")
_consonants = re.compile("[ก-ฮ]+")


@dataclass(frozen=True)
class Form:
    """One way to write what was typed: its letters, and the words of the index it is made of."""

    written: str
    letters: str
    pieces: tuple[str, ...]
    is_covered: bool  # the pieces leave no letter over

    @property
    def is_word(self):
        return self.pieces == (self.letters,)


@dataclass(frozen=True)
class Query:
    """A reader's words: every one must be found, each in any of its forms."""

    text: str
    words: tuple[tuple[Form, ...], ...]
    is_cut: bool = False

    @property
    def as_typed(self):
        return replace(self, words=tuple(forms[:1] for forms in self.words))


@dataclass
class SearchResult:
    """The articles found, best first, and what can be said about all of them."""

    query: Query
    ids: array
    is_capped: bool = False  # there are more than ``total``
    is_loose: bool = False  # nothing has the words side by side; these have them apart
    facets: dict[str, Counter] = field(default_factory=dict)
    suggestion: str = ""

    @property
    def total(self):
        return len(self.ids)

    @property
    def terms(self):
        """What to mark in an excerpt: words as they were typed, or what they are made of."""
        found = []
        for form in chain(*self.query.words):
            # Between its parts a text may have a space where the query has none: PM 2.5.
            found += (form.written, " ".join(_parts.findall(form.written)))
            if self.is_loose:
                found += form.pieces
        return list(dict.fromkeys(filter(None, found)))


@dataclass(frozen=True)
class _Commonness:
    """Words that stand in very many articles, and the articles of each month, newest first."""

    words: dict[str, int]
    months: list[tuple[str, int]]

    @property
    def documents(self):
        return sum(count for _, count in self.months) or 1

    def share(self, word):
        return self.words.get(word, 0) / self.documents


def search(
    text: str,
    *,
    stamp: tuple,
    language: str = "th",
    filters: Filters = Filters(),  # noqa: B008 -- frozen
    at: datetime | None = None,
) -> SearchResult:
    """Articles that contain all words of ``text``; any text of any length is answered.

    ``stamp`` is ``news.listing.stamp()``. Results are remembered under it, except for another
    moment ``at``.
    """
    query = parse(text, stamp)
    if not query.words:
        return SearchResult(query, array("q"))
    if at:
        return _search(query, filters, language, stamp, at)
    words = tuple(tuple(form.letters for form in forms) for forms in query.words)
    result = remembered(
        ("search", words, filters, language),
        stamp,
        lambda: _search(query, filters, language, stamp, timezone.now()),
    )
    return replace(result, query=query)


def parse(text: str, stamp: tuple) -> Query:
    """What was typed, as words of the index. Never fails."""
    shown = " ".join(normalise(text[: MOST_LETTERS * 5]).split())
    is_cut = len(text) > MOST_LETTERS * 5 or len(shown) > MOST_LETTERS
    shown = shown[:MOST_LETTERS].strip()
    typed = fold(_quotes.sub(lambda match: _as_one(match[1] or match[2] or ""), shown)).split()
    is_cut = is_cut or len(typed) > MOST_WORDS
    words = [(word.replace(_JOINER, " "), letters(word)) for word in typed[:MOST_WORDS]]
    words = [(written, run) for written, run in words if run]
    synonyms = remembered("synonyms", stamp[0], _synonyms) if words else {}
    found = []
    while words:
        taken, others = _with_synonyms(words, synonyms)
        written = " ".join(part for part, _ in words[:taken])
        found.append(_needed([_form(written, letters(written)), *others]))
        words = words[taken:]
    return Query(shown, tuple(found), is_cut)


def _needed(forms):
    """``forms`` without those that a shorter one finds as well; the first always stays."""
    typed, *others = dict.fromkeys(forms)
    others = [
        form
        for form in others
        if not any(other != form and other.letters in form.letters for other in (typed, *others))
    ]
    return typed, *others


_JOINER = "\ue000"


def _as_one(phrase):
    """What was put in quotation marks is one word to search for."""
    return f" {_JOINER.join(phrase.split())} "


def _with_synonyms(words, synonyms):
    """How many words the longest known name takes, and the other forms of it."""
    for taken in range(min(len(words), LONGEST_NAME), 1, -1):
        run = letters(" ".join(written for written, _ in words[:taken]))
        if run in synonyms:
            return taken, synonyms[run]
    return 1, synonyms.get(words[0][1], ())


def _synonyms():
    """Letters of every name with synonyms, to all forms of its set."""
    names = SynonymSet.objects.values_list("words").union(
        Province.objects.values_list(_lines("name_th", "name_en", "name_rtgs")),
        District.objects.values_list(_lines("name_th", "name_en")),
    )
    sets = [lines.split("\n") for (lines,) in names]
    forms = {}
    for names in sets:
        written = dict.fromkeys(fold(" ".join(name.split())) for name in names)
        of_set = tuple(_form(name, run) for name in written if (run := letters(name)))
        for form in of_set:
            forms[form.letters] = tuple(dict.fromkeys((*forms.get(form.letters, ()), *of_set)))
    return forms


def _lines(*fields):
    first, *others = fields
    return Concat(first, *chain.from_iterable((Value("\n"), name) for name in others))


def _form(written, run):
    if _reference.fullmatch(run):
        return Form(written, run, (run,), is_covered=True)
    pieces, covered = [], 0
    for thai in _thai_run.findall(run):
        inside = thai_words.lattice(thai)
        if thai in inside or (_consonants.fullmatch(thai) and not thai_words.parts(thai)):
            pieces.append(thai)  # a word, or letters for words: ครม, อสม
            covered += len(thai)
            continue
        longest = [w for w in inside if not any(w != other and w in other for other in inside)]
        longest = sorted(longest, key=len, reverse=True)[:MOST_PIECES]
        pieces += longest or [thai]
        covered += len(thai) if not longest else _covered(thai, longest)
    for atom in atoms(run):
        pieces.append(atom)
        covered += len(atom)
    return Form(written, run, tuple(dict.fromkeys(pieces)), covered >= len(run.replace(" ", "")))


def _covered(run, words):
    covered = set()
    for word in words:
        for match in re.finditer(f"(?={word})", run):
            covered.update(range(match.start(), match.start() + len(word)))
    return len(covered)


def _search(query, filters, language, stamp, at):
    result = _found(query.as_typed, filters, language, stamp, at)
    if result.total < PAGE_SIZE and query != query.as_typed:
        result = _found(query, filters, language, stamp, at)
    if not result.ids:
        result = _fallback(query, filters, language, stamp, at)
    if result.total < FEW:
        result.suggestion = _better_spelling(query, filters, language, stamp, at, result.total)
    return result


def _found(query, filters, language, stamp, at):
    common = remembered("common words", stamp, _commonness)
    compares = any(not form.is_word for forms in query.words for form in forms)
    limit = MOST_COMPARED if compares else MOST_RESULTS
    months = _newest_months(query, filters, common, limit)
    rows = _rows(query, filters, months, limit, at)
    if months and len(rows) <= limit:
        rows = _rows(query, filters, "", limit, at)
    is_capped = sum(row.is_recent for row in rows) > limit
    exact = [row for row in rows if row.is_exact]
    is_loose = bool(rows) and not exact
    if is_loose:
        if not all(form.is_covered for forms in query.words for form in forms[:1]):
            return SearchResult(query, array("q"))
        exact = rows
    result = _ranked(query, exact, language, at)
    result.is_loose = is_loose
    result.is_capped = is_capped or len(exact) > MOST_RESULTS
    return result


def _commonness():
    counts = SearchWord.objects.extra(
        where=["(documents + inside > %s OR word LIKE 'b:%%')"], params=[MANY_ROWS]
    ).values_list("word", "documents", "inside")
    words = {word: documents + inside for word, documents, inside in counts}
    months = sorted(((w, words.pop(w)) for w in [*words] if w[:2] == "b:"), reverse=True)
    return _Commonness(words, [(month, count) for month, count in months if count > 0])


def _newest_months(query, filters, common, limit):
    """A tsquery of enough months for ``limit`` results; empty when all can be asked for.

    Reading the lists of many months costs more than sorting a few thousand rows.
    """
    share = 1.0
    for forms in query.words:
        share *= min(1, sum(prod(map(common.share, form.pieces)) for form in forms))
    if filters != Filters() or share * common.documents < MANY_ROWS:
        return ""
    return _months_for(1.3 * limit / share, common)


def _months_for(documents, common):
    chosen, reached = [f"b:{timezone.now():%Y%m}"], 0
    for month, count in common.months:
        if reached > documents:
            break
        chosen.append(month)
        reached += count
    return "|".join(map(quoted, dict.fromkeys(chosen))) if reached > documents else ""


@dataclass(slots=True)
class _Row:
    edition: int
    hour: int
    language: str
    topic: int
    kind: str
    year: int
    districts: list
    is_recent: bool
    in_title: bool
    in_lead: bool
    is_whole: bool
    is_exact: bool
    is_close: bool


# Rows are so narrow that the planner would rather read them all; it can't know what vectors cost.
_THROUGH_INDEX = "SET LOCAL enable_seqscan = off; SET LOCAL jit = off;"
_COLUMNS = "edition_id, listed_at, language, topic_id, kind, year, districts, letters"
_SHOWN = "shown_from <= %(at)s AND (shown_until IS NULL OR shown_until > %(at)s)"


def _rows(query, filters, months, limit, at):
    """The newest rows with all words and the newest with all in the headline; one query."""
    narrowed = _filter_words(filters) + ([f"({months})"] if months else [])
    parameters = {
        "at": at,
        "limit": limit + 1,
        "titles": MOST_TITLES,
        "anywhere": _tsquery(query, narrowed, _anywhere),
        "title": _tsquery(query, narrowed, _in_title),
        "lead": _tsquery(query, narrowed, _in_lead),
        "whole": _tsquery(query, narrowed, _whole),
    }
    exact = _all_of(
        [
            [form.letters for form in forms]
            for forms in query.words
            if not all(form.is_word for form in forms)
        ],
        parameters,
    )
    close = "false"
    if len(query.words) > 1:
        parameters["close"] = as_bytes(letters(" ".join(f[0].written for f in query.words)))
        close = f"place <= {CLOSE_COMPARED} AND position(%(close)s IN letters) > 0"
    sql = f"""
        {_THROUGH_INDEX}
        WITH titled AS MATERIALIZED (
            SELECT {_COLUMNS} FROM news_searchdocument
            WHERE vector @@ %(title)s::tsquery AND {_SHOWN}
            ORDER BY listed_at DESC, edition_id DESC LIMIT %(titles)s
        ), recent AS MATERIALIZED (
            SELECT {_COLUMNS} FROM news_searchdocument
            WHERE vector @@ %(anywhere)s::tsquery AND {_SHOWN}
            ORDER BY listed_at DESC, edition_id DESC LIMIT %(limit)s
        ), led AS MATERIALIZED (
            SELECT edition_id FROM news_searchdocument WHERE vector @@ %(lead)s::tsquery
        ), whole AS MATERIALIZED (
            SELECT edition_id FROM news_searchdocument WHERE vector @@ %(whole)s::tsquery
        ), either AS (
            SELECT *, true AS is_recent, row_number() OVER () AS place FROM recent
            UNION ALL
            SELECT *, false, 1 FROM titled
            WHERE edition_id NOT IN (SELECT edition_id FROM recent)
        )
        SELECT edition_id, (extract(epoch FROM listed_at) / 3600)::int, language, topic_id, kind,
            year, districts, is_recent,
            edition_id IN (SELECT edition_id FROM titled),
            edition_id IN (SELECT edition_id FROM led),
            NOT is_recent OR edition_id IN (SELECT edition_id FROM whole),
            {exact}, {close}
        FROM either
    """  # noqa: S608 -- put together from this file's own words
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [_Row(*row) for row in cursor]


def _all_of(words, parameters):
    """SQL that says whether the letters of a row contain one form of every word."""
    conditions = []
    for forms in words:
        names = []
        for form in forms:
            names.append(f"form{len(parameters)}")
            parameters[names[-1]] = as_bytes(form)
        conditions.append(" OR ".join(f"position(%({n})s IN letters) > 0" for n in names))
    return " AND ".join(f"({condition})" for condition in conditions) or "true"


def _tsquery(query, narrowed, as_lexeme):
    words = [
        "|".join("(" + "&".join(map(as_lexeme, form.pieces)) + ")" for form in forms)
        for forms in query.words
    ]
    return "&".join([*(f"({word})" for word in words), *narrowed])


def _whole(piece):
    # English has endings, and readers type beginnings.
    is_beginning = _english.fullmatch(piece) and len(piece) >= PREFIX_LETTERS
    return quoted(piece) + ":*" * bool(is_beginning)


def _anywhere(piece):
    if piece.isascii():
        return _whole(piece)
    return f"({quoted(piece)}|{quoted(f's:{piece}')})"


def _in_title(piece):
    return _whole(piece).replace("'", "'t:", 1)


def _in_lead(piece):
    return _whole(piece).replace("'", "'l:", 1)


def _filter_words(filters):
    prefixes = {
        "g": filters.language,
        "o": filters.topic,
        "k": filters.kind,
        "y": filters.year,
        "d": filters.district,
        "p": filters.province,
        "i": filters.issue,
        "n": filters.tag,
    }
    return [quoted(f"{prefix}:{value}") for prefix, value in prefixes.items() if value]


def _ranked(query, rows, language, at):
    this_hour = int(at.timestamp() / 3600)

    def score(row):
        relevance = IN_TITLE if row.in_title else IN_LEAD if row.in_lead else ELSEWHERE
        if not row.is_whole:
            relevance *= INSIDE_WORDS
        if row.is_close:
            relevance *= CLOSE
        if row.language == language:
            relevance *= IN_LANGUAGE
        return relevance / (1 + max(this_hour - row.hour, 0) / HOURS_A_YEAR)

    ranked = sorted(rows, key=score, reverse=True)[:MOST_RESULTS]
    return SearchResult(
        query,
        array("q", (row.edition for row in ranked)),
        facets={
            "topic": Counter(row.topic for row in ranked),
            "kind": Counter(row.kind for row in ranked),
            "year": Counter(str(row.year) for row in ranked),
            "district": Counter(code for row in ranked for code in row.districts),
        },
    )


def _fallback(query, filters, language, stamp, at):
    """Letters that are no words of any dictionary, looked for in the newest articles only."""
    typed = [forms[0].letters for forms in query.words]
    if min(map(len, typed)) < 2:
        return SearchResult(query, array("q"))
    common = remembered("common words", stamp, _commonness)
    months = _months_for(FALLBACK_COMPARED, common)
    narrowed = "&".join([*_filter_words(filters), *([f"({months})"] if months else [])])
    parameters = {"at": at, "limit": FALLBACK_COMPARED, "narrowed": narrowed}
    condition = _all_of([[run] for run in typed], parameters)
    within = "vector @@ %(narrowed)s::tsquery AND" if narrowed else ""
    sql = f"""
        {_THROUGH_INDEX if narrowed else ""}
        SELECT edition_id, (extract(epoch FROM listed_at) / 3600)::int, language, topic_id, kind,
            year, districts, true, false, false, true, true, false
        FROM (
            SELECT {_COLUMNS} FROM news_searchdocument WHERE {within} {_SHOWN}
            ORDER BY listed_at DESC, edition_id DESC LIMIT %(limit)s
        ) AS newest WHERE {condition} LIMIT 100
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = [_Row(*row) for row in cursor]
    result = _ranked(query, rows, language, at)
    result.is_capped = bool(rows) and bool(months)
    return result


def _better_spelling(query, filters, language, stamp, at, total):
    """Another spelling of the query that finds more, if there is one."""
    typed = [forms[0].written for forms in query.words]
    better = _spellings(typed)
    if better == typed:
        return ""
    suggested = " ".join(better)
    found = _found(parse(suggested, stamp), filters, language, stamp, at)
    return suggested if found.total > total and not found.is_loose else ""


def _spellings(words):
    """``words`` with the likeliest spelling of each that is none; as they are if those are many."""
    unknown = {word for word in words if not thai_words.is_word(word)}
    if len(unknown) > MOST_CORRECTED:
        return words
    english = {word for word in unknown if _english.fullmatch(word)}
    known = _known_english({word[0] for word in english}) if english else []
    near = {word: difflib.get_close_matches(word, known, 1, 0.75) for word in english}
    near |= {word: thai_words.nearest(word, 1) for word in unknown - english}
    return [next(iter(near.get(word, ())), word) for word in words]


def _known_english(initials):
    beginnings = reduce(or_, (Q(word__startswith=initial) for initial in initials))
    words = SearchWord.objects.filter(beginnings, documents__gte=FEW).exclude(word__contains=":")
    return list(words.order_by("-documents").values_list("word", flat=True)[:MOST_RESULTS])


def suggested_words(text: str, limit: int, stamp: tuple) -> list[str]:
    """Words of published articles that begin with ``text``, those of most articles first."""
    run = letters(fold(text[:MOST_LETTERS]))
    if not run or len(run) > LONGEST_BEGINNING:
        return []
    words = SearchWord.objects.filter(word__startswith=run, documents__gte=FEW)
    words = words.exclude(word__contains=":").order_by("-documents", "word")
    counts = dict(words.values_list("word", "documents")[: 2 * limit])
    # Words are counted as soon as their articles are approved; nobody may guess at those to come.
    hidden = remembered("hidden rows", stamp, _hidden)
    doubtful = [word for word, count in counts.items() if count <= hidden]
    gone = {*doubtful} - _shown_somewhere(doubtful) if doubtful else set()
    return [word for word in counts if word not in gone][:limit]


def _hidden():
    """How many rows are of articles that are not shown at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM news_searchdocument WHERE NOT ({_SHOWN})",  # noqa: S608
            {"at": timezone.now()},
        )
        return cursor.fetchone()[0]


def _shown_somewhere(words):
    sql = f"""
        {_THROUGH_INDEX}
        SELECT word FROM unnest(%(words)s::text[], %(lexemes)s::text[]) AS asked (word, lexeme)
        WHERE EXISTS (
            SELECT FROM news_searchdocument WHERE vector @@ lexeme::tsquery AND {_SHOWN}
        )
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(
            sql, {"words": words, "lexemes": [*map(quoted, words)], "at": timezone.now()}
        )
        return {word for (word,) in cursor}


def suggested_titles(words: Iterable[str], before: Query, limit: int) -> list[dict]:
    """The newest published headlines with one of ``words`` and all that was typed ``before``."""
    forms = tuple(_form(word, run) for word in words if (run := letters(fold(word))))
    if not forms:
        return []
    tsquery = _tsquery(Query("", (*before.words, forms)), [], _in_title)
    return list(
        Edition.objects.published()
        .extra(
            tables=["news_searchdocument"],
            where=[
                "news_searchdocument.edition_id = news_edition.id",
                "news_searchdocument.vector @@ %s::tsquery",
            ],
            params=[tsquery],
            order_by=["-news_searchdocument.listed_at", "-news_searchdocument.edition_id"],
        )[:limit]
        .values("title", "article__year", "article__number")
    )
