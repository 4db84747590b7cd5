"""One page at two addresses: by a personal link, and signed in."""

import pytest
from django.test import Client

from network import joining, personal_links
from network.models import Attendance
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def volunteer():
    return make.member()


@pytest.fixture
def link(volunteer):
    """The path that a volunteer's personal link begins with."""
    return make.own_page(volunteer)


def test_a_personal_link_opens_the_page_and_registers_without_a_cookie(volunteer, link):
    meeting, client = make.meeting(), Client(enforce_csrf_checks=True)

    page = client.get(f"{link}meetings/")
    answer = client.post(f"{link}meetings/", {"meeting": meeting.pk, "step": "register"})

    assert (page.status_code, page.cookies.keys()) == (200, {}.keys())
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert answer.headers["Location"] == f"{link}meetings/?done=registered"
    assert Attendance.objects.get().person == volunteer


def test_a_link_that_is_over_says_so(client, volunteer, link):
    personal_links.revoke(volunteer.links.get(), by=None)

    assert client.get(f"{link}meetings/").status_code == 410
    assert client.post(f"{link}meetings/", {"meeting": make.meeting().pk}).status_code == 410
    assert not Attendance.objects.exists()


def test_a_link_to_check_ones_facts_opens_nothing_else_and_shows_no_menu(client, volunteer):
    link = personal_links.issue(volunteer, by=None, purpose="review")

    page = client.get(link)

    assert page.status_code == 200
    assert "meetings/" not in page.text.partition("<main")[2].partition("</main")[0]
    assert client.get(f"{link}meetings/").status_code == 410


def test_who_is_not_signed_in_is_sent_to_the_sign_in_page(client):
    answer = client.get("/network/mine/meetings/")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/accounts/login/?next=/network/mine/meetings/"


def test_a_partner_who_signed_in_registers_with_the_token_against_forgery(sign_in):
    client = sign_in("partner")
    joining.admit(client.user.person.organization, "media", by=None)
    meeting = make.meeting(kinds=["media"])

    assert "csrfmiddlewaretoken" in client.get("/network/mine/meetings/").text
    client.post("/network/mine/meetings/", {"meeting": meeting.pk, "step": "register"})

    assert Attendance.objects.get().person == client.user.person
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(client.user, backend="django.contrib.auth.backends.ModelBackend")
    forged = strict.post("/network/mine/meetings/", {"meeting": meeting.pk, "step": "cancel"})
    assert forged.status_code == 403
    assert Attendance.objects.get().state == "registered"


def test_staff_who_are_no_partner_have_no_such_page(sign_in):
    assert sign_in("officer").get("/network/mine/meetings/").status_code == 403
