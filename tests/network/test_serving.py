"""Whom the office calls in a place: members in force who serve it, each once, with a number."""

from datetime import timedelta

import pytest
from django.utils import timezone

from network import joining, serving
from network.models import Membership
from office.models import District, Subdistrict
from tests import make

pytestmark = pytest.mark.django_db


def called(code="160101", **options):
    here = Subdistrict.objects.filter(code=code).select_related("district")
    (found,) = serving.whom_to_call(here, **({"is_sample": False} | options)).values()
    return [(each.name, each.phone) for each in found]


def body(name, **fields):
    made = make.organization(name_th=name, **fields)
    Membership.objects.create(organization=made, kind="media", start_on=timezone.localdate())
    return made


@pytest.fixture
def here(places):
    return Subdistrict.objects.get(code="160101")


def test_people_come_before_bodies_and_a_district_has_all_its_subdistricts(here):
    whole, part, elsewhere = body("ข"), body("ก", phone="0 3641 1111"), body("ค")
    whole.districts.add(here.district)
    part.subdistricts.add(here)
    elsewhere.districts.add(District.objects.get(code="1602"))
    volunteer = make.member(name="สมศรี", phone="081 111 1111")
    volunteer.subdistricts.add(here)

    assert called() == [
        ("สมศรี", "081 111 1111"),
        ("ก", "0 3641 1111"),
        ("ข", "0 3641 0000"),
    ]


def test_whoever_serves_a_place_twice_or_is_a_member_twice_is_called_once(here):
    both = body("ก")
    both.districts.add(here.district)
    both.subdistricts.add(here)
    joining.admit(both, "agency", by=None)

    found = serving.whom_to_call([here], is_sample=False)[here.pk]

    assert [(each.name, len(each.kinds)) for each in found] == [("ก", 2)]


def test_only_members_in_force_who_have_not_left(here):
    today = timezone.localdate()
    bare, lapsed, left = (make.volunteer(name=name) for name in ("ก", "ข", "ค"))
    grace = make.volunteer(name="ง")
    for person, days in ((lapsed, 400), (grace, 20), (left, -5)):
        Membership.objects.create(
            person=person,
            kind="volunteer",
            start_on=today - timedelta(days=800),
            end_on=today - timedelta(days=days),
        )
    left.left_on = today
    left.save()
    closed = body("ปิด", closed_on=today)
    for party in (bare, lapsed, left, grace, closed):
        party.subdistricts.add(here)

    assert [name for name, _ in called()] == ["ง"]


def test_samples_and_real_members_are_never_in_one_list(here):
    for name, is_sample in (("จริง", False), ("ตัวอย่าง", True)):
        body(name, is_sample=is_sample).subdistricts.add(here)

    assert [name for name, _ in called()] == ["จริง"]
    assert [name for name, _ in called(is_sample=True)] == ["ตัวอย่าง"]


def test_a_body_without_a_number_is_called_by_somebody_of_it_and_the_other_way_round(here):
    mute, station = body("ก", phone=""), body("ข", phone="0 3641 2222")
    make.volunteer(name="หัวหน้า", organization=mute, phone="081 222 2222")
    make.volunteer(name="อดีต", organization=mute, phone="1", left_on=timezone.localdate())
    announcer = make.member(name="ผู้ประกาศ", organization=station)
    for party in (mute, announcer):
        party.subdistricts.add(here)

    found = serving.whom_to_call([here], is_sample=False)[here.pk]

    assert [(each.name, each.phone, each.who) for each in found] == [
        ("ผู้ประกาศ", "0 3641 2222", "ข"),
        ("ก", "081 222 2222", "หัวหน้า"),
    ]


def test_the_whole_province_costs_no_more_than_one_place(places, django_assert_max_num_queries):
    for subdistrict in Subdistrict.objects.filter(code__startswith="1601"):
        make.member().subdistricts.add(subdistrict)
    everywhere = list(Subdistrict.objects.filter(code__startswith="16"))

    with django_assert_max_num_queries(5):
        found = serving.whom_to_call(everywhere, is_sample=False)

    assert len(found) == 124
    assert sum(map(len, found.values())) == 24
