"""The network's desk: decisions, merging, links, and who may see what."""

from datetime import timedelta

import pytest
from django.utils import timezone

from network import joining, leaving, personal_links, proposing
from network.models import (
    Application,
    ChangeProposal,
    Membership,
    Organization,
    Person,
    PersonalLink,
)
from office import audit
from office.models import District

pytestmark = pytest.mark.django_db
ADMIN = "/admin/network"
LISTS = ("organization", "person", "membership", "application", "changeproposal")


@pytest.fixture
def application(places):
    row = Application(
        kind="volunteer", name="สมใจ ใจดี", phone="0811111111", means=["tower"], consent_text="ยินยอม"
    )
    joining.apply(row, districts=District.objects.filter(code="1601"), subdistricts=[])
    return row


def decide(client, row, **typed):
    given = {"outcome": "approved", "answer": "", "party": "", "until": ""} | typed
    return client.post(f"{ADMIN}/application/{row.pk}/change/", given)


@pytest.mark.parametrize(
    ("role", "lists", "own", "may_import"),
    [
        (None, 302, 302, 302),
        ("partner", 302, 200, 302),
        ("editor", 403, 403, 403),
        ("planner", 403, 403, 403),
        ("officer", 200, 403, 200),
        ("head", 200, 403, 200),
    ],
)
def test_each_role_opens_only_what_is_theirs(sign_in, application, role, lists, own, may_import):
    client = sign_in(role)
    person = Person.objects.create(name="ลับ", phone="0899999999")
    membership = joining.admit(person, "volunteer", by=None)
    proposal = proposing.change(person, {"village": "หมู่ 9"})
    rows = (Organization.objects.first() or person, person, membership, application, proposal)

    seen = {client.get(f"{ADMIN}/{name}/").status_code for name in LISTS}
    forms = {
        client.get(f"{ADMIN}/{row._meta.model_name}/{row.pk}/change/").status_code for row in rows
    }
    exports = {
        client.get(f"{ADMIN}/{name}/export.csv").status_code for name in ("organization", "person")
    }
    pages = {
        client.get(f"{ADMIN}/person/{person.pk}/link/").status_code,
        client.get(f"{ADMIN}/person/import/").status_code,
    }

    assert seen == forms == exports == {lists}
    assert pages == {may_import}
    assert client.get("/network/mine/").status_code == own
    assert client.get("/network/").status_code == 200
    assert "0899999999" not in client.get("/network/").text


@pytest.mark.parametrize("role", [None, "partner", "editor", "planner"])
def test_nobody_else_takes_a_step(sign_in, application, role):
    client = sign_in(role)
    person = Person.objects.create(name="ลับ", email="x@example.org")
    joining.admit(person, "volunteer", by=None)

    decide(client, application)
    for step in ("link", "revoke", "account", "reviewed"):
        answer = client.post(f"{ADMIN}/person/{person.pk}/{step}/", {"purpose": "desk", "days": 9})
        assert answer.status_code in {302, 403}

    application.refresh_from_db()
    assert application.state == "received"
    assert Membership.objects.count() == 1
    assert not PersonalLink.objects.exists()


def test_an_officer_approves_and_the_list_of_what_waits_is_empty_again(officer, application):
    today = officer.get("/admin/")
    assert "ใบสมัครเครือข่ายรอพิจารณา" in today.text

    answer = decide(officer, application, until="31/12/2570")

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    membership = Membership.objects.get()
    assert (membership.person.name, membership.end_on.year) == ("สมใจ ใจดี", 2027)
    assert "ใบสมัครเครือข่ายรอพิจารณา" not in officer.get("/admin/").text
    page = officer.get(f"{ADMIN}/application/{application.pk}/change/")
    assert (page.status_code, 'name="outcome"' in page.text) == (200, False)
    assert decide(officer, application).status_code == 403  # decided once


def test_an_officer_chooses_whom_it_is(officer, application):
    known = Person.objects.create(name="สมใจ ใจดี")
    page = officer.get(f"{ADMIN}/application/{application.pk}/change/")
    assert str(known.pk) in dict(page.context["adminform"].form.fields["party"].choices)

    decide(officer, application, party=str(known.pk))

    assert Membership.objects.get().person == known
    assert Person.objects.count() == 1


@pytest.mark.parametrize("outcome", ["asked", "rejected"])
def test_a_question_and_a_refusal_need_words(officer, application, outcome):
    assert decide(officer, application, outcome=outcome).status_code == 200
    application.refresh_from_db()
    assert application.state == "received"

    decide(officer, application, outcome=outcome, answer="ขอทราบหมู่บ้าน")

    application.refresh_from_db()
    assert (application.state, application.answer) == (outcome, "ขอทราบหมู่บ้าน")
    assert audit.trail(application)[0].actor == officer.user


def test_a_link_is_shown_on_the_answer_and_nowhere_else(officer, client):
    person = Person.objects.create(name="สมใจ")
    form = f"{ADMIN}/person/{person.pk}/link/"
    assert officer.post(form, {"purpose": "desk", "days": 9999}).context["address"] == ""

    address = officer.post(form, {"purpose": "desk", "days": 30}).context["address"]

    path = address.removeprefix("http://testserver")
    assert client.get(path).status_code == 200
    assert path not in officer.get(f"{ADMIN}/person/{person.pk}/change/").text
    officer.post(f"{ADMIN}/person/{person.pk}/revoke/")
    assert client.get(path).status_code == 410


def test_an_account_is_opened_and_closed(officer):
    body = Organization.objects.create(kind="radio", name_th="วิทยุ")
    person = Person.objects.create(name="สมศรี", organization=body, email="s@example.org")
    form = f"{ADMIN}/person/{person.pk}/account/"

    officer.post(form)
    person.refresh_from_db()
    assert person.user.email == "s@example.org"

    officer.post(form)
    person.refresh_from_db()
    assert person.user is None
    assert (
        officer.post(f"{ADMIN}/person/{Person.objects.create(name='ก').pk}/account/").status_code
        == 302
    )


def test_merging_asks_first_and_says_what_is_against_it(officer):
    one = Organization.objects.create(kind="radio", name_th="วิทยุเก่า")
    other = Organization.objects.create(kind="radio", name_th="วิทยุใหม่", closed_on="2026-01-01")
    form = f"{ADMIN}/organization/{one.pk}/merge/"
    assert officer.get(form).status_code == 200
    assert officer.post(form, {"into": other.pk}).status_code == 200
    assert officer.post(form, {"into": one.pk}).status_code == 200
    Organization.objects.filter(pk=other.pk).update(closed_on=None)

    answer = officer.post(form, {"into": other.pk})

    assert answer.status_code == 302
    one.refresh_from_db()
    assert one.merged_into == other
    assert officer.get(f"{ADMIN}/organization/{one.pk}/change/").status_code == 200


def test_a_proposal_is_shown_as_a_difference_and_decided(officer):
    person = Person.objects.create(name="สมใจ", village="หมู่ 4", means=["tower"])
    proposal = proposing.change(person, {"village": "หมู่ 9", "means": ["line", "tower"]})
    form = f"{ADMIN}/changeproposal/{proposal.pk}/change/"

    page = officer.get(form)
    assert "<del>หมู่ 4</del>" in page.text
    assert "<ins>หมู่ 9</ins>" in page.text
    assert officer.post(form, {"outcome": "rejected", "reason": ""}).status_code == 200
    assert officer.post(form, {"outcome": "accepted", "reason": ""}).status_code == 302

    person.refresh_from_db()
    assert person.village == "หมู่ 9"
    assert officer.get(form).status_code == 200


def test_a_stale_proposal_is_refused_with_a_sentence(officer):
    person = Person.objects.create(name="สมใจ", village="หมู่ 4")
    proposal = proposing.change(person, {"village": "หมู่ 9"})
    Person.objects.filter(pk=person.pk).update(village="หมู่ 5")
    form = f"{ADMIN}/changeproposal/{proposal.pk}/change/"

    answer = officer.post(form, {"outcome": "accepted", "reason": ""})

    assert answer.status_code == 200
    assert "ข้อมูลถูกแก้ไขไประหว่างนี้" in answer.text
    assert ChangeProposal.objects.waiting().count() == 1


def test_what_is_due_for_review_stands_on_the_front_page_until_it_is_done(officer):
    day = timezone.localdate() - timedelta(days=1)
    body = Organization.objects.create(kind="radio", name_th="วิทยุรอทบทวน", review_by=day)
    Person.objects.create(name="คนรอทบทวน", review_by=day)
    Person.objects.create(name="ยังไม่ถึง", review_by=day + timedelta(days=30))
    page = officer.get("/admin/").text
    assert ("วิทยุรอทบทวน" in page, "คนรอทบทวน" in page, "ยังไม่ถึง" in page) == (True, True, False)

    officer.post(f"{ADMIN}/organization/{body.pk}/reviewed/")

    body.refresh_from_db()
    assert body.review_by > timezone.localdate() + timedelta(days=300)
    assert "วิทยุรอทบทวน" not in officer.get("/admin/").text


def test_memberships_are_admitted_renewed_and_ended_at_the_desk(officer):
    person = Person.objects.create(name="สมใจ")
    add = {"person": person.pk, "organization": "", "kind": "volunteer", "end_on": ""}
    answer = officer.post(f"{ADMIN}/membership/add/", add)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    made = Membership.objects.get()
    form = f"{ADMIN}/membership/{made.pk}/change/"
    assert officer.post(f"{ADMIN}/membership/add/", add).status_code == 200  # once at a time

    officer.post(form, {"end_on": "31/12/2570", "ended_reason": ""})
    made.refresh_from_db()
    assert made.end_on.year == 2027
    officer.post(form, {"end_on": "31/12/2570", "ended_reason": "ย้ายออก"})

    made.refresh_from_db()
    assert (made.ended_reason, made.end_on) == ("ย้ายออก", timezone.localdate())
    verbs = [step.verb for step in audit.trail(made)]
    assert verbs == ["end", "renew", "admit"]


def test_an_organisation_is_written_at_the_desk(officer, places):
    typed = {
        "kind": "radio",
        "name_th": "วิทยุใหม่",
        "aliases": "ย่อ, อื่น",
        "means": ["radio"],
        "shown_fields": ["phone", "means"],
        "is_listed": "on",
        "review_by": "1/12/2570",
        "people-TOTAL_FORMS": 0,
        "people-INITIAL_FORMS": 0,
    }

    answer = officer.post(f"{ADMIN}/organization/add/", typed)

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    made = Organization.objects.get()
    assert (made.aliases, made.shown_fields) == (["ย่อ", "อื่น"], ["phone", "means"])
    found = officer.get(f"{ADMIN}/organization/?q=วิทยุ ใหม่")
    assert "วิทยุใหม่" in found.text


def test_a_list_of_links_is_kept_from_other_tables(officer):
    """Tokens have no page of their own in the back office."""
    personal_links.issue(Person.objects.create(name="ก"), by=None)

    assert officer.get(f"{ADMIN}/personallink/").status_code == 404


def test_the_officer_sees_what_goes_and_stays_and_deletes_it_for_good(sign_in, officer):
    person = Person.objects.create(name="สมใจ ใจดี", phone="0811111111")
    joining.admit(person, "volunteer", by=None)
    personal_links.issue(person, by=None)
    leaving.ask(person)
    page = f"{ADMIN}/person/{person.pk}/forget/"
    assert "ผู้ขอให้ลบข้อมูล" in officer.get("/admin/").text
    assert "สมใจ" in officer.get(f"{ADMIN}/person/?stage=asking").text
    assert [sign_in(role).get(page).status_code for role in ("editor", "planner")] == [403, 403]

    shown = officer.get(page)
    assert "ลิงก์ส่วนตัว 1" in shown.text
    assert "สมาชิกภาพ 1" in shown.text
    unsure = officer.post(page, {"reason": "asked"})
    person.refresh_from_db()
    assert ("ยืนยัน" in unsure.text, person.forgotten_at) == (True, None)

    answer = officer.post(page, {"reason": "asked", "is_sure": "on"})

    person.refresh_from_db()
    assert (answer.status_code, person.name) == (302, "ลบข้อมูลแล้ว")
    assert officer.get(f"{ADMIN}/person/{person.pk}/change/").status_code == 200
    assert "ลบแล้ว" in officer.get(page).text
    typed = {"name": "สมใจ", "visibility": "staff"}
    assert officer.post(f"{ADMIN}/person/{person.pk}/change/", typed).status_code == 403
    assert officer.post(f"{ADMIN}/person/{person.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_head_deletes_an_application_when_its_owner_asks(sign_in, officer, application):
    joining.reject(application, by=officer.user, reason="อยู่นอกจังหวัด")
    row = f"{ADMIN}/application/{application.pk}/delete/"
    assert officer.post(row, {"post": "yes"}).status_code == 403
    head = sign_in("head")

    assert head.get(row).status_code == 200
    assert head.post(row, {"post": "yes"}).status_code == 302

    application.refresh_from_db()
    assert (application.name, application.phone, application.state) == (
        "ลบข้อมูลแล้ว",
        "",
        "rejected",
    )
    steps = audit.trail(application)
    assert [step.verb for step in steps] == ["forget", "reject", "apply"]
    assert "นอกจังหวัด" not in " ".join(step.note for step in steps)
