"""What the office admits: the page, its feed, and what stands where an article was."""

from datetime import UTC, datetime, timedelta

import feedparser
import pytest
from django.utils import timezone

from news import corrections, publishing
from tests import make

HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)


def corrected(note="เดิมพิมพ์ผิด", kind="correction", ago=HOUR, wrong_for=HOUR, **fields):
    """An article whose second version admits something about the first."""
    first = make.published(ago=ago + wrong_for, **fields)
    draft = publishing.revise(first.article, by=None)
    draft.change_kind, draft.change_note = kind, note
    draft.save()
    make.publish(draft, at=timezone.now() - ago)
    return draft


def test_everything_admitted_stands_there_the_latest_first(client, db):
    old = corrected("วันที่ผิด", ago=3 * HOUR)
    new = corrected("ตัวเลขผิด", kind="retraction")
    corrected("เพิ่มเติม", kind="update")
    corrected("ยังไม่ถึงเวลา", ago=-HOUR, wrong_for=2 * HOUR)
    corrected("English", language="en")
    gone = make.published()
    publishing.withdraw(gone.article, by=None, reason="ผิดคน")

    page = client.get("/corrections/")

    notes = [row["note"] for row in page.context["rows"]]
    assert notes == ["ผิดคน", "ตัวเลขผิด", "วันที่ผิด"]
    assert f'href="{new.get_absolute_url()}v1..v2/"' in page.text
    assert client.get(f"{old.get_absolute_url()}v1..v2/").status_code == 200
    assert "English" in client.get("/en/corrections/").text


def test_the_median_is_of_the_time_that_readers_had_the_wrong_version(db):
    for hours in (1, 2, 30):
        corrected(wrong_for=hours * HOUR)
    corrected(ago=timedelta(days=400), wrong_for=timedelta(days=50))

    rows = corrections.admitted("th")

    assert round(corrections.median_time(rows) / HOUR) == 2
    assert corrections.median_time([]) is None


def test_the_feed_says_the_same_at_once(client, db):
    before = feedparser.parse(client.get("/corrections/feed.atom").content)
    draft = corrected("ตัวเลขผิด", title="ข่าวน้ำ")

    after = feedparser.parse(client.get("/corrections/feed.atom").content)

    assert (before.entries, before.bozo, after.bozo) == ([], False, False)
    (entry,) = after.entries
    assert (entry.title, entry.summary) == ("แก้ไขข้อผิดพลาด: ข่าวน้ำ", "ตัวเลขผิด")
    assert entry.link == f"http://testserver{draft.get_absolute_url()}v1..v2/"


def test_an_article_says_what_was_corrected(client, db):
    draft = corrected("เดิม 12 ที่ถูก 21")

    page = client.get(draft.get_absolute_url())

    assert "เดิม 12 ที่ถูก 21" in page.text
    assert '"@type": "CorrectionComment"' in page.text
    assert "เดิม 12 ที่ถูก 21" in client.get(f"{draft.get_absolute_url()}history/").text


# Where an article was


@pytest.mark.parametrize("tail", ["", "print/", "history/", "v1/", "v1..v2/", "cite/ris"])
def test_what_is_withdrawn_says_what_why_when_and_where_next(client, db, tail):
    edition = corrected(title="ข่าวที่ถอน", lead="ความที่ไม่ควรอ่านต่อ")
    publishing.withdraw(edition.article, by=None, reason="ผิดคน", next_url="/contact/")

    page = client.get(f"{edition.get_absolute_url()}{tail}")

    assert page.status_code == 410
    for text in ("ข่าวที่ถอน", "ผิดคน", edition.article.reference, 'href="/contact/"'):
        assert text in page.text
    assert "ความที่ไม่ควรอ่านต่อ" not in page.text
    assert page["Cache-Control"] == "no-store"


def test_it_is_gone_from_everywhere_with_the_next_request(client, db):
    edition = make.published(title="ข่าวที่ถอน")
    places = ("/", "/news/", "/news/feed.atom", "/search/?q=ข่าวที่ถอน", "/sitemap-articles.xml")
    shown = [edition.get_absolute_url() in client.get(place).text for place in places]

    publishing.withdraw(edition.article, by=None, reason="ผิดคน")

    assert shown == [True] * len(places)
    assert not any(edition.get_absolute_url() in client.get(place).text for place in places)


def test_a_merged_article_leads_to_the_other_for_ever(client, db):
    wrong, right = corrected(), make.published()
    publishing.merge(wrong.article, right.article, by=None, reason="ซ้ำ")

    for tail in ("", "history/", "v1/"):
        answer = client.get(f"{wrong.get_absolute_url()}{tail}")
        assert (answer.status_code, answer["Location"]) == (301, right.get_absolute_url())


def test_an_expired_article_says_since_when(client, db):
    edition = make.published(title="ปิดถนน", expires_at=timezone.now() - HOUR / 2)

    page = client.get(edition.get_absolute_url())

    assert page.status_code == 410
    assert "ข่าวนี้หมดอายุแล้ว" in page.text


def test_what_nobody_has_seen_is_not_gone_but_unknown(client, db):
    scheduled = make.published(at=timezone.now() + HOUR)

    assert client.get(scheduled.get_absolute_url()).status_code == 404
    assert client.get(f"{make.published().get_absolute_url()}v9/").status_code == 404


def test_the_language_that_still_stands_is_shown(client, db):
    thai = make.published()
    english = make.published(language="en", translation_of=thai.article, title="In English")
    publishing.withdraw(thai.article, by=None, reason="ผิด")

    page = client.get(thai.get_absolute_url())

    assert page.status_code == 200
    assert english.title in page.text


# The edition of a day


@pytest.fixture
def three_days(db):
    """Version 1 at noon of the 20th, versions 2 and 3 on the 22nd, the last half an hour before
    midnight in Bangkok."""
    article = make.published(at=NOON - timedelta(days=4)).article
    for at in (NOON - timedelta(days=2), datetime(2026, 11, 22, 16, 30, tzinfo=UTC)):
        make.publish(publishing.revise(article, by=None), at=at)
    return article


@pytest.mark.parametrize(
    ("day", "version"),
    [
        *(("2569-11-19", None), ("2569-11-20", 1), ("2569-11-21", 1), ("2026-11-21", 1)),
        *(("2569-11-22", 3), ("2569-11-23", 3), ("2099-01-01", 3), ("2569-02-30", None)),
    ],
)
def test_the_edition_of_a_day_is_what_stood_there_at_its_end(client, three_days, day, version):
    address = three_days.get_absolute_url()

    answer = client.get(f"{address}as-of/{day}/")

    if version is None:
        assert answer.status_code == 404
    else:
        assert (answer.status_code, answer["Location"]) == (302, f"{address}v{version}/")


def test_a_day_is_asked_for_as_people_write_it(client, three_days):
    address = f"{three_days.get_absolute_url()}history/"

    for typed in ("22/11/2569", "22 พ.ย. 2569", "2026-11-22"):
        answer = client.get(address, {"day": typed})
        assert answer["Location"].endswith("/as-of/2026-11-22/")
    refused = client.get(address, {"day": "วันก่อน"})
    assert refused.status_code == 400
    assert 'value="วันก่อน"' in refused.text
