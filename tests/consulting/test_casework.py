import uuid
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from consulting import casework, keeping, promises
from consulting.models import AdvisoryRequest, Change, Message, RequestLetter
from lopburi_pr.thai_calendar import BANGKOK
from network import tokens
from office import audit
from tests import make

State = AdvisoryRequest.State
MONDAY = datetime(2026, 11, 30, 10, tzinfo=BANGKOK)


@pytest.fixture
def officer(db):
    return make.officer("kamon")


@pytest.fixture
def head(db):
    return make.officer("wanna", "head")


def answer_for(request, officer, head, text="ใช้ข้อความเดียวต่อแผงค้า"):
    answer = casework.write_answer(request, text, by=officer)
    casework.submit_answer(answer, by=officer)
    casework.send_answer(answer, by=head)
    return answer


def states(request):
    return [*request.changes.values_list("state", flat=True)]


def test_a_request_gets_a_number_of_the_fiscal_year_and_a_secret_that_is_neither(db):
    first = make.advisory_request(received_at=MONDAY)
    second = make.advisory_request(received_at=MONDAY)

    token = tokens.of(first.link_name)
    assert (first.reference, second.reference) == ("ปช.2570/0001", "ปช.2570/0002")
    assert casework.find(token) == first
    assert casework.find(str(first.key)) is None
    assert casework.find(first.link_name) is None
    assert token not in str(vars(first))


def test_what_is_sent_twice_is_there_once(db):
    key = uuid.uuid4()

    first, again = make.advisory_request(key=key), make.advisory_request(key=key)

    assert first == again
    assert RequestLetter.objects.count() == 1


def test_a_request_is_answered_by_one_and_reviewed_by_another(officer, head):
    request = make.advisory_request()

    casework.take(request, by=officer)
    answer = casework.write_answer(request, "ร่าง", by=officer)
    casework.submit_answer(answer, by=officer)
    with pytest.raises(ValidationError):
        casework.send_answer(answer, by=officer)
    casework.return_answer(answer, by=head, remark="เพิ่มงบประมาณ")
    answer_for(request, officer, head)

    assert states(request) == [
        *("received", "assigned", "in-consultation", "in-review", "in-consultation"),
        *("in-review", "answered"),
    ]
    assert request.messages.get().reviewer == head
    assert request.letters.filter(kind="message", message=answer).count() == 1


def test_the_database_refuses_an_answer_that_nobody_else_read(officer):
    request = make.advisory_request()
    casework.take(request, by=officer)
    answer = casework.write_answer(request, "ร่าง", by=officer)

    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=answer.pk).update(
            state="sent", sent_at=MONDAY, reviewer=answer.author
        )


def test_in_a_crisis_an_answer_may_leave_unreviewed_and_the_clock_runs_in_hours(officer):
    at_night = datetime(2026, 11, 28, 23, tzinfo=BANGKOK)
    request = make.advisory_request(topic="crisis", received_at=at_night)
    casework.take(request, by=officer)
    answer = casework.write_answer(request, "บอกสิ่งที่รู้ก่อน", by=officer)

    casework.send_answer_unreviewed(answer, by=officer)

    found = promises.rounds(request)[0]
    assert found.first_reply.due.at == at_night + timedelta(hours=1)
    assert request.messages.get().is_unreviewed
    assert {*request.letters.values_list("kind", flat=True)} == {"received", "alarm", "message"}
    ordinary = make.advisory_request()
    casework.take(ordinary, by=officer)
    with pytest.raises(ValidationError):
        casework.send_answer_unreviewed(
            casework.write_answer(ordinary, "ก", by=officer), by=officer
        )


def test_time_stands_still_while_they_owe_us_an_answer(officer, travel):
    travel(MONDAY)
    request = make.advisory_request(received_at=MONDAY)
    casework.take(request, by=officer)
    due = request.due_at

    travel(MONDAY + timedelta(days=1))
    casework.ask_for_more(request, "งบประมาณเท่าไร", by=officer)
    standing = request.due_at
    travel(MONDAY + timedelta(days=3))
    casework.reply(request, "40,000 บาท")

    assert due == datetime(2026, 12, 3, 16, 30, tzinfo=BANGKOK)  # the first reply
    assert standing is None
    assert request.state == State.IN_CONSULTATION
    # Ten working days, of which the 1st and 2nd of December did not count.
    assert request.due_at == datetime(2026, 12, 16, 16, 30, tzinfo=BANGKOK)


def test_a_message_after_the_answer_begins_a_round_of_its_own_and_keeps_the_first(
    officer, head, travel
):
    travel(MONDAY)
    request = make.advisory_request(received_at=MONDAY)
    casework.take(request, by=officer)
    answer_for(request, officer, head)

    travel(MONDAY + timedelta(days=30))
    casework.reply(request, "ใช้ไม่ได้กับตลาดนัด")

    first, second = promises.rounds(request)
    assert first.answer.met_at == MONDAY
    assert not first.answer.is_late
    assert second.standard.lane == "reopened"
    assert second.answer.is_open
    assert request.state == State.IN_CONSULTATION


def test_a_note_is_in_no_letter(officer, head):
    request = make.advisory_request()
    casework.take(request, by=officer)
    casework.note(request, "ความลับในห้อง", by=officer)
    casework.say(request, "เริ่มงานแล้ว", by=officer)
    answer_for(request, officer, head)

    from consulting import letters

    sent = [letters.message(letter) for letter in request.letters.all()]
    assert len(sent) == 3
    assert not [mail for mail in sent if "ความลับในห้อง" in mail.message().as_string() + mail.body]


def test_joining_keeps_the_words_and_both_numbers(officer):
    first, second = make.advisory_request(), make.advisory_request()

    casework.join(second, first, by=officer)

    assert second.merged_into == first
    with pytest.raises(ValidationError):
        casework.join(first, second, by=officer)


@pytest.mark.parametrize("step", ["forward", "decline"])
def test_an_end_that_disappoints_needs_a_reason(officer, step):
    request = make.advisory_request()
    more = {"to": "สำนักงานประชาสัมพันธ์จังหวัดชัยนาท"} if step == "forward" else {}

    with pytest.raises(ValidationError):
        getattr(casework, step)(request, by=officer, reason=" ", **more)
    getattr(casework, step)(request, by=officer, reason="อยู่นอกจังหวัด", **more)

    assert request.reason == "อยู่นอกจังหวัด"
    assert request.due_at is None


def test_the_course_of_a_request_is_never_rewritten(db):
    request = make.advisory_request()

    with pytest.raises(IntegrityError), transaction.atomic():
        Change.objects.filter(request=request).update(at=MONDAY)


def test_who_is_away_has_a_deputy(officer, head, travel):
    travel(MONDAY)
    officer.absences.create(first_on=date(2026, 11, 30), last_on=date(2026, 12, 4), deputy=head)
    request = make.advisory_request()

    casework.assign(request, officer, by=head)

    assert request.assignee == head


def test_a_lost_link_goes_only_to_the_mailbox_it_came_from(db):
    request = make.advisory_request(email="kru@example.go.th")
    RequestLetter.objects.all().delete()

    casework.lost_link(request.reference, "somebody@example.com")
    casework.lost_link("ปช.9/9", "kru@example.go.th")
    assert not RequestLetter.objects.exists()
    casework.lost_link(request.reference, "KRU@example.go.th")

    assert RequestLetter.objects.get().kind == "link"


def test_what_a_colleague_should_know_is_told_to_staff_alone(officer, head):
    request = make.advisory_request()

    casework.assign(request, officer, by=head, note="ระวังคนนี้")

    assert [*request.changes.values_list("reason", flat=True)] == ["", ""]
    assert "ระวังคนนี้" in audit.trail(request)[0].note


def test_facts_of_another_time_stand_in_the_way_of_no_step(officer):
    request = make.advisory_request()
    AdvisoryRequest.objects.filter(pk=request.pk).update(phone="โทร")

    casework.take(request, by=officer)

    assert request.state == State.ASSIGNED


def test_what_is_forgotten_is_over_for_good(officer, head):
    request = make.advisory_request()
    casework.take(request, by=officer)
    answer_for(request, officer, head)
    keeping.forget(request)

    with pytest.raises(ValidationError):
        casework.reply(request, "ขอถามอีก")
    with pytest.raises(ValidationError):
        casework.take_up_again(request, by=head)

    assert not request.messages.filter(is_from_office=False).exists()


def test_an_answer_that_nobody_had_read_at_the_end_goes_on_when_it_is_taken_up_again(officer, head):
    request = make.advisory_request()
    casework.take(request, by=officer)
    answer = casework.write_answer(request, "ร่าง", by=officer)
    casework.submit_answer(answer, by=officer)
    waiting = Message.objects.to_review(head)
    before = waiting.count()
    casework.withdraw(request)

    assert (before, waiting.count()) == (1, 0)
    casework.take_up_again(request, by=head)
    answer_for(request, officer, head)

    assert request.state == State.ANSWERED


def test_random_walks_keep_the_order_of_states(officer, head):
    """What no screen forbids is tried in any order: every state that came is one of the table."""
    import random

    chance = random.Random(2569)
    steps = {
        "take": lambda r: casework.take(r, by=officer),
        "ask for more": lambda r: casework.ask_for_more(r, "ถาม", by=officer),
        "say": lambda r: casework.say(r, "แจ้ง", by=officer),
        "wait for others": lambda r: casework.wait_for_others(r, by=officer, reason="รอผลตรวจ"),
        "go on": lambda r: casework.go_on(r, by=officer),
        "write answer": lambda r: casework.write_answer(r, "ตอบ", by=officer),
        "submit answer": lambda r: casework.submit_answer(_unsent(r), by=officer),
        "return answer": lambda r: casework.return_answer(_unsent(r), by=head, remark="แก้"),
        "send answer": lambda r: casework.send_answer(_unsent(r), by=head),
        "close": lambda r: casework.close(r, by=officer),
        "reply": lambda r: casework.reply(r, "ขอบคุณ"),
        "decline": lambda r: casework.decline(r, by=officer, reason="เหตุผล"),
        "take up again": lambda r: casework.take_up_again(r, by=head),
        "withdraw": casework.withdraw,
    }
    for _walk in range(40):
        request = make.advisory_request()
        for _step in range(14):
            before, name = request.state, chance.choice([*steps])
            try:
                steps[name](request)
            except (ValidationError, Message.DoesNotExist):
                request.refresh_from_db()
                assert request.state == before
            else:
                request.refresh_from_db()
                assert before in casework.FROM[name]
            assert request.state == request.changes.last().state
            assert (request.due_at is None) or request.is_open
            assert (
                request.messages.filter(is_answer=True, state="sent").exclude(reviewer=head).count()
                == 0
            )


def _unsent(request):
    return request.messages.filter(is_answer=True).exclude(state="sent").get()
