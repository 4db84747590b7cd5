import io
import struct
import time
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from lopburi_pr import uploads
from news import attachments, publishing
from news.models import Article, Attachment
from tests import make

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
MP3_FRAME = b"\xff\xfb\x90\x00" + bytes(413)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)


def office(main="word/document.xml", *others, content=b"<w/>", types="[Content_Types].xml"):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in (types, main, *others):
            archive.writestr(name, content)
    return buffer.getvalue()


def locked_office():
    content = bytearray(office())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


def upload(name, content):
    return SimpleUploadedFile(name, content)


ACCEPTED = {
    "ประกาศ.pdf": PDF,
    "a.docx": office(),
    "a.xlsx": office("xl/workbook.xml"),
    "a.pptx": office("ppt/presentation.xml"),
    "รายชื่อ.csv": "ชื่อ,อำเภอ\nสมชาย,บ้านหมี่\n".encode("utf-8-sig"),
    "windows.csv": "ชื่อ,อำเภอ\r\n".encode("cp874"),
    "a.TXT": b"a < b, <3\n",
    "spot.mp3": MP3_FRAME * 3,
    "tagged.mp3": b"ID3\x04\0\0\0\0\0\x05hello\0\0" + MP3_FRAME * 3,
    "x.php.pdf": PDF,
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_format_is_read_from_the_content(name):
    assert uploads.sniff(upload(name, ACCEPTED[name])) == name.rsplit(".", 1)[1].lower()


REFUSED = {
    "page.pdf": (b"<html><script>x()</script>", "broken"),
    "program.pdf": (b"MZ\x90\0\x03", "broken"),
    "word.pdf": (office(), "disguised"),
    "pdf.docx": (PDF, "disguised"),
    "workbook.docx": (office("xl/workbook.xml"), "disguised"),
    "voice.txt": (MP3_FRAME * 3, "disguised"),
    "report.pdf.exe": (PDF, "disguised"),
    "no-ending": (PDF, "disguised"),
    "old.doc": (OLE, "old_office"),
    "secret.docx": (OLE, "old_office"),
    "locked.docx": (locked_office(), "old_office"),
    "macros.docx": (office("word/document.xml", "word/vbaProject.bin"), "macros"),
    "macros.xlsx": (office("xl/workbook.xml", "XL/VBAPROJECT.BIN"), "macros"),
    "archive.zip": (office("readme.txt"), "not_allowed"),
    "archive.docx": (office("readme.txt"), "not_allowed"),
    "java.docx": (office("META-INF/MANIFEST.MF", "x.class"), "not_allowed"),
    "two.docx": (office("word/document.xml", "xl/workbook.xml"), "not_allowed"),
    "bare.docx": (office(types="other.xml"), "not_allowed"),
    "half.docx": (office()[:-30], "broken"),
    "page-first.docx": (b"<script>x()</script>" + office(), "broken"),
    "silence.mp3": (b"\xff\xfb\x90\x00" + bytes(900), "broken"),
    "id3.mp3": (b"ID3\x04\0\0\0\0\0\x05hello<html>", "broken"),
    "page.txt": (b"\xef\xbb\xbf <!DOCTYPE html><html>", "not_text"),
    "drawing.csv": (b"<svg onload=x()>", "not_text"),
    "php.txt": (b"<?php phpinfo(); ?>", "not_text"),
    "binary.csv": (b"a,b\0c", "not_text"),
    "utf16.csv": ("ชื่อ".encode("utf-16"), "not_text"),
    "photo.jpg": (b"\xff\xd8\xff\xe0", "not_allowed"),
    "drawing.svg": (b"<svg/>", "not_allowed"),
    "page.html": (b"<p>x", "not_allowed"),
    "program.exe": (b"MZ\x90", "not_allowed"),
    "empty.pdf": (b"", "empty"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_other_content_is_refused(name):
    content, code = REFUSED[name]

    with pytest.raises(ValidationError) as refused:
        uploads.sniff(upload(name, content))

    assert refused.value.code == code


def test_sentence_says_what_the_file_is():
    with pytest.raises(ValidationError) as refused:
        uploads.sniff(upload("word.pdf", office()))

    with override("en"):
        assert "named .pdf but it is DOCX" in refused.value.messages[0]


def test_one_byte_too_many_is_refused(monkeypatch):
    monkeypatch.setattr(uploads, "MAX_BYTES", len(PDF))
    assert uploads.sniff(upload("a.pdf", PDF)) == "pdf"

    with pytest.raises(ValidationError) as refused:
        uploads.sniff(upload("a.pdf", PDF + b"\n"))

    assert refused.value.code == "too_large"


def many_entries():
    return office("word/document.xml", *(f"word/{n}.xml" for n in range(2_000)), content=b"")


def high_ratio():
    return office(content=bytes(4_000_000))


def endless_directory():
    """Ten megabytes of directory, about which the end record lies."""
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, 10_000_000, 4, 0)
    return b"PK\x03\x04" + bytes(10_000_000) + end


@pytest.mark.parametrize("bomb", [many_entries, high_ratio, endless_directory])
def test_packed_bomb_is_refused_at_once(bomb):
    packed = upload("bomb.docx", bomb())
    started = time.perf_counter()

    with pytest.raises(ValidationError) as refused:
        uploads.sniff(packed)

    assert refused.value.code == "bomb"
    assert time.perf_counter() - started < 0.1


def test_form_keeps_format_and_size_but_not_the_name(db):
    form = attachments.AttachmentForm(
        {"title": "ประกาศ", "order": 0}, {"file": upload("../" + "ก" * 300 + ".pdf", PDF)}
    )
    form.instance.edition = make.draft()

    assert form.is_valid(), form.errors
    kept = form.save()

    assert (kept.format, kept.size) == ("pdf", len(PDF))
    assert kept.file.name.startswith("attachments/")
    assert "." not in kept.file.name
    assert kept.file.read() == PDF


def test_form_says_what_to_do(db):
    form = attachments.AttachmentForm(
        {"title": "ประกาศ", "order": 0}, {"file": upload("macros.docx", REFUSED["macros.docx"][0])}
    )

    assert form.errors["file"] == [uploads.MACROS]


def test_file_stays_while_any_version_has_it(db, django_capture_on_commit_callbacks):
    edition = make.draft()
    first = attachments.store(edition, upload("a.pdf", PDF), title="ประกาศ")
    make.publish(edition)
    second = publishing.revise(edition.article, by=None).attachments.get()
    assert second.file.name == first.file.name

    with django_capture_on_commit_callbacks(execute=True):
        second.delete()
    assert default_storage.exists(first.file.name)

    name = first.file.name
    Article.objects.update(is_sample=True)  # nothing else that was approved can be deleted
    with django_capture_on_commit_callbacks(execute=True):
        first.delete()
    assert not default_storage.exists(name)


def test_replaced_file_is_removed_unless_another_version_has_it(
    db, django_capture_on_commit_callbacks
):
    edition = make.draft()
    first = attachments.store(edition, upload("a.pdf", PDF), title="ประกาศ")
    make.publish(edition)
    draft = publishing.revise(edition.article, by=None).attachments.get()

    with django_capture_on_commit_callbacks(execute=True):
        replace(draft, b"second")
    assert default_storage.exists(first.file.name)

    former = draft.file.name
    with django_capture_on_commit_callbacks(execute=True):
        replace(draft, b"third")
    assert not default_storage.exists(former)
    assert Attachment.objects.get(pk=draft.pk).size == len(PDF) + len(b"third")


def replace(attachment, tail):
    form = attachments.AttachmentForm(
        {"title": "ใหม่", "order": 0}, {"file": upload("b.pdf", PDF + tail)}, instance=attachment
    )
    assert form.is_valid(), form.errors
    form.save()
