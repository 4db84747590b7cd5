"""Files to requests are judged before anything is saved."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from consulting.files import AT_MOST, FilesField, made_from
from tests import make

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"


def upload(name="แผน.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def test_a_document_keeps_its_bytes_and_a_harmless_name(db):
    row = made_from(upload("..\\ลับ/แผน:สื่อ.pdf"))
    row.request = make.advisory_request()
    row.save()

    assert (row.name, row.format, row.size) == ("แผน สื่อ.pdf", "pdf", len(PDF))
    assert "แผน" not in row.file.name
    assert row.file.read() == PDF


def test_a_photograph_comes_without_the_place_where_it_was_taken(db):
    picture = BytesIO()
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (14.0, 48.0, 0.0)}
    Image.new("RGB", (400, 300), "teal").save(picture, "JPEG", exif=exif)

    row = made_from(upload("IMG_1.jpeg", picture.getvalue()))

    with Image.open(BytesIO(row.file.read())) as kept:
        assert not kept.getexif()
    assert row.name == "IMG_1.jpg"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b""),
        ("a.pdf", b"MZ\x90\x00"),
        ("a.pdf.exe", b"MZ\x90\x00"),
        ("a.html", b"<html><script>"),
        ("a.svg", b"<svg onload=x>"),
        ("a.docx", b"PK\x03\x04broken"),
        ("a.jpg", b"\xff\xd8\xff<?php ?>"),
        ("a", b"x"),
    ],
)
def test_what_is_no_document_is_refused_with_its_name(name, content):
    with pytest.raises(ValidationError) as refused:
        FilesField().clean([upload(name, content)])

    assert all(name in said for said in refused.value.messages)


def test_all_are_judged_before_any_is_kept():
    with pytest.raises(ValidationError) as refused:
        FilesField().clean([upload(), upload("b.exe", b"MZ"), upload("c.pdf", b"")])

    assert len(refused.value.messages) == 2
    with pytest.raises(ValidationError, match=r"ten|10|สิบ"):
        FilesField().clean([upload(f"{n}.pdf") for n in range(AT_MOST + 1)])


def test_a_deleted_row_takes_its_file_along(db, django_capture_on_commit_callbacks):
    row = made_from(upload())
    row.request = make.advisory_request()
    row.save()
    name = row.file.name

    with django_capture_on_commit_callbacks(execute=True):
        row.delete()

    assert not default_storage.exists(name)
