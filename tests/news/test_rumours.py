"""The same rumour is found again, however it is worded, and another is not."""

import pytest
from django.utils.translation import override

from news import fact_checking, listing, rumours
from news.models import Claim
from tests import make

KNOWN = {
    "money": "จังหวัดลพบุรีให้ลงทะเบียนรับเงินเยียวยาน้ำท่วม 9,000 บาท ผ่านลิงก์ในไลน์",
    "cancer": "ดื่มน้ำมะนาวผสมโซดารักษามะเร็งได้",
    "dam": "เขื่อนป่าสักชลสิทธิ์แตก น้ำจะท่วมเมืองลพบุรีคืนนี้",
    "monkey": "ลิงลพบุรีติดเชื้อฝีดาษลิงและแพร่สู่คน",
    "old": "รัฐบาลแจกเงินผู้สูงอายุเพิ่มอีก 2,000 บาท เดือนหน้า",
    "road": "ปิดถนนพหลโยธินช่วงลพบุรี 3 วัน",
    "water": "น้ำประปาลพบุรีปนเปื้อนสารพิษ ห้ามดื่ม",
}


def best(text):
    """The known rumour that a text is most like; empty when it is like none."""
    asked = rumours.saying(text)
    likeness = {
        name: rumours.alikeness(asked, rumours.saying(known)) for name, known in KNOWN.items()
    }
    found = max(likeness, key=likeness.get)
    return found if likeness[found] >= rumours.ALIKE else ""


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("ด่วนที่สุด!! ส่งต่อด้วย เงินเยียวยา ๙๐๐๐ บาท น้ำท่วม ลงทะเบียนที่ลิงก์นี้ กดก่อนหมดเขต บอกต่อๆกัน", "money"),
        ("นํ้ามะนาว+โซดา ฆ่าเซลล์มะเร็ง หมอไม่เคยบอก แชร์เก็บไว้เลย", "cancer"),
        ("พี่ๆ เขื่อนป่าสัก แตกแล้ว!!! อพยพด่วน น้ำมาถึงลพบุรีคืนนี้แน่นอน", "dam"),
        ("ระวังลิงที่ลพบุรี เป็น ฝีดาษลิง ติดคนแล้ว 3 ราย", "monkey"),
        ("คนแก่จะได้เงินเพิ่ม 2000 บาท ผู้สูงอายุรีบไป", "old"),
        ("ถนนพหลโยธินลพบุรีปิดสามวัน", "road"),
        ("อย่าดื่มน้ำประปา\nมีสารพิษปนเปื้อน\nลพบุรี ส่งต่อ 🙏🙏", "water"),
        ("งานวัดพระนารายณ์ปีนี้งด", ""),
        ("น้ำท่วมลพบุรีวันนี้ที่ไหนบ้าง", ""),
        ("ส่งต่อด่วนที่สุด จังหวัดลพบุรี", ""),
        ("อากาศเย็นลง 5 องศา", ""),
        ("", ""),
        ("\u200b\ufeff😀", ""),
    ],
)
def test_reworded_rumours_are_found_and_others_are_not(text, known):
    assert best(text) == known


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("กดรับเงินที่ https://money.example/x?line=1", "http://www.money.example/x/ ของจริง"),
        ("www.money.example/x", "รีบกดhttps://money.example/xด่วน"),
    ],
)
def test_the_same_address_is_the_same_rumour(one, other):
    assert rumours.alikeness(rumours.saying(one), rumours.saying(other)) == 1


@pytest.mark.parametrize("text", ["http://[::1", "https://" + "a" * 3000, "ก" * 5000, "//", "://"])
def test_any_text_can_be_compared(text):
    rumours.saying(text, text)


@pytest.mark.django_db
def test_similar_verdicts_come_with_the_most_alike_first():
    make.answered(make.claim(KNOWN["dam"]), claim_text=KNOWN["dam"])
    money = make.answered(make.claim(KNOWN["money"]), claim_text=KNOWN["money"])

    found = rumours.find_similar("ลงทะเบียนรับเงินเยียวยา 9000 บาทในลิงก์", listing.stamp())

    assert [card["claim_text"] for card in found] == [money.claim_text]
    assert found[0]["label"] == "false"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "label", "prefix"), [("th", "ปลอม", ""), ("en", "False", "/en")]
)
def test_cards_speak_the_reader_s_language(language, label, prefix):
    verdict = make.answered()

    with override(language):
        (card,) = rumours.cards(rumours.listed(listing.stamp()))

    assert (card["label_text"], card["url"]) == (label, f"{prefix}/fact-check/{verdict.claim_id}/")


@pytest.mark.django_db
def test_joined_words_find_the_verdict_from_then_on():
    verdict = make.answered()
    other = make.claim("ใครบ้านจมน้ำรีบกรอกเลขบัตรประชาชนในเว็บนี้")
    assert rumours.find_similar(other.text, listing.stamp()) == []

    fact_checking.join(other, verdict.claim, by=None)

    (card,) = rumours.find_similar(other.text, listing.stamp())
    assert card["claim_text"] == verdict.claim_text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("ลงทะเบียนรับเงินเยียวยา", True),
        ("เงิน 9000 ลงทะเบียน", True),
        ("ส่งต่อด่วน ลงทะเบียนรับเงินเยียวยาน้ำท่วม ๙,๐๐๐ บาท ผ่านลิงก์", True),
        ("น้ำท่วม", False),  # a subject, not a rumour
        ("ลพบุรี", False),
        ("ลงทะเบียนผู้สูงอายุ", False),
        ("", False),
    ],
)
def test_a_search_asks_for_a_rumour_with_more_than_one_of_its_words(query, is_found):
    make.answered()

    assert bool(rumours.asked_for(query, listing.stamp())) is is_found


@pytest.mark.django_db
def test_staff_see_claims_that_may_be_the_same():
    claim = make.claim(KNOWN["money"])
    same = make.claim("ลงทะเบียนรับเงินเยียวยา 9000 บาท ในลิงก์")
    make.claim(KNOWN["dam"])
    make.claim(KNOWN["money"], state=Claim.State.DECLINED, decline_reason="ไม่")

    assert rumours.similar_claims(claim) == [same]
