import csv
import json
from uuid import uuid4

import openpyxl
import pyreadstat
import pytest
from django.core.exceptions import PermissionDenied

from office.models import AuditEvent
from surveys import exporting, fieldwork, tabulating
from surveys.models import Export
from tests import make
from tests.surveys.test_tabulating import answers


@pytest.fixture
def survey(db):
    made = make.survey(design="probability")
    make.stratum(made, "1601")
    make.responses(made, answers(q2="ab", Q5="=2+3"), answers(q1="2", q4="9"), weight=1.5)
    return made


def read_csv(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_begins_with_its_mark_and_holds_no_formula(survey):
    with exporting.written(survey, "csv") as path:
        raw, rows = path.read_bytes(), read_csv(path)

    assert raw.startswith(b"\xef\xbb\xbf")
    assert sorted(row["Q5"] for row in rows) == ["", "'=2+3"]
    row = next(row for row in rows if row["Q1"] == "1")
    assert (row["Q2_a"], row["Q2_b"], row["Q2_c"]) == ("1", "1", "0")
    other = next(row for row in rows if row["Q1"] == "2")
    assert (other["Q2_a"], other["weight"], other["stratum"]) == ("", "1.5", "1601")


def test_columns_are_those_of_all_versions_as_in_complaint_6(survey):
    newer = survey.questionnaire.definition
    questions = newer["sections"][1]["questions"]
    questions[:] = [each for each in questions if each["name"] != "Q3"]
    questions[0]["choices"].append({"code": "8", "label": {"th": "ไม่ทราบ"}})
    make.questionnaire(survey, newer)
    make.responses(survey, {"D1": "1601", "D2": "1", "Q1": "8", "Q4": "1", "Q5": None})

    with exporting.written(survey, "csv") as path:
        rows = read_csv(path)

    assert sorted((row["Q1"], row["Q3"]) for row in rows) == [("1", "5"), ("2", "5"), ("8", "")]


def test_spss_has_numbers_labels_and_missing_values_as_in_complaint_16(survey):
    with exporting.written(survey, "sav") as path:
        data, meta = pyreadstat.read_sav(path, user_missing=True, output_format="dict")

    assert sorted(data["Q1"]) == [1.0, 2.0]
    assert meta.variable_value_labels["Q1"] == {1.0: "ได้รับ", 2.0: "ไม่ได้รับ"}
    assert meta.missing_ranges["Q4"] == [{"lo": 9.0, "hi": 9.0}]
    assert meta.variable_value_labels["Q2_a"] == {0.0: "ไม่เลือก", 1.0: "เลือก"}
    assert sorted(data["Q2_a"], key=str) == [1.0, None]
    labels = dict(zip(meta.column_names, meta.column_labels, strict=True))
    assert labels["D2"] == "อายุของท่าน"
    assert set(data["weight"]) == {1.5}
    assert meta.variable_measure["Q4"] == "ordinal"


def test_xlsx_has_a_codebook_and_no_formula(survey):
    with exporting.written(survey, "xlsx") as path:
        book = openpyxl.load_workbook(path)

    cells = [cell for row in book["data"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert "=2+3" in {cell.value for cell in cells}
    codes = [row[4:6] for row in book["codebook"].iter_rows(values_only=True) if row[0] == "Q1"]
    assert codes == [(None, None), (1, "ได้รับ"), (2, "ไม่ได้รับ")]
    head, *rows = book["data"].iter_rows(values_only=True)
    assert {row[head.index("Q1")] for row in rows} == {1, 2}
    assert {row[head.index("D1")] for row in rows} == {"1601"}


def test_json_holds_the_questions_with_the_answers(survey):
    with exporting.written(survey, "json") as path:
        found = json.loads(path.read_text("utf-8"))

    assert len(found["responses"]) == 2
    assert found["questionnaires"][0]["version"] == 1


def test_nothing_tells_who_answered_or_when_as_in_complaint_14(survey):
    keys = [str(pk) for pk in survey.responses.values_list("pk", flat=True)]
    day = survey.responses.first().received_on.isoformat()

    for form in exporting.WRITERS:
        with exporting.written(survey, form) as path:
            raw = path.read_bytes()
        assert not [key for key in keys if key.encode() in raw]
        assert form == "xlsx" or day.encode() not in raw


def test_the_order_of_rows_is_not_that_of_answering(survey):
    make.responses(survey, *(answers(q3=number) for number in range(30)))

    with exporting.written(survey, "csv") as path:
        days = [int(row["Q3"]) for row in read_csv(path)]

    assert days != sorted(days)
    with exporting.written(survey, "csv") as path:
        assert [int(row["Q3"]) for row in read_csv(path)] == days


def test_the_worker_makes_the_file_and_every_look_is_written_down(survey):
    analyst = make.user("analyst", "surveys.read_answers_survey")
    exporting.ask(survey, "csv", by=analyst)

    exporting.WORK.do(Export.objects.get())

    export = Export.objects.get()
    assert export.state == "done"
    with exporting.look(export, by=analyst).open("rb") as file:
        assert file.read(3) == b"\xef\xbb\xbf"
    verbs = AuditEvent.objects.filter(key=survey.pk).values_list("verb", flat=True)
    assert sorted(verbs) == ["export answers", "look"]
    export.file.delete()


def test_only_who_may_read_answers_exports_them(survey):
    with pytest.raises(PermissionDenied):
        exporting.ask(survey, "csv", by=make.user("somebody"))

    assert not Export.objects.exists()


def test_a_thousand_items_are_one_row_everywhere_as_in_complaint_13(db):
    """One column for each question ended at 300 (formr) and at 1,024 (Survey123)."""
    names = [f"V{number}" for number in range(1, 1101)]
    asked = [
        {
            "uid": f"{number:08x}",
            "name": name,
            "kind": "single",
            "label": {"th": f"คำถามที่ {number}"},
            "choices": [{"code": code, "label": {"th": code}} for code in "12"],
        }
        for number, name in enumerate(names)
    ]
    section = {"name": "s", "title": {"th": "ส"}, "questions": asked}
    survey = make.survey(definition={"title": {"th": "ยาว"}, "sections": [section]})
    data = dict.fromkeys(names, "1")

    recorded = fieldwork.record(survey.questionnaire, data, key=uuid4(), mode="interview")

    assert recorded.response.data == data
    assert tabulating.rebuild(survey) > 1100
    for form in ("csv", "sav"):
        with exporting.written(survey, form) as path:
            read = (
                read_csv(path)[0]
                if form == "csv"
                else pyreadstat.read_sav(path, output_format="dict")[1]
            )
        columns = read if form == "csv" else read.column_names
        assert set(names) <= set(columns)
