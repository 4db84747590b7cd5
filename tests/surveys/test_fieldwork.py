from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from surveys import codes, fieldwork, receipts
from surveys.models import Response, ResponseChange
from tests import make

pytestmark = pytest.mark.usefixtures("places")
ONE_DAY = timedelta(days=1)


def _record(survey, *, key=None, mode="web", **facts):
    answers = make.ANSWERS | facts.pop("answers", {})
    return fieldwork.record(survey.questionnaire, answers, key=key or uuid4(), mode=mode, **facts)


# Once


def test_the_same_sent_again_is_kept_once():
    survey, key = make.survey(), uuid4()

    first, second = _record(survey, key=key), _record(survey, key=key)

    assert (first.is_new, second.is_new) == (True, False)
    assert first.response == second.response == Response.objects.get()


def test_other_answers_under_one_key_overwrite_nothing():
    survey, key = make.survey(), uuid4()
    _record(survey, key=key)

    with pytest.raises(fieldwork.OtherBodyError):
        _record(survey, key=key, answers={"D2": "3"})

    assert Response.objects.get().data["D2"] == "1"


def test_what_was_not_asked_has_no_key_and_what_was_left_blank_is_null():
    survey = make.survey()

    response = _record(survey, answers={"Q1": "2"}).response

    assert response.data == {
        "D1": "1601",
        "D2": "1",
        "Q1": "2",
        "Q3": None,
        "Q4": "5",
        "Q5": None,
    }


def test_answers_that_the_questionnaire_does_not_allow_are_refused_by_variable():
    survey = make.survey()

    with pytest.raises(ValidationError) as refused:
        _record(survey, answers={"D2": "7", "Q4": None})

    assert set(refused.value.message_dict) == {"D2", "Q4"}
    assert not Response.objects.exists()


def test_a_place_that_does_not_exist_is_refused():
    with pytest.raises(ValidationError) as refused:
        _record(make.survey(), answers={"D1": "1699"})

    assert set(refused.value.message_dict) == {"D1"}


def test_an_answer_belongs_to_the_stratum_whose_code_its_place_begins_with():
    survey = make.survey()
    make.stratum(survey, "16")
    district = make.stratum(survey, "1601")

    assert _record(survey).response.stratum == district


def test_time_is_kept_in_seconds_unless_it_was_left_lying():
    survey = make.survey()

    kept, left, wrong = (_record(survey, seconds=n).response.seconds for n in (90, 10**6, -5))

    assert (kept, left, wrong) == (90, None, None)


def test_somebody_who_is_not_asked_is_screened_out_after_all_questions_as_in_complaint_10():
    # surveda#1156: deciding before the rest was asked breaks the weighting.
    definition = make.QUESTIONS | {
        "sections": [
            *make.QUESTIONS["sections"],
            {
                "name": "end",
                "title": {"th": "จบ"},
                "questions": [
                    {
                        "uid": "0000000a",
                        "name": "screen_out",
                        "kind": "calculate",
                        "label": {"th": "คัดออก"},
                        "calculation": "${D2} = '3'",
                    }
                ],
            },
        ]
    }
    survey = make.survey(definition=definition)

    out, in_ = _record(survey, answers={"D2": "3"}), _record(survey)

    assert (out.response.state, in_.response.state) == ("screened-out", "complete")
    assert out.response.data["Q4"] == "5"


# Days


@pytest.mark.parametrize("state", ["draft", "closed", "published", "withdrawn"])
def test_a_page_takes_answers_only_while_the_survey_is_open(state):
    reason = {"withdrawal_reason": "ถามผิด"} if state == "withdrawn" else {}
    survey = make.survey(state=state, **reason)

    with pytest.raises(fieldwork.NotTakenError):
        _record(survey)


def test_a_page_takes_no_answers_after_the_last_day():
    survey = make.survey(closes_on=timezone.localdate() - ONE_DAY)

    with pytest.raises(fieldwork.NotTakenError):
        _record(survey)


@pytest.mark.parametrize(
    ("days_after_end", "state"), [(0, "complete"), (-3, "complete"), (1, "late"), (-30, "late")]
)
def test_what_an_interviewer_brings_later_counts_by_the_day_of_the_interview(days_after_end, state):
    today = timezone.localdate()
    survey = make.survey(state="closed", closes_on=today - ONE_DAY)
    on = survey.closes_on + timedelta(days=days_after_end)

    assert _record(survey, mode="interview", on=on).response.state == state


def test_what_an_interviewer_brings_is_never_lost_even_when_the_survey_was_withdrawn():
    survey = make.survey(state="withdrawn", withdrawal_reason="ถามผิด")

    assert _record(survey, mode="interview").response.state == "late"


def test_an_old_version_is_still_taken():
    survey = make.survey()
    old = survey.questionnaire
    make.questionnaire(survey)

    recorded = fieldwork.record(old, make.ANSWERS, key=uuid4(), mode="interview")

    assert recorded.response.questionnaire == old


# Codes


def test_a_code_is_used_up_with_the_answer_or_not_at_all():
    survey = make.survey(needs_code=True)
    (code,) = codes.issue(survey, 1, by=make.user())

    with pytest.raises(ValidationError):
        _record(survey, code=code, answers={"D2": "7"})
    recorded = _record(survey, code=code)

    assert recorded.is_new
    with pytest.raises(codes.CodeRefusedError):
        _record(survey, code=code)
    assert Response.objects.count() == 1


def test_when_a_survey_closes_no_code_can_be_told_to_have_opened_an_answer():
    survey, by = make.survey(needs_code=True), make.user()
    for code in codes.issue(survey, 3, by=by):
        _record(survey, code=code)

    fieldwork.close_survey(survey, by=by)

    with connection.cursor() as cursor:
        cursor.execute("SELECT digest, xmin::text FROM surveys_accesscode ORDER BY ctid")
        digests, written = zip(*cursor.fetchall(), strict=True)
    assert list(digests) == sorted(digests)
    assert len(set(written)) == 1
    assert survey.codes.filter(is_used=True).count() == 3


def test_a_page_sent_twice_uses_one_code():
    survey, key = make.survey(needs_code=True), uuid4()
    (code,) = codes.issue(survey, 1, by=make.user())

    first, second = _record(survey, key=key, code=code), _record(survey, key=key, code=code)

    assert first.response == second.response


# Changes


def test_a_receipt_takes_the_answers_back_and_they_are_not_taken_again():
    survey, key = make.survey(), uuid4()
    quota = survey.quotas.create(name="ทุกคน", condition={"D1": ["16"]}, target=5)
    _record(survey, key=key)

    assert fieldwork.withdraw_response(survey, receipts.receipt_of(key))

    response = Response.objects.get()
    assert (response.state, response.data) == ("withdrawn", {})
    assert not _record(survey, key=key).is_new
    quota.refresh_from_db()
    assert quota.filled == 0


def test_a_receipt_takes_nothing_back_after_the_end():
    survey, key = make.survey(), uuid4()
    _record(survey, key=key)
    fieldwork.close_survey(survey, by=make.user())

    assert not fieldwork.withdraw_response(survey, receipts.receipt_of(key))
    assert Response.objects.get().state == "complete"


def test_a_correction_keeps_what_was_there_and_why():
    response, by = make.response(make.survey()), make.user()

    fieldwork.change_response(
        response, by=by, reason="อ่านกระดาษผิด", data=response.data | {"D2": "2"}
    )

    change = ResponseChange.objects.get()
    assert (change.before["D2"], change.after["D2"], change.by) == ("1", "2", by)
    assert Response.objects.get().data["D2"] == "2"


def test_nothing_is_changed_without_a_reason():
    response = make.response(make.survey())

    with pytest.raises(ValidationError):
        fieldwork.change_response(response, by=make.user(), reason=" ", state="rejected")

    assert Response.objects.get().state == "complete"


def test_the_table_keeps_key_day_and_questionnaire():
    response = make.response(make.survey())

    with pytest.raises(IntegrityError), transaction.atomic():
        Response.objects.update(received_on=response.received_on - ONE_DAY)


def test_answers_outlive_their_questionnaire():
    # decidim#9168: publishing again deleted them.
    survey = make.survey()
    make.response(survey)

    with pytest.raises(IntegrityError), transaction.atomic():
        survey.questionnaires.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        survey.questionnaires.update(definition={})

    assert Response.objects.count() == 1


# A survey's course


def test_a_survey_opens_closes_and_opens_again():
    survey, by = make.survey(state="draft"), make.user()

    fieldwork.open_survey(survey, by=by)
    assert survey.takes_answers
    fieldwork.close_survey(survey, by=by)
    assert not survey.takes_answers
    fieldwork.open_survey(survey, by=by)

    assert survey.takes_answers


def test_a_survey_says_why_it_can_not_be_opened():
    survey = make.survey(
        state="draft", design="probability", modes=[], needs_code=True,
        closes_on=timezone.localdate() - ONE_DAY,
    )  # fmt: skip

    assert len(fieldwork.obstacles_to_opening(survey)) == 4


def test_a_sample_is_opened_only_with_populations_that_have_a_source():
    survey = make.survey(state="draft", design="quota")
    make.stratum(survey, population=None)

    (sentence,) = fieldwork.obstacles_to_opening(survey)

    survey.strata.update(population=1000)
    assert "how many people" in sentence or "กี่คน" in sentence
    assert fieldwork.obstacles_to_opening(survey) == []


def test_a_survey_is_withdrawn_with_a_reason_and_keeps_its_answers():
    survey, by = make.survey(), make.user()
    make.response(survey)

    with pytest.raises(ValidationError):
        fieldwork.withdraw_survey(survey, by=by, reason=" ")
    fieldwork.withdraw_survey(survey, by=by, reason="ข้อคำถามผิด")

    assert survey.state == "withdrawn"
    assert Response.objects.count() == 1
