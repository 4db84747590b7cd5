"""The office checks what the network reports: one by one, several at once, or by telephone."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from network.models import Organization
from news import broadcasting
from news.models import Broadcast
from office import audit, roles
from tests import make

pytestmark = pytest.mark.django_db
LIST = "/admin/news/broadcast/"


@pytest.fixture
def officer():
    client = Client()
    client.user = make.officer()
    client.force_login(client.user, "django.contrib.auth.backends.ModelBackend")
    return client


def member_of(role):
    client, made = Client(), make.user(f"as-{role}", is_staff=True)
    made.groups.add(Group.objects.get(name=role))
    client.force_login(User.objects.get(pk=made.pk), "django.contrib.auth.backends.ModelBackend")
    return client


def step(report, verb, client, **said):
    return client.post(f"{LIST}{report.pk}/steps/{verb}/", said, follow=True)


def test_the_queue_shows_what_waits_and_the_front_page_counts_it(officer):
    waiting, checked = make.broadcast(note="รอ"), make.broadcast()
    broadcasting.verify(checked, by=make.user())

    page = officer.get(LIST)

    assert waiting.edition.title in page.text
    assert checked.edition.title not in page.text
    assert checked.edition.title in officer.get(f"{LIST}?stage=verified").text
    front = officer.get("/admin/").context
    (count,) = [each for each in front["waiting"] if "broadcast" in str(each["url"])]
    assert count["count"] == 1
    assert waiting in [row["about"] for tasks in front["task_lists"] for row in tasks["rows"]]


def test_one_is_verified_and_one_rejected_with_its_reason(officer):
    right, wrong = make.broadcast(), make.broadcast()

    step(right, "verify", officer)
    step(wrong, "reject", officer)
    assert Broadcast.objects.get(pk=wrong.pk).state == "reported"
    step(wrong, "reject", officer, reason="ลิงก์เปิดไม่ได้")

    states = dict(Broadcast.objects.values_list("pk", "state"))
    assert states == {right.pk: "verified", wrong.pk: "rejected"}
    assert "ลิงก์เปิดไม่ได้" in officer.get(f"{LIST}{wrong.pk}/change/").text
    assert audit.trail(right)[0].actor == officer.user


@pytest.mark.parametrize(
    ("action", "reason", "state"),
    [
        ("verify_several", "", "verified"),
        ("reject_several", "ซ้ำ", "rejected"),
        ("reject_several", "", "reported"),
    ],
)
def test_several_are_decided_at_once(officer, action, reason, state):
    rows = [make.broadcast() for _ in range(3)]
    sent = {"action": action, "reason": reason, "_selected_action": [row.pk for row in rows]}

    officer.post(LIST, sent, follow=True)

    assert set(Broadcast.objects.values_list("state", flat=True)) == {state}


def test_what_a_partner_told_by_telephone_is_written_down(officer):
    station, edition = make.organization(), make.published()
    now = timezone.localtime()
    typed = {
        "organization": station.pk,
        "edition": edition.pk,
        "means": "radio",
        "aired_at_0": f"{now:%d/%m}/{now.year + 543}",
        "aired_at_1": f"{now:%H:%M}",
        "times": "2",
    }

    for wrong in (typed | {"edition": make.draft().pk}, typed | {"aired_at_0": "1/1/2560"}):
        assert officer.post(f"{LIST}add/", wrong).status_code == 200
    assert not Broadcast.objects.exists()
    officer.post(f"{LIST}add/", typed)

    made = Broadcast.objects.get()
    assert (made.party, made.edition, made.times) == (station, edition, 2)
    assert (made.reported_by, made.state) == (officer.user, "reported")
    assert audit.trail(made)[0].verb == "report"


def test_who_may_only_look_decides_nothing(officer):
    report = make.broadcast(photo=make.photo())
    editor, planner = member_of(roles.EDITOR), member_of(roles.PLANNER)

    step(report, "verify", editor)
    sent = {"action": "verify_several", "_selected_action": [report.pk]}
    editor.post(LIST, sent, follow=True)

    report.refresh_from_db()
    assert report.state == "reported"
    assert editor.get(f"{LIST}add/").status_code == 403
    assert editor.get(f"{LIST}{report.pk}/photo.jpg").status_code == 200
    for path in ("", f"{report.pk}/change/", f"{report.pk}/photo.jpg", f"{report.pk}/sound"):
        assert planner.get(LIST + path).status_code == 403
    assert officer.get(f"{LIST}{report.pk}/sound").status_code == 404


def test_whom_the_office_trusts_with_what_is_to_come_is_written_down(officer):
    station = make.organization()
    address = f"/admin/network/organization/{station.pk}/change/"
    form = officer.get(address).context["adminform"].form
    typed = {name: form[name].value() for name in form.fields if form[name].value()}
    typed |= {"people-TOTAL_FORMS": 0, "people-INITIAL_FORMS": 0}

    for is_trusted in (True, True, False):
        officer.post(address, typed | ({"may_see_embargoed": "on"} if is_trusted else {}))
        assert Organization.objects.get(pk=station.pk).may_see_embargoed == is_trusted

    assert [event.verb for event in audit.trail(station)] == ["distrust", "trust"]
