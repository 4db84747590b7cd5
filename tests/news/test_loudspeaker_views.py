"""Pages of the spoken edition: for a volunteer with a cheap phone or a sheet of paper."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from lopburi_pr.thai_calendar import BANGKOK
from news import publishing
from news.models import Edition
from tests import make

SPOKEN = "เรียนพี่น้องประชาชน\nขอให้ยกของขึ้นที่สูง <b>โทร หนึ่งเจ็ดแปดสี่"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=BANGKOK)
ADD, CHECK = "/admin/news/edition/add/", "/news/check-script/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(travel):
    travel(NOON)


@pytest.fixture
def edition():
    place = make.district("1605", "ท่าวุ้ง", "Tha Wung")
    return make.published(
        at=NOON - timedelta(hours=1), districts=[place], title="เตือนน้ำหลาก", spoken=SPOKEN
    )


def address(edition, tail=""):
    return f"/news/{edition.article.year}/{edition.article.number}/{tail}"


# One script


def test_the_article_leads_to_its_script_and_the_script_to_paper(client, edition):
    article, script = client.get(address(edition)), client.get(address(edition, "script/"))

    assert f'href="{address(edition, "script/")}"' in article.text
    for target in (address(edition), address(edition, "script.txt"), address(edition, "poster/")):
        assert f'href="{target}"' in script.text
    assert "เรียนพี่น้องประชาชน" in script.text
    assert "&lt;b&gt;" in script.text
    assert '<a href="tel:1784">1784</a>' in script.text
    assert "7 วินาที" in script.text
    assert 'lang="th"' in client.get("/en" + address(edition, "script/")).text


def test_the_plain_text_is_the_script_and_nothing_else(client, edition):
    answer = client.get(address(edition, "script.txt"))

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.text == f"{SPOKEN}\n"


def test_the_poster_carries_what_must_be_known_and_a_code(client, edition):
    poster = client.get(address(edition, "poster/")).text

    assert edition.must_know in poster
    assert re.search(r'role="img" aria-label="[^"]+"><svg ', poster)
    assert edition.article.reference in poster
    assert '<p class="poster__call">โทร <b>1784</b></p>' in poster


def test_the_poster_names_the_office_when_the_script_names_no_number(client):
    edition = make.published(at=NOON, spoken="เรียนพี่น้องประชาชน")
    office = make.office_phone("036 770 181")

    poster = client.get(address(edition, "poster/")).text

    assert f"<b>{office}</b></p>" in poster


@pytest.mark.parametrize("tail", ["script/", "script.txt", "poster/"])
def test_an_article_without_a_script_says_so_and_leads_to_itself(client, tail):
    silent = make.published(at=NOON)

    page = client.get(address(silent, tail))

    assert page.status_code == 404
    assert f'href="{address(silent)}"' in page.text
    assert address(silent, "script/") not in client.get(address(silent)).text


@pytest.mark.parametrize("tail", ["script/", "script.txt", "poster/"])
def test_what_the_public_does_not_see_has_no_pages(client, tail):
    scheduled = make.published(at=NOON + timedelta(hours=1), spoken=SPOKEN)
    over = make.published(at=NOON - timedelta(hours=2), spoken=SPOKEN)
    publishing.expire(over.article, by=None)

    assert client.get(address(scheduled, tail)).status_code == 404
    assert client.get(address(over, tail)).status_code == 404
    assert client.get(f"/news/2569/999/{tail}").status_code == 404


def test_the_english_sibling_shows_no_script_but_the_thai_one_stays(client, edition):
    make.published(at=NOON, language="en", translation_of=edition.article, spoken="Move it up.")

    english = client.get("/en" + address(edition))

    assert "script/" not in english.text
    assert "Move it up." not in client.get("/en" + address(edition, "script/")).text
    assert f'href="{address(edition, "script/")}"' in client.get(address(edition)).text


def test_a_corrected_script_is_shown_with_the_very_next_request(client, edition):
    client.get(address(edition, "script/"))
    draft = publishing.revise(edition.article, by=None)
    draft.spoken = "บทที่แก้แล้ว"
    draft.save()
    make.publish(draft)

    assert "บทที่แก้แล้ว" in client.get(address(edition, "script/")).text


@pytest.mark.parametrize("tail", ["", "script/", "poster/"])
def test_pages_cost_few_queries(client, edition, tail, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        client.get(address(edition, tail))


# A day


def test_the_bulletin_of_today_is_there_without_asking(client, edition):
    page = client.get("/bulletin/")

    assert "วันอังคารที่ 24 พฤศจิกายน พ.ศ. 2569" in page.text
    assert f'href="{address(edition, "script/")}"' in page.text
    assert 'href="/bulletin/?day=2569-11-23"' in page.text
    assert "2569-11-25" not in page.text
    assert 'href="/bulletin.txt"' in page.text
    assert 'href="/districts/1605/bulletin/"' in page.text


def test_the_day_of_a_district_stands_below_the_district(client, edition):
    make.district("1606", "บ้านหมี่", "Ban Mi")

    here, there = (client.get(f"/districts/{code}/bulletin/") for code in ("1605", "1606"))

    assert "ยกของขึ้นที่สูง" in here.text
    assert "อำเภอท่าวุ้ง" in here.text
    assert "ยกของขึ้นที่สูง" not in there.text
    assert client.get("/districts/9999/bulletin/").status_code == 404
    assert '<a href="/districts/1605/bulletin/">' in client.get("/districts/1605/").text


@pytest.mark.parametrize("day", ["2569-11-24", "2026-11-24", "24/11/2569", "24 พ.ย. 2569"])
def test_another_day_is_asked_for_as_people_write_it(client, edition, travel, day):
    travel(NOON + timedelta(days=3))

    page = client.get("/bulletin/", {"day": day})

    assert "ยกของขึ้นที่สูง" in page.text
    assert 'href="/bulletin.txt?day=2569-11-24"' in page.text
    assert 'href="/bulletin/?day=2569-11-25"' in page.text


@pytest.mark.parametrize("day", ["abc", "31/2/2569", "24/11/69", "24/11/2026", "9" * 500])
def test_a_day_that_cannot_be_is_refused_and_kept(client, day):
    page, text = client.get("/bulletin/", {"day": day}), client.get("/bulletin.txt", {"day": day})

    assert (page.status_code, text.status_code) == (400, 400)
    assert f'value="{day}"' in page.text
    assert 'aria-invalid="true"' in page.text
    assert len(text.text) > 10


def test_a_day_without_scripts_says_what_to_do(client, edition):
    page = client.get("/bulletin/", {"day": "2569-11-20"})

    assert page.status_code == 200
    assert "ยังไม่มีบทให้อ่านสำหรับวันที่เลือก" in page.text
    assert '<a href="/bulletin/">อ่านบทของวันล่าสุด' in page.text
    assert "data-print" not in page.text


def test_the_text_of_a_day_is_ready_to_be_read_out(client, edition):
    answer = client.get("/districts/1605/bulletin.txt")

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith("เรียนพี่น้องประชาชนอำเภอท่าวุ้งที่เคารพ\n")
    assert f"\n\n{SPOKEN}\n\n" in answer.text


@pytest.mark.parametrize("path", ["/bulletin/", "/districts/1605/bulletin/"])
def test_a_bulletin_costs_few_queries(client, edition, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        client.get(path)


# The editor's form


def typed(**fields):
    inlines = {
        f"{inline}-{count}_FORMS": 0
        for inline in ("placements", "attachments")
        for count in ("TOTAL", "INITIAL")
    }
    texts = {"title": "เตือนน้ำหลาก", "must_know": "โทร 1784", "lead": "น้ำขึ้น", "body": ""}
    subjects = {"kind": "news", "language": "th", "topic": make.topic().pk}
    agency = {"source_agency": "จังหวัดลพบุรี", "_continue": "1"}
    return {**texts, **subjects, **agency, **inlines, **fields}


def test_a_script_is_saved_and_mended_without_any_javascript(desk):
    answer = desk.post(ADD, typed(spoken="น้ำมาแล้ว\r\nโทร 1784", spoken_budget="30"), follow=True)

    draft = Edition.objects.get()
    assert (draft.spoken, draft.spoken_budget) == ("น้ำมาแล้ว\nโทร 1784", 30)
    assert "<b>1784</b> ตัวเลข → หนึ่งเจ็ดแปดสี่" in answer.text
    assert "อ่านประมาณ 4 จาก 30 วินาที" in answer.text


def test_stumbles_never_keep_news_from_being_published(desk):
    desk.post(ADD, typed(spoken="โทร 1784 & www.example.org " * 40, _submit="1"))

    assert Edition.objects.submitted().exclude(spoken="").count() == 1


def test_a_form_without_the_length_keeps_a_minute(desk):
    desk.post(ADD, typed(spoken="น้ำมาแล้ว"))
    desk.post(ADD, typed(spoken="น้ำมาแล้ว", spoken_budget=""))

    assert {edition.spoken_budget for edition in Edition.objects.all()} == {60}
    assert Edition.objects.count() == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"spoken": "Water is coming.", "language": "en"},
        {"spoken": "ก" * 1501},
        {"spoken": "น้ำมาแล้ว", "spoken_budget": "45"},
    ],
)
def test_a_wrong_script_is_refused_and_kept(desk, fields):
    page = desk.post(ADD, typed(**fields))

    assert page.status_code == 200
    assert set(page.context["adminform"].form.errors) <= {"spoken", "spoken_budget"}
    assert fields["spoken"] in page.text
    assert not Edition.objects.exists()


def test_an_editor_is_told_while_writing(desk):
    answer = desk.post(CHECK, {"spoken": "โทร 1784", "spoken_budget": "30"})

    assert answer.json()["proposal"] == "โทร หนึ่งเจ็ดแปดสี่"
    assert "<b>1784</b>" in answer.json()["notes"]
    assert "จาก 30 วินาที" in answer.json()["notes"]


def test_an_empty_script_gets_a_first_one_from_the_article(desk):
    asked = {"spoken": " ", "spoken_budget": "60", "title": "น้ำขึ้น 2 เมตร", "must_know": "โทร 1784"}

    proposal = desk.post(CHECK, asked).json()["proposal"]

    assert proposal.splitlines()[1:3] == ["น้ำขึ้นสองเมตร", "โทร หนึ่งเจ็ดแปดสี่"]


def test_what_an_editor_types_is_escaped(desk):
    notes = desk.post(CHECK, {"spoken": "<img src=x>", "spoken_budget": "60"}).json()["notes"]

    assert "<img" not in notes
    assert "&lt;" in notes


@pytest.mark.parametrize(
    "asked", [{}, {"spoken_budget": "45"}, {"spoken": "ก" * 1501, "spoken_budget": "60"}]
)
def test_an_impossible_question_is_refused(desk, asked):
    assert desk.post(CHECK, asked).status_code == 400


def test_only_editors_may_ask(client, desk):
    asked = {"spoken": "โทร 1784", "spoken_budget": "60"}

    assert Client().post(CHECK, asked).status_code == 302
    assert desk.get(CHECK).status_code == 405
    reader = Client()
    reader.force_login(make.user(is_staff=True))
    assert reader.post(CHECK, asked).status_code == 403
    assert Client(enforce_csrf_checks=True).post(CHECK, asked).status_code in {302, 403}
