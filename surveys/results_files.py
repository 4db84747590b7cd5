"""Published results as tables to reckon with: CSV, and a workbook with method and code book.

They hold what the page shows and not a number more.
"""

import csv
import io

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from network.tables import escaped
from surveys.definition import LANGUAGES
from surveys.models import Publication
from surveys.snapshots import HIDDEN

HEADINGS = (
    *("question", "text", "breakdown", "group", "group_text", "answer", "answer_text"),
    *("n", "percent", "low", "high", "base", "mean", "sd", "mark"),
)


def as_csv(publication: Publication) -> bytes:
    """UTF-8 with its mark, for spreadsheets: a row for each number; a hidden one is empty, marked
    ``*``.
    """
    text = io.StringIO()
    csv.writer(text).writerows([HEADINGS, *rows_of(publication.snapshot)])
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(publication: Publication) -> bytes:
    """The same rows, then how it was made, then every question and answer with its code."""
    book = Workbook(write_only=True)
    _sheet(book, "results", [HEADINGS, *rows_of(publication.snapshot)])
    method = [(*_both(item["title"]), *_both(item["text"])) for item in publication.card["items"]]
    _sheet(book, "method", [("item_th", "item_en", "text_th", "text_en"), *method])
    _sheet(
        book,
        "codebook",
        [("question", "kind", "answer", "th", "en"), *_codebook(publication.snapshot)],
    )
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _codebook(snapshot):
    for question in snapshot["questions"]:
        yield question["name"], question["kind"], "", *_both(question["label"])
        for choice in question["choices"]:
            yield question["name"], "", choice["code"], *_both(choice["label"])


def _both(words):
    return [words.get(language, "") for language in LANGUAGES]


def _sheet(book, name, lines):
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for number, line in enumerate(lines):
        sheet.append([_cell(sheet, value, is_heading=number == 0) for value in line])


def _cell(sheet, value, *, is_heading):
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # a text, whatever it begins with
    if is_heading:
        cell.font = Font(bold=True)
    return cell


def rows_of(snapshot: dict) -> list[list]:
    """A snapshot as rows of ``HEADINGS``, safe for spreadsheets."""
    found = []
    for question in snapshot["questions"]:
        for table in question["tables"]:
            for group in table["groups"]:
                head = [question["name"], question["label"]["th"], table["by"], group["level"]]
                head.append(group["label"]["th"])
                found += _rows_of_group(question, group, head)
    return [[escaped(cell) if isinstance(cell, str) else cell for cell in row] for row in found]


def _rows_of_group(question, group, head):
    mean = group.get("mean", {})
    base = ["" if group["base"] is None else group["base"]]
    for choice, cell in zip(question["choices"], group["cells"], strict=True):
        numbers = [_blank(cell.get(key)) for key in ("n", "percent", "low", "high")]
        mark = "*" if cell["n"] is None else _mark(group)
        yield [*head, choice["code"], choice["label"]["th"], *numbers, *base, "", "", mark]
    if mean or not question["choices"]:
        numbers = [_blank(mean.get(key)) for key in ("low", "high")]
        told = [_blank(mean.get(key)) for key in ("value", "sd")]
        mark = "*" if group["base"] is None else _mark(group)
        yield [*head, "", "", _blank(mean.get("n")), "", *numbers, *base, *told, mark]


def _blank(value):
    return "" if value is None else value


def _mark(group):
    return {"small": "!", HIDDEN: "-"}.get(group["standing"], "")
