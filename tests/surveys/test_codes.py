import pytest
from django.db import connection

from surveys import codes
from surveys.models import AccessCode
from tests import make

pytestmark = pytest.mark.django_db


def test_a_code_is_stored_as_a_digest_alone():
    survey = make.survey()

    (code,) = codes.issue(survey, 1, by=make.user())

    row = AccessCode.objects.get()
    assert len(code) == 8
    assert code not in row.digest
    assert {field.name for field in AccessCode._meta.fields} == {
        *("digest", "survey", "stratum", "batch", "is_used"),
    }


def test_a_code_opens_one_answer():
    survey = make.survey()
    (code,) = codes.issue(survey, 1, by=make.user())

    codes.use(survey, code)

    with pytest.raises(codes.CodeRefusedError) as refused:
        codes.use(survey, code)
    assert str(refused.value) == str(codes.USED)


def test_a_code_of_another_survey_opens_nothing():
    survey, other = make.survey(), make.survey()
    (code,) = codes.issue(other, 1, by=make.user())

    with pytest.raises(codes.CodeRefusedError) as refused:
        codes.use(survey, code)

    assert str(refused.value) == str(codes.UNKNOWN)
    assert codes.refusal(other, code) == ""


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" 7k2m-93qd ", "7K2M93QD"),
        ("7K2M93OD", "7K2M930D"),
        ("IL2M93QD", "112M93QD"),
        ("7K2M93", ""),
        ("7K2M93QU", ""),
        ("๗K2M93QD", ""),
        ("", ""),
    ],
)
def test_a_code_is_read_as_it_was_meant(typed, stored):
    assert codes.tidy(typed) == stored


def test_batches_are_numbered_and_rows_lie_in_nobodys_order():
    survey, by = make.survey(), make.user()

    first, second = codes.issue(survey, 30, by=by), codes.issue(survey, 30, by=by)

    assert len({*first, *second}) == 60
    assert survey.codes.filter(batch=1).count() == survey.codes.filter(batch=2).count() == 30
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest FROM surveys_accesscode WHERE batch = 1 ORDER BY ctid")
        written = [digest for (digest,) in cursor.fetchall()]
    assert written == sorted(written)


@pytest.mark.parametrize("count", [0, -1, codes.AT_MOST + 1])
def test_no_batch_is_empty_or_endless(count):
    with pytest.raises(ValueError, match="codes in one batch"):
        codes.issue(make.survey(), count, by=make.user())
