from datetime import datetime, timedelta

import pytest
from django.core.cache import cache

from consulting import casework, measuring, rating
from lopburi_pr.thai_calendar import BANGKOK
from tests import make

MONDAY = datetime(2026, 11, 30, 10, tzinfo=BANGKOK)


@pytest.fixture(autouse=True)
def _anew(db):
    cache.clear()


@pytest.fixture
def officer(db):
    return make.officer("kamon")


@pytest.fixture
def head(db):
    return make.officer("wanna", "head")


@pytest.fixture
def answer(officer, head, travel):
    """``answer(day, …)``: a request of Monday that was answered so many days later."""

    def made(days, **given):
        travel(MONDAY)
        request = make.advisory_request(received_at=MONDAY, **given)
        casework.take(request, by=officer)
        travel(MONDAY + timedelta(days=days))
        draft = casework.write_answer(request, "ตอบ", by=officer)
        casework.submit_answer(draft, by=officer)
        casework.send_answer(draft, by=head)
        return request

    return made


def test_durations_are_working_days_with_their_median_and_the_ninth_of_ten(answer):
    for days in (0, 1, 2, 3, 4, 7, 8, 9, 10, 30):
        answer(days)

    found = measuring.count(2570)

    # By hand: 0 1 2 3 4 working days in the first week, then 5 6 7 8, and 30 days are 22.
    assert found.answer.count == 10
    assert found.answer.median == 4.5
    assert found.answer.ninth == 8
    assert found.on_time == 0.9


def test_what_would_tell_of_few_is_hidden_and_so_is_what_the_sum_would_tell():
    names = ["ก"] * 9 + ["ข"] * 6 + ["ค"] * 2

    assert measuring.table(names) == [("ก", 9), ("ข", None), ("ค", None)]
    assert measuring.table(["ก"] * 9 + ["ข"] * 3 + ["ค"] * 2) == [
        *(("ก", 9), ("ข", None), ("ค", None))
    ]
    assert measuring.table(["ก"] * 9) == [("ก", 9)]
    few = measuring.table(["ก"] * 9 + ["ข"] * 6 + ["ค"] * 2 + ["ง"])
    assert few == [("ก", 9), ("ข", None), ("ค", None), ("ง", None)]


def test_few_requests_are_told_of_by_no_number_at_all(client, answer):
    rating.give(answer(1), wave=0, overall=4)
    answer(1, topic="crisis")

    page = client.get("/consulting/statistics/").context
    rows = client.get("/consulting/statistics.csv").text.splitlines()[1:]

    assert [
        value for _key, _name, value, of in page["glance"] if value not in {"", "0"} or of
    ] == []
    assert [
        row for row in rows if row.split(",")[-2:] not in (["", ""], ["0", ""], ["", "0"])
    ] == []


def test_spam_samples_and_what_was_joined_are_not_counted(officer):
    kept = make.advisory_request(received_at=MONDAY)
    casework.call_spam(make.advisory_request(received_at=MONDAY), by=officer)
    casework.join(make.advisory_request(received_at=MONDAY), kept, by=officer)
    make.advisory_request(received_at=MONDAY, is_sample=True)

    assert measuring.count(2570).received == 1


def test_an_open_request_counts_as_late_only_once_it_is_due(officer, travel):
    travel(MONDAY)
    for _n in range(5):
        make.advisory_request(received_at=MONDAY)

    early = measuring.count(2570, MONDAY + timedelta(days=1))
    travel(MONDAY + timedelta(days=40))
    late = measuring.count(2570, MONDAY + timedelta(days=40))

    assert (early.on_time, early.on_time_of) == (None, 0)
    assert (late.on_time, late.on_time_of) == (0.0, 5)


def test_a_percentile_is_one_of_the_values():
    assert measuring.percentile([5, 1, 3], 90) == 5
    assert measuring.percentile(list(range(1, 11)), 90) == 9
    assert measuring.percentile(list(range(1, 101)), 90) == 90


def test_ratings_are_told_from_five_on(answer, client):
    for n in range(5):
        rating.give(answer(1), wave=0, overall=4 + n % 2)
        if n == 3:
            assert measuring.count(2570).rating is None

    found = measuring.count(2570)
    page = client.get("/consulting/statistics/")
    table = client.get("/consulting/statistics.csv")

    assert found.rating == 4.4
    assert "4.4" in page.text
    assert 'id="on-time"' in page.text
    assert "2570,rating,,4.40,5" in table.text


def test_a_year_without_requests_is_told_so_and_an_unknown_year_is_none(client, db):
    assert client.get("/consulting/statistics/").status_code == 200
    assert client.get("/consulting/statistics/", {"year": "2499"}).status_code == 404
    assert client.get("/consulting/statistics/", {"year": "x"}).status_code == 404


def test_the_worker_counts_this_year_every_hour_and_readers_find_it(db, travel):
    travel(MONDAY)
    make.advisory_request(received_at=MONDAY)
    measuring.keep_fresh(MONDAY)
    make.advisory_request(received_at=MONDAY)

    measuring.keep_fresh(MONDAY + timedelta(minutes=59))
    early = measuring.figures(2570)
    measuring.keep_fresh(MONDAY + timedelta(hours=1))
    late = measuring.figures(2570)

    assert (early.received, late.received) == (1, 2)
    assert late.counted_at == MONDAY + timedelta(hours=1)
