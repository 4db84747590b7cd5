"""A statement that is planned once: the same rows as the queryset, on every connection."""

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.db.models import Value

from news.models import Edition
from news.prepared import Prepared
from tests import make

pytestmark = pytest.mark.django_db


def rows_of(year):
    """With a sign that formats must leave alone, and a text that must be quoted."""
    return Edition.objects.filter(article__year=year, title__contains="%").values(
        "pk", "listed_at", note=Value("50% ของ 'ทั้งหมด'")
    )


def planned():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE 'prepared_%'")
        return {name for (name,) in cursor}


def test_it_gives_what_the_queryset_gives_for_every_value():
    edition = make.published(title="ลด 50% ทั้งปี")
    make.published(title="ไม่ลด")
    found, year = Prepared(rows_of, year=31_999), edition.article.year

    assert found.rows(year=year) == list(rows_of(year))
    assert found.rows(year=year)[0]["note"] == "50% ของ 'ทั้งหมด'"
    assert found.rows(year=2400) == []


def test_it_is_planned_once_and_a_transaction_that_fails_takes_nothing_with_it():
    found, before = Prepared(rows_of, year=31_999), planned()

    with transaction.atomic():
        found.rows(year=2569)
        transaction.set_rollback(True)
    (name,) = planned() - before
    found.rows(year=2570)

    assert planned() - before == {name}


def test_a_new_connection_plans_it_again(transactional_db):
    edition = make.published(title="ลด 50%")
    found = Prepared(
        lambda at: Edition.objects.published(at).values("title"), at=datetime(1, 1, 1, tzinfo=UTC)
    )
    now = datetime.now(UTC)

    first = found.rows(at=now)
    connection.close()

    assert found.rows(at=now) == first == [{"title": edition.title}]
