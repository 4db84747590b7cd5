"""A partner adds a passkey, comes back with it, and takes it away again."""

import json
import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from network import accounts
from network.models import Organization, Person
from office import audit, loading, roles
from tests.journeys.barriers import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def partner(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()  # one mailbox gets few codes a minute, whichever test asks
    loading.load()
    roles.sync()
    body = Organization.objects.create(kind="radio", name_th="วิทยุแม่น้ำ", is_listed=True)
    person = Person.objects.create(name="สมศรี", organization=body, email="s@example.org")
    accounts.open_account(person, by=None)
    return person


@pytest.fixture
def telephone(page):
    """A telephone that knows its owner's finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    options |= {"hasUserVerification": True, "isUserVerified": True}
    options["automaticPresenceSimulation"] = True
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    key = {"authenticatorId": made["authenticatorId"]}
    session.finger = lambda is_right: session.send(
        "WebAuthn.setUserVerified", key | {"isUserVerified": is_right}
    )
    session.held = lambda: session.send("WebAuthn.getCredentials", key)["credentials"]
    return session


@pytest.fixture
def home(live_server):
    """Passkeys belong to names, not to numbers."""
    assert "//localhost:" in live_server.url
    return live_server.url


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def sign_in_by_code(page, home):
    page.goto(f"{home}/network/mine/")
    page.get_by_label("อีเมลของท่าน").fill("s@example.org")
    press(page, "ส่งรหัสให้ฉัน")
    page.wait_for_url("**/accounts/login/code/**")
    code = re.search(r"^\s*([A-Z0-9-]{4,12})\s*$", mail.outbox[-1].body, re.MULTILINE)[1]
    page.locator("[name=code]").fill(code)
    press(page, "เข้าใช้")
    expect(page.locator("h1")).to_have_text("สมศรี")


def leave(page, home):
    page.goto(f"{home}/network/mine/")
    press(page, "ออกจากระบบ")
    expect(page.locator("h1")).to_have_text("เครือข่ายประชาสัมพันธ์")


def add(page, name="มือถือของฉัน"):
    page.get_by_role("link", name="พาสคีย์: เข้าใช้โดยไม่ต้องรอรหัส").click()
    page.get_by_label("ชื่อของพาสคีย์").fill(name)
    press(page, "เพิ่มพาสคีย์")


def test_a_partner_adds_a_passkey_comes_back_with_it_and_removes_it(home, partner, page, telephone):
    sign_in_by_code(page, home)
    add(page)
    expect(page.get_by_text("มือถือของฉัน", exact=True)).to_be_visible()
    assert violations(page) == []
    assert len(telephone.held()) == 1

    leave(page, home)
    page.goto(f"{home}/accounts/login/")
    assert violations(page) == []
    press(page, "เข้าใช้ด้วยพาสคีย์")

    expect(page.locator("h1")).to_have_text("ข่าวล่าสุดสำหรับท่าน")
    page.goto(f"{home}/network/mine/passkeys/")
    expect(page.get_by_text("ใช้ล่าสุด")).to_be_visible()
    press(page, "นำ “มือถือของฉัน” ออก")
    expect(page.get_by_text("ยังไม่มี")).to_be_visible()
    verbs = [step.verb for step in audit.trail(partner)]
    assert verbs[:2] == ["remove passkey", "add passkey"]


def test_a_passkey_that_was_removed_opens_nothing_and_the_code_still_does(
    home, partner, page, telephone, complaints
):
    sign_in_by_code(page, home)
    add(page)
    press(page, "นำ “มือถือของฉัน” ออก")
    expect(page.get_by_text("ยังไม่มี")).to_be_visible()
    leave(page, home)
    page.goto(f"{home}/accounts/login/")

    press(page, "เข้าใช้ด้วยพาสคีย์")

    expect(page.get_by_role("heading", name="พาสคีย์ใช้ไม่ได้")).to_be_visible()
    assert [told for told in complaints if "400" not in told] == []
    complaints.clear()
    mail.outbox.clear()
    sign_in_by_code(page, home)


def test_who_has_a_passkey_may_come_in_by_a_code_alone(home, partner, page, telephone):
    sign_in_by_code(page, home)
    add(page)
    expect(page.get_by_text("มือถือของฉัน", exact=True)).to_be_visible()
    leave(page, home)

    sign_in_by_code(page, home)  # which no second question follows


def test_a_stranger_s_finger_adds_nothing_and_the_page_says_so(home, partner, page, telephone):
    sign_in_by_code(page, home)
    telephone.finger(False)

    add(page)

    expect(page.get_by_text("ยังไม่ได้เพิ่มพาสคีย์")).to_be_visible()
    assert telephone.held() == []


def test_an_hour_later_the_owner_has_to_sign_in_anew(home, partner, page, telephone):
    sign_in_by_code(page, home)
    partner.refresh_from_db()
    partner.user.last_login = timezone.now() - timezone.timedelta(hours=1)
    partner.user.save()

    page.goto(f"{home}/network/mine/passkeys/")
    press(page, "ออกจากระบบแล้วเข้าใช้ใหม่")

    page.wait_for_url("**/accounts/login/**")


def test_at_a_bare_number_which_has_no_passkeys_the_page_offers_the_code_alone(
    live_server, partner, page
):
    page.goto(f"{live_server.url.replace('localhost', '127.0.0.1')}/accounts/login/")

    expect(page.get_by_role("button", name="เข้าใช้ด้วยพาสคีย์")).to_be_hidden()
    expect(page.get_by_role("button", name="ส่งรหัสให้ฉัน")).to_be_visible()


@pytest.mark.parametrize(
    "credential",
    ["", "x", "[]", "{}", '{"response": {}}', '{"response": {"userHandle": "AA"}}'],
)
def test_nonsense_is_refused_in_a_sentence(client, partner, credential):
    client.get("/accounts/passkey/", headers={"accept": "application/json"})
    answer = client.post("/accounts/passkey/", {"credential": credential})
    assert (answer.status_code, "พาสคีย์ใช้ไม่ได้" in answer.text) == (400, True)

    client.force_login(partner.user, backend="django.contrib.auth.backends.ModelBackend")
    client.get("/network/mine/passkeys/")
    posted = {"credential": credential, "name": "ก"}
    assert client.post("/network/mine/passkeys/", posted).status_code == 400


def test_somebody_else_s_passkey_is_not_theirs_to_remove(client, partner):
    from allauth.mfa.models import Authenticator

    from tests import make

    other = Authenticator.objects.create(user=make.user(), type="webauthn", data={"name": "ข"})
    client.force_login(partner.user, backend="django.contrib.auth.backends.ModelBackend")

    assert client.post(f"/network/mine/passkeys/{other.pk}/remove/").status_code == 404
    assert Authenticator.objects.filter(pk=other.pk).exists()


def test_the_challenge_names_the_office_and_asks_for_the_owner(client, partner):
    client.force_login(partner.user, backend="django.contrib.auth.backends.ModelBackend")

    page = client.get("/network/mine/passkeys/")

    asked = json.loads(json.dumps(page.context["creation_options"], default=str))["publicKey"]
    assert asked["rp"]["name"] == "สำนักงานประชาสัมพันธ์จังหวัดลพบุรี"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["authenticatorSelection"]["residentKey"] == "required"
