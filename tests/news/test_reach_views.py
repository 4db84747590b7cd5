"""The page for everybody tells where the news was carried, and of nobody by whom."""

from datetime import timedelta

import pytest
from django.utils import timezone

from news import broadcasting
from office import loading
from office.models import Subdistrict
from tests import make

pytestmark = pytest.mark.django_db
PAGE = "/network/reach/"


@pytest.fixture(autouse=True)
def _places(db):
    loading.load()


def carried(*codes, party=None, **facts):
    places = Subdistrict.objects.filter(code__in=codes)
    made = make.broadcast(make.published(), party, subdistricts=places, **facts)
    broadcasting.verify(made, by=make.user())
    return made


def test_it_tells_the_districts_and_the_gaps_and_what_the_words_mean(client):
    carried("160101")

    page = client.get(PAGE)

    (row,) = [row for row in page.context["rows"] if row.district.code == "1601"]
    assert (len(row.reached), row.total) == (1, 24)
    assert "1/24" in page.text
    assert all(each.name in page.text for each in row.gaps)
    assert "รวมแบบนับซ้ำ" not in page.text
    assert "ไม่ได้หมายความว่าทุกคนได้ยิน" in page.text


def test_it_names_nobody_and_tells_no_number_of_one(client):
    station = make.organization(name_th="วิทยุลับ", phone="0 3641 9999")
    member = make.member(name="สมศรี มีสุข", phone="081 111 1111", means=["tower"])
    member.subdistricts.add(Subdistrict.objects.get(code="160201"))
    carried("160101", party=station, audience=4321, basis="measured", note="โทรมาเล่า")
    carried("160102", party=member)

    page = client.get(PAGE).text

    for secret in ("วิทยุลับ", "0 3641 9999", "สมศรี", "081 111 1111", "4,321", "4321", "โทรมาเล่า"):
        assert secret not in page
    assert "เครือข่ายไม่ถึง 5 ราย" in page


def test_five_partners_may_be_added_up_with_the_words_for_it(client):
    for _ in range(5):
        carried("160101", audience=1000, basis="estimate")

    page = client.get(PAGE).text

    assert "5,000" in page
    assert "รวมแบบนับซ้ำ" in page


def test_nothing_is_told_in_money(client):
    carried("160101", audience=1000, basis="estimate")

    page = client.get(PAGE).text

    assert "บาท" not in page
    assert "ไม่คำนวณมูลค่าโฆษณา" in page


def test_period_and_means_narrow_it_and_nonsense_does_nothing(client):
    now = timezone.now()
    edition = make.published(ago=timedelta(days=60))
    here = Subdistrict.objects.filter(code="160101")
    old = make.broadcast(
        edition, subdistricts=here, aired_at=now - timedelta(days=50), means="radio"
    )
    broadcasting.verify(old, by=make.user())

    def reached(query):
        return client.get(PAGE + query).context["reached"]

    assert [reached(query) for query in ("", "?period=7", "?period=90")] == [0, 0, 1]
    assert reached("?period=90&means=radio") == 1
    assert reached("?period=90&means=tower") == 0
    assert reached("?period=zzzz&means=%27") == 0


def test_samples_are_told_to_be_samples(client):
    carried("160101", party=make.volunteer(is_sample=True))
    before = client.get(PAGE)

    carried("160102")

    assert "ข้อมูลตัวอย่าง" in before.text
    assert before.context["reached"] == 1
    after = client.get(PAGE)
    assert "ข้อมูลตัวอย่าง" not in after.text
    assert after.context["reached"] == 1


def test_it_costs_few_queries_and_fewer_the_second_time(client, django_assert_max_num_queries):
    for _ in range(3):
        carried("160101", "160201", audience=10, basis="estimate")
    client.get("/network/")

    with django_assert_max_num_queries(8):
        client.get(PAGE)
    with django_assert_max_num_queries(3):
        client.get(PAGE)
