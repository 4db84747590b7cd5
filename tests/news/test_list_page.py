"""One page of a list: cards, facets, chips, addresses, and the fallback of English pages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from news import listing, publishing
from news.list_page import chosen, list_page
from news.listing import Filters
from news.models import Article, Edition, Tag
from office.models import CommunicationIssue, District
from tests import make

HOUR = timedelta(hours=1)


def page(language="th", number="", base="/news/", fixed=(), everything=False, **filters):
    with override(language):
        return list_page(
            Filters(**filters),
            stamp=listing.stamp(),
            page=number,
            base=base,
            fixed=fixed,
            everything=everything,
        )


def titles(listed):
    return [card["title"] for card in listed["cards"]]


def facet(listed, key):
    """``{label: (count, url, is_on)}`` of one facet."""
    (found,) = [facet for facet in listed["facets"] if facet["key"] == key]
    return {v["label"]: (v["count"], v["url"], v["is_on"]) for v in found["values"]}


def test_page_shows_public_cards_and_their_number(db):
    make.published(title="เก่า", ago=2 * HOUR)
    make.published(title="ใหม่")
    make.draft(title="ร่าง")

    listed = page()

    assert (titles(listed), listed["total"]) == (["ใหม่", "เก่า"], 2)
    assert listed["page"]["pages"] == 1
    assert listed["applied"] == []


@pytest.fixture
def forty_one(db):
    """Forty-one published articles, quickly."""
    now, topic = timezone.now(), make.topic()
    articles = Article.objects.bulk_create(
        Article(topic=topic, year=2569, number=number) for number in range(1, 42)
    )
    Edition.objects.bulk_create(
        Edition(
            article=article,
            title=f"ข่าว {article.number}",
            state="approved",
            shown_from=now - (50 - article.number) * HOUR,
            listed_at=now - (50 - article.number) * HOUR,
        )
        for article in articles
    )


def test_pages_cut_the_list_and_beyond_the_last_stands_the_last(forty_one):
    first, second, third, far = (page(number=number) for number in ("1", "2", "3", "500"))

    assert [len(listed["cards"]) for listed in (first, second, third)] == [20, 20, 1]
    assert (titles(first)[0], titles(second)[0]) == ("ข่าว 41", "ข่าว 21")
    assert titles(third) == titles(far) == ["ข่าว 1"]
    assert (far["page"]["number"], far["page"]["pages"], far["total"]) == (3, 3, 41)
    assert [page(number=text)["page"]["number"] for text in ("0", "-1", "x")] == [1, 1, 1]


def test_addresses_of_pages_keep_the_filters(forty_one):
    place = {"topic": "disaster", "fixed": ("topic",), "base": "/topics/disaster/"}

    listed = page(kind="news", number="2", **place)
    everything = page(kind="news", number="2", everything=True, **place)

    assert listed["clear_url"] == "/topics/disaster/"
    assert listed["everything_url"] == "/topics/disaster/?language=all&kind=news"
    assert listed["page"]["previous_url"] == "/topics/disaster/?kind=news"
    assert listed["page"]["next_url"] == "/topics/disaster/?kind=news&page=3"
    assert everything["page"]["next_url"] == "/topics/disaster/?language=all&kind=news&page=3"


def test_facets_offer_counts_and_addresses(db):
    make.topic("art", name_th="ศิลปะ")
    make.published(kind="news")
    make.published(kind="feature", topic_slug="art", districts=[make.district()])

    listed = page(topic="art")

    assert facet(listed, "topic") == {
        "หมวดdisaster": (1, "/news/?topic=disaster", False),
        "ศิลปะ": (1, "/news/", True),
    }
    assert [f["key"] for f in listed["facets"]] == ["topic"]  # others have nothing to choose
    assert facet(page(), "kind").keys() == {str(Article.Kind(k).label) for k in ("news", "feature")}


def test_a_facet_that_the_address_says_is_not_offered(db):
    make.published()
    make.published(topic_slug="art")

    listed = page(topic="art", fixed=("topic",), base="/topics/art/")

    assert "topic" not in [facet["key"] for facet in listed["facets"]]
    assert listed["applied"] == []


def test_years_are_told_in_the_era_of_the_reader_newest_first(db):
    make.published(at=datetime(2024, 6, 1, tzinfo=UTC))
    make.published(at=datetime(2026, 6, 1, tzinfo=UTC))

    assert list(facet(page(), "year")) == ["2569", "2567"]
    assert list(facet(page("en"), "year")) == ["2026", "2024"]
    assert facet(page("en"), "year")["2024"][1] == "/news/?year=2567"


def test_filters_in_force_are_chips_that_can_be_taken_away(db):
    edition = make.published(tags=["น้ำ"], districts=[make.district()])
    issue = CommunicationIssue.objects.create(fiscal_year=2570, key="water", name_th="จัดการน้ำ")
    tag = edition.article.tags.get()

    listed = page(tag=f"{tag.pk}", issue=f"{issue.pk}", district="1601", province="16")

    chips = {chip["value"]: chip["remove_url"] for chip in listed["applied"]}
    assert set(chips) == {"#น้ำ", "จัดการน้ำ", "เมืองลพบุรี", "ลพบุรี"}
    assert chips["#น้ำ"] == f"/news/?district=1601&province=16&issue={issue.pk}"


def test_a_filter_for_what_does_not_exist_is_a_chip_too(db):
    make.published()

    listed = page(district="9999", tag="999")

    assert [chip["value"] for chip in listed["applied"]] == ["9999", "999"]
    assert listed["cards"] == []


def test_chosen_names_the_filters_and_marks_the_unknown(db):
    make.published(districts=[make.district()])
    filters = Filters(language="th", topic="disaster", district="1601", kind="news", tag="999")

    names = chosen(filters, listing.stamp())

    assert names == {
        "topic": "หมวดdisaster",
        "district": "เมืองลพบุรี",
        "kind": Article.Kind.NEWS.label,
        "tag": None,
    }


# Languages


def test_readers_get_their_own_language(db):
    thai = make.published(title="ข่าวไทย")
    make.published(title="News", language="en", translation_of=thai.article)

    in_thai, in_english = page(), page("en")

    assert (titles(in_thai), titles(in_english)) == (["ข่าวไทย"], ["News"])
    assert not in_english["is_language_fallback"]
    assert in_english["everything_url"] == "/news/?language=all"


def test_without_english_news_the_thai_is_shown_and_said_so(db):
    make.published(title="ข่าวไทย")
    make.draft(title="Secret", language="en")

    listed = page("en")

    assert titles(listed) == ["ข่าวไทย"]
    assert listed["is_language_fallback"]
    assert listed["total"] == 1
    assert not page()["is_language_fallback"]


def test_an_empty_list_is_no_fallback(db):
    assert not page("en")["is_language_fallback"]


def test_everything_shows_both_languages(db):
    thai = make.published(title="ข่าวไทย", ago=2 * HOUR)
    make.published(title="News", language="en", translation_of=thai.article)

    listed = page("en", everything=True)

    assert titles(listed) == ["News", "ข่าวไทย"]
    assert listed["shows_everything"]
    assert listed["everything_url"] == "/news/"


# The very next request


def test_what_was_published_or_ended_shows_at_once(db):
    edition = make.draft(title="ข่าว")
    assert titles(page()) == []

    make.publish(edition, by=None)
    assert titles(page()) == ["ข่าว"]
    publishing.expire(edition.article, by=None)
    assert titles(page()) == []


def test_renamed_subjects_show_at_once(db):
    edition = make.published(tags=["น้ำ"], districts=[make.district()])
    make.published(topic_slug="art")
    tag = edition.article.tags.get()

    def names():
        listed = page(district="1601", tag=f"{tag.pk}", topic="disaster")
        return {chip["value"] for chip in listed["applied"]} | {
            listed["cards"][0]["topic"]["name"],
            listed["cards"][0]["districts"][0]["name"],
        }

    assert names() == {"หมวดdisaster", "เมืองลพบุรี", "#น้ำ"}
    for row, field, name in (
        (make.topic(), "name_th", "ภัยพิบัติ"),
        (District.objects.get(), "name_th", "เมือง"),
        (Tag.objects.get(), "name", "อุทกภัย"),
    ):
        setattr(row, field, name)
        row.save()
    assert names() == {"ภัยพิบัติ", "เมือง", "#อุทกภัย"}


def test_the_clock_alone_changes_the_page(db, travel):
    now = timezone.now()
    make.published(title="ถึงเวลา", at=now + HOUR)
    assert titles(page()) == []

    travel(now + HOUR)
    assert titles(page()) == ["ถึงเวลา"]
    assert titles(page(topic="disaster")) == ["ถึงเวลา"]


@pytest.mark.parametrize("language", ["th", "en"])
def test_cards_lead_to_the_language_of_the_page(db, language):
    edition = make.published()

    (card,) = page(language)["cards"]

    prefix = {"th": "", "en": "/en"}[language]
    assert card["url"] == f"{prefix}/news/2569/{edition.article.number}/"
    assert card["topic"]["url"] == f"{prefix}/topics/disaster/"


# What stands above the list of a topic


def test_a_topic_begins_with_its_pinned_news_and_next_events(client, db):
    subject = make.topic("disaster")
    pinned = make.published(is_pinned=True, ago=timedelta(days=3))
    make.published(is_pinned=True, topic_slug="tourism", title="ปักหมุดในหมวดอื่น")
    coming = [make.event(days=days, topic=subject) for days in (4, 3, 2, 1)]
    hidden = [
        make.event(days=1, topic=subject, cancelled="ฝนตก"),
        make.event(days=1, topic=subject, is_shown=False),
        make.event(topic=subject, days=-3),
        make.event(days=1, topic=make.topic("tourism")),
        coming[0],  # the fourth
    ]

    page = client.get("/topics/disaster/").text
    above = page.split('class="hub"')[1].split('class="browse"')[0]

    assert pinned.title in above
    assert [event.title_th in above for event in coming[1:]] == [True] * 3
    assert [event.title_th in above for event in hidden] == [False] * 5
    assert "ปักหมุดในหมวดอื่น" not in above
    assert 'class="hub"' not in client.get("/topics/disaster/?page=2").text
    assert 'class="hub"' not in client.get("/topics/disaster/?kind=news").text


def test_a_topic_with_nothing_special_is_a_plain_list(client, db):
    make.published()

    assert 'class="hub"' not in client.get("/topics/disaster/").text


def test_a_topic_costs_few_queries_and_one_when_nothing_changed(
    client, db, django_assert_max_num_queries
):
    make.published(is_pinned=True)
    make.event(topic=make.topic("disaster"))

    with django_assert_max_num_queries(8):
        client.get("/topics/disaster/")
    with django_assert_max_num_queries(1):
        client.get("/topics/disaster/")
