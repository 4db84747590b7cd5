from datetime import datetime
from io import BytesIO

import pyreadstat

from surveys import spss

AT = datetime(2026, 11, 30, 12, 0)  # noqa: DTZ001 -- the file knows no zone


def written(tmp_path, columns, rows, **facts):
    file = BytesIO()
    spss.write(file, columns, rows, count=len(rows), made_at=AT, **facts)
    path = tmp_path / "answers.sav"
    path.write_bytes(file.getvalue())
    return pyreadstat.read_sav(path, user_missing=True, output_format="dict")


def test_labels_are_cut_between_characters_with_their_marks(tmp_path):
    columns = [spss.Column("Q1", "ที่" * 40, labels={1: "น้ำ" * 20})]

    _data, meta = written(tmp_path, columns, [[1]])

    assert meta.column_labels == ["ที่" * 28]
    assert meta.variable_value_labels["Q1"] == {1.0: "น้ำ" * 13}


def test_texts_numbers_and_nothing_come_back(tmp_path):
    columns = [
        spss.Column("text", width=255),
        spss.Column("code", width=12, labels={"160101": "ทะเลชุบศร"}),
        spss.Column("number", decimals=2, missing=(98, 99), measure=spss.SCALE),
    ]

    data, meta = written(
        tmp_path, columns, [["สวัสดี", "160101", 1.25], [None, None, None]], weight="number"
    )

    assert data == {
        "text": ["สวัสดี", ""],
        "code": ["160101", ""],
        "number": [1.25, None],
    }
    assert meta.variable_value_labels["code"] == {"160101": "ทะเลชุบศร"}
    assert meta.missing_ranges["number"] == [{"lo": 98.0, "hi": 98.0}, {"lo": 99.0, "hi": 99.0}]
    assert meta.variable_measure["number"] == "scale"
