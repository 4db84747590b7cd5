"""Letters about trainings and meetings: what is true when they leave, each once, none too late."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from lopburi_pr import background
from network import attending, meeting_letters
from network.models import Meeting, MeetingLetter
from tests import make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def outbound(settings):
    settings.OUTBOUND_ENABLED = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def sent():
    return [(letter.to[0], letter.subject) for letter in mail.outbox]


def test_who_holds_a_place_is_reminded_on_the_morning_before(travel, outbound):
    make.office_phone("0 3641 1000")
    meeting = make.meeting(days=3, capacity=1)
    person, waiting = make.member(), make.member()
    attending.register(meeting, person)
    attending.register(meeting, waiting)

    background.run_due()
    assert mail.outbox == []
    travel(timezone.localtime(meeting.starts_at - DAY).replace(hour=9))
    background.run_due()
    background.run_due()

    assert sent() == [(person.email, f"พรุ่งนี้: {meeting.title_th}")]
    assert meeting.place in mail.outbox[0].body
    assert meeting.contact in mail.outbox[0].body


def test_a_reminder_that_comes_too_late_is_thrown_away(travel, outbound):
    meeting = make.meeting(days=3)
    attending.register(meeting, make.member())
    travel(meeting.starts_at + timedelta(minutes=1))

    background.run_due()

    assert mail.outbox == []
    assert not MeetingLetter.objects.exists()


def test_who_moves_up_is_told_at_once_and_who_left_is_not_reminded(travel, outbound):
    meeting = make.meeting(days=3, capacity=1)
    first, second = make.member(), make.member()
    attendance = attending.register(meeting, first)
    attending.register(meeting, second)

    attending.leave(attendance)
    background.run_due()
    assert sent() == [(second.email, f"ท่านได้ที่นั่งแล้ว: {meeting.title_th}")]
    travel(timezone.localtime(meeting.starts_at - DAY).replace(hour=9))
    background.run_due()

    assert [to for to, _subject in sent()] == [second.email, second.email]


def test_everybody_is_told_that_it_is_cancelled_and_why_and_nothing_else(travel, outbound):
    meeting = make.meeting(days=3, capacity=1)
    people = [make.member(), make.member()]
    for person in people:
        attending.register(meeting, person)

    attending.call_off(meeting, by=None, reason="ถนนขาดเพราะน้ำท่วม")
    background.run_due()
    travel(timezone.localtime(meeting.starts_at - DAY).replace(hour=9))
    background.run_due()

    assert sent() == [(person.email, f"ยกเลิก: {meeting.title_th}") for person in people]
    assert "ถนนขาดเพราะน้ำท่วม" in mail.outbox[0].body
    assert len({letter.extra_headers["Message-ID"] for letter in mail.outbox}) == 2


def test_a_new_day_is_told_and_reminded_of_instead_of_the_old(outbound):
    meeting = make.meeting(days=3)
    attendance = attending.register(meeting, make.member())

    meeting.starts_at += 2 * DAY
    meeting.ends_at += 2 * DAY
    meeting.save()
    attending.changed(meeting, by=None, is_elsewhen=True)
    background.run_due()

    assert [subject.startswith("เปลี่ยนวัน") for _to, subject in sent()] == [True]
    reminder = attendance.letters.get(kind="reminder")
    assert timezone.localtime(reminder.due_at).date() == meeting.day - DAY
    meeting.refresh_from_db()
    assert meeting.sequence == 1


def test_a_letter_is_written_again_after_an_earlier_one_of_its_kind():
    meeting = make.meeting(capacity=1)
    attendance = attending.register(meeting, make.member())
    meeting_letters.plan(attendance, "moved-up")
    MeetingLetter.objects.filter(kind="moved-up").update(state="sent")

    meeting_letters.plan(attendance, "moved-up")

    assert attendance.letters.get(kind="moved-up").state == "waiting"


def test_no_letter_is_written_to_who_has_no_mailbox_or_about_sample_meetings():
    silent = attending.register(make.meeting(days=5), make.member(email=""))
    sample = make.meeting(days=5)
    Meeting.objects.filter(pk=sample.pk).update(is_sample=True)
    about_sample = attending.register(sample, make.member())

    assert not silent.letters.exists()
    assert not about_sample.letters.exists()


def test_nothing_leaves_while_sending_is_switched_off(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    meeting = make.meeting()
    attending.register(meeting, make.member())
    attending.call_off(meeting, by=None, reason="น้ำท่วม")

    background.run_due()

    assert mail.outbox == []
    assert MeetingLetter.objects.get().tries == 0
