"""Which days are taken: for borrowers without names, for staff with them."""

from datetime import date, datetime, timedelta

import pytest

from lopburi_pr.thai_calendar import BANGKOK
from network import availability, lending
from tests import make

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 12, tzinfo=BANGKOK)


@pytest.fixture(autouse=True)
def _noon(travel):
    travel(NOON)


def taken(asset, first=date(2026, 11, 1), last=date(2026, 11, 30)):
    days = availability.busy_days([asset], first, last)[asset.pk]
    return availability.stretches(days)


def test_days_that_follow_each_other_are_told_together():
    truck = make.asset()
    make.loan(truck, days=(1, 2), state="approved")
    make.loan(truck, days=(3, 3), state="approved")
    make.loan(truck, days=(5, 9), state="approved")
    make.loan(truck, days=(4, 4))  # only asked for

    assert taken(truck) == [
        (date(2026, 11, 26), date(2026, 11, 28)),
        (date(2026, 11, 30), date(2026, 11, 30)),
    ]


def test_a_kit_is_taken_when_a_part_of_it_is():
    kit = make.asset("ชุด")
    part = make.asset("ส่วน", kit=kit)
    make.loan(part, days=(1, 1), state="approved")

    assert taken(kit) == taken(part) == [(date(2026, 11, 26), date(2026, 11, 26))]


def test_what_should_be_back_is_taken_today_until_it_is(travel):
    truck = make.asset()
    loan = make.loan(truck, days=(0, 0), state="out")
    travel(NOON + timedelta(days=3))

    assert (date(2026, 11, 28), date(2026, 11, 28)) in taken(truck)
    lending.take_back(loan, [lending.Checked(loan.holds.get())], make.signed(), by=None)
    assert taken(truck) == []


def test_a_month_is_asked_for_from_this_one_to_a_year_ahead():
    asked = availability.month_asked

    assert asked("") == date(2026, 11, 1)
    assert asked("2027-11") == date(2027, 11, 1)
    assert [asked(text) for text in ("2026-10", "2027-12", "2569-11", "2026-13", "x")] == [None] * 5
    assert availability.turning(date(2026, 11, 1)) == {"before": None, "after": date(2026, 12, 1)}
    assert availability.turning(date(2027, 11, 1))["after"] is None


def test_a_month_stands_from_sunday_to_saturday():
    weeks = availability.weeks(date(2026, 11, 1), {date(2026, 11, 26)})

    assert [len(week) for week in weeks] == [7] * 5
    assert weeks[0][0] == {"day": date(2026, 11, 1), "is_busy": False, "is_past": True}
    assert weeks[3][4] == {"day": date(2026, 11, 26), "is_busy": True, "is_past": False}
    assert weeks[4][2:] == [None] * 5


def test_staff_see_every_day_of_the_month_once():
    truck, camera = make.asset(), make.asset("กล้อง")
    loan = make.loan(truck, days=(1, 40), state="approved")

    days = availability.days_left(date(2026, 11, 1))
    (_, first), (_, second) = availability.bars([truck, camera], days)

    assert [sum(piece["length"] for piece in pieces) for pieces in (first, second)] == [6, 6]
    assert [(piece["day"].day, piece["length"]) for piece in first if piece["hold"]] == [(26, 5)]
    assert first[-1]["hold"].loan == loan
    assert len(availability.days_left(date(2026, 12, 1))) == 31


def test_staff_see_what_is_late_until_today_even_when_the_next_one_waits_for_it(travel):
    truck = make.asset()
    make.loan(truck, days=(0, 0), state="out")
    make.loan(truck, days=(1, 3), state="approved")
    travel(NOON + timedelta(days=2))

    ((_, pieces),) = availability.bars([truck], availability.days_left(date(2026, 11, 1)))

    assert [(piece["day"].day, piece["length"]) for piece in pieces] == [
        (27, 1),
        (28, 1),
        (29, 1),
        (30, 1),
    ]
    assert [piece["hold"] and piece["hold"].state for piece in pieces[:2]] == ["out", "approved"]
