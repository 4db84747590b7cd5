"""The desk: the queue, the buttons, handovers with photographs, labels, the count."""

import base64
from datetime import timedelta

import pytest
from django.utils import timezone

from network import lending, stock_taking
from network.models import Hold, Loan
from network.models.equipment import span
from tests import make

pytestmark = pytest.mark.django_db
LOANS, ASSETS = "/admin/network/loan/", "/admin/network/asset/"


@pytest.fixture
def desk(client):
    client.force_login(make.officer())
    return client


def step(desk, thing, verb, follow=True, **said):
    where = thing._meta.model_name
    return desk.post(f"/admin/network/{where}/{thing.pk}/steps/{verb}/", said, follow=follow)


def test_the_queue_begins_with_what_is_due_first(desk):
    truck = make.asset()
    soon = make.loan(truck, days=(1, 2), state="approved")
    later = make.loan(truck, days=(5, 6))
    due = make.loan(make.asset(), days=(-1, 0), state="out")
    lending.cancel(make.loan(truck, days=(3, 3), agency="อบต.ที่เลิกไป"), by=None)

    page = desk.get(LOANS).text

    order = [page.index(loan.reference) for loan in (due, soon, later)]
    assert order == sorted(order)
    assert "อบต.ที่เลิกไป" not in page
    for queue in ("overdue", "requested", "all", "nonsense"):
        assert desk.get(f"{LOANS}?queue={queue}").status_code == 200


def test_a_request_is_approved_from_a_list_that_says_what_is_not_free(desk):
    truck, camera = make.asset(), make.asset("กล้อง")
    make.loan(truck, days=(1, 1), state="approved", agency="อบต.ป่าตาล")
    loan = make.loan(truck, camera, days=(1, 2))

    page = desk.get(f"{LOANS}{loan.pk}/change/").text
    said = step(desk, loan, "approve", asset=[truck.pk, camera.pk]).text
    step(desk, loan, "approve", asset=[camera.pk, "x"])

    assert "อบต.ป่าตาล" in page
    assert "รถ LED ไม่ว่าง" in said
    loan.refresh_from_db()
    assert (loan.state, loan.holds.get().asset) == ("approved", camera)


def test_a_loan_is_refused_cancelled_and_closed_with_buttons(desk):
    truck = make.asset()
    refused, cancelled = make.loan(truck), make.loan(truck, state="approved")
    closed = make.loan(make.asset(), days=(0, 0), state="out")
    seen = [lending.Checked(closed.holds.get())]
    lending.take_back(closed, seen, make.signed(), by=None)

    step(desk, refused, "refuse", reason="รถเข้าซ่อม")
    step(desk, cancelled, "cancel", reason="งานเลื่อน")
    step(desk, closed, "close", outcome="120 คน")

    states = [Loan.objects.get(pk=loan.pk).state for loan in (refused, cancelled, closed)]
    assert states == ["refused", "cancelled", "closed"]
    assert step(desk, refused, "fly").status_code == 404


def handover(desk, loan, direction, **said):
    (hold,) = loan.holds.live()
    return desk.post(
        f"{LOANS}{loan.pk}/handover/{direction}/",
        {"signed_name": "สมศรี ใจดี", f"hold-{hold.pk}": "on"} | said,
        follow=True,
    )


def test_a_handover_keeps_the_checklist_the_photographs_and_the_signature(desk):
    truck = make.asset(accessories="กุญแจ\nรีโมต\n")
    loan = make.loan(truck, days=(0, 1), state="approved")
    hold = loan.holds.get()
    drawn = make.photo(640, 240, "PNG").read()
    signature = "data:image/png;base64," + base64.b64encode(drawn).decode()

    assert "รีโมต" in desk.get(f"{LOANS}{loan.pk}/handover/out/").text
    photos = [make.photo(), make.photo()]
    seen = {f"part-{hold.pk}-0": "on", f"note-{hold.pk}": "รอยขีดข่วน"}
    page = handover(desk, loan, "out", signature=signature, photos=photos, **seen)

    kept = loan.handovers.get()
    assert kept.checklist[0]["accessories"] == [["กุญแจ", True], ["รีโมต", False]]
    assert len(kept.photos) == 2
    assert "รอยขีดข่วน" in page.text
    for n in range(3):
        photo = desk.get(f"{LOANS}handovers/{kept.pk}/{n}.jpg")
        assert b"".join(photo.streaming_content).startswith(b"\xff\xd8")
    assert desk.get(f"{LOANS}handovers/{kept.pk}/9.jpg").status_code == 404


def test_a_handover_that_is_wrong_keeps_what_was_typed(desk):
    loan = make.loan(make.asset(), days=(0, 1), state="approved")

    unsigned = handover(desk, loan, "out", signed_name="", note="ครบถ้วน")
    forged = handover(desk, loan, "out", signature="data:image/png;base64,!!!")
    program = handover(desk, loan, "out", photos=[make.photo(format="GIF")])
    many = handover(desk, loan, "out", photos=[make.photo(200, 200) for _ in range(7)])

    answers = (unsigned, forged, program, many)
    assert [answer.status_code for answer in answers] == [400] * 4
    assert "ครบถ้วน" in unsigned.text
    assert not loan.handovers.exists()


def test_things_come_back_one_by_one_in_the_condition_that_is_told(desk):
    truck = make.asset()
    loan = make.loan(truck, days=(0, 1), state="out")
    hold = loan.holds.get()

    late = handover(desk, loan, "in", **{f"hold-{hold.pk}": "later"})
    handover(desk, loan, "in", **{f"hold-{hold.pk}": "damaged"})

    truck.refresh_from_db()
    assert late.status_code == 400
    assert (Loan.objects.get().state, truck.condition) == ("returned", "damaged")


def test_the_desk_is_closed_to_others(client):
    truck = make.asset()
    loan = make.loan(truck, days=(0, 1), state="approved")
    client.force_login(make.editor())

    pages = (LOANS, ASSETS, f"{ASSETS}calendar/", f"{LOANS}{loan.pk}/handover/out/")
    assert [client.get(page).status_code for page in pages] == [403] * 4
    step(client, loan, "cancel", follow=False, reason="x")
    assert Loan.objects.get().state == "approved"


def test_repair_and_own_days_are_buttons_on_the_thing(desk):
    truck = make.asset()
    day = f"{timezone.localdate() + timedelta(days=3):%Y-%m-%d}"

    assert "31/2" not in step(desk, truck, "send-to-repair", last="31/2/2569", note="จอดับ").text
    step(desk, truck, "send-to-repair", last=day, note="จอดับ")
    assert Hold.objects.out().get().kind == "maintenance"
    step(desk, truck, "back-from-repair", is_mended="yes")
    step(desk, truck, "reserve", first=day, last=day, note="งานแผ่นดิน")
    (hold,) = Hold.objects.live()
    assert "งานแผ่นดิน" in desk.get(f"{ASSETS}{truck.pk}/change/").text
    step(desk, truck, "release", hold=hold.pk)

    assert not Hold.objects.live().exists()


def test_the_register_says_what_is_out_and_with_whom(desk, django_assert_max_num_queries):
    for n in range(5):
        make.loan(make.asset(f"กล้อง {n}"), days=(0, 1), state="out", agency=f"อบต.{n}")

    with django_assert_max_num_queries(14):
        page = desk.get(ASSETS)
    assert "อบต.3" in page.text
    calendar = desk.get(f"{ASSETS}calendar/")
    assert "อบต.3" in calendar.text
    assert desk.get(f"{ASSETS}calendar/?month=x").status_code == 404


def test_a_thing_is_registered_with_a_photograph_of_our_own_making(desk):
    facts = {"number": " 6710-001 ", "name_th": "กล้อง", "category": "camera", "is_lent": "on"}
    facts |= {"condition": "usable", "bought_on": "1/10/2565", "photo": make.photo(4000, 3000)}

    answer = desk.post(f"{ASSETS}add/", facts, follow=True)

    assert answer.status_code == 200
    (asset,) = lending.Asset.objects.all()
    assert (asset.number, asset.bought_on.year) == ("6710-001", 2022)
    assert asset.photo.name.startswith("network/assets/")


def test_labels_carry_a_code_for_each_chosen_thing(desk):
    truck, camera = make.asset(), make.asset("กล้อง")

    chosen = {"action": "labels_of", "_selected_action": [truck.pk, camera.pk]}
    sheet = desk.post(ASSETS, chosen, follow=True)

    assert sheet.text.count("<svg") == 2
    assert f"http://testserver{ASSETS}{truck.pk}/change/" in sheet.text
    assert desk.get(f"{ASSETS}labels/?ids=x,,99").status_code == 200


def test_the_count_is_taken_with_three_buttons(desk):
    truck, camera = make.asset(), make.asset("กล้อง")
    page = desk.post("/admin/network/stocktake/begin/", follow=True)
    address = page.redirect_chain[-1][0]
    take = stock_taking.StockTake.objects.get()

    first, second = take.lines.all()
    assert desk.post(address, {"close": "1"}, follow=True).status_code == 200
    desk.post(address, {"line": first.pk, "finding": "found"})
    desk.post(address, {"line": second.pk, "finding": "missing", "note": "ไม่พบที่ห้อง 2"})
    assert desk.post(address, {"line": "x"}).status_code == 404
    done = desk.post(address, {"close": "1"}, follow=True)

    take.refresh_from_db()
    assert take.closed_at
    assert "ไม่พบที่ห้อง 2" in done.text
    assert desk.get("/admin/network/stocktake/").status_code == 200
    camera.refresh_from_db()
    assert {truck.condition, camera.condition} == {"usable", "missing"}


def test_numbers_above_a_thousand_are_written_plainly_for_the_machine(desk):
    truck = make.asset(pk=1234)
    loan = make.loan(truck)
    take = stock_taking.begin(by=None)
    take.lines.update(id=5678)

    request = desk.get(f"{LOANS}{loan.pk}/change/").text
    count = desk.get(f"/admin/network/stocktake/{take.pk}/change/").text
    thing = desk.get(f"{ASSETS}{truck.pk}/change/").text

    assert 'name="asset" value="1234"' in request
    assert 'name="line" value="5678"' in count
    assert 'id="line-5678"' in count
    assert "?ids=1234" in thing
    assert "#line-5678" in thing


def test_the_front_page_says_what_is_to_be_done_today(desk):
    late = make.loan(make.asset(), days=(0, 0), state="out", agency="คืนวันนี้")
    make.loan(make.asset(), days=(0, 2), state="approved", agency="มารับวันนี้")
    make.loan(make.asset(), days=(1, 2), agency="ขอยืม")
    first = desk.get("/admin/").text

    day = timezone.localdate() - timedelta(days=1)
    Loan.objects.filter(pk=late.pk).update(period=span(day, day))
    second = desk.get("/admin/").text

    for text in ("คืนวันนี้", "มารับวันนี้", "ขอยืม"):
        assert text in first
    assert "เกินกำหนดคืน" not in first
    assert "เกินกำหนดคืน" in second
