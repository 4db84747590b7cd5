from datetime import timedelta

import pytest
from django.utils import timezone

from surveys import monitoring
from surveys.models import Response, Survey
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(places):
    survey = make.survey(design="probability", target=40)
    for code, people, target in (("1601", 6000, 30), ("1602", 3000, 10), ("1603", 1000, 5)):
        make.stratum(survey, code, people, target=target, name_th=f"อ.{code}")
    return survey


def answers(survey, code, n, *, days_ago=0, **facts):
    stratum = survey.strata.filter(code=code).first()
    day = timezone.localdate() - timedelta(days=days_ago)
    whole = {"questionnaire": survey.questionnaire, "stratum": stratum, "received_on": day}
    whole |= {"survey": survey, "mode": "web", "sha256": "0" * 64}
    return Response.objects.bulk_create(Response(**(whole | facts)) for _number in range(n))


def test_progress_is_told_by_stratum_mode_interviewer_and_day(survey):
    interviewer = make.interviewer(survey, target=5)
    answers(survey, "1601", 3)
    answers(survey, "1601", 2, mode="interview", interviewer=interviewer, days_ago=1)
    answers(survey, "1601", 4, state="over-quota")

    monitor = monitoring.of(survey)

    first = monitor.strata[0]
    assert (first.name, first.target, first.done) == ("อ.1601", 30, 5)
    assert [n for _mode, n in monitor.modes] == [3, 2]
    assert [(group.done, group.target) for group in monitor.interviewers] == [(2, 5)]
    assert [n for _day, n in monitor.days] == [3, 2]
    assert [n for _state, n in monitor.set_aside] == [4]


def test_one_total_holds_for_all_modes_and_the_modes_add_up_to_it(survey):
    """Complaint 18: public and internal totals that disagree."""
    answers(survey, "1601", 3)
    answers(survey, "1602", 4, mode="paper")
    answers(survey, "1699", 2, mode="kiosk")

    monitor = monitoring.of(survey)

    assert monitor.whole.done == survey.responses.counted().count() == 9
    assert sum(n for _mode, n in monitor.modes) == 9
    assert sum(group.done for group in monitor.strata) == 9


def test_the_margin_is_that_of_the_strata(survey):
    for code, n in (("1601", 60), ("1602", 30), ("1603", 10)):
        answers(survey, code, n)

    monitor = monitoring.of(survey)

    assert round(100 * monitor.whole.margin, 2) == 9.75
    assert round(100 * monitor.strata[0].margin, 2) == 12.59


def test_people_drawn_together_have_no_margin_until_their_answers_are_looked_at(survey):
    for code, n in (("1601", 60), ("1602", 30), ("1603", 10)):
        answers(survey, code, n, cluster=f"village {code}")

    monitor = monitoring.of(survey)

    assert (monitor.whole.margin, [group.margin for group in monitor.strata]) == (None, [None] * 3)
    assert monitor.margin_note


def test_weights_make_the_effective_sample_smaller(survey):
    answers(survey, "1601", 10, weight=1)
    answers(survey, "1601", 10, weight=3)

    assert monitoring.of(survey).whole.effective == 16


@pytest.mark.parametrize("design", ["quota", "open-link"])
def test_other_samples_have_no_margin_and_it_is_said_why(survey, design):
    Survey.objects.update(design=design)
    survey.refresh_from_db()
    answers(survey, "1601", 60)

    monitor = monitoring.of(survey)

    assert (monitor.whole.margin, monitor.strata[0].margin) == (None, None)
    assert monitor.margin_note != ""


def test_the_end_is_projected_from_the_pace_of_the_last_week(survey):
    answers(survey, "1601", 14)
    today = timezone.localdate()

    monitor = monitoring.of(survey)

    assert (monitor.pace, monitor.finish) == (2, today + timedelta(days=13))
    assert monitoring.of(make.survey(target=10)).finish is None


def test_districts_from_which_nothing_came_for_three_days_are_silent(survey):
    answers(survey, "1601", 1, days_ago=2)
    answers(survey, "1602", 1, days_ago=3)
    answers(survey, "1603", 5, days_ago=9)

    assert [group.name for group in monitoring.of(survey).silent] == ["อ.1602"]


def test_the_next_interviews_go_where_they_tell_most(survey):
    strata = list(survey.strata.all())
    done = dict(zip([each.pk for each in strata], (60, 10, 0), strict=True))

    assert monitoring.next_best(strata, done) == [("อ.1602", 12), ("อ.1603", 8)]


def test_interviewers_from_whom_nothing_came_are_on_the_list_to_call(survey):
    silent, busy, ready = (make.interviewer(survey, n, target=2) for n in (1, 2, 3))
    answers(survey, "1601", 1, mode="interview", interviewer=silent, days_ago=5)
    answers(survey, "1601", 1, mode="interview", interviewer=busy)
    answers(survey, "1601", 2, mode="interview", interviewer=ready, days_ago=9)

    (call,) = monitoring.calls(survey)

    assert (call.name, call.done, call.target) == (silent.user.username, 1, 2)


def test_it_costs_the_same_for_many(survey, django_assert_max_num_queries):
    for code in ("1601", "1602", "1603"):
        answers(survey, code, 50)
    for number in range(1, 6):
        make.interviewer(survey, number)

    with django_assert_max_num_queries(5):
        monitoring.of(survey)
