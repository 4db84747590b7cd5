"""Tables as people exchange them: CSV and XLSX, read with suspicion, written without formulas."""

import csv
import io
import re
import zipfile
from datetime import date, datetime

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

from lopburi_pr.thai_text import normalise

BYTES_AT_MOST = 2 * 2**20
UNPACKED_AT_MOST = 40 * 2**20  # an XLSX is a ZIP: a small one may hide gigabytes
PARTS_AT_MOST = 100
ROWS_AT_MOST = 2000
COLUMNS_AT_MOST = 40
CELL_AT_MOST = 2000

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

# What spreadsheets take for a formula at the beginning of a cell (OWASP, CSV injection).
_formula = re.compile(r"'*[=+\-@\t\r\n]")
_escaped = re.compile(r"'+[=+\-@\t\r\n]")


class TableError(Exception):
    """Says in a sentence why a file is no table that we read."""


def escaped(text: str) -> str:
    """A text that no spreadsheet takes for a formula; ``unescaped`` gives it back exactly."""
    return f"'{text}" if _formula.match(text) else text


def unescaped(text: str) -> str:
    return text[1:] if _escaped.match(text) else text


def write(form: str, headings: list[str], rows) -> bytes:
    """The table as a file: ``form`` is csv (UTF-8 with its mark, for Excel) or xlsx."""
    lines = ([escaped(str(cell)) for cell in row] for row in (headings, *rows))
    if form == "csv":
        text = io.StringIO()
        csv.writer(text).writerows(lines)
        return text.getvalue().encode("utf-8-sig")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in lines:
        cells = []
        for text in line:
            cell = WriteOnlyCell(sheet, value=text or None)
            cell.number_format = "@"  # a text stays one: telephones keep their zero
            cells.append(cell)
        sheet.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(upload) -> list[list[str]]:
    """Rows of texts of an uploaded CSV or XLSX, all as long as the longest; blank ends are cut.

    Raises TableError for what is too large, damaged, or no table.
    """
    if upload.size > BYTES_AT_MOST:
        raise TableError(_("The file is too large: 2 MB at most."))
    content = upload.read(BYTES_AT_MOST + 1)
    rows = _xlsx(content) if content.startswith(b"PK") else _csv(content)
    if len(rows) > ROWS_AT_MOST + 1:
        raise TableError(
            _("The table is too long: %(n)s rows at most. Divide it.") % {"n": ROWS_AT_MOST}
        )
    return rows


def _tidy(rows):
    """Texts in their stored spelling; reading stops one row after the last that is allowed."""
    kept = []
    for row in rows:
        cells = [unescaped(_text(cell)) for cell in row[:COLUMNS_AT_MOST]]
        if any(len(cell) > CELL_AT_MOST for cell in cells):
            raise TableError(_("A cell in row %(n)s is too long.") % {"n": len(kept) + 1})
        kept.append(cells)
        if len(kept) > ROWS_AT_MOST + 1:
            break
    while kept and not any(kept[-1]):
        kept.pop()
    width = max((n for row in kept for n, cell in enumerate(row, start=1) if cell), default=0)
    return [[*row[:width], *[""] * (width - len(row))] for row in kept]


def _text(cell):
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    # Only the ends of a line are trimmed: a tab in front may be what was escaped.
    return normalise(str(cell)).strip(" ")


def _csv(content):
    for encoding in ("utf-8-sig", "cp874"):  # Thai Excel saves the second
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        separator = ";" if text.partition("\n")[0].count(";") > text.count(",") else ","
        try:
            return _tidy(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        except csv.Error:
            break
    raise TableError(_("This is no table that we can read. Save it as CSV (UTF-8) or XLSX."))


def _xlsx(content):
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_bombs(archive)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size is not believed
        rows = sheet.iter_rows(max_row=ROWS_AT_MOST + 3, max_col=COLUMNS_AT_MOST, values_only=True)
        return _tidy(list(row) for row in rows)
    except TableError:
        raise
    # A damaged file may fail anywhere in the ZIP, the XML or the cells.
    except (
        *(zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError),
        *(IndexError, AttributeError, EOFError, SyntaxError, NotImplementedError, OSError),
    ) as error:
        raise TableError(_("The file is damaged, or not a workbook.")) from error


def _refuse_bombs(archive):
    parts = archive.infolist()
    # ZipFile itself never unpacks more of a part than the archive says it holds.
    if len(parts) > PARTS_AT_MOST or sum(part.file_size for part in parts) > UNPACKED_AT_MOST:
        raise TableError(_("The file unpacks to more than we read. Save it anew as CSV."))
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as stream:
                head = stream.read(4096)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise TableError(_("The file is damaged, or not a workbook."))
