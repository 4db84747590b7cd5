"""An officer takes a request, asks, drafts; the head reviews it on a phone and sends it."""

import pytest
from playwright.sync_api import expect

from consulting import casework
from tests import make
from tests.journeys.barriers import WCAG, is_wider_than_the_screen, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page, live_server, name):
    page.goto(f"{live_server.url}/admin/consulting/advisoryrequest/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", "correct horse battery")
    page.get_by_role("button", name="เข้าสู่ระบบ").click()


def test_an_officer_asks_and_drafts_and_the_head_sends_in_two_taps(live_server, page, plain_page):
    make.officer("kamon")
    make.officer("wanna", "head")
    advice = make.advisory_request(subject="รณรงค์ป้องกันไข้เลือดออก")

    sign_in(page, live_server, "kamon")
    assert violations(page, rules=WCAG) == []
    assert not is_wider_than_the_screen(page)
    page.get_by_role("link", name="รณรงค์ป้องกันไข้เลือดออก").click()
    page.get_by_role("button", name="รับเรื่องนี้เอง").click()
    page.get_by_text("ขอข้อมูลเพิ่มเติม", exact=True).click()
    page.locator("#ask-text").fill("งบประมาณเท่าไร")
    page.get_by_role("button", name="ส่งคำถาม แล้วหยุดนับเวลา").click()
    expect(page.get_by_text("หยุดนับเวลาจนกว่าผู้ขอจะตอบ").first).to_be_visible()
    advice.refresh_from_db()
    casework.reply(advice, "40,000 บาท")
    page.reload()
    expect(page.get_by_text("40,000 บาท")).to_be_visible()
    page.locator("#answer-text").fill("ใช้ข้อความเดียวต่อแผงค้า")
    assert violations(page, rules=WCAG) == []
    assert not is_wider_than_the_screen(page)
    page.get_by_role("button", name="ส่งให้ผู้ตรวจ").click()
    expect(page.get_by_text("ต้องให้เพื่อนร่วมงานอ่านและส่ง")).to_be_visible()

    sign_in(plain_page, live_server, "wanna")
    plain_page.get_by_role("link", name="รณรงค์ป้องกันไข้เลือดออก").click()
    expect(plain_page.get_by_text("ใช้ข้อความเดียวต่อแผงค้า")).to_be_visible()
    assert not is_wider_than_the_screen(plain_page)
    plain_page.get_by_role("button", name="ส่งคำตอบ", exact=True).click()
    expect(plain_page.get_by_text("ส่งคำตอบถึงผู้ขอแล้ว")).to_be_visible()

    advice.refresh_from_db()
    assert advice.state == "answered"
    assert advice.letters.filter(kind="message", message__is_answer=True).count() == 1


def test_a_letter_is_taken_down_on_a_phone(live_server, page):
    make.officer("kamon")
    make.advisory_request()

    sign_in(page, live_server, "kamon")
    page.goto(f"{live_server.url}/admin/consulting/advisoryrequest/add/")
    assert violations(page, rules=WCAG) == []
    page.get_by_role("link", name="เรื่องอื่น").click()
    assert violations(page, rules=WCAG) == []
    assert not is_wider_than_the_screen(page)
    page.get_by_label("มาที่สำนักงาน").check()
    told = {"subject": "ขอคำปรึกษา", "detail": "รายละเอียด", "agency": "หมู่บ้านตัวอย่าง"}
    for name, words in (told | {"contact": "สมศรี", "phone": "036 000 000"}).items():
        page.fill(f"[name={name}]", words)
    page.get_by_role("button", name="ลงรับและออกเลข").click()

    expect(page.get_by_text("ลงรับเป็นเลขที่")).to_be_visible()
    assert violations(page, rules=WCAG) == []
