"""The desks of design, fieldwork, held submissions and paper."""

import json
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile

from office import roles
from office.models import AuditEvent
from surveys import syncing
from surveys.models import HeldSubmission, PaperForm, Quota, Response
from tests import make

pytestmark = pytest.mark.django_db
ANSWERS = {"D1": "1601", "D2": "1", "Q1": "2", "Q4": "5"}
BASE = "/en/admin/surveys"


@pytest.fixture
def staff(client, db):
    """``staff(role)``: signed in as somebody with that role."""
    roles.sync()

    def as_(role=roles.OFFICER):
        person = make.user(is_staff=True)
        person.groups.add(Group.objects.get(name=role))
        client.force_login(User.objects.get(pk=person.pk))
        return person

    return as_


@pytest.fixture
def survey(places):
    survey = make.survey(design="quota", target=100)
    make.stratum(survey, "1601", 5000, target=60)
    return survey


def held(survey, **changes):
    interviewer = make.interviewer(survey)
    facts = {"interviewer": interviewer.pk, "questionnaire": survey.questionnaire.sha256}
    facts |= {"key": str(uuid4()), "on": "2026-01-01", "seconds": 60, "cluster": ""}
    first = facts | {"answers": ANSWERS}
    syncing.receive([first, first | {"answers": ANSWERS | changes}], by=interviewer.user)
    return HeldSubmission.objects.get()


def test_the_design_page_reckons_sizes_and_keeps_nothing(client, staff, survey):
    staff()

    typed = "population=755556&margin=5%25&proportion=0.5&deff=1&response_rate=80%25"
    page = client.get(f"{BASE}/stratum/design/{survey.pk}/?{typed}")

    assert "399.788" in page.text
    assert "Krejcie" in page.text


def test_villages_that_are_drawn_first_need_more_interviews(client, staff, survey):
    """Cochran's 385 with 1 + (30 - 1) 0.01, as Kish has it."""
    staff()

    typed = "population=755556&margin=5%25&proportion=0.5&deff=1&response_rate=1"
    page = client.get(f"{BASE}/stratum/design/{survey.pk}/?{typed}&take=30&likeness=0.01")

    assert "<td>496</td>" in page.text


@pytest.mark.parametrize("typed", ["margin=x", "margin=0&population=0", "margin=500%25", "margin="])
def test_the_calculator_answers_nonsense_with_a_sentence(client, staff, survey, typed):
    staff()

    page = client.get(f"{BASE}/stratum/design/{survey.pk}/?{typed}")

    assert (page.status_code, "errorlist" in page.text) == (200, True)


def test_each_step_of_the_design_is_taken_from_its_page(client, staff, survey):
    staff()
    address = f"{BASE}/stratum/design/{survey.pk}/"
    make.district("1602", "พัฒนานิคม", "Phatthana Nikhom")
    province = make.province().pk
    table = {"source": "กรมการปกครอง", "as_of": "31/12/2568"}
    steps = [
        {"step": "strata", "strata-provinces": province},
        {"step": "populations", "table": "1601\t5,000\n1602\t3,000"} | table,
        {"step": "allocation", "n": "400", "method": "proportional", "floor": ""},
        {"step": "margins", "table": "D2\t1\t10\nD2\t2\t20\nD2\t3\t30"} | table,
        {"step": "quotas", "variables": "D2", "by_stratum": "on", "action": "stop"},
        {"step": "quota", "name": "ทุกคน", "condition": "D2 = 1 2", "target": "9", "action": "flag"},
    ]

    for step in steps:
        posted = {f"{step['step']}-{key}": value for key, value in step.items()} | step
        assert client.post(address, posted).status_code == 302

    assert dict(survey.strata.values_list("code", "target")) == {"1601": 250, "1602": 150}
    assert Quota.objects.count() == 7
    page = client.get(address)
    assert "400" in page.text
    quota = Quota.objects.get(name="ทุกคน")
    assert client.post(address, {"remove": f"quota-{quota.pk}"}).status_code == 302
    assert Quota.objects.count() == 6


def test_a_refused_table_comes_again_as_it_was_typed(client, staff, survey):
    staff()
    posted = {"step": "populations", "populations-table": "1699\tมาก", "populations-source": ""}

    page = client.post(f"{BASE}/stratum/design/{survey.pk}/", posted)

    assert page.status_code == 400
    assert "1699\tมาก" in page.text
    assert page.text.count("<li>") >= 2


def test_whoever_may_change_surveys_sees_progress_and_no_content(client, staff, survey):
    """Complaint 18: what people answered is not for everybody while the survey is open."""
    staff(roles.OFFICER)
    secret = make.response(survey, Q5="ความลับสุดยอด")

    monitor = client.get(f"{BASE}/interviewer/monitor/{survey.pk}/")
    quality = client.get(f"{BASE}/interviewer/quality/{survey.pk}/")

    assert (monitor.status_code, quality.status_code) == (200, 200)
    assert "ความลับสุดยอด" not in monitor.text + quality.text
    assert client.get(f"{BASE}/interviewer/answers/{secret.pk}/").status_code == 403
    assert client.get(f"{BASE}/interviewer/calls/{survey.pk}/").status_code == 200


def test_who_may_read_answers_leaves_a_trace_of_every_look(client, staff, survey):
    person = staff(roles.HEAD)
    response = make.response(survey, Q5="ข่าวดี")

    page = client.get(f"{BASE}/interviewer/answers/{response.pk}/")

    assert "ข่าวดี" in page.text
    event = AuditEvent.objects.filter(verb="look at answers").get()
    assert (event.actor, event.note) == (person, str(response.pk))


def test_a_flagged_interview_is_rejected_with_a_reason(client, staff, survey):
    staff()
    interviewer = make.interviewer(survey)
    for _time in range(2):
        syncing.receive(
            [
                {
                    "key": str(uuid4()),
                    "interviewer": interviewer.pk,
                    "questionnaire": survey.questionnaire.sha256,
                    "answers": ANSWERS | {"Q3": 4},
                }
            ],
            by=interviewer.user,
        )
    address = f"{BASE}/interviewer/quality/{survey.pk}/"
    response = Response.objects.first()
    posted = {"response": response.pk, "decision": "reject"}

    assert "2 times" in client.get(address).text
    client.post(address, posted | {"reason": " "})
    assert Response.objects.filter(state="rejected").count() == 0
    client.post(address, posted | {"reason": "โทรกลับแล้วไม่พบ"})

    assert Response.objects.get(state="rejected").pk == response.pk
    assert client.post(address, posted | {"response": "no key"}).status_code in {302, 404}


def test_flagged_interviews_are_told_page_by_page(client, staff, survey):
    staff()
    asker = {"interviewer": make.interviewer(survey), "mode": "interview"}
    make.responses(survey, (ANSWERS | {"Q5": "เหมือนกัน"}, 21), **asker)
    address = f"{BASE}/interviewer/quality/{survey.pk}/"

    first, second = client.get(address), client.get(f"{address}?page=2")
    posted = {"response": second.context["flagged"][0].pk, "decision": "reject", "reason": "โทรแล้ว"}
    decided = client.post(f"{address}?page=2", posted)

    assert [len(page.context["flagged"]) for page in (first, second)] == [20, 1]
    assert 'href="?page=2" rel="next"' in first.text
    assert decided.headers["Location"] == f"{address}?page=2"
    assert "Page 1 of" not in client.get(decided.headers["Location"]).text  # 20 are left


def test_answers_are_told_in_words_to_who_may_read_them(client, staff, survey):
    staff(roles.HEAD)
    row = held(survey, Q4="1")

    one = client.get(f"{BASE}/interviewer/answers/{row.response_id}/")
    both = client.get(f"{BASE}/heldsubmission/{row.pk}/change/")

    assert ("D1", "Mueang Lop Buri, Lopburi") in [(n, v) for n, _label, v in one.context["told"]]
    assert [row[2:] for row in both.context["differences"]] == [("มากที่สุด", "น้อยที่สุด")]


@pytest.mark.parametrize(
    ("decision", "state", "answer", "rows"),
    [
        ("first", "complete", "5", 1),
        ("other", "complete", "1", 1),
        ("both", "complete", "5", 2),
        ("neither", "rejected", "5", 1),
    ],
)
def test_a_held_submission_is_decided_with_a_reason(
    client, staff, survey, decision, state, answer, rows
):
    staff()
    row = held(survey, Q4="1")
    address = f"{BASE}/heldsubmission/{row.pk}/change/"
    posted = {"decision": decision, "reason": "ถามผู้สัมภาษณ์แล้ว"}

    assert client.get(address).status_code == 200
    assert client.post(address, posted | {"reason": ""}).status_code == 400
    assert client.post(address, posted).status_code == 302

    first = Response.objects.get(pk=row.response_id)
    assert (first.state, first.data["Q4"], Response.objects.count()) == (state, answer, rows)
    row.refresh_from_db()
    assert row.decision.endswith("ถามผู้สัมภาษณ์แล้ว")
    assert client.post(address, posted).status_code == 400


def test_a_held_interview_of_a_version_published_later_is_taken(survey):
    interviewer = make.interviewer(survey)
    later = make.questionnaire(
        survey, make.QUESTIONS | {"title": {"th": "ใหม่"}}, is_published=False
    )
    sent = {"key": str(uuid4()), "interviewer": interviewer.pk, "answers": ANSWERS}
    syncing.receive([sent | {"questionnaire": "b" * 64}], by=interviewer.user)
    row = HeldSubmission.objects.get()
    later.sha256, later.published_at = "b" * 64, survey.questionnaire.published_at
    later.save()

    syncing.settle(row, "again", by=interviewer.user, reason="เผยแพร่แล้ว")

    assert Response.objects.get().questionnaire == later


def test_a_backup_file_is_uploaded_by_the_office(client, staff, survey):
    staff()
    interviewer = make.interviewer(survey)
    item = {"key": str(uuid4()), "interviewer": interviewer.pk, "answers": ANSWERS}
    item |= {"questionnaire": survey.questionnaire.sha256}
    file = json.dumps({"kind": syncing.BACKUP, "items": [item], "unfinished": []}).encode()
    address = f"{BASE}/interviewer/backup/{survey.pk}/"

    for content in (b"\xff garbage", b"{}", file, file):
        posted = {"file": SimpleUploadedFile("interviews.json", content)}
        assert client.post(address, posted).status_code == 302

    assert Response.objects.get().interviewer == interviewer


def test_sheets_are_keyed_in_by_two_people_and_settled(client, staff, survey):
    address = f"{BASE}/paperform/enter/{survey.pk}/"
    typed = {"serial": "7", "D1": "1601", "D2": "1", "Q1": "2", "Q4": "5", "Q5": "ดี"}

    staff()
    page = client.post(address, typed | {"D2": "8"})
    assert (page.status_code, 'value="ดี"' in page.text) == (400, True)
    assert client.post(address, typed).status_code == 302
    assert client.post(address, typed).status_code == 400
    staff()
    answer = client.post(address, typed | {"Q4": "4"})

    sheet = PaperForm.objects.get()
    assert answer.headers["Location"] == f"{BASE}/paperform/{sheet.pk}/change/"
    assert 'name="choose-Q4"' in client.get(answer.headers["Location"]).text
    posted = {"choose-Q4": "typed", "first-Q4": "5", "second-Q4": "4", "typed-Q4": "3"}
    assert client.post(answer.headers["Location"], {}).status_code == 400
    assert client.post(answer.headers["Location"], posted).status_code == 302
    assert Response.objects.get().data["Q4"] == "3"
    assert client.get(f"{BASE}/paperform/").status_code == 200


def test_the_sheet_is_printed_with_codes_and_in_large_letters(client, staff, survey):
    staff()
    address = f"{BASE}/paperform/sheet/{survey.questionnaire.pk}/"

    page = client.get(address)

    assert "LPBS-" in page.text
    assert "question-sheet--large" in client.get(f"{address}?large=1").text


def test_interviewers_are_added_with_the_strata_of_their_survey(client, staff, survey):
    staff(roles.HEAD)
    make.stratum(make.survey(), "1799", name_th="ที่อื่น")

    page = client.get(f"{BASE}/interviewer/add/?survey={survey.pk}")

    assert "อำเภอ 1601" in page.text
    assert "ที่อื่น" not in page.text


def test_strangers_are_refused_everywhere(client, survey):
    client.force_login(make.user(is_staff=True))
    paths = [
        *(f"interviewer/{name}/{survey.pk}/" for name in ("monitor", "calls", "quality")),
        f"stratum/design/{survey.pk}/",
        f"paperform/enter/{survey.pk}/",
        f"paperform/sheet/{survey.questionnaire.pk}/",
    ]

    assert {client.get(f"{BASE}/{path}").status_code for path in paths} == {403}
