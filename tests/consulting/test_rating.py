from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError

from consulting import casework, rating, rounds, statistics_views
from consulting.models import Rating
from lopburi_pr.thai_calendar import BANGKOK
from network import tokens
from tests import make

MONDAY = datetime(2026, 11, 30, 10, tzinfo=BANGKOK)


@pytest.fixture
def officer(db):
    return make.officer("kamon")


@pytest.fixture
def head(db):
    return make.officer("wanna", "head")


@pytest.fixture
def answered(officer, head, travel):
    travel(MONDAY)
    return make_answered(officer, head)


def make_answered(officer, head):
    request = make.advisory_request()
    casework.take(request, by=officer)
    answer = casework.write_answer(request, "ตอบ", by=officer)
    casework.submit_answer(answer, by=officer)
    casework.send_answer(answer, by=head)
    return request


def page_of(request):
    return f"/consulting/track/{tokens.of(request.link_name)}/rating/"


def test_to_open_a_link_with_stars_saves_nothing(answered, client):
    page = client.get(page_of(answered), {"stars": "5"})

    assert page.status_code == 200
    assert page.context["form"].initial["overall"] == 5
    assert not Rating.objects.exists()


def test_a_rating_is_kept_and_changed_within_seven_days(answered, client, travel):
    client.post(page_of(answered), {"overall": "4", "clear": "5", "words": "ดีมาก"})
    travel(MONDAY + timedelta(days=6))
    client.post(page_of(answered), {"overall": "3"})
    changed = Rating.objects.get().overall
    travel(MONDAY + timedelta(days=9))
    late = client.post(page_of(answered), {"overall": "1"})

    assert changed == 3
    assert late.status_code == 400
    assert Rating.objects.get().overall == 3


def test_who_sends_too_often_waits_and_keeps_what_was_typed(answered, client):
    cache.clear()

    for _n in range(statistics_views.RATED_AN_HOUR):
        assert client.post(page_of(answered), {"overall": "5"}).status_code == 302
    page = client.post(page_of(answered), {"overall": "1", "words": "ใช้ไม่ได้จริง"})

    assert (page.status_code, "Retry-After" in page.headers) == (429, True)
    assert "ใช้ไม่ได้จริง" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert Rating.objects.get().overall == 5


def test_nothing_can_be_rated_before_the_answer(db, client):
    request = make.advisory_request()

    assert client.post(page_of(request), {"overall": "5"}).status_code == 400
    with pytest.raises(ValidationError):
        rating.give(request, wave=0, overall=5)
    assert not Rating.objects.exists()


@pytest.mark.parametrize("said", [{}, {"overall": "6"}, {"overall": "x", "words": "ก" * 3000}])
def test_what_makes_no_sense_is_refused_with_a_sentence(answered, client, said):
    page = client.post(page_of(answered), said)

    assert page.status_code == 400
    assert not Rating.objects.exists()


def test_later_they_are_asked_what_came_of_it(answered, client, travel):
    travel(MONDAY + timedelta(days=31))
    rounds.ask_how_it_went(MONDAY + timedelta(days=31))
    rounds.ask_how_it_went(MONDAY + timedelta(days=31))

    client.post(page_of(answered), {"use": "partly", "words": "ลูกน้ำลดลงครึ่งหนึ่ง"})

    assert answered.letters.filter(kind="follow-up", wave=30).count() == 1
    assert [*Rating.objects.values_list("wave", "use")] == [(30, "partly")]


def test_an_officer_reads_none_of_their_own_ratings_while_there_are_few(officer, head, travel):
    travel(MONDAY)
    for n in range(3):
        if n == 2:
            assert not rating.shown_to(officer).exists()
        rating.give(make_answered(officer, head), wave=0, overall=5)

    assert rating.shown_to(head).count() == 3
    assert rating.shown_to(officer).count() == 3


def test_the_desk_shows_them_and_who_never_asks(answered, head, client):
    rating.give(answered, wave=0, overall=5, words="ใช้ได้จริง")
    make.organization(kind="school", name_th="โรงเรียนที่ไม่เคยถาม")
    client.force_login(head)

    assert "ใช้ได้จริง" in client.get("/admin/consulting/rating/").text
    assert "โรงเรียนที่ไม่เคยถาม" in client.get("/admin/consulting/rating/silent/").text
