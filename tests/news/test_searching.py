"""Search: what is found, what is never found, in which order, and what is suggested."""

import csv
import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lopburi_pr import rich_text
from lopburi_pr.thai_calendar import BANGKOK
from lopburi_pr.thai_text import fold
from news import indexing, listing, publishing, searching
from news.listing import Filters
from news.models import Edition, SearchDocument, SearchWord, SynonymSet, Tag
from office.models import CommunicationIssue
from tests import make

GOLDEN = Path(__file__).parent.parent / "data" / "search_golden.csv"
NEUTRAL = {
    "title": "เรื่องทั่วไป",
    "must_know": "โปรดทราบ",
    "lead": "มีรายละเอียดดังนี้",
    "body": "",
    "source_agency": "หน่วยงาน",
}


def article(title="เรื่องทั่วไป", **fields):
    """A published edition that has no word but those it is given."""
    return make.published(**(NEUTRAL | {"title": title} | fields))


def search(text, **options):
    return searching.search(text, stamp=listing.stamp(), **options)


def found(text, **options):
    """What a search finds, best first."""
    ids = search(text, **options).ids
    editions = Edition.objects.in_bulk(list(ids))
    return [editions[pk] for pk in ids]


@pytest.fixture
def clock(monkeypatch):
    """Move the clock to a moment."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


# What is found


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("ประกาศเตือนน้ำท่วมฉับพลัน", "น้ำท่วม"),
        ("ประกาศเตือนน้ำท่วมฉับพลัน", "ท่วม"),
        ("ประกาศเตือนน้ำท่วมฉับพลัน", "น้ำ"),
        ("ประกาศเตือนน้ำท่วมฉับพลัน", "เตือนน้ำท่วม"),
        ("ประกาศเตือนน้ำท่วมฉับพลัน", "น้ำท่วม ประกาศ"),
        ("โรงพยาบาลพระนารายณ์มหาราช", "พยาบาล"),
        ("โรงพยาบาลพระนารายณ์มหาราช", "นารายณ์"),
        ("เด็กชายตากลมกลับบ้าน", "ตากลม"),
        ("เด็กชายตากลมกลับบ้าน", "กลม"),
        ("เขื่อนป่าสักชลสิทธิ์", "ป่าสัก"),
        ("น้ำท่วม", "นํ้าท่วม"),
        ("น้ำท่วม", "นำ้ท่วม"),
        ("น้ำท่วม", "น้ำ\u200bท่วม"),
        ("น้ำท่วม", "  น้ำท่วม\u00a0 "),
        ("นํ้าท่วม", "น้ำท่วม"),
        ("เเม่นํ้า", "แม่น้ำ"),
        ("ครบรอบ ๑๓๗ ปี", "137"),
        ("ครบรอบ 137 ปี", "๑๓๗"),
        ("วันที่ ๑๓ มกราคม ๒๕๖๙", "13 มกราคม 2569"),
        ("วันที่ 13 มกราคม 2569", "๑๓ มกราคม ๒๕๖๙"),
        ("ค่า PM2.5 สูง", "pm2.5"),
        ("ค่า PM 2.5 สูง", "PM2.5"),
        ("ค่า pm2.5 สูง", "PM 2.5"),
        ("ผู้ป่วยโควิด-19", "โควิด 19"),
        ("ผู้ป่วยโควิด 19", "โควิด-19"),
        ("ผู้ป่วยโควิด๑๙", "โควิด-19"),
        ("เบี้ย 1,000 บาท", "1000"),
        ("เบี้ย 1000 บาท", "1,000 บาท"),
        ("ร้อยละ 2.5", "2.5"),
        ("ตามพ.ร.บ.จราจร", "พ.ร.บ."),
        ("ตามพ.ร.บ.จราจร", "พรบ"),
        ("Soft Power of Thailand", "soft power"),
        ("Soft Power of Thailand", "THAI"),
        ("นายประยุทธ์ จันทร์โอชา กล่าว", "ประยุทธ์ จันทร์โอชา"),
        ("นายประยุทธ์ จันทร์โอชา กล่าว", "จันทร์โอชา ประยุทธ์"),
        ("นายธนกร วังบุญคงชนะ กล่าว", "วังบุญคงชนะ"),
        ("บริษัทฟรุ้งฟริ้งงุ้งงิ้งจำกัด", "ฟริ้งงุ้งงิ้ง"),
        ("เพลิงไหม้ฯ ที่ตลาด", "เพลิงไหม้ฯ"),
        ("ราคา '50%' & \\ลด\\", "50% & \\ลด"),
    ],
)
def test_a_reader_finds_what_is_written_however_it_is_written(db, text, query):
    article("อย่างอื่น")
    wanted = article(text)

    assert found(query) == [wanted]
    assert not search(query).is_loose


def test_what_no_text_can_hold_is_passed_over(db):
    wanted = article("น้ำท่วม")

    assert found("น้ำ\ud800ท่\x00วม\udfff") == [wanted]
    assert suggested("น้ำ\ud800") == []


@pytest.mark.parametrize(
    "place", ["title", "must_know", "lead", "body", "event_place", "presided_by", "source_agency"]
)
def test_every_text_of_an_edition_is_searched(db, place):
    article()
    wanted = article(**{place: "ศาลเจ้าพ่อพระกาฬ"})

    assert found("พระกาฬ" if place != "source_agency" else "ศาลเจ้าพ่อพระกาฬ") == [wanted]


def test_the_number_the_places_and_the_tags_of_an_article_are_searched(db):
    wanted = article(districts=[make.district("1603", "โคกสำโรง", "Khok Samrong")], tags=["ผ้าทอ"])
    article()

    reference = wanted.article.reference
    for query in (reference, reference.lower(), "โคกสำโรง", "khok samrong", "ผ้าทอ", "ลพบุรี"):
        assert found(query) == [wanted]


@pytest.mark.parametrize(
    "query", ["Lopburi", "lop buri", "LOP BURI", "Lop-Buri", "ลพบุรี", "ล\u200bพบุรี"]
)
@pytest.mark.parametrize("text", ["Lopburi", "Lop Buri", "ลพบุรี"])
def test_one_province_by_any_of_its_names(db, text, query):
    make.province()
    article("Lamphun")
    wanted = article(f"Fair of {text}")

    assert found(query) == [wanted]


def test_words_of_a_query_may_stand_apart_but_all_must_be_there(db):
    both = article("พายุเข้าเมือง", body="<p>ต้นไม้ล้ม</p>")
    article("พายุเข้าเมือง")
    article("ต้นไม้ล้ม")

    assert found("พายุ ต้นไม้") == [both]
    assert found("ต้นไม้ พายุ") == [both]
    assert found("พายุ ช้าง") == []


def test_words_written_together_must_stand_together(db):
    together = article("ผู้ว่าราชการจังหวัดตรวจตลาด")
    apart = article("จังหวัดแต่งตั้งผู้ว่าราชการ")

    assert found("ผู้ว่าราชการจังหวัด") == [together]
    assert set(found("ผู้ว่าราชการ จังหวัด")) == {together, apart}


def test_quotation_marks_keep_words_together(db):
    together, apart = article("ตลาด น้ำ"), article("น้ำ ตลาด")

    assert found('"ตลาด น้ำ"') == [together]
    assert found("“ตลาด น้ำ”") == [together]
    assert set(found('"ตลาด" น้ำ')) == {together, apart}
    assert set(found('"ตลาด น้ำ')) == {together, apart}


def test_words_that_stand_nowhere_together_are_shown_apart_and_it_is_said(db):
    apart = article("น้ำท่วมตลาด โรงเรียนหยุด")

    result = search("โรงเรียนน้ำท่วม")

    assert (list(result.ids), result.is_loose) == ([apart.pk], True)
    assert {"โรงเรียน", "น้ำท่วม"} <= set(result.terms)


def test_a_number_is_not_found_inside_a_longer_one(db):
    article("โทร 117844")
    wanted = article("โทร 1784")

    assert found("1784") == [wanted]


def golden():
    with GOLDEN.open(encoding="utf-8", newline="") as lines:
        return [row["query"] for row in csv.DictReader(lines)]


def test_golden_queries_find_every_article_that_contains_them_and_no_other(db):
    make.province()
    queries = golden()
    texts = [f"วันนี้ประชาชนพูดถึง{query}และเรื่องอื่นอีกหลายเรื่อง" for query in queries]
    texts += [f"<p>มีข่าว {query} ในพื้นที่</p>" for query in queries]
    editions = [article(body=text) for text in texts]
    stamp = listing.stamp()
    folded = {edition.pk: fold(rich_text.plain(edition.body)) for edition in editions}

    missed, wrong = {}, {}
    for query in queries:
        expected = {pk for pk, text in folded.items() if fold(query) in text}
        result = searching.search(query, stamp=stamp)
        if missing := expected - {*result.ids}:
            missed[query] = {folded[pk] for pk in missing}
        # Words that stand apart are asked for with a space; what has them all is right as well.
        apart = {pk for pk, text in folded.items() if all(w in text for w in fold(query).split())}
        if others := {*result.ids} - expected - apart:
            wrong[query] = {folded[pk] for pk in others}

    assert len(queries) == 104
    assert missed == {}
    assert wrong == {}


# What is not found


def test_drafts_scheduled_replaced_and_expired_editions_are_not_found(db):
    secret = "ปฏิบัติการลับสุดยอด"
    make.draft(**NEUTRAL | {"title": secret})
    article(secret, at=timezone.now() + timedelta(days=1))
    expired = article(secret)
    publishing.expire(expired.article, by=None)
    replaced = article(secret)
    newer = publishing.revise(replaced.article, by=None)
    newer.title = "แก้ไขแล้ว"
    newer.save()
    make.publish(newer, by=None)

    for query in (secret, "ลับสุดยอด", "ปฏิบัติการ", "ปฏิบัติกาน ลับสุดยอด", "ลับ"):
        result = search(query)
        assert (list(result.ids), result.facets.get("kind", {}), result.suggestion) == ([], {}, "")
    assert found("แก้ไข") == [newer]


def test_a_draft_of_a_shown_article_changes_nothing_in_search(db):
    shown = article("ข้อความเดิม")
    draft = publishing.revise(shown.article, by=None)
    draft.title = "ข้อความใหม่"
    draft.save()

    assert found("ข้อความ") == [shown]
    assert found("ใหม่") == []


def test_an_article_is_found_from_its_hour_until_it_expires_without_any_job(db, clock):
    now = timezone.now()
    hour, end = now + timedelta(hours=1), now + timedelta(hours=2)
    edition = article("งานวัดประจำปี", at=hour, expires_at=end)

    assert found("งานวัด") == []
    clock(hour - timedelta(seconds=1))
    assert found("งานวัด") == []
    clock(hour)
    assert found("งานวัด") == [edition]
    assert search("งานวัด").facets["kind"] == {"news": 1}
    clock(end - timedelta(seconds=1))
    assert found("งานวัด") == [edition]
    clock(end)
    assert found("งานวัด") == []


def test_a_newer_edition_takes_over_at_its_hour(db, clock):
    older = article("กำหนดการเดิม")
    newer = publishing.revise(older.article, by=None)
    newer.title = "กำหนดการใหม่"
    newer.save()
    hour = timezone.now() + timedelta(hours=1)
    make.publish(newer, by=None, at=hour)

    assert found("กำหนดการ") == [older]
    clock(hour)
    assert found("กำหนดการ") == [newer]


def test_another_moment_can_be_asked_about(db):
    now = timezone.now()
    later = article("ของวันพรุ่งนี้", at=now + timedelta(hours=1))

    assert found("พรุ่งนี้") == []
    assert found("พรุ่งนี้", at=now + timedelta(hours=1)) == [later]
    assert found("พรุ่งนี้") == []


def test_a_change_is_seen_by_the_next_search(db):
    assert found("มะม่วง") == []

    wanted = article("มะม่วง")

    assert found("มะม่วง") == [wanted]


# Order


def test_headline_goes_before_lead_before_body(db):
    title = article("งานกระท้อน", ago=timedelta(days=40))
    lead = article(lead="กระท้อนหวาน", ago=timedelta(days=30))
    must_know = article(must_know="กระท้อน", ago=timedelta(days=20))
    body = article(body="<p>กระท้อน</p>")

    assert found("กระท้อน") == [title, must_know, lead, body]


@pytest.mark.parametrize("word", ["ครม.", "พ.ร.บ.", "ฟรุ้งฟริ้ง"])
def test_words_of_no_dictionary_are_put_in_order_too(db, word):
    title = article(f"ข่าว {word} ล่าสุด", ago=timedelta(days=30))
    lead = article(lead=f"ข่าว {word} ล่าสุด", ago=timedelta(days=20))
    body = article(body=f"<p>ข่าว {word} ล่าสุด</p>")

    assert found(word) == [title, lead, body]


def test_a_word_by_itself_goes_before_one_inside_another(db):
    whole = article(body="<p>จังหวัด ตาก</p>", ago=timedelta(days=30))
    inside = article(body="<p>ตากแดด</p>")

    assert found("ตาก") == [whole, inside]


def test_newer_goes_before_older_and_a_year_outweighs_half_the_relevance(db):
    year = timedelta(days=365.25)
    old = article("กระท้อน", ago=year)
    new = article("กระท้อน", ago=timedelta(hours=1))
    older_lead = article(lead="กระท้อน", ago=year * 1.5)
    ancient = article("กระท้อน", ago=year * 9)

    assert found("กระท้อน") == [new, old, older_lead, ancient]


def test_words_close_together_go_before_words_apart(db):
    close = article(body="<p>ตลาด น้ำ</p>")
    apart = article(body="<p>น้ำ ที่ ตลาด</p>")

    assert found("ตลาด น้ำ") == [close, apart]
    assert found("น้ำ ตลาด") == [apart, close]


def test_the_readers_language_goes_first(db):
    thai = article("Thai Silk")
    english = article("Thai Silk", language="en")

    assert found("silk", language="th") == [thai, english]
    assert found("silk", language="en") == [english, thai]


def test_of_equals_the_newest_comes_first_even_when_they_are_many(db, monkeypatch):
    monkeypatch.setattr(searching, "MOST_RESULTS", 3)
    monkeypatch.setattr(searching, "MOST_TITLES", 3)
    editions = [
        article(body="<p>กระท้อน</p>", ago=timedelta(days=days)) for days in (40, 30, 20, 10, 400)
    ]
    titled = article("กระท้อน", ago=timedelta(days=800))

    result = search("กระท้อน")

    assert list(result.ids) == [titled.pk, editions[3].pk, editions[2].pk]
    assert result.is_capped
    assert sum(result.facets["kind"].values()) == 3


def test_words_that_stand_everywhere_are_first_looked_for_in_the_newest_months(db, monkeypatch):
    for name, value in (("MANY_ROWS", 2), ("MOST_RESULTS", 2), ("FALLBACK_COMPARED", 1)):
        monkeypatch.setattr(searching, name, value)
    editions = []
    for month in range(8):
        editions.append(article("กระท้อน", ago=timedelta(days=40 * month)))
        article("มังคุด", ago=timedelta(days=40 * month))
    both = article("กระท้อน มังคุด", ago=timedelta(days=500))

    with CaptureQueriesContext(connection) as queries:
        assert found("กระท้อน") == editions[:2]
    months = set(re.findall(r"b:[0-9]{6}", " ".join(query["sql"] for query in queries)))
    assert f"b:{editions[0].listed_at:%Y%m}" in months
    assert f"b:{both.listed_at:%Y%m}" not in months
    assert search("กระท้อน").is_capped
    assert found("กระท้อน มังคุด") == [both]
    assert not search("กระท้อน มังคุด").is_capped


# Filters and facets


@pytest.fixture
def three(db):
    """Three articles about storms that differ in everything."""
    district = make.district("1603", "โคกสำโรง", "Khok Samrong")
    issue = CommunicationIssue.objects.create(
        fiscal_year=2569, key="k", name_th="ประเด็น", name_en="Issue"
    )
    first = article("พายุ", districts=[district], topic_slug="disaster", tags=["ฝน"])
    second = make.draft(**NEUTRAL | {"title": "พายุ", "topic_slug": "health", "kind": "statement"})
    second.article.issues.add(issue)
    second.article.provinces.add(make.province())
    make.publish(second, by=None, at=datetime(2024, 2, 1, tzinfo=BANGKOK))
    third = article("พายุ", topic_slug="health", districts=[make.district()])
    return first, second, third


def test_facets_count_what_was_found(three):
    first, second, _ = three
    article("อย่างอื่น", topic_slug="economy", kind="feature")

    facets = search("พายุ").facets

    year = str(first.article.year)
    assert facets == {
        "topic": Counter({first.article.topic_id: 1, second.article.topic_id: 2}),
        "kind": Counter(news=2, statement=1),
        "year": Counter({year: 2, "2567": 1}),
        "district": Counter({"1603": 1, "1601": 1}),
    }


def test_filters_narrow_what_is_found(three):
    first, second, third = three
    issue, tag = CommunicationIssue.objects.get(), Tag.objects.get()
    expected = {
        Filters(topic="disaster"): {first},
        Filters(topic="health"): {second, third},
        Filters(kind="statement"): {second},
        Filters(year="2567"): {second},
        Filters(district="1603"): {first},
        Filters(province="16"): {first, second, third},
        Filters(issue=str(issue.pk)): {second},
        Filters(tag=str(tag.pk)): {first},
        Filters(topic="health", kind="news"): {third},
        Filters(topic="economy"): set(),
        Filters(topic="x' | 'o:health"): set(),
    }

    for filters, editions in expected.items():
        assert set(found("พายุ", filters=filters)) == editions, filters
        assert sum(search("พายุ", filters=filters).facets.get("kind", {}).values()) == len(editions)


def test_filters_hold_for_words_of_no_dictionary_too(three):
    wanted = article("ฟรุ้งฟริ้งงุ้งงิ้ง", topic_slug="health")
    article("ฟรุ้งฟริ้งงุ้งงิ้ง", topic_slug="economy")

    assert found("ฟริ้งงุ้งงิ้ง", filters=Filters(topic="health")) == [wanted]


# Synonyms


def test_a_synonym_finds_the_article_when_it_is_made_and_no_more_when_it_is_gone(db):
    wanted = article("กระท้อนหวาน")
    assert found("สะท้อน") == []

    synonyms = SynonymSet.objects.create(words="กระท้อน\nสะท้อน\n ลูกท้อ \n\n")
    assert found("สะท้อน") == [wanted]
    assert found("ลูกท้อ หวาน") == [wanted]

    synonyms.words = "กระท้อน\nลูกท้อ"
    synonyms.save()
    assert found("สะท้อน") == []
    assert found("ลูกท้อ") == [wanted]

    synonyms.delete()
    assert found("ลูกท้อ") == []


@pytest.mark.parametrize(
    "query",
    ["King Narai Reign Fair", "king narai reign fair 2569", "งานวัง", '"King Narai Reign Fair"'],
)
def test_synonyms_may_be_several_words(db, query):
    SynonymSet.objects.create(words="งานแผ่นดินพระนารายณ์\r\nงานวัง\r\nKing Narai Reign Fair")
    wanted = article("ชวนเที่ยวงานแผ่นดินพระนารายณ์ ปี 2569")
    article("Reign of a King")

    assert found(query) == [wanted]


def test_what_was_typed_is_enough_when_it_finds_a_page_full(db, monkeypatch):
    monkeypatch.setattr(searching, "PAGE_SIZE", 2)
    SynonymSet.objects.create(words="กระท้อน\nสะท้อน")
    other = article("สะท้อน")
    typed = [article("กระท้อน")]

    assert set(found("กระท้อน")) == {other, *typed}

    typed.append(article("กระท้อน"))
    assert set(found("กระท้อน")) == set(typed)


@pytest.mark.parametrize("words", ["", "\n\n", "'\n\\\n&|!", "😀\n日本", "ก", "x" * 5000, "a\x0bb"])
def test_odd_synonyms_do_no_harm(db, words):
    SynonymSet.objects.create(words=words)
    wanted = article("กระท้อน")

    assert found("กระท้อน") == [wanted]


# Another spelling


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("ลพบรี", "ลพบุรี"), ("น้ำท้วม", "น้ำท่วม"), ("น้ำท้วม ลพบรี", "น้ำท่วม ลพบุรี")],
)
def test_a_likelier_spelling_is_offered_when_it_finds_more(db, typed, meant):
    article("น้ำท่วม ลพบุรี")

    result = search(typed)

    assert (list(result.ids), result.suggestion) == ([], meant)
    assert search(meant).suggestion == ""


def test_an_english_slip_is_corrected_from_words_of_articles(db):
    for n in range(3):
        article(f"Volunteers meet {n}")

    assert search("voluntears").suggestion == "volunteers"
    assert search("voluntears meet").suggestion == "volunteers meet"


def test_a_query_of_many_slips_is_not_corrected(db):
    for _ in range(3):
        article("Volunteers protect elephants during monsoon season")

    four, five = (
        "voluntears protekt elephanst durring",
        "voluntears protekt elephanst durring monsson",
    )
    assert search(four).suggestion == "volunteers protect elephants during"
    assert search(five).suggestion == ""


def test_no_spelling_is_offered_that_finds_nothing_more(db):
    make.draft(**NEUTRAL | {"title": "น้ำท่วม"})
    for _ in range(4):
        article("Embargoed volunteers", at=timezone.now() + timedelta(days=1))

    assert [search(typed).suggestion for typed in ("น้ำท้วม", "voluntears", "embargoedd")] == [""] * 3


def test_no_spelling_is_offered_when_enough_is_found(db):
    for _ in range(3):
        article("น้ำท้วม น้ำท่วม")

    assert (search("น้ำท้วม").total, search("น้ำท้วม").suggestion) == (3, "")


# Queries


def test_what_was_typed_is_kept_for_the_reader(db):
    query = searching.parse("  นํ้า\u200bท่วม   ๒๕๖๙ ", listing.stamp())

    assert (query.text, query.is_cut) == ("น้ำท่วม ๒๕๖๙", False)
    assert [forms[0].letters for forms in query.words] == ["น้ำท่วม", "2569"]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("น้ำท่วม", {"น้ำท่วม"}),
        ("น้ำท่วมลพบุรี", {"น้ำท่วม", "มล", "ลพบุรี"}),
        ("ครม.", {"ครม"}),
        ("พ.ร.บ.", {"พรบ"}),
        ("ผลถนน", {"ผล", "ถนน"}),
        ("โควิด-19", {"โควิด", "19"}),
        ("PM2.5", {"pm", "2.5"}),
        ("LPB-2569-00123", {"lpb2569 00123"}),
    ],
)
def test_a_word_is_looked_for_by_the_words_of_the_index_it_is_made_of(db, text, pieces):
    ((form, *_),) = searching.parse(text, listing.stamp()).words

    assert set(form.pieces) == pieces


def test_too_long_a_query_is_cut_and_it_is_said(db):
    stamp = listing.stamp()

    many = searching.parse(" ".join(f"คำ{n}" for n in range(20)), stamp)
    long = searching.parse("ก" * 100_000, stamp)

    assert (len(many.words), many.is_cut) == (searching.MOST_WORDS, True)
    assert (len(long.text), long.is_cut) == (searching.MOST_LETTERS, True)
    assert not searching.parse("ก" * 200, stamp).is_cut


@pytest.mark.parametrize(
    "text", ["", "   ", "\u200b", "!?.,-()", "'\"", "&|!:*", "\u0e49", "😀", "日本語", "\ue000"]
)
def test_a_query_without_words_finds_nothing(db, text):
    article("เรื่องทั่วไป &|! 😀 日本語")

    assert list(search(text).ids) == []
    assert search(text).suggestion == ""


# Suggestions while typing


def suggested(text, limit=6):
    return searching.suggested_words(text, limit, listing.stamp())


def titles(words, before=""):
    stamp = listing.stamp()
    rows = searching.suggested_titles(words, searching.parse(before, stamp), 5)
    return [row["title"] for row in rows]


def test_words_are_completed_those_of_most_articles_first(db):
    for n in range(4):
        article("มะม่วง มะพร้าว" if n else "มะม่วง")
    article("มะนาว")

    assert suggested("มะ") == ["มะม่วง", "มะพร้าว"]
    assert suggested("มะ", 1) == ["มะม่วง"]
    assert suggested("มะพ") == ["มะพร้าว"]
    assert suggested("") == suggested("'%_\\") == suggested("ม" * 41) == []


def test_what_only_the_index_knows_is_no_suggestion(db):
    for _ in range(3):
        article("Buri")

    assert suggested("b") == ["buri"]
    assert suggested("b:") == ["buri"]


def test_words_of_what_is_not_shown_are_not_suggested(db, clock):
    hour = timezone.now() + timedelta(hours=1)
    for _ in range(3):
        article("ปฏิบัติการ", at=hour)
        article("ปฏิทิน")
        expiring = article("ปฏิกูล", expires_at=hour)
        make.draft(**NEUTRAL | {"title": "ปฏิเสธ"})

    assert suggested("ปฏิ") == ["ปฏิกูล", "ปฏิทิน"]
    clock(hour)
    assert suggested("ปฏิ") == ["ปฏิทิน", "ปฏิบัติการ"]
    assert SearchDocument.objects.filter(pk=expiring.pk).exists()  # the clock alone decides


def test_headlines_with_the_word_are_suggested_newest_first(db):
    article("มะม่วง ลพบุรี เก่า", ago=timedelta(days=9))
    article("มะม่วง ลพบุรี ใหม่")
    article("มะม่วง ชัยนาท")
    article(lead="มะม่วง ลพบุรี")
    article("มะม่วง ลพบุรี ลับ", at=timezone.now() + timedelta(days=1))
    make.draft(**NEUTRAL | {"title": "มะม่วง ลพบุรี ร่าง"})

    assert titles(["มะม่วง"], "ลพบุรี") == ["มะม่วง ลพบุรี ใหม่", "มะม่วง ลพบุรี เก่า"]
    assert len(titles(["มะม่วง", "ไม่มี"])) == 3
    assert titles([]) == titles(["ไม่มี"]) == titles(["'"]) == []


@pytest.mark.parametrize("text", ["Samrong", "SAMR", "๒๕๖๙", "pm2.5", "covid-19", "โควิด 19"])
def test_headlines_are_suggested_however_the_word_is_written(db, text):
    article("Khok Samrong 2569 PM 2.5 COVID-19 โควิด-19")

    *before, last = text.split()
    assert len(titles([last], " ".join(before))) == 1


# Cost


def test_a_search_asked_before_costs_nothing_until_something_changes(db, django_assert_num_queries):
    article("กระท้อน")
    stamp = listing.stamp()
    searching.search("กระท้อน", stamp=stamp)

    with django_assert_num_queries(0):
        searching.search("กระท้อน", stamp=stamp)
    with django_assert_num_queries(0):
        searching.search(" กระท้อน\u200b ", stamp=stamp)


def test_the_index_is_rebuilt_without_changing_what_is_found(db):
    editions = {article("พายุ"), article("ลมพายุแรง")}
    SearchDocument.objects.all().delete()
    SearchWord.objects.all().delete()
    assert found("พายุ") == []

    indexing.rebuild()

    assert set(found("พายุ")) == editions
