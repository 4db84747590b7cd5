"""Telling visitors apart for a day, and never longer."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from lopburi_pr import visitors

pytestmark = pytest.mark.django_db


def request(rf, address="203.0.113.9", agent="Phone", **headers):
    return rf.get("/", REMOTE_ADDR=address, headers={"user-agent": agent} | headers)


def test_a_mark_is_one_visitor_one_day_and_one_subject(rf, travel):
    own = visitors.mark(request(rf), "stars", 1)

    others = {
        visitors.mark(request(rf, address="203.0.113.10"), "stars", 1),
        visitors.mark(request(rf, agent="Desk"), "stars", 1),
        visitors.mark(request(rf), "stars", 2),
    }
    again = visitors.mark(request(rf), "stars", 1)
    travel(timezone.now() + timedelta(days=1))
    tomorrow = visitors.mark(request(rf), "stars", 1)

    assert (len(own), again) == (64, own)
    assert len(others | {own, tomorrow}) == 5


def test_the_key_of_yesterday_is_gone_when_somebody_comes_today(rf, travel):
    yesterday = visitors.KEY.format(day=timezone.localdate())
    visitors.mark(request(rf))
    assert cache.get(yesterday)

    travel(timezone.now() + timedelta(days=3))
    visitors.mark(request(rf))

    assert cache.get(yesterday) is None


def test_too_many_deeds_wait_and_others_do_not(rf):
    waits = [visitors.seconds_to_wait(request(rf), "deed", most=2, seconds=10**9) for _ in range(3)]

    assert (waits[:2], waits[2] > 0) == ([0, 0], True)
    other = request(rf, address="203.0.113.10")
    assert visitors.seconds_to_wait(other, "deed", most=2, seconds=10**9) == 0
    assert visitors.seconds_to_wait(request(rf), "another", most=2, seconds=10**9) == 0


@pytest.mark.parametrize(
    ("address", "told", "is_behind_proxy", "expected"),
    [
        ("203.0.113.9", "", False, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", False, "203.0.113.9"),
        ("127.0.0.1", "6.6.6.6, 198.51.100.1", True, "198.51.100.1"),
        ("127.0.0.1", "", True, "127.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "", False, "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "", False, "2001:db8:1:2::"),
        ("", "", False, ""),
        ("127.0.0.1", "à¸", True, "à¸"),
    ],
)
def test_the_address_is_what_our_own_proxy_says(
    rf, settings, address, told, is_behind_proxy, expected
):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    if not is_behind_proxy:
        settings.SECURE_PROXY_SSL_HEADER = None

    found = visitors.address_of(request(rf, address, **({"x-forwarded-for": told} if told else {})))

    assert found == expected


def test_what_must_cost_nothing_is_counted_in_memory(rf, travel, django_assert_num_queries):
    here, there = rf.get("/", REMOTE_ADDR="198.51.100.1"), rf.get("/", REMOTE_ADDR="198.51.100.2")
    rule = {"most": 2, "seconds": 3600}

    with django_assert_num_queries(0):
        waits = [visitors.seconds_to_wait_here(here, "step", **rule) > 0 for _ in range(3)]
        other = visitors.seconds_to_wait_here(there, "step", **rule)

    assert (waits, other) == ([False, False, True], 0)
