"""Sample members are labelled, loaded once, and removed without a trace."""

import json

import pytest

from network import sample_data
from network.models import Application, Membership, Organization, Person
from office.roles import sync
from tests import make

pytestmark = pytest.mark.django_db


def test_they_are_loaded_once_labelled_and_removed_again(client, places):
    sync()
    partner = make.user("partner", email="partner@demo.invalid")
    kept = Organization.objects.create(kind="radio", name_th="ของจริง", is_listed=True)

    assert sample_data.load(partner=partner) == sample_data.load(partner=None) + 12
    assert Membership.objects.count() == 12
    assert partner.person.organization.name_th.startswith("(สมมติ)")
    assert not Organization.objects.exclude(pk=kept.pk).filter(is_sample=False).exists()
    assert "ข้อมูลตัวอย่าง" in client.get("/network/").text

    assert sample_data.clear() == 12

    assert list(Organization.objects.all()) == [kept]
    left = (Person, Membership, Application)
    assert [model.objects.count() for model in left] == [0, 0, 0]


def test_every_name_says_that_it_is_made_up_and_no_letter_can_leave():
    text = sample_data.FILE.read_text(encoding="utf-8")
    sample = json.loads(text)

    names = [each["name_th"] for each in sample["organizations"]]
    names += [each["name"] for each in (*sample["people"], *sample["applications"])]

    assert {name[:7] for name in names} == {"(สมมติ)"}
    assert {each["email"] for each in sample["applications"]} == {""}
