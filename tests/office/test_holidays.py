"""Days off: proposed by a library, decided by the head, counted only when confirmed."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from office import audit, holidays, sample_holidays
from office.models import Holiday
from office.working_days import calendar
from tests import make

pytestmark = pytest.mark.django_db
PLOUGHING = date(2026, 5, 13)


@pytest.fixture
def head():
    return make.user("head")


def day_off(day=PLOUGHING, **facts):
    return Holiday(
        **{"day": day, "name_th": "วันพืชมงคล", "source": "มติคณะรัฐมนตรี 3 มิ.ย. 2568"} | facts
    )


def test_a_library_proposes_the_days_of_a_government_office(head):
    holidays.propose(2026, by=head)

    proposed = {row.day: row for row in Holiday.objects.proposed()}
    assert proposed[PLOUGHING].name_th == "วันพืชมงคล"
    assert proposed[PLOUGHING].name_en == "Royal Ploughing Ceremony"
    assert proposed[date(2026, 6, 1)].name_th == "วันหยุดชดเชยวันวิสาขบูชา"
    assert proposed[date(2026, 1, 2)].kind == Holiday.Kind.CABINET
    assert all(row.source == "python-holidays 0.109" for row in proposed.values())
    assert not Holiday.objects.confirmed().exists()
    assert calendar().is_working(PLOUGHING)


@pytest.mark.parametrize("year", [2021, 2022, 2026, 2027, 2028])
def test_labour_day_and_its_substitute_are_never_proposed(head, year):
    holidays.propose(year, by=head)

    assert not Holiday.objects.filter(name_th__contains="แรงงาน").exists()
    assert not Holiday.objects.filter(name_en__contains="Labor").exists()
    assert not Holiday.objects.filter(day__month=5, day__day__lte=3).exists()
    assert not Holiday.objects.filter(name_th__contains="วันเด็ก").exists()


def test_several_names_of_one_day_are_told_as_one(head):
    holidays.propose(2026, by=head)

    substitute = Holiday.objects.get(day=date(2026, 12, 7))
    assert substitute.name_th.startswith("วันหยุดชดเชยวันคล้ายวันเฉลิม")
    assert substitute.name_th.endswith(" วันชาติ และวันพ่อแห่งชาติ")
    assert substitute.name_en.endswith(", National Day and National Father's Day (in lieu)")
    assert not Holiday.objects.filter(name_th__contains=";").exists()


def test_what_was_decided_is_not_proposed_again(head):
    first = holidays.propose(2026, by=head)
    rejected, confirmed, *others = first
    holidays.reject(rejected, by=head)
    holidays.confirm(confirmed, by=head)

    assert holidays.propose(2026, by=head) == []

    states = dict(Holiday.objects.values_list("day", "state"))
    assert states == {
        rejected.day: "rejected",
        confirmed.day: "confirmed",
        **{row.day: "proposed" for row in others},
    }


@pytest.mark.parametrize("year", [0, 2569, 9999])
def test_a_year_of_another_era_is_refused(head, year):
    with pytest.raises(ValidationError):
        holidays.propose(year, by=head)


def test_a_decision_counts_at_once_and_stands_in_the_trail(head):
    holidays.propose(2026, by=head)
    holiday = Holiday.objects.get(day=PLOUGHING)

    assert calendar().is_working(PLOUGHING)
    holidays.confirm(holiday, by=head)
    assert not calendar().is_working(PLOUGHING)
    holidays.reject(holiday, by=head)
    assert calendar().is_working(PLOUGHING)

    holiday.refresh_from_db()
    assert (holiday.state, holiday.decided_by) == ("rejected", head)
    steps = [(step.verb, step.before, step.after, step.actor) for step in audit.trail(holiday)]
    assert steps == [
        ("reject", "confirmed", "rejected", head),
        ("confirm", "proposed", "confirmed", head),
        ("propose day", "", "proposed", head),
    ]


def test_the_same_decision_is_refused_the_second_time(head):
    holiday = day_off()
    holidays.add(holiday, by=head)

    with pytest.raises(ValidationError):
        holidays.confirm(holiday, by=head)

    assert len(audit.trail(holiday)) == 1


def test_a_day_written_in_by_hand_counts(head):
    regional = date(2026, 10, 21)

    holidays.add(day_off(regional, name_th="วันหยุดภาคกลาง", kind="regional"), by=head)

    assert [row.kind for row in Holiday.objects.confirmed()] == ["regional"]
    assert str(calendar().days_off[regional]) == "วันหยุดภาคกลาง"


@pytest.mark.parametrize("facts", [{"name_th": ""}, {"source": ""}, {"kind": "private"}])
def test_a_day_without_name_or_source_is_refused(head, facts):
    with pytest.raises(ValidationError):
        holidays.add(day_off(**facts), by=head)


def test_a_day_stands_in_the_list_once(head):
    holidays.add(day_off(), by=head)

    with pytest.raises(ValidationError, match="รายการ"):
        holidays.add(day_off(name_th="วันอื่น"), by=head)


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "confirmed"},
        {"decided_at": timezone.now()},
        {"state": "perhaps", "decided_at": timezone.now()},
        {"name_th": ""},
        {"source": ""},
    ],
)
def test_the_database_refuses_half_a_decision(facts):
    with pytest.raises(IntegrityError, match="office_holiday_"), transaction.atomic():
        day_off(**facts).save()


@pytest.mark.parametrize(
    ("today", "missing"),
    [(date(2026, 9, 30), None), (date(2026, 10, 1), 2027), (date(2026, 12, 31), 2027)],
)
def test_next_year_is_missed_from_october_on(head, today, missing):
    holidays.propose(2027, by=head)
    holidays.add(day_off(), by=head)

    assert holidays.missing_year(today) == missing
    holidays.confirm(Holiday.objects.proposed().first(), by=head)
    assert holidays.missing_year(today) is None


def test_sample_days_are_confirmed_labelled_and_removable(head):
    kept = day_off(date(2028, 5, 10))
    holidays.add(kept, by=head)

    count = sample_holidays.load()

    samples = Holiday.objects.filter(is_sample=True)
    assert count == samples.count() == samples.confirmed().count() > 40
    assert samples.filter(day=PLOUGHING).exists()
    assert not samples.in_year(2028).exists()
    assert all("ข้อมูลตัวอย่าง" in row.source for row in samples)
    assert sample_holidays.load() == 0
    assert holidays.propose(2026, by=head) == []
    holidays.confirm(samples.get(day=PLOUGHING), by=head)
    assert sample_holidays.clear() == count - 1
    assert set(Holiday.objects.values_list("day", flat=True)) == {PLOUGHING, kept.day}
