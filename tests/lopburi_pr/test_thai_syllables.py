"""How long Thai is in syllables."""

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lopburi_pr.thai_syllables import syllables
from lopburi_pr.thai_words import DICTIONARY

COUNTED = settings.BASE_DIR / "tests" / "data" / "syllables.txt"
steady = hypothesis_settings(max_examples=80, derandomize=True, deadline=None)


def counted_by_hand():
    for line in COUNTED.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            count, *words = line.split()
            yield from ((word, int(count)) for word in words)


def test_every_word_counted_by_hand_is_counted_so():
    words = list(counted_by_hand())

    wrong = [(word, count, syllables(word)) for word, count in words if syllables(word) != count]

    assert len(words) > 190
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("เรียนพี่น้องประชาชนที่เคารพ", 9),
        ("ขอให้ยกของขึ้นที่สูง", 7),
        ("เหตุฉุกเฉินโทรหนึ่งเจ็ดแปดสี่", 8),
        ("ตั้งแต่วันนี้ถึงวันที่ห้าตุลาคม", 11),
        ("จังหวัดลพบุรี อำเภอท่าวุ้ง", 9),
    ],
)
def test_a_sentence_has_the_syllables_of_its_words(text, count):
    assert syllables(text) == count


def test_a_repeated_word_is_said_twice():
    assert syllables("ช้า ๆ") == syllables("ช้าๆ") == 2
    assert syllables("ต่าง ๆ กัน") == syllables("ต่างๆ กัน") == 3


def test_what_is_silent_is_not_counted():
    assert [syllables(word) for word in ("ศาสตร์", "สัปดาห์", "ไมล์", "ฟิล์ม", "กาญจน์")] == [
        *(1, 2, 1, 1, 1)
    ]


def test_other_writing_is_counted_by_its_signs():
    assert syllables("1784") == 4
    assert syllables("OTP") == 3
    assert syllables("Facebook") == 3
    assert syllables(" \n – ") == 0


@steady
@given(st.text(alphabet="กขงนรลวอห์ัาะิ่้เแไๆ ำ็ฤ5a", max_size=200))
def test_any_text_has_a_count_that_grows_no_faster_than_the_text(text):
    assert 0 <= syllables(text) <= 2 * len(text)


def test_the_list_of_exceptions_holds_counts_and_thai_words():
    lines = (DICTIONARY / "syllables.txt").read_text("utf-8").splitlines()

    listed = [line.split() for line in lines if line and not line.startswith("#")]

    words = [word for _, *words in listed for word in words]
    assert all(count.isdecimal() for count, *_ in listed)
    assert sorted(words) == sorted(set(words))
    assert [word for word in words if word.strip("+ก-๎") and word.isascii()] == []
