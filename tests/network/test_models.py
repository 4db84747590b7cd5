"""Organisations and people: who is at work, who is listed, what is shown only with consent."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from network.models import Organization, Person

pytestmark = pytest.mark.django_db


def test_the_directory_lists_who_agreed_and_is_still_at_work():
    kept = Organization.objects.create(kind="radio", name_th="สถานีวิทยุลพบุรี", is_listed=True)
    Organization.objects.create(kind="radio", name_th="ไม่ประสงค์ให้แสดง")
    Organization.objects.create(
        kind="print", name_th="เลิกแล้ว", is_listed=True, closed_on=date(2026, 1, 1)
    )
    Organization.objects.create(kind="print", name_th="ซ้ำ", is_listed=True, merged_into=kept)

    assert list(Organization.objects.listed()) == [kept]
    assert Organization.objects.at_work().count() == 2


def test_names_are_sorted_as_a_thai_dictionary_sorts_them():
    for name in ("เกาะเลิ้ง", "ขอนแก่น", "กกโก"):
        Organization.objects.create(kind="other", name_th=name)

    assert [str(each) for each in Organization.objects.all()] == ["กกโก", "เกาะเลิ้ง", "ขอนแก่น"]


def test_the_database_shows_no_contact_without_consent():
    person = Person(name="สมศรี", visibility=Person.Visibility.PUBLIC)

    with pytest.raises(ValidationError, match=r"consent|ยินยอม"):
        person.full_clean()
    with pytest.raises(IntegrityError, match="shown_with_consent"), transaction.atomic():
        person.save()
