"""Stars: one a reader and day, nobody stored, and none where they would be out of place."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from news.models import StarVote
from tests import make

pytestmark = pytest.mark.django_db


def rated(**fields):
    return make.published(topic_slug="tourism", **fields)


def give(client, edition, stars, agent="Phone"):
    address = f"{edition.get_absolute_url()}stars/"
    return client.post(address, {"stars": stars}, headers={"user-agent": agent})


def test_a_vote_counts_once_a_day_and_says_so(client, travel):
    edition = rated()

    answers = [give(client, edition, stars) for stars in (2, 4)]
    give(client, edition, 5, agent="Desk")
    thanks = client.get(answers[-1].url)

    assert [answer.status_code for answer in answers] == [302, 302]
    assert sorted(StarVote.objects.values_list("stars", flat=True)) == [4, 5]
    assert (thanks.context["tally"], thanks.context["given"]) == (
        {"average": 4.5, "votes": 2},
        True,
    )
    travel(timezone.now() + timedelta(days=1))
    give(client, edition, 1)
    assert StarVote.objects.count() == 3


def test_a_vote_stores_nothing_of_the_voter(client):
    edition, other = rated(), rated()
    for row in (edition, other):
        give(client, row, 3, agent="A phone like no other")

    stored = repr(list(StarVote.objects.values()))

    assert "127.0.0.1" not in stored
    assert "phone" not in stored
    assert len(set(StarVote.objects.values_list("voter", flat=True))) == 2


def test_the_article_says_the_average_within_five_minutes(client, travel):
    edition, moment = rated(), timezone.now()
    address = edition.get_absolute_url()
    link = f'href="{address}stars/"'
    before = client.get(address)

    give(client, edition, 4)
    travel(moment + timedelta(minutes=6))
    after = client.get(address)

    assert (before.context["tally"]["votes"], link in before.text) == (0, True)
    assert [after.context["tally"][name] for name in ("average", "votes")] == [4, 1]
    assert not after.cookies


def test_a_vote_empties_nobodys_memory_and_readers_share_one_query(
    client, travel, django_assert_max_num_queries
):
    edition, other = rated(), rated()
    with django_assert_max_num_queries(6):
        client.get(edition.get_absolute_url())

    give(client, other, 4)

    with django_assert_max_num_queries(1):
        client.get(edition.get_absolute_url())
    travel(timezone.now() + timedelta(minutes=6))
    with django_assert_max_num_queries(2):
        client.get(edition.get_absolute_url())


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "clarification"},
        {"kind": "statement"},
        {"topic_slug": "disaster"},
        {"tags": ["ข่าวในพระราชสำนัก"]},
        {"tags": ["ถวายความอาลัย"]},
        {"tags": ["น้ำ", "แสดงความเสียใจ"]},
        {"tags": ["Royal visit"]},
        {"tags": ["ตรวจสอบข่าว"]},
        {"switched_off": True},
    ],
)
def test_without_stars_there_is_no_link_and_no_form(client, fields):
    is_off = fields.get("switched_off", False)
    facts = {name: value for name, value in fields.items() if name != "switched_off"}
    edition = make.published(**({"topic_slug": "tourism"} | facts))
    if is_off:
        edition.article.has_stars = False
        edition.article.save()

    page, form = (client.get(edition.get_absolute_url() + path) for path in ("", "stars/"))

    assert (page.context["tally"], "stars/" in page.text) == (None, False)
    assert (form.status_code, give(client, edition, 5).status_code) == (404, 404)
    assert StarVote.objects.count() == 0


@pytest.mark.parametrize("tag", ["พระราชบัญญัติ", "พระนารายณ์ราชนิเวศน์", "ท่องเที่ยว"])
def test_tags_that_only_sound_royal_leave_stars_on(client, tag):
    assert client.get(rated(tags=[tag]).get_absolute_url()).context["tally"]


@pytest.mark.parametrize("stars", ["0", "6", "-1", "4.5", "", "๕", "9" * 5000, "x\x00"])
def test_hostile_stars_are_refused(client, stars):
    edition = rated()

    assert give(client, edition, stars).status_code == 400
    assert StarVote.objects.count() == 0


def test_too_many_votes_wait(client, monkeypatch):
    monkeypatch.setattr("news.reader_views.STARS_AN_HOUR", 2)
    edition = rated()

    answers = [give(client, edition, 5, agent=f"{n}") for n in range(3)]

    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert StarVote.objects.count() == 2


def test_machines_are_told_no_rating(client):
    edition = rated()
    give(client, edition, 5)

    text = client.get(edition.get_absolute_url()).text

    assert "application/ld+json" in text
    assert "aggregateRating" not in text


def test_the_database_refuses_six_stars_and_a_second_vote():
    vote = {"article": rated().article, "day": timezone.localdate(), "voter": "x"}
    StarVote.objects.create(stars=5, **vote)

    for stars, more in ((6, {"voter": "y"}), (4, {})):
        with pytest.raises(IntegrityError), transaction.atomic():
            StarVote.objects.create(stars=stars, **vote | more)
