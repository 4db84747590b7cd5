"""A citizen answers a survey on a telephone: with scripts and without, in pieces."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from office.models import Subdistrict
from surveys import codes, receipts
from surveys.models import Response
from tests import make
from tests.journeys.barriers import clean_of_barriers
from tests.journeys.conftest import PHONE, listen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


TEN = json.loads((Path(__file__).parent.parent / "data" / "ten_questions.json").read_text("utf-8"))


@pytest.fixture
def survey(transactional_db):
    district = make.district()
    make.district("1602", "พัฒนานิคม", "Phatthana Nikhom")
    for code, name in (("160101", "ทะเลชุบศร"), ("160102", "ท่าหิน")):
        Subdistrict.objects.create(code=code, name_th=name, name_en=name, district=district)
    other = district.province.districts.get(code="1602")
    Subdistrict.objects.create(code="160201", name_th="ดีลัง", name_en="Di Lang", district=other)
    return make.survey(definition=TEN, title_th="ความเห็นเรื่องน้ำและการเตือนภัย")


def go_on(page):
    page.get_by_role("button", name="ต่อไป").last.click()


def begin(page, live_server, survey):
    page.goto(f"{live_server.url}/surveys/")
    page.get_by_role("link", name=survey.title_th, exact=True).click()
    page.get_by_role("link", name="ตอบแบบสำรวจ").click()
    page.get_by_label("ข้าพเจ้าอายุ 18 ปีขึ้นไป").check()
    page.get_by_role("button", name="เริ่มตอบ").click()
    expect(page.locator("h1")).to_have_text("เกี่ยวกับท่าน")


def about_me(page):
    if page.get_by_label("เลือกอำเภอก่อน").count():
        page.get_by_label("เลือกอำเภอก่อน").select_option(label="อำเภอเมืองลพบุรี")
    page.get_by_label("ท่านอยู่ตำบลใด").select_option(label="ท่าหิน")
    page.get_by_label("ท่านอายุเท่าไร").fill("๕๔")
    page.get_by_label("ท่านย้ายมาอยู่ที่นี่เมื่อใด").fill("1/5/2540")
    go_on(page)
    expect(page.locator("h1")).to_have_text("การรับข่าวสาร")


def mark(page, name, code):
    page.locator(f"#q-{name}-{code}").check()


def views(page):
    expect(page.locator("h1")).to_have_text("ความพึงพอใจ")
    mark(page, "Q4_a", 2)
    mark(page, "Q4_b", 4)
    mark(page, "Q5", 1)
    mark(page, "Q6", 7)
    page.get_by_label("อยากบอกอะไรกับจังหวัด").fill("ขอบคุณ\nเตือนเร็วกว่านี้ได้ไหม")
    go_on(page)


def send(page):
    expect(page.locator("h1")).to_have_text("ตรวจคำตอบก่อนส่ง")
    page.get_by_role("button", name="ส่งคำตอบ").click()
    expect(page.locator("h1")).to_contain_text("ขอบคุณ")


WHOLE = {
    "D1": "160102",
    "D2": 54,
    "D3": "1997-05-01",
    "Q1": "1",
    "Q2": ["1", "3"],
    "Q2_other": "เพื่อนบ้าน",
    "Q3": ["3", "1"],
    "Q4_a": "2",
    "Q4_b": "4",
    "Q5": "1",
    "Q6": "7",
    "Q7": "ขอบคุณ\nเตือนเร็วกว่านี้ได้ไหม",
}


def test_ten_questions_on_a_telephone(live_server, page, survey):
    begin(page, live_server, survey)
    clean_of_barriers(page)
    about_me(page)
    expect(page.get_by_text("ได้รับทางใดบ้าง")).to_be_hidden()
    mark(page, "Q1", 1)
    expect(page.get_by_text("ได้รับทางใดบ้าง")).to_be_visible()
    expect(page.locator("#q-Q2_other")).to_be_hidden()
    mark(page, "Q2", 1)
    mark(page, "Q2", 3)
    page.locator("#q-Q2_other").fill("เพื่อนบ้าน")
    page.locator("#q-Q2-2").click()  # one too many: taken back
    page.locator("#q-Q3-1").select_option(label="วิทยุ")
    page.locator("#q-Q3-2").select_option(label="เสียงตามสาย")
    clean_of_barriers(page)
    go_on(page)
    views(page)
    clean_of_barriers(page)
    send(page)

    clean_of_barriers(page)
    response = Response.objects.get()
    assert response.data == WHOLE
    expect(page.locator(".receipt__code")).to_have_text(receipts.receipt_of(response.pk))


COUNT_TAPS = """addEventListener("pointerup", ({ isTrusted }) => {
  if (isTrusted) sessionStorage.taps = 1 + Number(sessionStorage.taps ?? 0);
}, true)"""
TAPS_OF_A_LIST = 2  # it opens, and something is chosen
MOST_TAPS = 26


def test_ten_questions_take_few_taps(live_server, page, survey):
    """From the list to the receipt, with every question answered; letters are not counted."""
    page.add_init_script(COUNT_TAPS)
    page.goto(f"{live_server.url}/surveys/")
    page.get_by_role("link", name=f"ตอบแบบสำรวจ : {survey.title_th}").click()
    page.locator("#id_agrees").click()
    page.get_by_role("button", name="เริ่มตอบ").click()
    page.get_by_label("เลือกอำเภอก่อน").select_option(index=1)
    page.locator("#q-D1").select_option(index=1)
    for name, typed in (("D2", "54"), ("D3", "1/5/2540")):
        page.locator(f"#q-{name}").click()
        page.keyboard.type(typed)
    go_on(page)
    for choice in ("Q1-1", "Q2-1", "Q2-2"):
        page.locator(f"#q-{choice}").click()
    page.locator("#q-Q3-1").select_option("1")
    page.locator("#q-Q3-2").select_option("2")
    go_on(page)
    for choice in ("Q4_a-1", "Q4_b-1", "Q5-1", "Q6-7", "Q7"):
        page.locator(f"#q-{choice}").click()
    page.keyboard.type("ขอบคุณ")
    go_on(page)
    send(page)

    taps = page.evaluate("Number(sessionStorage.taps)") + 4 * TAPS_OF_A_LIST
    assert None not in Response.objects.get().data.values()
    assert 20 < taps <= MOST_TAPS


def test_the_same_without_scripts(live_server, plain_page, survey):
    page = plain_page
    begin(page, live_server, survey)
    about_me(page)
    mark(page, "Q1", 1)
    page.locator("#q-Q3-1").select_option(label="วิทยุ")
    page.locator("#q-Q3-2").select_option(label="เสียงตามสาย")
    go_on(page)
    expect(page.get_by_text("มีคำถามต่อเนื่องจากคำตอบของท่าน")).to_be_visible()
    mark(page, "Q2", 1)
    mark(page, "Q2", 3)
    page.locator("#q-Q2_other").fill("เพื่อนบ้าน")
    go_on(page)
    views(page)
    send(page)

    assert Response.objects.get().data == WHOLE


def test_killed_browser_goes_on_where_it_stopped(live_server, page, browser, survey, complaints):
    begin(page, live_server, survey)
    about_me(page)
    mark(page, "Q1", 2)
    page.get_by_role("button", name="เก็บไว้ตอบต่อภายหลัง").click()
    kept = page.context.storage_state()
    page.context.close()

    later = browser.new_context(viewport=PHONE, storage_state=kept).new_page()
    listen(later, complaints)
    later.goto(f"{live_server.url}/surveys/{survey.pk}/answer/")
    later.get_by_role("link", name="ตอบต่อจากเดิม").click()

    expect(later.locator("h1")).to_have_text("ความพึงพอใจ")
    views(later)
    send(later)
    assert Response.objects.get().data["D2"] == 54
    later.context.close()


def test_error_keeps_everything_and_leads_to_it(live_server, page, survey, complaints):
    begin(page, live_server, survey)
    page.get_by_label("เลือกอำเภอก่อน").select_option(label="อำเภอเมืองลพบุรี")
    page.get_by_label("ท่านอยู่ตำบลใด").select_option(label="ท่าหิน")
    page.get_by_label("ท่านอายุเท่าไร").fill("สิบเจ็ด")
    page.get_by_label("ท่านย้ายมาอยู่ที่นี่เมื่อใด").fill("31/2/2560")
    go_on(page)

    expect(page.get_by_text("มีข้อมูลที่ต้องแก้ไข")).to_be_visible()
    clean_of_barriers(page)
    assert page.locator("#q-D1").input_value() == "160102"
    assert page.locator("#q-D2").input_value() == "สิบเจ็ด"
    assert page.locator("#q-D3").input_value() == "31/2/2560"
    page.locator(".error-summary a").first.click()
    assert re.search("#q-D2$", page.url)
    complaints[:] = [said for said in complaints if "400" not in said]


def test_second_answer_is_met_honestly(live_server, page, survey):
    begin(page, live_server, survey)
    about_me(page)
    mark(page, "Q1", 2)
    go_on(page)
    views(page)
    send(page)

    page.goto(f"{live_server.url}/surveys/{survey.pk}/answer/")
    page.get_by_role("button", name="ให้คนอื่นตอบต่อ").click()

    expect(page.get_by_label("ข้าพเจ้าอายุ 18 ปีขึ้นไป")).to_be_visible()
    expect(page.get_by_label("ข้าพเจ้าอายุ 18 ปีขึ้นไป")).not_to_be_checked()


def test_code_of_a_card_fills_itself_in_and_leaves_the_address(live_server, page, survey):
    survey.needs_code = True
    survey.save()
    (code,) = codes.issue(survey, 1, by=make.user())
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(f"{live_server.url}/surveys/{survey.pk}/answer/#c={code}")

    expect(page.get_by_label("รหัสบนบัตรของท่าน")).to_have_value(code)
    assert code not in page.url
    assert [url for url in asked if code in url.split("#")[0]] == []
