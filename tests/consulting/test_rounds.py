"""What time does to requests by itself."""

from datetime import date, datetime, timedelta

import pytest

from consulting import casework, promises, rounds
from consulting.models import AdvisoryRequest, CaseRound
from lopburi_pr import background
from lopburi_pr.thai_calendar import BANGKOK
from office import holidays
from office.models import Holiday
from tests import make

MONDAY = datetime(2026, 11, 30, 10, tzinfo=BANGKOK)


@pytest.fixture
def officer(db):
    return make.officer("kamon")


@pytest.fixture
def head(db):
    return make.officer("wanna", "head")


@pytest.fixture
def answered(officer, head, travel):
    travel(MONDAY)
    request = make.advisory_request()
    casework.take(request, by=officer)
    answer = casework.write_answer(request, "ตอบ", by=officer)
    casework.submit_answer(answer, by=officer)
    casework.send_answer(answer, by=head)
    return request


def test_what_is_answered_is_closed_when_the_office_closes_on_the_seventh_working_day(
    answered, travel
):
    before, after = MONDAY + timedelta(days=9, hours=6), MONDAY + timedelta(days=9, hours=7)

    travel(before)
    early = rounds.close_answered(before)
    travel(after)
    late = rounds.close_answered(after)

    answered.refresh_from_db()
    assert (early, late) == (0, 1)
    assert answered.state == "closed"
    assert answered.changes.last().by is None


def test_who_writes_in_time_is_not_closed_upon(answered, travel):
    travel(MONDAY + timedelta(days=8))
    casework.reply(answered, "ขอถามเพิ่ม")
    travel(MONDAY + timedelta(days=30))

    assert rounds.close_answered(MONDAY + timedelta(days=30)) == 0
    answered.refresh_from_db()
    assert answered.state == "in-consultation"


def test_a_day_off_that_is_confirmed_moves_what_is_due(officer, head, travel):
    travel(MONDAY)
    request = make.advisory_request(received_at=MONDAY)
    rounds.begin()
    rounds.go_round(CaseRound.objects.get())
    before = request.due_at

    special = Holiday(
        day=date(2026, 12, 2),
        name_th="วันหยุดพิเศษ",
        name_en="Special day off",
        kind="cabinet",
        source="มติคณะรัฐมนตรี",
    )
    holidays.add(special, by=head)
    rounds.go_round(CaseRound.objects.get())

    request.refresh_from_db()
    assert before == datetime(2026, 12, 3, 16, 30, tzinfo=BANGKOK)
    assert request.due_at == datetime(2026, 12, 4, 16, 30, tzinfo=BANGKOK)
    assert "วันหยุดพิเศษ" in promises.rounds(request)[0].first_reply.due.explained


def test_what_is_kept_for_the_queue_is_what_the_clock_says(officer, travel):
    travel(MONDAY)
    requests = [make.advisory_request(received_at=MONDAY - timedelta(days=n)) for n in range(5)]
    casework.take(requests[0], by=officer)
    casework.ask_for_more(requests[0], "ถาม", by=officer)

    AdvisoryRequest.objects.update(due_at=MONDAY)
    moved = promises.reckon_all()

    assert moved == 5
    for request in requests:
        request.refresh_from_db()
        assert request.due_at == promises.next_due(promises.rounds(request))


def test_the_worker_goes_round_and_comes_back(db):
    rounds.begin()

    background.run_due()

    row = CaseRound.objects.get()
    assert row.state == "waiting"
    assert row.error == ""
    assert row.calendar_seen
