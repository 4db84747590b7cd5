"""A rumour from a citizen's phone without JavaScript to a verdict, and back."""

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import expect

from news.models import Claim
from office import roles
from tests import make
from tests.journeys.barriers import clean_of_barriers
from tests.journeys.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASTED = "ส่งต่อด่วน!! ลงทะเบียนรับเงินเยียวยา ๙,๐๐๐ บาท น้ำท่วม กดลิงก์เลย"


def check(page, address, text):
    page.goto(address)
    page.get_by_role("textbox", name="วางข้อความที่ได้รับ").fill(text)
    page.get_by_role("button", name="ตรวจสอบ").click()


def test_one_tap_from_a_message_to_the_verdict(live_server, plain_page):
    verdict = make.answered()

    check(plain_page, f"{live_server.url}/fact-check/", PASTED)

    expect(plain_page.locator("main .verdict")).to_have_text("ปลอม")
    expect(plain_page.get_by_text(verdict.short_answer)).to_be_visible()
    plain_page.get_by_role("link", name=verdict.claim_text).click()
    expect(plain_page.locator("h1")).to_have_text("ปลอม")


def test_what_nobody_checked_is_sent_and_its_number_leads_to_the_answer(live_server, plain_page):
    check(plain_page, f"{live_server.url}/fact-check/", "ลิงลพบุรีป่วยทั้งเมืองจริงไหม")
    plain_page.get_by_role("button", name="ส่งให้ตรวจสอบ").click()

    claim = Claim.objects.get()
    expect(plain_page.locator("h1")).to_have_text(f"เรื่องที่ {claim.pk}")
    assert claim.text == "ลิงลพบุรีป่วยทั้งเมืองจริงไหม"
    make.answered(claim, label="true", claim_text="ลิงบางฝูงป่วย")
    plain_page.reload()
    expect(plain_page.locator("h1")).to_have_text("จริง")


def test_an_editor_writes_a_verdict_with_its_evidence(live_server, page):
    roles.sync()
    editor = make.user("editor", is_staff=True)
    editor.groups.add(Group.objects.get(name=roles.EDITOR))
    claim = make.claim()
    page.goto(f"{live_server.url}/admin/news/claim/{claim.pk}/change/")
    page.fill("[name=username]", "editor")
    page.fill("[name=password]", "correct horse battery")
    page.get_by_role("button", name="เข้าสู่ระบบ").click()

    page.get_by_role("button", name="เขียนผลการตรวจสอบ").click()
    page.locator("[name=claim_text]").fill("จังหวัดแจกเงิน 9,000 บาท ผ่านลิงก์")
    page.get_by_label("ปลอม").check()
    page.locator("[name=short_answer]").fill("ไม่มีโครงการนี้ อย่ากดลิงก์")
    page.locator("[name=evidence-0-title]").fill("ไม่มีโครงการนี้")
    page.locator("[name=evidence-0-said_by]").fill("ปภ.จังหวัดลพบุรี")
    page.locator("[name=evidence-0-said_on]").fill("24/11/2569")
    page.get_by_role("button", name="ส่งขออนุมัติ").click()

    expect(page.locator(".stage")).to_have_text("รออนุมัติ")
    assert claim.verdicts.submitted().get().evidence.get().said_on.isoformat() == "2026-11-24"


@pytest.mark.parametrize("text", [PASTED, "เรื่องที่ไม่มีใครรู้จัก", ""])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_what_is_answered_to_a_message_is_open_to_everybody(live_server, browser, prefix, text):
    make.answered()
    page = browser.new_page(viewport=PHONE)

    page.goto(f"{live_server.url}{prefix}/fact-check/")
    page.locator("main textarea").fill(text)
    page.locator("main button[type=submit]").click()

    clean_of_barriers(page)
    page.close()
