"""A forwarded text: whose it is, what was changed in it, and what nobody may learn from it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lopburi_pr.thai_text import to_thai_digits
from news import comparing, publishing
from news.comparing import compare, woven
from news.differences import Piece
from news.fingerprints import letters
from tests import make

HOUR = timedelta(hours=1)
TITLE = "จังหวัดลพบุรีเฝ้าระวังระดับน้ำริมแม่น้ำลพบุรีและคลองสาขา 4 อำเภอ"
MUST_KNOW = "ประชาชนริมน้ำเก็บของขึ้นที่สูงและเตรียมยาประจำตัว 7 วัน ขอความช่วยเหลือโทร 1784"
LEAD = "คณะทำงานติดตามสถานการณ์น้ำประเมินว่าระดับน้ำจะสูงขึ้นช้า ๆ จนถึงวันที่ 2 ธันวาคม 2569"
FIRST = "พื้นที่ลุ่มต่ำนอกคันกั้นน้ำอาจมีน้ำล้นตลิ่ง ส่วนเขตชุมชนเมืองยังอยู่ในระดับเฝ้าระวัง"
ITEM = "ยกปลั๊กไฟขึ้นที่สูง"
LAST = "เทศบาลเมืองจัดศูนย์พักพิงชั่วคราวไว้สามแห่ง พร้อมรถรับส่งตลอด 24 ชั่วโมง"
BODY = f"<p>{FIRST}</p><ul><li>{ITEM}</li></ul><p>{LAST}</p>"
WHOLE = f"{TITLE}\n{MUST_KNOW}\n{LEAD}\n{FIRST}\n{ITEM}\n{LAST}"
UNKNOWN = "ธนาคารทุกแห่งจะปิดทำการห้าวัน ให้รีบไปถอนเงินออกมาให้หมดก่อนเที่ยงวันพรุ่งนี้"


@pytest.fixture
def flood(db):
    make.published(title="งานแผ่นดินสมเด็จพระนารายณ์มหาราชเริ่มแล้วที่วังนารายณ์ราชนิเวศน์")
    return make.published(ago=2 * HOUR, title=TITLE, must_know=MUST_KNOW, lead=LEAD, body=BODY)


def told(text, **options):
    """``[(kind, place, number, text)]`` of each passage."""
    return [
        (p.kind, p.paragraph and p.paragraph.place, p.paragraph and p.paragraph.number, p.text)
        for p in compare(text, **options).passages
    ]


def kinds(text):
    return {passage.kind for passage in compare(text).passages}


def test_every_paragraph_is_found_in_its_place(flood):
    assert told(WHOLE) == [
        ("same", "title", 0, TITLE),
        ("same", "must_know", 0, MUST_KNOW),
        ("same", "lead", 0, LEAD),
        ("same", "body", 1, FIRST),
        ("same", "body", 2, ITEM),
        ("same", "body", 3, LAST),
    ]
    (source,) = compare(WHOLE).sources
    assert (source.article, source.standing) == (flood.article, "current")


@pytest.mark.parametrize(
    "spoil",
    [
        to_thai_digits,
        lambda text: text.replace(" ", ""),
        lambda text: text.replace("\n", " "),
        lambda text: text.replace("\n", "\n\n📣📣\n"),
        lambda text: text.replace(" ", "\n"),
        lambda text: text.replace("น้ำ", "นํ้า"),
        lambda text: f"“{text}”",
        lambda text: "\n".join(f"• {line}" for line in text.split("\n")),
    ],
    ids=["digits", "spaces", "lines", "emoji", "wrapped", "typing", "quotes", "bullets"],
)
def test_what_forwarding_does_to_a_text_makes_no_difference(flood, spoil):
    assert kinds(spoil(WHOLE)) == {"same"}


@pytest.mark.parametrize("passage", [TITLE, MUST_KNOW, LEAD, FIRST, LAST, LEAD[:40]])
def test_one_passage_alone_is_recognised(flood, passage):
    assert kinds(passage) == {"same"}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("1784", "1785"),
        ("7 วัน", "70 วัน"),
        ("7 วัน", "วัน"),
        ("เก็บของ", "ทิ้งของ"),
        ("ขอความ", "ไม่ขอความ"),
    ],
)
def test_a_changed_word_is_shown(flood, right, wrong):
    forged = MUST_KNOW.replace(right, wrong)

    (passage,) = [p for p in compare(WHOLE.replace(MUST_KNOW, forged)).passages if p.kind != "same"]

    assert (passage.kind, passage.paragraph.place) == ("changed", "must_know")
    without_new = "".join(piece.text for piece in passage.pieces if piece.kind != "new")
    without_gone = "".join(piece.text for piece in passage.pieces if piece.kind != "gone")
    assert letters(without_new) == letters(MUST_KNOW)
    assert letters(without_gone) == letters(forged)
    assert len([piece for piece in passage.pieces if piece.kind != "same"]) <= 2


def test_numbers_run_together_are_not_the_same(flood):
    edition = make.published(body="<p>ผู้ประสบภัยได้รับเงินช่วยเหลือครัวเรือนละ 5-10 บาทต่อหนึ่งวัน</p>")

    assert kinds(edition.plain_body) == {"same"}
    assert kinds(edition.plain_body.replace("5-10", "510")) == {"changed"}


def test_a_sentence_that_somebody_added_is_from_elsewhere(flood):
    added = "ลงทะเบียนรับเงินช่วยเหลือ 5,000 บาท ที่ https://bit.ly/xyz"

    assert told(f"ด่วนมาก ส่งต่อกันไป\n{TITLE}\n{LEAD}\n{added}") == [
        ("elsewhere", None, None, "ด่วนมาก ส่งต่อกันไป"),
        ("same", "title", 0, TITLE),
        ("same", "lead", 0, LEAD),
        ("elsewhere", None, None, added),
    ]


def test_words_put_into_a_sentence_make_it_a_changed_one(flood):
    text = LEAD.replace(" จนถึง", " โปรดโอนเงินมาที่ 098-7654321 จนถึง")

    ((kind, place, _, _),) = told(text)

    assert (kind, place) == ("changed", "lead")


def test_a_text_of_nobody_is_from_elsewhere(flood):
    assert told(UNKNOWN) == [("elsewhere", None, None, UNKNOWN)]
    assert compare(UNKNOWN).sources == []


def test_a_few_words_in_common_say_nothing(flood):
    text = "พรุ่งนี้ประชาชนริมน้ำไปเที่ยวทะเลกันเถอะ อากาศดีมากไม่มีฝนตกเลยทั้งสัปดาห์"

    assert kinds(text) == {"elsewhere"}


@pytest.mark.parametrize("text", ["", "  \n ", "📣🙏", "!!! ---"])
def test_a_text_without_letters_has_no_passages(flood, text):
    assert compare(text).passages == []


def test_our_own_addresses_and_numbers_are_passed_over(flood):
    text = f"{TITLE}\nhttps://pr.go.th/n/2569-20 LPB-2569-00020.1\n{LEAD}"

    assert {kind for kind, *_ in told(text, host="pr.go.th")} == {"same"}
    assert {kind for kind, *_ in told(text, host="other.th")} == {"same", "elsewhere"}


@pytest.mark.parametrize(
    "url", ["https://evil-pr.go.th/n/1", "https://evil.com/pr.go.th/n/1", "https://a@pr.go.th/n/1"]
)
def test_an_address_that_only_looks_like_ours_is_from_elsewhere(flood, url):
    *_, (kind, _, _, text) = told(f"{TITLE}\n{url}", host="pr.go.th")

    assert (kind, text) == ("elsewhere", url)


# Versions


def test_a_passage_that_the_office_changed_since_is_an_older_one(flood):
    make.revised(flood, lead=LEAD.replace("2 ธันวาคม", "12 ธันวาคม"))

    title, lead = compare(f"{TITLE}\n{LEAD}").passages

    assert (title.kind, title.version.edition.version) == ("same", 2)
    assert (lead.kind, lead.version.edition.version) == ("older", 1)
    assert [p for p in lead.pieces if p.kind != "same"] == [
        Piece("gone", "2 "),
        Piece("new", "12 "),
    ]


def test_the_newer_text_is_the_same_again(flood):
    newer = LEAD.replace("2 ธันวาคม", "12 ธันวาคม")
    make.revised(flood, lead=newer)

    assert kinds(f"{TITLE}\n{newer}") == {"same"}


def test_a_passage_that_the_office_took_out_has_nothing_to_compare_with(flood):
    make.revised(flood, body=f"<p>{FIRST}</p>")

    (passage,) = compare(LAST).passages

    assert (passage.kind, passage.pieces) == ("older", [])


def test_of_two_articles_each_passage_finds_its_own(flood):
    other = make.published(body=f"<p>{UNKNOWN}</p>")

    first, second = compare(f"{FIRST}\n{UNKNOWN}").passages

    assert first.source.article == flood.article
    assert second.source.article == other.article


# What must stay hidden


def test_a_scheduled_edition_is_not_recognised_before_its_hour(db):
    secret = make.published(at=timezone.now() + HOUR, title=TITLE, lead=LEAD, body=BODY)

    assert compare(WHOLE).sources == []
    assert kinds(WHOLE) == {"elsewhere"}
    later = compare(WHOLE, at=timezone.now() + 2 * HOUR)
    assert [source.article for source in later.sources] == [secret.article]


def test_a_scheduled_version_of_what_is_shown_stays_hidden(flood):
    secret = LEAD.replace("2 ธันวาคม 2569", "31 มกราคม 2570 และอพยพทันที")
    make.revised(flood, at=timezone.now() + HOUR, lead=secret)

    comparison = compare(f"{TITLE}\n{secret}")

    assert {p.version.edition.version for p in comparison.passages if p.version} == {1}
    assert [p.kind for p in comparison.passages] == ["same", "changed"]
    assert kinds(f"{TITLE}\n{LEAD}") == {"same"}


def test_a_version_overtaken_before_its_hour_is_never_recognised(flood):
    secret = "ข้อความลับที่ไม่เคยมีใครได้เห็นเลยแม้แต่คนเดียวในจังหวัดนี้"
    make.revised(flood, at=timezone.now() + 2 * HOUR, lead=secret)
    make.revised(flood, at=timezone.now() + HOUR, lead=LEAD)

    assert compare(secret, at=timezone.now() + 3 * HOUR).sources == []


def test_an_expired_article_is_recognised_but_its_text_is_not_given_out(flood):
    publishing.expire(flood.article, by=None)

    (passage,) = compare(MUST_KNOW.replace("1784", "1785")).passages

    assert (passage.kind, passage.source.standing, passage.pieces) == ("changed", "expired", [])
    assert kinds(MUST_KNOW) == {"same"}


# Weaving


def test_what_is_passed_on_in_part_ends_in_dots():
    pieces = woven("วันนี้ น้ำสูง 12 เซนติเมตร ที่สะพาน", "น้ำสูง 21 เซนติเมตร")

    assert pieces == [
        Piece("same", "…"),
        Piece("same", "น้ำสูง "),
        Piece("gone", "12 "),
        Piece("new", "21 "),
        Piece("same", "เซนติเมตร"),
        Piece("same", "…"),
    ]


def test_spaces_and_kind_of_digits_are_no_difference():
    pieces = woven("น้ำสูง 12 เซนติเมตร", "น้ำสูง๑๒\nเซนติเมตร")

    assert {piece.kind for piece in pieces} == {"same"}


def test_too_much_to_compare_is_not_compared(monkeypatch):
    monkeypatch.setattr(comparing, "MOST_PAIRS", 3)

    assert woven("น้ำสูง 12", "น้ำสูง 21") == []
