"""The editorial calendar: everything of a month, on its day, in the Buddhist era."""

from datetime import UTC, date, datetime, timedelta

import pytest
from lxml import html

from news import agenda, publishing
from news.models import Article
from tests import make

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
ADDRESS = "/admin/news/edition/calendar/"


@pytest.fixture
def month(travel):
    """November 2569 with one thing of each kind, and others that do not belong there."""
    travel(NOW)
    scheduled = make.draft()
    publishing.publish(scheduled, by=None, at=datetime(2026, 11, 29, 18, tzinfo=UTC))
    wished = make.draft(publish_at=datetime(2026, 11, 27, 3, tzinfo=UTC))
    publishing.submit(wished, by=None)
    expiring = make.published(at=NOW - timedelta(days=1), expires_at=NOW + timedelta(days=3))
    due = make.published(at=NOW - timedelta(days=2))
    Article.objects.filter(pk=due.article_id).update(review_by=date(2026, 11, 26))
    event = make.event(starts_at=datetime(2026, 11, 28, 1, tzinfo=UTC), lasts=timedelta(days=4))
    make.event(starts_at=datetime(2026, 12, 9, 2, tzinfo=UTC))
    make.published(at=NOW - timedelta(days=9))
    return {
        "scheduled": scheduled,
        "submitted": wished,
        "expires": expiring,
        "review": due,
        "event": event,
    }


def test_each_thing_stands_on_its_day_in_bangkok(month):
    found = [
        (entry.day.day, entry.kind, entry.thing)
        for entry in agenda.entries(date(2026, 11, 1), date(2026, 11, 30))
    ]

    assert found == [
        (26, "review", month["review"]),
        (27, "submitted", month["submitted"]),
        (28, "event", month["event"]),
        (28, "expires", month["expires"]),
        (29, "event", month["event"]),
        (30, "event", month["event"]),
        (30, "scheduled", month["scheduled"]),
    ]


def test_a_month_is_whole_weeks_from_monday():
    weeks = agenda.weeks(date(2026, 11, 1))

    assert {len(week) for week in weeks} == {7}
    assert weeks[0][0]["day"] == date(2026, 10, 26)
    assert weeks[-1][-1]["day"] == date(2026, 12, 6)
    inside = [day for week in weeks for day in week if not day["is_outside"]]
    assert len(inside) == 30


def test_the_page_shows_the_month_with_links_to_the_forms(desk, month):
    page = desk.get(ADDRESS, {"month": "2569-11"})

    tree = html.document_fromstring(page.text)
    assert "ปฏิทินงานข่าว พฤศจิกายน 2569" in tree.text_content()
    links = set(tree.xpath("//td//a/@href"))
    assert links == {
        *(f"/admin/news/edition/{month[kind].pk}/change/" for kind in month if kind != "event"),
        f"/admin/news/event/{month['event'].pk}/change/",
    }
    assert [h.get("scope") for h in tree.xpath("//div[@class='agenda']//th")] == ["col"] * 7
    assert "?month=2569-10" in tree.xpath("//a[@rel='prev']/@href")
    assert desk.get(ADDRESS, {"month": "2569-12"}).text.count("agenda__event") == 3


@pytest.mark.parametrize("asked", ["2569-13", "2026-11", "พฤศจิกายน", "2569-11-01", "9999-01"])
def test_an_impossible_month_is_refused_with_a_sentence(desk, asked):
    page = desk.get(ADDRESS, {"month": asked})

    assert page.status_code == 400
    assert "เขียนเดือนเป็น 2569-11" in page.text


@pytest.mark.parametrize("asked", ["2400-01", "2699-12"])
def test_the_calendar_has_ends(desk, asked):
    assert desk.get(ADDRESS, {"month": asked}).status_code == 200


def test_the_calendar_is_for_those_who_see_news(client):
    client.force_login(make.user(None, is_staff=True))

    assert client.get(ADDRESS).status_code == 403


def test_a_full_month_costs_no_more_queries(desk, month, django_assert_max_num_queries):
    desk.get(ADDRESS)
    for day in range(1, 20):
        make.event(starts_at=datetime(2026, 11, day, 2, tzinfo=UTC))
    with django_assert_max_num_queries(14):
        desk.get(ADDRESS, {"month": "2569-11"})
