"""Thai on paper: one letter, one glyph, and every word found again by two readers of PDF."""

import gc
import gzip
import weakref
from datetime import UTC, datetime
from io import BytesIO

import pypdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from lopburi_pr.thai_paper import BREAK, FONTS, LETTERS, VARIANTS, Paper, set_letters, with_breaks
from lopburi_pr.thai_text import normalise
from lopburi_pr.thai_words import DICTIONARY

HARD = ["ประชาสัมพันธ์", "น้ำท่วม", "กำหนดการ", "ที่นี่", "ป้ำ", "ฝั่ง", "ฟื้นฟู", "เปื้อน", "ผู้", "ปู่", "ญี่ปุ่น"]
HARD += ["ทฤษฎี", "กฎหมาย", "ใหญ่ญู", "ฐุ", "จำนวน", "อำเภอ", "ก๊าซ", "เก๋", "ก็", "เป็น", "ศุกร์", "ปิ๊บ"]
steady = settings(max_examples=100, derandomize=True, deadline=None)


def paper():
    made = Paper(
        title="ทดสอบ", author="x", made_at=datetime(2026, 11, 25, tzinfo=UTC), language="th"
    )
    made.add_page()
    return made


def read(data):
    """The text that pypdf finds, and that PDFium, the reader in Chrome, finds."""
    pages = pypdf.PdfReader(BytesIO(data)).pages
    document = pypdfium2.PdfDocument(data)
    return (
        "\n".join(page.extract_text() for page in pages),
        "\n".join(page.get_textpage().get_text_range() for page in document),
    )


def drawn(html, indent=10):
    made = paper()
    made.rich(html, indent=indent)
    return bytes(made.output())


@pytest.mark.parametrize("word", HARD)
def test_every_reader_finds_the_word(word):
    for found in read(drawn(f"<p>{word} <strong>{word}</strong> <em>{word}</em></p>")):
        assert found.count(word) == 3


@steady
@given(st.text("กขคปฝฟญฐฎฏนมยรลวสหอัิีึืฺุู็่้๊๋์ำเแาะ ๆฯ๑1", min_size=1, max_size=30))
def test_no_letter_is_lost_or_added(text):
    text = normalise(text)
    said = set_letters(with_breaks(text))

    assert "".join(LETTERS.get(letter, letter) for letter in said if letter != BREAK) == text


def test_the_longest_words_of_the_dictionary_stay_whole():
    with gzip.open(DICTIONARY / "words_th.txt.gz", "rt", encoding="utf-8") as lines:
        words = sorted(lines.read().split(), key=len)[-400:]
    said, _ = read(drawn("".join(f"<p>{word}</p>" for word in words)))

    said = said.replace("\n", "")
    assert [word for word in words if normalise(word) not in said] == []


def test_marks_move_where_the_letter_before_asks_it():
    at = VARIANTS

    assert set_letters("ที่") == "ที" + at["่", "small"]
    assert set_letters("ปี่") == "ป" + at["ี", "narrow"] + at["่", "small.narrow"]
    assert set_letters("ป่า") == "ป" + at["่", "narrow"] + "า"
    assert set_letters("น้ำ") == "น" + at["้", "am"] + at["ำ", "tone"]
    assert set_letters("ทำ") == "ทำ"
    assert set_letters("ปู่") == "ปู" + at["่", "narrow"]
    assert set_letters("ญู") == at["ญ", "less"] + "ู"
    assert set_letters("ญา") == "ญา"
    assert set_letters("กฎุ") == "ก" + at["ฎ", "short"] + at["ุ", "small"]


def test_lines_end_between_words_and_never_before_a_mark_of_repetition():
    assert with_breaks("ต่างๆนานา").startswith("ต่างๆ")
    assert BREAK in with_breaks("ประชาชนจังหวัดลพบุรี")
    assert BREAK not in with_breaks("Lopburi")
    long = "ประชาสัมพันธ์จังหวัดลพบุรี" * 12
    for found in read(drawn(f"<p>{long}</p>")):
        assert len(found.split("\n")) > 2
        assert found.replace("\r", "").replace("\n", "").replace(" ", "") == long


def test_the_place_where_a_line_may_end_takes_no_room_and_is_not_missed(caplog):
    made = paper()

    parts = [made.get_string_width(word) for word in ("ประชาชน", "จังหวัด", "ลพบุรี")]
    assert made.get_string_width("ประชาชนจังหวัดลพบุรี") == pytest.approx(sum(parts))
    drawn("<p>ประชาชนจังหวัดลพบุรี</p>")
    assert caplog.text == ""


def test_the_blocks_of_the_editor_are_drawn_in_order():
    html = (
        "<h2>หัวข้อ</h2>\n<p>ก่อน<br>หลัง</p>\n<ul>\n<li>จุด</li>\n<li><p>ย่อหน้า</p></li>\n</ul>"
        "<ol><li>หนึ่ง<ol><li>ใน</li></ol></li><li>สอง</li></ol>"
        "<table><caption>ตาราง</caption><thead><tr><th>ต้น</th><th>ท้าย</th></tr></thead>"
        "<tbody><tr><td>เดียว</td></tr></tbody></table><blockquote><p>คำพูด</p></blockquote>"
        '<p>ดู <a href="https://example.org/x">ที่นี่</a> &amp; H<sub>2</sub>O</p>'
    )
    data = drawn(html)
    said, _ = read(data)
    order = [
        "หัวข้อ",
        "ก่อน",
        "หลัง",
        "• จุด",
        "• ย่อหน้า",
        "1. หนึ่ง",
        "1. ใน",
        "2. สอง",
        "ตาราง",
        "ต้น",
        "ท้าย",
    ]
    order += ["เดียว", "คำพูด", "ที่นี่", "& H2O"]

    places = [said.find(word) for word in order]
    assert -1 not in places, said
    assert places == sorted(places)
    page = pypdf.PdfReader(BytesIO(data)).pages[0]
    assert [note.get_object()["/A"]["/URI"] for note in page["/Annots"]] == [
        "https://example.org/x"
    ]


def test_a_sign_that_the_font_lacks_becomes_a_box_and_loses_nothing_else():
    said, _ = read(drawn("<p>ยินดี😀ด้วย 漢</p>"))

    assert "ยินดี□ด้วย □" in said


def test_the_same_text_gives_the_same_file():
    assert drawn("<p>เหมือนเดิม</p>") == drawn("<p>เหมือนเดิม</p>")


def test_nothing_holds_a_file_that_was_written():
    made = paper()
    made.rich("<p>น้ำ</p>", indent=0)
    made.output()
    gone = weakref.ref(made)
    del made
    gc.collect()

    assert gone() is None


@pytest.mark.parametrize("file", sorted(path.name for path in FONTS.glob("*.ttf")))
def test_each_font_has_a_glyph_for_every_place_and_marks_take_no_room(file):
    font = TTFont(FONTS / file)
    names = font.getBestCmap()

    assert [variant for variant, private in VARIANTS.items() if ord(private) not in names] == []
    for (letter, place), private in VARIANTS.items():
        if letter in "ัิีึืุู็่้๊๋์":
            assert font["hmtx"][names[ord(private)]][0] == 0, (letter, place)
