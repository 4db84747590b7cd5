"""Which editions a list shows, and that nothing remembered outlives a change."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from lopburi_pr.paging import PageOf, page_number
from news import listing, publishing
from news.listing import Filters
from news.models import Article
from office.models import CommunicationIssue
from tests import make

HOUR = timedelta(hours=1)


def shown(**filters):
    """Primary keys under these filters, as a new request sees them."""
    return list(listing.ordered_ids(Filters(**filters), listing.stamp()))


def counts(**filters):
    return listing.facet_counts(Filters(**filters), listing.stamp())


# Filters from an address


def test_filters_are_read_from_the_address():
    given = {"topic": "disaster", "kind": "news", "year": "2569", "district": "1601"}
    given |= {"province": "16", "issue": "3", "tag": "7"}

    assert Filters.of(given) == Filters(**given)
    assert Filters.of({"year": " 2569 "}) == Filters(year="2569")
    assert Filters.of(given, topic="culture").topic == "culture"


@pytest.mark.parametrize(
    "impossible",
    [
        *({"kind": "gossip"}, {"year": "2569x"}, {"year": "-1"}, {"year": "๒๕๖๙"}),
        *({"district": "1601'"}, {"tag": "1" * 10}, {"tag": "1.5"}, {"issue": "²"}),
        *({"topic": "น้ำ"}, {"language": "en"}, {"page": "2"}, {"anything": "x"}),
    ],
)
def test_filters_that_can_not_be_are_dropped(impossible):
    assert Filters.of(impossible) == Filters()


@pytest.mark.parametrize(
    "unknown",
    [{"year": "999999999"}, {"tag": "999999999"}, {"district": "0"}, {"topic": "a" * 400}],
)
def test_filters_for_what_does_not_exist_find_nothing(db, unknown):
    make.published()

    filters = Filters.of(unknown)

    assert list(listing.ordered_ids(filters, listing.stamp())) == []


def test_query_string_leaves_out_what_the_path_says():
    filters = Filters(language="th", topic="disaster", kind="news", tag="7")

    assert filters.query_string() == "?topic=disaster&kind=news&tag=7"
    assert filters.query_string(["topic"], page=2) == "?kind=news&tag=7&page=2"
    assert filters.query_string(["topic", "kind", "tag"]) == ""
    assert filters.query_string(["topic", "tag"], language="all") == "?language=all&kind=news"


# Which editions


def test_lists_hold_what_is_public_newest_first(db):
    old, new = make.published(ago=3 * HOUR), make.published(ago=HOUR)
    make.draft()
    make.published(at=timezone.now() + HOUR)
    make.published(expires_at=timezone.now() - HOUR / 2)

    assert shown() == [new.pk, old.pk]


def test_a_replaced_edition_is_not_listed_beside_the_new_one(db):
    old, other = make.published(ago=3 * HOUR), make.published(ago=2 * HOUR)

    new = publishing.revise(old.article, by=None)
    make.publish(new, by=None)

    assert shown() == [other.pk, new.pk]


@pytest.fixture
def various(db):
    """Three public editions that share no subject, and hidden ones that share them all."""
    issue = CommunicationIssue.objects.create(fiscal_year=2570, key="water", name_th="น้ำ")
    saraburi = make.province("19", "สระบุรี", "Saraburi", "Saraburi")
    subjects = {"districts": [make.district()], "tags": ["น้ำ"], "kind": "announcement"}
    here = make.published(topic_slug="water", **subjects)
    there = make.published(
        topic_slug="culture", kind="feature", tags=["วัด"], at=datetime(2025, 6, 1, tzinfo=UTC)
    )
    there.article.provinces.add(saraburi)
    english = make.published(topic_slug="economy", language="en")
    hidden = make.draft(topic_slug="water", **subjects)
    for edition in (here, hidden):
        edition.article.issues.add(issue)
    return here, there, english


def test_each_filter_narrows_the_list(various):
    here, there, english = various
    tag, issue = here.article.tags.get(), here.article.issues.get()

    for filters, found in (
        ({"topic": "water"}, here),
        ({"kind": "announcement"}, here),
        ({"district": "1601"}, here),
        ({"province": "16"}, here),
        ({"tag": f"{tag.pk}"}, here),
        ({"issue": f"{issue.pk}"}, here),
        ({"province": "19"}, there),
        ({"year": "2568"}, there),
        ({"language": "en"}, english),
        ({"topic": "water", "kind": "announcement", "language": "th"}, here),
    ):
        assert shown(**filters) == [found.pk]
    assert shown(topic="water", kind="feature") == []


def test_an_edition_with_many_districts_and_tags_is_listed_once(db):
    towns = [make.district(), make.district("1602", "พัฒนานิคม", "Phatthana Nikhom")]
    edition = make.published(districts=towns, tags=["ก", "ข"])
    edition.article.provinces.add(make.province())

    assert shown(province="16") == shown(district="1601") == shown() == [edition.pk]


# Facets


def test_facets_count_public_editions_of_each_value(various):
    found = counts()

    assert found["topic"] == {"water": 1, "culture": 1, "economy": 1}
    assert found["kind"] == {"announcement": 1, "feature": 1, "news": 1}
    assert found["year"] == {"2569": 2, "2568": 1}
    assert found["district"] == {"1601": 1}


def test_each_facet_ignores_its_own_filter_and_keeps_the_others(db):
    for topic, kind, count in (("water", "news", 2), ("water", "feature", 1), ("art", "news", 3)):
        for _ in range(count):
            make.published(topic_slug=topic, kind=kind, districts=[make.district()])

    found = counts(topic="water", kind="news")

    assert found["topic"] == {"water": 2, "art": 3}
    assert found["kind"] == {"news": 2, "feature": 1}
    assert found["year"] == {"2569": 2}
    assert found["district"] == {"1601": 2}


def test_district_facet_ignores_the_chosen_district(db):
    make.published(districts=[make.district()])
    make.published(districts=[make.district("1602", "พัฒนานิคม", "Phatthana Nikhom")])

    found = counts(district="1601")

    assert found["district"] == {"1601": 1, "1602": 1}
    assert found["topic"] == {"disaster": 1}


# Nothing remembered outlives a change


def test_a_list_changes_with_every_step_of_an_edition(db):
    first = make.published(ago=2 * HOUR)
    assert shown() == [first.pk]

    second = make.draft()
    assert shown() == [first.pk]
    make.publish(second, by=None)
    assert shown() == [second.pk, first.pk]
    publishing.expire(second.article, by=None)
    assert shown() == [first.pk]
    assert counts()["topic"] == {"disaster": 1}


def test_a_list_changes_with_tags_districts_kind_and_topic(db):
    edition = make.published(tags=["น้ำ"], districts=[make.district()])
    tag = f"{edition.article.tags.get().pk}"
    filters = {"tag": tag, "district": "1601", "kind": "news", "topic": "disaster"}
    assert all(shown(**{key: value}) == [edition.pk] for key, value in filters.items())

    edition.article.tags.clear()
    edition.article.districts.clear()
    Article.objects.update(kind="feature", topic=make.topic("culture"))

    assert all(shown(**{key: value}) == [] for key, value in filters.items())
    assert counts()["kind"] == {"feature": 1}
    assert counts()["district"] == {}


def test_a_list_changes_by_the_clock_alone(db, travel):
    now = timezone.now()
    coming = make.published(at=now + HOUR, expires_at=now + 2 * HOUR)
    going = make.published(expires_at=now + 3 * HOUR)
    seen = {}

    for hours in (0, 1, 2, 3):
        travel(now + hours * HOUR)
        seen[hours] = shown()

    assert seen == {0: [going.pk], 1: [coming.pk, going.pk], 2: [going.pk], 3: []}


def test_the_stamp_stays_while_nothing_changes(db, travel):
    now = timezone.now()
    make.published(expires_at=now + HOUR)
    before = listing.stamp()

    travel(now + HOUR / 2)
    assert listing.stamp() == before
    travel(now + HOUR)
    assert listing.stamp() != before


def test_what_is_remembered_costs_no_query(db, django_assert_num_queries):
    make.published()
    stamp = listing.stamp()
    listing.ordered_ids(Filters(), stamp)
    listing.facet_counts(Filters(), stamp)

    with django_assert_num_queries(0):
        assert len(listing.ordered_ids(Filters(), stamp)) == 1
        assert listing.facet_counts(Filters(), stamp)["topic"] == {"disaster": 1}


# Pages


@pytest.mark.parametrize(
    ("text", "total", "number"),
    [
        *(("", 100, 1), ("1", 100, 1), ("5", 100, 5), ("6", 100, 5), ("500", 100, 5)),
        *(("0", 100, 1), ("-3", 100, 1), ("2.5", 100, 1), ("๒", 100, 1), ("x", 100, 1)),
        *(("9" * 5000, 100, 5), (" 2 ", 100, 2), ("7", 0, 1), ("2", 20, 1), ("2", 21, 2)),
    ],
)
def test_page_number_is_the_nearest_that_exists(text, total, number):
    assert page_number(text, total) == number


def test_pages_cut_the_list_without_gap_or_overlap():
    things = list(range(45))

    pages = [things[PageOf(number, 45).slice] for number in (1, 2, 3)]

    assert PageOf(1, 45).pages == 3
    assert [thing for page in pages for thing in page] == things
    assert [len(page) for page in pages] == [20, 20, 5]


def labels(number, total):
    return [link and link["label"] for link in PageOf(number, total).links(str)["links"]]


def test_links_show_the_ends_and_the_neighbours():
    assert labels(1, 20) == []
    assert labels(1, 60) == [1, 2, 3]
    assert labels(10, 400) == [1, None, 9, 10, 11, None, 20]
    assert labels(20, 400) == [1, None, 19, 20]
    links = PageOf(2, 60).links("page {}".format)
    assert (links["previous_url"], links["next_url"]) == ("page 1", "page 3")
    assert [link["is_current"] for link in links["links"]] == [False, True, False]
    assert PageOf(1, 60).links(str)["previous_url"] == ""
    assert PageOf(3, 60).links(str)["next_url"] == ""
