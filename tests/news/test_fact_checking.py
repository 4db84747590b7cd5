"""The steps of a rumour, what refuses them, and what the database guards whoever writes."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from lopburi_pr import photographs
from news import fact_checking
from news.models import Claim, Evidence, Picture, Verdict
from office import audit
from tests import make

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def bangkok(day, hour, minute=0):
    """A moment of November 2026, whose 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - 7 * HOUR


@pytest.fixture(autouse=True)
def _in_thai():
    with override("th"):
        yield


@pytest.fixture
def people():
    return make.editor("writer"), make.editor("reader")


def told(step, *args, **kwargs):
    """The sentences with which a step is refused."""
    with pytest.raises(ValidationError) as refused:
        step(*args, **kwargs)
    return refused.value.messages


# The clock


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (bangkok(23, 9), bangkok(25, 9)),
        (bangkok(23, 8, 30), bangkok(24, 16, 30)),
        (bangkok(23, 6), bangkok(24, 16, 30)),
        (bangkok(23, 20), bangkok(25, 16, 30)),
        (bangkok(27, 16), bangkok(30, 16, 30) + 23.5 * HOUR),  # over a weekend
        (bangkok(28, 12), bangkok(30, 16, 30) + 24 * HOUR),
    ],
)
def test_an_answer_is_due_after_two_working_days(received, due):
    assert fact_checking.due(received) == due


def test_the_queue_shows_what_is_due_first_and_what_is_late():
    now = timezone.now()
    late = make.claim("หนึ่ง", ago=timedelta(days=9))
    soon = make.claim("สอง")
    for state in ("answered", "declined"):
        make.claim("เสร็จแล้ว", ago=timedelta(days=20), state=state, decline_reason="ไม่")

    assert list(Claim.objects.waiting()) == [late, soon]
    assert list(Claim.objects.overdue(now)) == [late]
    assert (late.is_late, soon.is_late) == (True, False)


# Reports


def test_a_report_is_taken_in_with_its_clock_and_nothing_about_who_sent_it():
    claim = fact_checking.report("  เขื่อนแตกจริงไหม\x00 ", link="https://example.org/p/1")

    assert (claim.text, claim.link) == ("เขื่อนแตกจริงไหม", "https://example.org/p/1")
    assert (claim.state, claim.reports) == ("received", 1)
    assert claim.due_at == fact_checking.due(claim.received_at)
    assert {f.name for f in Claim._meta.fields} == {
        *("id", "text", "link", "picture", "state", "received_at", "due_at", "reports"),
        *("taken_by", "decline_reason", "same_as", "is_sample"),
    }
    (step,) = audit.trail(claim)
    assert (step.verb, step.actor) == ("report", None)


@pytest.mark.parametrize(
    ("again", "is_counted"),
    [
        ("ส่งต่อด่วน!! เขื่อนป่าสักชลสิทธิ์ แตกแล้ว น้ำถึงเมือง ๓ ทุ่ม นะคะ", True),
        ("เขื่อนป่าสักชลสิทธิ์แตกแล้ว น้ำถึงเมือง 5 ทุ่ม", False),  # another number is another rumour
        ("งานวัดพระนารายณ์ปีนี้งด", False),
    ],
)
def test_the_same_words_and_numbers_are_counted_once_more(again, is_counted):
    first = fact_checking.report("เขื่อนป่าสักชลสิทธิ์แตกแล้ว น้ำถึงเมือง 3 ทุ่ม")

    second = fact_checking.report(again)

    assert (second == first) is is_counted
    assert second.reports == (2 if is_counted else 1)


def test_a_picture_makes_a_report_of_its_own_and_stays_out_of_everything():
    fact_checking.report("เขื่อนป่าสักชลสิทธิ์แตกแล้ว")
    master = photographs.reencode(make.photo())

    claim = fact_checking.report("เขื่อนป่าสักชลสิทธิ์แตกแล้ว", picture=master)

    assert Claim.objects.count() == 2
    assert claim.picture.sha256 == master.sha256
    assert not Picture.objects.published().exists()


# A claim


def test_taking_a_claim_says_who_checks_it(people):
    writer, reader = people
    claim = make.claim()

    fact_checking.take(claim, by=writer)

    assert (claim.state, claim.taken_by) == ("checking", writer)
    assert told(fact_checking.take, claim, by=reader) == ["มีผู้รับไปตรวจสอบแล้ว"]


def test_a_claim_is_declined_with_a_reason_and_may_be_taken_up_again(people):
    writer, _ = people
    claim = make.claim()

    assert told(fact_checking.decline, claim, by=writer, reason=" ") == ["บอกเหตุผลที่ไม่ตรวจสอบ"]
    fact_checking.decline(claim, by=writer, reason="เรื่องส่วนบุคคล")
    assert (claim.state, claim.decline_reason) == ("declined", "เรื่องส่วนบุคคล")
    assert told(fact_checking.decline, claim, by=writer, reason="อีกครั้ง") != []
    assert told(fact_checking.answer, claim, by=writer) != []

    fact_checking.take(claim, by=writer)
    assert (claim.state, claim.decline_reason) == ("checking", "")


def test_other_words_are_joined_and_counted(people):
    writer, _ = people
    claim, other, third = make.claim("ก", reports=2), make.claim("ข", reports=3), make.claim("ค")

    fact_checking.join(third, other, by=writer)
    fact_checking.join(other, claim, by=writer)

    claim.refresh_from_db()
    third.refresh_from_db()
    assert (other.state, other.same_as, claim.reports) == ("joined", claim, 6)
    assert third.same_as == claim


def test_joining_makes_sense_or_is_refused(people):
    writer, _ = people
    claim, gone = make.claim("ก"), make.claim("ข", state="declined", decline_reason="ไม่")

    for to in (claim, gone):
        assert told(fact_checking.join, claim, to, by=writer) == [
            "เลือกเรื่องอื่นที่กำลังตรวจสอบหรือมีคำตอบแล้ว"
        ]
    answered = make.answered().claim
    assert told(fact_checking.join, answered, claim, by=writer) != []


# A verdict


def test_a_verdict_needs_everything_before_it_is_submitted(people):
    writer, _ = people
    draft = fact_checking.answer(make.claim(), by=writer)

    assert fact_checking.obstacles(draft) == [
        "เลือกผลการตรวจสอบ",
        "เขียนหนึ่งประโยคว่าเขาว่าอะไร",
        "เขียนคำตอบสั้น",
        "ใส่หลักฐานอย่างน้อยหนึ่งรายการ ใครยืนยัน และเมื่อวันใด",
    ]
    assert told(fact_checking.submit, draft, by=writer) == fact_checking.obstacles(draft)
    assert draft.claim.state == "checking"


def test_somebody_else_approves_it_and_it_is_shown_at_once(people):
    writer, reader = people
    draft = make.verdict()
    fact_checking.written(draft, by=writer)
    draft.save()
    fact_checking.submit(draft, by=writer)
    assert not Verdict.objects.published().exists()

    fact_checking.approve(draft, by=reader, seen=draft.lock_version)

    assert list(Verdict.objects.published()) == [draft]
    assert (draft.approved_by, draft.claim.state) == (reader, "answered")
    verbs = [step.verb for step in audit.trail(draft)]
    assert verbs == ["approve", "submit"]


def test_nobody_approves_their_own_text_whatever_writes(people):
    writer, _ = people
    draft = make.verdict(writers=[writer.pk])
    fact_checking.submit(draft, by=writer)

    assert len(told(fact_checking.approve, draft, by=writer)) == 1
    assert len(told(fact_checking.approve, draft, by=None)) == 1
    with pytest.raises(IntegrityError, match="news_verdict_four_eyes"), transaction.atomic():
        Verdict.objects.filter(pk=draft.pk).update(
            state="approved", approved_by=writer, shown_from=timezone.now()
        )


def test_what_was_read_is_what_is_approved(people):
    writer, reader = people
    draft = make.verdict(writers=[writer.pk])
    fact_checking.submit(draft, by=writer)
    seen = draft.lock_version
    fact_checking.take_back(draft, by=writer)
    fact_checking.written(draft, by=writer)
    draft.save()
    fact_checking.submit(draft, by=writer)

    assert len(told(fact_checking.approve, draft, by=reader, seen=seen)) == 1
    assert not Verdict.objects.published().exists()


def test_a_verdict_is_returned_with_a_reason_and_written_again(people):
    writer, reader = people
    draft = make.verdict(writers=[writer.pk])
    assert told(fact_checking.send_back, draft, by=reader, reason="ขอหลักฐาน") != []
    fact_checking.submit(draft, by=writer)
    assert told(fact_checking.send_back, draft, by=reader, reason=" ") != []
    with pytest.raises(ValidationError):
        fact_checking.written(draft, by=writer)

    fact_checking.send_back(draft, by=reader, reason="ขอหลักฐาน")

    assert (draft.state, draft.return_reason, draft.can_be_written) == (
        "returned",
        "ขอหลักฐาน",
        True,
    )
    assert list(Verdict.objects.waiting_for(reader)) == []


def test_another_verdict_is_a_new_version_and_the_earlier_stays():
    first = make.answered(label="unproven", ago=2 * HOUR)

    second = make.answered(first.claim, label="false", change_note="ได้ผลตรวจแล้ว")

    first.refresh_from_db()
    assert list(Verdict.objects.published()) == [second]
    assert list(Verdict.objects.released().order_by("version")) == [first, second]
    assert (first.label, second.version) == ("unproven", 2)
    assert first.shown_until == second.shown_from
    assert list(Verdict.objects.published(second.shown_from - timedelta(seconds=1))) == [first]
    assert second.evidence.count() == 1


def test_a_new_version_tells_why_it_changed(people):
    _, reader = people
    first = make.answered()
    draft = fact_checking.answer(first.claim, by=reader)

    assert fact_checking.answer(first.claim, by=reader) == draft
    assert fact_checking.obstacles(draft) == ["บอกผู้อ่านว่าเหตุใดผลจึงเปลี่ยน"]
    assert fact_checking.obstacles(first) != []


def test_texts_are_stored_clean():
    draft = make.verdict(explanation="<p>นํ้า<script>alert(1)</script></p>", claim_text=" เเก้ ")

    assert (draft.explanation, draft.claim_text) == ("<p>น้ำ</p>", "แก้")


# What the database guards


@pytest.mark.parametrize(
    "change",
    [
        {"label": "true"},
        {"short_answer": "อื่น"},
        {"claim_text": "อื่น"},
        {"shown_from": datetime(2026, 1, 1, tzinfo=UTC)},
        {"state": "draft", "shown_from": None},
    ],
    ids=str,
)
def test_an_approved_verdict_is_never_changed(change):
    verdict = make.answered()

    with pytest.raises(IntegrityError, match="approved verdict stays"), transaction.atomic():
        Verdict.objects.filter(pk=verdict.pk).update(**change)


def test_an_approved_verdict_and_its_evidence_are_never_deleted_nor_added_to():
    verdict = make.answered()
    row = verdict.evidence.get()

    for write in (
        verdict.claim.delete,
        verdict.delete,
        row.delete,
        lambda: Evidence.objects.filter(pk=row.pk).update(title="อื่น"),
        lambda: make.evidence(verdict),
    ):
        with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
            write()


def test_sample_verdicts_can_be_removed():
    make.answered(make.claim(is_sample=True))

    Claim.objects.filter(is_sample=True).delete()

    assert not Evidence.objects.exists()


def test_no_verdict_is_shown_without_evidence():
    draft = make.verdict()
    draft.evidence.all().delete()

    with pytest.raises(IntegrityError, match="rests on evidence"), transaction.atomic():
        Verdict.objects.filter(pk=draft.pk).update(state="approved", shown_from=timezone.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        Verdict.objects.create(
            claim=make.claim(),
            state="approved",
            shown_from=timezone.now(),
            label="true",
            claim_text="ก",
            short_answer="ข",
        )


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ""},
        {"state": "declined"},
        {"state": "joined"},
    ],
    ids=str,
)
def test_the_database_refuses_claims_that_make_no_sense(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        make.claim(**({"text": "ก"} | fields))
