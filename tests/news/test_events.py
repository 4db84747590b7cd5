"""Events: what the database holds about them, and the steps of their life."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from news import events
from news.models import Event
from office import audit
from tests import make

pytestmark = pytest.mark.django_db


def test_published_holds_what_was_shown_by_then():
    shown, scheduled = make.event(), make.event(is_shown=False)
    draft = make.event(is_shown=False)
    now = timezone.now()
    events.publish(scheduled, by=None, at=now + timedelta(hours=1))

    assert set(Event.objects.published(now)) == {shown}
    assert set(Event.objects.published(now + timedelta(hours=2))) == {shown, scheduled}
    assert draft in Event.objects.all()


def test_an_event_is_coming_until_its_last_minute():
    event = make.event()

    assert list(Event.objects.coming(event.ends_at)) == [event]
    assert not Event.objects.past(event.ends_at).exists()
    assert list(Event.objects.past(event.ends_at + timedelta(minutes=1))) == [event]


@pytest.mark.parametrize(
    ("lasts", "rule"),
    [
        (timedelta(minutes=-1), "news_event_ends_after_it_begins"),
        (timedelta(days=367), "news_event_one_year"),
    ],
)
def test_the_database_refuses_impossible_days(lasts, rule):
    with pytest.raises(IntegrityError, match=rule):
        make.event(lasts=lasts)


def test_publishing_shows_it_and_writes_down_who_did(editor):
    event = make.event(is_shown=False)

    events.publish(event, by=editor)

    assert event.is_published
    assert event.approved_by == editor
    assert [(step.verb, step.actor) for step in audit.trail(event)] == [("publish", editor)]


def test_what_is_over_or_shown_is_not_published_again():
    over, shown = make.event(days=-3, is_shown=False), make.event()

    assert events.obstacles(over) == ["งานนี้จบไปแล้ว ตรวจสอบวันที่"]
    for event in (over, shown):
        with pytest.raises(ValidationError):
            events.publish(event, by=None)


def test_each_change_after_publication_is_counted(editor):
    draft, shown = make.event(is_shown=False), make.event()

    for event in (draft, shown, shown):
        event.place_th = "ลานหน้าศาลากลาง"
        events.change(event, by=editor)

    assert Event.objects.get(pk=draft.pk).sequence == 0
    assert Event.objects.get(pk=shown.pk).sequence == 2
    assert [step.verb for step in audit.trail(shown)] == ["change", "change"]


def test_a_cancelled_event_says_why_and_stays_as_it_is(editor):
    event = make.event()

    events.cancel(event, by=editor, reason="น้ำท่วมสนาม")

    assert (event.cancellation_reason, event.sequence) == ("น้ำท่วมสนาม", 1)
    assert event in Event.objects.published()
    assert audit.trail(event)[0].note == "น้ำท่วมสนาม"
    with pytest.raises(ValidationError):
        events.change(event, by=editor)


def test_cancelling_needs_a_reason_and_an_event_that_readers_know():
    shown, draft = make.event(), make.event(is_shown=False)
    cancelled = make.event(cancelled="ฝนตก")

    for event, reason in ((shown, " "), (draft, "ฝนตก"), (cancelled, "ฝนตกอีก")):
        with pytest.raises(ValidationError):
            events.cancel(event, by=None, reason=reason)
    assert Event.objects.get(pk=shown.pk).cancelled_at is None


def test_what_readers_know_is_never_deleted_or_taken_back():
    cancelled, draft = make.event(cancelled="ฝนตก"), make.event(is_shown=False)
    row = Event.objects.filter(pk=cancelled.pk)

    for wrong in (
        {"shown_from": None},
        {"cancelled_at": None, "cancellation_reason": ""},
        {"sequence": 0},
    ):
        with pytest.raises(IntegrityError, match="cancelled, never deleted"), transaction.atomic():
            row.update(**wrong)
    with pytest.raises(IntegrityError, match="cancelled, never deleted"), transaction.atomic():
        row.delete()
    draft.delete()
    assert list(Event.objects.all()) == [cancelled]
