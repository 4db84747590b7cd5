"""SPSS system files (.sav), written row by row with the standard library alone.

After the PSPP manual, "System File Format": UTF-8, uncompressed. Names are ASCII; labels are cut
between characters, never inside one. A string is of one width, 255 bytes at most.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

LONGEST_LABEL, LONGEST_VALUE_LABEL, LONGEST_NAME, WIDEST = 255, 120, 64, 255  # bytes
_SYSMIS = -struct.unpack("<d", b"\xff\xff\xff\xff\xff\xff\xef\x7f")[0]
_HIGHEST = -_SYSMIS
_LOWEST = struct.unpack("<d", b"\xfe\xff\xff\xff\xff\xff\xef\xff")[0]
NOMINAL, ORDINAL, SCALE = 1, 2, 3
_F, _A = 5, 1  # formats: number, string


@dataclass(frozen=True)
class Column:
    """``width`` 0 is a number; ``labels``: value → words; ``missing``: up to three user-missing."""

    name: str
    label: str = ""
    width: int = 0
    decimals: int = 0
    labels: dict = field(default_factory=dict)
    missing: Sequence = ()
    measure: int = NOMINAL


def cut(text: str, longest: int) -> bytes:
    """UTF-8 of at most so many bytes, cut before a whole character with its marks."""
    encoded = text.encode()
    if len(encoded) <= longest:
        return encoded
    kept = encoded[:longest].decode(errors="ignore")
    # A Thai vowel or tone that stands above or below belongs to the letter before it.
    following = text[len(kept) : len(kept) + 1]
    while kept and following and _is_mark(following):
        kept, following = kept[:-1], kept[-1]
    return kept.encode()


def _is_mark(letter):
    return letter in "ัำ" or "ิ" <= letter <= "ฺ" or "็" <= letter <= "๎"


def write(
    file: BinaryIO,
    columns: Sequence[Column],
    rows: Iterable[Sequence],
    *,
    count: int,
    title: str = "",
    weight: str = "",
    made_at: datetime,
) -> None:
    """Write the file. Cells are numbers, texts, or None; ``weight`` names the weighting column."""
    short = _short_names(columns)
    at = 1
    places = {}
    for column in columns:
        places[column.name] = at
        at += _slots(column)
    head = b"$FL2" + _text("@(#) SPSS DATA FILE - Lopburi PR surveys", 60)
    head += struct.pack("<iiiii", 2, at - 1, 0, places.get(weight, 0), count)
    head += struct.pack("<d", 100.0)
    head += made_at.strftime("%d %b %y%H:%M:%S").encode()
    head += _text(title, 64) + b"\0\0\0"
    file.write(head)
    for column, name in zip(columns, short, strict=True):
        file.write(_variable(column, name))
    for column in columns:
        file.write(_value_labels(column, places[column.name]))
    file.write(struct.pack("<iiii8i", 7, 3, 4, 8, 1, 0, 0, -1, 1, 1, 2, 65001))
    file.write(struct.pack("<iiii3d", 7, 4, 8, 3, _SYSMIS, _HIGHEST, _LOWEST))
    shown = b"".join(struct.pack("<iii", c.measure, min(c.width or 8, 40), 0) for c in columns)
    file.write(struct.pack("<iiii", 7, 11, 4, len(shown) // 4) + shown)
    names = "\t".join(f"{s}={c.name}" for s, c in zip(short, columns, strict=True)).encode()
    file.write(struct.pack("<iiii", 7, 13, 1, len(names)) + names)
    if any(c.width and c.labels for c in columns):
        file.write(_long_value_labels(columns))
    file.write(struct.pack("<iiii", 7, 20, 1, 5) + b"UTF-8")
    file.write(struct.pack("<ii", 999, 0))
    for row in rows:
        file.write(b"".join(_cell(c, value) for c, value in zip(columns, row, strict=True)))


def _short_names(columns):
    return [f"V{place}" for place in range(1, len(columns) + 1)]


def _slots(column):
    return max(1, -(-column.width // 8))


def _text(text, size):
    return cut(text, size).ljust(size)


def _variable(column, name):
    form = (_A << 16 | column.width << 8) if column.width else (_F << 16 | 8 << 8 | column.decimals)
    label = cut(column.label, LONGEST_LABEL)
    missing = [] if column.width else list(column.missing)[:3]
    record = struct.pack(
        "<iiiiii", 2, column.width, int(bool(label)), len(missing), form, form
    ) + name.encode().ljust(8)
    if label:
        record += struct.pack("<i", len(label)) + label.ljust(-(-len(label) // 4) * 4)
    record += b"".join(struct.pack("<d", value) for value in missing)
    blank = struct.pack("<iiiiii", 2, -1, 0, 0, form, form) + b" " * 8
    return record + blank * (_slots(column) - 1)


def _value_labels(column, place):
    if not column.labels or column.width > 8:
        return b""
    record = struct.pack("<ii", 3, len(column.labels))
    for value, words in column.labels.items():
        label = cut(words, LONGEST_VALUE_LABEL)
        record += _text(value, 8) if column.width else struct.pack("<d", value)
        record += (bytes([len(label)]) + label).ljust(-(-(len(label) + 1) // 8) * 8)
    return record + struct.pack("<iiii", 4, 1, place, 0)[:8] + struct.pack("<i", place)


def _long_value_labels(columns):
    parts = b""
    for column in columns:
        if column.width > 8 and column.labels:
            name = column.name.encode()
            parts += struct.pack("<i", len(name)) + name
            parts += struct.pack("<ii", column.width, len(column.labels))
            for value, words in column.labels.items():
                label = cut(words, LONGEST_VALUE_LABEL)
                parts += struct.pack("<i", column.width) + _text(value, column.width)
                parts += struct.pack("<i", len(label)) + label
    return struct.pack("<iiii", 7, 21, 1, len(parts)) + parts if parts else b""


def _cell(column, value):
    if column.width:
        return _text(value or "", _slots(column) * 8) if value else b" " * (_slots(column) * 8)
    return struct.pack("<d", _SYSMIS if value is None else value)
