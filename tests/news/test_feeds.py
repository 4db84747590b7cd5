"""Feeds of every list, read by an independent parser."""

import json
from calendar import timegm
from datetime import UTC, datetime, timedelta

import feedparser
import pytest
from django.utils import timezone

from news import feeds, publishing
from tests import make

SITE = "http://testserver"
HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)  # in Bangkok


def read(client, path):
    """Parsed by feedparser, which must find nothing wrong with it."""
    answer = client.get(path)
    assert answer.status_code == 200
    parsed = feedparser.parse(answer.content)
    assert not parsed.bozo
    return parsed


def read_json(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return json.loads(answer.content)


def titles(client, path):
    if "feed.json" in path:
        return [item["title"] for item in read_json(client, path)["items"]]
    return [entry.title for entry in read(client, path).entries]


def moment(parsed):
    return datetime.fromtimestamp(timegm(parsed), UTC)


@pytest.fixture
def revised(db):
    """An article with a second edition an hour after the first; its title needs escaping."""
    edition = make.published(at=NOON, title="น้ำ & <ฝน>", must_know="ยกของขึ้นที่สูง")
    new = publishing.revise(edition.article, by=None)
    make.placement(new)
    make.publish(new, by=None, at=NOON + HOUR)
    return new


@pytest.mark.parametrize(("form", "version"), [("atom", "atom10"), ("rss", "rss20")])
def test_feed_is_valid_and_says_what_it_is(client, revised, form, version):
    parsed = read(client, f"/news/feed.{form}")

    assert parsed.version == version
    assert "Lopburi" in parsed.feed.title or "ลพบุรี" in parsed.feed.title
    assert parsed.feed.link == f"{SITE}/news/"
    assert parsed.feed.language == "th"
    own = [link.href for link in parsed.feed.links if link.rel == "self"]
    assert own == [f"{SITE}/news/feed.{form}"]


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_entry_of_a_feed(client, revised, form):
    (entry,) = read(client, f"/news/feed.{form}").entries

    permalink = f"{SITE}/news/2569/{revised.article.number}/"
    assert (entry.link, entry.id) == (permalink, permalink)
    assert entry.title == "น้ำ & <ฝน>"
    assert entry.summary == "ยกของขึ้นที่สูง"
    assert entry.author == revised.source_agency
    assert [tag.term for tag in entry.tags] == ["หมวดdisaster"]
    assert moment(entry.published_parsed) == NOON
    if form == "atom":
        assert moment(entry.updated_parsed) == NOON + HOUR


def test_json_feed_says_the_same(client, revised):
    picture = revised.placements.get().picture

    feed = read_json(client, "/news/feed.json")

    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (feed["home_page_url"], feed["feed_url"]) == (
        f"{SITE}/news/",
        f"{SITE}/news/feed.json",
    )
    assert feed["language"] == "th"
    (item,) = feed["items"]
    permalink = f"{SITE}/news/2569/{revised.article.number}/"
    assert (item["id"], item["url"]) == (permalink, permalink)
    assert (item["title"], item["summary"]) == ("น้ำ & <ฝน>", "ยกของขึ้นที่สูง")
    assert datetime.fromisoformat(item["date_published"]) == NOON
    assert datetime.fromisoformat(item["date_modified"]) == NOON + HOUR
    assert item["authors"] == [{"name": revised.source_agency}]
    assert item["image"] == f"{SITE}/pictures/{picture.pk}/share.jpg"
    assert item["language"] == "th"


@pytest.mark.parametrize("form", ["atom", "rss", "json"])
def test_feed_has_what_is_public_newest_first(client, db, form):
    make.published(title="เก่า", ago=3 * HOUR)
    make.published(title="ใหม่", ago=HOUR)
    make.draft(title="ความลับ")
    make.published(title="ความลับพรุ่งนี้", at=timezone.now() + HOUR)
    make.published(title="หมดอายุ", expires_at=timezone.now() - HOUR / 2)

    assert titles(client, f"/news/feed.{form}") == ["ใหม่", "เก่า"]


@pytest.mark.parametrize("form", ["atom", "rss", "json"])
def test_every_list_has_its_feed(client, db, form):
    edition = make.published(
        title="น้ำท่วม", districts=[make.district()], tags=["น้ำ"], kind="announcement"
    )
    make.published(title="งานวัด", topic_slug="culture", tags=["งานวัด"])
    tag = edition.article.tags.get()

    for path in (
        *("/topics/disaster/feed.{}", "/districts/1601/feed.{}", f"/tags/{tag.pk}/feed.{{}}"),
        *("/news/feed.{}?kind=announcement", "/news/feed.{}?topic=disaster&year=2569"),
        *(f"/news/feed.{{}}?tag={tag.pk}", "/news/feed.{}?district=1601&province=16"),
        "/topics/disaster/feed.{}?kind=announcement",
    ):
        assert titles(client, path.format(form)) == ["น้ำท่วม"]
    assert titles(client, f"/topics/disaster/feed.{form}?kind=feature") == []
    assert titles(client, f"/topics/disaster/feed.{form}?topic=culture") == ["น้ำท่วม"]


def test_feed_of_a_filtered_list_names_it_and_leads_to_it(client, db):
    edition = make.published(districts=[make.district()], tags=["น้ำ"])
    tag = edition.article.tags.get()

    by_tag = read(client, f"/tags/{tag.pk}/feed.atom?year=2569&page=3&junk=1").feed
    by_district = read(client, "/districts/1601/feed.atom").feed

    assert by_tag.title.endswith(" · 2569 · #น้ำ")
    assert by_tag.link == f"{SITE}/tags/{tag.pk}/?year=2569"
    own = [link.href for link in by_tag.links if link.rel == "self"]
    assert own == [f"{SITE}/tags/{tag.pk}/feed.atom?year=2569"]
    assert by_district.title.endswith(" · เมืองลพบุรี")


@pytest.mark.parametrize(
    "path",
    [
        *("/topics/nothing/feed.atom", "/districts/1699/feed.rss", "/tags/999999999/feed.json"),
        *("/news/feed.xml", "/tags/๑/feed.atom", "/districts/16010/feed.atom"),
    ],
)
def test_feed_of_an_unknown_list_is_404(client, db, path):
    make.published(districts=[make.district()])

    assert client.get(path).status_code == 404


@pytest.mark.parametrize("form", ["atom", "rss", "json"])
def test_feeds_speak_the_language_of_their_address(client, db, form):
    thai = make.published(title="ข่าวไทย")
    make.published(title="News in English", language="en", translation_of=thai.article)

    assert titles(client, f"/news/feed.{form}") == ["ข่าวไทย"]
    assert titles(client, f"/en/news/feed.{form}") == ["News in English"]
    both = {"News in English", "ข่าวไทย"}
    assert set(titles(client, f"/en/news/feed.{form}?language=all")) == both


def test_english_entries_lead_to_english_pages(client, db):
    edition = make.published(language="en")

    (entry,) = read(client, "/en/news/feed.atom").entries

    assert entry.link == f"{SITE}/en/news/2569/{edition.article.number}/"
    assert [tag.term for tag in entry.tags] == ["Topic disaster"]


@pytest.mark.parametrize("form", ["atom", "rss", "json"])
def test_an_empty_feed_is_a_feed(client, db, form):
    assert titles(client, f"/news/feed.{form}") == []


def test_feed_stops_at_its_length(client, db, monkeypatch):
    monkeypatch.setattr(feeds, "ITEMS", 2)
    for _ in range(3):
        make.published()

    assert len(titles(client, "/news/feed.atom")) == 2


@pytest.mark.parametrize("form", ["atom", "rss", "json"])
def test_unchanged_feed_is_not_sent_again(client, db, form):
    make.published()
    path = f"/news/feed.{form}"
    first = client.get(path)

    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    make.published()
    changed = client.get(path, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == first["Cache-Control"]
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


@pytest.mark.parametrize(
    ("form", "content_type"),
    [
        ("atom", "application/atom+xml; charset=utf-8"),
        ("rss", "application/rss+xml; charset=utf-8"),
        ("json", "application/feed+json; charset=utf-8"),
    ],
)
def test_feed_says_its_format(client, db, form, content_type):
    answer = client.get(f"/news/feed.{form}")

    assert answer["Content-Type"] == content_type
    assert not answer.cookies
    assert client.post(f"/news/feed.{form}").status_code == 405


def test_feed_costs_little_and_never_more_for_more_rows(client, db, django_assert_max_num_queries):
    make.published(districts=[make.district()])
    with django_assert_max_num_queries(5) as one:
        client.get("/news/feed.atom")
    make.published()
    make.published()

    with django_assert_max_num_queries(len(one)):
        client.get("/news/feed.atom")
    with django_assert_max_num_queries(2):
        client.get("/news/feed.atom")
