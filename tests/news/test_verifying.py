"""A reference as people write it, and how the edition behind it stands."""

from datetime import timedelta

import pytest
from django.utils import timezone

from news import publishing, verifying
from news.verifying import Wanted
from tests import make

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    "text",
    [
        "LPB-2569-00123.2",
        "lpb-2569-123.2",
        " LPB 2569 00123 v2 ",
        "LPB‑2569–00123 ฉบับที่ 2",
        "๒๕๖๙/๑๒๓ ฉบับที่ ๒",
        "2569-123.02",
        "LPB-2569-00123 (ฉบับ 2)",
        "LPB256900123.2",
        "lpb-2569-00123 version 2.",
        "2569/123/v2/",
    ],
)
def test_reference_is_understood_as_people_write_it(text):
    wanted = Wanted.of(text)

    assert wanted == Wanted(2569, 123, 2)
    assert wanted.text == "LPB-2569-00123.2"


@pytest.mark.parametrize("text", ["LPB-2569-00123", "2569/123", "๒๕๖๙-๑๒๓", "lpb 2569 123"])
def test_reference_without_a_version_means_the_latest(text):
    assert Wanted.of(text) == Wanted(2569, 123, None)
    assert Wanted.of(text).text == "LPB-2569-00123"


@pytest.mark.parametrize(
    "text",
    [
        *("", "LPB", "2569", "LPB-2569-", "1784", "LPB-2569-0", "LPB-2569-1.0", "LPB-1999-1"),
        *("LPB-2569-12345678901", "LPB-2569-1.99999", "ABC-2569-1", "น้ำท่วม", "2569-1.2.3"),
    ],
)
def test_what_is_no_reference_is_refused(text):
    assert Wanted.of(text) is None


def found(edition, version=None, **options):
    article = edition.article
    return verifying.find(Wanted(article.year, article.number, version), "th", **options)


def test_the_version_in_force_is_current(db):
    edition = make.published()

    record = found(edition, 1)

    assert (record.state, record.edition, record.entry) == ("current", edition, edition.entry)
    assert record.is_shown


def test_an_earlier_version_is_replaced_by_the_latest(db):
    first = make.published(ago=2 * HOUR)
    second = make.revised(first)

    record = found(first, 1)

    assert (record.state, record.latest) == ("replaced", second)
    assert [edition.standing for edition in record.versions] == ["replaced", "current"]
    assert found(first).edition == second


def test_an_expired_article_gives_out_no_text(db):
    first = make.published(ago=2 * HOUR)
    make.revised(first)
    publishing.expire(first.article, by=None)

    assert (found(first, 1).state, found(first, 2).state) == ("replaced", "expired")
    assert not found(first, 2).is_shown
    assert verifying.record_data(found(first, 2), "/here/")["content"] is None


def test_what_is_not_shown_yet_is_unknown(db):
    live = make.published(ago=HOUR)
    make.revised(live, at=timezone.now() + HOUR)
    coming = make.published(at=timezone.now() + HOUR)

    assert found(coming) is None
    assert found(coming, 1) is None
    assert found(live, 2) is None
    assert (found(live).state, len(found(live).versions)) == ("current", 1)
    after = timezone.now() + 2 * HOUR
    assert (found(coming, at=after).state, found(live, at=after).edition.version) == ("current", 2)


def test_a_version_overtaken_before_its_hour_is_unknown(db):
    first = make.published(ago=HOUR)
    make.revised(first, at=timezone.now() + 2 * HOUR)
    third = make.revised(first, at=timezone.now() + HOUR)

    after = timezone.now() + 3 * HOUR

    assert found(first, 2, at=after) is None
    assert found(first, at=after).edition == third


def test_each_language_has_its_own_record_and_stands_in_for_the_other(db):
    thai = make.published(ago=2 * HOUR)
    english = make.published(language="en", translation_of=thai.article, ago=HOUR)
    alone = make.published()
    wanted = Wanted(thai.article.year, thai.article.number, 1)

    assert verifying.find(wanted, "th").edition == thai
    assert verifying.find(wanted, "en").edition == english
    wanted = Wanted(alone.article.year, alone.article.number, 1)
    assert verifying.find(wanted, "en").edition == alone


def test_a_text_that_was_changed_behind_the_register_is_not_called_genuine(tamper):
    edition = make.published()
    tamper("news_edition", "lead = 'แก้เงียบ'", id=edition.pk)

    assert found(edition, 1).state == "altered"


def test_an_edition_that_was_never_entered_is_unknown(tamper):
    edition = make.published()
    tamper("news_ledgerentry")

    assert found(edition, 1) is None


def test_a_version_that_only_the_other_language_has_is_found(db):
    thai = make.published(ago=2 * HOUR)
    make.published(language="en", translation_of=thai.article)
    second = make.revised(thai)

    record = verifying.find(Wanted(thai.article.year, thai.article.number, 2), "en")
    first = verifying.find(Wanted(thai.article.year, thai.article.number, 1), "en")

    assert (record.edition, record.state) == (second, verifying.CURRENT)
    assert [version.version for version in record.versions] == [1, 2]
    assert first.edition.article.language == "en"
