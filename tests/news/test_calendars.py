"""Calendar files, as another program reads them."""

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest

from tests import make

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 12, 5, 2, tzinfo=UTC)  # 9 o'clock in Bangkok


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert max(map(len, answer.content.split(b"\r\n"))) <= 75
    return icalendar.Calendar.from_ical(answer.content)


def test_an_event_stands_at_its_hour_in_bangkok(client):
    event = make.event(starts_at=NINE, lasts=timedelta(hours=3), district=make.district())

    calendar = read(client, f"/events/{event.pk}.ics")

    (entry,) = calendar.events
    assert (entry.start, entry.end) == (NINE, NINE + timedelta(hours=3))
    assert entry["dtstart"].params["TZID"] == "Asia/Bangkok"
    assert [str(zone["tzid"]) for zone in calendar.timezones] == ["Asia/Bangkok"]
    assert (str(entry["uid"]), entry["sequence"]) == (str(event.uid), 0)
    assert str(entry["summary"]) == event.title_th
    assert str(entry["location"]) == "พระนารายณ์ราชนิเวศน์, อำเภอเมืองลพบุรี"
    assert str(entry["url"]) == f"http://testserver/events/{event.pk}/"
    assert str(entry["status"]) == "CONFIRMED"
    assert entry["last-modified"].dt == event.updated_at.replace(microsecond=0)


def test_whole_days_are_dates_and_end_before_the_next(client):
    first = datetime(2026, 12, 4, 17, tzinfo=UTC)  # midnight in Bangkok
    event = make.event(starts_at=first, lasts=timedelta(days=3, minutes=-1), is_all_day=True)

    (entry,) = read(client, f"/events/{event.pk}.ics").events

    assert (entry.start, entry.end) == (date(2026, 12, 5), date(2026, 12, 8))
    assert "TZID" not in entry["dtstart"].params


def test_a_cancelled_event_tells_calendars_that_know_it(client):
    event = make.event(cancelled="น้ำท่วมสนาม")

    (entry,) = read(client, f"/events/{event.pk}.ics").events

    assert (str(entry["status"]), entry["sequence"]) == ("CANCELLED", 1)
    assert str(entry["summary"]) == f"ยกเลิก: {event.title_th}"
    assert "น้ำท่วมสนาม" in str(entry["description"])


def test_the_calendar_holds_what_is_public_and_not_long_over(client):
    shown = [make.event(), make.event(days=-80), make.event(cancelled="ฝนตก")]
    make.event(days=-100), make.event(is_shown=False)

    calendar = read(client, "/events/calendar.ics")

    assert {str(entry["uid"]) for entry in calendar.events} == {str(e.uid) for e in shown}
    assert str(calendar["x-wr-calname"]) == "งานและกิจกรรมในลพบุรี"
    assert calendar["refresh-interval"].dt == timedelta(hours=6)


def test_the_calendar_is_narrowed_like_the_list(client):
    there = make.event(district=make.district(), topic=make.topic("tourism"))
    make.event(topic=make.topic("tourism")), make.event(district=make.district())

    calendar = read(client, "/events/calendar.ics?topic=tourism&district=1601")

    assert [str(entry["uid"]) for entry in calendar.events] == [str(there.uid)]
    assert client.get("/events/calendar.ics?district=9999").status_code == 404


def test_english_calendars_speak_english_where_there_is_some(client):
    make.event(title_en="Palace fair"), make.event(days=9, title_th="งานวัด")

    titles = {str(entry["summary"]) for entry in read(client, "/en/events/calendar.ics").events}

    assert titles == {"Palace fair", "งานวัด"}


def test_what_is_not_shown_has_no_file(client):
    assert client.get(f"/events/{make.event(is_shown=False).pk}.ics").status_code == 404


def test_a_calendar_that_did_not_change_is_not_sent_again(client):
    make.event()
    first = client.get("/events/calendar.ics")

    again = client.get("/events/calendar.ics", headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304
