import csv
import io
import json
import re

import openpyxl
import pytest

from lopburi_pr import citing
from surveys import findings, publishing
from tests import make
from tests.surveys.test_publishing import METHOD, asked, prepared, published
from tests.surveys.test_tabulating import answers


@pytest.fixture
def survey(db):
    return asked()


def test_the_page_shows_sentences_drawings_and_tables(client, survey, analyst, head):
    published(survey, analyst, head)

    page = client.get(f"/surveys/{survey.pk}/results/")

    assert page.status_code == 200
    assert "ส่วนใหญ่ร้อยละ 62.0 ตอบว่า “ได้รับ” (±9.4)" in page.text or "(±9." in page.text
    assert page.text.count('<svg class="bars__bar"') > 5
    assert '"@type": "Dataset"' in page.text
    assert page.headers["Cache-Control"].startswith("public")


SATISFIED = {
    "sections": [
        {
            "name": "s1",
            "questions": [
                {
                    "uid": "0000000a",
                    "name": "Q1",
                    "kind": "matrix",
                    "label": {"th": "พอใจเพียงใด", "en": "How satisfied are you?"},
                    "rows": [
                        {"code": "a", "label": {"th": "ความเร็ว", "en": "Speed"}},
                        {"code": "b", "label": {"th": "ความชัด", "en": "Clarity"}},
                    ],
                    "choices": [
                        {"code": "2", "label": {"th": "พอใจ", "en": "Satisfied"}},
                        {"code": "1", "label": {"th": "ไม่พอใจ", "en": "Dissatisfied"}},
                    ],
                }
            ],
        }
    ]
}


def test_what_one_question_asked_about_stands_together(client, analyst, head):
    facts = {"state": "closed", "method": METHOD, "definition": SATISFIED}
    survey = make.survey(**facts)
    make.responses(survey, ({"Q1_a": "2", "Q1_b": "1"}, 30), ({"Q1_a": "1", "Q1_b": "1"}, 10))
    published(survey, analyst, head)

    page = client.get(f"/surveys/{survey.pk}/results/")

    assert page.text.count('<section class="result ') == 1
    assert page.text.count('<svg class="stack"') == 2
    assert page.text.count('<ul class="legend"') == 1
    assert '<a href="#Q1"><span>พอใจเพียงใด</span></a>' in page.text
    assert "ถามทั้งหมด 2 เรื่อง" in page.text
    assert '<div class="result__row" id="Q1_b">' in page.text


def test_waves_are_drawn_with_a_table_beneath_and_what_moved_is_told(client, analyst, head):
    first = asked(title_th="ครั้งแรก")
    published(first, analyst, head)
    second = asked(previous=first)
    make.responses(second, (answers(), 100), mode="interview")
    published(second, analyst, head)

    page = client.get(f"/surveys/{second.pk}/results/").text

    part = page.split('id="Q1"')[1].split('<section class="result"')[0]
    said = part.split("เปลี่ยนจากครั้งก่อนอย่างมีนัยสำคัญทางสถิติ")[1].split("</p>")[0]
    drawn = part.split('<ul class="waves__panels"')[1]
    assert "<span>ได้รับ</span> +19.0</span>" in said
    assert part.count('<svg class="wave"') == 2
    assert drawn.count('<line class="wave__line"') == 2
    assert drawn.count('<line class="wave__reach"') == 4
    assert "wave__break" not in part
    assert "แนวโน้มจากการสำรวจ 2 ครั้ง" in part
    assert '<th scope="col" class="is-number">ครั้งแรก</th>' in drawn.split("<table>")[1]


def test_a_break_is_drawn_where_the_words_changed(client, analyst, head):
    first = asked()
    published(first, analyst, head)
    definition = first.questionnaire.definition
    definition["sections"][1]["questions"][0]["label"] = {"th": "ท่านเห็นข่าวหรือไม่"}
    second = asked(previous=first, definition=definition)
    published(second, analyst, head)

    page = client.get(f"/surveys/{second.pk}/results/").text

    part = page.split('id="Q1"')[1].split('<section class="result"')[0]
    assert part.count('<line class="wave__break"') == 2  # one for each answer
    assert '<line class="wave__line"' not in part
    assert "‖ ถ้อยคำของข้อคำถามเปลี่ยนไป" in part
    assert "เปลี่ยนจากครั้งก่อน" not in part


def test_results_that_are_not_published_are_not_there(client, survey, analyst):
    prepared(survey, analyst)

    for path in ("results/", "results.csv", "results.xlsx", "results/v1/", "results/v1/cite/ris"):
        assert client.get(f"/surveys/{survey.pk}/{path}").status_code == 404


def test_no_path_tells_a_hidden_number(client, survey, analyst, head):
    published(survey, analyst, head)
    base = f"/surveys/{survey.pk}/results"

    rows = list(csv.DictReader(io.StringIO(client.get(f"{base}.csv").content.decode("utf-8-sig"))))
    told = json.loads(client.get(f"{base}.json").content)["results"]

    # Two people of sixty and over: neither they nor who could be subtracted to find them.
    ages = {row["answer"]: row["n"] for row in rows if row["question"] == "D2"}
    assert ages == {"1": "60", "2": "", "3": ""}
    hidden = [row for row in rows if row["breakdown"] == "D2" and row["group"] in {"2", "3"}]
    assert {(row["n"], row["percent"], row["base"], row["mark"]) for row in hidden} == {
        ("", "", "", "*")
    }
    levels = told["breakdowns"][0]["levels"]
    assert [level["n"] for level in levels] == [60, None, None]
    page = client.get(f"{base}/").text
    assert ">38<" not in page
    assert ">2<" not in page


def test_an_open_link_says_so_on_every_path_and_has_no_error(client, analyst, head):
    survey = asked(design="open-link")
    published(survey, analyst, head)
    base = f"/surveys/{survey.pk}/results"

    page = client.get(f"{base}/").text
    text = client.get(f"{base}.csv").content.decode("utf-8-sig")

    assert "ผลนี้ไม่เป็นตัวแทนประชากร" in page
    assert "±" not in page
    assert {(row["low"], row["high"]) for row in csv.DictReader(io.StringIO(text))} == {("", "")}


def test_older_versions_stay_with_what_was_wrong(client, survey, analyst, head):
    published(survey, analyst, head)
    second = publishing.correct(survey, by=analyst, erratum_th="นับหนึ่งอำเภอซ้ำ")
    publishing.submit(second, by=analyst)
    publishing.publish(second, by=head)

    newest = client.get(f"/surveys/{survey.pk}/results/")
    older = client.get(f"/surveys/{survey.pk}/results/v1/")

    assert newest.context["publication"].version == 2
    assert "นับหนึ่งอำเภอซ้ำ" in newest.text
    assert older.context["is_old"]
    assert client.get(f"/surveys/{survey.pk}/results/v3/").status_code == 404


def test_the_workbook_holds_the_same_numbers_the_method_and_the_codes(
    client, survey, analyst, head
):
    published(survey, analyst, head)
    base = f"/surveys/{survey.pk}/results"

    table = list(csv.reader(io.StringIO(client.get(f"{base}.csv").content.decode("utf-8-sig"))))
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{base}.xlsx").content))

    cells = [["" if v is None else v for v in row] for row in book["results"].values]
    assert [[_number(v) for v in row] for row in cells] == [[_number(v) for v in r] for r in table]
    assert book["method"].max_row == 12
    assert {"ได้รับ"} <= {row[3] for row in book["codebook"].values}


def _number(text):
    try:
        return float(text)
    except ValueError:
        return text


@pytest.mark.parametrize("form", citing.FORMATS)
def test_a_citation_names_the_version_and_where_it_stays(client, survey, analyst, head, form):
    published(survey, analyst, head)
    version = f"/surveys/{survey.pk}/results/v1/"

    answer = client.get(f"{version}cite/{form}")

    (cited,) = set(re.findall(r"http://testserver([^\s\"}]+)", answer.content.decode()))
    assert (cited, client.get(cited).status_code) == (version, 200)
    assert f"{survey.title_th}: ผลการสำรวจ" in answer.content.decode()
    assert client.get(f"/surveys/{survey.pk}/results/v2/cite/{form}").status_code == 404


@pytest.mark.parametrize(("kind", "form"), [("summary", "pdf"), ("full", "pdf"), ("full", "docx")])
def test_reports_are_made_of_what_is_published(client, survey, analyst, head, kind, form):
    published(survey, analyst, head)

    answer = client.get(f"/surveys/{survey.pk}/results/{kind}.{form}")

    assert answer.status_code == 200
    assert answer.content.startswith({"pdf": b"%PDF", "docx": b"PK"}[form])
    if kind == "summary":
        assert answer.content.count(b"/Type /Page\n") == 1


def test_unanswered_findings_that_are_late_come_first(client, survey, analyst, head):
    published(survey, analyst, head)
    agency = make.organization()
    facts = {"by": head, "kind": "finding", "is_public": True}
    late = findings.ask(survey, agency, text_th="ข่าวมาช้า", **facts)
    late.asked_on = late.due_on = make.timezone.localdate() - make.timedelta(days=3)
    late.save()
    answered = findings.ask(survey, agency, text_th="อยากได้เสียงตามสาย", **facts)
    findings.reply(answered, by=head, reply_th="เพิ่มรอบเย็นแล้ว", link="/news/")

    page = client.get("/surveys/findings/")

    assert list(page.context["findings"]) == [late, answered]
    assert page.context["overdue"] == 1
    assert "เพิ่มรอบเย็นแล้ว" in page.text
