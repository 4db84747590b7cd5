"""Writing events in the back office."""

import pytest
from django.utils import timezone

from news.models import Event
from tests import make

pytestmark = pytest.mark.django_db
ADD = "/admin/news/event/add/"
TYPED = {
    "title_th": "งานแผ่นดินสมเด็จพระนารายณ์มหาราช",
    "summary_th": "แต่งไทยทั้งเมือง เข้าชมฟรี",
    "place_th": "พระนารายณ์ราชนิเวศน์",
    "organiser_th": "จังหวัดลพบุรี",
    "first_day": "13 ก.พ. 2570",
    "last_day": "",
    "start_hour": "",
    "end_hour": "",
}


def span(event):
    told = [f"{timezone.localtime(at):%Y-%m-%d %H:%M}" for at in (event.starts_at, event.ends_at)]
    return (*told, event.is_all_day)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({}, ("2027-02-13 00:00", "2027-02-13 23:59", True)),
        ({"last_day": "22/2/2570"}, ("2027-02-13 00:00", "2027-02-22 23:59", True)),
        ({"start_hour": "09.30"}, ("2027-02-13 09:30", "2027-02-13 09:30", False)),
        (
            {"start_hour": "9:30", "end_hour": "๑๖.๐๐ น."},
            ("2027-02-13 09:30", "2027-02-13 16:00", False),
        ),
        (
            {"start_hour": "9:30", "last_day": "2027-02-14"},
            ("2027-02-13 09:30", "2027-02-14 23:59", False),
        ),
    ],
)
def test_days_and_hours_are_typed_as_people_say_them(desk, typed, expected):
    answer = desk.post(ADD, TYPED | typed)

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    event = Event.objects.get()
    assert span(event) == expected
    page = desk.get(f"/admin/news/event/{event.pk}/change/")
    assert page.context["adminform"].form.initial["first_day"] == event.first_day
    assert 'value="13/02/2570"' in page.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"first_day": "31/2/2570"}, "ไม่มีวันที่นี้"),
        ({"last_day": "1/2/2570"}, "เวลาสิ้นสุดต้องไม่มาก่อนเวลาเริ่ม"),
        ({"last_day": "1/3/2572"}, "งานหนึ่งนานได้ไม่เกินหนึ่งปี"),
        ({"end_hour": "16:00"}, "บอกเวลาเริ่มด้วย"),
        ({"start_hour": "16:00", "end_hour": "9:00"}, "เวลาสิ้นสุดต้องไม่มาก่อนเวลาเริ่ม"),
    ],
)
def test_a_slip_is_refused_with_a_sentence_and_nothing_is_lost(desk, typed, sentence):
    answer = desk.post(ADD, TYPED | typed)

    assert answer.status_code == 200
    assert sentence in answer.text
    assert TYPED["title_th"] in answer.text
    assert not Event.objects.exists()


def test_an_editor_writes_and_only_the_head_shows(client, desk):
    writer = make.user(
        None, "news.add_event", "news.change_event", "news.view_event", is_staff=True
    )
    client.force_login(writer)
    client.post(ADD, TYPED | {"_publish": "1"})
    event = Event.objects.get()
    assert (event.written_by, event.shown_from) == (writer, None)
    address = f"/admin/news/event/{event.pk}/change/"
    assert 'name="_publish"' not in client.get(address).text

    client.force_login(make.editor())
    assert 'name="_publish"' in client.get(address).text
    client.post(address, TYPED | {"_publish": "1"})

    event.refresh_from_db()
    assert event.is_published
    client.force_login(writer)
    client.post(address, TYPED | {"title_th": "เปลี่ยนโดยไม่มีสิทธิ์"})
    assert Event.objects.get().title_th == TYPED["title_th"]
    assert client.get(f"/admin/news/event/{event.pk}/cancel/").status_code == 403


def test_the_head_cancels_with_a_reason(desk):
    event = make.event()
    address = f"/admin/news/event/{event.pk}/cancel/"

    refused = desk.post(address, {"reason": " "})
    assert refused.status_code == 200
    assert desk.post(address, {"reason": "ฝนตกหนัก"}).status_code == 302

    event.refresh_from_db()
    assert event.cancellation_reason == "ฝนตกหนัก"
    page = desk.get(f"/admin/news/event/{event.pk}/change/").text
    assert "ฝนตกหนัก" in page
    assert desk.get("/admin/news/event/").status_code == 200


def test_what_readers_know_cannot_be_deleted(desk):
    shown, draft = make.event(), make.event(is_shown=False)

    for event, status in ((shown, 403), (draft, 302)):
        answer = desk.post(f"/admin/news/event/{event.pk}/delete/", {"post": "yes"})
        assert answer.status_code == status
    assert list(Event.objects.all()) == [shown]
