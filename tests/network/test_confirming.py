"""Channels confirm themselves: a mailbox by a link that is pressed, none without being asked."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from lopburi_pr import background
from network import channels, confirming
from network.models import Channel, Confirmation
from office import audit
from tests import make
from tests.other_ends import MailServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail_server(settings):
    with MailServer() as server:
        settings.OUTBOUND_ENABLED = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def work():
    return background._do_some(background._works["A question to a mailbox"], lambda: False)


def unconfirmed(kind="email", **fields):
    return make.channel(kind, state="unverified", **fields)


def link_in(letter):
    (found,) = (line for line in letter.get_content().split() if "/network/confirm/" in line)
    return found.removeprefix("http://testserver")


def state_of(channel):
    return Channel.objects.get(pk=channel.pk).state


def test_a_mailbox_is_asked_by_letter_and_its_channel_used_when_somebody_pressed(
    client, mail_server
):
    channel = unconfirmed(address="radio@example.org", format="script")
    confirming.ask(channel, by=make.user())

    assert work() == 1

    (letter,) = mail_server.letters
    assert letter["To"] == "radio@example.org"
    link = link_in(letter)
    seen = client.get(link)
    assert seen.status_code == 200
    for said in (channel.owner.name, "radio@example.org", "บทเสียงตามสาย", "<form"):
        assert said in seen.text
    assert state_of(channel) == "unverified"  # opening a link changes nothing
    pressed = client.post(link)
    assert (pressed.status_code, state_of(channel)) == (200, "active")
    assert seen.cookies == pressed.cookies == {}
    assert pressed["Cache-Control"] == "no-store"
    assert [step.verb for step in audit.trail(channel)] == ["confirm", "ask its owner"]
    assert client.post(link).status_code == 200  # pressed twice
    assert len(audit.trail(channel)) == 2


def test_nothing_is_asked_while_sending_is_switched_off(settings, mail_server):
    settings.OUTBOUND_ENABLED = False
    confirming.ask(unconfirmed(), by=make.user())

    assert work() == 0

    assert mail_server.letters == []


def test_a_letter_that_was_tried_twice_bears_one_number(mail_server):
    confirmation = confirming.ask(unconfirmed(), by=None)
    work()
    Confirmation.objects.update(state="waiting", due_at=timezone.now())

    work()

    assert list(mail_server.counts.values()) == [2]
    assert f"<channel-{confirmation.secret}@testserver>" in mail_server.counts


def test_a_link_is_over_after_three_days_and_the_page_says_so(client, travel):
    channel = unconfirmed()
    confirmation = confirming.ask(channel, by=None)
    travel(timezone.now() + timedelta(days=3, seconds=1))

    link = f"/network/confirm/{confirmation.token()}/"

    assert client.get(link).status_code == client.post(link).status_code == 410
    assert state_of(channel) == "unverified"


def test_a_newer_question_ends_the_one_before(client, travel):
    channel = unconfirmed()
    first = confirming.ask(channel, by=None)
    travel(timezone.now() + confirming.BETWEEN)
    second = confirming.ask(channel, by=None)

    assert client.post(f"/network/confirm/{first.token()}/").status_code == 404
    assert client.post(f"/network/confirm/{second.token()}/").status_code == 200


@pytest.mark.parametrize("token", ["1", "1.forged", "ก", "…", "x" * 300])
def test_forged_links_open_nothing(client, token):
    confirming.ask(unconfirmed(), by=None)

    assert client.get(f"/network/confirm/{token}/").status_code == 404
    assert client.post(f"/network/confirm/{token}/").status_code == 404


def test_another_token_of_the_same_channel_confirms_nothing(client):
    channel = unconfirmed()
    confirmation = confirming.ask(channel, by=None)

    for token in (channel.feed_token(), confirmation.secret, confirmation.challenge()):
        assert client.post(f"/network/confirm/{token}/").status_code == 404
    assert state_of(channel) == "unverified"


def test_who_did_not_ask_for_it_says_so_and_no_partner_asks_again(client, travel):
    person = make.volunteer(consented_at=timezone.now())
    channel = unconfirmed(person=person)
    confirmation = confirming.ask(channel, by=None, person=person)
    link = f"/network/confirm/{confirmation.token()}/"

    assert client.post(link, {"refuse": "1"}).status_code == 200

    assert state_of(channel) == "disabled"
    client.post(link)
    assert state_of(channel) == "disabled"
    travel(timezone.now() + timedelta(hours=1))
    with pytest.raises(ValidationError):
        confirming.ask(channel, by=None, person=person)
    confirming.ask(channel, by=make.user())  # the office may, after a call


def test_a_mailbox_is_not_pestered():
    channel = unconfirmed()
    confirming.ask(channel, by=None)

    with pytest.raises(ValidationError, match="5 นาที"):
        confirming.ask(channel, by=None)


@pytest.mark.parametrize("kind", ["feed", "printed"])
def test_what_cannot_answer_is_checked_by_hand(kind):
    with pytest.raises(ValidationError, match="ด้วยตนเอง"):
        confirming.ask(unconfirmed(kind), by=None)


def test_an_officer_may_answer_for_a_channel_and_it_is_on_record():
    channel, officer = unconfirmed(), make.user()

    channels.activate(channel, by=officer, reason="ถามทางโทรศัพท์แล้ว")

    assert [(step.verb, step.actor) for step in audit.trail(channel)] == [("activate", officer)]


def test_no_line_room_is_used_before_it_is_known():
    channel = unconfirmed("line", address="")

    with pytest.raises(ValidationError, match=r"LINE"):
        channels.activate(channel, by=make.user(), reason="ถามทางโทรศัพท์แล้ว")


def test_a_new_address_has_to_be_confirmed_anew():
    channel = make.channel()

    channels.moved(channel, by=make.user())

    assert state_of(channel) == "unverified"


def test_a_person_who_did_not_consent_gets_no_letter():
    with pytest.raises(ValidationError, match="ยินยอม"):
        confirming.ask(unconfirmed(person=make.volunteer()), by=None)
