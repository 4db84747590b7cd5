"""A PA set from a headman's phone to the fair and back into the store."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from network.models import Loan
from tests import make
from tests.journeys.barriers import WCAG, clean_of_barriers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def written(days):
    day = timezone.localdate() + timedelta(days=days)
    return f"{day.day}/{day.month}/{day.year + 543}"


def ask(page, origin, kit):
    """From the list to a request of one's own, for today and tomorrow."""
    page.goto(f"{origin}/network/equipment/")
    page.get_by_role("link", name=kit.name_th).click()
    page.get_by_role("link", name="ขอยืมรายการนี้").click()
    expect(page.get_by_label(kit.name_th)).to_be_checked()
    for label, text in {
        "วันแรก": written(0),
        "วันสุดท้าย": written(1),
        "ใช้ในงานอะไร": "ประชุมประชาคมหมู่บ้าน",
        "ใช้ที่ไหน": "ศาลาวัด",
        "หน่วยงานหรือกลุ่มของท่าน": "อบต.ป่าตาล",
        "ชื่อและนามสกุลของท่าน": "สมชาย มั่นคง",
        "หมายเลขโทรศัพท์ของท่าน": "036-411-111",
    }.items():
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="ส่งคำขอ").click()


def sign_in(page, origin):
    make.officer("officer")
    page.goto(f"{origin}/admin/")
    page.fill("[name=username]", "officer")
    page.fill("[name=password]", "correct horse battery")
    page.get_by_role("button", name="เข้าสู่ระบบ").click()


def test_a_borrower_asks_without_scripts_follows_and_cancels(live_server, plain_page):
    kit = make.asset("ชุดเครื่องเสียง")

    ask(plain_page, live_server.url, kit)

    loan = Loan.objects.get()
    expect(plain_page.locator("h1")).to_contain_text(loan.reference)
    expect(plain_page.get_by_text("รอคำตอบ")).to_be_visible()
    plain_page.get_by_role("link", name="พิมพ์ใบยืม").click()
    expect(plain_page.get_by_text(kit.number)).to_be_visible()
    plain_page.get_by_role("link", name="กลับไปที่คำขอ").click()
    plain_page.get_by_role("button", name="ยกเลิกคำขอ").click()
    expect(plain_page.get_by_text("ยกเลิกคำขอแล้ว")).to_be_visible()
    loan.refresh_from_db()
    assert loan.state == "cancelled"


def test_a_custodian_approves_hands_out_with_a_drawn_signature_and_takes_back(
    live_server, page, plain_page
):
    kit = make.asset("ชุดเครื่องเสียง", accessories="ขาตั้ง\nไมโครโฟน")
    ask(plain_page, live_server.url, kit)
    sign_in(page, live_server.url)

    page.get_by_role("link", name="อบต.ป่าตาล").click()
    page.get_by_role("button", name="อนุมัติและจองให้").click()
    page.get_by_role("link", name="ส่งมอบ").click()
    page.get_by_label("ไมโครโฟน").check()
    page.locator("canvas").scroll_into_view_if_needed()
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=5)
    page.mouse.up()
    page.get_by_role("button", name="ลงชื่อแล้ว ส่งมอบ").click()

    loan = Loan.objects.get()
    handover = loan.handovers.get()
    assert loan.state == "out"
    assert handover.signature.name
    assert handover.checklist[0]["accessories"] == [["ขาตั้ง", False], ["ไมโครโฟน", True]]
    plain_page.reload()
    expect(plain_page.get_by_text("ส่งมอบแล้ว")).to_be_visible()

    page.get_by_role("link", name="รับคืน").click()
    page.get_by_label("คืนแล้ว ใช้งานได้").check()
    page.get_by_role("button", name="ลงชื่อแล้ว รับคืน").click()
    page.get_by_role("button", name="ปิดเรื่อง").click()
    plain_page.reload()
    expect(plain_page.get_by_text("ปิดเรื่องแล้ว")).to_be_visible()


def test_the_count_is_taken_with_a_phone(live_server, page):
    for name in ("กล้อง", "เต็นท์"):
        make.asset(name)
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/admin/network/stocktake/")

    page.get_by_role("button", name="เริ่มหรือนับต่อ").click()
    page.get_by_role("button", name=re.compile("พบ ใช้งานได้.*กล้อง")).click()
    page.get_by_role("button", name=re.compile("ชำรุด.*เต็นท์")).click()
    page.get_by_role("button", name="ปิดการตรวจนับ").click()

    expect(page.get_by_text("ปิดการตรวจนับแล้ว")).to_be_visible()


def test_what_is_wrong_in_a_request_is_said_to_everybody(live_server, page, complaints):
    page.goto(f"{live_server.url}/network/equipment/request/")

    page.get_by_role("button", name="ส่งคำขอ").click()

    expect(page.get_by_text("มีข้อมูลที่ต้องแก้ไข")).to_be_visible()
    clean_of_barriers(page)
    complaints[:] = [said for said in complaints if "400" not in said]


def test_the_pages_of_the_desk_are_open_to_everybody(live_server, page):
    kit = make.asset("ชุดเครื่องเสียง", accessories="ขาตั้ง")
    loan = make.loan(kit, days=(0, 1), state="approved")
    sign_in(page, live_server.url)
    there = f"{live_server.url}/admin/network"
    make.loan(kit, days=(5, 6))

    for path in (f"loan/{loan.pk}/handover/out/", "asset/calendar/", f"asset/labels/?ids={kit.pk}"):
        page.goto(f"{there}/{path}")
        clean_of_barriers(page, WCAG)
