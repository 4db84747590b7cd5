"""Personal links open one person's page for one purpose, until they end."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from network import personal_links, tokens
from network.models import Person, PersonalLink
from office import audit
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return Person.objects.create(name="สมใจ ใจดี", phone="081", village="หมู่ 4")


def token_of(address):
    return address.split("/")[3]


def test_a_link_is_told_once_and_stands_for_one_person(person):
    officer = make.user()
    Person.objects.create(name="คนอื่น")

    token = token_of(personal_links.issue(person, by=officer))

    assert personal_links.person_of(token) == person
    link = PersonalLink.objects.get()
    assert token not in str(PersonalLink.objects.values().get())
    assert link.token_hash == tokens.hashed(token)
    assert link.last_used_on == timezone.localdate()
    assert audit.trail(person)[0].actor == officer


def test_nobody_guesses_one():
    made = {tokens.new() for _ in range(1000)}

    assert len(made) == 1000
    assert tokens.BYTES * 8 >= 128
    assert min(map(len, made)) == 32


@pytest.mark.parametrize("word", ["", "x" * 32, "\x00", "ก" * 32, "../../admin"])
def test_what_is_no_link_opens_nothing(person, word):
    personal_links.issue(person, by=None)

    assert personal_links.person_of(word) is None


def test_it_opens_nothing_but_its_purpose(client, person):
    address = personal_links.issue(person, by=None, purpose=PersonalLink.Purpose.REVIEW)

    assert personal_links.person_of(token_of(address)) is None  # the desk's
    assert personal_links.person_of(token_of(address), "review") == person
    assert client.get(address).status_code == 200
    assert client.get("/network/mine/").status_code == 302
    assert client.get("/admin/").status_code == 302


def test_it_ends_by_time_by_hand_by_a_newer_one_and_when_its_person_leaves(person, travel):
    def opens(address):
        return personal_links.person_of(token_of(address)) is not None

    first = personal_links.issue(person, by=None, days=10)
    second = personal_links.issue(person, by=None, days=10)
    assert (opens(first), opens(second)) == (False, True)

    personal_links.revoke(PersonalLink.objects.get(revoked_at=None), by=None)
    assert not opens(second)

    third = personal_links.issue(person, by=None, days=10)
    now = timezone.now()
    travel(now + timedelta(days=9))
    assert opens(third)
    travel(now + timedelta(days=11))
    assert not opens(third)

    travel(now)
    person.left_on = timezone.localdate()
    person.save()
    assert not opens(third)
    with pytest.raises(ValidationError):
        personal_links.issue(person, by=None)


@pytest.mark.parametrize("days", [0, -1, 401, 10**9])
def test_no_link_lasts_for_ever(person, days):
    with pytest.raises(ValidationError):
        personal_links.issue(person, by=None, days=days)


def test_its_page_is_kept_from_search_engines_other_sites_and_caches(client, person):
    page = client.get(make.own_page(person))

    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex">' in page.text
    assert not page.cookies
    assert "สมใจ ใจดี" in page.text
    assert '<link rel="canonical" href="http://testserver/network/">' in page.text


def test_a_link_that_is_over_says_so(client, person):
    address = personal_links.issue(person, by=None)
    personal_links.revoke(PersonalLink.objects.get(), by=None)

    page = client.get(address)

    assert page.status_code == 410
    assert "สมใจ" not in page.text
    assert client.post(address).status_code == 410


def test_one_press_says_that_the_facts_still_hold(client, person):
    person.review_by = timezone.localdate() - timedelta(days=3)
    person.save()

    answer = client.post(make.own_page(person), follow=True)

    person.refresh_from_db()
    assert person.review_by == timezone.localdate() + timedelta(days=365)
    assert answer.status_code == 200
    assert audit.trail(person)[0].verb == "review"
