"""Files of answers for the office, made by the worker: CSV, XLSX, SPSS, JSON.

Rows are shuffled in an order that only this site's secret gives, so that nothing tells when
somebody answered. Columns are those of all versions, by their stable names. Rows are read and
written one by one.
"""

import csv
import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import connection, transaction
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from lopburi_pr.background import Work
from network.tables import escaped
from office import audit
from surveys import reports, spss, tabulating
from surveys.models import Export, Publication, Response, Survey

AT_ONCE = 500  # rows read from the database together
FIXED = ("mode", "stratum", "weight")
KEPT_FOR = timedelta(days=7)
REPORTS = {"pdf": reports.pdf, "docx": reports.docx}


@transaction.atomic
def ask(survey: Survey, form: str, *, by) -> Export:
    """Let the worker make a file. Reports are of what is published or prepared; all others hold
    answers. Raises PermissionDenied without ``surveys.read_answers_survey``.
    """
    if not by.has_perm("surveys.read_answers_survey"):
        raise PermissionDenied
    export = Export.objects.create(survey=survey, form=form, asked_by=by)
    audit.record(survey, "export answers", by=by, note=form)
    return export


def look(export: Export, *, by):
    """The file of an export, for somebody who may read answers; every look is written down."""
    if not by.has_perm("surveys.read_answers_survey"):
        raise PermissionDenied
    audit.record(export.survey, "look", by=by, note=export.form)
    return export.file


def discard(export: Export) -> None:
    """Remove a file that was kept long enough; that it was asked for stays in the audit trail."""
    if export.file:
        export.file.delete(save=False)
    export.delete()


def _make(row):
    suffix = f".{row.form}"
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        if row.form in REPORTS:
            _report(row, file)
        else:
            WRITERS[row.form](row.survey, Path(file.name))
        with Path(file.name).open("rb") as made:
            name = f"survey-{row.survey_id}-{hashlib.sha256(f'{row.pk}'.encode()).hexdigest()[:8]}"
            row.file.save(f"{name}{suffix}", File(made), save=False)
    row.state, row.error = Export.State.DONE, ""
    row.save()


WORK = Work("survey exports", Export, _make)


def _report(row, file):
    publication = row.survey.publications.order_by("-version").first()
    if publication is None:
        raise Publication.DoesNotExist
    told = reports.told(publication, row.survey.get_absolute_url() + "results/", is_full=True)
    file.write(REPORTS[row.form](told))
    file.flush()


# What stands in a row


class Column:
    """One column of a file: its name, words, and what it makes of the answers of a response."""

    def __init__(self, name, label, variable=None, code=None):
        self.name, self.label, self.variable, self.code = name, label, variable, code

    def value(self, data):
        """A text, a number, or None: not asked, or left blank."""
        answer = data.get(self.variable.name)
        if self.code is not None and answer is not None:
            if self.variable.kind == "rank":
                return answer.index(self.code) + 1 if self.code in answer else 0
            return int(self.code in answer)
        return answer

    @cached_property
    def is_number(self):
        """Whether all answers it can have are numbers."""
        if self.code is not None or self.variable.kind == "number":
            return True
        choices = self.variable.choices
        return bool(choices) and all(_is_whole(choice.code) for choice in choices)


def columns(survey: Survey) -> list[Column]:
    """Those of all versions, by stable names; each choice of several answers has one of its own."""
    found = []
    for variable in tabulating.variables(survey).values():
        label = str(variable.question.label.get("th", ""))
        if variable.row is not None:
            label = f"{label} – {variable.row.label.get('th', '')}"
        if variable.name == f"{variable.question.name}_other":
            label = f"{label} – ระบุ"
        if variable.kind in tabulating.LISTS:
            found += [
                Column(
                    f"{variable.name}_{choice.code}",
                    f"{label} – {choice.label.get('th', '')}",
                    variable,
                    choice.code,
                )
                for choice in variable.choices
            ]
        else:
            found.append(Column(variable.name, label, variable))
    return found


def rows(survey: Survey) -> Iterator[tuple]:
    """(mode, code of the stratum, weight, answers) of each counted response, in shuffled order."""
    secret = hashlib.sha256(f"surveys.exports.{settings.SECRET_KEY}".encode()).hexdigest()
    sql = (
        "SELECT r.mode, coalesce(s.code, ''), r.weight, r.data FROM surveys_response r"
        " LEFT JOIN surveys_stratum s ON s.id = r.stratum_id"
        " WHERE r.survey_id = %s AND r.state = %s ORDER BY md5(r.id::text || %s)"
    )
    with connection.chunked_cursor() as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(sql, [survey.pk, Response.State.COMPLETE, secret])
        while many := cursor.fetchmany(AT_ONCE):
            for mode, stratum, weight, data in many:
                yield mode, stratum, weight, json.loads(data) if isinstance(data, str) else data


def write_csv(survey: Survey, path: Path) -> None:
    """UTF-8 with its mark, for spreadsheets; nothing in it is taken for a formula."""
    told = columns(survey)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*FIXED, *(column.name for column in told)])
        for mode, stratum, weight, data in rows(survey):
            cells = (_safe(column.value(data)) for column in told)
            writer.writerow([mode, stratum, weight, *cells])


def write_xlsx(survey: Survey, path: Path) -> None:
    """A sheet of answers and a codebook with every word that labels in SPSS have no room for."""
    told = columns(survey)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("data")
    sheet.append([*FIXED, *(column.name for column in told)])
    for mode, stratum, weight, data in rows(survey):
        sheet.append([mode, stratum, weight, *(_answer(sheet, c, data) for c in told)])
    codes = book.create_sheet("codebook")
    codes.append(
        ["variable", "question_th", "question_en", "kind", "code", "answer_th", "answer_en"]
    )
    for line in codebook(survey):
        codes.append([_cell(codes, cell) for cell in line])
    book.save(path)


def codebook(survey: Survey) -> Iterator[list]:
    """Every column with its words, and every code with its own."""
    yield ["weight", "น้ำหนักของคำตอบ (ว่างเมื่อไม่ได้ถ่วงน้ำหนัก)", "Weight", "number", "", "", ""]
    for column in columns(survey):
        variable = column.variable
        english = variable.question.label.get("en", "")
        yield [column.name, column.label, english, variable.kind, "", "", ""]
        if column.code is None:
            for choice in variable.choices:
                words = (choice.label.get("th", ""), choice.label.get("en", ""))
                code = int(choice.code) if column.is_number else choice.code
                yield [column.name, "", "", choice.missing, code, *words]


def write_json(survey: Survey, path: Path) -> None:
    """One object: the questionnaires, and a list of responses as they were answered."""
    versions = survey.questionnaires.published().order_by("number")
    head = {
        "survey": survey.pk,
        "title": survey.title_th,
        "design": survey.design,
        "questionnaires": [{"version": v.number, "definition": v.definition} for v in versions],
    }
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "responses": [')
        for place, (mode, stratum, weight, data) in enumerate(rows(survey)):
            one = {"mode": mode, "stratum": stratum, "weight": weight, "answers": data}
            file.write(("," if place else "") + "\n" + json.dumps(one, ensure_ascii=False))
        file.write("\n]}\n")


def write_sav(survey: Survey, path: Path) -> None:
    """For SPSS: codes that are numbers are numbers, labels in Thai, missing kinds user-missing."""
    told = columns(survey)
    counted = survey.responses.counted()
    strata = {s.code: s.name_th for s in survey.strata.all()}
    modes = {mode.value: str(mode.label) for mode in Survey.Mode}
    heads = [
        spss.Column("mode", "ช่องทางการตอบ", width=16, labels=modes),
        spss.Column("stratum", "ชั้นภูมิ", width=24, labels=strata),
        spss.Column("weight", "น้ำหนัก", decimals=6, measure=spss.SCALE),
        *(_of_spss(column) for column in told),
    ]
    lines = (
        [mode, stratum, 1.0 if weight is None else weight, *_numbers(told, data)]
        for mode, stratum, weight, data in rows(survey)
    )
    with path.open("wb") as file:
        spss.write(
            file,
            heads,
            lines,
            count=counted.count(),
            title=survey.title_th,
            weight="weight",
            made_at=timezone.localtime(),
        )


WRITERS = {"csv": write_csv, "xlsx": write_xlsx, "json": write_json, "sav": write_sav}


def _of_spss(column):
    variable = column.variable
    if column.code is not None:
        labels = {} if variable.kind == "rank" else {0: "ไม่เลือก", 1: "เลือก"}
        return spss.Column(column.name, column.label, labels=labels)
    measure = {"scale": spss.ORDINAL, "matrix": spss.ORDINAL, "number": spss.SCALE}
    facts = {"measure": measure.get(variable.kind, spss.NOMINAL)}
    if column.is_number:
        choices = variable.choices
        return spss.Column(
            column.name,
            column.label,
            decimals=0 if choices or variable.question.integer else 2,
            labels={int(choice.code): choice.label.get("th", "") for choice in choices},
            missing=[int(choice.code) for choice in choices if choice.missing],
            **facts,
        )
    labels = {choice.code: choice.label.get("th", "") for choice in variable.choices}
    width = 32 if variable.kind in tabulating.CODED | {"date"} else spss.WIDEST
    return spss.Column(column.name, column.label, width=width, labels=labels, **facts)


def _numbers(told, data):
    for column in told:
        value = column.value(data)
        if value is None:
            yield None
        elif column.is_number:
            yield float(value)
        else:
            yield str(value)


def _is_whole(code):
    return code.isdecimal() and str(int(code)) == code


def _safe(value):
    if isinstance(value, list):
        value = " ".join(value)
    return escaped(value) if isinstance(value, str) else value


def _answer(sheet, column, data):
    """A code that is a number is one, so that a spreadsheet reckons with it."""
    value = column.value(data)
    return float(value) if column.is_number and value is not None else _cell(sheet, value)


def _cell(sheet, value):
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, value=_printable(value))
        cell.data_type = "s"  # a text, whatever it begins with
        return cell
    return value


def _printable(text):
    """Without the signs that a workbook can't hold."""
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n")


@contextmanager
def written(survey: Survey, form: str):
    """A temporary file of the answers; for measuring and for tests."""
    with tempfile.NamedTemporaryFile(suffix=f".{form}") as file:
        WRITERS[form](survey, Path(file.name))
        yield Path(file.name)
