from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta

import icalendar
import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from consulting import appointment_calendars, appointment_views, appointments, letters
from consulting.models import Appointment
from lopburi_pr.thai_calendar import BANGKOK
from network import tokens
from office.models import Holiday
from tests import make

FRIDAY = datetime(2026, 12, 4, 9, tzinfo=BANGKOK)


@pytest.fixture
def adviser(db):
    officer = make.officer("kamon")
    for weekday in (0, 3):
        officer.availabilities.create(
            weekday=weekday, opens=time(9), closes=time(10, 30), minutes=45
        )
    return officer


@pytest.fixture
def advice(adviser):
    return make.advisory_request(received_at=FRIDAY)


def at(day, hour, minute=0):
    return datetime(2026, 12, day, hour, minute, tzinfo=BANGKOK)


def period(day, first, last):
    return DateTimeTZRange(at(day, first), at(day, last))


def book(advice, adviser, when, **given):
    facts = {"mode": "office", "by": adviser} | given
    return appointments.book(advice, adviser=adviser, period=when, **facts)


def test_free_times_leave_out_days_off_absences_and_what_is_taken(adviser, advice, travel):
    travel(FRIDAY)
    Holiday.objects.create(
        day=date(2026, 12, 10),
        name_th="วันรัฐธรรมนูญ",
        name_en="Constitution Day",
        source="ครม.",
        kind="national",
        state="confirmed",
        decided_at=FRIDAY,
    )
    adviser.absences.create(first_on=date(2026, 12, 14), last_on=date(2026, 12, 16))
    book(advice, adviser, DateTimeTZRange(at(7, 9), at(7, 9, 45)))

    found = appointments.free([adviser], date(2026, 12, 4), date(2026, 12, 17))

    assert [slot.starts_at for slot in found] == [at(7, 9, 45), at(17, 9), at(17, 9, 45)]


def test_a_requester_asks_and_an_officer_confirms(adviser, advice, travel, client):
    travel(FRIDAY)
    address = f"/consulting/track/{tokens.of(advice.link_name)}/appointment/"
    slot = appointments.offered(advice)[0]

    short = client.post(address, {"slot": slot.key, "mode": "phone", "place": ""})
    client.post(address, {"slot": slot.key, "mode": "phone", "place": "081 000 0000"})
    asked = advice.appointments.get()
    appointments.confirm(asked, by=adviser)

    assert short.status_code == 400
    assert asked.state == "confirmed"
    assert advice.letters.filter(kind="appointment").count() == 1
    assert slot.key not in [other.key for other in appointments.offered(advice)]


def test_two_appointments_of_one_adviser_never_overlap(adviser, advice, travel):
    travel(FRIDAY)
    book(advice, adviser, period(8, 9, 11))

    with pytest.raises(ValidationError, match=r"another appointment|มีนัดอื่น"):
        book(advice, adviser, period(8, 10, 12))
    with pytest.raises(ValidationError):
        Appointment(
            request=advice,
            adviser=adviser,
            period=period(8, 10, 12),
            mode="office",
            purpose="ก",
            state="confirmed",
        ).full_clean()
    book(advice, adviser, period(8, 11, 12))


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_book_one_hour_one_gets_it():
    adviser = make.officer("kamon")
    advice = make.advisory_request()
    when = DateTimeTZRange(
        datetime.now(BANGKOK) + timedelta(days=3),
        datetime.now(BANGKOK) + timedelta(days=3, hours=1),
    )

    def press(_n):
        try:
            book(advice, adviser, when)
        except Exception as error:  # noqa: BLE001 -- whoever comes second is told so in one way
            return type(error).__name__
        finally:
            connection.close()
        return "booked"

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(press, range(20)))

    assert said.count("booked") == 1
    assert {*said} == {"booked", "ValidationError"}
    assert Appointment.objects.count() == 1


def test_a_calendar_replaces_what_was_moved_and_drops_what_was_called_off(adviser, advice, travel):
    travel(FRIDAY)
    appointment = book(
        advice, adviser, period(8, 9, 10), mode="online", place="https://meet.example"
    )
    first = icalendar.Calendar.from_ical(appointment_calendars.calendar_file(appointment))

    appointments.move(appointment, period(9, 9, 10), by=adviser)
    appointments.cancel(appointment, by=adviser, reason="วิทยากรป่วย")

    last = icalendar.Calendar.from_ical(appointment_calendars.calendar_file(appointment))
    before, after = first.walk("VEVENT")[0], last.walk("VEVENT")[0]
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 2)
    assert (before["STATUS"], after["STATUS"]) == ("CONFIRMED", "CANCELLED")
    mail = letters.message(advice.letters.filter(kind="appointment").last())
    assert [name for name, _content, _kind in mail.attachments] == ["appointment.ics"]


def test_an_appointment_is_called_off_by_its_requester_alone(adviser, advice, travel, client):
    travel(FRIDAY)
    appointment = book(advice, adviser, period(8, 9, 10))
    other = make.advisory_request()

    def address(request):
        return f"/consulting/track/{tokens.of(request.link_name)}/appointment/{appointment.pk}"

    assert client.post(f"{address(other)}/cancel/", {"reason": "x"}).status_code == 404
    assert client.get(f"{address(other)}.ics").status_code == 404
    assert client.get(f"{address(advice)}.ics")["Content-Type"].startswith("text/calendar")
    assert client.post(f"{address(advice)}/cancel/", {"reason": "งานเลื่อน"}).status_code == 302
    appointment.refresh_from_db()
    assert (appointment.state, appointment.reason) == ("cancelled", "งานเลื่อน")


def test_who_calls_off_too_often_waits_and_keeps_what_was_typed(adviser, advice, travel, client):
    cache.clear()
    travel(FRIDAY)
    appointment = book(advice, adviser, period(8, 9, 10))
    page = f"/consulting/track/{tokens.of(advice.link_name)}/appointment/{appointment.pk}/cancel/"

    for _n in range(appointment_views.AGREED_AN_HOUR):
        client.post(page, {"reason": "งานเลื่อน"})
    answer = client.post(page, {"reason": "เหตุผลที่พิมพ์ไว้"})

    assert (answer.status_code, "เหตุผลที่พิมพ์ไว้" in answer.text) == (429, True)
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_refused_move_changes_nothing_and_a_move_keeps_what_was_typed(
    adviser, advice, travel, client
):
    travel(FRIDAY)
    client.force_login(adviser)
    appointment = book(advice, adviser, period(8, 9, 10), mode="onsite", place="เทศบาล")
    book(advice, adviser, period(9, 9, 10))
    here = f"/admin/consulting/appointment/{appointment.pk}/move/"
    other = make.officer("wanna", "head")
    typed = {"adviser": other.pk, "opens": "9.00", "closes": "10.00", "mode": "phone"}
    typed |= {"place": "036 000 000", "purpose": "อีกเรื่อง"}

    refused = client.post(here, typed | {"day": "9/12/2569"})
    appointment.refresh_from_db()
    before = appointment.place
    moved = client.post(here, typed | {"day": "10/12/2569"})

    appointment.refresh_from_db()
    assert (refused.status_code, before, moved.status_code) == (400, "เทศบาล", 302)
    assert (appointment.place, appointment.purpose) == ("036 000 000", "อีกเรื่อง")
    assert (appointment.mode, appointment.adviser) == ("phone", adviser)


def test_staff_make_move_and_note_it_at_the_desk(adviser, advice, travel, client):
    travel(FRIDAY)
    client.force_login(adviser)
    typed = {
        "adviser": adviser.pk,
        "day": "8/12/2569",
        "opens": "9.00",
        "closes": "10.30",
        "mode": "onsite",
        "place": "เทศบาลตำบลตัวอย่าง",
        "purpose": "วางแผนสื่อ",
    }

    without_place = client.post(
        f"/admin/consulting/appointment/for/{advice.pk}/", typed | {"place": ""}
    )
    client.post(f"/admin/consulting/appointment/for/{advice.pk}/", typed)
    appointment = advice.appointments.get()
    here = f"/admin/consulting/appointment/{appointment.pk}/"
    client.post(f"{here}move/", typed | {"day": "9/12/2569"})
    travel(at(9, 11))
    client.force_login(adviser)  # the session of last week is over
    client.post(f"{here}steps/held/")

    appointment.refresh_from_db()
    assert without_place.status_code == 400
    assert "วางแผนสื่อ" in without_place.text
    assert appointment.period.lower == at(9, 9)
    assert appointment.state == "done"
    assert client.get(f"{here}change/").status_code == 200
    assert client.get("/admin/consulting/appointment/?when=all").status_code == 200


def test_times_are_told_as_people_here_read_them(adviser, advice, travel, client):
    travel(FRIDAY)
    row = book(advice, adviser, period(8, 13, 14))

    page = client.get(f"/consulting/track/{tokens.of(advice.link_name)}/appointment/")

    assert str(row).replace("\xa0", " ") == f"{advice.reference} 8 ธ.ค. 2569 เวลา 13:00 น."
    assert "จันทร์ 7 ธ.ค. 09:00–09:45" in page.text


def test_hours_and_absences_name_people_and_buddhist_years(adviser, client):
    adviser.first_name, adviser.last_name = "กมล", "ตัวอย่าง"
    adviser.save()
    client.force_login(adviser)

    form = client.get("/admin/consulting/absence/add/")
    client.post(
        "/admin/consulting/absence/add/",
        {"adviser": adviser.pk, "first_on": "14/12/2569", "last_on": "16/12/2569"},
    )
    absences = client.get("/admin/consulting/absence/")
    hours = client.get("/admin/consulting/availability/")

    assert "กมล ตัวอย่าง</option>" in form.text
    assert "14–16 ธ.ค. 2569" in absences.text
    assert "09:00–10:30 น. นัดละ 45 นาที" in hours.text
