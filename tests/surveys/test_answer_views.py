"""Answering on the web: consent, section by section, a last look, thanks; and the kiosk."""

import re
from copy import deepcopy
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from office import pulse
from surveys import codes, fieldwork
from surveys.models import Response, Sitting
from tests import make

pytestmark = pytest.mark.django_db
YOU = {"page": "1", "go": "next", "D1": "1601", "D2": "1", "seen": ["D1", "D2"]}
SEEN = ["Q1", "Q3", "Q4", "Q5"]
NEWS = {"page": "2", "go": "next", "Q1": "2", "Q3": "๗", "Q4": "5", "Q5": "ดี", "seen": SEEN}


@pytest.fixture
def survey(db):
    make.district()
    return make.survey()


def here(survey):
    return f"/surveys/{survey.pk}/answer/"


def begin(client, survey, **more):
    return client.post(here(survey), {"page": "consent", "agrees": "on"} | more)


def press(client, survey, page, go, **typed):
    return client.post(here(survey), {"page": page, "go": go} | typed)


def test_ten_minutes_of_a_citizen(client, survey):
    assert "sessionid" not in client.get(here(survey)).cookies

    begun = begin(client, survey)
    first = client.post(here(survey), YOU)
    second = client.post(here(survey), NEWS)
    review = client.get(second.url)
    sent = press(client, survey, "review", "send")
    thanks = client.get(sent.url)

    assert [answer.status_code for answer in (begun, first, second, sent)] == [302] * 4
    assert first.url == f"{here(survey)}?page=2"
    assert "ดี" in review.text
    response = Response.objects.get()
    assert response.data == {
        "D1": "1601",
        "D2": "1",
        "Q1": "2",
        "Q3": 7,
        "Q4": "5",
        "Q5": "ดี",
    }
    assert (response.mode, response.state, response.seconds) == ("web", "complete", 0)
    receipt = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", thanks.text)[0]
    assert Sitting.objects.count() == 0
    assert fieldwork.withdraw_response(survey, receipt)


def test_a_quota_and_a_stratum_made_meanwhile_count_from_the_next_answer(client, survey):
    begin(client, survey)
    client.post(here(survey), YOU)
    client.post(here(survey), NEWS)  # what the survey asks is remembered by now
    survey.quotas.create(name="ชาย", condition={"D2": ["1"]}, target=0)
    stratum = survey.strata.create(code="16", name_th="ลพบุรี")

    press(client, survey, "review", "send")

    response = Response.objects.get()
    assert (response.state, response.stratum) == ("over-quota", stratum)


def test_sending_asks_the_database_no_more_than_it_must(client, survey, django_assert_num_queries):
    for _ in range(2):
        client.cookies.clear()
        begin(client, survey)
        client.post(here(survey), YOU)
        client.post(here(survey), NEWS)
        beat = pulse.beat()
    # What was answered so far with the pulse, and a savepoint about the two rows that change.
    with django_assert_num_queries(5):
        press(client, survey, "review", "send")

    assert pulse.beat() == beat


def test_cookie_is_set_only_after_the_tick(client, survey):
    looked = client.get(here(survey))
    unticked = client.post(here(survey), {"page": "consent"})
    begun = begin(client, survey)

    assert (looked.cookies, unticked.cookies) == ({}, {})
    assert (unticked.status_code, "ทำเครื่องหมาย" in unticked.text) == (400, True)
    (cookie,) = begun.cookies.values()
    assert (cookie.key, cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (
        f"survey-{survey.pk}",
        True,
        "Lax",
        7 * 86400,
    )
    assert "checked" not in looked.text


def test_no_cache_and_no_address_learns_of_answers(client, survey):
    begin(client, survey)

    page = client.get(f"{here(survey)}?page=1")
    onward = client.post(here(survey), YOU)

    assert page.headers["Cache-Control"] == "no-store"
    assert onward.headers["Cache-Control"] == "no-store"
    assert onward.url == f"{here(survey)}?page=2"


def test_failed_submit_shows_exactly_what_was_typed_as_in_complaint_3(client, survey):
    """decidim#3686: after an error all radio answers jumped to the first option."""
    begin(client, survey)
    client.post(here(survey), YOU)

    wrong = client.post(
        here(survey),
        NEWS
        | {"Q1": "1", "Q2": ["b", "c"], "Q3": " ๙๙๙ วัน", "Q4": "", "Q5": "<b>น้ำ & ไฟ</b>"}
        | {"seen": [*SEEN, "Q2"]},
    )
    again = client.get(f"{here(survey)}?page=2")

    assert wrong.status_code == 400
    for page in (wrong, again):
        chosen = re.findall(r'name="(Q\w+)" value="(\w+)" checked', page.text)
        assert chosen == [("Q1", "1"), ("Q2", "b"), ("Q2", "c")]
        assert 'value=" ๙๙๙ วัน"' in page.text
        assert "&lt;b&gt;น้ำ &amp; ไฟ&lt;/b&gt;" in page.text
    assert 'href="#q-Q3"' in wrong.text
    assert 'href="#q-Q4-5"' in wrong.text


def test_browser_that_was_killed_goes_on_where_it_stopped(client, survey):
    begin(client, survey)
    client.post(here(survey), YOU)
    press(client, survey, "2", "save", Q3="5", seen=SEEN)
    other = Client()
    other.cookies = client.cookies

    page = other.get(here(survey))

    assert "เริ่มตอบไว้แล้ว" in page.text
    assert f'href="{here(survey)}?page=2"' in page.text
    assert 'value="5"' in other.get(f"{here(survey)}?page=2").text


def test_follow_up_is_asked_without_scripts_too(client, survey):
    begin(client, survey)
    client.post(here(survey), YOU)

    more = client.post(here(survey), NEWS | {"Q1": "1"})
    done = client.post(here(survey), NEWS | {"Q1": "1", "Q2": "a", "seen": [*SEEN, "Q2"]})

    assert (more.status_code, done.status_code) == (200, 302)
    assert "question--new" in more.text
    assert Sitting.objects.get().answers["Q2"] == ["a"]


def test_follow_up_that_must_be_answered_is_no_error_before_it_was_seen(client, db):
    make.district()
    sections = deepcopy(make.QUESTIONS)
    sections["sections"][1]["questions"][1]["required"] = True
    survey = make.survey(definition=sections)
    begin(client, survey)
    client.post(here(survey), YOU)

    more = client.post(here(survey), NEWS | {"Q1": "1"})
    left = client.post(here(survey), NEWS | {"Q1": "1", "seen": [*SEEN, "Q2"]})

    assert (more.status_code, 'field__error" id' in more.text) == (200, False)
    assert (left.status_code, 'href="#q-Q2-a"' in left.text) == (400, True)


def test_answer_to_what_is_no_longer_asked_goes(client, survey):
    begin(client, survey)
    client.post(here(survey), YOU)
    client.post(here(survey), NEWS | {"Q1": "1", "Q2": "a", "seen": [*SEEN, "Q2"]})

    client.post(here(survey), NEWS)

    assert "Q2" not in Sitting.objects.get().answers


def answered(client, survey):
    begin(client, survey)
    client.post(here(survey), YOU)
    client.post(here(survey), NEWS)
    return press(client, survey, "review", "send")


def test_sent_twice_it_arrives_once(client, survey):
    """formhub#678: one submission became ten when the answer of the server was lost."""
    begin(client, survey)
    client.post(here(survey), YOU)
    client.post(here(survey), NEWS)
    lost = client.cookies.output()
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    press(client, survey, "review", "send")
    client.cookies.load(cookies)

    again = press(client, survey, "review", "send")

    assert again.url == f"{here(survey)}?page=thanks"
    assert "ใบรับ" in client.get(again.url).text
    assert Response.objects.count() == 1
    assert lost


def test_what_was_never_asked_is_not_sent_as_left_out(client, survey):
    begin(client, survey)
    client.post(here(survey), YOU)

    early = press(client, survey, "review", "send")

    assert early.url == f"{here(survey)}?page=2"
    assert Response.objects.count() == 0


def test_second_answer_from_one_browser_is_told_honestly(client, survey):
    """decidim#7438, decidim-app#1015: a courtesy, and called one."""
    answered(client, survey)

    consent = begin(client, survey)
    page = client.get(here(survey))

    assert consent.url == here(survey)
    assert Response.objects.count() == 1
    assert 'name="agrees"' not in page.text


def test_somebody_else_of_the_family_answers_on_the_same_telephone(client, survey):
    answered(client, survey)

    press(client, survey, "thanks", "anew")
    answered(client, survey)

    assert Response.objects.count() == 2


def test_two_people_are_two_people_as_in_complaint_5(client, survey):
    """decidim-app#1015: a key that was never set made all anonymous people one."""
    answered(client, survey)
    answered(Client(), survey)

    assert Response.objects.count() == 2


def test_receipt_is_gone_after_some_minutes(client, survey, travel):
    answered(client, survey)
    travel(timezone.now() + timedelta(minutes=16))

    page = client.get(here(survey))

    assert re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page.text) == []
    assert "ตอบแล้ว" in page.text


def test_sitting_goes_on_with_its_own_version(client, survey):
    begin(client, survey)
    client.post(here(survey), YOU)
    changed = make.QUESTIONS | {"sections": make.QUESTIONS["sections"][:1]}
    make.questionnaire(survey, changed)

    client.post(here(survey), NEWS)
    press(client, survey, "review", "send")

    assert Response.objects.get().questionnaire.number == 1


def test_answers_are_taken_back_with_the_receipt(client, survey):
    page = client.get(answered(client, survey).url)
    receipt = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page.text)[0]
    there = f"/surveys/{survey.pk}/withdraw/"

    wrong = client.post(there, {"receipt": "0000-0000-0000"})
    right = client.post(there, {"receipt": receipt.lower().replace("-", " ")})

    assert (wrong.status_code, right.status_code) == (400, 302)
    response = Response.objects.get()
    assert (response.state, response.data) == ("withdrawn", {})
    assert "ลบ" in client.get(right.url).text


def test_code_of_a_card_opens_one_answer(client, survey):
    survey.needs_code = True
    survey.save()
    (code,) = codes.issue(survey, 1, by=make.user())

    unknown = begin(client, survey, code="ABCD-EFGH")
    begin(client, survey, code=code.lower())
    client.post(here(survey), YOU)
    client.post(here(survey), NEWS)
    press(client, survey, "review", "send")
    again = begin(Client(), survey, code=code)

    assert (unknown.status_code, again.status_code) == (400, 400)
    assert Response.objects.count() == 1
    assert survey.codes.get().is_used


def test_code_used_meanwhile_is_told_at_the_end(client, survey):
    survey.needs_code = True
    survey.save()
    (code,) = codes.issue(survey, 1, by=make.user())
    begin(client, survey, code=code)
    client.post(here(survey), YOU)
    client.post(here(survey), NEWS)
    codes.use(survey, code)

    page = press(client, survey, "review", "send")

    assert (page.status_code, Response.objects.count()) == (400, 0)
    assert str(codes.USED) in page.text or "ใช้" in page.text


def test_machine_that_fills_everything_in_is_refused(client, survey):
    page = begin(client, survey, website="http://example.org")

    assert (page.status_code, Sitting.objects.count()) == (400, 0)


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_what_is_not_public_is_not_answered(client, survey, state):
    survey.state, survey.withdrawal_reason = state, "ถามผิดกลุ่ม"
    survey.save()

    status = {"draft": 404, "withdrawn": 410}[state]
    assert client.get(here(survey)).status_code == status
    assert begin(client, survey).status_code == status
    assert Sitting.objects.count() == 0


def test_survey_that_closed_meanwhile_says_so(client, survey):
    begin(client, survey)
    client.post(here(survey), YOU)
    survey.state = "closed"
    survey.save()

    page = client.post(here(survey), NEWS)

    assert page.status_code == 410
    assert "ไม่รับคำตอบ" in page.text
    assert client.get(here(survey)).url == survey.get_absolute_url()


@pytest.mark.parametrize("page", ["0", "9", "-1", "๑", "1.5", "review", "x" * 4000, "\u0000"])
def test_strange_pages_lead_back(client, survey, page):
    begin(client, survey)

    looked = client.get(here(survey), {"page": page})
    pressed = press(client, survey, page, "next", D1="1601")

    assert looked.status_code in {200, 302, 400}
    assert pressed.status_code in {302, 400}


def test_foreign_ticket_opens_nothing(client, survey):
    begin(client, survey)
    other = make.survey(title_th="อีกเรื่อง")
    client.cookies[f"survey-{other.pk}"] = client.cookies[f"survey-{survey.pk}"].value

    assert 'name="agrees"' in client.get(here(other)).text


# Kiosk


@pytest.fixture
def officer(survey):
    return make.user("surveyor", "surveys.open_survey", is_staff=True)


def test_kiosk_forgets_whoever_was_there(client, survey, officer):
    client.force_login(officer)
    client.post(f"/surveys/{survey.pk}/kiosk/", {"go": "begin"})

    assert "sid" not in client.cookies or not client.cookies["sid"].value
    thanks = client.get(answered(client, survey).url)
    assert 'http-equiv="refresh"' in thanks.text
    client.get(f"{here(survey)}?page=again")
    assert 'name="agrees"' in client.get(here(survey)).text
    answered(client, survey)
    assert [response.mode for response in Response.objects.all()] == ["kiosk", "kiosk"]


def test_kiosk_deletes_what_was_left_lying(client, survey, officer):
    client.force_login(officer)
    client.post(f"/surveys/{survey.pk}/kiosk/", {"go": "begin"})
    begin(client, survey)
    client.post(here(survey), YOU)

    client.get(f"{here(survey)}?page=again")

    assert Sitting.objects.count() == 0


def test_kiosk_needs_an_officer(client, survey):
    address = f"/surveys/{survey.pk}/kiosk/"

    assert "/admin/login/" in client.get(address).url
    client.force_login(make.user(is_staff=True))
    assert client.post(address, {"go": "begin"}).status_code == 403


def test_kiosk_becomes_an_ordinary_device_again(client, survey, officer):
    client.force_login(officer)
    client.post(f"/surveys/{survey.pk}/kiosk/", {"go": "begin"})
    client.force_login(officer)

    client.post(f"/surveys/{survey.pk}/kiosk/", {"go": "leave"})
    answered(client, survey)

    assert Response.objects.get().mode == "web"
