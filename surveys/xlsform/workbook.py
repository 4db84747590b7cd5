"""The sheets of an uploaded workbook as texts, read with suspicion.

An XLSX is a ZIP of XML: a small one may hide gigabytes, and the libraries that build trees of it
hold them. Parts are read one by one as they stream, only those that are needed, each up to a limit;
styles, drawings and the rest are never opened.
"""

import io
import posixpath
import re
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

import defusedxml.sax
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _

from surveys.expressions import number_text

MOST_BYTES = 5 * 2**20  # of the file
MOST_UNPACKED = 50 * 2**20  # of all its parts, as they claim
MOST_OF_A_PART = 10 * 2**20  # of one that is read
MOST_PARTS = 200
MOST_ROWS = 20_000
MOST_COLUMNS = 150
MOST_CELLS = 200_000
MOST_LETTERS = 4_000_000  # in all cells of a sheet; strings may be shared by many
DEEPEST = 40  # elements in each other
BLOCK = 2**16  # bytes
MOST_QUIET_BLOCKS = 4
LONGEST_CELL = 32_767  # what a spreadsheet allows

_packed = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # others unpack without any limit
_old_form = b"\xd0\xcf\x11\xe0"
_reference = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_escaped = re.compile("_x([0-9A-Fa-f]{4})_")
_escape_like = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


class WorkbookError(ValueError):
    """Says in a sentence why the file is no workbook that is read here."""


@dataclass(frozen=True)
class Cell:
    text: str
    letters: str  # of its column: A, B, AA
    formula: bool = False


@dataclass
class Sheet:
    """Rows that hold something: (number, cells)."""

    name: str
    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)
    is_cut: bool = False  # there are more rows or cells than are read


def escaped(text: str) -> str:
    """A text that spreadsheets don't take for one of their escapes."""
    return _escape_like.sub("_x005F_", text)


def _unescaped(text):
    return _escaped.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def sheets(file, wanted: set[str]) -> dict[str, Sheet]:
    """The sheets of these names (compared in lower case), by name; raises WorkbookError.

    ``file``: bytes, or something to read them from.
    """
    try:
        return _sheets(file, wanted)
    except WorkbookError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError):
        pass
    except (SAXException, DefusedXmlException, NotImplementedError, RuntimeError, OverflowError):
        pass
    raise WorkbookError(_("The file is damaged, or no Excel workbook (.xlsx)."))


def _sheets(file, wanted):
    content = file if isinstance(file, bytes) else file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise WorkbookError(_("The file is larger than %(n)s MB.") % {"n": MOST_BYTES // 2**20})
    if content.startswith(_old_form):
        raise WorkbookError(
            _("The file is in the old form .xls, or locked: save it as .xlsx without a password.")
        )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = _parts(archive)
        book = _workbook_part(archive, parts)
        strings = None
        found = {}
        links = _read(
            archive, parts, _beside(book, "_rels", f"{posixpath.basename(book)}.rels"), _Links()
        )
        for name, link in _read(archive, parts, book, _Names()).found:
            key = name.strip().lower()
            if key not in wanted or key in found or link not in links.targets:
                continue
            if strings is None:
                strings = _strings(archive, parts, book, links)
            part = _resolved(book, links.targets[link])
            found[key] = _read(archive, parts, part, _Cells(Sheet(name), strings)).sheet
        return found


def _parts(archive):
    """Every part by its name; refuses what no honest workbook has."""
    entries = archive.infolist()
    if len(entries) > MOST_PARTS:
        raise WorkbookError(_("The file has too many parts for a questionnaire."))
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise WorkbookError(
            _("The file unpacks to more than %(n)s MB.") % {"n": MOST_UNPACKED // 2**20}
        )
    names = {entry.filename for entry in entries}
    if any(name.endswith("vbaProject.bin") for name in names):
        raise WorkbookError(_("The file holds macros (.xlsm): save it as .xlsx without them."))
    if "mimetype" in names or "xl/workbook.bin" in names:
        raise WorkbookError(_("The file is in another form of spreadsheets: save it as .xlsx."))
    return {entry.filename: entry for entry in entries}


def _workbook_part(archive, parts):
    if "_rels/.rels" in parts:
        for target, kind in _read(archive, parts, "_rels/.rels", _Links()).kinds:
            if kind.endswith("/officeDocument"):
                return _resolved("", target)
    return "xl/workbook.xml"


def _strings(archive, parts, book, links):
    for target, kind in links.kinds:
        if kind.endswith("/sharedStrings"):
            return _read(archive, parts, _resolved(book, target), _Strings()).found
    return []


def _beside(part, *names):
    return posixpath.join(posixpath.dirname(part), *names)


def _resolved(part, target):
    """The name of the part that a link means, which stands in ``part``."""
    if target.startswith("/"):
        return posixpath.normpath(target).lstrip("/")
    return posixpath.normpath(_beside(part, target))


class _Enough(Exception):  # noqa: N818 -- it stops the reading, and is no error
    pass


def _read(archive, parts, name, handler):
    """``handler`` after it has seen the part. What is really unpacked never exceeds the claim."""
    entry = parts[name]
    if entry.compress_type not in _packed or entry.flag_bits & 1:
        raise WorkbookError(_("The file is locked or packed in a way that is not read here."))
    if entry.file_size > MOST_OF_A_PART:
        raise WorkbookError(_("A sheet of the file is too large for a questionnaire."))
    parser = defusedxml.sax.make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(handler)
    seen = quiet = 0
    with archive.open(entry) as stream, suppress(_Enough):
        while block := stream.read(BLOCK):
            parser.feed(block)
            quiet = quiet + 1 if handler.events == seen else 0
            seen = handler.events
            if quiet > MOST_QUIET_BLOCKS:  # a tag without end, which the parser keeps whole
                raise SAXException("Too large a tag.")
        parser.close()
    return handler


class _Part(ContentHandler):
    """Calls ``on_NAME(attributes)`` and ``after_NAME()``; prefixes of names are left out."""

    def __init__(self):
        super().__init__()
        self.events = self.depth = 0
        self.fresh()

    def startElement(self, name, attrs):  # noqa: N802 -- a name of SAX
        self.events += 1
        self.depth += 1
        if self.depth > DEEPEST:
            raise SAXException("Too deep.")
        handle = getattr(self, f"on_{name.rpartition(':')[2]}", None)
        if handle:
            handle(attrs)

    def endElement(self, name):  # noqa: N802
        self.events += 1
        self.depth -= 1
        handle = getattr(self, f"after_{name.rpartition(':')[2]}", None)
        if handle:
            handle()

    def characters(self, content):
        self.events += 1
        if self.length < LONGEST_CELL:
            self.text.append(content[: LONGEST_CELL - self.length])
            self.length += len(content)

    def fresh(self):
        self.text = []
        self.length = 0

    def taken(self):
        text = "".join(self.text)
        self.fresh()
        return text


class _Links(_Part):
    def __init__(self):
        super().__init__()
        self.targets, self.kinds = {}, []

    def on_Relationship(self, attrs):  # noqa: N802
        target = attrs.get("Target", "")
        self.targets[attrs.get("Id", "")] = target
        self.kinds.append((target, attrs.get("Type", "")))
        if len(self.kinds) > MOST_PARTS:
            raise _Enough


class _Names(_Part):
    """(name, link) of the sheets."""

    def __init__(self):
        super().__init__()
        self.found = []

    def on_sheet(self, attrs):
        link = next((attrs[key] for key in attrs.getNames() if key.endswith(":id")), "")
        self.found.append((attrs.get("name", ""), link))
        if len(self.found) > MOST_PARTS:
            raise _Enough


class _Strings(_Part):
    """Shared strings; readings for pronunciation (rPh) are left out."""

    def __init__(self):
        super().__init__()
        self.found = []
        self.pieces = []
        self.is_reading = False

    def on_si(self, attrs):
        self.pieces = []

    def on_rPh(self, attrs):  # noqa: N802
        self.is_reading = True

    def after_rPh(self):  # noqa: N802
        self.is_reading = False

    def on_t(self, attrs):
        self.fresh()

    def after_t(self):
        text = self.taken()
        if not self.is_reading:
            self.pieces.append(text)

    def after_si(self):
        self.found.append(_unescaped("".join(self.pieces))[:LONGEST_CELL])
        self.pieces = []
        if len(self.found) > MOST_CELLS:
            raise _Enough


class _Cells(_Part):
    def __init__(self, sheet, strings):
        super().__init__()
        self.sheet = sheet
        self.strings = strings
        self.row = self.column = self.count = self.letters = 0
        self.cells = []
        self.start_cell({})

    def start_cell(self, attrs):
        self.kind = attrs.get("t", "n")
        self.formula = self.is_settled = False
        self.pieces = []

    def on_row(self, attrs):
        number = attrs.get("r", "")
        self.row = int(number) if number.isdecimal() and len(number) < 8 else self.row + 1
        self.column = 0
        self.cells = []

    def on_c(self, attrs):
        self.start_cell(attrs)
        found = _reference.fullmatch(attrs.get("r", ""))
        self.column = _column_number(found[1]) if found else self.column + 1

    def on_f(self, attrs):
        self.formula = True
        self.fresh()

    def after_f(self):
        """Spreadsheets write yes and no as formulas, which are texts to us."""
        text = self.taken().strip().upper()
        if text in {"TRUE()", "FALSE()"}:
            self.formula = False
            self.kind, self.pieces = "str", [text]
            self.is_settled = True

    def on_v(self, attrs):
        self.fresh()

    def on_t(self, attrs):
        self.fresh()

    def after_v(self):
        text = self.taken()
        if not self.is_settled:
            self.pieces = [text]

    def after_t(self):
        self.pieces.append(self.taken())

    def after_c(self):
        text = self.value("".join(self.pieces)[:LONGEST_CELL]).strip()
        if (text or self.formula) and self.column <= MOST_COLUMNS:
            self.cells.append(Cell(text, _column_letters(self.column), self.formula))
            self.count += 1
            self.letters += len(text)
            if self.count > MOST_CELLS or self.letters > MOST_LETTERS:
                self.stop()

    def value(self, raw):
        if self.kind == "s":
            place = int(raw) if raw.isdecimal() and len(raw) < 8 else len(self.strings)
            return self.strings[place] if place < len(self.strings) else ""
        if self.kind == "b":
            return "true" if raw == "1" else "false"
        if self.kind == "n":
            try:
                return number_text(float(raw)) if raw else ""
            except ValueError:
                return raw
        return _unescaped(raw)

    def after_row(self):
        if self.cells:
            self.sheet.rows.append((self.row, self.cells))
            if len(self.sheet.rows) > MOST_ROWS:
                self.stop()

    def stop(self):
        self.sheet.is_cut = True
        raise _Enough


def _column_number(letters):
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _column_letters(number):
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
