"""Partners come in by a code in their mailbox; nobody else does."""

import re

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client, override_settings

from network import accounts
from network.models import ChangeProposal, Organization, Person
from office import roles
from tests import make

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture
def outbox():
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        yield mail.outbox


@pytest.fixture
def partner():
    roles.sync()
    body = Organization.objects.create(kind="radio", name_th="วิทยุของเรา", phone="036")
    person = Person.objects.create(name="สมศรี", organization=body, email="P@example.org")
    accounts.open_account(person, by=None)
    return person


def code_in(letter):
    return re.search(r"^\s*([A-Z0-9-]{4,12})\s*$", letter.body, re.MULTILINE)[1]


def enter(client, code):
    return client.post("/accounts/login/code/", {"code": code})


def test_a_partner_signs_in_with_a_code_from_the_mailbox(client, partner, outbox):
    answer = client.post(LOGIN, {"email": "p@EXAMPLE.org"})
    assert (answer.status_code, answer.url) == (302, "/accounts/login/code/")
    (letter,) = outbox
    assert letter.to == ["p@example.org"]
    assert "15 นาที" in letter.body

    answer = enter(client, code_in(letter))

    assert (answer.status_code, answer.url) == (302, "/network/desk/")
    page = client.get(answer.url)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert "วิทยุของเรา" in page.text
    client.post("/accounts/logout/")
    assert client.get("/network/mine/").status_code == 302


def test_the_english_pages_work_too(client, partner, outbox):
    assert client.post(f"/en{LOGIN}", {"email": "p@example.org"}).url == "/en/accounts/login/code/"
    assert "15 minutes" in client.get("/en/accounts/login/code/").text


def test_three_wrong_codes_end_it(client, partner, outbox):
    client.post(LOGIN, {"email": "p@example.org"})
    code = code_in(outbox[0])

    for _ in range(3):
        enter(client, "WRONG-CODE")

    enter(client, code)
    assert client.get("/network/mine/").status_code == 302


@pytest.mark.parametrize("who", ["stranger", "staff", "no-group", "left", "closed", "inactive"])
def test_nobody_else_gets_a_code_and_the_page_does_not_say_so(client, partner, outbox, who):
    email = "p@example.org"
    if who == "stranger":
        email = "nobody@example.org"
    elif who == "staff":
        partner.user.is_staff = True
        partner.user.save()
    elif who == "no-group":
        partner.user.groups.clear()
    elif who == "left":
        partner.left_on = "2026-01-01"
        partner.save()
    elif who == "closed":
        partner.organization.closed_on = "2026-01-01"
        partner.organization.save()
    else:
        partner.user.is_active = False
        partner.user.save()

    answer = client.post(LOGIN, {"email": email})

    assert (answer.status_code, answer.url) == (302, "/accounts/login/code/")
    assert outbox == []
    enter(client, "ANY-CODE")
    assert client.get("/network/mine/").status_code == 302


def test_who_stops_being_a_partner_sees_nothing_more(client, partner):
    client.force_login(partner.user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/network/mine/").status_code == 200

    partner.user.groups.clear()

    assert client.get("/network/mine/").status_code == 403
    assert client.get("/network/mine/organization/").status_code == 403


def test_signing_up_does_not_exist(client):
    for path in ("signup/", "password/reset/", "email/", "password/change/", "social/login/"):
        assert client.get(f"/accounts/{path}").status_code == 404


def test_asking_too_often_is_refused(client, partner, outbox):
    statuses = [client.post(LOGIN, {"email": f"x{n}@example.org"}).status_code for n in range(21)]

    assert statuses[-1] == 429
    assert len(outbox) == 0


def test_one_mailbox_is_not_filled_with_codes(partner, outbox):
    for _ in range(15):
        Client().post(LOGIN, {"email": "p@example.org"})

    assert len(outbox) < 15


def test_nobody_lands_elsewhere_after_signing_in(client, partner, outbox):
    client.post(f"{LOGIN}?next=https://evil.example/", {"email": "p@example.org"})

    assert enter(client, code_in(outbox[0])).url == "/network/desk/"


def test_reasons_against_an_account_are_sentences(partner):
    body = partner.organization
    assert len(accounts.obstacles(partner)) == 2  # has one, and its address is taken: by itself
    assert len(accounts.obstacles(Person.objects.create(name="ก", email="a@example.org"))) == 1
    assert len(accounts.obstacles(Person.objects.create(name="ข", organization=body))) == 1
    taken = Person.objects.create(name="ค", organization=body, email="boss@example.org")
    make.user(email="BOSS@example.org")
    with pytest.raises(ValidationError):
        accounts.open_account(taken, by=None)


def test_a_closed_account_opens_nothing(client, partner, outbox):
    user = partner.user
    accounts.close_account(partner, by=None)

    client.post(LOGIN, {"email": "p@example.org"})

    user.refresh_from_db()
    assert (user.is_active, outbox) == (False, [])
    partner.refresh_from_db()
    assert accounts.obstacles(partner) == []


def test_a_partner_proposes_for_their_own_organisation_alone(client, places, partner):
    other = Organization.objects.create(kind="radio", name_th="ของคนอื่น")
    client.force_login(partner.user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/network/mine/organization/")
    typed = {"name_th": "วิทยุใหม่", "phone": "036", "shown_fields": ["phone"], "id": other.pk}
    assert page.status_code == 200

    answer = client.post("/network/mine/organization/", typed)

    assert answer.status_code == 302
    proposal = ChangeProposal.objects.get()
    assert proposal.organization == partner.organization
    assert proposal.after == {"name_th": "วิทยุใหม่", "shown_fields": ["phone"]}
    partner.organization.refresh_from_db()
    assert partner.organization.name_th == "วิทยุของเรา"
    assert client.post("/network/mine/").status_code == 302
    partner.organization.refresh_from_db()
    assert partner.organization.review_by
