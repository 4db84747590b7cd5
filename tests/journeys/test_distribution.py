"""A network officer sends news; a partner confirms its correction; readers see that it did."""

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from playwright.sync_api import expect

from news import distributing, publishing
from news.models import ChaseRound, Delivery
from office import roles
from tests import make
from tests.journeys.barriers import violations
from tests.journeys.conftest import PHONE, listen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_news_goes_to_the_network_and_its_correction_is_confirmed(
    live_server, page, browser, complaints
):
    roles.sync()
    officer = make.user("officer", is_staff=True)
    officer.groups.add(Group.objects.get(name=roles.OFFICER))
    edition = make.published()
    mailbox, left_out = make.channel(), make.channel("line")

    page.goto(f"{live_server.url}/admin/")
    page.fill("[name=username]", "officer")
    page.fill("[name=password]", "correct horse battery")
    page.click("[type=submit]")
    page.goto(f"{live_server.url}/admin/news/edition/{edition.pk}/change/")
    page.get_by_role("link", name="ส่งให้เครือข่าย", exact=True).click()
    page.get_by_role("checkbox", name=str(left_out)).check()
    assert violations(page, within="main") == []
    page.get_by_role("button", name="ส่งเดี๋ยวนี้").click()
    expect(page.get_by_text("กำลังส่งให้เครือข่าย")).to_be_visible()
    assert [delivery.channel for delivery in Delivery.objects.all()] == [mailbox]

    Delivery.objects.update(state="accepted", accepted_at=timezone.now())
    draft = publishing.revise(edition.article, by=None, kind="correction")
    draft.change_note, draft.lead = "เดิมบอกวันผิด", "วันที่ถูกคือวันเสาร์"
    draft.save()
    publishing.publish(draft, by=None)
    distributing.go_round(ChaseRound.objects.get())
    delivery = Delivery.objects.get(release__kind="correction")
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    phone = context.new_page()
    listen(phone, complaints)
    phone.goto(f"{live_server.url}/network/receipt/{distributing.acknowledgement_token(delivery)}/")
    expect(phone.get_by_text("เดิมบอกวันผิด")).to_be_visible()
    phone.get_by_role("button", name="อ่านและแก้ไขแล้ว").click()
    expect(phone.locator("h1")).to_have_text("ยืนยันแล้ว ขอบคุณ")
    phone.get_by_role("link", name="อ่านฉบับปัจจุบัน").click()
    expect(phone.get_by_text("แจ้งเครือข่ายแล้ว 1 ราย ยืนยันแล้ว 1 ราย")).to_be_visible()
    context.close()
