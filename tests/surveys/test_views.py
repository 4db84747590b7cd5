"""The list of surveys, the page of each, the front page and the search."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import make

pytestmark = pytest.mark.django_db


def test_list_tells_open_from_coming_and_former(client, places):
    today = timezone.localdate()
    make.survey(title_th="เปิดอยู่", target=10)
    make.survey(title_th="ร่าง", state="draft")
    make.survey(title_th="ถอน", state="withdrawn", withdrawal_reason="ผิด")
    make.survey(title_th="จบแล้ว", state="closed", closes_on=today - timedelta(days=1))
    make.survey(title_th="มีผล", state="published", closes_on=today - timedelta(days=3))
    coming = {"opens_on": today + timedelta(days=2), "closes_on": today + timedelta(days=9)}
    make.survey(title_th="จะเปิด", **coming)

    page = client.get("/surveys/").text

    parts = page.split("<h2")[1:]
    shown = [
        [title for title in ("เปิดอยู่", "ร่าง", "ถอน", "จบแล้ว", "มีผล", "จะเปิด") if title in part]
        for part in parts[:3]
    ]
    assert shown == [["เปิดอยู่"], ["จะเปิด"], ["จบแล้ว", "มีผล"]]
    assert "results/" in page


def test_progress_is_told(client, places):
    survey = make.survey(target=400)
    make.response(survey)

    page = client.get(survey.get_absolute_url()).text

    assert "ตอบแล้ว 1 จากเป้าหมาย 400 คน" in page
    assert "เหลือ 11 วัน" in page
    assert "ประมาณ 1 นาที" in page


@pytest.mark.parametrize("design", ["probability", "quota", "open-link"])
def test_kind_of_sample_is_told_in_plain_words(client, design):
    survey = make.survey(design=design)

    page = client.get(survey.get_absolute_url()).text

    assert ("ไม่เป็นตัวแทนของประชาชน" in page) == (design == "open-link")
    assert ("การสุ่ม" in page) == (design == "probability")


def test_draft_is_not_found_and_withdrawn_is_gone_with_its_reason(client):
    draft = make.survey(state="draft")
    withdrawn = make.survey(state="withdrawn", withdrawal_reason="คำถามชี้นำ")

    gone = client.get(withdrawn.get_absolute_url())

    assert client.get(draft.get_absolute_url()).status_code == 404
    assert (gone.status_code, "คำถามชี้นำ" in gone.text) == (410, True)


def test_front_page_shows_what_is_open(client, django_assert_max_num_queries):
    make.survey(title_th="ท่านคิดอย่างไรกับน้ำท่วม")
    make.survey(title_th="ของเก่า", state="closed")

    page = client.get("/").text
    with django_assert_max_num_queries(1):
        client.get("/")

    assert "ท่านคิดอย่างไรกับน้ำท่วม" in page
    assert "ของเก่า" not in page


def test_search_finds_surveys(client):
    make.survey(title_th="ความเห็นเรื่องน้ำท่วม")
    make.survey(title_th="ร่างเรื่องน้ำท่วม", state="draft")

    page = client.get("/search/", {"q": "น้ำท่วม"}).text

    assert "ความเห็นเรื่องน้ำท่วม" in page
    assert "ร่างเรื่องน้ำท่วม" not in page


def test_long_list_costs_as_much_as_a_short_one(client, django_assert_max_num_queries):
    for number in range(25):
        make.survey(title_th=f"ครั้งที่ {number}", state="closed")
    client.get("/surveys/")

    with django_assert_max_num_queries(3):
        page = client.get("/surveys/?page=2").text

    assert page.count("ครั้งที่ ") >= 5


def test_every_word_that_was_asked_stands_there_once_the_survey_is_closed(client, db):
    closed, still_open = make.survey(state="closed"), make.survey()

    told = client.get(closed.get_absolute_url()).text

    assert "ท่านได้รับข่าวของจังหวัดหรือไม่" in told
    assert "LINE · วิทยุ · หอกระจายข่าว" in told
    assert "ท่านได้รับข่าวของจังหวัดหรือไม่" not in client.get(still_open.get_absolute_url()).text
