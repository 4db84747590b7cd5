"""What differs between two versions of a text, in words a Thai reader sees, and whether it matters.

Governments hide substantial edits as "minor" ones. Here nobody is asked: a change is minor only if
``significance`` finds nothing in it that could change what a reader does or believes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from lopburi_pr.thai_text import fold
from lopburi_pr.thai_words import DICTIONARY, word_spans

MOST_OF_MINOR = 0.05  # of all words; a change of more is never minor

SAME, GONE, NEW = "same", "gone", "new"

REASONS = {
    "headline": _("The headline changed."),
    "number": _("A number, sum, hour or telephone number changed."),
    "date": _("A day or month changed."),
    "place": _("A place changed."),
    "name": _("A person’s name or position changed."),
    "negation": _("Something is now allowed, refused, postponed or cancelled that was not before."),
    "extent": _("More than five words in a hundred changed."),
    "facts": _("Who says so, or the day, place or chair of the event changed."),
    "script": _("The loudspeaker script changed."),
    "files": _("Pictures or files changed."),
}

_digits = re.compile(r"[0-9]+(?:[.,:/-][0-9]+)*")
_number_words = re.compile(
    "ศูนย์|หนึ่ง|เอ็ด|สอง|ยี่สิบ|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ|ร้อย|พัน|หมื่น|แสน|ล้าน|ครึ่ง|คู่|โหล"
    "|บาท|สตางค์|ดอลลาร์|เปอร์เซ็นต์|%|ร้อยละ|กิโลเมตร|กม|เมตร|ไร่|ลิตร|กิโลกรัม|ตัน"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|million|half|percent|baht)\b"
)
_dates = re.compile(
    "มกราคม|กุมภาพันธ์|มีนาคม|เมษายน|พฤษภาคม|มิถุนายน|กรกฎาคม|สิงหาคม|กันยายน|ตุลาคม|พฤศจิกายน|ธันวาคม"
    r"|(?:ม\.ค|ก\.พ|มี\.ค|เม\.ย|พ\.ค|มิ\.ย|ก\.ค|ส\.ค|ก\.ย|ต\.ค|พ\.ย|ธ\.ค)\."
    "|อาทิตย์|จันทร์|อังคาร|พุธ|พฤหัส|ศุกร์|เสาร์|วันนี้|พรุ่งนี้|เมื่อวาน|มะรืน|สัปดาห์|เดือนนี้|เดือนหน้า|ปีหน้า|ปีนี้"
    "|เช้า|เที่ยง|บ่าย|เย็น|ค่ำ|กลางคืน|เที่ยงคืน|ก่อน|หลัง|ภายใน|ตั้งแต่|จนถึง"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
    r"|\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|tomorrow|yesterday|before|after|until|since)\b"
)
_negations = re.compile(
    "ไม่|ห้าม|มิได้|มิให้|มิใช่|หาได้|ยกเลิก|งด|เว้น|อย่า|ปฏิเสธ|เลื่อน|ระงับ|หยุด|ปิด|เปิด|อนุญาต|อนุมัติ|เพิกถอน"
    "|ถอน|พ้น|ต้อง|ควร|เฉพาะ|เท่านั้น|ทุก|บาง|ยัง|จริง|ปลอม|เท็จ|ผิด"
    r"|\b(?:no|not|never|none|without|cancel\w*|postpone\w*|suspend\w*|refuse\w*|ban\w*|forbid\w*)\b"
    r"|n['’]t\b|\b(?:must|should|only|may|can|cannot|closed?|opens?|true|false)\b"
)
_titled = re.compile(
    r"(?:นางสาว|นาย|นาง|น\.ส\.|ด\.ช\.|ด\.ญ\.|ดร\.|ศ\.|ผศ\.|รศ\.|พล\.?\s?[ก-ฮ]\.[ก-ฮ]?\.?|พ\.[ตจอ]\.[ก-ฮ]?\.?|ร\.[ตทอ]\.[ก-ฮ]?\.?"
    r"|พระ|หม่อม|คุณหญิง|ท่านผู้หญิง|ผู้ว่าราชการ|รองผู้ว่า|นายอำเภอ|นายก|รัฐมนตรี|อธิบดี|ปลัด|ผู้อำนวยการ|หัวหน้า|ประธาน|ผู้บัญชาการ"
    r"|รักษาราชการแทน|ปฏิบัติราชการแทน|โฆษก|เลขาธิการ)\s?\S*(?:\s\S+)?"
    r"|(?-i:\b[A-Z][a-z]+(?:\s[A-Z][a-z]+)*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: ``same`` in both, ``gone`` from the old or ``new``."""

    kind: str
    text: str


def pieces(old: str, new: str) -> list[Piece]:
    """``old`` and ``new`` woven together word by word, neighbours of one kind joined.

    Paragraphs (lines) that are the same are not looked into. ``same`` and ``gone`` give back
    ``old``, ``same`` and ``new`` give back ``new``, letter for letter.
    """
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    found = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece(SAME, "".join(before[i:j])))
        else:
            found += _woven("".join(before[i:j]), "".join(after[k:m]))
    return _joined(found)


def _woven(old, new) -> Iterator[Piece]:
    before, after = _units(old), _units(new)
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(SAME, "".join(before[i:j]))
        else:
            yield Piece(GONE, "".join(before[i:j]))
            yield Piece(NEW, "".join(after[k:m]))


def _units(text):
    """Words and what stands between them; together they are the text."""
    units, done = [], 0
    for start, end in word_spans(text):
        units += [text[done:start], text[start:end]] if done < start else [text[start:end]]
        done = end
    return [*units, text[done:]] if done < len(text) else units


def _joined(found):
    """Neighbours of a kind become one; a lone gap between two changes counts as changed."""
    joined: list[Piece] = []
    for position, piece in enumerate(found):
        if not piece.text:
            continue
        is_gap = piece.kind == SAME and piece.text == " " and 0 < position < len(found) - 1
        kinds = (GONE, NEW) if is_gap else (piece.kind,)
        for kind in kinds:
            _append(joined, kind, piece.text)
    return joined


def _append(joined, kind, text):
    """Add to the last stretch of this kind that no unchanged text parts from the end."""
    for place in range(len(joined) - 1, -1, -1):
        if joined[place].kind == kind:
            joined[place] = Piece(kind, joined[place].text + text)
            return
        if SAME in (joined[place].kind, kind):
            break
    joined.append(Piece(kind, text))


def significance(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """Keys of REASONS why the change from ``old`` to ``new`` is not minor; empty when it is.

    Both map ``title``, ``must_know``, ``lead`` and ``body`` to plain text, and optionally
    ``facts``, ``script`` and ``files`` to any text that stands for them.
    """
    found = ["headline"] if fold(old["title"]).split() != fold(new["title"]).split() else []
    found += [key for key in ("facts", "script", "files") if old.get(key, "") != new.get(key, "")]
    before, after = (
        "\n".join(texts[name] for name in ("title", "must_know", "lead", "body"))
        for texts in (old, new)
    )
    folded_before, folded_after = fold(before), fold(after)
    woven = pieces(before, after)
    changed = [piece.text for piece in woven if piece.kind != SAME]
    touched = fold("\n".join(changed))
    for key, pattern in (
        ("number", _digits),
        ("number", _number_words),
        ("date", _dates),
        ("place", _places()),
        ("negation", _negations),
    ):
        # Either the same words stand there in the same order, or one of them was touched.
        is_told = pattern.findall(folded_before) == pattern.findall(folded_after)
        if key not in found and (pattern.search(touched) or not is_told):
            found.append(key)
    if _titled.findall(before) != _titled.findall(after):
        found.append("name")
    words = sum(len(word_spans(text)) for text in changed)
    if words > MOST_OF_MINOR * max(len(word_spans(before)), len(word_spans(after)), 1):
        found.append("extent")
    return found


@lru_cache(maxsize=1)
def _places():
    lines = (DICTIONARY / "places.txt").read_text(encoding="utf-8").splitlines()
    names = [fold(line.strip()) for line in lines if line.strip() and not line.startswith("#")]
    longest_first = sorted(set(names), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))
