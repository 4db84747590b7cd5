"""Agencies ask for advice page by page, without an account and without scripts."""

import re

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from consulting import drafts, loading
from consulting.models import AdvisoryRequest, Draft, Topic, Vote
from consulting.request_views import SENT_AN_HOUR
from tests import make
from tests.consulting.hostile import KINDS, is_whole, submissions

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF\n"
START = "/consulting/request/"
QUESTION = {
    "page": "question",
    "subject": "รณรงค์ไข้เลือดออกในตลาดสด",
    "detail": "คนเห็นป้ายแต่ไม่เปลี่ยนพฤติกรรม",
    "q-audience": "ผู้ค้าในตลาด 900 คน",
    "q-change": "คว่ำภาชนะทุกวันศุกร์",
    "q-budget": "๔๐,๐๐๐ บาท",
}
WHO = {
    "page": "who",
    "agency": "เทศบาลตำบลตัวอย่าง",
    "place": "district:1601",
    "contact": "สมศรี ตัวอย่าง",
    "phone": "๐๓๖-๔๑๑-๑๑๑",
}


@pytest.fixture(autouse=True)
def topics(db):
    cache.clear()  # browser tests leave what they counted
    loading.load()
    make.district()


def begin(client, topic="campaign"):
    """The address of a new request."""
    answer = client.post(START, {"topic": topic})
    assert answer.status_code == 302
    return answer["Location"].split("?")[0]


def filled(client, **more):
    here = begin(client)
    client.post(here, QUESTION)
    client.post(here, WHO | more)
    return here


def upload(name="แผน.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def send(client, here, **more):
    return client.post(here, {"page": "send", "go": "send", **more})


def test_from_the_topic_to_a_number_in_five_screens(client):
    here = begin(client)
    screens = [client.get(START), client.get(f"{here}?new=1")]
    screens.append(client.post(here, QUESTION, follow=True))
    screens.append(client.post(here, WHO, follow=True))
    screens.append(send(client, here, files=[upload()], may_publish="on"))

    followed = client.get(screens.pop()["Location"])

    request = AdvisoryRequest.objects.get()
    assert [screen.status_code for screen in screens] == [200, 200, 200, 200]
    assert request.reference in followed.text
    assert (request.phone, request.may_publish) == ("036-411-111", True)
    assert request.answers["budget"] == 40_000
    assert request.files.get().name == "แผน.pdf"
    assert not followed.cookies


def test_the_address_is_secret_and_opens_where_it_was_left(client):
    here = begin(client)
    client.post(here, QUESTION)

    page = client.get(here)

    assert page.templates[0].name == "consulting/request/who.html"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert client.get(here.replace("/request/", "/track/")).status_code == 404


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client):
    here = begin(client)

    page = client.post(here, QUESTION | {"subject": "", "q-budget": "หลายบาท"})
    later = client.get(here)

    assert page.status_code == 400
    assert "กรอกเป็นตัวเลขจำนวนเต็ม" in page.text
    assert 'href="#id_subject"' in page.text
    for shown in (page.text, later.text):
        assert QUESTION["detail"] in shown
        assert "หลายบาท" in shown


def test_going_back_keeps_what_was_typed_also_when_it_is_not_valid_yet(client):
    here = begin(client)
    client.post(here, QUESTION)

    back = client.post(here, {"page": "who", "go": "question", "agency": "อบต.ป่าตาล"})
    page = client.get(f"{here}?page=who")

    assert back["Location"].endswith("?page=question")
    assert "อบต.ป่าตาล" in page.text
    assert client.get(f"{here}?page=send").templates[0].name == "consulting/request/who.html"


def test_another_topic_keeps_subject_and_people(client):
    here = filled(client)

    client.post(here, {"page": "topic", "topic": "other"})
    page = client.get(here)
    done = client.post(here, {"page": "question", **_without_questions(QUESTION)})

    assert QUESTION["subject"] in page.text
    assert done["Location"].endswith("?page=send")
    assert Draft.objects.get().typed["topic"] == "other"


def _without_questions(given):
    return {name: text for name, text in given.items() if not name.startswith("q-")}


def test_somebody_to_answer_is_needed(client):
    here = begin(client)
    client.post(here, QUESTION)

    page = client.post(here, WHO | {"phone": ""})

    assert page.status_code == 400
    assert "กรอกหมายเลขโทรศัพท์หรืออีเมลอย่างน้อยหนึ่งอย่าง" in page.text


def test_a_refused_file_costs_no_other_and_not_the_page(client):
    here = filled(client)

    page = client.post(
        here, {"page": "send", "go": "add", "files": [upload(), upload("a.exe", b"MZ")]}
    )
    names = [*Draft.objects.get().files.values_list("name", flat=True)]
    client.post(here, {"page": "send", "go": f"remove-{Draft.objects.get().files.get().pk}"})

    assert page.status_code == 400
    assert "a.exe: " in page.text
    assert names == ["แผน.pdf"]
    assert not Draft.objects.get().files.exists()


def test_a_refused_file_stops_the_sending(client):
    here = filled(client)

    page = send(client, here, files=[upload("a.exe", b"MZ")])

    assert page.status_code == 400
    assert not AdvisoryRequest.objects.exists()


def test_sent_again_it_leads_to_the_same_page(client):
    here = filled(client)

    first, again, back = send(client, here), send(client, here), client.get(here)

    assert first["Location"] == again["Location"] == back["Location"]
    assert AdvisoryRequest.objects.count() == 1


def test_a_machine_that_fills_in_everything_is_told(client):
    here = filled(client)

    begun = client.post(START, {"topic": "campaign", "website": "spam"})
    sent = send(client, here, website="spam")

    assert (begun.status_code, sent.status_code) == (400, 400)
    assert not AdvisoryRequest.objects.exists()


def test_one_address_that_sends_too_much_waits_and_loses_nothing(client):
    here = filled(client)
    for _n in range(SENT_AN_HOUR):
        send(client, filled_quickly())

    page = send(client, here)

    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0
    assert QUESTION["subject"] in page.text
    assert AdvisoryRequest.objects.count() == SENT_AN_HOUR


def test_one_address_that_presses_too_often_waits_and_keeps_its_words(client, monkeypatch):
    monkeypatch.setattr("consulting.request_views.STEPS_AN_HOUR", 1)
    here = begin(client)
    client.post(here, {"page": "question"})

    page = client.post(here, QUESTION)

    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0
    assert QUESTION["detail"] in page.text


def filled_quickly():
    topic = Topic.objects.get(key="other")
    token = drafts.begin(topic)
    draft = drafts.find(token)
    asked = {"subject": "ก", "detail": "ข", "wanted_by": "", "question_set": None, "answers": {}}
    drafts.keep(draft, "question", asked)
    who = {name: WHO.get(name, "") for name in ("agency", "place", "contact", "phone")}
    drafts.keep(draft, "who", who | {"letter_on": "", "phone": "036-411-111"})
    return reverse("consulting:draft", args=[token])


def test_a_declared_giant_is_refused_before_a_byte_is_read(client):
    here = filled(client)

    page = client.generic("POST", here, b"x", CONTENT_LENGTH=str(10 * 2**30))

    assert page.status_code == 413
    assert "20 MB" in page.text
    assert QUESTION["subject"] in page.text


def test_a_deleted_request_says_so(client):
    here = filled(client)

    gone = client.post(here, {"page": "send", "go": "discard"})

    assert "ไม่มีการส่งคำขอ" in client.get(gone["Location"]).text
    assert client.get(here).status_code == 410
    assert not Draft.objects.exists()


def test_published_answers_are_offered_and_end_the_asking(client):
    topic = Topic.objects.get(key="campaign")
    edition = make.resource_edition(topic, "กำจัดลูกน้ำป้องกันไข้เลือดออก")
    here = begin(client)

    typed = client.post(f"{here}answers/", {"text": "ไข้เลือดออก"})
    nothing = client.post(f"{here}answers/", {"text": "กีฬา"})
    page = client.post(here, QUESTION, follow=True)
    ended = client.post(here, {"page": "helped", "go": f"helped-{edition.pk}"})

    assert edition.title_th in typed.text
    assert nothing.content == b""
    assert edition.title_th in page.text
    assert ended["Location"] == "/consulting/?helped=1"
    assert Vote.objects.get().is_instead
    assert not Draft.objects.exists()


def test_the_front_page_tells_topics_and_times(client):
    page = client.get("/consulting/")

    assert "3 วันทำการ" in page.text
    assert "/consulting/request/?topic=crisis" in page.text
    assert not page.cookies


def test_in_english_too(client):
    page = client.get(f"/en{begin(client)}")

    assert "Who is it for, and about how many people?" in page.text


def test_hostile_submissions_are_refused_in_sentences_and_leave_nothing_half_saved(client):
    client.raise_request_exception = False
    seen = {}

    for kind, form, expected in submissions(500, seed=2569):
        before = AdvisoryRequest.objects.count()
        answer = form(client)
        after = AdvisoryRequest.objects.count()
        seen.setdefault(kind, set()).add(answer.status_code)
        assert answer.status_code < 500, (kind, answer.status_code)
        assert answer.status_code in expected, (kind, answer.status_code, answer.content[:200])
        if answer.status_code == 400:
            assert _sentences(answer.text), kind
        if after > before:
            assert answer.status_code == 302, kind

    assert set(seen) == set(KINDS)
    assert all(is_whole(request) for request in AdvisoryRequest.objects.all())


def _sentences(text):
    return re.search(r'class="(error-summary|error-page)"', text)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_what_is_shown_again_is_accepted_again(client, prefix):
    here = f"{prefix}{begin(client)}"
    client.post(here, QUESTION | {"wanted_by": "24/12/2580"})
    page = client.get(f"{here}?page=question")
    shown = re.search(r'name="wanted_by" value="([^"]+)"', page.text)[1]

    client.post(here, QUESTION | {"wanted_by": shown})

    assert "2" in shown
    assert Draft.objects.get().typed["question"]["wanted_by"] == "2037-12-24"
