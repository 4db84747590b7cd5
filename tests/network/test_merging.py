"""Two rows become one: everything that points at the one points at the other."""

from datetime import date

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from network import joining, merging, proposing
from network.models import Membership, Organization, Person
from office import audit
from office.models import District
from tests import make

pytestmark = pytest.mark.django_db


def body(name, **fields):
    return Organization.objects.create(kind="radio", name_th=name, **fields)


def test_everything_goes_over_and_names_stay_findable(client):
    head = make.user()
    one, other = body("วิทยุเก่า", name_en="Old Radio", aliases=["ย่อ"]), body("วิทยุใหม่")
    earlier = body("เก่ากว่า", merged_into=one)
    for each, codes in ((one, ("1601", "1602")), (other, ("1601",))):
        each.districts.set([make.district(code) for code in codes])
    person = Person.objects.create(name="สมศรี", organization=one)
    joining.admit(one, "media", by=head)
    proposing.propose(one, {"name_th": "อื่น"}, by_person=person)

    merging.merge(one, into=other, by=head)

    for row in (one, other, earlier, person):
        row.refresh_from_db()
    assert (one.merged_into, earlier.merged_into) == (other, other)
    assert person.organization == other
    assert other.memberships.get().kind == "media"
    assert other.proposals.count() == 1
    assert {place.code for place in other.districts.all()} == {"1601", "1602"}
    assert other.aliases == ["วิทยุเก่า", "Old Radio", "ย่อ"]
    assert list(Organization.objects.at_work().named("old radio")) == [other]
    assert (one.is_listed, one.review_by) == (False, None)
    steps = {step.verb: step.actor for step in audit.trail(one, other)}
    assert steps["merge"] == steps["take over"] == head
    moved = client.get(f"/network/partners/{one.pk}/")
    assert (moved.status_code, moved.url) == (301, f"/network/partners/{other.pk}/")


def test_no_key_of_any_app_is_forgotten():
    known = {(relation.related_model, relation.field.name) for relation in merging.pointing_here()}

    keys = {
        (model, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.fields
        if field.is_relation and field.related_model is Organization
    }
    assert keys
    assert keys == known


def test_reasons_against_it_are_sentences():
    one, other = body("ก"), body("ข")
    assert merging.obstacles(one, other) == []
    assert len(merging.obstacles(one, one)) == 1
    assert len(merging.obstacles(one, body("ค", merged_into=other))) == 1
    assert len(merging.obstacles(body("ง", merged_into=other), one)) == 1
    assert len(merging.obstacles(one, body("จ", closed_on=date(2026, 1, 1)))) == 1
    assert len(merging.obstacles(one, body("ฉ", is_sample=True))) == 1
    for each in (one, other):
        joining.admit(each, "media", by=None)

    with pytest.raises(ValidationError, match="สื่อมวลชน"):
        merging.merge(one, into=other, by=None)

    one.refresh_from_db()
    assert one.merged_into is None
    assert Membership.objects.filter(organization=one).count() == 1


def test_a_clash_of_tables_that_nobody_thought_of_undoes_everything(monkeypatch):
    one, other = body("ก"), body("ข")
    for each in (one, other):
        joining.admit(each, "media", by=None)
    monkeypatch.setattr(merging, "obstacles", lambda *_: [])
    District.objects.all()

    with pytest.raises(ValidationError):
        merging.merge(one, into=other, by=None)

    one.refresh_from_db()
    assert (one.merged_into, one.memberships.count()) == (None, 1)
