from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from surveys import fieldwork, quotas
from surveys.models import Quota, Response
from tests import make


@pytest.mark.parametrize(
    ("condition", "answers", "fits"),
    [
        ({"D2": ["1", "2"]}, {"D2": "2"}, True),
        ({"D2": ["1"]}, {"D2": "2"}, False),
        ({"D2": ["1"]}, {}, False),
        ({"D2": ["1"]}, {"D2": None}, False),
        ({"D1": ["1601"]}, {"D1": "160105"}, True),
        ({"D1": ["16"]}, {"D1": "1601"}, True),
        ({"D1": ["1601"]}, {"D1": "1602"}, False),
        ({"Q2": ["a"]}, {"Q2": ["b", "a"]}, True),
        ({"D2": ["1"]}, {"D2": "11"}, False),
        ({"D1": ["1601"], "D2": ["1"]}, {"D1": "1601", "D2": "2"}, False),
        ({}, {"D2": "1"}, False),
    ],
)
def test_a_quota_counts_those_whose_answers_all_fit(condition, answers, fits):
    assert quotas.fits(condition, answers) is fits


def _quota(survey, target, **facts):
    return survey.quotas.create(
        **{"name": "18–39", "condition": {"D2": ["1"]}, "target": target} | facts
    )


def test_a_full_quota_takes_no_more_and_says_so(places):
    survey = make.survey()
    quota = _quota(survey, 1)

    first, second, other = (make.response(survey, D2=age) for age in ("1", "1", "2"))

    quota.refresh_from_db()
    assert quota.filled == 1
    assert [each.state for each in (first, second, other)] == [
        *("complete", "over-quota", "complete"),
    ]


def test_a_quota_that_only_flags_goes_on_counting(places):
    survey = make.survey()
    quota = _quota(survey, 1, action="flag")

    responses = [make.response(survey) for _n in range(3)]

    quota.refresh_from_db()
    assert quota.filled == 3
    assert {each.state for each in responses} == {"complete"}


def test_what_is_set_aside_gives_its_place_back(places):
    survey = make.survey()
    quota = _quota(survey, 1)
    first = make.response(survey)

    fieldwork.change_response(first, by=make.user(), reason="ซ้ำ", state="duplicate")

    quota.refresh_from_db()
    assert quota.filled == 0
    assert make.response(survey).state == "complete"


def test_the_table_refuses_to_overfill(places):
    quota = _quota(make.survey(), 1)

    with pytest.raises(IntegrityError), transaction.atomic():
        Quota.objects.filter(pk=quota.pk).update(filled=2)


@pytest.mark.django_db(transaction=True)
def test_fifty_completions_at_once_never_exceed_a_quota_as_in_complaint_9():
    make.district()
    survey = make.survey()
    quota, other = _quota(survey, 10), _quota(survey, 100, name="อำเภอ", condition={"D1": ["16"]})

    def complete(_n):
        try:
            return fieldwork.record(
                survey.questionnaire, make.ANSWERS, key=uuid4(), mode="web"
            ).response.state
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        states = list(pool.map(complete, range(50)))

    quota.refresh_from_db()
    other.refresh_from_db()
    assert quota.filled == other.filled == states.count("complete") == 10
    assert Response.objects.counted().count() == 10
    assert states.count("over-quota") == 40
