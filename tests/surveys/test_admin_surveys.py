"""Surveys at the desk: planned, opened, closed, and what needs somebody today."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from office import roles
from surveys import drafting
from surveys.admin.surveys import counts
from surveys.models import Survey
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    client.force_login(make.officer())
    return client


def page(survey, name="change", *more):
    return reverse(f"admin:surveys_survey_{name}", args=[survey.pk, *more])


def step(client, survey, verb, **said):
    client.post(reverse("admin:survey_step", args=[survey.pk, verb]), said)
    survey.refresh_from_db()
    return survey.state


PLAN = {
    "title_th": "ความเห็นต่อตลาดนัด",
    "aim_th": "เพื่อทราบความเห็น",
    "policy": "province",
    "fiscal_year": "2570",
    "population_th": "ประชาชนในจังหวัดลพบุรี",
    "design": "open-link",
    "modes": ["web"],
    "target": "400",
    "opens_on": "1/12/2569",
    "closes_on": "31/12/2569",
    "bands": "equal",
    "min_cell": "5",
    "min_base": "10",
    "reply_days": "60",
}


def test_a_survey_is_planned_and_its_questions_begun(officer):
    answer = officer.post(reverse("admin:surveys_survey_add"), PLAN)
    survey = Survey.objects.get()
    begun = officer.post(page(survey, "begin"))

    assert answer.status_code == 302
    assert (survey.state, survey.modes, survey.created_by.username) == ("draft", ["web"], "officer")
    draft = survey.questionnaires.get()
    assert begun.url == reverse("admin:surveys_questionnaire_change", args=[draft.pk])


def test_a_plan_that_does_not_hold_comes_back(officer):
    answer = officer.post(reverse("admin:surveys_survey_add"), PLAN | {"closes_on": "1/11/2569"})

    assert answer.status_code == 200
    assert "ความเห็นต่อตลาดนัด" in answer.text
    assert not Survey.objects.exists()


def test_a_survey_is_opened_closed_opened_again_and_withdrawn(officer):
    survey = make.survey(state="draft")

    opened, closed = step(officer, survey, "open"), step(officer, survey, "close")
    again = step(officer, survey, "open")
    silent = step(officer, survey, "withdraw", reason="")
    withdrawn = step(officer, survey, "withdraw", reason="คำถามข้อหนึ่งผิด")

    assert [opened, closed, again, silent] == ["open", "closed", "open", "open"]
    assert (withdrawn, survey.withdrawal_reason) == ("withdrawn", "คำถามข้อหนึ่งผิด")


def test_what_keeps_it_closed_stands_on_its_page(officer):
    survey = make.survey(state="draft", modes=[])

    shown = officer.get(page(survey))

    assert len(shown.context["obstacles"]) == 1
    assert shown.context["obstacles"][0] in shown.text
    assert step(officer, survey, "open") == "draft"


def test_who_only_writes_opens_nothing(client):
    survey = make.survey(state="draft")
    client.force_login(make.officer("writer", roles.EDITOR))

    assert step(client, survey, "open") == "draft"
    assert client.get(page(survey)).status_code == 200


def test_the_list_says_what_comes_next_for_each(officer):
    fresh = make.survey(state="draft", title_th="ก")
    draft = make.survey(title_th="ข")
    drafting.begin_version(draft, by=make.user())
    make.survey(state="closed", title_th="ค")

    shown = officer.get(reverse("admin:surveys_survey_changelist"))

    assert shown.status_code == 200
    assert all(title in shown.text for title in (fresh.title_th, draft.title_th, "ค"))


@pytest.mark.parametrize("queue", ["closing", "unpublished", "open", "closed", "nonsense"])
def test_queues(officer, queue):
    make.survey()

    shown = officer.get(reverse("admin:surveys_survey_changelist"), {"queue": queue})

    assert shown.status_code == 200


def test_the_front_page_counts_what_needs_somebody(officer, rf):
    today = timezone.localdate()
    drafting.begin_version(make.survey(), by=make.user())
    make.survey(closes_on=today + timedelta(days=2))
    make.survey(closes_on=today - timedelta(days=1))
    make.survey(state="closed")
    request = rf.get("/")
    request.user = make.officer("other")

    assert [row["count"] for row in counts(request)] == [1, 2, 1]
    assert officer.get(reverse("admin:index")).status_code == 200


def test_the_content_of_answers_is_never_shown_here(officer, places):
    survey = make.survey()
    make.response(survey, Q5="ความลับที่พิมพ์ไว้")

    shown = [officer.get(page(survey)), officer.get(reverse("admin:surveys_survey_changelist"))]

    assert [("ความลับที่พิมพ์ไว้" in each.text) for each in shown] == [False, False]
    assert shown[0].context["counted"] == 1


def test_nothing_is_deleted(officer):
    survey = make.survey()

    assert officer.get(page(survey, "delete")).status_code == 403
