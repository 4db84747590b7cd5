"""Tables as files: escaped and given back exactly, and nothing dangerous is read."""

import io
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from network import tables
from network.tables import TableError


def upload(content, name="table"):
    return SimpleUploadedFile(name, content)


def workbook(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    "text", ["=1+1", "+66812345678", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''+", "'@"]
)
def test_what_a_spreadsheet_would_calculate_is_escaped_and_given_back(text):
    assert tables.escaped(text) == f"'{text}"
    assert tables.unescaped(tables.escaped(text)) == text


@given(st.text())
def test_escaping_is_undone_exactly_for_every_text(text):
    escaped = tables.escaped(text)

    assert tables.unescaped(escaped) == text
    assert escaped[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n"}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_table_comes_back_as_it_was_written(form):
    rows = [["=cmd|' /C calc'!A0", "วิทยุ, ลพบุรี", "0812345678"], ["'@x", 'เขาพูดว่า "ดี"', ""]]

    content = tables.write(form, ["name", "ชื่อ", "phone"], rows)

    assert tables.read(upload(content)) == [["name", "ชื่อ", "phone"], *rows]


def test_a_csv_opens_in_excel_as_thai():
    assert tables.write("csv", ["ชื่อ"], []).startswith(b"\xef\xbb\xbf")


def test_a_workbook_holds_no_formula():
    content = tables.write("xlsx", ["a"], [["=1+1"]])

    cell = openpyxl.load_workbook(io.BytesIO(content)).active["A2"]

    assert (cell.data_type, cell.value) == ("s", "'=1+1")


def test_what_excel_makes_of_cells_is_read_as_texts():
    rows = [["a", 5.0, True], ["  ข ", 812345678, None], [None, None, None]]

    assert tables.read(upload(workbook(rows))) == [["a", "5", "True"], ["ข", "812345678", ""]]


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("ชื่อ;โทร\nก;1".encode(), [["ชื่อ", "โทร"], ["ก", "1"]]),
        ("ชื่อ,โทร\r\nก,1".encode("cp874"), [["ชื่อ", "โทร"], ["ก", "1"]]),
        (b"", []),
    ],
)
def test_csv_is_read_as_thai_programs_save_it(content, rows):
    assert tables.read(upload(content)) == rows


def bomb():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (tables.UNPACKED_AT_MOST + 1))
    return stream.getvalue()


def many_parts():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for n in range(tables.PARTS_AT_MOST + 1):
            archive.writestr(f"{n}.bin", b"")
    return stream.getvalue()


def with_entities():
    stream = io.BytesIO(workbook([["a"]]))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/extra.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    return stream.getvalue()


def no_sheet():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("hello.txt", b"hello")
    return stream.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        bomb,
        many_parts,
        with_entities,
        no_sheet,
        lambda: b"PK\x03\x04 and then nothing",
        lambda: workbook([["a"]])[:-200],
        lambda: b"\x89PNG\r\n\x1a\n\x00\x00",
        lambda: b"\xff\xfe\xfd\x00\x81" * 9,
        lambda: b"a" * (tables.BYTES_AT_MOST + 1),
        lambda: b"a\n" * (tables.ROWS_AT_MOST + 2),
        lambda: b"a\n" + b"x" * (tables.CELL_AT_MOST + 1),
        lambda: workbook([["a"]] * (tables.ROWS_AT_MOST + 2)),
    ],
    ids=[
        *("bomb", "parts", "entities", "no-sheet", "cut", "torn", "picture", "bytes"),
        *("large", "long", "cell", "long-workbook"),
    ],
)
def test_what_is_too_much_or_no_table_is_refused_with_a_sentence(content):
    with pytest.raises(TableError) as refused:
        tables.read(upload(content()))

    assert len(str(refused.value)) > 10


def test_a_sheet_that_lies_about_its_size_is_read_no_further_than_allowed():
    book = openpyxl.Workbook()
    book.active["A1"] = "a"
    book.active["XFD1048576"] = "far away"
    stream = io.BytesIO()
    book.save(stream)

    assert tables.read(upload(stream.getvalue())) == [["a"]]
