import io
import json
import os
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyxform.xls2xform import convert

from surveys.definition import normalised, problems
from surveys.xlsform import read, write
from tests.surveys.random_forms import random_form

EVERY_KIND = normalised(json.loads(Path(__file__).with_name("every_kind.json").read_text("utf-8")))
WORKBOOK = write(EVERY_KIND)
PLACES = [("16", {"th": "ลพบุรี"}), ("19", {"th": "สระบุรี"}), ("1601", {"th": "เมือง"})]
PLACES += [("160101", {"th": "ทะเลชุบศร"})]


def book(survey, choices=(), settings=(("form_title",), ("แบบสอบถาม",)), **more):
    """A workbook whose sheets are rows of texts; the first row of each names the columns."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    sheets = {"survey": survey, "choices": choices, "settings": settings} | more
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def told(entries):
    return [(entry.sheet, entry.row, entry.column) for entry in entries]


def questions_of(report):
    return {q["name"]: q for s in report.definition["sections"] for q in s["questions"]}


@pytest.mark.parametrize("places", [(), PLACES], ids=["codes", "cascade"])
def test_every_kind_comes_back_as_it_was_and_passes_pyxform_and_odk_validate(places, tmp_path):
    file = tmp_path / "every_kind.xlsx"
    file.write_bytes(write(EVERY_KIND, places=places))

    report = read(file.read_bytes())

    assert problems(EVERY_KIND) == []
    assert (report.errors, report.losses) == ([], [])
    assert report.definition == EVERY_KIND
    assert convert(file, validate=True).xform.count("<bind ") > 15


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**6), st.text(max_size=40), st.text(max_size=40))
def test_what_is_exported_and_imported_is_the_same(seed, thai, english):
    definition = random_form(random.Random(seed), sections=2, questions=5)
    definition["languages"] = ["th", "en"]
    definition["title"] = {"th": f"ก{thai}", "en": english}
    first = definition["sections"][0]["questions"][0]
    first["label"] = {"th": f"ก{english}", "en": thai}
    definition = normalised(definition)

    report = read(write(definition))

    assert (report.errors, report.losses) == ([], [])
    assert report.definition == definition


def test_a_changed_cell_counts_more_than_what_was_exported():
    made = openpyxl.load_workbook(io.BytesIO(write(EVERY_KIND)))
    rows = list(made["survey"].rows)
    columns = {cell.value: cell.column for cell in rows[0]}
    age = next(row for row in rows if row[columns["name"] - 1].value == "age")
    age[columns["constraint"] - 1].value = ". > 20"
    stream = io.BytesIO()
    made.save(stream)

    report = read(stream.getvalue())

    assert questions_of(report)["age"]["constraint"] == ". > 20"
    assert questions_of(report)["income"].get("constraint") is None


def test_all_errors_are_told_at_once_each_with_its_cell_as_in_complaint_15():
    file = book(
        [
            ("type", "name", "label", "relevant", "constraint", "calculation"),
            ("select_one nowhere", "a", "ก", "", "", ""),
            ("integer", "b", "ข", "${a} = ", "pulldata('x')", ""),
            ("begin_repeat", "r", "ค", "", "", ""),
            ("text", "c", "ง", "", "", ""),
            ("end_repeat", "", "", "", "", ""),
            ("text", "", "จ", "", "", ""),
            ("weird", "d", "ฉ", "", "", ""),
            ("text", "e", "ช", "${zz} = 1", "", ""),
            ("text", "f", "ซ", "=1+1", "", ""),
            ("begin_group", "g", "ฌ", "", "", ""),
        ]
    )

    report = read(file)

    assert report.definition is None
    assert {
        ("survey", 2, "type"),
        ("survey", 3, "relevant"),
        ("survey", 3, "constraint"),
        ("survey", 4, "type"),
        ("survey", 7, "name"),
        ("survey", 8, "type"),
        ("survey", 9, ""),
        ("survey", 10, "relevant"),
        ("survey", 11, "type"),
    } <= set(told(report.errors))
    assert all(str(entry) for entry in report.errors)


def test_what_other_programs_write_is_read_with_one_line_for_each_loss():
    file = book(
        [
            (
                "type",
                "name",
                "label::English (en)",
                "required",
                "relevant",
                "appearance",
                "default",
            ),
            ("start", "start"),
            ("begin group", "grp", "Household"),
            ("select one from yn", "has_water", "Water?", "TRUE"),
            ("begin_group", "inner", "Inner", "", "${has_water}=‘yes’"),
            ("select_multiple src or_other", "src", "Sources", "", "selected(${has_water}, 'yes')"),
            ("end group",),
            ("end group",),
            ("image", "photo", "Photo"),
            ("decimal", "long_name_that_is_far_longer_than_thirty_two", "L", "", "${photo} = ''"),
            ("select_one yn", "opinion", "Opinion", "", "", "likert"),
            ("acknowledge", "ok", "OK?"),
            ("note", "", "Thanks"),
            ("begin_group", "tbl", "Rate", "", "", "table-list"),
            ("select_one yn", "water", "Water", "yes"),
            ("select_one yn", "road", "Road", "yes"),
            ("end_group",),
            ("text", "why", "Why", "", "${water} = 'dont-know'"),
        ],
        [
            ("list_name", "name", "label::English (en)", "media::image"),
            ("yn", "yes", "Yes", "x.png"),
            ("yn", "no", "No"),
            ("yn", "dont-know", "Don't know"),
            ("src", "tap", "Tap"),
        ],
    )

    report = read(file)

    questions = questions_of(report)
    assert report.errors == []
    assert [section["name"] for section in report.definition["sections"]] == ["grp", "section_3"]
    assert questions["src"]["relevant"] == "${has_water} = 'yes' and selected(${has_water}, 'yes')"
    assert [choice.get("other") for choice in questions["src"]["choices"]] == [None, True]
    assert questions["opinion"]["kind"] == "scale"
    assert questions["tbl"]["kind"] == "matrix"
    assert [row["code"] for row in questions["tbl"]["rows"]] == ["water", "road"]
    assert questions["why"]["relevant"] == "${tbl_water} = 'dont_know'"
    assert questions["long_name_that_is_far_longer_tha"]["relevant"] == "'' = ''"
    lost = told(report.losses)
    assert {("survey", 2, "type"), ("survey", 5, "type"), ("survey", 9, "type")} <= set(lost)
    assert {("survey", 10, "name"), ("choices", 4, "name"), ("survey", 0, "")} <= set(lost)
    assert len(lost) == len(set(lost)) == 8


def test_a_formula_is_refused_but_for_true_and_false():
    file = book(
        [
            ("type", "name", "label", "required"),
            ("text", "a", "ก", "=TRUE()"),
            ("text", "b", '=CONCATENATE("ข")', "=FALSE()"),
        ],
        settings=[("form_title", "version"), ("แบบสอบถาม", "=NOW()")],
    )

    report = read(file)

    assert told(report.errors) == [("survey", 3, "label")]
    assert told(report.losses) == [("settings", 2, "version")]


def test_cells_that_look_like_formulas_are_texts():
    definition = json.loads(json.dumps(EVERY_KIND))
    definition["sections"][0]["questions"][1]["label"]["th"] = '=HYPERLINK("http://x")'

    made = openpyxl.load_workbook(io.BytesIO(write(definition)))

    kinds = {cell.data_type for sheet in made for row in sheet.rows for cell in row if cell.value}
    assert kinds == {"s"}
    assert read(write(definition)).definition == definition


def test_the_workbook_that_hostile_parts_are_put_in_is_sound():
    assert read(with_part("xl/harmless.xml", b"")).errors == []


def archive(**parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return stream.getvalue()


def with_part(name, content):
    """A sound workbook in which one part is another."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(SOUND)) as sound,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for entry in sound.namelist():
            made.writestr(entry, content if entry == name else sound.read(entry))
        if name not in sound.namelist():
            made.writestr(name, content)
    return stream.getvalue()


SOUND = book([("type", "name", "label"), ("text", "a", "ก")])
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


LINKS = b"""<Relationships>
<Relationship Type="http://x/worksheet" Target="worksheets/sheet1.xml" Id="rId1"/>
<Relationship Type="http://x/sharedStrings" Target="sharedStrings.xml" Id="rId9"/>
</Relationships>"""


def shared(strings, sheet=b""):
    """A workbook as Excel writes it: the texts stand in a part of their own."""
    with zipfile.ZipFile(io.BytesIO(with_part("xl/_rels/workbook.xml.rels", LINKS))) as made:
        parts = {name: made.read(name) for name in made.namelist()}
    return archive(**parts | {STRINGS: strings} | ({SHEET: sheet} if sheet else {}))


def test_texts_are_read_as_excel_keeps_them():
    texts = ["type", "name", "label", "calculation", "integer", "calculate", "a", "_x0041_ge", "b"]
    strings = "".join(f"<si><t>{text}</t></si>" for text in texts[:-1])
    strings += "<si><r><t>Ho</t></r><r><t>w</t></r><rPh><t>x</t></rPh></si>"
    rows = "".join(
        "<row>" + "".join(f'<c t="s"><v>{place}</v></c>' for place in row) + "</row>"
        for row in [[0, 1, 2, 3], [4, 6, 7], [4, 7, 8]]
    )
    rows += '<row r="9"><c r="A9" t="s"><v>5</v></c><c r="B9" t="str"><v>c</v></c>'
    rows += '<c r="D9"><v>1E3</v></c></row>'

    report = read(
        shared(f"<sst>{strings}</sst>".encode(), f"<x:w xmlns:x='x'>{rows}</x:w>".encode())
    )

    questions = questions_of(report)
    labels = {name: question["label"]["th"] for name, question in questions.items()}
    assert labels == {"a": "Age", "Age": "How", "c": ""}
    assert questions["c"]["calculation"] == "1000"


def lying():
    """A part that unpacks to more than it claims."""
    sound = with_part(SHEET, b"<worksheet>" + b" " * 2_000_000 + b"</worksheet>")
    claimed = (2_000_023).to_bytes(4, "little")
    return sound.replace(claimed, (1000).to_bytes(4, "little"))


HOSTILE = {
    "nothing": lambda: b"",
    "noise": lambda: random.Random(1).randbytes(100_000),
    "old form": lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 1000,
    "cut": lambda: WORKBOOK[:4000],
    "too large": lambda: b"PK" + b"\0" * 6_000_000,
    "no workbook": lambda: archive(a="b"),
    "macros": lambda: with_part("xl/vbaProject.bin", b"x"),
    "many parts": lambda: archive(**{f"p{n}": "" for n in range(300)}),
    "bomb": lambda: with_part("xl/media/x", b"\0" * 60_000_000),
    "large sheet": lambda: with_part(
        SHEET, b"<worksheet>" + b"<row/>" * 4_000_000 + b"</worksheet>"
    ),
    "rows": lambda: with_part(SHEET, b"<worksheet>" + b"<row><c><v>1</v></c></row>" * 390_000),
    "deep": lambda: with_part(SHEET, b"<a>" * 3_000_000),
    "attributes": lambda: with_part(
        SHEET, b"<a " + b"".join(b'a%d="" ' % n for n in range(800_000)) + b"/>"
    ),
    "one long text": lambda: shared(b"<sst><si><t>" + b"a" * 9_000_000 + b"</t></si></sst>"),
    "strings": lambda: shared(
        b"<sst>" + b"<si><t>a</t></si>" * 550_000, b'<w><row><c t="s"><v>1</v></c></row></w>'
    ),
    "entities": lambda: with_part(
        SHEET, b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">]><worksheet>&c;</worksheet>'
    ),
    "far away": lambda: with_part(
        SHEET, b'<worksheet><row r="99999999"><c r="XFD1048576"><v>1</v></c></row></worksheet>'
    ),
    "no links": lambda: with_part("xl/_rels/workbook.xml.rels", b"<Relationships/>"),
    "out of it": lambda: with_part(
        "_rels/.rels", b'<R><Relationship Target="../../etc" Type="x/officeDocument"/></R>'
    ),
    "lying": lying,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_any_file_ends_in_a_report(name):
    report = read(HOSTILE[name]())

    if name == "one long text":  # cut, and otherwise as good as any
        assert report.errors == []
        return
    assert report.definition is None
    assert [str(entry) for entry in report.errors] != []


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_workbook_ends_in_a_report(data):
    content = bytearray(WORKBOOK)
    for _each in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    report = read(bytes(content))

    assert (report.definition is None) == bool(report.errors)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_cells_end_in_a_report(data):
    words = ["type", "name", "label", "relevant", "constraint", "choice_filter", "required"]
    words += [
        "select_one a",
        "select_multiple a or_other",
        "rank a",
        "begin_group",
        "end_group",
        "note",
    ]
    words += [
        "text",
        "integer",
        "range",
        "a",
        "b",
        "${a}",
        "${b} = 1",
        "yes",
        "table-list",
        "label",
    ]
    words += [
        "list_name",
        "calculate",
        "calculation",
        "lopburi_kind",
        "matrix",
        "row",
        "place",
        "=",
    ]
    words += ["image", "lopburi_min", "x", "begin repeat", "ก", "-1", "default", "appearance", None]
    rows = st.lists(st.lists(st.sampled_from(words), max_size=8), max_size=12)
    survey = [["type", "name", "label", "relevant", "appearance", "lopburi_kind"], *data.draw(rows)]
    choices = [["list_name", "name", "label"], *data.draw(rows)]

    report = read(book(survey, choices))

    assert (report.definition is None) == bool(report.errors)


def test_no_file_takes_more_than_300_megabytes(tmp_path):
    for name, make in HOSTILE.items():
        (tmp_path / name).write_bytes(make())
    program = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "lopburi_pr.settings_test"
import django
django.setup()
from surveys.xlsform import read
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        read(file)
    with open("/proc/self/status") as status:  # getrusage would tell of the parent too
        [kilobytes] = [line.split()[1] for line in status if line.startswith("VmHWM")]
    print(os.path.basename(path), int(kilobytes) // 1024)
"""

    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        check=True,
        text=True,
        env=os.environ,
    )

    largest = max(int(line.split()[-1]) for line in done.stdout.splitlines())
    assert len(done.stdout.splitlines()) == len(HOSTILE)
    assert largest <= 300, done.stdout
