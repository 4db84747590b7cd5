"""The register: what an entry holds, that it is only added to, and who enters it."""

import hashlib
import json
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
import rfc8785
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from news import attachments, auditing, importing, publishing, register, sample_data
from news.models import Article, Edition, Fingerprint, LedgerEntry, SigningKey
from tests import make

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF\n"
HOUR = timedelta(hours=1)


def content_of(edition):
    return register.contents([edition.pk])[edition.pk]


# What is hashed


def test_content_is_what_was_said_and_nothing_that_may_change():
    edition = make.draft(
        title="น้ำท่วม",
        must_know="ยกของขึ้นที่สูง",
        lead="ระดับน้ำสูงขึ้น",
        body="<p>รายละเอียด</p>",
        event_on=date(2026, 11, 24),
        event_place="ศาลากลาง",
        presided_by="ผู้ว่าราชการจังหวัด",
        source_agency="ปภ.",
        source_url="https://example.org/1",
    )
    picture = make.placement(edition, caption="ริมน้ำ").picture
    attachments.store(edition, SimpleUploadedFile("map.pdf", PDF), title="แผนที่")
    publishing.publish(edition, by=None, at=datetime(2026, 11, 24, 9, 0, 0, 5, tzinfo=UTC))
    approved_at = Edition.objects.get().approved_at

    assert content_of(edition) == {
        "form": "lopburi-pr/edition/1",
        "reference": edition.article.reference,
        "version": 1,
        "language": "th",
        "is_sample": False,
        "title": "น้ำท่วม",
        "must_know": "ยกของขึ้นที่สูง",
        "lead": "ระดับน้ำสูงขึ้น",
        "body": "<p>รายละเอียด</p>",
        "event_on": "2026-11-24",
        "event_place": "ศาลากลาง",
        "change_kind": "first",
        "spoken": "",
        "change_note": "",
        "presided_by": "ผู้ว่าราชการจังหวัด",
        "source_agency": "ปภ.",
        "source_url": "https://example.org/1",
        "pictures": [
            {
                "role": "cover",
                "order": 0,
                "alt": "ชาวบ้านยกของขึ้นที่สูง",
                "is_decorative": False,
                "caption": "ริมน้ำ",
                "sha256": picture.sha256,
            }
        ],
        "attachments": [
            {
                "order": 0,
                "title": "แผนที่",
                "format": "pdf",
                "size": len(PDF),
                "sha256": hashlib.sha256(PDF).hexdigest(),
            }
        ],
        "approved_at": approved_at.isoformat(timespec="microseconds"),
        "shown_from": "2026-11-24T09:00:00.000005+00:00",
    }


def test_what_may_change_later_changes_no_hash():
    edition = make.published(tags=["น้ำ"])
    before = content_of(edition)
    article = edition.article

    Article.objects.filter(pk=article.pk).update(kind="statement", topic=make.topic("health"))
    article.tags.set(["ไฟ"])
    article.districts.set([make.district()])
    make.revised(edition)
    publishing.expire(article, by=None)

    assert content_of(edition) == before


def test_entry_seals_content_and_the_entry_before():
    first, second = make.published().entry, make.published().entry

    assert (first.seq, second.seq) == (1, 2)
    assert first.previous_hash == "0" * 64
    assert second.previous_hash == first.entry_hash
    content = rfc8785.dumps(content_of(second.edition))
    assert second.sha256 == hashlib.sha256(content).hexdigest()
    assert json.loads(content)["title"] == second.edition.title
    facts = {
        "seq": 2,
        "reference": f"{second.edition.article.reference}.1",
        "language": "th",
        "is_sample": False,
        "sha256": second.sha256,
        "previous_hash": first.entry_hash,
        "key_id": second.key_id,
        "registered_at": second.registered_at.isoformat(timespec="microseconds"),
    }
    assert second.entry_hash == hashlib.sha256(rfc8785.dumps(facts)).hexdigest()
    assert auditing.faults_of(second) == []


# Who enters


def test_approval_registers_at_once_even_what_is_shown_later():
    edition = make.published(at=timezone.now() + HOUR)

    entry = LedgerEntry.objects.get(edition=edition)

    assert entry.reference == f"{edition.article.reference}.1"
    assert Fingerprint.objects.filter(edition=edition).exists()


def test_a_draft_is_not_registered():
    make.draft()

    assert not LedgerEntry.objects.exists()


def test_an_approval_that_fails_leaves_no_entry_and_no_gap():
    make.published()
    with transaction.atomic():
        make.published()
        transaction.set_rollback(True)

    make.published()

    assert list(LedgerEntry.objects.values_list("seq", flat=True)) == [1, 2]


def test_a_translation_has_the_same_reference_and_its_own_entry():
    thai = make.published()
    english = make.published(language="en", translation_of=thai.article, ago=HOUR / 2)

    assert thai.entry.reference == english.entry.reference
    assert (thai.entry.language, english.entry.language) == ("th", "en")


def test_an_import_registers_every_item(settings):
    call_command("load_office", verbosity=0)
    item = {"date": "2023-03-23", "paragraphs": ["วรรค"], "topic": "", "provinces": []}
    lines = [
        (n, json.dumps(item | {"source_url": f"https://a.go.th/{n}", "title": f"ข่าว {n}"}).encode())
        for n in range(1, 4)
    ]

    importing.import_lines(lines, on_bad=lambda number, reason: None)

    assert LedgerEntry.objects.count() == 3
    assert not register.unregistered().exists()
    call_command("verify_ledger")


def test_an_edition_is_registered_once():
    edition = make.published()

    with pytest.raises(IntegrityError), transaction.atomic():
        register.enter([edition.pk])
    assert LedgerEntry.objects.count() == 1


def test_editions_from_before_the_register_are_entered_by_the_command(tamper, capsys):
    early = make.published(ago=HOUR)
    tamper("news_ledgerentry")
    assert list(register.unregistered()) == [early]

    call_command("verify_ledger", "--enter-missing")

    assert LedgerEntry.objects.get().edition == early
    assert "1 editions entered" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_ten_approvals_at_once_make_one_chain():
    drafts = [make.draft() for _ in range(10)]
    start = threading.Barrier(len(drafts))

    def approve(draft):
        start.wait()
        publishing.publish(draft, by=None)
        connections.close_all()

    threads = [threading.Thread(target=approve, args=[draft]) for draft in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert list(LedgerEntry.objects.values_list("seq", flat=True)) == list(range(1, 11))
    call_command("verify_ledger")


# Only added to


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE news_ledgerentry SET sha256 = repeat('0', 64)",
        "UPDATE news_ledgerentry SET registered_at = now()",
        "DELETE FROM news_ledgerentry",
        "UPDATE news_signingkey SET public_key = ''",
        "DELETE FROM news_signingkey",
    ],
)
def test_nobody_changes_or_deletes_a_line(statement):
    make.published()

    with (
        pytest.raises(IntegrityError, match="only ever added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert (LedgerEntry.objects.count(), SigningKey.objects.count()) == (1, 1)


def test_nobody_empties_the_register():
    make.published()
    with connection.cursor() as cursor:  # switched off in tests only: see tests/conftest.py
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE news_ledgerentry ENABLE TRIGGER news_ledger_stays_whole")

    with (
        pytest.raises(IntegrityError, match="only ever added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE news_ledgerentry")
    assert LedgerEntry.objects.count() == 1


def test_the_register_does_not_fork():
    entry = make.published().entry
    entry.pk, entry.edition_id = 99, 99

    with pytest.raises(IntegrityError, match="one_chain"), transaction.atomic():
        entry.save(force_insert=True)


def test_sample_news_may_be_cleared_and_its_lines_stay():
    call_command("load_office", verbosity=0)
    sample_data.load(writer=make.editor(), publisher=make.editor())
    entered = LedgerEntry.objects.count()

    sample_data.clear()
    real = make.published()

    assert not Edition.objects.exclude(pk=real.pk).exists()
    assert set(LedgerEntry.objects.values_list("is_sample", flat=True)) == {True, False}
    assert LedgerEntry.objects.last().seq == entered + 1
    call_command("verify_ledger")
