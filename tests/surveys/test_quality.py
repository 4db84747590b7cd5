import pytest
from django.core.exceptions import ValidationError

from surveys import quality
from surveys.models import Response, ResponseChange
from tests import make

pytestmark = pytest.mark.django_db


def matrix():
    question = {"name": "Q6", "kind": "matrix", "label": {"th": "พอใจเพียงใด"}}
    question["rows"] = [{"code": code, "label": {"th": code}} for code in "abcd"]
    question["choices"] = [{"code": code, "label": {"th": code}} for code in "123"]
    section = {"name": "s", "title": {"th": "ส"}, "questions": [question]}
    return {"title": {"th": "ก"}, "sections": [section]}


def answers(survey, seconds=None, interviewer=None, **data):
    return Response.objects.create(
        survey=survey,
        questionnaire=survey.questionnaire,
        mode="interview" if interviewer else "web",
        interviewer=interviewer,
        seconds=seconds,
        data=data,
        sha256="0" * 64,
    )


def test_who_is_much_faster_than_others_is_flagged():
    survey = make.survey()
    for seconds in (100, 90, 120, 110, 40):
        answers(survey, seconds, D1="1601", D2="1")
    fast = answers(survey, 30, D1="1601", D2="1")

    (found,) = quality.flagged(survey)

    assert (found.pk, found.flags[0].count("15.0")) == (fast.pk, 1)


def test_one_answer_to_all_rows_is_a_straight_line():
    survey = make.survey(definition=matrix())
    same = answers(survey, Q6_a="1", Q6_b="1", Q6_c="1", Q6_d="1")
    answers(survey, Q6_a="1", Q6_b="1", Q6_c="1", Q6_d="2")
    answers(survey, Q6_a="1", Q6_b="1", Q6_c="1", Q6_d=None)

    assert [each.pk for each in quality.flagged(survey)] == [same.pk]


def test_the_same_answers_from_one_interviewer_are_copies():
    survey = make.survey()
    first, second = make.interviewer(survey, 1), make.interviewer(survey, 2)
    data = {"D1": "1601", "D2": "1", "Q1": "1", "Q2": ["a"], "Q4": "5"}
    copied = {answers(survey, interviewer=first, **data).pk for _time in range(2)}
    answers(survey, interviewer=second, **data)

    assert {each.pk for each in quality.flagged(survey)} == copied


def test_a_tenth_is_called_back_and_the_draw_is_repeatable():
    survey = make.survey()
    first, second = make.interviewer(survey, 1), make.interviewer(survey, 2)
    for _time in range(30):
        answers(survey, interviewer=first)
    answers(survey, interviewer=second)

    drawn = quality.call_backs(survey)

    assert [row.interviewer for row in drawn] == [first, first, first, second]
    assert quality.call_backs(survey) == drawn


def test_a_supervisor_rejects_with_a_reason_that_stays():
    survey = make.survey()
    response = answers(survey, D1="1601")
    boss = make.user()

    with pytest.raises(ValidationError):
        quality.review(response, by=boss, keep=False, reason=" ")
    quality.review(response, by=boss, keep=False, reason="โทรกลับแล้วไม่พบ")

    assert Response.objects.get().state == "rejected"
    change = ResponseChange.objects.get()
    assert (change.state_after, change.reason, change.by) == (
        "rejected",
        "โทรกลับแล้วไม่พบ",
        boss,
    )
