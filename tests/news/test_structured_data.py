"""What search engines are told, read from the page by an independent parser."""

import json
from datetime import UTC, datetime, timedelta

import extruct
import pytest

from news import publishing, structured_data
from tests import make

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)  # in Bangkok
HOUR = timedelta(hours=1)
SITE = "http://testserver"


def described(client, edition, prefix=""):
    """The NewsArticle on the page, and what Open Graph says there."""
    path = f"{prefix}/news/{edition.article.year}/{edition.article.number}/"
    page = client.get(path).text
    found = extruct.extract(page, base_url=SITE + path, syntaxes=["json-ld", "opengraph"])
    (article,) = found["json-ld"]
    return article, dict(found["opengraph"][0]["properties"])


@pytest.fixture
def edition(db):
    draft = make.draft(
        title="น้ำท่วม",
        districts=[make.district()],
        tags=["น้ำ", "ฝน"],
        source_url="https://example.go.th/1",
    )
    make.placement(draft)
    make.publish(draft, by=None, at=NOON)
    return draft


def test_news_article_says_who_what_where_and_when(client, edition):
    article, _graph = described(client, edition)

    page = f"{SITE}/news/2569/{edition.article.number}/"
    assert article["@context"] == "https://schema.org"
    assert article["@type"] == "NewsArticle"
    assert (article["url"], article["mainEntityOfPage"]) == (page, page)
    assert (article["headline"], article["description"]) == ("น้ำท่วม", edition.lead)
    assert article["inLanguage"] == "th"
    assert article["identifier"] == edition.article.reference
    assert (article["version"], article["articleSection"]) == (1, "หมวดdisaster")
    assert article["keywords"] == ["น้ำ", "ฝน"]
    assert article["spatialCoverage"] == ["เมืองลพบุรี"]
    assert article["isBasedOn"] == "https://example.go.th/1"
    assert article["creditText"] == edition.source_agency


def test_publisher_is_the_office(client, edition):
    article, _graph = described(client, edition)

    assert article["publisher"] == article["author"]
    assert article["publisher"]["@type"] == "GovernmentOrganization"
    assert article["publisher"]["name"] == "สำนักงานประชาสัมพันธ์จังหวัดลพบุรี"
    assert article["publisher"]["url"] == f"{SITE}/"
    assert article["publisher"]["logo"].startswith(f"{SITE}/static/")


def test_image_is_the_share_picture_with_an_absolute_address(client, edition):
    article, graph = described(client, edition)

    address = f"{SITE}/pictures/{edition.placements.get().picture_id}/share.jpg"
    assert article["image"]["url"] == graph["og:image"] == address
    assert (article["image"]["width"], article["image"]["height"]) == (1200, 630)
    assert article["image"]["creditText"] == "สำนักงานประชาสัมพันธ์จังหวัดลพบุรี"


def test_an_article_without_a_cover_shares_the_portal_s_card(client, db):
    article, graph = described(client, make.published())

    assert "image" not in article
    assert graph["og:image"] == f"{SITE}/static/img/share-card.png"


def test_dates_have_an_offset_and_tell_the_update(client, edition):
    new = publishing.revise(edition.article, by=None)
    make.publish(new, by=None, at=NOON + HOUR)

    article, _graph = described(client, edition)

    published, modified = article["datePublished"], article["dateModified"]
    assert (published, modified) == ("2026-11-24T12:00:00+07:00", "2026-11-24T13:00:00+07:00")
    assert article["version"] == 2


def test_headline_is_short_and_cut_between_words(client, db):
    title = "จังหวัดลพบุรีน้ำ " * 16

    article, graph = described(client, make.published(title=title))

    assert len(article["headline"]) <= 110
    assert article["headline"].endswith("จังหวัดลพบุรีน้ำ…")
    assert graph["og:title"] == title.strip()


def test_english_edition_says_so(client, db):
    edition = make.published(language="en", title="Flood")

    article, _graph = described(client, edition, "/en")

    assert article["inLanguage"] == "en"
    assert article["url"] == f"{SITE}/en/news/2569/{edition.article.number}/"


def test_thai_text_on_an_english_page_is_described_at_its_thai_address(client, edition):
    article, _graph = described(client, edition, "/en")

    assert article["inLanguage"] == "th"
    assert article["url"] == f"{SITE}/news/2569/{edition.article.number}/"


def test_text_can_not_leave_the_script(client, db):
    hostile = '</script><script>alert(1)</script> & "quoted" \\ <!--'
    edition = make.published(title=hostile, source_agency=hostile)

    article, graph = described(client, edition)

    assert article["headline"] == article["creditText"] == graph["og:title"] == hostile
    page = client.get(edition.get_absolute_url()).text
    assert "<script>alert" not in page
    assert page.count("</script>") == page.count("<script")


def test_dump_is_json_without_anything_html_knows():
    data = {"a": "<>&'\"\u2028ก"}

    text = structured_data.dump(data)

    assert json.loads(text) == data
    assert not set("<>&") & set(text)
