"""The office sees every number, and whom to call where nobody has carried the news."""

import csv
import io

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from news import broadcasting
from news.models import Broadcast
from office import loading, roles
from office.models import Subdistrict
from tests import make

pytestmark = pytest.mark.django_db
PAGE = "/admin/news/broadcast/reach/"
CALLS = ("calls/", "calls.csv", "calls.xlsx")


@pytest.fixture(autouse=True)
def _places(db):
    loading.load()


def as_a(role):
    roles.sync()
    client, made = Client(), make.user(f"as-{role}", is_staff=True)
    made.groups.add(Group.objects.get(name=role))
    client.force_login(User.objects.get(pk=made.pk), "django.contrib.auth.backends.ModelBackend")
    return client


def carried(*codes, **facts):
    places = Subdistrict.objects.filter(code__in=codes)
    made = make.broadcast(make.published(), subdistricts=places, **facts)
    broadcasting.verify(made, by=make.user())
    return made


@pytest.fixture
def volunteer():
    made = make.member(name="=สมศรี", phone="081 111 1111")
    made.subdistricts.add(Subdistrict.objects.get(code="160201"))
    return made


@pytest.mark.parametrize(
    ("role", "sees", "calls"),
    [("officer", 200, 200), ("head", 200, 200), ("editor", 200, 403), ("planner", 403, 403)],
)
def test_figures_are_for_those_who_see_broadcasts_and_numbers_for_the_network(
    role, sees, calls, volunteer
):
    client = as_a(role)

    page = client.get(PAGE)

    assert page.status_code == sees
    assert [client.get(PAGE + each).status_code for each in CALLS] == [calls] * 3
    assert ("081 111 1111" in page.text) is (calls == 200)


def test_it_tells_each_subdistrict_and_every_number_of_people(volunteer):
    carried("160101", audience=1234, basis="measured", means="radio")

    page = as_a("officer").get(PAGE)

    ((row, told),) = [pair for pair in page.context["districts"] if pair[1]]
    assert row.district.code == "1601"
    assert [(each.code, figures.items) for each, figures in told] == [("160101", 1)]
    assert "1,234" in page.text
    assert "รวมแบบนับซ้ำ" in page.text


def test_the_table_to_take_away_is_no_formula(volunteer):
    content = as_a("officer").get(PAGE + "calls.csv").content.decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(content)))

    assert len(rows) == 1 + 124
    assert [row[4:] for row in rows[1:] if row[4]] == [
        ["'=สมศรี", "อาสาสมัครประชาสัมพันธ์ประจำหมู่บ้าน (อป.มช.)", "081 111 1111", ""]
    ]


def test_the_sheets_leave_out_what_was_reached(volunteer):
    carried("160201")

    page = as_a("officer").get(PAGE + "calls/")

    assert "081 111 1111" not in page.text
    assert sum(len(missing) for _district, missing in page.context["sheets"]) == 123


def test_a_release_and_an_edition_tell_how_far_their_news_went():
    report = carried("160101", "160102")
    make.broadcast(report.edition)
    release = make.released(report.edition, [make.channel()])
    client = as_a("head")

    pages = [
        client.get(f"/admin/news/release/{release.pk}/change/"),
        client.get(f"/admin/news/edition/{report.edition_id}/change/"),
    ]

    for page in pages:
        assert page.context["carried"] == (1, 1, 2, 1)
        assert f"{PAGE}of/{report.edition.article_id}/" in page.text
    of_it = client.get(f"{PAGE}of/{report.edition.article_id}/")
    assert of_it.context["reached"] == 2
    assert str(report.edition.article) in of_it.text


def test_a_draft_tells_nothing_yet():
    draft = make.draft()

    page = as_a("head").get(f"/admin/news/edition/{draft.pk}/change/")

    assert page.context["carried"] is None


def test_the_list_of_broadcasts_leads_to_it():
    assert Broadcast.objects.count() == 0
    assert PAGE in as_a("officer").get("/admin/news/broadcast/").text


def test_it_costs_the_same_for_one_gap_and_for_all(volunteer, django_assert_max_num_queries):
    client = as_a("officer")
    carried("160101")
    client.get(PAGE)

    with django_assert_max_num_queries(16):
        client.get(PAGE)
