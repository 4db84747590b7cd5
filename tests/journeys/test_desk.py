"""A volunteer reads a script and says that it was on air; a station reports; the office checks."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from network import accounts
from news import distributing
from news.models import Broadcast, ChaseRound
from tests import make
from tests.journeys.barriers import violations
from tests.journeys.conftest import PHONE, listen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SPOKEN = "เรียนพี่น้องประชาชนที่เคารพ\nขอให้ยกของขึ้นที่สูง โทร หนึ่งเจ็ดแปดสี่\nขอทวนอีกครั้ง โทร หนึ่งเจ็ดแปดสี่"
SLOW_3G = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def phone(request, browser, complaints):
    """A small telephone on a slow network, with and without JavaScript."""
    context = browser.new_context(java_script_enabled=request.param, viewport=PHONE)
    shown = context.new_page()
    listen(shown, complaints)
    wire = context.new_cdp_session(shown)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", SLOW_3G)
    shown.set_default_timeout(30_000)
    yield shown
    context.close()


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_volunteer_has_the_script_in_one_tap_and_the_receipt_in_two(live_server, phone):
    volunteer = make.volunteer(name="สมใจ ใจดี", means=["tower"])
    edition = make.published(spoken=SPOKEN)
    taps = 0

    phone.goto(live_server.url + make.desk(volunteer))  # the tap on the link
    taps += 1
    expect(phone.locator(".script").first).to_be_in_viewport()
    assert taps == 1
    button = phone.get_by_role("button", name="ออกอากาศแล้ว")
    expect(button).to_be_visible()
    assert button.bounding_box()["height"] >= 44
    button.dblclick()  # by a thumb that is not sure
    taps += 1
    expect(phone.locator("h1")).to_have_text("จดไว้แล้ว ขอบคุณ")
    assert taps <= 3
    assert phone.context.cookies() == []

    made = Broadcast.objects.get()
    assert (made.party, made.edition, made.means) == (volunteer, edition, "tower")
    phone.get_by_text("แนบภาพหรือเสียง หรือแก้ไข").click()
    phone.get_by_label("กี่ครั้ง").fill("2")
    phone.set_input_files(
        "[name=photo]",
        {
            "name": "a.jpg",
            "mimeType": "image/jpeg",
            "buffer": make.photo().read(),
        },
    )
    phone.get_by_role("button", name="บันทึก").click()
    expect(phone.locator("h1")).to_have_text("แก้ไขแล้ว ขอบคุณ")
    made.refresh_from_db()
    assert (made.times, bool(made.photo)) == (2, True)


def test_a_volunteers_pages_are_for_everybody(live_server, page):
    volunteer = make.volunteer(name="สมใจ ใจดี", means=["tower", "line"])
    edition = make.published(spoken=SPOKEN, pictures=[{}])
    make.published(spoken=SPOKEN)
    link = live_server.url + make.desk(volunteer)
    page.goto(link)
    page.goto(f"{link}{edition.pk}/")
    make.revised(edition, change_kind="correction", change_note="เดิมบอกวันผิด")
    distributing.go_round(ChaseRound.objects.get())
    made = make.broadcast(edition, volunteer)

    for path in ("", f"{edition.pk}/", f"{edition.pk}/report/", "reports/", f"reports/{made.pk}/"):
        page.goto(link + path)
        for summary in page.locator("main details > summary").all():
            summary.click()

        assert violations(page) == [], path
        assert fits(page), path
    page.goto(link)
    page.get_by_role("button", name="รับทราบ").click()
    expect(page.get_by_text("จดไว้แล้วว่าท่านรับทราบ")).to_be_visible()
    expect(page.get_by_text("เดิมบอกวันผิด")).to_have_count(0)


def test_a_station_reports_its_post_and_the_office_checks_it(live_server, page, client, browser):
    station = make.organization(kind="online", name_th="เพจข่าวลพบุรี")
    person = make.volunteer(organization=station, email="a@example.org")
    client.force_login(
        accounts.open_account(person, by=None), "django.contrib.auth.backends.ModelBackend"
    )
    make.published(spoken=SPOKEN, title="น้ำจะขึ้นวันศุกร์")
    page.context.add_cookies(
        [
            {"name": name, "value": morsel.value, "url": live_server.url}
            for name, morsel in client.cookies.items()
        ]
    )

    page.goto(f"{live_server.url}/network/desk/")
    expect(page.get_by_role("heading", name="น้ำจะขึ้นวันศุกร์")).to_be_visible()
    page.get_by_role("link", name="แจ้งพร้อมลิงก์ ภาพ หรือจำนวนผู้รับ").click()
    page.get_by_label("ลิงก์บนเว็บไซต์").fill("example.org/post/1")
    page.get_by_label("มีผู้รับกี่คน").fill("1200")
    page.get_by_label("ตัวเลขนี้มาจากไหน").select_option("measured")
    assert violations(page, within="main") == []
    page.get_by_role("button", name="ส่งเรื่อง").click()
    expect(page.locator("h1")).to_have_text("จดไว้แล้ว ขอบคุณ")

    made = Broadcast.objects.get()
    assert (made.url, made.audience) == ("https://example.org/post/1", 1200)
    make.officer()
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    desk = context.new_page()
    desk.goto(f"{live_server.url}/admin/")
    desk.fill("[name=username]", "officer")
    desk.fill("[name=password]", "correct horse battery")
    desk.click("[type=submit]")
    desk.get_by_role("link", name="การออกอากาศที่รอตรวจ").click()
    expect(desk.locator("#changelist")).to_be_visible()
    assert violations(desk, within="main") == []
    desk.get_by_role("link", name="น้ำจะขึ้นวันศุกร์").click()
    expect(desk.locator(".progress-panel")).to_be_visible()
    assert violations(desk, within="main") == []
    desk.get_by_role("button", name="ยืนยันว่าออกอากาศจริง").click()
    expect(desk.get_by_text("นับรายการนี้แล้ว")).to_be_visible()
    made.refresh_from_db()
    assert made.state == "verified"
    assert made.checked_at <= timezone.now()
    context.close()
