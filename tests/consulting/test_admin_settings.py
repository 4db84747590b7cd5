"""Topics, their questions and the standards: what changes is a new version."""

import pytest
from django.urls import reverse

from consulting import loading
from consulting.models import QuestionSet, RequestLetter, ServiceStandard, Topic
from tests import make

NEW = "/admin/consulting/questionset/add/"


def typed(form_set, **changed):
    """What the browser sends of a page that nobody changed, then changed."""
    data = {f"q-{name}": value for name, value in form_set.management_form.initial.items()}
    for form in form_set.forms:
        for field in form:
            value = field.value()
            if value not in (None, "", False):
                data[field.html_name] = value
    return data | changed


def test_a_new_version_keeps_the_keys_and_what_came_before(heads_desk):
    advice = make.advisory_request(answers={"audience": "ผู้ค้า"})
    address = f"{NEW}?topic={advice.topic_id}"
    before = advice.question_set
    page = heads_desk.get(address)
    n = len(before.questions)
    more = {
        "q-0-th": "กลุ่มเป้าหมายคือใคร",
        f"q-{n}-th": "ใช้สื่อใดได้บ้าง",
        f"q-{n}-kind": "many",
        f"q-{n}-choices": "ป้าย | Poster\nเสียงตามสาย | Loudspeaker",
        f"q-{n}-place": "1",
        "q-1-DELETE": "on",
    }

    answer = heads_desk.post(address, typed(page.context["forms"], **more))

    made = advice.topic.questions
    assert answer.status_code == 302
    assert (made.version, len(made.questions)) == (2, n)
    assert made.questions[0]["key"] == "audience"
    new = next(each for each in made.questions if each["th"] == "ใช้สื่อใดได้บ้าง")
    assert [choice["en"] for choice in new["choices"]] == ["Poster", "Loudspeaker"]
    assert QuestionSet.objects.get(pk=before.pk).questions == before.questions
    advice.refresh_from_db()
    assert advice.question_set == before
    assert "ผู้ค้า" in heads_desk.get(advice.get_admin_url()).text
    assert (
        "ใช้สื่อใดได้บ้าง"
        in heads_desk.get("/admin/consulting/advisoryrequest/add/?topic=campaign").text
    )


@pytest.mark.parametrize("choices", ["", "ข้อเดียว | One"])
def test_choices_are_two_at_least(heads_desk, choices):
    topic = make.advisory_request().topic
    address = f"{NEW}?topic={topic.pk}"
    forms = heads_desk.get(address).context["forms"]

    data = typed(forms, **{"q-0-kind": "choice", "q-0-choices": choices})
    answer = heads_desk.post(address, data)

    assert answer.status_code == 400
    assert "อย่างน้อยสองข้อ" in answer.text
    assert topic.questions.version == 1


def test_officers_ask_what_is_asked_and_change_nothing(desk):
    topic = make.advisory_request().topic

    assert desk.get(f"{NEW}?topic={topic.pk}").status_code == 403
    assert desk.get(reverse("admin:consulting_topic_change", args=[topic.pk])).status_code == 200
    assert desk.get("/admin/consulting/servicestandard/add/").status_code == 403


@pytest.mark.parametrize("query", ["", "?topic=x", "?topic=99999999999", "?topic=²"])
def test_without_a_topic_it_asks_for_one(heads_desk, query):
    make.advisory_request()

    page = heads_desk.get(NEW + query)

    assert page.status_code == 200
    assert page.context["forms"] is None


def test_a_topic_is_offered_no_longer_and_its_key_stays(heads_desk):
    topic = make.advisory_request().topic
    address = reverse("admin:consulting_topic_change", args=[topic.pk])

    page = heads_desk.get(address)
    heads_desk.post(address, {"name_th": "รณรงค์", "key": "other-key", "order": "5"})

    assert f"{NEW}?topic={topic.pk}" in page.text
    topic.refresh_from_db()
    assert (topic.name_th, topic.key, topic.is_offered) == ("รณรงค์", "campaign", False)
    assert topic not in Topic.objects.offered()


def test_a_new_standard_is_a_new_version_and_old_requests_keep_theirs(heads_desk):
    advice = make.advisory_request()
    address = "/admin/consulting/servicestandard/add/"
    given = {"lane": "ordinary", "first_reply": "2", "answer": "7", "unit": "working-days"}

    wrong = heads_desk.post(address, given | {"first_reply": "9"})
    heads_desk.post(address, given)

    assert wrong.status_code == 200
    latest = ServiceStandard.objects.now_for("ordinary")
    assert (latest.version, latest.answer) == (2, 7)
    advice.refresh_from_db()
    assert advice.standard.version == 1
    row = reverse("admin:consulting_servicestandard_change", args=[latest.pk])
    assert heads_desk.post(row, given).status_code == 403


def test_standards_are_told_in_whole_sentences(desk):
    loading.load()

    page = desk.get("/admin/consulting/servicestandard/")

    assert "ตอบรับครั้งแรกภายใน 3 วันทำการ ตอบภายใน 10 วันทำการ" in page.text


def test_letters_that_failed_are_told_and_go_again(desk):
    make.advisory_request()
    RequestLetter.objects.update(state="failed", error="no mail server", tries=9)

    front = desk.get("/admin/")
    desk.post(
        "/admin/consulting/requestletter/",
        {"action": "again", "_selected_action": [RequestLetter.objects.get().pk]},
    )

    assert "จดหมายถึงผู้ขอที่ส่งไม่สำเร็จ" in front.text
    assert RequestLetter.objects.get().state == "waiting"
