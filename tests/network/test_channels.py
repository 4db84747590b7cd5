"""Channels: what the database accepts, quiet hours, secrets, and the steps of their life."""

from datetime import datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from lopburi_pr.thai_calendar import BANGKOK
from network import channels
from network.models import Channel, Person
from office import audit
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("one_owner", {"organization": None}),
        ("one_owner", {"person": "somebody"}),
        ("address_where_needed", {"address": ""}),
        ("address_where_needed", {"kind": "printed"}),
        ("data_for_machines", {"format": "json"}),
        ("data_for_machines", {"kind": "webhook", "address": "https://example.org/"}),
        ("quiet_from_until", {"quiet_from": time(21)}),
        ("disabled_with_reason", {"state": "disabled"}),
        ("address_once", {"address": "TAKEN@example.org"}),
    ],
)
def test_the_database_refuses(rule, fields):
    make.channel(address="TAKEN@example.org")
    facts = {"organization": make.organization(), "kind": "email", "address": "a@example.org"}
    if fields.get("person"):
        fields = {"person": Person.objects.create(name="สมศรี")}

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Channel.objects.create(**(facts | fields))


@pytest.mark.parametrize(
    ("kind", "address"),
    [("email", "not a mailbox"), ("webhook", "http://example.org/"), ("webhook", "ftp://a.org/")],
)
def test_an_address_is_of_its_kind(kind, address):
    made = make.channel(kind="printed", state="unverified")
    made.kind, made.address = kind, address
    made.format = "json" if kind == "webhook" else "full"

    assert channels.obstacles(made) != []


def test_only_active_channels_of_who_is_still_there_are_used():
    used = make.channel()
    make.channel(state="unverified")
    gone = make.channel()
    gone.organization.closed_on = timezone.localdate()
    gone.organization.save()
    left = Person.objects.create(name="สมชาย", left_on=timezone.localdate())
    make.channel(person=left)

    assert list(Channel.objects.active()) == [used]


@pytest.mark.parametrize(
    ("quiet", "hour", "end"),
    [
        ((21, 6), "20:59", None),
        ((21, 6), "21:00", "2026-11-26 06:00"),
        ((21, 6), "05:59", "2026-11-25 06:00"),
        ((21, 6), "06:00", None),
        ((12, 13), "12:30", "2026-11-25 13:00"),
        ((12, 13), "13:00", None),
        ((12, 12), "12:00", None),
    ],
)
def test_quiet_hours_end(quiet, hour, end):
    made = make.channel(quiet_from=time(quiet[0]), quiet_until=time(quiet[1]))
    at = datetime.fromisoformat(f"2026-11-25T{hour}").replace(tzinfo=BANGKOK)

    found = made.quiet_end(at)

    assert (f"{found:%Y-%m-%d %H:%M}" if found else None) == end


def test_a_secret_is_not_in_the_database_and_two_are_good_for_a_week(travel):
    made = make.channel(kind="webhook")
    first = made.signing_secrets()
    stored = str(Channel.objects.filter(pk=made.pk).values().get())

    channels.rotate(made, by=make.user())

    assert first[0].removeprefix("whsec_") not in stored
    both = Channel.objects.get(pk=made.pk).signing_secrets()
    assert both[1:] == first
    assert both[0] != first[0]
    travel(timezone.now() + timedelta(days=8))
    assert Channel.objects.get(pk=made.pk).signing_secrets() == both[:1]


def test_a_feed_opens_with_its_token_alone(travel):
    made, other = make.channel(kind="feed"), make.channel(kind="feed")
    token = made.feed_token()

    assert channels.of_feed(token) == made
    assert channels.of_feed(other.feed_token()) == other
    assert channels.of_feed(made.secret) is None
    assert channels.of_feed(f"{token}x") is None
    channels.rotate(made, by=None)
    assert channels.of_feed(token) == made
    travel(timezone.now() + timedelta(days=8))
    assert channels.of_feed(token) is None
    assert channels.of_feed(made.feed_token()) == made
    channels.disable(made, by=None, reason="เลิกใช้")
    assert channels.of_feed(made.feed_token()) is None


def test_a_person_gets_nothing_before_they_agreed():
    person = Person.objects.create(name="สมศรี")
    made = make.channel(person=person, state="unverified")

    with pytest.raises(ValidationError, match=r"consent|ยินยอม"):
        channels.activate(made, by=make.user(), reason="ถามทางโทรศัพท์แล้ว")

    person.consented_at = timezone.now()
    person.save()
    channels.activate(Channel.objects.get(pk=made.pk), by=make.user(), reason="ถามทางโทรศัพท์แล้ว")
    assert Channel.objects.active().count() == 1


def test_three_refusals_in_a_row_disable_a_channel_and_it_can_be_used_again():
    made, head = make.channel(), make.user()

    channels.refused(made, "ไม่มีกล่องนี้")
    channels.refused(made, "ไม่มีกล่องนี้")
    channels.accepted(made)
    made.refresh_from_db()
    for _ in range(3):
        assert made.state == "active"
        channels.refused(made, "ไม่มีกล่องนี้")

    made.refresh_from_db()
    assert (made.state, made.disabled_reason) == ("disabled", "ไม่มีกล่องนี้")
    channels.activate(made, by=head, reason="ถามทางโทรศัพท์แล้ว")
    assert (made.state, made.disabled_reason, made.failures) == ("active", "", 0)
    assert [(step.verb, step.actor) for step in audit.trail(made)] == [
        ("activate", head),
        ("disable", None),
    ]


def test_an_officer_who_answers_for_a_channel_says_why():
    made = make.channel(state="unverified")

    with pytest.raises(ValidationError):
        channels.activate(made, by=make.user(), reason=" ")
    channels.activate(made, by=make.user(), reason=" ถามทางโทรศัพท์แล้ว ")

    (step,) = audit.trail(made)
    assert (made.state, step.verb, step.note) == ("active", "activate", "ถามทางโทรศัพท์แล้ว")


def test_disabling_needs_a_reason():
    with pytest.raises(ValidationError):
        channels.disable(make.channel(), by=make.user(), reason=" ")
