"""One spelling, safe cuts, and highlights that land on the right letters."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lopburi_pr.thai_text import (
    clusters,
    excerpt,
    excerpt_around,
    find_spans,
    fold,
    fold_with_offsets,
    normalise,
    thai_sort_key,
    to_arabic_digits,
    to_thai_digits,
)
from lopburi_pr.thai_words import word_spans

steady = settings(max_examples=150, derandomize=True, deadline=None)
MARKS = "\u0e31\u0e34\u0e35\u0e38\u0e3a\u0e47\u0e48\u0e49\u0e4c\u0e4d"
thai_soup = st.text(
    f"กขนมรอ เแไะาำๅๆฯ๑9aÉß{MARKS}\u0301\u0316\u0334\u200b\u200d\xa0\n😀", max_size=40
)
any_text = st.one_of(
    thai_soup,
    st.text(max_size=30),
    st.text(st.characters(categories=["Cs", "Cc", "Mn", "Cf"]), max_size=12),
)
thai_phrases = st.lists(
    st.sampled_from(
        [
            "น้ำท่วม",
            "ลพบุรี",
            "นํ้าป่า",
            "จันทร์",
            "๒๕๖๙",
            "PM2.5",
            "พ.ศ.",
            "ประชาสัมพันธ์",
            "และ",
            "เกาะ",
            "ก็",
            "covid-19",
            "(",
            "—",
            "👨‍👩‍👧",
            " ",
            "\n",
        ]
    ),
    max_size=30,
).map("".join)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("น้ํา", "น้ำ"),
        ("นํ้า", "น้ำ"),
        ("นำ้", "น้ำ"),
        ("นํา", "นำ"),
        ("สํานักงาน", "สำนักงาน"),
        ("เเม่", "แม่"),
        ("เ\u200bเม่", "แม่"),
        ("ก\u0e48\u0e34น", "ก\u0e34\u0e48น"),
        ("ก\u0e48\u0e38น", "ก\u0e38\u0e48น"),
        ("ก\u0e49\u0e31น", "ก\u0e31\u0e49น"),
        ("บา้น", "บ้าน"),
        ("ที่่", "ที่"),
        ("ที่ี่", "ที่"),
        ("น้้ำ", "น้ำ"),
        ("พันธ์ุ", "พันธุ์"),
        ("ก\u200bข\u200cค\u200dง\ufeffจ\u2060ฉ\xadช", "กขคงจฉช"),
        ("a\u200db", "ab"),
        ("\u202eabc\u202c\u200f", "abc"),
        ("ก\xa0ข\u3000ค\tง", "ก ข ค ง"),
        ("ก\r\nข\rค\u2028ง\nจ", "ก\nข\nค\nง\nจ"),
        ("ก\x00ข\x07ค\x7fง\ud800จ", "กขคงจ"),
        ("e\u0301", "é"),
        ("ﬁ½①", "ﬁ½①"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("ไม่  มี อะไร ผิด ๆ ฯลฯ", "ไม่  มี อะไร ผิด ๆ ฯลฯ"),
        ("", ""),
    ],
)
def test_what_looks_the_same_is_stored_the_same(typed, stored):
    assert normalise(typed) == stored


@given(any_text)
@steady
def test_normalising_and_folding_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)
    assert fold(fold(text)) == fold(text)


@given(any_text)
@steady
def test_no_thai_letter_is_ever_lost(text):
    def letters(text):
        return [c for c in text.replace("เเ", "แ") if "ก" <= c <= "ฮ" or "แ" <= c <= "ไ"]

    assert letters(normalise(text)) == letters(text.translate(dict.fromkeys(INVISIBLE)))


INVISIBLE = [*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0), 0xAD, 0x61C]
INVISIBLE += [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065)]
INVISIBLE += [*range(0x2066, 0x2070), 0xFEFF, *range(0xFFF9, 0xFFFC), *range(0xD800, 0xE000)]


def test_digits_go_both_ways_and_fold_reads_both():
    assert to_arabic_digits("๒๔ พ.ย. ๒๕๖๙") == "24 พ.ย. 2569"
    assert to_thai_digits("24 พ.ย. 2569") == "๒๔ พ.ย. ๒๕๖๙"
    assert to_arabic_digits(to_thai_digits("0123456789")) == "0123456789"
    assert fold("นํ้า ๒๕๖๙ PM2.5 Straße") == "น้ำ 2569 pm2.5 strasse"


def test_words_sort_as_in_a_thai_dictionary():
    ordered = [
        "กก",
        "กา",
        "ก่า",
        "เก",
        "เกา",
        "แก",
        "แกะ",
        "ใก",
        "ไก่",
        "ขา",
        "ข่า",
        "ข้า",
        "เขา",
        "ค่า",
        "งาน",
        "ลพบุรี",
        "สระบุรี",
        "สิงห์บุรี",
        "อ่างทอง",
    ]

    assert sorted(set(ordered), key=thai_sort_key) == ordered


def test_clusters_are_the_smallest_pieces_that_can_be_cut():
    assert clusters("เกาะน้ำแกะ") == ["เกาะ", "น้ำ", "แกะ"]
    assert clusters("วันจันทร์") == ["วั", "น", "จั", "น", "ทร์"]
    assert clusters("พันธุ์ a\r\n1") == ["พั", "นธุ์", " ", "a", "\r\n", "1"]
    assert clusters("e\u0301👨\u200d👩\u200d👧🇹🇭") == ["e\u0301", "👨\u200d👩\u200d👧", "🇹🇭"]


@given(any_text)
@steady
def test_clusters_lose_nothing(text):
    assert "".join(clusters(text)) == text


def test_an_excerpt_ends_with_a_whole_word():
    text = "สำนักงานประชาสัมพันธ์จังหวัดลพบุรี เปิดรับสมัครอาสาสมัคร"

    assert excerpt(text, 100) == text
    assert excerpt(text, 36, word_spans) == "สำนักงานประชาสัมพันธ์จังหวัดลพบุรี…"
    assert excerpt(text, 40, word_spans) == "สำนักงานประชาสัมพันธ์จังหวัดลพบุรี เปิด…"
    assert excerpt("ประกาศ เรื่อง น้ำท่วม", 18, word_spans) == "ประกาศ เรื่อง…"
    assert excerpt("จังหวัดลพบุรี\n\nแจ้งเตือนประชาชน", 16) == "จังหวัดลพบุรี…"
    assert excerpt("น้ำน้ำน้ำ", 4) == "น้ำ…"
    assert excerpt("น้ำน้ำน้ำ", 2) == "…"


@given(thai_phrases, st.integers(0, 60))
@steady
def test_an_excerpt_keeps_its_length_and_cuts_neither_word_nor_cluster(text, limit):
    line = " ".join(text.split())
    short, careful = excerpt(text, limit), excerpt(text, limit, word_spans)

    assert len(short) <= limit + 1
    assert len(careful) <= limit + 1
    for cut in (short, careful):
        assert cut == line or (cut.endswith("…") and line.startswith(cut[:-1]))
    ends = {len("".join(clusters(line)[:count])) for count in range(len(clusters(line)) + 1)}
    assert len(short.removesuffix("…")) in ends
    kept = len(careful.removesuffix("…"))
    first_end = next((end for _, end in word_spans(line)), 0)
    assert all(end <= kept or kept <= start for start, end in word_spans(line)) or kept < first_end


STORY = (
    "จังหวัดลพบุรีประชุมเตรียมความพร้อม ณ ศาลากลางจังหวัด โดยมีหัวหน้าส่วนราชการเข้าร่วม "
    "เนื่องจากมีฝนตกหนัก ทำให้น้ำท่วมในอำเภอบ้านหมี่และอำเภอท่าวุ้ง ประชาชนโทรสายด่วน 1784 ได้ตลอดเวลา "
    "สำนักงานประชาสัมพันธ์จังหวัดรายงาน"
)


def test_an_excerpt_around_terms_shows_where_most_of_them_stand_together():
    found = excerpt_around(STORY, ["น้ำท่วม", "บ้านหมี่", "จังหวัด"], 60, word_spans)

    assert found == "…ตกหนัก ทำให้น้ำท่วมในอำเภอบ้านหมี่และอำเภอท่าวุ้ง ประชาชนโทร…"
    assert excerpt_around(STORY, ["ไม่มีคำนี้"], 36, word_spans) == excerpt(STORY, 36, word_spans)
    assert excerpt_around(STORY, ["รายงาน"], 40, word_spans) == ("…สำนักงานประชาสัมพันธ์จังหวัดรายงาน")
    assert excerpt_around("สั้น", ["สั้น"], 30) == "สั้น"


@given(thai_phrases, st.integers(1, 60), st.sampled_from(["น้ำ", "2569", "จันทร์", "ลพบุรี"]))
@steady
def test_an_excerpt_around_keeps_its_length(text, limit, term):
    for words in (None, word_spans):
        found = excerpt_around(text, [term], limit, words)

        assert len(found) <= limit + 2
        assert found.strip("…") in " ".join(text.split())


def test_terms_are_found_where_they_were_typed():
    def found(text, *terms):
        return [text[start:end] for start, end in find_spans(text, terms)]

    assert found("ฝนตก นํ้า\u200bท่วม และน้ำท่วม", "น้ำท่วม") == ["นํ้า\u200bท่วม", "น้ำท่วม"]
    assert found("ปี ๒๕๖๙ และ 2569", "2569") == ["๒๕๖๙", "2569"]
    assert found("ค่า PM2.5 กับ pm2.5", "Pm2.5") == ["PM2.5", "pm2.5"]
    assert found("น้ำท่วมขัง", "น้ำ", "น้ำท่วม") == ["น้ำท่วม"]
    assert found("start art 2515 15", "art", "15") == ["art", "15"]
    assert found("กี่ เก กา ก", "ก") == ["ก"]
    assert found("โควิด 19 โควิด19", "โควิด 19") == ["โควิด 19", "โควิด19"]
    assert found("Straße", "strasse") == ["Straße"]
    assert found("a.b axb", "a.b") == ["a.b"]
    assert found("ข่าว", "", " ", "\u200b") == []


@given(any_text)
@steady
def test_offsets_cover_the_folded_text_piece_by_piece(text):
    folded, starts, ends = fold_with_offsets(text)

    assert folded == fold(text)
    assert len(folded) == len(starts) == len(ends)
    assert list(starts) == sorted(starts)
    assert all(0 <= start < end <= len(text) for start, end in zip(starts, ends, strict=True))


HOSTILE = {
    "one mark": "\u0e49" * 100_000,
    "two marks": "\u0e38\u0e49" * 50_000,
    "marks in the wrong order": "\u0e49\u0e34" * 50_000,
    "foreign marks": "\u0301\u0316" * 50_000,
    "mixed marks": "\u0e48\u0316" * 50_000,
    "aa with marks": "า่" * 50_000,
    "leading vowels": "เ" * 100_000,
    "one letter": "ก" * 100_000,
    "surrogates": "\ud800" * 100_000,
    "zeros": "\0" * 100_000,
    "joiners": "\u200d" * 100_000,
    "emoji": "👨\u200d👩\u200d👧" * 20_000,
    "right to left": "\u202eאבג\u0627\u0644 " * 15_000,
    "spaces": " " * 100_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_handled_in_time(text):
    started = time.perf_counter()
    normalise(text)
    fold(text)
    thai_sort_key(text)
    clusters(text)
    excerpt(text, 100)
    excerpt_around(text, ["ก", "น้ำ", " "], 100)
    find_spans(text, ["ก", "\u0e49", "👨"])

    assert time.perf_counter() - started < 3
