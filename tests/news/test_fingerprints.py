"""What a text is recognised by: enough of it, always the same, whatever stands around."""

from datetime import timedelta
from random import Random

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from news import fingerprints, publishing
from news.fingerprints import LETTERS, SURE, letters, prints
from news.models import Fingerprint
from tests import make

ALPHABET = st.text("กขคงจฉชซ", max_size=40)
PASSAGE = "เทศบาลเปิดศูนย์พักพิงชั่วคราวไว้สามแห่งริมคลอง"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("น้ำ สูง\n๑๒  ซม.", "น้ำสูง12ซม"),
        ("📣 ด่วน!! (ส่งต่อ)", "ด่วนส่งต่อ"),
        ("The RIVER will\nrise", "theriverwillrise"),
        ("5-10 บาท", "5 10บาท"),
        ("510 บาท", "510บาท"),
        ("1,000 บาท", "1000บาท"),
        ("", ""),
    ],
)
def test_letters_are_what_forwarding_leaves_alone(text, expected):
    assert letters(text) == expected


@given(st.text("กขค", min_size=SURE, max_size=60), ALPHABET, ALPHABET, ALPHABET, ALPHABET)
def test_texts_that_share_a_long_enough_passage_share_a_print(passage, a, b, c, d):
    assert set(prints(a + passage + b)) & set(prints(c + passage + d))


@given(st.text("กขคง", min_size=LETTERS, max_size=300))
def test_every_text_has_prints_of_its_own_stretches(text):
    found = prints(text)

    assert 0 < len(found) <= len(text)
    assert len(found) == len(set(found))
    assert all(-(2**31) <= print_ < 2**31 for print_ in found)


def test_about_one_letter_in_seven_is_kept():
    text = "".join(Random(7).choices("กขคงจฉชซดตถทนบปผพฟมยรลวสหอ", k=5000))

    assert 5000 / 9 < len(prints(text)) < 5000 / 6


def test_repetition_adds_nothing():
    assert len(prints("ก" * 10_000)) == 1


def test_too_short_a_text_has_no_print():
    assert prints("ก" * (LETTERS - 1)) == []


def test_an_edition_is_recognised_by_one_sentence(db):
    make.published()
    edition = make.published(body=f"<p>{PASSAGE}</p><p>อื่น ๆ</p>")

    asked, shared = fingerprints.recognised(PASSAGE)

    assert asked == len(prints(PASSAGE)) > 0
    assert list(shared) == [edition.pk]
    assert shared[edition.pk] == set(prints(PASSAGE))


def test_a_draft_has_no_prints_and_every_approved_version_keeps_its_own(db):
    first = make.published(body=f"<p>{PASSAGE}</p>")
    second = make.revised(first, body="<p>แก้ไขใหม่ทั้งหมดในฉบับที่สองของข่าวนี้แล้ว</p>")
    publishing.revise(first.article, by=None)
    coming = make.published(at=timezone.now() + timedelta(days=1))

    assert set(Fingerprint.objects.values_list("pk", flat=True)) == {
        first.pk,
        second.pk,
        coming.pk,
    }
    assert set(prints(PASSAGE)) <= set(first.fingerprint.prints)
    assert not set(prints(PASSAGE)) & set(second.fingerprint.prints)


def test_prints_are_written_anew_by_the_command(db):
    edition = make.published(body=f"<p>{PASSAGE}</p>")
    before = edition.fingerprint.prints
    Fingerprint.objects.update(prints=[1])

    call_command("rebuild_search")

    edition.fingerprint.refresh_from_db()
    assert edition.fingerprint.prints == before
