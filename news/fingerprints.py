"""By what a text is recognised after it was forwarded, cut and changed: winnowing.

Of every stretch of letters in a row a few are kept, chosen by the letters alone, so the same
passage keeps the same ones wherever it stands (Schleimer, Wilkerson, Aiken: Winnowing: Local
Algorithms for Document Fingerprinting, SIGMOD 2003). Any passage of ``SURE`` letters that two texts
share gives them a print in common.
"""

import re
from binascii import crc32
from collections import defaultdict
from collections.abc import Iterable

from django.db import connection, transaction

from lopburi_pr import rich_text
from lopburi_pr.thai_text import fold
from news import indexing
from news.models import Edition, Fingerprint

LETTERS = 12  # of a stretch: shorter ones stand everywhere
WINDOW = 14  # stretches in a row of which the least is kept
SURE = LETTERS + WINDOW - 1
MOST_PRINTS = 20_000  # of an edition
ASKED_AT_MOST = 250  # prints of one question
COMMON = 40  # editions with a print beyond which it says nothing more
BATCH = 500

_between_words = re.compile("(?<![0-9]) | (?![0-9])")


def letters(text: str) -> str:
    """What is compared: the text folded, without marks, spaces and line breaks; only numbers stay
    apart.
    """
    return _between_words.sub("", indexing.letters(fold(" ".join(text.split()))))


def prints(text: str) -> list[int]:
    """The prints of a text, each once, in the order in which they first stand in it."""
    said = letters(text).encode("utf-16-le")  # two bytes for each letter
    size = 2 * LETTERS
    hashes = [crc32(said[at : at + size]) for at in range(0, len(said) - size + 1, 2)]
    kept, first = {}, min(WINDOW, len(hashes)) - 1
    least = place = 2**32
    for at, value in enumerate(hashes):
        if value <= least:
            least, place = value, at
        elif at - place >= WINDOW:  # the least has left the window
            window = hashes[at - WINDOW + 1 : at + 1]
            least = min(window)
            place = at - WINDOW + 1 + window.index(least)
        elif at != first:
            continue
        if at >= first:
            kept[least - 2**31] = None  # as PostgreSQL's integer
    return list(kept)


def write(edition_ids: Iterable[int]) -> None:
    """Write the prints of those of these editions that are approved. Idempotent."""
    approved = Edition.objects.filter(pk__in=edition_ids, state=Edition.State.APPROVED)
    rows = [
        Fingerprint(
            edition_id=pk, prints=prints("\n".join((*texts, rich_text.plain(body))))[:MOST_PRINTS]
        )
        for pk, *texts, body in approved.values_list("pk", "title", "must_know", "lead", "body")
    ]
    Fingerprint.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["edition"], update_fields=["prints"]
    )


def rebuild() -> int:
    """Write the prints of all approved editions anew; how many."""
    wanted = list(
        Edition.objects.filter(state=Edition.State.APPROVED)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    for start in range(0, len(wanted), BATCH):
        with transaction.atomic():
            write(wanted[start : start + BATCH])
    return len(wanted)


def recognised(text: str) -> tuple[int, dict[int, set[int]]]:
    """How many prints of ``text`` were looked up, and those that each edition shares.

    Of a print that stands in more than ``COMMON`` editions only so many are told. Editions that
    nobody may see yet are among them: ask ``released`` before anything is shown.
    """
    asked = prints(text)
    asked = asked[:: -(-len(asked) // ASKED_AT_MOST) or 1]
    shared = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT edition_id, print FROM unnest(%s::int[]) AS print CROSS JOIN LATERAL"
            " (SELECT edition_id FROM news_fingerprint WHERE prints @> ARRAY[print] LIMIT %s) k",
            [asked, COMMON],
        )
        for pk, print_ in cursor:
            shared[pk].add(print_)
    return len(asked), dict(shared)
