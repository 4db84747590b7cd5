"""The pages on which agencies see what there is, ask for it and follow their request."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from network import lending
from network.equipment_views import REQUESTS_AN_HOUR
from network.models import Loan
from tests import make

pytestmark = pytest.mark.django_db
REQUEST = "/network/equipment/request/"


def written(day):
    return f"{day.day}/{day.month}/{day.year + 543}"


def typed(*wanted, days=(1, 3), **fields):
    first, last = (timezone.localdate() + timedelta(days=n) for n in days)
    return {
        "wanted": [asset.pk for asset in wanted],
        "first": written(first),
        "last": written(last),
        "purpose": "ประชุมประชาคมหมู่บ้าน",
        "place": "ศาลาวัด",
        "agency": "เทศบาลตำบลท่าศาลา",
        "contact": "สมศรี ใจดี",
        "phone": "036-411-111",
    } | fields


def test_the_list_shows_what_is_lent_and_never_to_whom(client):
    truck = make.asset(purpose_th="ฉายวีดิทัศน์กลางแจ้ง")
    part = make.asset("ลำโพงข้างรถ", kit=truck, is_lent=False)
    for name, facts in (("ของใช้ภายใน", {"is_lent": False}), ("เก่า", {"retired_on": "2026-01-01"})):
        make.asset(name, **facts)
    loan = make.loan(truck, days=(0, 0), state="approved", agency="หน่วยงานลับ")

    listed = client.get("/network/equipment/").text
    page = client.get(f"/network/equipment/{truck.pk}/").text

    for text in (listed, page):
        assert "ฉายวีดิทัศน์กลางแจ้ง" in text
        assert part.name_th in text
        assert "ไม่ว่างวันนี้" in text
        assert not {"หน่วยงานลับ", loan.contact, loan.phone, loan.reference} & set(text.split())
        assert "หน่วยงานลับ" not in text
    assert "ของใช้ภายใน" not in listed
    assert "เก่า" not in listed
    assert client.get(f"/network/equipment/{part.pk}/").status_code == 404


def test_what_is_broken_is_shown_but_can_not_be_asked_for(client):
    kit = make.asset("ชุดเสียง")
    make.asset("มิกเซอร์", kit=kit, condition="damaged")

    assert "กำลังซ่อม" in client.get("/network/equipment/").text
    answer = client.post(REQUEST, typed(kit))

    assert answer.status_code == 400
    assert not Loan.objects.exists()


def test_the_calendar_is_turned_within_a_year(client):
    truck = make.asset()
    this = timezone.localdate().replace(day=1)
    following = (this + timedelta(days=32)).replace(day=1)

    for address in ("/network/equipment/", f"/network/equipment/{truck.pk}/"):
        assert f"?month={following:%Y-%m}" in client.get(address).text
        assert client.get(f"{address}?month={following:%Y-%m}").status_code == 200
        for month in ("2020-01", f"{this.year + 2}-01", "2569-12", "x"):
            assert client.get(f"{address}?month={month}").status_code == 404


def test_the_list_costs_the_same_for_one_thing_and_for_many(client, django_assert_max_num_queries):
    for n in range(20):
        kit = make.asset(f"ชุด {n}")
        make.asset(f"ส่วน {n}", kit=kit, is_lent=False)
        make.loan(kit, days=(0, 1), state="approved")
    client.get("/network/equipment/")

    with django_assert_max_num_queries(8):
        client.get("/network/equipment/")
    with django_assert_max_num_queries(8):
        client.get(f"/network/equipment/{kit.pk}/")


def test_photographs_of_what_is_not_lent_are_for_staff(client):
    truck, inner = make.asset(), make.asset(is_lent=False)
    for asset in (truck, inner):
        asset.photo.save("x.jpg", ContentFile(make.photo().read()))

    answers = [client.get(f"/network/equipment/{a.pk}/photo.jpg") for a in (truck, inner)]

    assert [answer.status_code for answer in answers] == [200, 404]
    assert "public" in answers[0].headers["Cache-Control"]
    b"".join(answers[0].streaming_content)
    client.force_login(make.officer())
    staff = client.get(f"/network/equipment/{inner.pk}/photo.jpg")
    assert staff.headers["Cache-Control"] == "private, no-store"
    b"".join(staff.streaming_content)


def test_a_request_gets_a_number_and_a_page_of_its_own(client):
    truck = make.asset()

    answer = client.post(REQUEST, typed(truck), follow=True)

    loan = Loan.objects.get()
    assert (loan.first_day, loan.last_day) == tuple(
        timezone.localdate() + timedelta(days=n) for n in (1, 3)
    )
    assert list(loan.wanted.all()) == [truck]
    assert loan.reference in answer.text
    assert "กรุณาเก็บหน้านี้ไว้" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"first": "31/2/2569"}, "first"),
        ({"first": "1/1/2560"}, "first"),
        ({"last": "1/1/2560"}, "last"),
        ({"days": (1, 90)}, "last"),
        ({"days": (500, 501)}, "first"),
        ({"wanted": []}, "wanted"),
        ({"wanted": ["x"]}, "wanted"),
        ({"phone": "ไม่มี"}, "phone"),
        ({"email": "x"}, "email"),
        ({"purpose": ""}, "purpose"),
        ({"website": "https://spam.example"}, "website"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, changed, field):
    truck = make.asset()
    data = typed(truck, **({"days": changed["days"]} if "days" in changed else {}))

    answer = client.post(REQUEST, data | {k: v for k, v in changed.items() if k != "days"})

    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert "ศาลาวัด" in answer.text
    assert not Loan.objects.exists()


def test_what_is_taken_is_said_with_its_days_and_without_a_name(client):
    truck = make.asset()
    make.loan(truck, days=(2, 4), state="approved", agency="หน่วยงานลับ")

    answer = client.post(REQUEST, typed(truck, days=(3, 5)))

    (sentence,) = answer.context["form"].errors["wanted"]
    assert sentence.startswith("รถ LED ไม่ว่าง")
    assert "หน่วยงานลับ" not in answer.text
    assert "checked" in answer.text


def test_who_does_not_know_which_describes_what_is_needed(client):
    assert client.post(REQUEST, typed(wishes="ให้คน 200 คนได้ยิน")).status_code == 302
    assert Loan.objects.get().wishes == "ให้คน 200 คนได้ยิน"


def test_too_many_requests_of_one_address_are_put_off(client):
    for _ in range(REQUESTS_AN_HOUR):
        assert client.post(REQUEST, {}).status_code == 400
    answer = client.post(REQUEST, {})

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 3600


def test_only_the_secret_opens_a_request_and_each_state_is_explained(client, travel):
    truck = make.asset()
    loan = make.loan(truck, days=(0, 1))
    page = f"/network/equipment/loans/{loan.token}/"

    assert client.get(f"/network/equipment/loans/{loan.pk}/").status_code == 404
    assert client.get(f"/network/equipment/loans/{loan.token_hash}/").status_code == 404
    assert "รอคำตอบ" in client.get(page).text
    lending.approve(loan, [truck], by=None)
    assert "สำรองไว้ให้ท่านแล้ว" in client.get(page).text
    make.hand_out(loan)
    assert "อยู่กับท่าน" in client.get(page).text
    travel(timezone.now() + timedelta(days=3))
    assert "เกินกำหนด" in client.get(page).text
    assert "ยกเลิกคำขอ" not in client.get(page).text


def test_the_borrower_cancels_until_it_is_handed_out(client):
    truck = make.asset()
    loan = make.loan(truck, days=(0, 1), state="approved")
    page = f"/network/equipment/loans/{loan.token}/"

    assert client.post(page, follow=True).status_code == 200
    loan.refresh_from_db()
    assert loan.state == "cancelled"
    assert client.post(page).status_code == 409
    assert not truck.holds.live().exists()


def test_the_loan_form_lists_what_is_lent_with_its_numbers(client):
    kit = make.asset("ชุดเสียง")
    part = make.asset("มิกเซอร์", kit=kit)
    loan = make.loan(kit, state="approved", letter_number="ลบ 0001/55")

    paper = client.get(f"/network/equipment/loans/{loan.token}/form/").text

    for text in (kit.number, part.number, loan.reference, "ลบ 0001/55", "ข้าพเจ้า"):
        assert text in paper
