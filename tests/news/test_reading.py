"""What readers see of editions, as plain dictionaries: only what is public, in few queries."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from news import listing, publishing, reading
from news.models import Topic
from office.models import CommunicationIssue
from tests import make

HOUR = timedelta(hours=1)
SITE = "https://lopburi.example.go.th"


def cards(*editions, language="th"):
    with override(language):
        return reading.cards([edition.pk for edition in editions], listing.stamp())


def page(edition, language="th"):
    """The article's page as a reader of this language gets it; None when there is none."""
    article = edition.article
    with override(language):
        stamp = listing.stamp()
        rows = reading.find(article.year, article.number, language)
        return reading.article_page(rows, stamp, SITE) if rows else None


# Cards


def test_card_says_what_lists_show(db):
    edition = make.published(
        title="น้ำท่วม",
        districts=[make.district()],
        kind="announcement",
        lead="ความนำ",
        pictures=[{"caption": "คำบรรยาย"}],
    )
    picture = edition.placements.get().picture

    (card,) = cards(edition)

    assert card["url"] == f"/news/2569/{edition.article.number}/"
    assert card["reference"] == edition.article.reference
    assert (card["title"], card["lead"]) == ("น้ำท่วม", "ความนำ")
    assert card["must_know"] == edition.must_know
    assert card["source_agency"] == edition.source_agency
    assert (card["kind"], card["language"], card["version"]) == ("announcement", "th", 1)
    assert card["topic"]["name"] == "หมวดdisaster"
    assert [district["name"] for district in card["districts"]] == ["เมืองลพบุรี"]
    assert (card["listed_at"], card["updated"]) == (edition.listed_at, None)
    assert card["picture"]["id"] == picture.pk
    assert (card["picture"]["width"], card["picture"]["height"]) == (900, 600)


def test_cards_keep_the_order_asked_for_and_leave_out_what_is_not_public(db):
    first, second = make.published(), make.published()
    hidden = [
        make.draft(),
        make.published(at=timezone.now() + HOUR),
        make.published(expires_at=timezone.now() - HOUR / 2),
    ]

    found = cards(second, *hidden, first)

    assert [card["pk"] for card in found] == [second.pk, first.pk]


def test_cards_speak_the_language_of_the_reader(db):
    (card,) = cards(make.published(districts=[make.district()]), language="en")

    assert card["url"].startswith("/en/news/")
    assert (card["topic"]["name"], card["topic"]["url"]) == (
        "Topic disaster",
        "/en/topics/disaster/",
    )
    assert card["districts"][0]["name"] == "Mueang Lop Buri"
    with override("en"):
        assert card["kind_label"] == "PR news"


def test_card_of_an_updated_edition_keeps_its_place_and_tells_the_update(db):
    edition = make.published()
    new = publishing.revise(edition.article, by=None)
    make.publish(new, by=None)

    (card,) = cards(new)

    assert (card["listed_at"], card["updated"]) == (edition.listed_at, new.shown_from)
    assert cards(edition) == []


def test_a_long_lead_is_cut_for_cards(db):
    (card,) = cards(make.published(lead="ลพบุรี " * 100))

    assert card["lead"].endswith("…")
    assert len(card["lead"]) <= reading.CARD_LEAD_LETTERS + 1


def test_three_cards_cost_the_same_as_one(db, django_assert_num_queries):
    editions = [
        make.published(districts=[make.district()], tags=["น้ำ"], pictures=[{}]) for _ in range(3)
    ]
    numbers, stamp = [edition.pk for edition in editions], listing.stamp()
    with django_assert_num_queries(3):
        reading.cards(numbers[:1], stamp)  # with the names of topics and places

    with django_assert_num_queries(1):
        assert len(reading.cards(numbers, stamp)) == 3
    with django_assert_num_queries(0):
        assert reading.cards([], stamp) == []


# One article


def test_page_says_everything_about_the_edition(db):
    edition = make.published(
        districts=[make.district()],
        tags=["ฝน", "น้ำ"],
        body="<p>เนื้อหา</p>",
        pictures=[{"role": "gallery", "order": 1}, {"role": "gallery", "order": 0}],
    )
    article = edition.article
    article.provinces.add(make.province())
    article.issues.add(
        CommunicationIssue.objects.create(fiscal_year=2570, key="water", name_th="น้ำ")
    )
    second, first = edition.placements.all()

    shown = page(edition)

    assert shown["body_html"] == '<p id="p1">เนื้อหา</p>'
    assert [tag["name"] for tag in shown["tags"]] == ["น้ำ", "ฝน"]
    assert {tag["url"] for tag in shown["tags"]} == {f"/tags/{t.pk}/" for t in article.tags.all()}
    assert shown["provinces"] == ["ลพบุรี"]
    assert shown["issues"] == ["น้ำ"]
    assert [p["id"] for p in shown["gallery"]] == [second.picture_id, first.picture_id]
    assert shown["cover"] is None
    assert shown["short_url"] == f"{SITE}/n/2569-{article.number}"
    assert shown["print_url"] == f"/news/2569/{article.number}/print/"
    assert shown["canonical_url"] == f"{SITE}/news/2569/{article.number}/"
    assert (shown["version"], shown["updated"]) == (1, None)


@pytest.mark.parametrize("what", ["draft", "scheduled", "expired"])
def test_page_of_what_is_not_public_is_none(db, what):
    other = make.published()
    edition = make.published(expires_at=timezone.now() + 5 * HOUR)
    article = edition.article
    if what == "draft":
        publishing.expire(article, by=None)
        publishing.revise(article, by=None)
    elif what == "expired":
        publishing.expire(article, by=None)
    else:
        edition = make.published(at=timezone.now() + HOUR)

    assert page(edition) is None
    assert page(other) is not None


def test_page_follows_the_clock(db, travel):
    now = timezone.now()
    edition = make.published(title="เดิม", ago=HOUR)
    new = publishing.revise(edition.article, by=None)
    new.title, new.expires_at = "ใหม่", now + 2 * HOUR
    new.save()
    make.publish(new, by=None, at=now + HOUR)
    seen = []

    for hours in (0, 1, 2):
        travel(now + hours * HOUR)
        shown = page(edition)
        seen.append(shown and shown["title"])

    assert seen == ["เดิม", "ใหม่", None]


def test_page_chooses_the_edition_in_the_language_of_the_reader(db):
    thai = make.published(title="ข่าวไทย")
    make.published(title="News", language="en", translation_of=thai.article)

    in_thai, in_english = page(thai), page(thai, "en")

    assert (in_thai["title"], in_english["title"]) == ("ข่าวไทย", "News")
    path = f"/news/2569/{thai.article.number}/"
    assert in_thai["other_edition"] == {"url": f"/en{path}", "language": "en"}
    assert in_english["other_edition"] == {"url": path, "language": "th"}
    assert not in_thai["language_notice"]
    assert not in_english["language_notice"]


def test_page_in_the_other_language_says_so(db):
    thai = make.published()
    make.draft(language="en", translation_of=thai.article)

    shown = page(thai, "en")

    assert (shown["language"], shown["language_notice"]) == ("th", True)
    assert shown["other_edition"] is None
    assert shown["url"] == f"/en/news/2569/{thai.article.number}/"


# Related news


def test_related_are_the_latest_of_the_topic_in_the_language(db):
    edition = make.published(title="นี้")
    for number in range(reading.RELATED + 1):
        make.published(title=f"เกี่ยวข้อง {number}", ago=(number + 2) * HOUR)
    make.published(title="หมวดอื่น", topic_slug="art")
    make.published(title="English", language="en")
    make.draft(title="ร่าง")

    related = page(edition)["related"]

    assert [card["title"] for card in related] == [f"เกี่ยวข้อง {n}" for n in range(4)]


def test_related_news_is_of_the_article_s_language_and_leads_to_the_reader_s(db):
    thai, other = make.published(ago=2 * HOUR), make.published(title="ไทย")
    english = make.published(language="en", ago=2 * HOUR)
    make.published(title="English", language="en")

    def related(edition, language):
        return [(card["title"], card["url"]) for card in page(edition, language)["related"]]

    path = f"/news/2569/{other.article.number}/"
    assert related(thai, "th") == [("ไทย", path)]
    assert related(thai, "en") == [("ไทย", f"/en{path}")]
    assert [title for title, _url in related(english, "en")] == ["English"]


def test_related_news_changes_with_the_next_request(db):
    edition, other = make.published(ago=2 * HOUR), make.published(title="อื่น")
    assert [card["title"] for card in page(edition)["related"]] == ["อื่น"]

    publishing.expire(other.article, by=None)

    assert page(edition)["related"] == []


# Names


def test_names_of_topics_and_places_follow_reader_and_change(db):
    make.topic("water", name_th="น้ำ", name_en="Water")
    make.district()

    def names():
        stamp = listing.stamp()
        topics = [topic["name"] for topic in reading.topics_by_id(stamp).values()]
        places = reading.districts_by_code(stamp)["1601"]
        return topics, places["name"], reading.provinces_by_code(stamp)

    assert names() == (["น้ำ"], "เมืองลพบุรี", {"16": "ลพบุรี"})
    with override("en"):
        assert names() == (["Water"], "Mueang Lop Buri", {"16": "Lopburi"})
    Topic.objects.update(name_th="ทรัพยากรน้ำ")
    assert names()[0] == ["ทรัพยากรน้ำ"]


def test_a_province_without_districts_is_not_offered(db):
    make.district()
    make.province("19", "สระบุรี", "Saraburi", "Saraburi")

    assert reading.provinces_by_code(listing.stamp()) == {"16": "ลพบุรี"}
