"""Words of approved editions, written where ``news.searching`` looks for them.

Thai writes no spaces and dictionaries cut it in more than one way, so the index does not depend on
a cut: it holds every dictionary word that stands anywhere in a text. What a search needs to know
about a word is said by a prefix, and filters and months are words too, so that one index answers
everything without reading the texts:

    word     a word of the cut         s:word  only inside other words (ท่วม of น้ำท่วม)
    t:word   in the headline           l:word  in the lead or in what people must know
    b:202611 the month it was listed   g: o: k: y: d: p: i: n:  language, topic, kind, year,
                                       district, province, issue and tag number
"""

import re
from collections import Counter, defaultdict

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Greatest
from django.utils import timezone

from lopburi_pr import rich_text, thai_words
from lopburi_pr.thai_text import fold
from news.models import Article, Edition, SearchDocument, SearchWord, TaggedArticle, Topic
from office.models import District, Province

BATCH = 500
WORD_BYTES = 200  # PostgreSQL refuses lexemes of 2 KB; SearchWord keeps 80 letters
WORDS_PER_DOCUMENT = 20_000
LETTERS_PER_DOCUMENT = 200_000
SHORT_RUN = 12

_atoms = re.compile(r"[a-z]+|[0-9]+(?:\.[0-9]+)*")
_thai_runs = re.compile(r"[ก-ฺเ-๎]+")
_brackets = re.compile(r"\([^)]*\)")
_thousands = re.compile(r"(?<=[0-9]),(?=[0-9]{3})")
_separators = re.compile(r"(?:[^a-z0-9ก-ฺเ-๎.]|(?<![0-9])\.|\.(?![0-9]))+")
_idle_spaces = re.compile(r"(?<![a-z0-9]) | (?![a-z0-9])|(?<=[a-z]) (?=[0-9])|(?<=[0-9]) (?=[a-z])")


def letters(folded):
    """Folded text run together: only letters and digits, spaces only inside English and numbers.

    โควิด-19, โควิด 19 and โควิด19 become the same, as do 1,000 and 1000.
    """
    return _idle_spaces.sub("", _separators.sub(" ", _thousands.sub("", folded)))


def as_bytes(run_together):
    """One byte a letter; what is neither Thai nor ASCII was removed before."""
    return run_together.encode("tis-620", "ignore")


def atoms(run_together):
    """English words and numbers."""
    return _atoms.findall(run_together)


def index(edition_ids) -> None:
    """Bring the search rows of these editions up to date: written when they are approved and not
    over yet, removed otherwise. Idempotent.
    """
    edition_ids = sorted(set(edition_ids))
    for start in range(0, len(edition_ids), BATCH):
        with transaction.atomic():
            _index_batch(edition_ids[start : start + BATCH])


def forget(edition_ids) -> None:
    """Remove editions from search before they are deleted, so that word counts stay right."""
    with transaction.atomic():
        words = Counter()
        words.subtract(_known_words(edition_ids))
        SearchDocument.objects.filter(pk__in=edition_ids).delete()
        _count(words)


def rebuild(on_progress=lambda done, total: None) -> int:
    """Write every row anew while search goes on, and count the words afresh."""
    wanted = list(_searchable(Edition.objects).order_by("pk").values_list("pk", flat=True))
    words = Counter()
    for start in range(0, len(wanted), BATCH):
        with transaction.atomic():
            for vector_words in _write(wanted[start : start + BATCH]):
                words.update(vector_words)
        on_progress(min(start + BATCH, len(wanted)), len(wanted))
    with transaction.atomic():
        SearchDocument.objects.exclude(pk__in=_searchable(Edition.objects).values("pk")).delete()
        SearchWord.objects.all().delete()
        _count(words)
    return len(wanted)


def _searchable(editions):
    return editions.filter(state=Edition.State.APPROVED).filter(
        Q(shown_until=None) | Q(shown_until__gt=Greatest("shown_from", timezone.now()))
    )


def _index_batch(edition_ids):
    words = Counter()
    words.subtract(_known_words(edition_ids))
    written = _write(edition_ids)
    for vector_words in written:
        words.update(vector_words)
    if len(written) < len(edition_ids):
        SearchDocument.objects.filter(pk__in=edition_ids).exclude(
            pk__in=_searchable(Edition.objects).values("pk")
        ).delete()
    _count(words)


def _known_words(edition_ids):
    """How often each word stands in the rows that these editions have now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tsvector_to_array(vector) FROM news_searchdocument WHERE edition_id = ANY(%s)",
            [list(edition_ids)],
        )
        return Counter(word for (words,) in cursor for word in words)


def _write(edition_ids):
    """Write the rows of the searchable ones; the words of each."""
    editions = list(
        _searchable(Edition.objects).filter(pk__in=edition_ids).select_related("article")
    )
    facts = _Facts({edition.article_id for edition in editions})
    rows, written = [], []
    for edition in editions:
        words, run_together = _words(edition, facts)
        written.append(words)
        article = edition.article
        rows.append(
            SearchDocument(
                edition=edition,
                language=article.language,
                kind=article.kind,
                topic_id=article.topic_id,
                year=article.year or 0,
                districts=[place.code for place in facts.districts[article.pk]],
                listed_at=edition.listed_at,
                shown_from=edition.shown_from,
                shown_until=edition.shown_until,
                letters=run_together,
                vector=" ".join(map(quoted, words)),
            )
        )
    fields = [f.name for f in SearchDocument._meta.concrete_fields if not f.primary_key]
    SearchDocument.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["edition"], update_fields=fields
    )
    return written


def quoted(word):
    """A word as the text form of tsvector and tsquery wants it."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


class _Facts:
    """Places, topics, issues and tags of many articles, in a handful of queries."""

    def __init__(self, articles):
        self.topics = Topic.objects.in_bulk()
        provinces = Province.objects.in_bulk()
        places = District.objects.in_bulk()
        self.districts, self.provinces = defaultdict(list), defaultdict(list)
        self.issues, self.tags = defaultdict(list), defaultdict(list)
        related = {"article__in": articles}
        for article, place in Article.districts.through.objects.filter(**related).values_list(
            "article", "district"
        ):
            self.districts[article].append(places[place])
        for article, place in Article.provinces.through.objects.filter(**related).values_list(
            "article", "province"
        ):
            self.provinces[article].append(provinces[place])
        for article, issue in Article.issues.through.objects.filter(**related).values_list(
            "article", "communicationissue"
        ):
            self.issues[article].append(issue)
        for article, tag, name in TaggedArticle.objects.filter(
            content_object__in=articles
        ).values_list("content_object", "tag", "tag__name"):
            self.tags[article].append((tag, name))
        self.province_of = {place.pk: provinces[place.province_id] for place in places.values()}


def _words(edition, facts):
    """The words of an edition, each once, and its letters run together."""
    article = edition.article
    topic = facts.topics[article.topic_id]
    districts, tags = facts.districts[article.pk], facts.tags[article.pk]
    provinces = dict.fromkeys(
        [*facts.provinces[article.pk], *(facts.province_of[place.pk] for place in districts)]
    )
    labels = [name for _, name in tags]
    for place in (*districts, *provinces):
        labels += (place.name_th, place.name_en)
    labels += (place.name_rtgs for place in provinces)
    title = fold(edition.title)
    lead = fold(f"{edition.must_know}\n{edition.lead}")
    rest = fold(
        "\n".join(
            # What a long text is cut by is never what the office itself said about it.
            (edition.event_place, edition.presided_by, *labels, rich_text.plain(edition.body))
        )
    )[:LETTERS_PER_DOCUMENT]
    title_letters, lead_letters = letters(title), letters(lead)
    # Of the agency only its own words, not those inside them: every word of an agency that sends
    # much would find all it sent. The same holds for topics, which readers choose as filters.
    agency = fold(_brackets.sub("", edition.source_agency))
    reference = letters(fold(article.reference))
    rest_letters = "\n".join(map(letters, rest.split("\n")))
    run_together = "\n".join(
        (title_letters, lead_letters, rest_letters, letters(agency), reference)
    )
    of_title = {*_whole_words(title), *atoms(title_letters)}
    of_lead = {*_whole_words(lead), *atoms(lead_letters)}
    whole = {*of_title, *of_lead, *_whole_words(rest), *atoms(rest_letters)}
    whole.update(filter(_thai_runs.fullmatch, thai_words.words(agency)))
    if reference:
        whole.add(reference)
    of_title |= thai_words.lattice(title)
    of_lead |= thai_words.lattice(lead)
    anywhere = {*thai_words.lattice(rest), *of_title, *of_lead}
    words = [*whole, *(f"s:{word}" for word in anywhere - whole)]
    words += (f"t:{word}" for word in of_title)
    words += (f"l:{word}" for word in of_lead)
    words = [word for word in words if len(word) <= SHORT_WORD][:WORDS_PER_DOCUMENT]
    words += (
        f"b:{edition.listed_at:%Y%m}",
        f"g:{article.language}",
        f"o:{topic.slug}",
        f"k:{article.kind}",
        f"y:{article.year}",
    )
    words += (f"d:{place.code}" for place in districts)
    words += (f"p:{place.code}" for place in provinces)
    words += (f"i:{issue}" for issue in facts.issues[article.pk])
    words += (f"n:{tag}" for tag, _ in tags)
    return words, as_bytes(run_together)


SHORT_WORD = WORD_BYTES // 3


def _whole_words(folded):
    """Thai words of one cut of a text, and short runs of letters: names no dictionary knows."""
    runs = {run for run in _thai_runs.findall(folded) if len(run) <= SHORT_RUN}
    return runs.union(filter(_thai_runs.fullmatch, thai_words.words(folded)))


def _count(words):
    """Add to the counts of SearchWord, in the order of the words so that no two writers wait for
    each other in a circle.
    """
    documents, inside = Counter(), Counter()
    for word, count in words.items():
        prefix = word[:2] if word[1:2] == ":" else ""
        if count and prefix in {"", "b:"}:
            documents[word] = count
        elif count and prefix == "s:":
            inside[word[2:]] = count
    changed = sorted(documents.keys() | inside.keys())
    with connection.cursor() as cursor:
        for start in range(0, len(changed), 20_000):
            part = changed[start : start + 20_000]
            cursor.execute(
                "INSERT INTO news_searchword AS known (word, documents, inside)"
                " SELECT * FROM unnest(%s::text[], %s::int[], %s::int[])"
                " ON CONFLICT (word) DO UPDATE SET inside = known.inside + excluded.inside,"
                " documents = known.documents + excluded.documents",
                [part, [documents[w] for w in part], [inside[w] for w in part]],
            )
