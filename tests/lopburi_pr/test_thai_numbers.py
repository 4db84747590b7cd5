"""Numbers in words, checked by a reader that knows nothing of how they were written."""

import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lopburi_pr.thai_numbers import (
    BEYOND,
    digits_in_words,
    hour_in_words,
    money_in_words,
    number_in_words,
    spelled_out,
    telephone_in_words,
    with_groups,
)
from lopburi_pr.thai_text import to_thai_digits

steady = settings(max_examples=300, derandomize=True, deadline=None)
NAMES = ["ศูนย์", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า"]
VALUES = {name: value for value, name in enumerate(NAMES)} | {"เอ็ด": 1, "ยี่": 2}
PLACES = {"สิบ": 10, "ร้อย": 100, "พัน": 1000, "หมื่น": 10_000, "แสน": 100_000}
PIECE = re.compile("|".join((*VALUES, *PLACES)))


def read(words):
    """The whole number that a listener understands."""
    total = 0
    for part in words.split("ล้าน"):
        total = total * 1_000_000 + sum(_values(part))
    return total


def _values(part):
    waiting = None
    pieces = PIECE.findall(part)
    assert "".join(pieces) == part
    for piece in pieces:
        if piece in PLACES:
            yield PLACES[piece] * (1 if waiting is None else waiting)
            waiting = None
        else:
            assert waiting is None
            waiting = VALUES[piece]
    yield waiting or 0


@steady
@given(st.integers(0, BEYOND - 1) | st.integers(0, 10_000))
def test_a_listener_understands_the_number_that_was_written(number):
    words = number_in_words(number)

    assert read(words) == number
    assert number_in_words(f"{number:,}") == words
    assert number_in_words(to_thai_digits(str(number))) == words
    assert number_in_words(-number) == (f"ลบ{words}" if number else words)


@steady
@given(st.integers(0, 999_999_999), st.text("0123456789", min_size=1, max_size=6))
def test_places_behind_the_point_are_told_one_by_one(whole, places):
    told, _, behind = number_in_words(f"{whole}.{places}").partition("จุด")

    assert read(told) == whole
    assert [str(VALUES[word]) for word in PIECE.findall(behind)] == list(places)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "ศูนย์"),
        (1, "หนึ่ง"),
        (10, "สิบ"),
        (11, "สิบเอ็ด"),
        (20, "ยี่สิบ"),
        (21, "ยี่สิบเอ็ด"),
        (101, "หนึ่งร้อยเอ็ด"),
        (111, "หนึ่งร้อยสิบเอ็ด"),
        (1001, "หนึ่งพันเอ็ด"),
        (2569, "สองพันห้าร้อยหกสิบเก้า"),
        (1_000_001, "หนึ่งล้านเอ็ด"),
        (11_000_000, "สิบเอ็ดล้าน"),
        (21_200_000, "ยี่สิบเอ็ดล้านสองแสน"),
        (1_000_000_000_000, "หนึ่งล้านล้าน"),
        (-7, "ลบเจ็ด"),
        (Decimal("2.50"), "สองจุดห้าศูนย์"),
        ("1,200,000.5", "หนึ่งล้านสองแสนจุดห้า"),
        ("๓.๑๔", "สามจุดหนึ่งสี่"),
        ("007", "เจ็ด"),
        (str(BEYOND), "หนึ่ง" + "ศูนย์" * 18),
    ],
)
def test_numbers_follow_the_rules_of_the_royal_society(number, words):
    assert number_in_words(number) == words


@pytest.mark.parametrize("text", ["", "abc", "1,23", "1.", "๑ ๒", "--1", "½", "1e5"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match="No number"):
        number_in_words(text)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("036 770 181", "ศูนย์สามหก เจ็ดเจ็ดศูนย์ หนึ่งแปดหนึ่ง"),
        ("0-3677-0181", "ศูนย์สามหก เจ็ดเจ็ดศูนย์ หนึ่งแปดหนึ่ง"),
        ("+66 36 770 181", "ศูนย์สามหก เจ็ดเจ็ดศูนย์ หนึ่งแปดหนึ่ง"),
        ("๐๘๑-๒๓๔-๕๖๗๘", "ศูนย์แปดหนึ่ง สองสามสี่ ห้าหกเจ็ดแปด"),
        ("02 123 4567", "ศูนย์สอง หนึ่งสองสาม สี่ห้าหกเจ็ด"),
        ("1784", "หนึ่งเจ็ดแปดสี่"),
    ],
)
def test_a_telephone_number_is_told_in_groups(written, said):
    assert telephone_in_words(written) == said


@steady
@given(st.from_regex(r"0[0-9]{8,9}|1[0-9]{2,3}", fullmatch=True))
def test_a_telephone_number_is_found_again_in_the_words(number):
    text = f"สอบถามโทร {telephone_in_words(number)} ในวันและเวลาราชการ"

    assert spelled_out(text) == [number]


def test_only_whole_telephone_numbers_are_found():
    text = "ศูนย์บริการ หนึ่งสอง สองพันห้าร้อยหกสิบเก้า โทร หนึ่งเจ็ดแปดสี่ หรือ หนึ่งหกหกเก้า ย้ำ หนึ่งเจ็ดแปดสี่"

    assert spelled_out(text) == ["1784", "1669"]
    assert spelled_out(digits_in_words("1" * 12)) == []


def test_groups_of_digits_are_parted_from_the_words_round_them():
    text = "โทร ศูนย์สามหก เจ็ดเจ็ดศูนย์ สองพันห้าร้อย"

    pieces = with_groups(text)

    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, is_group in pieces if is_group] == ["ศูนย์สามหก", "เจ็ดเจ็ดศูนย์"]
    assert with_groups("หนึ่งสองสามร้อย") == [("หนึ่งสองสามร้อย", False)]


def test_money_has_satang_only_when_there_are_some():
    assert money_in_words("1,250", "50") == "หนึ่งพันสองร้อยห้าสิบบาทห้าสิบสตางค์"
    assert money_in_words("9,000") == money_in_words("9,000", "00") == "เก้าพันบาท"
    assert money_in_words("1", "5") == "หนึ่งบาทห้าสิบสตางค์"


def test_an_hour_has_minutes_only_when_there_are_some():
    assert hour_in_words(9, 30) == "เก้านาฬิกาสามสิบนาที"
    assert hour_in_words(0) == "ศูนย์นาฬิกา"
    assert hour_in_words(21, 1) == "ยี่สิบเอ็ดนาฬิกาหนึ่งนาที"
