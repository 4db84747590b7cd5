"""The home page: one lead, a few seconds, the latest, columns by topic, the districts."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from news import listing, publishing
from news.front_page import COLUMN, LATEST, SECONDS, front_page
from news.models import Article
from tests import make

HOUR = timedelta(hours=1)


def front(language="th"):
    """The page as the next reader gets it."""
    with override(language):
        return front_page(listing.stamp())


def everything(page):
    """Every card of the page in its order, the lead first."""
    cards = [page["lead"]] if page["lead"] else []
    cards += page["seconds"] + page["latest"]
    return cards + [card for column in page["columns"] for card in column["cards"]]


def titles(page):
    return [card["title"] for card in everything(page)]


def test_without_news_the_page_is_empty(db):
    make.draft()

    page = front()

    assert page["lead"] is None
    assert everything(page) == []
    assert page["columns"] == []


def test_the_newest_leads_when_none_has_a_picture(db):
    make.published(title="เก่า", ago=2 * HOUR)
    make.published(title="ใหม่")

    page = front()

    assert page["lead"]["title"] == "ใหม่"
    assert [card["title"] for card in page["seconds"]] == ["เก่า"]


def test_a_picture_makes_a_lead_and_comes_before_the_seconds_without(db):
    for number in range(SECONDS):
        make.published(title=f"ไม่มีภาพ {number}", ago=(number + 1) * HOUR)
    for title, hours in (("ภาพเก่า", 9), ("ภาพใหม่", 8)):
        make.published(title=title, ago=hours * HOUR, pictures=[{}])

    page = front()

    assert page["lead"]["title"] == "ภาพใหม่"
    assert page["seconds"][0]["title"] == "ภาพเก่า"
    assert page["lead"]["picture"]["alt"] == "ชาวบ้านยกของขึ้นที่สูง"


def test_a_pinned_story_leads_before_newer_ones(db):
    make.published(title="ใหม่กว่า", pictures=[{}])
    make.published(title="ปักหมุด", ago=9 * HOUR, is_pinned=True)

    assert front()["lead"]["title"] == "ปักหมุด"


def test_a_pinned_draft_does_not_lead(db):
    make.published(title="เห็นได้")
    make.draft(title="ร่างปักหมุด", is_pinned=True)
    make.published(title="พรุ่งนี้", is_pinned=True, at=timezone.now() + HOUR)

    assert titles(front()) == ["เห็นได้"]


def test_no_story_stands_on_the_page_twice(db):
    for number in range(1 + SECONDS + LATEST + COLUMN + 2):
        make.published(ago=(number + 1) * HOUR, topic_slug=("water", "art")[number % 2])

    page = front()

    numbers = [card["pk"] for card in everything(page)]
    assert len(numbers) == len(set(numbers))
    assert (len(page["seconds"]), len(page["latest"])) == (SECONDS, LATEST)
    assert {column["topic"]["slug"]: len(column["cards"]) for column in page["columns"]} == {
        "water": 3,
        "art": 3,
    }


def test_what_is_not_public_stands_nowhere(db):
    make.published(title="เห็นได้")
    make.draft(title="ร่าง")
    make.published(title="พรุ่งนี้", at=timezone.now() + HOUR)
    make.published(title="หมดอายุ", expires_at=timezone.now() - HOUR / 2)

    assert titles(front()) == ["เห็นได้"]


def test_districts_are_grouped_by_province_our_own_first(db):
    saraburi = make.province("19", "สระบุรี", "Saraburi", "Saraburi")
    make.district()
    saraburi.districts.create(code="1901", name_th="เมืองสระบุรี", name_en="Mueang Saraburi")

    provinces = front("en")["provinces"]

    assert [(p["name"], [d["name"] for d in p["districts"]]) for p in provinces] == [
        ("Lopburi", ["Mueang Lop Buri"]),
        ("Saraburi", ["Mueang Saraburi"]),
    ]
    assert provinces[0]["districts"][0]["url"] == "/en/districts/1601/"


# Languages


def test_with_enough_english_news_the_english_page_is_english(db):
    make.published(title="ข่าวไทย")
    for number in range(SECONDS + 1):
        make.published(title=f"News {number}", language="en")

    assert all(title.startswith("News") for title in titles(front("en")))
    assert "ข่าวไทย" in titles(front())


def test_with_little_english_news_thai_fills_the_english_page(db):
    thai = make.published(title="มีคำแปล", ago=3 * HOUR)
    make.published(title="Translated", language="en", translation_of=thai.article)
    make.published(title="ไม่มีคำแปล", ago=2 * HOUR)

    assert sorted(titles(front("en"))) == ["Translated", "ไม่มีคำแปล"]
    assert sorted(titles(front())) == ["มีคำแปล", "ไม่มีคำแปล"]


def test_an_english_draft_does_not_hide_the_thai_story(db):
    thai = make.published(title="ข่าวไทย")
    make.draft(title="Secret", language="en", translation_of=thai.article)

    assert titles(front("en")) == ["ข่าวไทย"]


# The very next reader


def test_the_page_follows_every_change(db):
    edition = make.draft(title="ข่าว")
    other = make.published(title="อื่น", ago=2 * HOUR)
    assert titles(front()) == ["อื่น"]

    make.publish(edition, by=None)
    assert titles(front()) == ["ข่าว", "อื่น"]
    Article.objects.filter(pk=other.article_id).update(is_pinned=True)
    assert titles(front()) == ["อื่น", "ข่าว"]
    publishing.expire(other.article, by=None)
    assert titles(front()) == ["ข่าว"]
    draft = publishing.revise(edition.article, by=None)
    make.placement(draft)
    make.publish(draft)
    assert front()["lead"]["picture"] is not None


def test_the_page_follows_the_clock(db, travel):
    now = timezone.now()
    make.published(title="ถึงเวลา", at=now + HOUR, expires_at=now + 2 * HOUR)
    seen = []

    for hours in (0, 1, 2):
        travel(now + hours * HOUR)
        seen.append(titles(front()))

    assert seen == [[], ["ถึงเวลา"], []]


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_second_reader_pays_one_query_at_most(db, django_assert_max_num_queries, language):
    make.published(districts=[make.district()])
    stamp = listing.stamp()
    with override(language):
        front_page(stamp)
        with django_assert_max_num_queries(1):
            front_page(stamp)
