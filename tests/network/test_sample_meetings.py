"""The sample trainings: one to come, one held with certificates, and no trace after."""

import pytest

import network.sample_data
from network import sample_meetings
from network.models import Attendance, Certificate, Meeting
from tests import make

pytestmark = pytest.mark.django_db


def test_one_is_to_come_and_one_was_held_with_certificates(places):
    network.sample_data.load(partner=None)

    assert sample_meetings.load(officer=make.officer()) == 2
    assert sample_meetings.load(officer=None) == 0
    assert {each.standing() for each in Meeting.objects.all()} == {"open", "held"}
    assert Meeting.objects.public().to_come().count() == 1
    assert Certificate.objects.count() == Attendance.objects.present().count() > 0


def test_it_loads_without_sample_members(db):
    assert sample_meetings.load(officer=None) == 2
    assert Meeting.objects.to_finish().count() == 1


def test_clearing_takes_all_of_it_and_nothing_else(places):
    own = make.held(make.member())
    network.sample_data.load(partner=None)
    sample_meetings.load(officer=None)

    assert sample_meetings.clear() == 2
    assert network.sample_data.clear() > 0
    assert Meeting.objects.get() == own
    assert Certificate.objects.get().meeting == own
