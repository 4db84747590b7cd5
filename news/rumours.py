"""Is it the same rumour? Words of a forwarded message laid beside those of earlier ones.

People reword what they pass on, and phones change its spaces and digits, so only dictionary words
and numbers are compared, wherever they stand. What every chain message says (please share, urgent)
and the province's own name count for nothing. Alikeness is the weight of what both say in that of
the shorter one, from 0 to 1; longer words weigh more.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from urllib.parse import urlsplit

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, TextField, Value
from django.db.models.functions import Concat
from django.utils.translation import get_language

from lopburi_pr.thai_text import fold
from lopburi_pr.thai_words import lattice, words
from news.models import Claim, Verdict
from office.pulse import remembered

ALIKE = 0.38  # and people decide whether it is the same
SAME = 0.75  # of the longer one, and every number the same: counted as one without asking
ASKED_FOR = 0.8  # of the words of a search
FEWEST_WORDS = 2  # of a search: one word alone asks for a subject, not for a rumour
PASTED_WORDS = 6  # from here on a search is a pasted message
LEAST_WEIGHT = 6
LONGEST_WORD = 8  # letters that count
SHORTEST_WORD = 3
MOST = 5

# Said in every chain message, or in nearly every Thai sentence.
_idle = """
    ส่งต่อ ต่อไป แชร์ แชร์ต่อ ช่วย ช่วยกัน ช่วยแชร์ บอกต่อ ด่วน ด่วนที่สุด เร่งด่วน ที่สุด กรุณา โปรด ทราบ แจ้ง ฝาก ข่าว
    ข้อความ ไลน์ กลุ่ม เพื่อน พี่น้อง ญาติ นะคะ นะครับ ครับ ค่ะ จ้า จริง จริงหรือ จริงหรือไม่ ได้รับ และ ของ ให้ ได้ ที่
    จาก โดย ถึง หรือ ต้อง ทุก คน กับ เป็น ว่า ไม่ นี้ แล้ว จะ มี ใน ไป มา กัน อยู่ อย่า ห้าม เลย เมื่อ ตอนนี้ วันนี้ ผ่าน
    เพราะ ทำ ทาง ด้วย นั้น อีก ขอ กว่า เรื่อง ประชาชน จังหวัด จังหวัดลพบุรี ลพบุรี เมืองลพบุรี บุรี ชาวลพบุรี เมือง
    the and for that this with from you are share forward forwarded please urgent lopburi
"""
_address = re.compile(r"(?:https?://|www\.)[^\s<>\"'\u0e00-\u0e7f]+", re.IGNORECASE)
_thousands = re.compile(r"(?<=[0-9]),(?=[0-9]{3})")
_atom = re.compile(r"[a-z]{2,}|[0-9]+(?:\.[0-9]+)*")


@lru_cache(maxsize=1)
def _idle_words():
    """Those words, and what the dictionary finds inside them."""
    return frozenset({*_idle.split(), *lattice(_idle)})


@dataclass(frozen=True)
class Saying:
    """What of a text is compared: its words, its numbers among them, and the addresses in it."""

    words: frozenset[str]
    addresses: frozenset[str] = field(default=frozenset())

    @cached_property
    def weight(self):
        return _weight(self.words)

    @property
    def numbers(self):
        return {word for word in self.words if word[0].isdigit()}


def saying(text: str, link: str = "") -> Saying:
    """The comparable part of any text; empty when it says nothing of its own."""
    folded = fold(text)
    addresses = {_plain(found) for found in (*_address.findall(folded), fold(link)) if found}
    bare = _thousands.sub("", _address.sub(" ", folded))
    found = {word for word in lattice(bare) if len(word) >= SHORTEST_WORD}
    return Saying(frozenset({*found, *_atom.findall(bare)} - _idle_words()), frozenset(addresses))


def _plain(address):
    """An address without what phones and counters add to it."""
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
    except ValueError:
        return address
    return parts.netloc.removeprefix("www.") + parts.path.rstrip("/")


def alikeness(one: Saying, other: Saying) -> float:
    """From 0, nothing in common, to 1: the same address, or one says all that the other does."""
    if one.addresses & other.addresses:
        return 1.0
    smaller = min(one.weight, other.weight)
    return _weight(one.words & other.words) / smaller if smaller >= LEAST_WEIGHT else 0.0


def is_same(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two ``(text, link)`` say the same so plainly that nobody needs to look."""
    first, second = _saying(*one), _saying(*other)
    if not (first.words or second.words):
        return bool(first.addresses & second.addresses)
    larger = max(first.weight, second.weight)
    common = _weight(first.words & second.words)
    return first.numbers == second.numbers and common >= SAME * larger > 0


def _weight(found):
    return sum(max(1, min(len(word), LONGEST_WORD) - 2) for word in found)


@lru_cache(maxsize=1000)
def _saying(text, link):
    return saying(text, link)


def find_similar(text: str, stamp: tuple, link: str = "") -> list[dict]:
    """Published verdicts about what a pasted text says, the most alike first, as ``cards``."""
    asked = saying(text, link)
    scored = [
        (max(alikeness(asked, wording) for wording in known["sayings"]), known["shown_from"], known)
        for known in _known(stamp)
    ]
    scored = [row for row in scored if row[0] >= ALIKE]
    scored.sort(key=lambda row: row[:2], reverse=True)
    return cards([known for *_, known in scored[:MOST]])


def asked_for(query: str, stamp: tuple) -> dict | None:
    """The published verdict whose words somebody searches for, as one of ``cards``."""
    everything = _known(stamp)
    asked = saying(query)
    typed = [
        word for word in words(query) if word not in _idle_words() and len(word) >= SHORTEST_WORD
    ]
    if len(typed) < FEWEST_WORDS and not asked.addresses:
        return None
    least = max(ASKED_FOR * asked.weight, LEAST_WEIGHT)
    for known in everything:
        if _weight(asked.words & known["words"]) >= least:
            return cards([known])[0]
    is_pasted = len(typed) >= PASTED_WORDS or asked.addresses
    return next(iter(find_similar(query, stamp)), None) if is_pasted else None


def similar_claims(claim: Claim) -> list[Claim]:
    """Other claims that may be the same one, the most alike first, for whoever checks it."""
    asked = saying(claim.text, claim.link)
    others = Claim.objects.exclude(pk=claim.pk).exclude(
        state__in=(Claim.State.DECLINED, Claim.State.JOINED)
    )[:500]
    scored = [(alikeness(asked, _saying(other.text, other.link)), other) for other in others]
    scored = [row for row in scored if row[0] >= ALIKE]
    scored.sort(key=lambda row: row[0], reverse=True)
    return [other for _, other in scored[:MOST]]


def listed(stamp: tuple, label: str = "") -> list[dict]:
    """Every published verdict, or those of one label, the latest first; see ``cards``."""
    return [known for known in _known(stamp) if label in {"", known["label"]}]


def cards(found: list[dict]) -> list[dict]:
    """The contract of the component ``card_verdict``, in the reader's language."""
    prefix = "/en" if get_language() == "en" else ""
    return [
        {
            "url": f"{prefix}/fact-check/{known['claim']}/",
            "label": known["label"],
            "label_text": str(Verdict.Label(known["label"]).label),
            "claim_text": known["claim_text"],
            "short_answer": known["short_answer"],
            "shown_from": known["shown_from"],
            "version": known["version"],
            "is_sample": known["is_sample"],
        }
        for known in found
    ]


def _known(stamp):
    return remembered("verdicts", stamp, _verdicts)


def _verdicts():
    """Every published verdict with all wordings of its claim, the private ones too: they find it
    and are never shown. One query.
    """
    sent = Concat("link", Value(" "), "text", output_field=TextField())
    wordings = Claim.objects.filter(Q(pk=OuterRef("claim")) | Q(same_as=OuterRef("claim")))
    verdicts = (
        Verdict.objects.published()
        .newest_first()
        .annotate(wordings=ArraySubquery(wordings.values_list(sent)))
        .values(
            *("claim", "label", "claim_text", "short_answer", "shown_from", "version"),
            *("claim__is_sample", "wordings"),
        )
    )
    found = []
    for row in verdicts:
        sayings = [saying(wording) for wording in (row["claim_text"], *row.pop("wordings"))]
        said = frozenset().union(*(wording.words for wording in sayings))
        is_sample = row.pop("claim__is_sample")
        found.append({**row, "is_sample": is_sample, "sayings": sayings, "words": said})
    return found
