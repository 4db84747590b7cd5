"""A training from a volunteer's phone to the certificate that a stranger checks."""

import re
from datetime import timedelta
from io import BytesIO

import pypdf
import pypdfium2
import pytest
import zxingcpp
from django.utils import timezone
from playwright.sync_api import expect

from network import personal_links
from network.models import Attendance, Meeting
from tests import make
from tests.journeys.barriers import WCAG, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_volunteer_registers_comes_and_shows_a_genuine_certificate(live_server, plain_page, page):
    person = make.member(name="สมใจ ใจดี")
    meeting = make.meeting(title_th="อบรมอ่านข่าวหอกระจายข่าว", programme="09:00 น. ลงทะเบียน")
    address = live_server.url + personal_links.issue(person, by=None)

    plain_page.goto(address)
    plain_page.get_by_role("link", name="การอบรมและประชุม").click()
    plain_page.get_by_role("button", name="ลงทะเบียน").click()
    expect(plain_page.get_by_text("ท่านได้ที่นั่งแล้ว")).to_be_visible()
    assert Attendance.objects.get().state == "registered"

    # Its day has come.
    now = timezone.now()
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=now - timedelta(minutes=1), closes_at=now - timedelta(days=1)
    )
    make.officer("officer")
    page.goto(f"{live_server.url}/admin/")
    page.fill("[name=username]", "officer")
    page.fill("[name=password]", "correct horse battery")
    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    page.get_by_role("link", name="อบรมอ่านข่าวหอกระจายข่าว").click()
    page.get_by_role("button", name=re.compile("มาแล้ว.*สมใจ ใจดี")).click()
    expect(page.get_by_text("1 / 1")).to_be_visible()
    assert violations(page, rules=WCAG) == []
    make.volunteer(name="คนหน้างาน มาเอง")
    page.get_by_label("ชื่อหรือหมายเลขโทรศัพท์").fill("หน้างาน")
    page.get_by_role("button", name="ค้นหาบุคคลนี้").click()
    assert violations(page, rules=WCAG) == []
    page.get_by_role("button", name=re.compile("เพิ่มชื่อ.*คนหน้างาน")).click()
    expect(page.get_by_text("2 / 2")).to_be_visible()
    page.get_by_role("link", name="อบรมอ่านข่าวหอกระจายข่าว").click()
    page.get_by_role("button", name="จัดแล้ว และเช็กชื่อครบแล้ว").click()
    page.get_by_role("button", name="ออกเกียรติบัตรให้ผู้เข้าร่วมทุกคน").click()
    expect(page.get_by_text("ออกเกียรติบัตรแล้ว")).to_be_visible()
    assert violations(page, rules=WCAG) == []

    page.goto(address.removesuffix("today/") + "meetings/")
    assert violations(page, rules=WCAG) == []
    link = page.get_by_role("link", name="ดาวน์โหลดเกียรติบัตร")
    paper = page.request.get(live_server.url + link.get_attribute("href")).body()
    assert "ประชาสัมพันธ์" in pypdf.PdfReader(BytesIO(paper)).pages[0].extract_text()
    (code,) = zxingcpp.read_barcodes(pypdfium2.PdfDocument(paper)[0].render(scale=3).to_pil())

    plain_page.goto(code.text)
    expect(plain_page.get_by_text("ของจริง")).to_be_visible()
    expect(plain_page.get_by_text("สมใจ ใจดี")).to_be_visible()
    page.goto(code.text)
    assert violations(page, rules=WCAG) == []
