"""Words: where they stand, what is inside them, what was meant."""

import threading
import time

import nlpo3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lopburi_pr import thai_words
from lopburi_pr.thai_text import clusters
from lopburi_pr.thai_words import (
    DICTIONARY,
    is_word,
    lattice,
    nearest,
    parts,
    warm,
    word_spans,
    words,
)

steady = settings(max_examples=100, derandomize=True, deadline=None)
some_text = st.text("กขคนมรลาะำิ้่์เแ .,-/:๑2aZ\u200b\u0e4d\n", max_size=60)


def listed(name):
    lines = (DICTIONARY / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("น้ำท่วมจังหวัดลพบุรี", ["น้ำท่วม", "จังหวัด", "ลพบุรี"]),
        ("ฝนตกนํ้าท่วม", ["ฝนตก", "น้ำท่วม"]),
        ("ค่า PM2.5", ["ค่า", "pm2.5", "pm", "2.5"]),
        ("COVID-19", ["covid-19", "covid", "19"]),
        ("โควิด-19", ["โควิด", "19"]),
        ("สายด่วน ๑๗๘๔", ["สายด่วน", "1784"]),
        ("เวลา 14.05 น.", ["เวลา", "14.05", "น"]),
        ("14:05", ["14:05", "14", "05"]),
        ("1,200,000 บาท", ["1,200,000", "1200000", "บาท"]),
        ("24/11/2569", ["24/11/2569", "24", "11", "2569"]),
        ("5-10 กม.", ["5-10", "5", "10", "กม"]),
        ("อป.มช. และ อป.มช", ["อป.มช", "อปมช", "และ", "อป.มช", "อปมช"]),
        ("ตามพ.ร.บ.และพ.ศ. 2569", ["ตาม", "พ.ร.บ", "พรบ", "และ", "พ.ศ", "พศ", "2569"]),
        ("เม.ย. และ มี.ค.", ["เม.ย", "เมย", "และ", "มี.ค", "มีค"]),
        ("ต.ท่าหิน อ.เมือง", ["ต", "ท่าหิน", "อ", "เมือง"]),
        ("lopburi.prd.go.th", ["lopburi.prd.go.th", "lopburi", "prd", "go", "th"]),
        ("“ข่าว” (ปลอม)! ๆ ฯ —", ["ข่าว", "ปลอม"]),
        ("", []),
        (" \n\x00", []),
    ],
)
def test_words_are_given_in_their_order(text, expected):
    assert words(text) == expected


def test_word_spans_point_into_the_text_as_typed():
    text = "ฝนตก\u200bนํ้าท่วม PM2.5 ปี ๒๕๖๙ พ.ศ."

    assert [text[start:end] for start, end in word_spans(text)] == (
        ["ฝนตก\u200b", "นํ้าท่วม", "PM2.5", "ปี", "๒๕๖๙", "พ.ศ."]
    )


@given(some_text)
@steady
def test_word_spans_are_in_order_and_do_not_overlap(text):
    places = [place for span in word_spans(text) for place in span]

    assert places == sorted(places)
    assert all(start < end for start, end in word_spans(text))


def place_names():
    names = listed("places.txt")
    assert len(names) == 4 + 32 + 287  # of 293 subdistricts six share their name with another
    return sorted(set(names))


def test_every_place_name_is_one_word_in_running_text():
    split = {}
    for name in place_names():
        found = words(f"ประชาชนในอำเภอ{name}และตำบล{name}ได้รับ")
        if found.count(name) != 2:
            split[name] = found

    assert split == {}


def test_every_word_of_the_office_is_known():
    unknown = [word for word in listed("office.txt") if not is_word(word)]

    assert unknown == []
    assert is_word("น้ํา")
    assert not is_word("ลพบรี")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("น้ำท่วม", {"น้ำ", "ท่วม"}),
        ("พัฒนานิคม", {"พัฒนา", "นิคม"}),
        ("ประชาสัมพันธ์", {"ประชา", "สัมพันธ์"}),
        ("ศาลากลางจังหวัด", {"ศาลากลาง", "จังหวัด"}),
        ("ก", set()),
        ("", set()),
        ("pm2.5", set()),
    ],
)
def test_parts_put_a_word_together(word, expected):
    assert parts(word) == expected


def test_the_lattice_holds_every_word_whatever_the_cut():
    found = lattice("นํ้าท่วมพัฒนานิคม ตากลม")

    assert {"น้ำท่วม", "น้ำ", "ท่วม", "พัฒนานิคม", "พัฒนา", "นิคม"} <= found
    assert {"ตา", "ตาก", "กลม", "ลม"} <= found
    assert lattice("pm2.5 1784 ๆ ก") == set()


def slow_lattice(text):
    pieces = clusters(text)
    runs = ("".join(pieces[a:b]) for a in range(len(pieces)) for b in range(a + 1, len(pieces) + 1))
    return {
        run for run in runs if len(run) > 1 and is_word(run) and thai_words._thai_run.fullmatch(run)
    }


@given(
    st.lists(
        st.sampled_from(
            [
                "น้ำ",
                "ท่วม",
                "การ",
                "กา",
                "นา",
                "พัฒนา",
                "นิ",
                "คม",
                "จันทร์",
                "พันธุ์",
                "ป่า",
                "สัก",
                "ขัง",
                "เกาะ",
            ]
        )
    )
)
@settings(steady, max_examples=30)
def test_the_lattice_misses_nothing_that_a_plain_scan_finds(pieces):
    text = "".join(pieces)[:40]

    assert lattice(text) == slow_lattice(text)


def test_the_lattice_holds_the_dictionary_words_of_the_cut():
    text = "ผู้ว่าราชการจังหวัดลพบุรีตรวจน้ำท่วมอำเภอบ้านหมี่ มอบถุงยังชีพแก่ผู้สูงอายุตามพ.ร.บ.ฉบับใหม่"
    plain = {word for word in words(text) if len(word) > 1 and "." not in word and is_word(word)}

    assert len(plain) > 10
    assert plain <= lattice(text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ประชาสัมพัน", "ประชาสัมพันธ์"),
        ("น้ำท้วม", "น้ำท่วม"),
        ("ลพบรี", "ลพบุรี"),
        ("สิงบุรี", "สิงห์บุรี"),
        ("พัธนานิคม", "พัฒนานิคม"),
        ("โคกสำโลง", "โคกสำโรง"),
        ("สงกราน", "สงกรานต์"),
        ("พระนาราย", "พระนารายณ์"),
        ("ภัยแร้ง", "ภัยแล้ง"),
        ("ไข้เลือกออก", "ไข้เลือดออก"),
        ("ผู้ว่าราชการจังวัด", "ผู้ว่าราชการจังหวัด"),
        ("โรงพยาบานลพบรี", "โรงพยาบาลลพบุรี"),
        ("น้ำท้วม ลพบรี", "น้ำท่วม ลพบุรี"),
        ("น้ำท้วม PM2.5", "น้ำท่วม pm2.5"),
    ],
)
def test_a_slip_finds_what_was_meant(typed, meant):
    assert nearest(typed)[0] == meant


@pytest.mark.parametrize("right", ["ลพบุรี", "ประชาชนลพบุรี", "น้ำท่วม ลพบุรี", "pm2.5", "", "ก", "ๆ"])
def test_what_is_right_or_hopeless_is_left_alone(right):
    assert nearest(right) == []


def test_suggestions_are_few_and_quick():
    nearest("ลพบรี")
    started = time.perf_counter()
    for typed in ("ประชาสัมพัน", "สงการ", "กระเพรา", "งบประมาน", "โรงพยาบานลพบรี"):
        assert len(nearest(typed, 3)) <= 3

    assert time.perf_counter() - started < 0.5
    assert nearest("ก" * 100_000) == nearest("ก " * 50_000) == []


def test_the_dictionary_is_read_once_even_by_many_threads(monkeypatch):
    reads = []
    monkeypatch.setattr(thai_words, "NAME", "read once")
    monkeypatch.setattr(nlpo3, "load_dict", lambda *args: reads.append(args))
    thai_words._load.cache_clear()
    threads = [threading.Thread(target=warm) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    monkeypatch.undo()

    assert len(reads) == 1


def test_the_tracked_dictionary_stays_small():
    assert all(file.stat().st_size < 1 << 20 for file in DICTIONARY.iterdir())


def test_the_language_layer_needs_no_framework():
    for name in ("thai_calendar.py", "thai_text.py", "thai_words.py"):
        assert "django" not in (DICTIONARY.parent / name).read_text(encoding="utf-8").casefold()


HOSTILE = {
    "one mark": "\u0e49" * 100_000,
    "one letter": "ก" * 100_000,
    "one syllable": "นา" * 10_000,
    "abbreviations": "ก." * 30_000,
    "addresses": "a." * 30_000,
    "sums": "1," * 30_000 + "1",
    "surrogates": "\ud800" * 100_000,
    "zeros": "\0" * 100_000,
    "emoji": "👨\u200d👩\u200d👧" * 20_000,
    "right to left": "\u202eאבג\u0627\u0644 " * 15_000,
    "ordinary": "สำนักงานประชาสัมพันธ์จังหวัดลพบุรี " * 3_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_handled_in_time(text):
    started = time.perf_counter()
    words(text)
    word_spans(text)
    lattice(text)
    parts(text)
    is_word(text)
    nearest(text)

    assert time.perf_counter() - started < 60  # minutes, if it grew faster than the text
