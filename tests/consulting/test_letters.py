"""Letters about requests: what stands in them, and where they go."""

import pytest
from django.core import mail
from django.test import override_settings

from consulting import casework, letters
from consulting.models import RequestLetter
from lopburi_pr import background
from network import tokens
from office.models import OfficeIdentity
from tests import make

OUTBOUND = override_settings(
    OUTBOUND_ENABLED=True, EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"
)


@pytest.fixture
def officer(db):
    return make.officer("kamon")


def test_the_letter_of_receipt_carries_number_and_address(db):
    request = make.advisory_request()

    letter = letters.message(request.letters.get())

    token = tokens.of(request.link_name)
    assert request.reference in letter.subject
    assert f"/consulting/track/{token}/" in letter.body
    assert str(request.key) not in letter.body
    assert letter.to == [request.email]


def test_an_english_request_is_written_to_in_english(db):
    request = make.advisory_request(language="en")

    letter = letters.message(request.letters.get())

    assert "We have your request" in letter.subject
    assert "/en/consulting/track/" in letter.body


def test_letters_of_one_request_stand_together_and_no_two_have_one_number(officer):
    request = make.advisory_request()
    casework.take(request, by=officer)
    casework.say(request, "เริ่มแล้ว", by=officer)

    sent = [letters.message(letter) for letter in request.letters.all()]

    assert len({each.extra_headers["References"] for each in sent}) == 1
    assert len({each.extra_headers["Message-ID"] for each in sent}) == 2


def test_nothing_leaves_while_nothing_may(officer):
    request = make.advisory_request()

    background.run_due()
    waiting = request.letters.get().state
    with OUTBOUND:
        background.run_due()

    assert waiting == "waiting"
    assert [each.to for each in mail.outbox] == [[request.email]]
    assert request.letters.get().state == "sent"


def test_without_a_mailbox_there_is_no_letter_but_the_office_hears_of_a_crisis(db):
    quiet = make.advisory_request(email="")
    crisis = make.advisory_request(topic="crisis", email="")
    OfficeIdentity.objects.update(email="pr@example.go.th")

    assert not quiet.letters.exists()
    alarm = crisis.letters.get()
    assert alarm.kind == RequestLetter.Kind.ALARM
    assert "/admin/consulting/advisoryrequest/" in letters.message(alarm).body


def test_another_key_of_the_site_makes_another_address_that_opens(db, settings):
    request = make.advisory_request()
    old = tokens.of(request.link_name)

    settings.SECRET_KEY = "another-key-of-this-site-which-is-long-enough-0123456789"
    address = letters.address(request)

    assert old not in address
    assert casework.find(address.split("/")[-2]) == request


@pytest.mark.parametrize("kind", ["link", "state", "follow-up", "received"])
def test_every_letter_is_whole_in_both_languages(db, kind):
    request = make.advisory_request()
    for language in ("th", "en"):
        letter = RequestLetter(request=request, kind=kind, language=language, wave=30, pk=1)

        message = letters.message(letter)

        assert "{" not in message.body + message.subject
        assert request.reference in message.subject
        assert "/consulting/track/" in message.body


def test_the_list_says_what_to_whom_and_when_without_headings(officer, client):
    request = make.advisory_request()
    client.force_login(officer)

    page = client.get("/admin/consulting/requestletter/")

    assert request.requester in page.text
    assert "ส่งครั้งต่อไป" in page.text
    assert ">Request<" not in page.text
