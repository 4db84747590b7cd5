"""What the public reads of trainings and meetings, what members do, and what certificates open."""

from datetime import timedelta
from io import BytesIO

import icalendar
import pypdf
import pypdfium2
import pytest
import zxingcpp
from django.utils import timezone

from network import attending, certificates
from network.models import Certificate, Meeting
from tests import make

pytestmark = pytest.mark.django_db


def link_of(person):
    return make.own_page(person)


def sent(client, address, meeting, step="register"):
    return client.post(address, {"meeting": meeting.pk, "step": step})


def words(data):
    pages = pypdf.PdfReader(BytesIO(data)).pages
    return "\n".join(page.extract_text() for page in pages)


# The public


def test_the_public_list_has_what_was_announced_to_everybody_and_is_to_come(client):
    shown = make.meeting(is_public=True)
    hidden = [
        make.meeting(),
        make.meeting(is_public=True, is_open=False),
        make.meeting(is_public=True, days=-9),
    ]
    called_off = make.meeting(is_public=True)
    attending.call_off(called_off, by=None, reason="วิทยากรป่วย")

    page = client.get("/network/meetings/")

    assert page.context["meetings"] == [shown, called_off]
    assert "วิทยากรป่วย" in page.text
    assert [each.title_th for each in hidden if each.title_th in page.text] == []
    assert "เหลือ 10 ที่นั่ง" in page.text


def test_nobody_reads_who_comes(client):
    meeting = make.meeting(is_public=True)
    attending.register(meeting, make.member(name="ชื่อที่ไม่เปิดเผย"))

    for address in ("/network/meetings/", "/network/meetings/calendar.ics"):
        assert "ชื่อที่ไม่เปิดเผย" not in client.get(address).content.decode()


def test_the_calendar_has_the_same_and_says_what_is_cancelled(client):
    meeting, called_off = make.meeting(is_public=True), make.meeting(is_public=True, days=9)
    make.meeting()
    attending.call_off(called_off, by=None, reason="วิทยากรป่วย")

    answer = client.get("/network/meetings/calendar.ics")

    found = {str(e["uid"]): e for e in icalendar.Calendar.from_ical(answer.content).events}
    assert set(found) == {str(meeting.uid), str(called_off.uid)}
    assert found[str(meeting.uid)]["dtstart"].dt == meeting.starts_at
    over = found[str(called_off.uid)]
    assert (str(over["status"]), over["sequence"]) == ("CANCELLED", 1)
    assert str(over["summary"]).startswith("ยกเลิก")


# A member


def test_a_member_registers_waits_and_cancels_on_their_own_page(client):
    meeting, first, second = make.meeting(capacity=1), make.member(), make.member()
    mine, theirs = f"{link_of(first)}meetings/", f"{link_of(second)}meetings/"

    assert sent(client, mine, meeting).headers["Location"].endswith("?done=registered")
    assert sent(client, theirs, meeting).headers["Location"].endswith("?done=waiting")
    assert "ลำดับที่ 1 ของรายชื่อสำรอง" in client.get(theirs).text
    refused = sent(client, mine, meeting)
    assert refused.status_code == 409
    assert "ท่านลงทะเบียนไว้แล้ว" in refused.text
    assert sent(client, mine, meeting, "cancel").headers["Location"].endswith("?done=cancelled")

    assert list(meeting.attendances.seated().values_list("person", flat=True)) == [second.pk]


def test_a_page_shows_what_is_open_to_this_member_alone(client):
    volunteer = make.member()
    mine, others = make.meeting(kinds=["volunteer"]), make.meeting(kinds=["media"])
    everybody, planned = make.meeting(days=8), make.meeting(is_open=False)

    page = client.get(f"{link_of(volunteer)}meetings/")

    assert page.context["meetings"] == [mine, everybody]
    assert [each.title_th for each in (others, planned) if each.title_th in page.text] == []
    assert client.get(f"{link_of(make.volunteer())}meetings/").context["meetings"] == []


def test_what_was_pressed_is_checked_like_any_input(client):
    page = f"{link_of(make.member())}meetings/"
    planned = make.meeting(is_open=False)

    for said in ("", "x", "9" * 30, "-1", "๑"):
        assert client.post(page, {"meeting": said}).status_code == 200
    assert client.post(page, {"meeting": "999999"}).status_code == 404
    assert sent(client, page, planned).status_code == 404
    assert sent(client, page, make.meeting(), "cancel").status_code == 404


def test_the_link_of_one_member_opens_nothing_of_another(client):
    mine, other = make.member(), make.member()
    make.held(other)
    meeting = make.meeting()
    attending.register(meeting, other)
    link, certificate = link_of(mine), Certificate.objects.get()

    assert client.get(f"{link}certificates/{certificate.pk}.pdf").status_code == 404
    assert client.get(f"{link}meetings/{meeting.pk}.ics").status_code == 404
    assert sent(client, f"{link}meetings/", meeting, "cancel").status_code == 404
    page = client.get(f"{link}meetings/").text
    assert certificate.word not in page
    assert meeting.attendances.get().state == "registered"
    theirs = link_of(other)
    assert client.get(f"{theirs}certificates/{certificate.pk}.pdf").status_code == 200
    assert client.get(f"{theirs}meetings/{meeting.pk}.ics").status_code == 200


def test_a_page_costs_the_same_for_one_meeting_and_for_many(client, django_assert_max_num_queries):
    person = make.member()
    page = f"{link_of(person)}meetings/"
    for _ in range(5):
        attending.register(make.meeting(), person)
        make.meeting()
        make.held(person)

    with django_assert_max_num_queries(14):
        client.get(page)


# Certificates


def test_a_certificate_is_one_page_lying_whose_words_are_found_and_whose_code_opens_its_page(
    client,
):
    person = make.member(name="นายบุญมี ศรีสุข")
    make.held(
        person,
        title_th="การประชาสัมพันธ์ด้วยเสียงตามสาย",
        signed_by="นางสาวใจดี มีสุข",
        signer_position="ประชาสัมพันธ์จังหวัดลพบุรี",
    )
    certificate = Certificate.objects.get()

    answer = client.get(f"{link_of(person)}certificates/{certificate.pk}.pdf")

    (sheet,) = pypdf.PdfReader(BytesIO(answer.content)).pages
    assert (round(sheet.mediabox.width), round(sheet.mediabox.height)) == (842, 595)
    text = words(answer.content)
    for word in (
        *("ประชาสัมพันธ์", "นายบุญมี ศรีสุข", "เสียงตามสาย", "ได้ผ่านการอบรม", "ให้ไว้ ณ วันที่"),
        *("(นางสาวใจดี มีสุข)", certificate.reference),
    ):
        assert word in text
    drawn = pypdfium2.PdfDocument(answer.content)[0].render(scale=3).to_pil()
    (code,) = zxingcpp.read_barcodes(drawn)
    assert code.text == f"http://testserver/network/certificates/{certificate.word}/"


def test_a_long_name_and_a_long_title_stay_on_the_page():
    person = make.member(name="ว่าที่ร้อยตรีหญิงประกายดาว " + "ศรีสวัสดิ์พัฒนกุล" * 4)
    make.held(person, title_th="การอบรมเชิงปฏิบัติการ" + "เครือข่ายประชาสัมพันธ์จังหวัด" * 5)
    data = certificates.pdf(list(certificates.of_person(person)), "http://testserver")

    assert len(pypdf.PdfReader(BytesIO(data)).pages) == 1
    drawn = pypdfium2.PdfDocument(data)[0].render(scale=3).to_pil()
    assert len(zxingcpp.read_barcodes(drawn)) == 1


def test_the_page_behind_the_code_says_genuine_with_name_meeting_day_and_number(client):
    meeting = make.held(make.member(name="บุญมี ศรีสุข"))
    certificate = Certificate.objects.get()

    answer = client.get(certificate.get_absolute_url())

    assert answer.status_code == 200
    assert "ของจริง" in answer.text
    for word in ("บุญมี ศรีสุข", meeting.title_th, certificate.reference):
        assert word in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_a_revoked_certificate_says_so_and_is_no_more_to_be_had(client):
    person = make.member()
    make.held(person)
    certificate = Certificate.objects.get()
    attending.revoke(certificate, by=None, reason="ออกให้ผิดคน")
    link = link_of(person)

    answer = client.get(certificate.get_absolute_url())

    assert answer.status_code == 410
    assert "เพิกถอน" in answer.text
    assert "ออกให้ผิดคน" in answer.text
    assert "ของจริง" not in answer.text
    assert client.get(f"{link}certificates/{certificate.pk}.pdf").status_code == 404


def test_a_word_that_nobody_printed_opens_nothing(client):
    make.held(make.member())
    word = Certificate.objects.get().word

    for wrong in (word[:-1], word.swapcase(), "x" * 32, str(Certificate.objects.get().number)):
        assert client.get(f"/network/certificates/{wrong}/").status_code == 404


def test_a_certificate_keeps_the_name_that_is_on_the_paper(client):
    person = make.member(name="ชื่อเดิม")
    make.held(person)
    person.name = "ชื่อใหม่"
    person.save()

    page = client.get(Certificate.objects.get().get_absolute_url())

    assert "ชื่อเดิม" in page.text
    assert "ชื่อใหม่" not in page.text


def test_the_calendar_file_of_ones_own_meeting_holds_that_one(client):
    person, meeting = make.member(), make.meeting()
    attending.register(meeting, person)
    Meeting.objects.filter(pk=meeting.pk).update(ends_at=meeting.starts_at + timedelta(hours=2))

    answer = client.get(f"{link_of(person)}meetings/{meeting.pk}.ics")

    (entry,) = icalendar.Calendar.from_ical(answer.content).events
    assert entry["dtend"].dt - entry["dtstart"].dt == timedelta(hours=2)
    assert entry["dtstart"].dt > timezone.now()
