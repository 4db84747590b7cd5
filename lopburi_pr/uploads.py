"""Uploaded files: what they are is read from their bytes, never believed from their name."""

import hashlib
import re
import struct
import zipfile
from io import BytesIO
from pathlib import PurePath

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_BYTES = 20 * 2**20
MAX_ENTRIES = 2000
MAX_DIRECTORY_BYTES = 2**20
MAX_UNPACKED_BYTES = 200 * 2**20
MAX_RATIO = 100

OFFICE = "application/vnd.openxmlformats-officedocument"
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": f"{OFFICE}.wordprocessingml.document",
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
    "pptx": f"{OFFICE}.presentationml.presentation",
    "csv": "text/csv",
    "txt": "text/plain",
    "mp3": "audio/mpeg",
}
MAIN_PARTS = {
    "word/document.xml": "docx",
    "xl/workbook.xml": "xlsx",
    "ppt/presentation.xml": "pptx",
}

EMPTY = _("This file is empty. Choose it again; perhaps it was not copied completely.")
TOO_LARGE = _("This file is larger than 20 MB. Make it smaller, for example as a PDF for screens.")
NOT_ALLOWED = _(
    "Readers can only get PDF, DOCX, XLSX, PPTX, CSV, TXT and MP3. Save it as one of these."
)
DISGUISED = _(
    "This file is named .%(named)s but it is %(format)s inside. "
    "If that is what you meant, rename it."
)
BROKEN = _("This file is damaged, or not what its name says. Open it, save it again, choose that.")
OLD_OFFICE = _(
    "This is an old Office format (DOC, XLS, PPT) or has a password. "
    "Save it as DOCX, XLSX, PPTX or PDF without a password."
)
MACROS = _(
    "This document carries macros, which are programs. Save it without them (DOCX, XLSX, PPTX)."
)
BOMB = _("Unpacked, this document would be far too large. Save it as a PDF and choose that.")
NOT_TEXT = _("This is not plain text that every computer can read. Save it as CSV or TXT in UTF-8.")

_web_page = re.compile(r"<(!doctype|html|head|body|script|iframe|svg|\?|%@)", re.IGNORECASE)
_not_of_text = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")


def sniff(upload) -> str:
    """The format of an uploaded file, one of ``CONTENT_TYPES``.

    Raises ValidationError with a sentence that says what to do. Nothing is unpacked: of an Office
    document only the directory is read.
    """
    if upload.size == 0:
        raise ValidationError(EMPTY, "empty")
    if upload.size > MAX_BYTES:
        raise ValidationError(TOO_LARGE, "too_large")
    upload.seek(0)
    content = upload.read()
    upload.seek(0)
    named = PurePath(upload.name or "").suffix.lower().removeprefix(".")
    found = _format(content, named)
    if found != named:
        raise ValidationError(DISGUISED, "disguised", {"named": named, "format": found.upper()})
    return found


def sha256(file) -> str:
    """Of the bytes of an open file, from its start; it is left there."""
    file.seek(0)
    found = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return found


class UploadField(forms.FileField):
    """An upload of a format that readers can get; its value knows it as ``format``."""

    widget = forms.FileInput(attrs={"accept": ",".join(f".{name}" for name in CONTENT_TYPES)})
    default_error_messages = {"empty": EMPTY}

    def to_python(self, data):
        upload = super().to_python(data)
        if upload:
            upload.format = sniff(upload)
        return upload


def _format(content, named):
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return _office_format(content)
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise ValidationError(OLD_OFFICE, "old_office")
    if _is_mp3(content):
        return "mp3"
    if named in {"csv", "txt"}:
        _check_text(content)
        return named
    if named in CONTENT_TYPES:
        raise ValidationError(BROKEN, "broken")
    raise ValidationError(NOT_ALLOWED, "not_allowed")


def _office_format(content):
    # The size of the directory first: reading one of a million entries would take seconds.
    end = content.rfind(b"PK\x05\x06", -66_000)
    if end < 0 or len(content) < end + 22:
        raise ValidationError(BROKEN, "broken")
    entries, directory_bytes = struct.unpack_from("<HI", content, end + 10)
    if entries > MAX_ENTRIES or directory_bytes > MAX_DIRECTORY_BYTES:
        raise ValidationError(BOMB, "bomb")
    try:
        with zipfile.ZipFile(BytesIO(content)) as document:
            parts = document.infolist()
    except (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError) as error:
        raise ValidationError(BROKEN, "broken") from error
    names = {part.filename for part in parts}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise ValidationError(MACROS, "macros")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > min(MAX_UNPACKED_BYTES, MAX_RATIO * len(content)) or len(parts) > MAX_ENTRIES:
        raise ValidationError(BOMB, "bomb")
    found = [kind for part, kind in MAIN_PARTS.items() if part in names]
    if len(found) != 1 or "[Content_Types].xml" not in names:
        raise ValidationError(NOT_ALLOWED, "not_allowed")
    if any(part.flag_bits & 1 for part in parts):
        raise ValidationError(OLD_OFFICE, "old_office")
    return found[0]


def _check_text(content):
    for encoding in ("utf-8-sig", "cp874"):  # Thai Windows still writes the latter
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        raise ValidationError(NOT_TEXT, "not_text")
    if _not_of_text.search(text) or _web_page.match(text.lstrip()):
        raise ValidationError(NOT_TEXT, "not_text")


_MP3_KBITS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MP3_KBITS_LOW = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_MP3_HERTZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


def _is_mp3(content):
    """Whether two frames of MPEG audio, layer III, follow each other at the start."""
    start = 0
    if content.startswith(b"ID3") and len(content) > 10:
        tag_bytes = 0
        for byte in content[6:10]:
            tag_bytes = tag_bytes << 7 | byte & 0x7F
        start = 10 + tag_bytes
        while content[start : start + 1] == b"\0":
            start += 1
    length = _mp3_frame_bytes(content[start : start + 4])
    return length > 0 and _mp3_frame_bytes(content[start + length : start + length + 4]) > 0


def _mp3_frame_bytes(header):
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return 0
    version, rate, hertz = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or rate in {0, 15} or hertz == 3:
        return 0
    kbits = (_MP3_KBITS if version == 3 else _MP3_KBITS_LOW)[rate]
    samples = 144 if version == 3 else 72
    return samples * kbits * 1000 // _MP3_HERTZ[version][hertz] + (header[2] >> 1 & 1)
