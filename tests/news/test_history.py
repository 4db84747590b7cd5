"""Every version stays readable, comparable and as it was."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from news import history, publishing
from news.models import Edition
from tests import make


@pytest.fixture
def twice(db):
    """An article whose second version says 21 instead of 12; with a draft of a third."""
    first = make.published(ago=timedelta(days=2), body="<p>น้ำสูง 12 เซนติเมตร</p>")
    second = publishing.revise(first.article, by=None)
    second.body = "<p>น้ำสูง 21 เซนติเมตร</p>"
    second.save()
    make.publish(second, by=None, at=timezone.now() - timedelta(hours=1))
    third = publishing.revise(first.article, by=None)
    third.body = "<p>ความลับ</p>"
    third.save()
    return first.article


def test_versions_say_what_the_program_found(twice):
    first, second = history.versions(twice.pk)

    assert (first.version, first.is_minor, first.reasons) == (1, False, [])
    assert (second.version, second.previous, second.is_minor) == (2, 1, False)
    assert second.reasons == [history.REASONS["number"], history.REASONS["extent"]]


def test_a_long_history_costs_no_more_queries(client, twice, django_assert_max_num_queries):
    for _ in range(3):
        draft = publishing.revise(twice, by=None)
        make.publish(draft, by=None)
    client.get(f"{twice.get_absolute_url()}history/")  # the page's own data is remembered

    with django_assert_max_num_queries(4):
        page = client.get(f"{twice.get_absolute_url()}history/")

    assert page.text.count("<li>\n<h2>") == 5


def test_history_shows_versions_that_were_seen_and_no_other(client, twice):
    coming = twice.editions.drafts().get()
    make.publish(coming, by=None, at=timezone.now() + timedelta(hours=1))

    page = client.get(f"{twice.get_absolute_url()}history/").text

    assert f"{twice.get_absolute_url()}v1/" in page
    assert f"{twice.get_absolute_url()}v1..v2/" in page
    assert "v3" not in page


def test_an_earlier_version_is_shown_under_a_notice(client, twice):
    page = client.get(f"{twice.get_absolute_url()}v1/")

    assert "12 เซนติเมตร" in page.text
    assert 'name="robots" content="noindex"' in page.text
    assert "ld+json" not in page.text
    assert f'rel="canonical" href="http://testserver{twice.get_absolute_url()}"' in page.text


def test_the_version_in_force_has_one_address(client, twice):
    page = client.get(f"{twice.get_absolute_url()}v2/")

    assert (page.status_code, page.url) == (302, twice.get_absolute_url())


def test_changes_are_marked_and_spoken(client, twice):
    page = client.get(f"{twice.get_absolute_url()}v1..v2/").text

    assert "</span>12</del>" in page
    assert "</span>21</ins>" in page


@pytest.mark.parametrize("tail", ["v0/", "v3/", "v9/", "v2..v1/", "v1..v1/", "v2..v3/"])
def test_what_was_never_seen_is_404(client, twice, tail):
    page = client.get(f"{twice.get_absolute_url()}{tail}")

    assert page.status_code == 404
    assert "ความลับ" not in page.text


@pytest.mark.parametrize("tail", ["history/", "v1/", "v1..v2/"])
def test_an_expired_article_shows_no_past(client, twice, tail):
    publishing.expire(twice, by=None)

    assert client.get(f"{twice.get_absolute_url()}{tail}").status_code == 410


def test_a_version_overtaken_before_its_hour_was_never_seen(client, twice):
    third = twice.editions.drafts().get()
    make.publish(third, by=None, at=timezone.now() + timedelta(hours=2))
    fourth = publishing.revise(twice, by=None)
    make.publish(fourth, by=None)

    after = timezone.now() + timedelta(hours=3)

    assert [e.version for e in history.versions(twice.pk, after)] == [1, 2, 4]


def refused():
    return pytest.raises(IntegrityError, match="never")


def test_no_way_of_writing_changes_what_was_approved(twice):
    edition = twice.editions.get(version=1)
    edition.title = "แก้เงียบ"

    with refused(), transaction.atomic():
        edition.save()
    with refused(), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(body="<p>แก้เงียบ</p>")
    with refused(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE news_edition SET lead = 'x' WHERE id = %s", [edition.pk])
    with refused(), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).delete()
    with refused(), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(state="draft", shown_from=None)

    assert Edition.objects.get(pk=edition.pk).plain_body == "น้ำสูง 12 เซนติเมตร"
