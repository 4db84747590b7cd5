"""Trainings and meetings: places are given once, who waits comes next, certificates follow."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from network import attending, joining, leaving
from network.models import Attendance, Certificate, Meeting, MeetingLetter, Person
from network.models.meetings import kinds_of
from network.models.people import FORGOTTEN
from office import audit
from tests import make

DAY = timedelta(days=1)
AT_ONCE = 50


def refused(call, *given, **named):
    """The sentences with which a step is refused."""
    with pytest.raises(ValidationError) as found, transaction.atomic():
        call(*given, **named)
    return " ".join(found.value.messages)


def states(meeting):
    return list(meeting.attendances.order_by("asked_at", "pk").values_list("state", flat=True))


def verbs(*things):
    return [event.verb for event in reversed(audit.trail(*things))]


def the(model, **facts):
    return model.objects.get(**facts)


@pytest.mark.django_db(transaction=True)
def test_of_fifty_who_register_at_once_ten_get_the_ten_places_and_the_rest_wait_in_order():
    meeting = make.meeting(capacity=10)
    people = [make.member() for _ in range(AT_ONCE)]
    together = Barrier(AT_ONCE)

    def register(person):
        try:
            connection.ensure_connection()
            together.wait(timeout=60)
            return attending.register(the(Meeting, pk=meeting.pk), person).state
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(register, people))

    assert (answers.count("registered"), answers.count("waiting")) == (10, 40)
    assert states(meeting) == ["registered"] * 10 + ["waiting"] * 40
    places = [each.waiting_place for each in meeting.attendances.waiting()]
    assert places == list(range(1, 41))


@pytest.mark.django_db(transaction=True)
def test_places_given_back_at_once_move_up_as_many_from_the_head_of_the_list():
    meeting = make.meeting(capacity=8)
    people = [make.member() for _ in range(20)]
    for person in people:
        attending.register(meeting, person)
    leaving, together = list(meeting.attendances.seated()[:8]), Barrier(8)

    def leave(attendance):
        try:
            connection.ensure_connection()
            together.wait(timeout=60)
            attending.leave(attendance)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(leave, leaving))

    assert states(meeting) == ["cancelled"] * 8 + ["registered"] * 8 + ["waiting"] * 4


@pytest.mark.django_db
def test_a_training_goes_from_its_opening_to_certificates_and_every_step_is_told(travel):
    noon = timezone.localtime().replace(hour=12)
    officer, person, hour = make.officer(), make.member(), timedelta(hours=1)
    times = {"starts_at": noon + hour, "ends_at": noon + 2 * hour, "closes_at": noon + hour / 2}
    meeting = make.meeting(is_open=False, **times)
    travel(noon)

    attending.let_register(meeting, by=officer)
    attendance = attending.register(meeting, person)
    attending.mark(attendance, is_present=True, by=officer)
    travel(noon + hour)
    attending.hold(meeting, by=officer)
    (certificate,) = attending.certify(meeting, by=officer)

    assert meeting.standing() == "held"
    assert verbs(meeting) == ["open", "hold", "certify"]
    assert verbs(attendance) == ["register", "mark"]
    assert (certificate.name, certificate.issued_by) == (person.name, officer)
    assert certificate.reference.startswith("กบ.25")
    assert len(certificate.word) >= 32


@pytest.mark.django_db
def test_where_it_stands_follows_from_its_moments_and_decisions():
    planned, meeting = make.meeting(is_open=False), make.meeting(days=3)

    assert planned.standing() == "planned"
    assert meeting.standing() == "open"
    assert meeting.standing(meeting.closes_at) == "closed"
    assert make.held(make.member()).standing() == "held"
    attending.call_off(meeting, by=None, reason="น้ำท่วม")
    assert meeting.standing() == "cancelled"


@pytest.mark.django_db
def test_registering_is_for_members_of_the_right_kind_while_it_is_open():
    volunteer, stranger = make.member(), make.volunteer()
    announcers, planned = make.meeting(kinds=["announcer"]), make.meeting(is_open=False)
    closed = make.meeting(days=2, closes_at=timezone.now() - DAY)
    body = make.organization()
    joining.admit(body, "media", by=None)
    partner = make.volunteer(organization=body)

    assert "ผู้ประกาศหอกระจายข่าว" in refused(attending.register, announcers, volunteer)
    assert "เฉพาะสมาชิก" in refused(attending.register, make.meeting(), stranger)
    assert "ยังไม่เปิด" in refused(attending.register, planned, volunteer)
    assert "ปิดรับ" in refused(attending.register, closed, volunteer)
    assert kinds_of(partner) == {"media"}
    assert attending.register(make.meeting(kinds=["media"]), partner).state == "registered"


@pytest.mark.django_db
def test_nobody_is_on_a_list_twice_and_who_comes_back_goes_to_its_end():
    meeting = make.meeting(capacity=1)
    first, second = make.member(), make.member()
    attendance = attending.register(meeting, first)
    attending.register(meeting, second)

    assert "ลงทะเบียนไว้แล้ว" in refused(attending.register, meeting, first)
    attending.leave(attendance)
    attending.register(meeting, first)

    assert {each.person: each.state for each in meeting.attendances.all()} == {
        first: "waiting",
        second: "registered",
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.create(
            meeting=meeting, person=first, state="registered", asked_at=timezone.now()
        )


@pytest.mark.django_db
def test_more_places_move_people_up_and_fewer_than_are_taken_are_refused_by_the_form():
    meeting = make.meeting(capacity=1)
    for _ in range(3):
        attending.register(meeting, make.member())

    meeting.capacity = 2
    meeting.save()
    attending.changed(meeting, by=None, is_elsewhen=False)

    assert states(meeting) == ["registered", "registered", "waiting"]
    moved = meeting.attendances.seated().last()
    assert verbs(moved) == ["register", "move up"]
    assert moved.letters.filter(kind="moved-up").exists()


@pytest.mark.django_db
def test_a_place_can_be_given_back_until_it_begins():
    meeting = make.meeting()
    attendance = attending.register(meeting, make.member())
    Meeting.objects.update(starts_at=timezone.now(), closes_at=timezone.now() - DAY)

    attendance = the(Attendance, pk=attendance.pk)
    assert "โทรหาสำนักงาน" in refused(attending.leave, attendance)


@pytest.mark.django_db
def test_the_office_puts_callers_on_the_list_and_who_stands_at_the_door_is_present():
    coming, now = make.meeting(capacity=1), make.meeting(days=0, capacity=1)
    caller, late, at_the_door = make.volunteer(), make.volunteer(), make.volunteer()

    assert attending.enrol(coming, caller, by=None).state == "registered"
    assert attending.enrol(coming, late, by=None).state == "waiting"
    assert "อยู่ในรายชื่อแล้ว" in refused(attending.enrol, coming, late, by=None)
    assert attending.enrol(now, caller, by=None).state == "present"
    assert attending.enrol(now, at_the_door, by=None).state == "present"
    assert verbs(now.attendances.last()) == ["walk in"]


@pytest.mark.django_db
def test_who_came_is_ticked_on_the_day_and_stays_once_it_is_certified():
    coming = attending.register(make.meeting(), make.member())
    meeting = make.meeting(days=0)
    here = attending.enrol(meeting, make.member(), by=None)

    assert "ในวันจัด" in refused(attending.mark, coming, is_present=True, by=None)
    attending.mark(here, is_present=False, by=None)
    assert states(meeting) == ["registered"]
    assert "ยังไม่ได้เช็กชื่อ" in refused(attending.hold, meeting, by=None)
    attending.mark(here, is_present=True, by=None)
    attending.hold(meeting, by=None)
    (certificate,) = attending.certify(meeting, by=None)
    assert "เพิกถอน" in refused(attending.mark, here, is_present=False, by=None)
    attending.revoke(certificate, by=None, reason="ไม่ได้มาจริง")
    attending.mark(here, is_present=False, by=None)
    assert here.told[0] == "ไม่ได้มา"


@pytest.mark.django_db
def test_certificates_go_to_all_who_came_with_numbers_in_the_order_of_their_names():
    people = [make.member(name=name) for name in ("ขวัญ", "กานต์", "คำ")]
    absent = make.member()
    meeting = make.meeting(days=-1)
    for person in people:
        attending.enrol(meeting, person, by=None)
    Attendance.objects.create(
        meeting=meeting, person=absent, state="registered", asked_at=timezone.now()
    )

    assert "ได้จัดแล้ว" in refused(attending.certify, meeting, by=None)
    attending.hold(meeting, by=None)
    made = attending.certify(meeting, by=None)

    assert [each.name for each in made] == ["กานต์", "ขวัญ", "คำ"]
    assert [each.number - made[0].number for each in made] == [0, 1, 2]
    assert len({each.word for each in made}) == 3
    assert "ทุกคนมีเกียรติบัตรแล้ว" in refused(attending.certify, meeting, by=None)


@pytest.mark.django_db
def test_a_revoked_certificate_can_be_issued_again_under_another_number():
    person = make.member()
    meeting = make.held(person)
    first = the(Certificate)

    assert "เหตุผล" in refused(attending.revoke, first, by=None, reason=" ")
    attending.revoke(first, by=None, reason="สะกดชื่อผิด")
    assert "ไปแล้ว" in refused(attending.revoke, first, by=None, reason="อีกครั้ง")
    Person.objects.filter(pk=person.pk).update(name="ชื่อที่ถูก")
    (second,) = attending.certify(meeting, by=None)

    assert (second.name, second.number) == ("ชื่อที่ถูก", first.number + 1)
    assert list(Certificate.objects.standing()) == [second]


@pytest.mark.django_db
def test_a_meeting_is_called_off_once_with_a_reason_and_not_after_it_was_held():
    meeting, past = make.meeting(), make.held(make.member())
    attendance = attending.register(meeting, make.member())

    assert "เหตุผล" in refused(attending.call_off, meeting, by=None, reason="  ")
    attending.call_off(meeting, by=None, reason="น้ำท่วม")

    assert list(attendance.letters.values_list("kind", flat=True)) == ["cancelled"]
    assert "แล้ว" in refused(attending.call_off, meeting, by=None, reason="อีกครั้ง")
    assert "จัดไปแล้ว" in refused(attending.call_off, past, by=None, reason="ผิด")
    assert "ยกเลิกแล้ว" in refused(attending.register, meeting, make.member())


@pytest.mark.django_db
def test_who_asks_to_be_forgotten_gives_the_place_to_the_next_and_leaves_nothing():
    meeting = make.meeting(capacity=1)
    person, next_one = make.member(), make.member()
    make.held(person)
    attending.register(meeting, person)
    attending.register(meeting, next_one)

    leaving.forget(person, by=None, reason="asked")

    assert meeting.attendances.seated().get().person == next_one
    assert Attendance.objects.present().get().person.name == FORGOTTEN
    assert not Certificate.objects.exists()
    assert not MeetingLetter.objects.exclude(attendance__person=next_one).exists()


@pytest.mark.django_db
def test_results_of_tests_are_percentages():
    attendance = attending.enrol(make.meeting(days=0), make.member(), by=None)

    attending.score(attendance, before=40, after=90, by=None)
    assert refused(attending.score, attendance, before=40, after=101, by=None)

    kept = the(Attendance)
    assert (kept.pre_score, kept.post_score) == (40, 90)
