"""The desk of trainings and meetings: one form, one sheet to tick, certificates for all."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone

from network import attending
from network.models import Attendance, Certificate, Meeting
from office import audit
from tests import make

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"admin:{name}", args=args)


def step(client, meeting, verb, **said):
    return client.post(address("meeting_step", meeting.pk, verb), said, follow=True)


def sheet(client, meeting, **said):
    return client.post(address("network_meeting_sheet", meeting.pk), said, follow=True)


def typed(days=10, **more):
    day = timezone.localdate() + timedelta(days=days)
    told = f"{day.day}/{day.month}/{day.year + 543}"
    before = day - timedelta(days=2)
    facts = {
        "kind": "training",
        "title_th": "การเขียนข่าว",
        "place": "ศาลากลาง",
        "starts_at_0": told,
        "starts_at_1": "09.00 น.",
        "ends_at_0": told,
        "ends_at_1": "16:00",
        "closes_at_0": f"{before.day}/{before.month}/{before.year + 543}",
        "closes_at_1": "16:30",
        "capacity": "30",
        "contact": "สมศรี โทร 0 3641 1111",
    }
    return facts | more


def test_an_officer_writes_a_training_in_buddhist_days_and_opens_it(officer):
    answer = officer.post(address("network_meeting_add"), typed(kinds=["volunteer"]))

    meeting = Meeting.objects.get()
    assert answer.status_code == 302
    assert f"{timezone.localtime(meeting.starts_at):%H:%M}" == "09:00"
    assert (meeting.kinds, meeting.standing()) == (["volunteer"], "planned")
    page = step(officer, meeting, "open")
    meeting.refresh_from_db()
    assert "เปิดให้สมาชิกลงทะเบียนแล้ว" in page.text
    assert meeting.standing() == "open"


def test_the_form_refuses_what_cannot_be(officer):
    day_after = typed(12)["starts_at_0"]
    late = officer.post(address("network_meeting_add"), typed(closes_at_0=day_after))
    backwards = officer.post(address("network_meeting_add"), typed(ends_at_1="08:00"))
    empty = officer.post(address("network_meeting_add"), typed(capacity="0"))

    assert "ต้องปิดรับลงทะเบียนก่อนเวลาเริ่ม" in late.text
    assert "เวลาสิ้นสุดต้องมาหลังเวลาเริ่ม" in backwards.text
    assert empty.status_code == 200
    assert not Meeting.objects.exists()


def test_a_new_hour_is_told_and_fewer_places_than_are_taken_are_refused(officer):
    officer.post(address("network_meeting_add"), typed())
    meeting = Meeting.objects.get()
    step(officer, meeting, "open")
    for _ in range(2):
        attending.register(Meeting.objects.get(), make.member())
    change = address("network_meeting_change", meeting.pk)

    refused = officer.post(change, typed(capacity="1"))
    officer.post(change, typed(starts_at_1="10:00"))

    assert "มีผู้ได้ที่นั่งแล้ว 2 คน" in refused.text
    kinds = set(Attendance.objects.values_list("letters__kind", flat=True))
    assert kinds == {"changed", "reminder"}
    assert "change" in [event.verb for event in audit.trail(meeting)]


def test_who_came_is_ticked_and_who_stands_at_the_door_is_added(officer):
    meeting = make.meeting(days=0)
    registered = Attendance.objects.create(
        meeting=meeting, person=make.member(), state="registered", asked_at=timezone.now()
    )
    walker = make.volunteer(name="คนหน้างาน")

    sheet(officer, meeting, attendance=registered.pk, came="yes")
    found = officer.get(address("network_meeting_sheet", meeting.pk), {"who": "หน้างาน"})
    page = sheet(officer, meeting, person=walker.pk)

    assert list(found.context["found"]) == [walker]

    assert page.context["present"] == 2
    assert "คนหน้างาน" in page.text
    assert set(meeting.attendances.values_list("state", flat=True)) == {"present"}
    sheet(officer, meeting, attendance=registered.pk, pre_score="40", post_score="85")
    registered.refresh_from_db()
    assert (registered.pre_score, registered.post_score) == (40, 85)
    assert "100" in sheet(officer, meeting, attendance=registered.pk, pre_score="400").text
    sheet(officer, meeting, attendance=registered.pk, came="no")
    registered.refresh_from_db()
    assert registered.state == "registered"


def test_certificates_for_all_are_one_press_and_one_file(officer):
    people = [make.member() for _ in range(3)]
    meeting = make.meeting(days=-1)
    for person in people:
        attending.enrol(meeting, person, by=None)

    step(officer, meeting, "hold")
    page = step(officer, meeting, "certify")
    answer = officer.get(address("network_meeting_certificates", meeting.pk))

    assert "ออกเกียรติบัตรแล้ว" in page.text
    pages = pypdf.PdfReader(BytesIO(answer.content)).pages
    assert [
        person.name in sheet.extract_text() for person, sheet in zip(people, pages, strict=True)
    ] == [True] * 3
    certificate = Certificate.objects.first()
    step(officer, meeting, "revoke", certificate=certificate.pk, reason="ผิดคน")
    assert Certificate.objects.standing().count() == 2


def test_what_was_held_is_not_rewritten(officer):
    meeting = make.held(make.member())

    page = officer.get(address("network_meeting_change", meeting.pk))
    officer.post(address("network_meeting_change", meeting.pk), typed(title_th="อื่น"))

    assert page.status_code == 200
    assert meeting.title_th == Meeting.objects.get().title_th


def test_those_whom_no_letter_reaches_stand_on_the_list_to_call(officer):
    meeting = make.meeting()
    attending.register(meeting, make.member(name="ไม่มีอีเมล", email="", phone="081 234 5678"))
    attending.register(meeting, make.member(name="มีอีเมล"))

    step(officer, meeting, "cancel", reason="น้ำท่วม")

    page = officer.get(address("network_meeting_change", meeting.pk))
    assert [row.person.name for row in page.context["to_call"]] == ["ไม่มีอีเมล"]
    assert "tel:+66812345678" in page.text


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_list_goes_out_as_a_table_without_formulas(officer, form):
    meeting = make.held(make.member(name="=HYPERLINK(1)", phone="081 234 5678"))

    answer = officer.get(address("network_meeting_people", meeting.pk, form))

    if form == "csv":
        text = answer.content.decode("utf-8-sig")
    else:
        sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
        text = "\n".join(",".join(str(cell or "") for cell in row) for row in sheet.values)
    assert "'=HYPERLINK(1)" in text
    assert "081 234 5678" in text
    assert Certificate.objects.get().reference in text


def test_a_sheet_to_sign_has_the_names_and_empty_lines(officer):
    meeting = make.meeting()
    attending.register(meeting, make.member(name="สมใจ ใจดี"))

    page = officer.get(address("network_meeting_sign_in", meeting.pk))

    assert "สมใจ ใจดี" in page.text
    assert page.text.count("<tr>") == 1 + 1 + 5


def test_the_front_page_tells_what_to_finish_and_what_closes_soon(officer):
    begun = make.meeting(days=-1, title_th="ที่ต้องสรุปผล")
    closing = make.meeting(days=4, title_th="ที่ใกล้ปิดรับ")
    later = make.meeting(days=40, title_th="ที่อีกนาน")

    page = officer.get("/admin/")

    assert (begun.title_th in page.text, closing.title_th in page.text) == (True, True)
    assert later.title_th not in page.text


def test_trainings_stand_on_the_page_of_the_person(officer):
    person = make.member()
    meeting = make.held(person)

    assert meeting.title_th in officer.get(address("network_person_change", person.pk)).text


@pytest.mark.parametrize(
    ("role", "status"), [("officer", 200), ("head", 200), ("editor", 403), ("planner", 403)]
)
def test_network_officers_and_the_head_alone_keep_meetings(sign_in, role, status):
    meeting, client = make.held(make.member()), sign_in(role)
    pages = ("sheet", "sign_in", "certificates")

    found = {
        client.get(address(f"network_meeting_{name}", meeting.pk)).status_code for name in pages
    }
    found.add(client.get(address("network_meeting_people", meeting.pk, "csv")).status_code)
    found.add(client.get(address("network_meeting_changelist")).status_code)

    assert found == {status}
