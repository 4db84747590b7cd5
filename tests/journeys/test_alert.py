"""At night the head raises an alert on a phone; the next reader sees it and can call for help."""

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import expect

import news.loading
import office.loading
from news.models import Alert
from office import roles
from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def head_at_home(transactional_db, page, live_server):
    """The head's phone, signed in on the front page of the desk."""
    office.loading.load()
    news.loading.load()
    roles.sync()
    head = make.user("head", is_staff=True)
    head.groups.add(Group.objects.get(name=roles.HEAD))
    page.goto(f"{live_server.url}/admin/")
    page.fill("[name=username]", "head")
    page.fill("[name=password]", "correct horse battery")
    page.click("[type=submit]")
    return page


def test_five_taps_warn_the_province(head_at_home, live_server, plain_page):
    page = head_at_home
    plain_page.goto(live_server.url)
    expect(plain_page.locator("#alerts")).to_have_count(0)

    page.get_by_role("link", name="ออกแจ้งเตือนภัย").click()
    page.get_by_label("ภัยอะไร").select_option(label="น้ำท่วมฉับพลัน")
    # The script has written the usual words, to be seen and changed.
    expect(page.get_by_label("ประชาชนต้องทำอะไร (ภาษาไทย)")).to_have_value(
        "ออกจากริมลำน้ำและที่ลุ่ม ขึ้นที่สูงทันที สับคัตเอาต์ไฟฟ้าถ้าทำได้โดยไม่ต้องลุยน้ำ "
        "ห้ามเดินหรือขับรถผ่านน้ำที่ไหลเชี่ยว ขอความช่วยเหลือโทร 1784"
    )
    expect(page.get_by_label("อันตรายร้ายแรง", exact=True)).to_be_checked()
    page.get_by_label("ท่าวุ้ง").check()
    page.get_by_label("บ้านหมี่").check()
    page.get_by_role("button", name="ออกทันทีโดยลำพัง").click()
    expect(page.locator(".messagelist")).to_contain_text("ออกแจ้งเตือนแล้ว")

    plain_page.goto(live_server.url)
    region = plain_page.get_by_role("region", name="แจ้งเตือนภัยที่มีผลอยู่")
    expect(region).to_be_in_viewport()
    expect(region.get_by_role("heading")).to_have_text("แจ้งเตือนน้ำท่วมฉับพลัน: ท่าวุ้ง, บ้านหมี่")
    expect(region).to_contain_text("ขึ้นที่สูงทันที")
    expect(region.get_by_role("link", name="โทร 1784")).to_have_attribute("href", "tel:1784")
    region.get_by_role("heading").get_by_role("link").click()
    expect(plain_page.get_by_role("heading", level=1)).to_contain_text("น้ำท่วมฉับพลัน")
    assert Alert.objects.unconfirmed().count() == 1


def test_another_danger_changes_only_words_that_nobody_wrote(head_at_home):
    page = head_at_home
    page.get_by_role("link", name="ออกแจ้งเตือนภัย").click()
    danger, words = page.get_by_label("ภัยอะไร"), page.get_by_label("ประชาชนต้องทำอะไร (ภาษาไทย)")

    danger.select_option("drought")
    danger.select_option("power-outage")
    assert words.input_value().startswith("ถอดปลั๊กเครื่องใช้ไฟฟ้า")
    words.fill("ข้อความของเราเอง")
    danger.select_option("chemical")

    assert words.input_value() == "ข้อความของเราเอง"
    assert page.get_by_label("อันตรายร้ายแรง", exact=True).is_checked()


def test_the_second_key_of_a_keyboard_leads_to_the_alert(transactional_db, page, live_server):
    make.issued(severity="Severe")
    page.goto(live_server.url)

    page.keyboard.press("Tab")  # to the content
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_be_in_viewport()
    expect(page.locator(":focus")).to_contain_text("แจ้งเตือนภัย: อันตรายร้ายแรง")
    page.keyboard.press("Enter")

    expect(page.locator("#alerts")).to_be_focused()
