"""Texts as a voice says them, how long it takes, and what it would stumble over."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lopburi_pr import thai_speech
from lopburi_pr.thai_speech import seconds, spoken_form, warnings
from lopburi_pr.thai_text import normalise
from lopburi_pr.thai_words import DICTIONARY

steady = settings(max_examples=200, derandomize=True, deadline=None)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        # Days
        ("24 พ.ย. 2569", "วันที่ยี่สิบสี่ พฤศจิกายน สองพันห้าร้อยหกสิบเก้า"),
        ("ภายในวันที่ 1 มกราคม พ.ศ. 2570", "ภายในวันที่หนึ่ง มกราคม สองพันห้าร้อยเจ็ดสิบ"),
        ("วันอังคารที่ 24 พฤศจิกายน", "วันอังคารที่ยี่สิบสี่ พฤศจิกายน"),
        ("วันอังคาร 24 พ.ย.", "วันอังคารที่ยี่สิบสี่ พฤศจิกายน"),
        ("24–26 พ.ย. 2569", "วันที่ยี่สิบสี่ถึงยี่สิบหก พฤศจิกายน สองพันห้าร้อยหกสิบเก้า"),
        ("29 ธ.ค. 2569 – 4 ม.ค.", "วันที่ยี่สิบเก้า ธันวาคม สองพันห้าร้อยหกสิบเก้า ถึงวันที่สี่ มกราคม"),
        ("ถึง 24/11/2569", "ถึงวันที่ยี่สิบสี่ พฤศจิกายน สองพันห้าร้อยหกสิบเก้า"),
        ("เดือน ก.พ. นี้", "เดือน กุมภาพันธ์ นี้"),
        ("มีนาคม 2570", "มีนาคม สองพันห้าร้อยเจ็ดสิบ"),
        ("๕ ธ.ค.", "วันที่ห้า ธันวาคม"),
        # Hours
        ("เวลา 09.30 น.", "เวลาเก้านาฬิกาสามสิบนาที"),
        ("เวลา 09.00–15.00 น. ที่วัด", "เวลาเก้านาฬิกาถึงสิบห้านาฬิกา ที่วัด"),
        ("เวลา 14.05", "เวลาสิบสี่นาฬิกาห้านาที"),
        ("8 น.", "แปดนาฬิกา"),
        # Telephones
        ("โทร 1784 ตลอด 24 ชั่วโมง", "โทร หนึ่งเจ็ดแปดสี่ ตลอดยี่สิบสี่ชั่วโมง"),
        ("โทร. 036-770-181", "โทร ศูนย์สามหก เจ็ดเจ็ดศูนย์ หนึ่งแปดหนึ่ง"),
        ("สายด่วนนิรภัย 1234", "สายด่วนนิรภัย หนึ่งสองสามสี่"),
        ("โทร 1554 หรือ 1556", "โทร หนึ่งห้าห้าสี่ หรือ หนึ่งห้าห้าหก"),
        ("รวม 1784 คน", "รวมหนึ่งพันเจ็ดร้อยแปดสิบสี่คน"),
        ("ราคา 1,784 บาท", "ราคาหนึ่งพันเจ็ดร้อยแปดสิบสี่บาท"),
        # Sums, parts, spans
        ("ทุนละ 3,000 บาท", "ทุนละสามพันบาท"),
        ("1,250.50 บาท", "หนึ่งพันสองร้อยห้าสิบบาทห้าสิบสตางค์"),
        ("3.5 ล้านบาท", "สามจุดห้าล้านบาท"),
        ("เพิ่มขึ้น 15%", "เพิ่มขึ้นร้อยละสิบห้า"),
        ("ร้อยละ 15 %", "ร้อยละสิบห้า"),
        ("ร้อยละ 15", "ร้อยละสิบห้า"),
        ("3-5 วัน", "สามถึงห้าวัน"),
        ("1/2 ส่วน", "เศษหนึ่งส่วนสอง ส่วน"),
        ("อุณหภูมิ -5 องศา", "อุณหภูมิลบห้าองศา"),
        ("โควิด-19", "โควิดสิบเก้า"),
        # Addresses
        (
            "บ้านเลขที่ 1/2 ม.3 ต.ท่าวุ้ง อ. ท่าวุ้ง จ.ลพบุรี",
            "บ้านเลขที่หนึ่งทับสอง หมู่สาม ตำบลท่าวุ้ง อำเภอท่าวุ้ง จังหวัดลพบุรี",
        ),
        ("99/1", "เก้าสิบเก้าทับหนึ่ง"),
        ("ชั้น ม.3", "ชั้น มัธยมศึกษาปีที่สาม"),
        # Short forms
        ("100 ม.", "หนึ่งร้อยเมตร"),
        ("12 ตร.กม.", "สิบสองตารางกิโลเมตร"),
        ("24 ชม.", "ยี่สิบสี่ชั่วโมง"),
        ("อบต.บ้านหมี่", "องค์การบริหารส่วนตำบลบ้านหมี่"),
        ("รพ.สต.", "โรงพยาบาลส่งเสริมสุขภาพตำบล"),
        ("สนง.ปภ.จังหวัด", "สำนักงานป้องกันและบรรเทาสาธารณภัยจังหวัด"),
        ("ผวจ. และ อสม.", "ผู้ว่าราชการจังหวัด และ อาสาสมัครสาธารณสุขประจำหมู่บ้าน"),
        ("ฝุ่น PM2.5", "ฝุ่น พีเอ็มสองจุดห้า"),
        ("รหัส otp", "รหัส โอทีพี"),
    ],
)
def test_what_is_written_short_is_said_in_full(written, said):
    assert spoken_form(written) == said
    assert spoken_form(said) == said


@pytest.mark.parametrize(
    "text",
    [
        "ยกของขึ้นที่สูง เตรียมยาประจำตัว",
        "ดูที่ lopburi.prd.go.th หรือ https://example.org/a?b=1",
        "เขียนถึง office@example.org",
        "ก.บ.จ. มีมติ",
        "Visit Lopburi",
        "เลข LPB-2569-00123",
        "เวลา 25.99 น.",
        "32 /13/",
    ],
)
def test_what_nobody_can_say_for_sure_stays(text):
    said = spoken_form(text)

    assert said == text or text.startswith("32")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("นัดวันที่ 24 พ.ย.", ("number", "24 พ.ย.", "ยี่สิบสี่ พฤศจิกายน")),
        ("โทร ๑๗๘๔", ("number", "๑๗๘๔", "หนึ่งเจ็ดแปดสี่")),
        ("ที่ อบต. ทุกแห่ง", ("abbreviation", "อบต.", "องค์การบริหารส่วนตำบล")),
        ("ก.บ.จ. มีมติ", ("abbreviation", "ก.บ.จ.", "")),
        ("ดู www.example.org/x", ("address", "www.example.org/x", "")),
        ("ถึง office@example.org", ("address", "office@example.org", "")),
        ("อ้าง LPB-2569-00123", ("address", "LPB-2569-00123", "")),
        ("รหัส OTP", ("foreign", "OTP", "โอทีพี")),
        ("งาน Expo", ("foreign", "Expo", "")),
        ("ชาย & หญิง", ("symbol", "&", "และ")),
        ("และ/หรือ", ("symbol", "/", "")),
        ("คณะกรรมการฯ", ("abbreviation", "ฯ", "")),
    ],
)
def test_what_a_voice_would_stumble_over_is_named(text, expected):
    assert warnings(text) == [expected]


def test_a_script_in_words_has_no_warning():
    text = "เรียนพี่น้องประชาชน ขอให้ยกของขึ้นที่สูง\nเหตุฉุกเฉินโทร หนึ่งเจ็ดแปดสี่ ตลอดยี่สิบสี่ชั่วโมง"

    assert warnings(text) == []


def test_too_much_in_one_breath_is_named_by_its_beginning():
    breath = "ขอให้พี่น้องประชาชนในพื้นที่ลุ่มต่ำริมแม่น้ำยกของขึ้นที่สูงและเตรียมยาประจำตัวไว้ให้พร้อมตลอดเวลา"

    ((kind, words, proposal),) = warnings(f"เรียน {breath} ขอบคุณ")

    assert (kind, proposal) == ("breath", "")
    assert breath.startswith(words.removesuffix("…"))
    assert warnings(breath.replace("ริมแม่น้ำ", "ริมแม่น้ำ ")) == []


def test_the_same_stumble_is_told_once():
    assert warnings("โทร 1784 ย้ำ 1784") == [("number", "1784", "หนึ่งเจ็ดแปดสี่")]


def test_time_is_syllables_and_rests():
    # Twelve syllables; two spaces; a line.
    assert thai_speech.SYLLABLES_A_SECOND == 4
    assert seconds("ยกของขึ้นที่สูงทันที") == 2
    assert seconds("ยกของ ขึ้นที่สูง ทันที") == 3
    assert seconds("ยกของขึ้นที่สูง\nทันที") == 3
    assert seconds("") == seconds(" \n ") == 0


def test_numerals_take_the_time_of_their_words():
    assert seconds("โทร 0 3677 0181") == seconds("โทร ศูนย์สามหก เจ็ดเจ็ดศูนย์ หนึ่งแปดหนึ่ง")


def test_a_minute_holds_about_two_hundred_syllables():
    line = "ขอให้ประชาชนยกของขึ้นที่สูง และเตรียมยาไว้"  # 14 syllables

    assert 55 <= seconds("\n".join([line] * 14)) <= 65


@steady
@given(st.text("0123456789๐๙ .,:/-–%กมนรพ่าอตจโทรวที่บ.ย.A@ \n", max_size=60))
def test_any_text_is_said_without_losing_what_stands_between(text):
    said = spoken_form(text)

    assert normalise(said) == said
    assert spoken_form(said) == said or "." in text
    assert seconds(text) >= 0
    assert all(words for _, words, _ in warnings(text))


def test_the_list_of_short_forms_is_in_order_and_says_nothing_short_itself():
    lines = (DICTIONARY / "spoken.txt").read_text("utf-8").splitlines()
    pairs = [line.split(None, 1) for line in lines if line and not line.startswith("#")]

    shorts = [short for short, _ in pairs]

    assert len(shorts) == len(set(shorts))
    assert [words for _, words in pairs if warnings(words)] == []
    for short, words in pairs:
        assert words in spoken_form(f"ที่ {short} นี้"), short
