"""Reminders: on five days, to who has a mailbox, and none when everything is back."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from lopburi_pr import background
from network import lending, reminders
from network.lending import Checked
from network.models import Reminder
from tests import make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def outbound(settings):
    settings.OUTBOUND_ENABLED = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def mornings(count):
    """Nine o'clock of today and the days after it."""
    return [timezone.localtime().replace(hour=9, minute=0) + n * DAY for n in range(count)]


def test_five_letters_wait_from_the_day_before_to_a_week_after():
    loan = make.loan(make.asset(), days=(0, 3), state="out")

    assert list(loan.reminders.values_list("days", flat=True)) == [-1, 0, 1, 3, 7]
    first = loan.reminders.first()
    assert timezone.localtime(first.due_at).date() == loan.last_day - DAY


def test_nothing_is_written_for_days_that_are_past_or_without_a_mailbox():
    short = make.loan(make.asset(), days=(0, 0), state="out")
    silent = make.loan(make.asset(), days=(0, 3), state="out", email="")
    sample = make.loan(make.asset(), days=(0, 3), state="out", is_sample=True)

    assert list(short.reminders.values_list("days", flat=True)) == [0, 1, 3, 7]
    assert not Reminder.objects.filter(loan__in=[silent, sample]).exists()


def test_each_is_sent_on_its_day_in_the_borrowers_language(travel, outbound):
    truck = make.asset()
    loan = make.loan(truck, days=(0, 2), state="out")

    for morning in mornings(12):
        travel(morning)
        background.run_due()
    assert [len(letter.to) for letter in mail.outbox] == [1] * 5
    assert [letter.subject.startswith("พรุ่งนี้") for letter in mail.outbox] == [True] + [False] * 4
    assert "ถึงกำหนดคืนวันนี้" in mail.outbox[1].subject
    assert truck.number in mail.outbox[4].body
    assert {letter.to[0] for letter in mail.outbox} == {loan.email}
    assert len({letter.extra_headers["Message-ID"] for letter in mail.outbox}) == 5


def test_one_whose_day_is_past_is_thrown_away(travel, outbound):
    make.loan(make.asset(), days=(0, 2), state="out")
    travel(mornings(5)[4])

    background.run_due()

    assert mail.outbox == []
    assert list(Reminder.objects.values_list("days", flat=True)) == [3, 7]


def test_none_follows_when_everything_is_back():
    loan = make.loan(make.asset(), days=(0, 2), state="out")

    lending.take_back(loan, [Checked(loan.holds.get())], make.signed(), by=None)

    assert not loan.reminders.exists()


def test_nothing_leaves_while_sending_is_switched_off(travel, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    make.loan(make.asset(), days=(0, 2), state="out")
    travel(mornings(3)[2])

    background.run_due()

    assert mail.outbox == []
    assert set(Reminder.objects.values_list("tries", flat=True)) == {0}


def test_a_letter_says_what_is_still_out_and_whom_to_call():
    make.office_phone("0 3641 1000")
    truck, camera = make.asset(), make.asset("กล้อง")
    loan = make.loan(truck, camera, days=(0, 2), state="out")
    back = [Checked(hold) for hold in loan.holds.filter(asset=camera)]
    lending.take_back(loan, back, make.signed(), by=None)

    body = reminders.message(loan.reminders.last()).body

    assert "รถ LED" in body
    assert "กล้อง" not in body
    assert "0 3641 1000" in body
