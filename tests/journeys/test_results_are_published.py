"""An analyst weights and crosses on a phone, the head publishes without scripts, and all read."""

import pytest
from playwright.sync_api import expect

from surveys.models import Publication
from tests import make
from tests.journeys.barriers import WCAG, is_wider_than_the_screen, violations
from tests.surveys.test_publishing import asked

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page, live_server, name, path):
    page.goto(f"{live_server.url}{path}")
    page.fill("[name=username]", name)
    page.fill("[name=password]", "correct horse battery")
    page.get_by_role("button", name="เข้าสู่ระบบ").click()


def test_an_analyst_prepares_the_head_publishes_and_a_reader_reads(live_server, page, plain_page):
    make.officer("wichai", "planner")
    make.officer("wanna", "head")
    survey = asked()

    sign_in(page, live_server, "wichai", f"/admin/surveys/publication/desk/{survey.pk}/")
    page.get_by_text("การถ่วงน้ำหนัก", exact=True).click()
    page.get_by_role("button", name="ถ่วงน้ำหนักคำตอบ").click()
    expect(page.get_by_text("ถ่วงน้ำหนัก 100 คำตอบแล้ว", exact=False).first).to_be_visible()
    page.get_by_text("ตารางไขว้สองข้อ", exact=True).click()
    page.get_by_label("ข้อคำถาม").select_option("Q1")
    page.get_by_label("จำแนกตาม").select_option("D2")
    page.get_by_role("button", name="นับ", exact=True).click()
    expect(page.get_by_text("100.0% (60)").first).to_be_visible()
    assert violations(page, rules=WCAG) == []
    assert not is_wider_than_the_screen(page)
    page.get_by_text("จัดทำผล", exact=True).first.click()
    page.get_by_role("button", name="จัดทำ", exact=True).click()
    page.get_by_role("link", name="ฉบับที่ 1").click()
    page.get_by_role("button", name="ส่งต่อเพื่อเผยแพร่").click()
    expect(page.get_by_text("รอผู้อื่นเผยแพร่").first).to_be_visible()

    publication = Publication.objects.get()
    address = f"/admin/surveys/publication/{publication.pk}/change/"
    sign_in(plain_page, live_server, "wanna", address)
    plain_page.get_by_role("button", name="เผยแพร่ผล").click()
    expect(plain_page.get_by_text("เผยแพร่ผลแล้ว").first).to_be_visible()

    plain_page.goto(f"{live_server.url}/surveys/{survey.pk}/results/")
    expect(plain_page.get_by_text("ส่วนใหญ่ร้อยละ 62.0", exact=False).first).to_be_visible()
    page.goto(f"{live_server.url}/surveys/{survey.pk}/results/")
    assert violations(page, rules=WCAG) == []
    assert not is_wider_than_the_screen(page)
    page.get_by_text("ตารางจำแนกตามกลุ่ม").first.click()
    expect(page.get_by_role("table").first).to_be_visible()
