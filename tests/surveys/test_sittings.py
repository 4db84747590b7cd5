"""Answers while they are given: what the browser holds, what is kept, and how it is handed in."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import signing
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from surveys import sittings
from surveys.definition import form_of
from surveys.models import Response, Sitting
from surveys.sittings import Ticket
from tests import make

YOU = {"D1": "1601", "D2": "1"}
NEWS = {"Q1": "1", "Q2": ["a"], "Q3": None, "Q4": "5", "Q5": None}


def begun(**more):
    make.district()
    survey = make.survey()
    return survey, sittings.begin(survey.questionnaire, mode="web", **more)


def answered(survey, ticket):
    you, news = form_of(survey.questionnaire).sections
    for section, answers in ((you, YOU), (news, NEWS)):
        sittings.keep(sittings.find(ticket), section, answers)
    return sittings.find(ticket)


def test_a_ticket_opens_its_own_survey_and_no_other(db):
    survey, ticket = begun(code="7K2M93QD")
    other = make.survey()
    sealed = ticket.sealed(survey)

    assert Ticket.opened(sealed, survey.pk) == ticket
    assert Ticket.opened(sealed, other.pk) is None
    assert Ticket.opened(sealed[:-1], survey.pk) is None
    assert Ticket.opened(signing.dumps("x"), survey.pk) is None


def test_the_table_holds_neither_the_secret_nor_the_code(db):
    _survey, ticket = begun(code="7K2M93QD")

    held = str(Sitting.objects.values().get())

    assert ticket.token not in held
    assert ticket.code not in held


def test_what_is_not_asked_any_more_goes_when_it_is_kept(db):
    survey, ticket = begun()
    sitting = answered(survey, ticket)
    assert sitting.answers["Q2"] == ["a"]

    news = form_of(survey.questionnaire).sections[1]
    sittings.keep(sitting, news, NEWS | {"Q1": "2"})

    assert "Q2" not in sittings.find(ticket).answers


def test_what_is_not_valid_yet_is_kept_as_typed_and_within_bounds(db):
    survey, ticket = begun()
    news = form_of(survey.questionnaire).sections[1]
    posted = QueryDict(mutable=True)
    posted.update({"Q3": "หลายวัน", "Q5": "ก" * 20_000, "strange": "x"})

    sittings.keep_unfinished(sittings.find(ticket), news, posted)

    (kept,) = sittings.find(ticket).unfinished.values()
    assert kept == {"Q3": ["หลายวัน"], "Q5": ["ก" * sittings.UNFINISHED_LETTERS]}
    assert sittings.missing(sittings.find(ticket)) == ["you", "news"]
    assert sittings.missing(answered(survey, ticket)) == []


def test_a_sitting_that_was_sent_meanwhile_keeps_nothing(db):
    survey, ticket = begun()
    sitting = answered(survey, ticket)
    sittings.send(ticket, sittings.find(ticket))

    with pytest.raises(Sitting.DoesNotExist):
        sittings.keep(sitting, form_of(survey.questionnaire).sections[0], YOU)


def test_answers_changed_in_another_window_are_not_sent_as_they_were(db):
    survey, ticket = begun()
    sitting = answered(survey, ticket)
    sittings.keep(
        sittings.find(ticket), form_of(survey.questionnaire).sections[1], NEWS | {"Q4": "1"}
    )

    with pytest.raises(Sitting.DoesNotExist):
        sittings.send(ticket, sitting)

    assert not Response.objects.exists()


def test_a_receipt_is_shown_for_some_minutes(db, travel):
    survey, ticket = begun()
    sent = sittings.send(ticket, answered(survey, ticket))

    assert (sent.code, sent.begun, len(sent.receipt)) == ("", 0, 14)
    travel(timezone.now() + sittings.RECEIPT_SHOWN + timedelta(seconds=1))
    assert sent.receipt == ""


def test_the_time_it_took_is_told_in_steps(db, travel):
    survey, ticket = begun()
    sitting = answered(survey, ticket)
    travel(timezone.now() + timedelta(seconds=127))

    sittings.send(ticket, sitting)

    assert Response.objects.get().seconds == 120


@pytest.mark.django_db(transaction=True)
def test_ten_sendings_of_one_sitting_at_once_are_one_response():
    survey, ticket = begun()
    answered(survey, ticket)

    def send(_n):
        try:
            return sittings.send(ticket, sittings.find(ticket)).is_sent
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert all(pool.map(send, range(10)))
    assert (Response.objects.count(), Sitting.objects.count()) == (1, 0)
