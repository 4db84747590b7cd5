"""What of surveys goes by itself, and what stays."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lopburi_pr import keeping
from surveys import codes, fieldwork
from surveys.models import AccessCode, Response, Sitting
from tests import make
from tests.surveys.test_answer_views import begin

pytestmark = pytest.mark.django_db


def later(travel, days):
    travel(timezone.now() + timedelta(days=days))
    keeping.carry_out()


def test_answers_that_were_not_sent_go_after_a_week(client, places, travel):
    begin(client, make.survey())

    later(travel, 6)
    kept = Sitting.objects.count()
    later(travel, 1)

    assert (kept, Sitting.objects.count()) == (1, 0)


def test_answers_go_two_years_after_the_end_and_their_number_stays(places, travel):
    survey = make.survey()
    response = make.response(survey, Q5="ความเห็น")
    fieldwork.change_response(response, by=make.user(), reason="สะกดผิด", data=response.data)

    later(travel, 10 + 2 * 365 - 1)
    kept = Response.objects.get().data["Q5"]
    later(travel, 2)

    response = Response.objects.get()
    assert kept == "ความเห็น"
    assert (response.data, response.seconds, response.state) == ({}, None, "complete")
    assert response.changes.count() == 0


def test_published_results_keep_their_answers_two_years_more(places, travel):
    survey = make.survey()
    make.response(survey)
    survey.publications.create(
        version=1,
        state="published",
        sha256="x",
        prepared_by=make.user(),
        published_by=make.user(),
        published_at=timezone.now() + timedelta(days=300),
    )

    later(travel, 10 + 2 * 365 + 1)
    kept = Response.objects.get().data != {}
    later(travel, 300)

    assert (kept, Response.objects.get().data) == (True, {})


def test_codes_go_a_year_after_the_end(places, travel):
    codes.issue(make.survey(), 3, by=make.user())

    later(travel, 10 + 364)
    kept = AccessCode.objects.count()
    later(travel, 2)

    assert (kept, AccessCode.objects.count()) == (3, 0)
