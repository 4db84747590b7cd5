"""Scripts for village loudspeakers: what is told with them, and whose day they belong to."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from lopburi_pr.thai_calendar import BANGKOK
from news import history, listing, loudspeaker, publishing, reading
from news.models import Edition
from office import pulse
from tests import make

SPOKEN = "เรียนพี่น้องประชาชน\nขอให้ยกของขึ้นที่สูง โทร หนึ่งเจ็ดแปดสี่"
OFFICE = "สำนักงานประชาสัมพันธ์จังหวัดลพบุรี"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=BANGKOK)
TUESDAY = date(2026, 11, 24)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def told(day=TUESDAY, code=""):
    return loudspeaker.bulletin(day, code, listing.stamp())


def titles(day=TUESDAY, code=""):
    return [item["title"] for item in told(day, code)["items"]]


def sheet(edition, language="th"):
    article = edition.article
    with override(language):
        rows = reading.find(article.year, article.number, "th")
        return loudspeaker.sheet(rows, listing.stamp(), "https://lopburi.example")


# One script


def test_a_script_is_its_lines_its_seconds_and_the_numbers_to_call():
    script = loudspeaker.script(f"{SPOKEN}\n\nหรือ ศูนย์สามหก เจ็ดเจ็ดศูนย์ หนึ่งแปดหนึ่ง")

    assert ["".join(piece for piece, _ in line) for line in script["lines"]] == [
        "เรียนพี่น้องประชาชน",
        "ขอให้ยกของขึ้นที่สูง โทร หนึ่งเจ็ดแปดสี่",
        "หรือ ศูนย์สามหก เจ็ดเจ็ดศูนย์ หนึ่งแปดหนึ่ง",
    ]
    assert [piece for line in script["lines"] for piece, is_group in line if is_group] == [
        *("หนึ่งเจ็ดแปดสี่", "ศูนย์สามหก", "เจ็ดเจ็ดศูนย์", "หนึ่งแปดหนึ่ง"),
    ]
    assert [(call["digits"], call["href"]) for call in script["telephones"]] == [
        ("1784", "tel:1784"),
        ("036 770 181", "tel:+6636770181"),
    ]
    assert script["seconds"] == 11


@pytest.mark.django_db
def test_a_sheet_says_where_it_stands_and_leads_to_the_short_address():
    edition = make.published(spoken=SPOKEN)
    article = edition.article

    shown = sheet(edition)

    assert (shown["text"], shown["version"], shown["shown_from"]) == (SPOKEN, 1, edition.shown_from)
    assert shown["short_url"] == f"https://lopburi.example/n/{article.year}-{article.number}"
    assert shown["url"] == article.get_absolute_url()
    assert shown["qr_code"].startswith("<svg ")


@pytest.mark.django_db
def test_only_a_thai_edition_with_a_script_has_a_sheet():
    silent = make.published()
    thai = make.published(spoken=SPOKEN)
    english = make.published(
        language="en", translation_of=thai.article, spoken="Move your things up."
    )
    alone = make.published(language="en", spoken="Move your things up.")

    assert sheet(silent) is None
    assert sheet(alone) is None
    assert sheet(english)["text"] == sheet(thai, "en")["text"] == SPOKEN


@pytest.mark.parametrize(("letters", "step"), [(30, 0), (31, 1), (100, 2), (170, 3), (300, 4)])
@pytest.mark.django_db
def test_a_longer_headline_is_written_smaller_on_the_poster(letters, step):
    assert sheet(make.published(title="ก" * letters, spoken=SPOKEN))["headline_step"] == step


# Part of what was said


@pytest.mark.django_db
def test_an_approved_script_is_never_changed():
    edition = make.published(spoken=SPOKEN)

    for change in ({"spoken": "แก้เงียบ"}, {"spoken_budget": 30}):
        with pytest.raises(IntegrityError, match="never"), transaction.atomic():
            Edition.objects.filter(pk=edition.pk).update(**change)

    assert (Edition.objects.get().spoken, Edition.objects.get().spoken_budget) == (SPOKEN, 60)


@pytest.mark.django_db
def test_a_changed_script_is_a_change_that_readers_are_told():
    edition = make.published(spoken=SPOKEN, spoken_budget=30, ago=2 * DAY)
    draft = publishing.revise(edition.article, by=None)
    assert (draft.spoken, draft.spoken_budget) == (SPOKEN, 30)
    draft.spoken = SPOKEN.replace("ที่สูง", "ที่สูงทันที")
    draft.save()
    make.publish(draft)

    first, second = history.versions(edition.article_id)

    assert second.reasons == [history.REASONS["script"]]
    ((name, pieces),) = history.changes(first, second)
    assert name == Edition._meta.get_field("spoken").verbose_name
    assert [piece.text for piece in pieces if piece.kind == "new"] == ["ทันที"]


@pytest.mark.django_db
def test_a_script_is_stored_in_repaired_thai():
    assert make.draft(spoken=" นํ้าขึ้น\u200b\r\nเเล้ว \n").spoken == "น้ำขึ้น\nแล้ว"


# Writing one


def test_the_editor_is_told_the_time_and_every_stumble():
    report = loudspeaker.report("โทร 1784 ที่ อบต. ดู www.example.org", 30)

    assert (report["budget"], report["is_over"]) == (30, False)
    assert [(found["words"], found["proposal"]) for found in report["stumbles"]] == [
        ("1784", "หนึ่งเจ็ดแปดสี่"),
        ("อบต.", "องค์การบริหารส่วนตำบล"),
        ("www.example.org", ""),
    ]
    assert loudspeaker.report(SPOKEN * 10, 30)["is_over"]
    assert loudspeaker.report("", 60)["seconds"] == 0


@pytest.mark.django_db
def test_a_first_script_greets_tells_and_repeats():
    make.office_phone("036 770 181")

    draft = loudspeaker.draft(title="เปิดศูนย์พักพิง 4 แห่ง", must_know="ไปได้ถึง 20.00 น.", lead="x")

    assert draft.splitlines() == [
        "เรียนพี่น้องประชาชนที่เคารพ",
        "เปิดศูนย์พักพิงสี่แห่ง",
        "ไปได้ถึงยี่สิบนาฬิกา",
        "สอบถามเพิ่มเติมโทร ศูนย์สามหก เจ็ดเจ็ดศูนย์ หนึ่งแปดหนึ่ง",
        "ขอทวนอีกครั้ง ไปได้ถึงยี่สิบนาฬิกา",
    ]


@pytest.mark.django_db
def test_a_first_script_has_one_telephone_and_nothing_empty():
    make.office_phone("036 770 181")

    called = loudspeaker.draft(title="ข่าว", must_know="โทร 1784", lead="")
    from_lead = loudspeaker.draft(title="", must_know=" ", lead="ความนำ")

    assert called.splitlines()[2:] == ["โทร หนึ่งเจ็ดแปดสี่", "ขอทวนอีกครั้ง โทร หนึ่งเจ็ดแปดสี่"]
    assert from_lead.splitlines()[1:] == [
        *("ความนำ", "สอบถามเพิ่มเติมโทร ศูนย์สามหก เจ็ดเจ็ดศูนย์ หนึ่งแปดหนึ่ง", "ขอทวนอีกครั้ง ความนำ"),
    ]


# A day


@pytest.fixture
def noon(db, travel):
    travel(NOON)


@pytest.mark.parametrize(
    ("at", "is_todays"),
    [
        (datetime(2026, 11, 23, 23, 59, 59, tzinfo=BANGKOK), False),
        (datetime(2026, 11, 24, 0, 0, tzinfo=BANGKOK), True),
        (NOON, True),
        (datetime(2026, 11, 24, 12, 0, 1, tzinfo=BANGKOK), False),
    ],
)
def test_a_day_is_a_day_in_bangkok_and_nothing_is_told_before_its_hour(noon, at, is_todays):
    make.published(at=at, title="ข่าวของวัน", spoken=SPOKEN)

    assert (titles() == ["ข่าวของวัน"]) is is_todays


def test_what_was_replaced_today_is_told_today_in_its_new_words(noon):
    edition = make.published(at=NOON - 3 * DAY, spoken=SPOKEN)
    draft = publishing.revise(edition.article, by=None)
    draft.spoken = "บทใหม่"
    draft.save()
    make.publish(draft, at=NOON - HOUR)

    assert [item["text"] for item in told()["items"]] == ["บทใหม่"]
    assert [item["text"] for item in told(TUESDAY - 3 * DAY)["items"]] == ["บทใหม่"]
    assert told(TUESDAY - DAY)["items"] == []


def test_what_no_longer_holds_is_not_read_out(noon):
    make.published(at=NOON - HOUR, expires_at=NOON - timedelta(minutes=1), spoken=SPOKEN)
    make.published(at=NOON - HOUR, language="en", spoken=SPOKEN)
    make.published(at=NOON - HOUR)
    make.draft(spoken=SPOKEN)
    taken = make.published(at=NOON - HOUR, spoken=SPOKEN)
    assert len(told()["items"]) == 1
    publishing.expire(taken.article, by=None)

    assert told()["items"] == []
    assert Edition.objects.exclude(spoken="").count() == 4


def test_the_clock_alone_brings_a_script_into_the_bulletin(db, travel):
    travel(NOON)
    make.published(at=NOON + HOUR, title="ข่าวบ่าย", spoken=SPOKEN)
    assert titles() == []

    travel(NOON + 2 * HOUR)

    assert titles() == ["ข่าวบ่าย"]


def test_a_district_hears_what_concerns_it(noon):
    here = make.district("1605", "ท่าวุ้ง", "Tha Wung")
    there = make.district("1606", "บ้านหมี่", "Ban Mi")
    make.published(at=NOON - 5 * HOUR, title="ที่นี่", districts=[here], spoken=SPOKEN)
    make.published(at=NOON - 4 * HOUR, title="ทั้งสอง", districts=[here, there], spoken=SPOKEN)
    make.published(at=NOON - 3 * HOUR, title="ที่นั่น", districts=[there], spoken=SPOKEN)
    whole = make.published(at=NOON - 2 * HOUR, title="ทั้งจังหวัด", spoken=SPOKEN)
    whole.article.provinces.add(here.province)
    other = make.published(at=NOON - 2 * HOUR, title="จังหวัดอื่น", spoken=SPOKEN)
    other.article.provinces.add(make.province("17", "สิงห์บุรี", "Sing Buri", "Sing Buri"))
    make.published(at=NOON - HOUR, title="ไม่ระบุที่", spoken=SPOKEN)

    assert titles(code="1605") == ["ที่นี่", "ทั้งสอง", "ทั้งจังหวัด", "ไม่ระบุที่"]
    assert set(titles()) == {*titles(code="1605"), "ที่นั่น", "จังหวัดอื่น"}


def test_what_is_pinned_is_read_first_then_by_topic_then_by_hour(noon):
    make.topic("tourism", order=7)
    make.topic("disaster", order=1)
    make.published(at=NOON - 4 * HOUR, title="เที่ยว", topic_slug="tourism", spoken=SPOKEN)
    make.published(at=NOON - 2 * HOUR, title="ภัยสอง", spoken=SPOKEN)
    make.published(at=NOON - 3 * HOUR, title="ภัยหนึ่ง", spoken=SPOKEN)
    make.published(at=NOON - HOUR, title="หมุด", topic_slug="tourism", is_pinned=True, spoken=SPOKEN)

    assert titles() == ["หมุด", "ภัยหนึ่ง", "ภัยสอง", "เที่ยว"]


def test_the_bulletin_greets_counts_and_takes_leave(noon):
    make.office_phone("036 770 181")
    make.published(
        at=NOON - HOUR, districts=[make.district("1605", "ท่าวุ้ง", "Tha Wung")], spoken=SPOKEN
    )

    with override("en"):
        bulletin = told(code="1605")

    opening, told_script, closing = bulletin["text"].split("\n\n")
    assert opening.splitlines() == [
        "เรียนพี่น้องประชาชนอำเภอท่าวุ้งที่เคารพ",
        f"ต่อไปนี้เป็นข่าวจาก{OFFICE} ประจำวันอังคารที่ยี่สิบสี่ พฤศจิกายน สองพันห้าร้อยหกสิบเก้า",
        "มีทั้งหมดหนึ่งเรื่อง",
    ]
    assert told_script == SPOKEN
    assert closing.splitlines() == [
        f"สอบถามเพิ่มเติมได้ที่{OFFICE} โทร ศูนย์สามหก เจ็ดเจ็ดศูนย์ หนึ่งแปดหนึ่ง",
        "ขอบคุณที่รับฟัง สวัสดี",
    ]
    assert bulletin["items"][0]["url"].startswith("/en/news/2569/")
    assert bulletin["seconds"] > bulletin["items"][0]["seconds"]


def test_the_bulletin_is_remembered_until_something_changes(noon, django_assert_num_queries):
    make.published(at=NOON - HOUR, spoken=SPOKEN)
    stamp = listing.stamp()
    first = loudspeaker.bulletin(TUESDAY, "", stamp)

    with django_assert_num_queries(0):
        assert loudspeaker.bulletin(TUESDAY, "", stamp) is first
    make.published(at=NOON - HOUR, spoken=SPOKEN)
    assert len(told()["items"]) == 2


def test_many_scripts_cost_no_more_queries(noon, django_assert_num_queries):
    for _ in range(3):
        make.published(at=NOON - HOUR, spoken=SPOKEN)
    stamp = listing.stamp()
    pulse.forget()

    with django_assert_num_queries(2):
        loudspeaker.bulletin(TUESDAY, "", stamp)


def test_the_latest_day_is_the_latest_that_still_holds(noon):
    assert loudspeaker.latest_day("", listing.stamp()) is None
    here = make.district("1605", "ท่าวุ้ง", "Tha Wung")
    make.published(at=NOON - 9 * DAY, districts=[here], spoken=SPOKEN)
    make.published(at=NOON - 5 * DAY, districts=[make.district()], spoken=SPOKEN)
    make.published(at=NOON - 2 * DAY, expires_at=NOON - DAY, spoken=SPOKEN)

    assert loudspeaker.latest_day("", listing.stamp()) == date(2026, 11, 19)
    assert loudspeaker.latest_day("1605", listing.stamp()) == date(2026, 11, 15)
    assert timezone.now() == NOON
