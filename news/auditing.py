"""Reading the register against the editions as they stand now: what was changed, and where.

Every entry is looked at by itself and beside the one before, so the register may be read in
stretches, by as many processes as there are processors.
"""

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import django
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import Max, Min

from lopburi_pr.uploads import sha256
from news import register, signing
from news.models import Attachment, LedgerEntry, Picture, SigningKey

STRETCH = 2500  # entries that one process takes on at a time
BATCH = 250  # entries in memory at once
ALONE = 2 * STRETCH  # entries that one process reads sooner than a second could start

CONTENT = "the edition is not what was approved: its content has another hash"
GONE = "the edition is gone"
ENTRY = "the entry itself was changed: it has another hash"
CHAIN = "it does not follow the entry before it"
EARLY = "it was registered before the entry before it"
SIGNATURE = "the signature is not on this entry, or not of this key"
KEY = "the key was not the one at work then"
MISSING = "the entry is missing"


def faults(entry: LedgerEntry, content: dict | None, keys: list[SigningKey]) -> list[str]:
    """What is wrong with an entry by itself; empty when it and its edition are as they were.

    ``content`` is the edition's as it is now, None when it is gone; ``keys`` are all there are, in
    their order.
    """
    found = []
    if content is None:
        found += [] if entry.is_sample else [GONE]  # sample news may be cleared away
    elif not register.has_digest(content, entry.sha256):
        found.append(CONTENT)
    if not register.has_digest(register.entry_facts(entry), entry.entry_hash):
        found.append(ENTRY)
    key = next((key for key in keys if key.pk == entry.key_id), None)
    if key is None or not signing.is_signed(key, entry.entry_hash, entry.signature):
        found.append(SIGNATURE)
    at_work = [key for key in keys if key.active_from <= entry.registered_at]
    if key and key not in at_work[-1:]:
        found.append(KEY)
    return found


def faults_of(entry: LedgerEntry) -> list[str]:
    """The same for one entry, with what it needs; four queries."""
    content = register.contents([entry.edition_id]).get(entry.edition_id)
    return faults(entry, content, list(SigningKey.objects.all()))


def stretches() -> list[tuple[int, int]]:
    """First and last number of each stretch of the register, from 1 to its end."""
    ends = LedgerEntry.objects.aggregate(first=Min("seq"), last=Max("seq"))
    first, last = min(ends["first"] or 1, 1), ends["last"] or 0
    return [(seq, min(seq + STRETCH - 1, last)) for seq in range(first, last + 1, STRETCH)]


def read(stretch: tuple[int, int]) -> tuple[int, list[tuple[int, str, str]]]:
    """How many entries there are, and ``(number, reference, fault)`` of each fault."""
    keys = list(SigningKey.objects.all())
    first, last = stretch
    before = LedgerEntry.objects.filter(seq=first - 1).first()
    expected, count, found = first, 0, []
    while expected <= last:
        batch = LedgerEntry.objects.filter(seq__range=(expected, last))[:BATCH]
        entries = list(batch)
        contents = register.contents([entry.edition_id for entry in entries])
        for entry in entries:
            found += [(seq, "", MISSING) for seq in range(expected, entry.seq)]
            wrong = faults(entry, contents.get(entry.edition_id), keys)
            if entry.previous_hash != (before.entry_hash if before else register.BEGINNING):
                wrong.append(CHAIN)
            if before and entry.registered_at < before.registered_at:
                wrong.append(EARLY)
            found += [(entry.seq, entry.reference, fault) for fault in wrong]
            before, expected = entry, entry.seq + 1
        count += len(entries)
        if not entries:
            found += [(seq, "", MISSING) for seq in range(expected, last + 1)]
            break
    return count, found


def read_all() -> Iterator[tuple[int, list[tuple[int, str, str]]]]:
    """``read`` of every stretch, in their order."""
    todo = stretches()
    # Other processes would see nothing of a transaction around this one.
    if len(todo) * STRETCH <= ALONE or connection.in_atomic_block:
        yield from map(read, todo)
        return
    database = connection.settings_dict["NAME"]  # a test's, when a test reads
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), context, django.setup) as pool:
        yield from pool.map(_read_in, [(database, stretch) for stretch in todo])


def _read_in(given):
    database, stretch = given
    connection.settings_dict["NAME"] = database
    return read(stretch)


def changed_files() -> Iterator[str]:
    """Stored pictures and files whose bytes are gone, or are no longer what their rows say."""
    for model in (Picture, Attachment):
        for name, expected in model.objects.order_by("pk").values_list("file", "sha256").iterator():
            try:
                with default_storage.open(name) as file:
                    is_same = sha256(file) == expected
            except OSError:
                is_same = False
            if not is_same:
                yield name
