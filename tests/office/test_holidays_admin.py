"""The working calendar at the desk."""

from datetime import date

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone

from office import holidays, roles
from office.models import Holiday
from tests import make

pytestmark = pytest.mark.django_db
LIST = "/admin/office/holiday/"
PLOUGHING = date(2026, 5, 13)


def staff(role):
    roles.sync()
    made = make.user(role, is_staff=True)
    made.groups.add(Group.objects.get(name=role))
    return User.objects.get(pk=made.pk)


@pytest.fixture
def desk(client):
    client.force_login(staff("head"))
    return client


@pytest.fixture
def proposed(desk, travel):
    """The days of 2026 as they were proposed, looked at in November of that year."""
    travel(timezone.now().replace(year=2026, month=11, day=29))
    desk.post(f"{LIST}propose/", {"year": "2026"})
    return Holiday.objects.get(day=PLOUGHING)


def test_the_head_proposes_a_year_once(desk, proposed):
    count = Holiday.objects.proposed().count()

    again = desk.post(f"{LIST}propose/", {"year": "2026"}, follow=True)

    assert count == Holiday.objects.count() > 20
    assert "ไม่มีวันหยุดใหม่ให้เสนอ" in again.text


@pytest.mark.parametrize("year", ["", "abcd", "2569", "๒๐๒๖", "0000"])
def test_a_strange_year_proposes_nothing(desk, year):
    answer = desk.post(f"{LIST}propose/", {"year": year}, follow=True)

    assert (answer.status_code, Holiday.objects.count()) == (200, 0)


def test_a_list_shows_one_year_and_all_of_them_when_asked(desk, proposed):
    holidays.propose(2027, by=None)

    this_year, next_year, every = (
        desk.get(f"{LIST}{query}").context["cl"].queryset.dates("day", "year")
        for query in ("", "?year=2027", "?year=all")
    )

    assert [day.year for day in this_year] == [2026]
    assert [day.year for day in next_year] == [2027]
    assert [day.year for day in every] == [2026, 2027]
    assert desk.get(f"{LIST}?year=nonsense").status_code == 200
    page = desk.get(LIST).text
    assert "พุธ 13 พ.ค. 2569" in page
    assert 'value="2027">เสนอวันหยุดปี 2570' in page


def test_a_day_is_confirmed_and_rejected_with_buttons(desk, proposed):
    form = f"{LIST}{proposed.pk}/"

    first = desk.get(f"{form}change/").text
    confirmed = desk.post(f"{form}steps/confirm/", follow=True).text
    again = desk.post(f"{form}steps/confirm/", follow=True).text
    desk.post(f"{form}steps/reject/")

    assert "วันพุธที่ 13 พฤษภาคม พ.ศ. 2569" in first
    assert "steps/confirm/" in first
    assert "steps/reject/" in first
    assert "steps/confirm/" not in confirmed
    assert "ตัดสินไว้เช่นนี้แล้ว" in again
    proposed.refresh_from_db()
    assert (proposed.state, proposed.decided_by.username) == ("rejected", "head")


def test_several_days_are_confirmed_from_the_list(desk, proposed):
    days = list(Holiday.objects.all()[:3])
    holidays.confirm(days[0], by=None)
    chosen = {"_selected_action": [day.pk for day in days]}

    said = desk.post(LIST, {"action": "confirm", **chosen}, follow=True).text

    assert "ยืนยันแล้ว 2 วัน" in said
    assert "ตัดสินไว้เช่นนี้แล้ว" in said
    desk.post(LIST, {"action": "reject", "_selected_action": [days[0].pk]})
    assert [Holiday.objects.get(pk=day.pk).state for day in days] == [
        *("rejected", "confirmed", "confirmed")
    ]


def test_a_day_is_written_in_by_hand_in_the_buddhist_era(desk):
    facts = {"name_th": "วันหยุดภาคกลาง", "name_en": "", "kind": "regional"}
    typed = {"day": "21 ต.ค. 2569", "source": "มติ ครม. 5 ต.ค. 2569"} | facts

    added = desk.post(f"{LIST}add/", typed)
    again = desk.post(f"{LIST}add/", typed)

    row = Holiday.objects.get()
    assert (added.status_code, row.day, row.state) == (302, date(2026, 10, 21), "confirmed")
    assert row.decided_by.username == "head"
    assert "วันนี้มีอยู่ในรายการแล้ว" in again.text


def test_a_correction_keeps_day_and_decision(desk, proposed):
    typed = {"day": "1/1/2570", "name_th": "วันพระราชพิธีพืชมงคล", "name_en": ""}

    desk.post(f"{LIST}{proposed.pk}/change/", typed | {"kind": "national", "source": "ประกาศ"})

    proposed.refresh_from_db()
    assert (proposed.day, proposed.name_th) == (PLOUGHING, "วันพระราชพิธีพืชมงคล")
    assert (proposed.state, proposed.source) == ("proposed", "ประกาศ")
    assert desk.get(f"{LIST}{proposed.pk}/delete/").status_code == 403


def test_the_front_page_says_what_waits(desk, proposed):
    page = desk.get("/admin/").text

    assert f"<b>{Holiday.objects.count()}</b> วันหยุดที่รอยืนยัน" in page
    assert "<b>0</b> วันหยุดที่ยืนยันแล้วของปี 2570" in page
    holidays.propose(2027, by=None)
    for holiday in Holiday.objects.all():
        holidays.confirm(holiday, by=None)
    page = desk.get("/admin/").text
    assert "วันหยุดที่รอยืนยัน" not in page
    assert "วันหยุดที่ยืนยันแล้ว" not in page


@pytest.mark.parametrize("role", ["editor", "officer", "planner"])
def test_others_look_and_decide_nothing(client, role):
    holidays.propose(2026, by=None)
    holiday = Holiday.objects.get(day=PLOUGHING)
    client.force_login(staff(role))

    form = client.get(f"{LIST}{holiday.pk}/change/")
    listed = client.get(f"{LIST}?year=2026").text

    assert "พืชมงคล" in listed
    assert "เสนอวันหยุดปี" not in listed
    assert (form.status_code, "steps/confirm/" in form.text) == (200, False)
    assert client.post(f"{LIST}propose/", {"year": "2027"}).status_code == 403
    client.post(f"{LIST}{holiday.pk}/steps/confirm/")
    client.post(LIST, {"action": "confirm", "_selected_action": [holiday.pk]})
    assert client.post(f"{LIST}add/", {}).status_code == 403
    assert "วันหยุดที่รอยืนยัน" not in client.get("/admin/").text
    assert set(Holiday.objects.values_list("state", flat=True)) == {"proposed"}
