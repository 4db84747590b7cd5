from uuid import UUID

import pytest

from surveys import receipts
from tests import make

KEY = UUID("00000000-0000-4000-8000-000000000001")


def test_a_receipt_is_the_same_for_one_key_and_says_nothing_of_it(settings):
    first = receipts.receipt_of(KEY)

    assert first == receipts.receipt_of(KEY)
    assert len(first) == 14
    settings.SECRET_KEY = "another key of another site"
    assert receipts.receipt_of(KEY) != first


def test_a_receipt_finds_its_answer_however_it_is_typed(places):
    survey = make.survey()
    make.response(survey)
    mine = make.response(survey, D2="2")

    typed = receipts.receipt_of(mine.pk).lower().replace("-", " ").replace("0", "o")

    assert receipts.find(survey, typed) == mine


@pytest.mark.parametrize("typed", ["", "7K2M-93QD-0XVA", "ไม่ใช่เลข", "\0"])
def test_another_receipt_finds_nothing(places, typed):
    survey = make.survey()
    make.response(survey)

    assert receipts.find(survey, typed) is None
