"""The topics and search synonyms every portal begins with, kept as files in ``news/data``."""

import json
from pathlib import Path

from django.db import transaction

from lopburi_pr.thai_text import fold
from news.models import SynonymSet, Topic
from office.loading import Loaded, create_missing

DATA = Path(__file__).parent / "data"
STEP = 10  # between the places of two topics, so that one can be put in


@transaction.atomic
def load() -> list[Loaded]:
    """Create what is missing, never touch what staff may have edited; says what it did."""
    return [_topics(), _synonyms()]


def _topics():
    rows = [{**topic, "order": STEP * place} for place, topic in enumerate(_read("topics.json"), 1)]
    return create_missing(Topic, "topics", rows, ["slug"])


def _synonyms():
    """A set that shares a word with one that is there was edited since: it stays."""
    known = {
        fold(word).strip()
        for words in SynonymSet.objects.filter(is_sample=False).values_list("words", flat=True)
        for word in words.splitlines()
    }
    sets = _read("synonyms.json")
    missing = [words for words in sets if not known & {fold(word) for word in words}]
    SynonymSet.objects.bulk_create(SynonymSet(words="\n".join(words)) for words in missing)
    return Loaded("synonyms", len(missing), 0, len(sets) - len(missing))


def _read(name):
    return json.loads((DATA / name).read_text(encoding="utf-8"))
