"""Joining: steps of the application, its page, its decision, and what a membership's days mean."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from lopburi_pr import background
from network import joining, post, tokens
from network.models import Application, Membership, Organization, Person
from office import audit
from office.models import District, Subdistrict
from tests import make
from tests.other_ends import MailServer

pytestmark = pytest.mark.django_db
JOIN = "/network/join/"
TODAY = date(2026, 11, 25)


def volunteer(**more):
    """What the pages of a volunteer's application collect."""
    return {
        "kind": "volunteer",
        "name": "สมใจ ใจดี",
        "phone": "081-234-5678",
        "email": "",
        "districts": [District.objects.get(code="1606").pk],
        "subdistricts": [Subdistrict.objects.get(code="160601").pk],
        "village": "หมู่ 4",
        "means": ["tower"],
        "about": "",
        "consent": "on",
    } | more


def station(**more):
    fields = {"kind": "media", "organization_name": "วิทยุทดสอบ", "organization_kind": "radio"}
    return volunteer(**fields, email="Radio@example.org", is_listed="on", subdistricts=[]) | more


def send(client, answers):
    """The address of the page that the applicant is led to."""
    answer = client.post(JOIN, answers | {"step": "check"})
    assert answer.status_code == 302, answer.context["form"].errors
    return answer.url


def applied(client, answers=None):
    address = send(client, answers or volunteer())
    return Application.objects.get(), address


def shown(answer):
    return answer.context["journey"].step


def test_a_volunteer_applies_page_by_page_with_nothing_but_forms(client, places):
    answers, typed = volunteer(), {}
    pages = (
        ("kind", ("kind",)),
        ("who", ("name", "phone", "email")),
        ("districts", ("districts",)),
        ("area", ("subdistricts", "village", "means", "about")),
        ("consent", ("consent",)),
    )
    page = client.get(JOIN)
    for step, names in pages:
        assert shown(page) == step
        typed |= {name: answers[name] for name in names}
        page = client.post(JOIN, typed | {"step": step})
        assert page.status_code == 200
    assert shown(page) == "check"
    assert "สมใจ ใจดี" in page.text
    assert Application.objects.count() == 0  # nothing is stored before it is sent

    address = send(client, typed)

    application = Application.objects.get()
    assert application.reference == "คข.2569/0001"
    assert re.fullmatch(r"/network/join/2569-1/[\w-]{32}/", address)
    assert [place.code for place in application.subdistricts.all()] == ["160601"]
    assert "คุ้มครองข้อมูลส่วนบุคคล" in application.consent_text
    own = client.get(address)
    assert (own.status_code, application.reference in own.text) == (200, True)


def test_an_error_keeps_what_was_typed_and_says_what_to_mend(client, places):
    answers = volunteer(phone="ศูนย์แปด")
    typed = {name: answers[name] for name in ("kind", "name", "phone", "email")}

    page = client.post(JOIN, typed | {"step": "who"})

    assert (page.status_code, shown(page)) == (400, "who")
    assert 'value="ศูนย์แปด"' in page.text
    assert 'value="สมใจ ใจดี"' in page.text
    assert 'href="#id_phone"' in page.text
    assert Application.objects.count() == 0


def test_a_page_not_seen_yet_does_not_complain(client, places):
    page = client.post(JOIN, {"step": "kind", "kind": "media"})

    assert (page.status_code, shown(page)) == (200, "who")
    assert not page.context["form"].errors
    assert "organization_name" in page.context["form"].fields


def test_going_back_changes_one_answer_and_loses_none(client, places):
    answers = volunteer()

    page = client.post(JOIN, answers | {"step": "check", "go": "who"})
    assert (page.status_code, shown(page)) == (200, "who")
    assert 'value="สมใจ ใจดี"' in page.text
    page = client.post(JOIN, answers | {"step": "who", "name": "สมศรี"})
    assert shown(page) == "check"
    send(client, answers | {"name": "สมศรี"})

    assert Application.objects.get().name == "สมศรี"


def test_subdistricts_of_a_district_that_was_taken_back_are_dropped(client, places):
    other = District.objects.get(code="1601").pk

    page = client.post(JOIN, volunteer(districts=[other]) | {"step": "districts"})

    assert shown(page) == "area"
    assert "160601" not in page.text


@pytest.mark.parametrize(
    "nonsense",
    [
        {"districts": ["x", "999999999999999999999"]},
        {"subdistricts": ["\x00"]},
        {"kind": "king"},
        {"means": ["telepathy"]},
        {"consent": ""},
        {"website": "https://spam.example"},
        {"step": "fly", "go": "away"},
        {"name": "ก" * 5000},
    ],
)
def test_nonsense_is_refused_and_stores_nothing(client, places, nonsense):
    page = client.post(JOIN, volunteer() | {"step": "check"} | nonsense)

    assert page.status_code in {200, 400}
    assert Application.objects.count() == 0


def test_too_many_are_refused_for_an_hour(client, places):
    for _ in range(20):
        send(client, volunteer())

    answer = client.post(JOIN, volunteer() | {"step": "check"})

    assert (answer.status_code, 0 < int(answer.headers["Retry-After"]) <= 3600) == (429, True)
    assert Application.objects.count() == 20


def test_only_the_link_opens_the_page_and_nothing_learns_of_it(client, places):
    _application, address = applied(client)
    token = address.split("/")[-2]

    page = client.get(address)

    assert page.headers["X-Robots-Tag"].startswith("noindex")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert not page.cookies
    assert token not in str(Application.objects.values().get())
    assert client.get(address.replace(token, "x" * 32)).status_code == 404
    assert client.get(address.replace("2569-1", "2569-2")).status_code == 404


def test_a_question_is_answered_on_the_page(client, places):
    application, address = applied(client)
    joining.ask(application, by=make.user(), question="ท่านมีเครื่องขยายเสียงไหม")
    assert "ท่านมีเครื่องขยายเสียงไหม" in client.get(address).text

    assert client.post(address, {"reply": ""}).status_code == 400
    assert client.post(address, {"reply": "มี 250 วัตต์"}).status_code == 302

    application.refresh_from_db()
    assert (application.state, application.reply) == ("received", "มี 250 วัตต์")
    assert client.post(address, {"reply": "อีกครั้ง"}).status_code == 400  # nothing is open
    verbs = [step.verb for step in audit.trail(application)]
    assert verbs == ["reply", "ask", "apply"]


def test_a_rejection_needs_a_reason_that_the_applicant_reads(client, places):
    application, address = applied(client)
    with pytest.raises(ValidationError):
        joining.reject(application, by=make.user(), reason="  ")

    joining.reject(application, by=make.user(), reason="อยู่นอกจังหวัด")

    assert "อยู่นอกจังหวัด" in client.get(address).text
    with pytest.raises(ValidationError):
        joining.approve(application, by=make.user())
    assert Membership.objects.count() == 0


def test_approving_a_volunteer_makes_a_person_and_a_member(client, places):
    application, address = applied(client)
    head = make.user()

    membership = joining.approve(application, by=head)

    person = Person.objects.get()
    assert (membership.person, membership.kind, membership.standing()) == (
        person,
        "volunteer",
        "current",
    )
    assert (person.name, person.village, person.means) == ("สมใจ ใจดี", "หมู่ 4", ["tower"])
    assert person.consent_text == application.consent_text
    assert (person.visibility, person.user) == ("staff", None)
    assert [place.code for place in person.subdistricts.all()] == ["160601"]
    application.refresh_from_db()
    assert (application.state, application.membership) == ("approved", membership)
    assert audit.trail(membership)[0].actor == head
    assert client.get(address).status_code == 200


def test_approving_an_organisation_opens_an_account_for_its_contact(client, places):
    application, _address = applied(client, station())

    joining.approve(application, by=make.user())

    body = Organization.objects.get()
    contact = body.people.get()
    assert (body.name_th, body.kind, body.is_listed) == ("วิทยุทดสอบ", "radio", True)
    assert body.shown == {"means": ["หอกระจายข่าว เสียงตามสาย"]}
    assert contact.user.email == "radio@example.org"
    assert [group.name for group in contact.user.groups.all()] == ["partner"]
    assert not contact.user.has_usable_password()


def test_approving_links_to_whom_we_know(client, places):
    known = Person.objects.create(name="สมใจ ใจดี", phone="081-234-5678")
    application, _address = applied(client)
    assert joining.alike(application) == [known]

    membership = joining.approve(application, by=make.user(), party=known)

    assert (membership.person, Person.objects.count()) == (known, 1)
    again = Application.objects.get()
    assert len(joining.obstacles(again, "approved")) == 1
    again.state = "received"
    assert len(joining.obstacles(again, "approved", party=known)) == 1
    body = Organization.objects.create(kind="radio", name_th="วิทยุ")
    assert len(joining.obstacles(again, "approved", party=body)) == 1


def test_what_fails_halfway_leaves_nothing(client, places):
    application, _address = applied(client, station())

    with pytest.raises(ValidationError):
        joining.approve(application, by=make.user(), until=date(2020, 1, 1))

    application.refresh_from_db()
    assert application.state == "received"
    assert not Organization.objects.exists()


def test_an_address_that_somebody_else_signs_in_with_opens_no_account(client, places):
    application, _address = applied(client, station())

    joining.approve(application, by=make.user(email="radio@example.org"))

    assert Organization.objects.get().people.get().user is None


@pytest.fixture
def post_office(settings):
    """A real mail server, to which letters may leave."""
    with MailServer() as server:
        settings.OUTBOUND_ENABLED = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_TIMEOUT = 2
        yield server


def go(travel, hours=2):
    """Let the worker do what is due some hours from now."""
    travel(timezone.now() + timedelta(hours=hours))
    background.run_due()


def test_letters_survive_a_mail_server_that_is_away(client, places, post_office, travel, settings):
    settings.EMAIL_PORT = 1  # nobody listens there
    application, address = applied(client, station())
    background.run_due()
    letter = application.letters.get()
    assert (letter.state, letter.tries, "refused" in letter.error) == ("waiting", 1, True)
    assert post_office.letters == []

    settings.EMAIL_PORT = post_office.port
    go(travel)
    go(travel)

    (got,) = post_office.letters
    assert got["To"] == "Radio@example.org"
    assert address in got.get_content()
    letter.refresh_from_db()
    assert (letter.state, letter.error, letter.name) == ("sent", "", "")


def test_a_letter_that_waits_does_not_carry_the_secret(client, places):
    application, address = applied(client, station())
    token = address.split("/")[-2]

    stored = str(list(application.letters.values()))

    assert token not in stored
    assert tokens.hashed(token) not in stored
    assert token in post.message(application.letters.get()).body


def test_after_a_new_key_of_the_site_the_letter_says_no_address(client, places, settings):
    application, _address = applied(client, station())

    settings.SECRET_KEY = "x" * 60

    body = post.message(application.letters.get()).body
    assert application.reference in post.message(application.letters.get()).subject
    assert "/network/join/" not in body


def test_a_newer_decision_replaces_the_letter_that_waits(client, places, post_office, travel):
    application, address = applied(client, station())
    go(travel)
    joining.ask(application, by=make.user(), question="คลื่นใด")
    joining.reply(application, "101")
    joining.reject(application, by=make.user(), reason="ไม่ครบ")
    go(travel)

    _received, decided = post_office.letters
    assert "ไม่ครบ" in decided.get_content()
    assert "คลื่นใด" not in decided.get_content()
    assert address not in decided.get_content()


def test_letters_speak_the_language_of_the_applicant(client, places, post_office, travel):
    answer = client.post(f"/en{JOIN}", station() | {"step": "check"})
    assert answer.status_code == 302
    application = Application.objects.get()

    joining.reject(application, by=make.user(), reason="Not complete")
    go(travel)

    received, decided = (letter.get_content() for letter in post_office.letters)
    assert "We have your application" in received
    assert "the address you got when you applied" in decided


def test_letters_wait_until_sending_is_allowed(client, places, post_office, travel, settings):
    settings.OUTBOUND_ENABLED = False
    application, _address = applied(client, station())
    go(travel)
    assert application.letters.get().tries == 0

    settings.OUTBOUND_ENABLED = True
    go(travel)

    assert len(post_office.letters) == 1


def test_who_gave_no_mailbox_gets_no_letter(client, places):
    application, _address = applied(client)

    assert application.letters.count() == 0


def test_a_letter_that_failed_goes_again_from_the_back_office(client, places, post_office, travel):
    application, _address = applied(client, station(email="nobody@example.org"))
    for _ in range(background.MAX_TRIES + 1):
        go(travel)
    assert application.letters.get().state == "failed"
    client.force_login(make.officer())
    page = client.get("/admin/")
    assert "จดหมายถึงผู้สมัครที่ส่งไม่สำเร็จ" in page.text
    listed = "/admin/network/applicationletter/"

    client.post(listed, {"action": "again", "_selected_action": [application.letters.get().pk]})

    assert application.letters.get().state == "waiting"


def membership(**fields):
    person = Person.objects.create(name="สมศรี")
    return Membership.objects.create(
        **(
            {"person": person, "kind": "volunteer", "start_on": TODAY - timedelta(days=500)}
            | fields
        )
    )


@pytest.mark.parametrize(
    ("fields", "standing"),
    [
        ({}, "current"),
        ({"start_on": TODAY + timedelta(days=1)}, "coming"),
        ({"end_on": TODAY}, "current"),
        ({"end_on": TODAY - timedelta(days=1)}, "grace"),
        ({"end_on": TODAY - timedelta(days=60)}, "grace"),
        ({"end_on": TODAY - timedelta(days=61)}, "lapsed"),
        ({"end_on": TODAY - timedelta(days=1), "ended_reason": "ย้าย"}, "ended"),
        ({"end_on": TODAY, "ended_reason": "ย้าย"}, "current"),
    ],
)
def test_where_a_member_stands_follows_from_the_days(fields, standing):
    made = membership(**fields)
    rows = Membership.objects
    words = {"current": rows.current, "grace": rows.in_grace, "lapsed": rows.lapsed}

    found = {word for word, ask in words.items() if made in ask(TODAY)}

    assert made.standing(TODAY) == standing
    assert found == ({standing} & words.keys())
    assert (made in rows.in_force(TODAY)) is (standing in {"current", "grace"})


def test_one_party_is_such_a_member_once_at_a_time():
    made = membership()
    with pytest.raises(ValidationError):
        joining.admit(made.person, "volunteer", by=None)
    with pytest.raises(IntegrityError, match="of_person_once"), transaction.atomic():
        membership(person=made.person)

    joining.end(made, by=None, reason="ย้าย")
    joining.admit(made.person, "volunteer", by=None)

    assert made.person.memberships.count() == 2


@pytest.mark.parametrize("parties", ["none", "both"])
def test_a_member_is_a_person_or_an_organisation(parties):
    both = {
        "person": Person.objects.create(name="ก"),
        "organization": Organization.objects.create(kind="radio", name_th="ข"),
    }
    given = both if parties == "both" else dict.fromkeys(both)

    with pytest.raises(IntegrityError, match="one_party"), transaction.atomic():
        Membership.objects.create(**given, kind="media", start_on=TODAY)


def test_renewing_moves_the_last_day_and_a_decision_ends_it():
    made = membership(end_on=timezone.localdate() - timedelta(days=5))
    later = timezone.localdate() + timedelta(days=365)

    joining.renew(made, by=None, until=later)

    assert (made.standing(), made.end_on) == ("current", later)
    with pytest.raises(ValidationError):
        joining.renew(made, by=None, until=timezone.localdate() - timedelta(days=1))
    with pytest.raises(ValidationError):
        joining.end(made, by=None, reason="")
    joining.end(made, by=None, reason="ลาออก")
    with pytest.raises(ValidationError):
        joining.renew(made, by=None, until=later)


def test_a_new_member_can_get_a_link(client, places):
    application, _address = applied(client)
    person = joining.approve(application, by=make.user()).person

    assert client.get(make.own_page(person)).status_code == 200
