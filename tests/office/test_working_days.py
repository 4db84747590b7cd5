"""Counting in working days."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from office.models import Holiday
from office.working_days import Name, WorkingCalendar, calendar

PLOUGHING = date(2026, 5, 13)
MAY = WorkingCalendar({PLOUGHING: Name("วันพืชมงคล", "Royal Ploughing Ceremony")})
SOME_DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def test_monday_to_friday_are_worked_unless_they_are_days_off():
    worked = [day for day in range(10, 18) if MAY.is_working(date(2026, 5, day))]

    assert worked == [11, 12, 14, 15]
    assert MAY.is_working(date(2026, 5, 1))  # Labour Day


def test_the_next_working_day_is_never_the_day_itself():
    assert MAY.next_working(date(2026, 5, 11)) == date(2026, 5, 12)
    assert MAY.next_working(date(2026, 5, 12)) == date(2026, 5, 14)
    assert MAY.next_working(date(2026, 5, 15)) == date(2026, 5, 18)


def test_days_are_added_and_counted():
    assert MAY.add(date(2026, 5, 11), 3) == date(2026, 5, 15)
    assert MAY.between(date(2026, 5, 11), date(2026, 5, 15)) == 3
    assert MAY.between(date(2026, 5, 11), date(2026, 5, 11)) == 0
    assert MAY.between(date(2026, 5, 15), date(2026, 5, 11)) == 0
    with pytest.raises(ValueError, match="from one"):
        MAY.add(date(2026, 5, 11), 0)


@given(st.sets(SOME_DAYS, max_size=30), SOME_DAYS, st.integers(1, 40))
def test_adding_and_counting_undo_each_other(days_off, day, count):
    worked = WorkingCalendar(dict.fromkeys(days_off, Name("วันหยุด")))

    reached = worked.add(day, count)

    assert worked.is_working(reached)
    assert worked.between(day, reached) == count
    assert worked.between(day, reached - timedelta(days=1)) == count - 1


def test_a_day_off_is_named_in_the_readers_language():
    name = MAY.days_off[PLOUGHING]

    with override("th"):
        assert str(name) == "วันพืชมงคล"
    with override("en"):
        assert (str(name), str(Name("วันหยุด"))) == ("Royal Ploughing Ceremony", "วันหยุด")


@pytest.mark.django_db
def test_the_office_reads_its_calendar_once(django_assert_num_queries):
    facts = {"name_th": "วันพืชมงคล", "source": "x", "decided_at": timezone.now()}
    Holiday.objects.create(day=PLOUGHING, state="confirmed", **facts)
    Holiday.objects.create(day=date(2026, 5, 14), state="rejected", **facts)
    Holiday.objects.create(day=date(2026, 5, 15), name_th="วันหยุด", source="x")

    with django_assert_num_queries(2):  # the pulse, the days
        first = calendar()
    with django_assert_num_queries(1):
        second = calendar()

    assert first.days_off == {PLOUGHING: Name("วันพืชมงคล")}
    assert second is first
    Holiday.objects.all().delete()
    assert calendar().is_working(PLOUGHING)
