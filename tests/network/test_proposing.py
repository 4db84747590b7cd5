"""What people change themselves: telephone at once, the rest only once the office agrees."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from network import proposing
from network.models import ChangeProposal, Organization, Person
from office import audit
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return Person.objects.create(name="สมใจ", phone="0811111111", village="หมู่ 4", means=["tower"])


def test_telephone_and_email_hold_at_once_the_rest_waits(person):
    proposal = proposing.change(
        person, {"phone": "0822222222", "email": "a@example.org", "village": "หมู่ 9", "name": "สมใจ"}
    )

    person.refresh_from_db()
    assert (person.phone, person.email, person.village) == (
        "0822222222",
        "a@example.org",
        "หมู่ 4",
    )
    assert (proposal.before, proposal.after) == ({"village": "หมู่ 4"}, {"village": "หมู่ 9"})
    assert {step.verb for step in audit.trail(person)} == {"change own", "propose"}


def test_consent_is_taken_back_at_once_and_given_with_its_words(person):
    proposing.change(person, {"visibility": "public"}, consent_text="ยินยอม")
    person.refresh_from_db()
    assert (person.visibility, person.consent_text) == ("public", "ยินยอม")
    assert person.consented_at

    proposing.change(person, {"visibility": "staff"})

    person.refresh_from_db()
    assert person.visibility == "staff"
    assert not Person.objects.shown().exists()


def test_nobody_changes_what_is_not_theirs(person):
    for field in ("user", "organization", "is_sample", "consented_at", "left_on", "review_by"):
        with pytest.raises(KeyError):
            proposing.change(person, {field: None})
    body = Organization.objects.create(kind="radio", name_th="วิทยุ")
    for field in ("is_listed", "merged_into", "closed_on", "kind"):
        with pytest.raises(KeyError):
            proposing.propose(body, {field: None}, by_person=person)


def test_accepting_makes_the_change(person):
    head, place = make.user(), make.district()
    body = Organization.objects.create(kind="radio", name_th="วิทยุ")
    changes = {"name_th": "วิทยุใหม่", "districts": [place.pk], "shown_fields": ["phone"]}
    proposal = proposing.propose(body, changes, by_person=person)

    proposing.accept(proposal, by=head)

    body.refresh_from_db()
    assert (body.name_th, body.shown_fields) == ("วิทยุใหม่", ["phone"])
    assert list(body.districts.all()) == [place]
    assert list(Organization.objects.named("วิทยุใหม่")) == [body]
    assert (proposal.state, proposal.decided_by) == ("accepted", head)
    with pytest.raises(ValidationError):
        proposing.accept(proposal, by=head)


def test_a_stale_proposal_is_refused(person):
    proposal = proposing.change(person, {"village": "หมู่ 9"})
    person.village = "หมู่ 5"
    person.save()

    with pytest.raises(ValidationError):
        proposing.accept(proposal, by=make.user())

    person.refresh_from_db()
    assert person.village == "หมู่ 5"
    assert len(proposing.obstacles(proposal)) == 1
    proposing.reject(proposal, by=make.user(), reason="มีการแก้ไขก่อนแล้ว")


def test_a_newer_proposal_replaces_the_one_that_waits(person):
    first = proposing.change(person, {"village": "หมู่ 9"})
    assert proposing.change(person, {"village": "หมู่ 9"}) == first
    second = proposing.change(person, {"village": "หมู่ 10"})

    first.refresh_from_db()
    assert (first.state, second.state) == ("replaced", "waiting")
    with pytest.raises(ValidationError):
        proposing.accept(first, by=None)
    assert proposing.change(person, {"village": "หมู่ 4"}) is None  # taken back
    assert not ChangeProposal.objects.waiting().exists()
    row = {"person": person, "proposed_by": person, "before": {}, "after": {}}
    ChangeProposal.objects.create(**row)
    with pytest.raises(IntegrityError, match="one_waiting_person"), transaction.atomic():
        ChangeProposal.objects.create(**row)


def test_a_rejection_says_why_on_their_own_page(client, person):
    proposal = proposing.change(person, {"village": "หมู่ 9"})
    with pytest.raises(ValidationError):
        proposing.reject(proposal, by=make.user(), reason="")

    proposing.reject(proposal, by=make.user(), reason="หมู่ 9 อยู่นอกเขต")

    assert "หมู่ 9 อยู่นอกเขต" in client.get(make.own_page(person)).text


def test_a_value_that_cannot_be_is_said_and_nothing_is_half_done(client, places, person):
    address = make.own_page(person) + "change/"
    typed = {"name": "สมใจ", "phone": "ศูนย์", "village": "หมู่ 9", "visibility": "staff"}

    answer = client.post(address, typed)

    assert answer.status_code == 400
    assert 'value="ศูนย์"' in answer.text
    person.refresh_from_db()
    assert person.phone == "0811111111"
    assert not ChangeProposal.objects.exists()


def test_a_volunteer_changes_their_facts_by_their_link(client, places, person):
    address = make.own_page(person)
    typed = {
        "name": "สมใจ ใจดี",
        "phone": "0822222222",
        "email": "",
        "village": "หมู่ 4",
        "visibility": "staff",
        "means": ["tower", "line"],
    }

    assert client.get(f"{address}change/").status_code == 200
    answer = client.post(f"{address}change/", typed, follow=True)

    assert answer.status_code == 200
    person.refresh_from_db()
    assert (person.phone, person.name) == ("0822222222", "สมใจ")
    waiting = ChangeProposal.objects.waiting().get()
    assert waiting.after == {"name": "สมใจ ใจดี", "means": ["line", "tower"]}
