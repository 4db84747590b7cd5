"""Whoever changes one byte, of an edition or of the register, is found out and named."""

import re

import pytest
from django.core.management import CommandError, call_command

from news import auditing, publishing
from news.models import Attachment, Edition, LedgerEntry
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def five():
    """Five editions in the register."""
    return [make.published(body=f"<p>น้ำสูง {n} เซนติเมตร</p>") for n in range(5)]


def faults():
    """``{number of the entry: [faults]}`` as the command reads them."""
    found = {}
    for _, stretch in auditing.read_all():
        for seq, _, fault in stretch:
            found.setdefault(seq, []).append(fault)
    return found


def refused(*arguments):
    """What the command says when it ends with a fault."""
    with pytest.raises(CommandError) as caught:
        call_command("verify_ledger", *arguments)
    return str(caught.value)


def test_a_whole_register_is_in_order(five, capsys):
    call_command("verify_ledger")

    out = capsys.readouterr().out
    assert re.search(r"5 entries read in .* a second", out)
    assert f"5:{LedgerEntry.objects.last().entry_hash}" in out
    assert "in order" in out


def test_one_flipped_byte_of_a_text_is_found(five, tamper):
    tamper("news_edition", "body = replace(body, '2', '3')", id=five[2].pk)

    assert faults() == {3: [auditing.CONTENT]}
    assert refused() == (
        f"1 faults; the first: entry 3 {five[2].article.reference}.1: {auditing.CONTENT}"
    )


@pytest.mark.parametrize(
    "column",
    ["title", "must_know", "lead", "event_place", "presided_by", "source_agency", "source_url"],
)
def test_every_text_is_sealed(five, tamper, column):
    tamper("news_edition", f"{column} = {column} || 'x'", id=five[0].pk)

    assert faults() == {1: [auditing.CONTENT]}


@pytest.mark.parametrize("column", ["shown_from", "approved_at"])
def test_every_moment_is_sealed(five, tamper, column):
    tamper("news_edition", f"{column} = {column} - interval '1 second'", id=five[0].pk)

    assert faults() == {1: [auditing.CONTENT]}


@pytest.mark.parametrize("table", ["news_editionpicture", "news_attachment"])
def test_pictures_and_files_are_sealed(db, tamper, table):
    edition = make.draft()
    make.placement(edition)
    Attachment.objects.create(edition=edition, title="x", format="pdf", size=1, file="nowhere")
    publishing.publish(edition, by=None)
    assert faults() == {}

    tamper(table)

    assert faults() == {1: [auditing.CONTENT]}


def test_another_alt_text_is_found(tamper):
    edition = make.draft()
    make.placement(edition)
    publishing.publish(edition, by=None)

    tamper("news_editionpicture", "alt = 'อย่างอื่น'")

    assert faults() == {1: [auditing.CONTENT]}


@pytest.mark.parametrize(
    ("column", "changed", "expected"),
    [
        ("sha256", "overlay(sha256 placing 'x' from 9)", [auditing.CONTENT, auditing.ENTRY]),
        ("reference", "reference || '1'", [auditing.ENTRY]),
        ("language", "'en'", [auditing.ENTRY]),
        ("is_sample", "true", [auditing.ENTRY]),
        ("registered_at", "registered_at + interval '1 microsecond'", [auditing.ENTRY]),
        ("signature", "overlay(signature placing 'AA' from 5)", [auditing.SIGNATURE]),
        (
            "previous_hash",
            "overlay(previous_hash placing 'x' from 9)",
            [auditing.ENTRY, auditing.CHAIN],
        ),
    ],
)
def test_one_flipped_byte_of_a_line_is_found(five, tamper, column, changed, expected):
    tamper("news_ledgerentry", f"{column} = {changed}", seq=3)

    assert faults() == {3: expected}


def test_another_hash_of_a_line_breaks_the_next_one_too(five, tamper):
    tamper("news_ledgerentry", "entry_hash = overlay(entry_hash placing 'x' from 1)", seq=3)

    assert faults() == {3: [auditing.ENTRY, auditing.SIGNATURE], 4: [auditing.CHAIN]}


def test_two_lines_that_changed_places_are_found(five, tamper):
    tamper("news_ledgerentry", "seq = 99", seq=2)
    tamper("news_ledgerentry", "seq = 2", seq=3)
    tamper("news_ledgerentry", "seq = 3", seq=99)

    assert set(faults()) == {2, 3, 4}
    assert auditing.ENTRY in faults()[2]
    assert auditing.CHAIN in faults()[2]


@pytest.mark.parametrize(("gone", "named"), [(1, "entry 1 "), (3, "entry 3 ")])
def test_a_deleted_line_is_found(five, tamper, gone, named):
    tamper("news_ledgerentry", seq=gone)

    assert faults() == {gone: [auditing.MISSING], gone + 1: [auditing.CHAIN]}
    assert f"the first: {named}" in refused()


def test_an_end_that_was_cut_off_is_found_by_the_edition_that_lost_its_line(five, tamper):
    tamper("news_ledgerentry", seq=5)

    assert faults() == {}
    assert f"not in the register: {five[4].article.reference}.1" in refused()


def test_an_end_that_was_cut_off_with_its_edition_is_found_by_whoever_wrote_it_down(five, tamper):
    noted = f"5:{LedgerEntry.objects.last().entry_hash}"
    call_command("verify_ledger", "--noted", noted)
    tamper("news_ledgerentry", seq=5)
    tamper("news_fingerprint", edition_id=five[4].pk)
    tamper("news_searchdocument", edition_id=five[4].pk)
    tamper("news_edition", id=five[4].pk)

    call_command("verify_ledger")
    assert "entry 5: the register no longer holds what was written down" in refused(
        "--noted", noted
    )


def test_an_edition_that_is_gone_is_found(five, tamper):
    tamper("news_article", "is_sample = true", id=five[1].article_id)
    Edition.objects.filter(pk=five[1].pk).delete()  # as sample news, nothing holds it any more

    assert faults() == {2: [auditing.GONE]}


def test_a_line_with_a_key_from_another_time_is_found(five, tamper):
    tamper("news_signingkey", "active_from = now() + interval '1 hour'")

    assert faults() == {seq: [auditing.KEY] for seq in range(1, 6)}


def test_another_public_key_under_the_same_name_is_found(five, tamper):
    tamper("news_signingkey", "public_key = overlay(public_key placing 'AA' from 5)")

    assert faults() == {seq: [auditing.SIGNATURE] for seq in range(1, 6)}


def test_stretches_meet_without_a_gap(five, tamper, monkeypatch):
    monkeypatch.setattr(auditing, "STRETCH", 2)
    monkeypatch.setattr(auditing, "BATCH", 1)

    assert auditing.stretches() == [(1, 2), (3, 4), (5, 5)]
    assert sum(count for count, _ in auditing.read_all()) == 5
    tamper("news_ledgerentry", "previous_hash = repeat('x', 64)", seq=3)
    assert faults() == {3: [auditing.ENTRY, auditing.CHAIN]}


@pytest.mark.django_db(transaction=True)
def test_several_processes_read_a_long_register(monkeypatch, tamper):
    editions = [make.published() for _ in range(4)]
    monkeypatch.setattr(auditing, "STRETCH", 2)
    monkeypatch.setattr(auditing, "ALONE", 2)
    tamper("news_edition", "lead = 'เปลี่ยนทีหลัง'", id=editions[3].pk)

    assert faults() == {4: [auditing.CONTENT]}


def test_a_file_with_other_bytes_is_named(capsys):
    picture = make.picture()
    call_command("verify_ledger", "--files")

    with picture.file.storage.open(picture.file.name, "wb") as file:
        file.write(b"another")

    assert refused("--files") == f"1 faults; the first: file {picture.file.name}: changed or gone"
