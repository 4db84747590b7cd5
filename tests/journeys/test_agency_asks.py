"""An officer of a municipality asks for advice on a telephone, and follows it."""

import pytest
from django.utils.translation import override
from playwright.sync_api import expect

from consulting import casework, letters, loading
from consulting.models import AdvisoryRequest, Topic, Vote
from tests import make
from tests.journeys.barriers import clean_of_barriers
from tests.journeys.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def topics(transactional_db):
    loading.load()
    make.district()


def fill(page, texts):
    for label, text in texts.items():
        page.get_by_label(label, exact=False).first.fill(text)


def go_on(page):
    page.get_by_role("button", name="ต่อไป", exact=True).click()


def ask_the_question(page, origin):
    """From the front page to the end of the second screen."""
    page.goto(f"{origin}/consulting/")
    page.get_by_role("link", name="เริ่มขอคำปรึกษา").click()
    page.get_by_label("วางแผนรณรงค์").check()
    go_on(page)
    fill(
        page,
        {
            "เรื่องอะไร เขียนสั้น ๆ": "รณรงค์ไข้เลือดออกในตลาดสด",
            "เล่ารายละเอียด": "คนเห็นป้ายแต่ไม่เปลี่ยนพฤติกรรม",
            "กลุ่มเป้าหมายคือใคร": "ผู้ค้าในตลาด 900 คน",
            "อยากให้คนทำอะไร": "คว่ำภาชนะทุกวันศุกร์",
        },
    )


def test_from_the_topic_to_a_number_without_scripts_in_five_screens(
    live_server, plain_page, topics, tmp_path
):
    page, screens = plain_page, []
    page.on("framenavigated", lambda frame: screens.append(frame.url))
    ask_the_question(page, live_server.url)
    go_on(page)
    page.get_by_label("ท่านอยู่ที่ไหน").select_option("district:1601")
    fill(
        page,
        {
            "หน่วยงานหรือกลุ่มของท่าน": "เทศบาลตำบลตัวอย่าง",
            "ชื่อและนามสกุลของท่าน": "สมศรี ตัวอย่าง",
            "หมายเลขโทรศัพท์ของท่าน": "036-411-111",
        },
    )
    go_on(page)
    plan = tmp_path / "แผน.pdf"
    plan.write_bytes(b"%PDF-1.7\n%%EOF\n")
    page.get_by_label("แนบไฟล์").first.set_input_files(plan)
    page.get_by_role("button", name="ส่งคำขอ").click()

    request = AdvisoryRequest.objects.get()
    expect(page.locator("h1")).to_have_text(request.reference)
    expect(page.get_by_text("ครบกำหนด").first).to_be_visible()
    assert request.files.count() == 1
    # The front page, four screens of the form, the page with the number.
    assert len(screens) == 6

    page.get_by_label("เขียนถึงเรา").fill("เริ่มงานวันที่ 15")
    page.get_by_role("button", name="ส่งข้อความ").click()
    expect(page.get_by_text("เริ่มงานวันที่ 15")).to_be_visible()
    page.get_by_role("link", name="พิมพ์ใบรับคำขอ").click()
    expect(page.get_by_text(request.reference)).to_be_visible()


def test_it_goes_on_where_the_browser_died(live_server, browser, plain_page, topics, complaints):
    ask_the_question(plain_page, live_server.url)
    kept = plain_page.url.split("?")[0]
    go_on(plain_page)

    other = browser.new_context(java_script_enabled=False, viewport=PHONE).new_page()
    other.goto(kept)

    expect(other.locator("h1")).to_have_text("ข้อมูลของท่าน")
    other.context.close()


def test_answers_of_others_are_offered_while_typing(live_server, page, topics, complaints):
    edition = make.resource_edition(Topic.objects.get(key="campaign"), "กำจัดลูกน้ำป้องกันไข้เลือดออก")
    ask_the_question(page, live_server.url)

    expect(page.get_by_text(edition.title_th).first).to_be_visible()
    # Enter goes on: the button that ends it all is not the one it presses.
    page.get_by_label("กลุ่มเป้าหมายคือใคร").press("Enter")
    expect(page.locator("h1")).to_have_text("ข้อมูลของท่าน")
    page.get_by_label("ชื่อและนามสกุลของท่าน").press("Enter")
    expect(page.get_by_text("มีข้อมูลที่ต้องแก้ไข")).to_be_visible()
    complaints[:] = [said for said in complaints if "400" not in said]

    page.get_by_text(edition.title_th).first.click()
    page.get_by_role("button", name="ช่วยได้แล้ว").click()

    expect(page.get_by_text("ยินดีที่คำตอบช่วยท่านได้")).to_be_visible()
    assert Vote.objects.get().is_instead


def test_what_is_wrong_is_said_to_everybody(live_server, page, topics, complaints):
    page.goto(f"{live_server.url}/consulting/request/?topic=write-news")
    go_on(page)
    go_on(page)

    expect(page.get_by_text("มีข้อมูลที่ต้องแก้ไข")).to_be_visible()
    clean_of_barriers(page)
    complaints[:] = [said for said in complaints if "400" not in said]


def test_the_answer_is_read_and_the_request_taken_up_again(live_server, plain_page, topics):
    officer, head = make.officer("kamon"), make.officer("wanna", "head")
    request = make.advisory_request()
    casework.take(request, by=officer)
    answer = casework.write_answer(request, "ใช้ข้อความเดียวต่อแผงค้า", by=officer)
    casework.submit_answer(answer, by=officer)
    casework.send_answer(answer, by=head)

    with override("th"):
        plain_page.goto(live_server.url + letters.address(request))
    expect(plain_page.get_by_text("ใช้ข้อความเดียวต่อแผงค้า")).to_be_visible()
    plain_page.get_by_label("เขียนถึงเรา").fill("ใช้ไม่ได้กับตลาดนัด")
    plain_page.get_by_role("button", name="ส่งข้อความ").click()

    expect(plain_page.get_by_text("เปิดเรื่องอีกครั้ง").first).to_be_visible()
