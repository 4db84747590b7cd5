"""From a phone without JavaScript to a member: applicant, network officer, volunteer, partner."""

import re

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from playwright.sync_api import expect

from network import accounts
from network.models import Application, Organization, Person
from office import loading, roles
from tests import make
from tests.journeys.barriers import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def test_a_volunteer_joins_and_keeps_their_facts(live_server, plain_page, page):
    loading.load()
    roles.sync()
    officer = make.user("officer", is_staff=True)
    officer.groups.add(Group.objects.get(name=roles.OFFICER))

    plain_page.goto(f"{live_server.url}/network/")
    plain_page.get_by_role("link", name="สมัครเข้าเครือข่าย").first.click()
    plain_page.get_by_label("ผู้ประกาศหอกระจายข่าว").check()
    press(plain_page, "ต่อไป")
    plain_page.get_by_label("ชื่อและนามสกุลของท่าน").fill("สมใจ ใจดี")
    plain_page.get_by_label("หมายเลขโทรศัพท์ของท่าน").fill("081 234 5678")
    press(plain_page, "ต่อไป")
    plain_page.get_by_label("บ้านหมี่").check()
    press(plain_page, "ต่อไป")
    plain_page.get_by_label("พุคา").check()
    plain_page.get_by_label("หอกระจายข่าว เสียงตามสาย").check()
    press(plain_page, "ต่อไป")
    plain_page.get_by_label("อ่านแล้วและยินยอม").check()
    press(plain_page, "ต่อไป")
    expect(plain_page.get_by_text("สมใจ ใจดี")).to_be_visible()
    press(plain_page, "ส่งใบสมัคร")
    expect(plain_page.locator("h1")).to_contain_text("คข.25")

    page.goto(f"{live_server.url}/admin/")
    page.fill("[name=username]", "officer")
    page.fill("[name=password]", "correct horse battery")
    press(page, "เข้าสู่ระบบ")
    page.get_by_role("link", name=re.compile("ใบสมัครเครือข่ายรอพิจารณา")).click()
    page.get_by_role("link", name=Application.objects.get().reference).click()
    page.get_by_label("อนุมัติให้เป็นสมาชิก").check()
    page.locator("[name=_save]").click()
    plain_page.reload()
    expect(plain_page.get_by_text("ท่านเป็นสมาชิกแล้ว")).to_be_visible()

    person = Person.objects.get()
    page.goto(f"{live_server.url}/admin/network/person/{person.pk}/link/")
    press(page, "ออกลิงก์ส่วนตัว")
    address = page.get_by_label("ลิงก์ส่วนตัว").input_value()

    plain_page.goto(address)
    plain_page.get_by_role("link", name="ข้อมูลของฉัน").click()
    press(plain_page, "ข้อมูลยังถูกต้อง")
    expect(plain_page.get_by_text("ยืนยันข้อมูลของท่านแล้ว")).to_be_visible()
    plain_page.get_by_role("link", name="แก้ไขข้อมูล").click()
    plain_page.get_by_label("หมายเลขโทรศัพท์ของท่าน").fill("089 999 9999")
    press(plain_page, "บันทึก")

    expect(plain_page.get_by_text("089 999 9999")).to_be_visible()
    person.refresh_from_db()
    assert person.phone == "089 999 9999"


def test_a_partner_signs_in_from_the_mailbox_and_proposes(live_server, page, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    loading.load()
    roles.sync()
    body = Organization.objects.create(kind="radio", name_th="วิทยุแม่น้ำ", is_listed=True)
    person = Person.objects.create(name="สมศรี", organization=body, email="s@example.org")
    accounts.open_account(person, by=None)

    page.goto(f"{live_server.url}/network/mine/")
    page.get_by_label("อีเมลของท่าน").fill("s@example.org")
    press(page, "ส่งรหัสให้ฉัน")
    assert violations(page) == []
    code = re.search(r"^\s*([A-Z0-9-]{4,12})\s*$", mail.outbox[0].body, re.MULTILINE)[1]
    page.locator("[name=code]").fill(code)
    press(page, "เข้าใช้")

    expect(page.locator("h1")).to_have_text("สมศรี")
    page.get_by_role("link", name="เสนอแก้ไขข้อมูลองค์กร").click()
    page.get_by_label("ชื่อ (ภาษาไทย)").fill("วิทยุแม่น้ำลพบุรี")
    assert violations(page) == []
    press(page, "บันทึก")

    expect(page.get_by_text("บันทึกแล้ว")).to_be_visible()
    assert body.proposals.get().after == {"name_th": "วิทยุแม่น้ำลพบุรี"}
    assert violations(page) == []
    press(page, "ออกจากระบบ")
    expect(page.locator("h1")).to_have_text("เครือข่ายประชาสัมพันธ์")
