"""The register of editions: what was approved, as a chain of signed entries that is only added to.

An entry holds the SHA-256 of an edition's content and the hash of the entry before it, both over
canonical JSON (RFC 8785), so nothing in front of an entry can change without changing it too. This
is evidence that a text is unchanged; it is not an electronic signature under the law
(docs/decisions/0011-register.md).
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC

import rfc8785
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from news import fingerprints, signing
from news.models import Attachment, Edition, EditionPicture, LedgerEntry
from news.models.article import reference
from news.models.edition import DOCUMENT_FACTS

BEGINNING = "0" * 64  # what the first entry follows
CONTENT_FORM = "lopburi-pr/edition/1"  # a change of what is hashed gets the next number
TEXTS = (
    *("title", "must_know", "lead", "body", "spoken", "event_place", "presided_by"),
    *("source_agency", "source_url", "change_kind", "change_note"),
)
PICTURE_FACTS = ("role", "order", "alt", "is_decorative", "caption")
FILE_FACTS = ("order", "title", "format", "size", "sha256")


@transaction.atomic
def enter(edition_ids: Iterable[int]) -> None:
    """Register these approved editions, in this order, each once and for ever; from then on their
    texts are recognised.

    Belongs at the end of the transaction that approves them, when all about them is decided; until
    it ends nobody else can register. Raises ImproperlyConfigured without a key to sign with.
    """
    edition_ids = list(edition_ids)
    if not edition_ids:
        return
    with connection.cursor() as cursor:  # one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('news.register'))")
    now = timezone.now()
    key, private = signing.key_at_work(now)
    said = contents(edition_ids)
    newest = LedgerEntry.objects.last()
    last, previous_hash = (newest.seq, newest.entry_hash) if newest else (0, BEGINNING)
    entries = []
    for seq, pk in enumerate(edition_ids, last + 1):
        content = said[pk]
        entry = LedgerEntry(
            seq=seq,
            edition_id=pk,
            reference=f"{content['reference']}.{content['version']}",
            language=content["language"],
            is_sample=content["is_sample"],
            sha256=digest(content),
            previous_hash=previous_hash,
            key=key,
            registered_at=now,
        )
        entry.entry_hash = previous_hash = digest(entry_facts(entry))
        entry.signature = signing.sign(private, entry.entry_hash)
        entries.append(entry)
    LedgerEntry.objects.bulk_create(entries)
    fingerprints.write(edition_ids)


def unregistered():
    """Approved editions that the register does not know, the oldest approval first."""
    known = LedgerEntry.objects.filter(edition=OuterRef("pk"))
    approved = Edition.objects.filter(state=Edition.State.APPROVED)
    return approved.exclude(Exists(known)).order_by("approved_at", "pk")


def contents(edition_ids: Iterable[int]) -> dict[int, dict]:
    """What is hashed of each of these editions, as the database has it now; three queries.

    Left out is what may change later without changing what was said: the article's kind, topic,
    places and tags, the credit and focal point of pictures, until when the edition is shown.
    """
    edition_ids = list(edition_ids)
    pictures, files = defaultdict(list), defaultdict(list)
    for row in (
        EditionPicture.objects.filter(edition__in=edition_ids)
        .order_by("role", "order", "pk")
        .values("edition_id", *PICTURE_FACTS, sha256=F("picture__sha256"))
    ):
        pictures[row.pop("edition_id")].append(row)
    for row in (
        Attachment.objects.filter(edition__in=edition_ids)
        .order_by("order", "pk")
        .values("edition_id", *FILE_FACTS)
    ):
        files[row.pop("edition_id")].append(row)
    found = {}
    for row in Edition.objects.filter(pk__in=edition_ids).values(
        *("pk", "version", "event_on", "shown_from", "approved_at", *TEXTS, *DOCUMENT_FACTS),
        year=F("article__year"),
        number=F("article__number"),
        language=F("article__language"),
        is_sample=F("article__is_sample"),
    ):
        found[row["pk"]] = {
            "form": CONTENT_FORM,
            "reference": reference(row["year"], row["number"]),
            "version": row["version"],
            "language": row["language"],
            "is_sample": row["is_sample"],
            **{name: row[name] for name in TEXTS},
            # Only where something is said: earlier editions keep the hash they had without these.
            **{name: str(row[name]) for name in DOCUMENT_FACTS if row[name]},
            "event_on": row["event_on"].isoformat() if row["event_on"] else None,
            "pictures": pictures[row["pk"]],
            "attachments": files[row["pk"]],
            "approved_at": moment(row["approved_at"]),
            "shown_from": moment(row["shown_from"]),
        }
    return found


def entry_facts(entry: LedgerEntry) -> dict:
    """What is hashed and signed of an entry."""
    return {
        "seq": entry.seq,
        "reference": entry.reference,
        "language": entry.language,
        "is_sample": entry.is_sample,
        "sha256": entry.sha256,
        "previous_hash": entry.previous_hash,
        "key_id": entry.key_id,
        "registered_at": moment(entry.registered_at),
    }


def canonical(data: dict) -> bytes:
    """The one spelling of ``data`` in UTF-8 (RFC 8785)."""
    return rfc8785.dumps(data)


def digest(data: dict) -> str:
    return hashlib.sha256(canonical(data)).hexdigest()


def has_digest(data: dict, expected: str) -> bool:
    """Whether ``digest(data)`` is the expected one.

    Python's own encoder spells data like ours the same way in half the time; where it does not,
    the library decides.
    """
    quick = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(quick.encode()).hexdigest() == expected or digest(data) == expected


def moment(value) -> str | None:
    """ISO 8601 in UTC to the microsecond, as PostgreSQL keeps it."""
    return value.astimezone(UTC).isoformat(timespec="microseconds") if value else None
