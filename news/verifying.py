"""What the register tells a reader who holds a notice: genuine and in force, or not any more.

Only released editions are known here: what is registered but not shown yet is unknown to readers.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from lopburi_pr.thai_text import fold
from news import auditing, register, signing
from news.models import Edition, LedgerEntry, SigningKey
from news.models.article import reference

CURRENT, REPLACED, EXPIRED, WITHDRAWN, ALTERED = (
    *("current", "replaced", "expired", "withdrawn", "altered"),
)

_reference = re.compile(
    r"(?:lpb)?[\s\-‐-―−_/.]*(2[4-6][0-9]{2})[\s\-‐-―−_/.]*0*([1-9][0-9]{0,8})"
    r"(?:[\s,(]*(?:\.|v(?:ersion)?\.?|ฉบับ(?:ที่)?|/v)\s*0*([1-9][0-9]{0,3})\)?)?"
)


@dataclass(frozen=True)
class Wanted:
    """A reference as a reader gives it; without a version it means the latest one."""

    year: int
    number: int
    version: int | None

    @property
    def text(self):
        version = f".{self.version}" if self.version else ""
        return f"{reference(self.year, self.number)}{version}"

    @classmethod
    def of(cls, text: str) -> "Wanted | None":
        """From what stands on paper or was typed: ``lpb 2569/123 v2``, ``๒๕๖๙-๑๒๓``; None when it
        can't be a reference.
        """
        match = _reference.fullmatch(fold(text).strip(" .,/"))
        return cls(*(part and int(part) for part in match.groups())) if match else None


@dataclass(frozen=True)
class Record:
    """One released edition, its entry in the register, and how it stands."""

    edition: Edition
    versions: list[Edition]  # of the article, released ones, each with its ``standing``
    entry: LedgerEntry

    @property
    def reference(self):
        return self.entry.reference

    @property
    def state(self):
        return self.edition.standing

    @property
    def latest(self):
        return self.versions[-1]

    @property
    def is_shown(self):
        """Whether readers see the article: only then its text is given out here too."""
        return self.latest.standing == CURRENT


def find(wanted: Wanted, language: str, at: datetime | None = None) -> Record | None:
    """The record of a reference, in this language where there are two; None when the public was
    never shown such an edition in any language. Four queries and more, because the edition is read
    against its entry each time.
    """
    at = at or timezone.now()
    released = list(
        Edition.objects.released(at)
        .filter(article__year=wanted.year, article__number=wanted.number)
        .select_related("article")
        .order_by("version")
    )
    named = [edition for edition in released if wanted.version in (None, edition.version)]
    # A paper names no language: what only the other one has is as genuine.
    edition = max(named, key=lambda e: (e.article.language == language, e.version), default=None)
    versions = stand([e for e in released if edition and e.article_id == edition.article_id], at)
    entry = edition and LedgerEntry.objects.filter(edition=edition).select_related("key").first()
    if not entry:
        return None
    if auditing.faults_of(entry):
        edition.standing = ALTERED
    return Record(edition, versions, entry)


def stand(versions: list[Edition], at: datetime) -> list[Edition]:
    """The released editions of one article, the first one first; each says how it stands."""
    for edition in versions:
        withdrawn_at = edition.article.withdrawn_at
        if withdrawn_at and withdrawn_at <= at:
            edition.standing = WITHDRAWN
        elif edition.is_published(at):
            edition.standing = CURRENT
        elif edition is not versions[-1]:
            edition.standing = REPLACED
        else:
            edition.standing = EXPIRED
    return versions


def record_data(record: Record, address: str) -> dict:
    """The record for machines; ``address`` is that of its page."""
    edition, entry = record.edition, record.entry
    is_replaced = record.state == REPLACED
    return {
        "reference": record.reference,
        "language": entry.language,
        "state": record.state,
        "replaced_by": f"{edition.article.reference}.{record.latest.version}"
        if is_replaced
        else None,
        "shown_from": register.moment(edition.shown_from),
        "shown_until": register.moment(edition.shown_until) if record.state != CURRENT else None,
        "entry": register.entry_facts(entry),
        "entry_hash": entry.entry_hash,
        "signature": entry.signature,
        "content": f"{address}content.json" if record.is_shown else None,
        "keys": "/.well-known/publication-keys.json",
    }


def published_keys() -> list[dict]:
    """Every key that ever signed, the one at work last."""
    keys = list(SigningKey.objects.all())
    ends = [key.active_from for key in keys[1:]] + [None]
    return [
        {
            "key_id": key.pk,
            "algorithm": "Ed25519",
            "public_key": key.public_key,
            "pem": signing.public_pem(key),
            "from": register.moment(key.active_from),
            "until": register.moment(end),
        }
        for key, end in zip(keys, ends, strict=True)
    ]
