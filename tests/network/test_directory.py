"""The public directory: who is listed, found and counted, and what is shown of each."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from network import directory
from network.models import Organization, Person
from network.models.organizations import search_key
from office import pulse
from office.models import District, Subdistrict

pytestmark = pytest.mark.django_db


def body(name="สถานีวิทยุลพบุรี", *, districts=(), subdistricts=(), **fields):
    made = Organization.objects.create(
        **({"kind": "radio", "name_th": name, "is_listed": True} | fields)
    )
    made.districts.set(District.objects.filter(code__in=districts))
    made.subdistricts.set(Subdistrict.objects.filter(code__in=subdistricts))
    return made


def names(query=None):
    page = directory.list_page(query or {}, pulse.beat(), "/network/")
    return [card["name"] for card in page["cards"]]


def test_it_lists_who_agreed_in_the_order_of_a_thai_dictionary():
    body("เกาะเลิ้งเรดิโอ")
    body("ขอนแก่นเรดิโอ")
    body("กกโกเรดิโอ")
    body("ไม่ประสงค์ให้แสดง", is_listed=False)
    body("เลิกแล้ว", closed_on=date(2026, 1, 1))

    assert names() == ["กกโกเรดิโอ", "เกาะเลิ้งเรดิโอ", "ขอนแก่นเรดิโอ"]


@pytest.mark.parametrize(
    "words", ["วิทยุ ลพบุรี", "สถานีวิทยุลพบุรี", "LOPBURI radio", "คลื่น ๑๐๑", "คลื่น101", " ลพบุรี "]
)
def test_a_name_is_found_by_any_spelling_and_by_other_names(words):
    body(name_en="Lopburi Radio", aliases=["คลื่น 101"])
    body("โรงเรียนบ้านป่าตาล", kind="school")

    assert names({"q": words}) == ["สถานีวิทยุลพบุรี"]


def test_it_is_narrowed_by_kind_and_by_district_even_of_a_subdistrict(places):
    body("ก", districts=["1601"])
    body("ข", subdistricts=["160102"])
    body("ค", districts=["1602"], kind="school")

    assert names({"district": "1601"}) == ["ก", "ข"]
    assert names({"kind": "school"}) == ["ค"]
    assert names({"kind": "nonsense", "district": "9999"}) == ["ก", "ข", "ค"]
    assert names({"q": "ไม่มี"}) == []


def test_every_district_of_the_province_says_how_many_serve_it(places):
    body("ก", districts=["1601"], subdistricts=["160101", "160102"])
    body("ข", districts=["1601", "1602"])
    body("ค", districts=["1602"], is_listed=False)

    page = directory.list_page({}, pulse.beat(), "/network/")

    (by_district, _by_kind) = page["facets"]
    counts = {place["label"]: place["count"] for place in by_district["values"]}
    assert (counts["เมืองลพบุรี"], counts["พัฒนานิคม"]) == (2, 1)
    assert len(counts) == District.objects.filter(province__code="16").count()
    assert sum(counts.values()) == 3


def test_a_change_is_seen_by_the_next_reader(client):
    made = body()
    assert "สถานีวิทยุลพบุรี" in client.get("/network/").text

    made.is_listed = False
    made.save()

    assert "สถานีวิทยุลพบุรี" not in client.get("/network/").text


def test_five_thousand_members_cost_ten_queries_at_most(client, places):
    codes = list(District.objects.filter(province__code="16").values_list("pk", flat=True))
    rows = [
        Organization(
            kind=Organization.Kind.values[n % 13],
            name_th=f"สมาชิกที่ {n}",
            sort_key=f"{n:05}",
            search_key=search_key(f"สมาชิกที่ {n}"),
            is_listed=True,
        )
        for n in range(5000)
    ]
    made = Organization.objects.bulk_create(rows)
    through = Organization.districts.through
    through.objects.bulk_create(
        through(organization_id=row.pk, district_id=codes[n % len(codes)])
        for n, row in enumerate(made)
    )

    counts = []
    for address in (
        "/network/",
        "/network/?page=200",
        "/network/?kind=radio&district=1601",
        "/network/?q=สมาชิกที่ 49",
        "/en/network/?page=2",
    ):
        pulse.forget()
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        assert answer.status_code == 200
        counts.append(len(asked))
    client.get("/network/")
    with CaptureQueriesContext(connection) as warm:
        client.get("/network/?page=3")

    assert max(counts) <= 10, counts
    assert len(warm) <= 4
    assert "5,000" in client.get("/network/").text


def test_a_page_shows_only_what_was_agreed_to(client):
    made = body(
        address="1 ถนนลับ",
        phone="036111111",
        email="hidden@example.org",
        website="https://example.org/shown",
        shown_fields=["website"],
    )
    now = timezone.now()
    contact = {"organization": made, "phone": "0890000001"}
    Person.objects.create(name="เปิดเผย", visibility="public", consented_at=now, **contact)
    hidden = {"เฉพาะสมาชิก": "partners", "เฉพาะเจ้าหน้าที่": "staff"}
    for name, visibility in hidden.items():
        Person.objects.create(name=name, visibility=visibility, consented_at=now, **contact)
    Person.objects.create(
        name="ลาออกแล้ว", visibility="public", consented_at=now, left_on=date(2026, 1, 1), **contact
    )

    page = client.get(f"/network/partners/{made.pk}/").text

    assert "https://example.org/shown" in page
    assert "เปิดเผย" in page
    for secret in ("1 ถนนลับ", "036111111", "hidden@example.org", *hidden, "ลาออกแล้ว"):
        assert secret not in page


@pytest.mark.parametrize("fields", [{"is_listed": False}, {"closed_on": date(2026, 1, 1)}])
def test_who_is_not_listed_has_no_page(client, fields):
    made = body(**fields)

    assert client.get(f"/network/partners/{made.pk}/").status_code == 404
    assert client.get("/network/partners/999999999/").status_code == 404


def test_an_empty_list_says_what_to_do(client):
    page = client.get("/network/?q=ไม่มีใคร").text

    assert "/network/join/" in page
    assert "ไม่พบ" in page
