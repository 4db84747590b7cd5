"""Lending: what is promised, to whom, and that nothing is ever promised twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from lopburi_pr.photographs import reencode
from network import lending
from network.lending import DAMAGED, FINE, LATER, MISSING, Checked
from network.models import Asset, Hold, Loan, Organization
from network.models.equipment import span
from office import audit
from tests import make

DAY = timedelta(days=1)
AT_ONCE = 50


def day(n):
    return timezone.localdate() + n * DAY


def refused(call, *given, **named):
    """The sentences with which a step is refused."""
    with pytest.raises(ValidationError) as found, transaction.atomic():
        call(*given, **named)
    return " ".join(found.value.messages)


def holds(asset):
    return list(asset.holds.values_list("kind", "state"))


def verbs(*things):
    return [event.verb for event in reversed(audit.trail(*things))]


@pytest.mark.django_db
def test_a_loan_goes_from_the_request_to_its_end_and_every_step_is_told():
    officer, truck = make.officer(), make.asset()
    loan = make.loan(truck, days=(0, 2))

    lending.approve(loan, [truck], by=officer)
    assert holds(truck) == [("loan", "approved")]
    make.hand_out(loan, by=officer)
    assert holds(truck) == [("loan", "out")]
    back = [Checked(loan.holds.get(), finding=DAMAGED, note="จอแตก")]
    lending.take_back(loan, back, make.signed(), by=officer)
    lending.close(loan, by=officer, outcome="ผู้ร่วมงาน 120 คน")

    truck.refresh_from_db()
    assert (loan.state, truck.condition) == ("closed", "damaged")
    assert holds(truck) == [("loan", "over")]
    assert verbs(loan) == ["ask to borrow", "approve", "hand out", "take in", "close"]
    out, came = loan.handovers.all()
    assert (out.by, out.signed_name, out.terms) == (officer, "สมศรี ใจดี", "ข้าพเจ้าได้รับของครบแล้ว")
    assert came.checklist[0] | {"accessories": []} == {
        "asset": truck.pk,
        "number": truck.number,
        "name": "รถ LED",
        "finding": "damaged",
        "note": "จอแตก",
        "accessories": [],
    }


@pytest.mark.django_db
def test_numbers_follow_each_other_and_only_the_hash_of_the_secret_is_kept():
    first, second = make.loan(), make.loan()

    assert first.reference.startswith("ยค.25")
    assert (second.number, second.year) == (first.number + 1, first.year)
    assert first.token not in str(vars(Loan.objects.get(pk=first.pk)))
    assert lending.find(first.token) == first
    assert lending.find(first.token_hash) is None


@pytest.mark.django_db
def test_an_agency_of_the_directory_is_recognised_by_any_of_its_names():
    school = Organization.objects.create(
        kind="school", name_th="โรงเรียนพิบูลวิทยาลัย", aliases=["พิบูลวิทยาลัย"]
    )

    assert make.loan(agency=" พิบูลวิทยาลัย ").organization == school
    assert make.loan(agency="โรงเรียนที่ไม่รู้จัก").organization is None


@pytest.mark.django_db
def test_requests_may_overlap_and_who_comes_second_reads_who_was_first():
    officer, truck = make.officer(), make.asset()
    first = make.loan(truck, days=(1, 3), agency="อบต.ป่าตาล")
    second = make.loan(truck, days=(3, 4))
    lending.approve(first, [truck], by=officer)

    with translation.override("th"):
        said = refused(lending.approve, second, [truck], by=officer)

    assert "รถ LED ไม่ว่าง" in said
    assert "อบต.ป่าตาล" in said
    assert str(day(3).day) in said
    assert Loan.objects.get(pk=second.pk).state == "requested"
    assert [choice.obstacles for choice in lending.choices(second)] == [
        lending.approval_obstacles(second, [truck])
    ]


@pytest.mark.django_db
def test_the_day_after_somebody_brings_it_back_it_is_free():
    truck = make.asset()
    make.loan(truck, days=(1, 3), state="approved")

    assert make.loan(truck, days=(4, 4), state="approved").state == "approved"


@pytest.mark.django_db
def test_a_kit_goes_with_all_of_its_parts_and_not_without_one():
    kit = make.asset("ชุดเครื่องเสียง")
    mixer = make.asset("มิกเซอร์", kit=kit)
    make.asset("ลำโพงที่จำหน่ายแล้ว", kit=kit, retired_on=day(-9))
    make.loan(mixer, days=(1, 1), state="approved", agency="วัดเสาธงทอง")
    wanted = make.loan(kit, days=(1, 2))

    said = refused(lending.approve, wanted, [kit], by=None)
    later = make.loan(kit, days=(2, 3), state="approved")

    assert "มิกเซอร์" in said
    assert "วัดเสาธงทอง" in said
    assert {hold.asset for hold in later.holds.all()} == {kit, mixer}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "facts",
    [{"condition": "damaged"}, {"condition": "missing"}, {"retired_on": "2026-01-01"}],
)
def test_what_is_broken_lost_or_disposed_of_is_not_lent(facts):
    truck = make.asset()
    loan = make.loan(truck)
    Asset.objects.filter(pk=truck.pk).update(**facts)

    assert "รถ LED" in refused(lending.approve, loan, [truck], by=None)


@pytest.mark.django_db
def test_the_table_refuses_two_holds_whoever_writes_them():
    truck = make.asset()
    make.loan(truck, days=(1, 3), state="approved")
    second = Hold(asset=truck, kind="own-use", period=span(day(3), day(5)))

    with translation.override("th"), pytest.raises(ValidationError) as form:
        second.full_clean(exclude=["loan", "made_by"])
    with pytest.raises(IntegrityError, match="one_at_a_time"), transaction.atomic():
        second.save()

    assert form.value.messages == ["ไม่ว่าง: มีผู้อื่นใช้ในวันเหล่านี้"]
    second.state = Hold.State.CANCELLED
    second.save()


@pytest.mark.django_db(transaction=True)
def test_of_fifty_approvals_at_one_moment_exactly_one_succeeds():
    truck = make.asset()
    loans = [make.loan(truck, days=(1, 3), agency=f"หน่วยงาน {n}") for n in range(AT_ONCE)]
    start = Barrier(AT_ONCE)

    def approve(loan):
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            lending.approve(loan, [truck], by=None)
        except ValidationError as refusal:
            return refusal.messages
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(approve, loans))

    winner = Loan.objects.get(state="approved")
    assert answers.count(None) == 1
    assert {message for said in answers if said for message in said} == {
        lending.approval_obstacles(Loan.objects.filter(state="requested").first(), [truck])[0]
    }
    assert Hold.objects.live().get().loan == winner


@pytest.mark.django_db(transaction=True)
def test_the_constraint_alone_lets_one_of_many_through():
    truck, both = make.asset(), Barrier(8)

    def write(_n):
        try:
            connection.ensure_connection()
            both.wait(timeout=60)
            lending._hold([truck], span(day(1), day(2)), Hold.Kind.OWN_USE, by=None)
        except ValidationError as refusal:
            return refusal.messages
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(write, range(8)))

    assert answers.count(None) == 1
    assert Hold.objects.live().count() == 1


@pytest.mark.django_db
def test_a_refusal_has_a_reason_and_an_answer_is_given_once():
    truck = make.asset()
    loan = make.loan(truck)

    assert refused(lending.refuse, loan, by=None, reason=" ")
    assert refused(lending.approve, loan, [], by=None)
    lending.refuse(loan, by=None, reason="รถเข้าซ่อม")
    assert refused(lending.approve, loan, [truck], by=None)
    assert refused(lending.cancel, loan, by=None)
    assert (loan.state, loan.reason) == ("refused", "รถเข้าซ่อม")


@pytest.mark.django_db
def test_a_cancelled_loan_makes_its_things_free_again():
    truck = make.asset()
    loan = make.loan(truck, state="approved")

    lending.cancel(loan, by=None)

    assert make.loan(truck, state="approved").state == "approved"
    assert refused(lending.cancel, loan, by=None)


@pytest.mark.django_db
def test_what_leaves_earlier_is_taken_from_that_day_on_or_not_at_all():
    truck, camera = make.asset(), make.asset("กล้อง")
    early = make.loan(truck, days=(1, 3), state="approved")
    blocked = make.loan(camera, days=(1, 3), state="approved")
    make.loan(camera, days=(0, 0), state="approved", agency="อบจ.ลพบุรี")

    make.hand_out(early)

    assert early.holds.get().first_day == day(0)
    assert "อบจ.ลพบุรี" in refused(make.hand_out, blocked)


@pytest.mark.django_db
def test_what_somebody_still_has_is_not_handed_to_the_next(travel):
    truck = make.asset()
    make.loan(truck, days=(0, 1), state="out", agency="อบต.ป่าตาล")
    following = make.loan(truck, days=(2, 3), state="approved")
    wanted = make.loan(truck, days=(2, 2), agency="อีกหน่วยงาน")
    lending.cancel(following, by=None)
    following = make.loan(truck, days=(2, 3), state="approved")

    travel(timezone.now() + 2 * DAY)

    assert "ยังไม่ได้คืน" in said_in_thai(make.hand_out, following)
    assert Loan.objects.overdue().get().agency == "อบต.ป่าตาล"
    assert refused(lending.approve, wanted, [truck], by=None)


def said_in_thai(call, *given):
    with translation.override("th"):
        return refused(call, *given)


@pytest.mark.django_db
def test_what_is_not_there_to_be_handed_out_is_free_again():
    truck, camera = make.asset(), make.asset("กล้อง")
    loan = make.loan(truck, camera, days=(0, 1), state="approved")
    checked = [Checked(hold, is_there=hold.asset == truck) for hold in loan.holds.all()]

    assert refused(lending.hand_out, loan, [], make.signed(), by=None)
    lending.hand_out(loan, checked, make.signed(), by=None)

    assert (holds(truck), holds(camera)) == ([("loan", "out")], [("loan", "cancelled")])


@pytest.mark.django_db
def test_a_loan_is_returned_when_its_last_thing_came_or_is_known_to_be_lost():
    truck, camera = make.asset(), make.asset("กล้อง")
    loan = make.loan(truck, camera, days=(0, 1), state="out")

    def come(**findings):
        seen = [
            Checked(hold, finding=findings.get(hold.asset.name_th, LATER))
            for hold in loan.holds.out().select_related("asset")
        ]
        lending.take_back(loan, seen, make.signed(), by=None)

    assert refused(come)
    come(กล้อง=MISSING)
    assert loan.state == "out"
    assert refused(lending.close, loan, by=None)
    come(**{"รถ LED": FINE})
    camera.refresh_from_db()

    assert (loan.state, camera.condition) == ("returned", "missing")
    assert loan.handovers.count() == 3


@pytest.mark.django_db
def test_a_handover_is_signed_and_keeps_photographs_of_our_own_making():
    loan = make.loan(make.asset(), days=(0, 1), state="approved")
    checked = [Checked(loan.holds.get())]

    assert refused(lending.hand_out, loan, checked, make.signed(name=" "), by=None)
    drawn = reencode(make.photo(640, 240, "PNG"))
    signed = make.signed(signature=drawn, photos=[reencode(make.photo())])
    loan.refresh_from_db()
    handover = lending.hand_out(loan, checked, signed, by=None)

    handover.refresh_from_db()
    assert handover.signature.name.startswith("network/handovers/")
    assert len(handover.photos) == 1


@pytest.mark.django_db
def test_repair_stands_on_the_calendar_and_the_condition_follows():
    officer, truck = make.officer(), make.asset()
    make.loan(truck, days=(5, 6), state="approved", agency="อบต.ป่าตาล")

    assert "อบต.ป่าตาล" in refused(
        lending.send_to_repair, truck, by=officer, until=day(5), note="จอดับ"
    )
    lending.send_to_repair(truck, by=officer, until=day(4), note="จอดับ")
    assert refused(lending.send_to_repair, truck, by=officer, until=day(4), note="จอดับ")
    assert refused(lending.approve, make.loan(truck, days=(2, 2)), [truck], by=officer)
    lending.back_from_repair(truck, by=officer, is_mended=False)

    truck.refresh_from_db()
    assert truck.condition == "damaged"
    assert refused(lending.back_from_repair, truck, by=officer)
    assert verbs(truck) == ["send to repair", "back from repair"]


@pytest.mark.django_db
def test_the_office_keeps_days_for_itself_and_gives_them_up():
    officer, kit = make.officer(), make.asset("ชุด")
    make.asset("ส่วน", kit=kit)

    assert refused(lending.reserve, kit, by=officer, first=day(3), last=day(2), note="งาน")
    lending.reserve(kit, by=officer, first=day(2), last=day(3), note="งานแผ่นดินสมเด็จพระนารายณ์")
    assert refused(lending.approve, make.loan(kit, days=(3, 3)), [kit], by=officer)
    for hold in Hold.objects.live():
        lending.release(hold, by=officer)

    assert make.loan(kit, days=(3, 3), state="approved").state == "approved"
