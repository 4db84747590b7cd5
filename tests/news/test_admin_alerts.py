"""The desk of alerts: a minute's form, who may press which button, and what each does."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from lopburi_pr.templatetags.thai import daytime
from news import alerting
from news.alert_forms import AlertForm
from news.dangers import DANGERS
from news.models import Alert, Occasion
from office import roles
from office.models import District, OfficeIdentity
from tests import make

HOUR = timedelta(hours=1)
ADD = "/admin/news/alert/add/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _places():
    make.district()
    make.district("1605", "ท่าวุ้ง", "Tha Wung")
    OfficeIdentity(name_th="สำนักงานประชาสัมพันธ์จังหวัดลพบุรี", name_en="Lopburi PR Office").save()


def of_role(role):
    """Somebody with that role, as load_office gives it, and a browser signed in."""
    roles.sync()
    user = User.objects.create_user(role, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    browser = Client()
    browser.force_login(user)
    browser.user = user
    return browser


@pytest.fixture
def head():
    return of_role("head")


@pytest.fixture
def writer():
    return of_role("editor")


def hurried(**fields):
    """What a hurried person sends: danger, a district, six hours, and a form of empty fields."""
    sent = dict.fromkeys(AlertForm.base_fields, "")
    for moment in ("shown_from", "onset_at", "expires_at"):
        del sent[moment]
    sent |= {"danger": "flash-flood", "districts": [District.objects.get(code="1601").pk]}
    sent |= {"provinces": [], "lasts": "6", "status": "Actual", "agency_th": "สำนักงาน"}
    return sent | fields


def unchanged(browser, alert):
    """What the form of an alert sends when nothing was touched."""
    form = browser.get(f"/admin/news/alert/{alert.pk}/change/").context["adminform"].form
    sent = {}
    for name, field in form.fields.items():
        value = form[name].value()
        if hasattr(field, "fields"):
            day, hour = value or ("", "")
            sent |= {f"{name}_0": day, f"{name}_1": hour}
        elif isinstance(value, list):
            sent[name] = [getattr(row, "pk", row) for row in value]
        else:
            sent[name] = "" if value is None else value
    return sent


def press(browser, button, alert=None, **fields):
    """Save a form by one of its buttons; the sentences the next page says."""
    path = f"/admin/news/alert/{alert.pk}/change/" if alert else ADD
    sent = unchanged(browser, alert) | fields if alert else hurried(**fields)
    answer = browser.post(path, sent | {button: "1"}, follow=True)
    assert answer.status_code == 200
    return [str(message) for message in answer.context["messages"]] if answer.context else []


def step(browser, alert, name, **fields):
    answer = browser.post(f"/admin/news/alert/{alert.pk}/{name}/", fields, follow=True)
    return [str(message) for message in answer.context["messages"]]


# The form


def test_danger_and_district_are_enough(head):
    press(head, "_alone")

    alert = Alert.objects.active().get()
    usual = DANGERS["flash-flood"]
    assert {name: getattr(alert, name) for name in usual} == usual
    assert alert.headline_th == "แจ้งเตือนน้ำท่วมฉับพลัน: เมืองลพบุรี"
    assert alert.headline_en == "Flash flood: Mueang Lop Buri"
    assert [district.code for district in alert.districts.all()] == ["1601"]
    assert timezone.now() + 5.9 * HOUR < alert.expires_at < timezone.now() + 6 * HOUR
    assert (alert.written_by, alert.approved_by) == (head.user, head.user)


def test_own_words_win_over_the_usual_ones(writer):
    press(writer, "_continue", severity="Minor", instruction_th="ปิดประตู", headline_th="น้ำมาแล้ว")

    alert = Alert.objects.get()
    assert (alert.severity, alert.instruction_th) == ("Minor", "ปิดประตู")
    assert alert.headline_th == "น้ำมาแล้ว"
    assert alert.urgency == "Immediate"


def test_without_a_danger_its_name_is_asked_for(writer):
    answer = writer.post(ADD, hurried(danger="") | {"_continue": "1"})

    errors = answer.context["adminform"].form.errors
    assert set(errors) == {"event_th", "headline_th"}
    assert not Alert.objects.exists()


def test_an_end_is_asked_for(writer):
    answer = writer.post(ADD, hurried(lasts="") | {"_continue": "1"})

    assert set(answer.context["adminform"].form.errors) == {"expires_at"}


def test_an_end_may_be_written_as_people_write_it(writer):
    end = timezone.localtime() + 2 * HOUR
    press(
        writer,
        "_continue",
        lasts="",
        expires_at_0=f"{end.day}/{end.month}/{end.year + 543}",
        expires_at_1=f"{end:%H.%M} น.",
    )

    assert Alert.objects.get().expires_at == end.replace(second=0, microsecond=0)


def test_the_form_opens_with_the_office_and_six_hours(writer):
    page = writer.get(ADD)

    form = page.context["adminform"].form
    assert form["agency_th"].value() == "สำนักงานประชาสัมพันธ์จังหวัดลพบุรี"
    assert form["lasts"].value() == 6
    assert 'src="/static/js/alert.js"' in page.text.replace("&quot;", '"')


@pytest.mark.parametrize("key", DANGERS)
def test_the_usual_words_of_a_danger_are_complete(key):
    words = DANGERS[key]
    alert = make.alert(**words)
    alert.full_clean()

    assert alerting.obstacles(alert) == []
    assert all(words.values())


def test_usual_dangers_are_told_to_the_script(writer):
    form = writer.get(ADD).context["adminform"].form

    assert json.loads(form.fields["danger"].widget.attrs["data-dangers"]) == DANGERS


# Two people


def test_editor_submits_and_head_issues_untouched(writer, head):
    press(writer, "_submit")
    waiting = Alert.objects.waiting().get()

    press(head, "_issue", waiting)

    alert = Alert.objects.active().get()
    assert (alert.written_by, alert.approved_by) == (writer.user, head.user)
    assert alert.is_emergency is False


def test_head_who_changes_the_words_becomes_the_writer(writer, head):
    press(writer, "_submit")
    waiting = Alert.objects.waiting().get()

    said = press(head, "_issue", waiting, headline_th="พาดหัวใหม่")

    assert said == ["ท่านเป็นผู้เขียนข้อความนี้ ให้ผู้อื่นเป็นผู้ออกแจ้งเตือน หรือเลือกออกโดยลำพัง"]
    assert not Alert.objects.sent().exists()
    assert Alert.objects.get().written_by == head.user


def test_head_alone_is_listed_until_another_confirms(head, writer):
    press(head, "_alone")
    alert = Alert.objects.unconfirmed().get()
    own = step(head, alert, "confirm")

    step(writer, alert, "confirm")

    assert own == ["ผู้ยืนยันต้องเป็นคนละคนกับผู้ออกแจ้งเตือน"]
    assert Alert.objects.get().confirmed_by == writer.user


@pytest.mark.parametrize("button", ["_issue", "_alone"])
def test_editor_who_sends_a_heads_button_issues_nothing(writer, button):
    said = press(writer, button)

    assert said == ["บันทึกร่างแล้ว การออกแจ้งเตือนเป็นอำนาจของประชาสัมพันธ์จังหวัด"]
    assert Alert.objects.drafts().count() == 1


def test_editor_sees_no_button_to_issue(writer, head):
    alert = make.alert(written_by=writer.user)
    path = f"/admin/news/alert/{alert.pk}/change/"

    assert 'name="_issue"' in head.get(path).text
    assert 'name="_alone"' not in head.get(path).text
    assert 'name="_alone"' in head.get(ADD).text
    assert 'name="_issue"' not in writer.get(path).text
    assert 'name="_alone"' not in writer.get(ADD).text


def test_refused_submission_says_why_and_keeps_the_draft(writer):
    said = press(writer, "_submit", districts=[])

    assert said == ["เลือกอำเภอ หรือเลือกทั้งจังหวัด"]
    assert Alert.objects.drafts().count() == 1


def test_head_sends_back_with_a_reason(writer, head):
    press(writer, "_submit")
    alert = Alert.objects.get()

    without = step(head, alert, "send-back")
    step(head, alert, "send-back", reason="สะพานไหน")

    assert without == ["กรอกสิ่งที่ต้องแก้ไข"]
    assert "สะพานไหน" in writer.get(f"/admin/news/alert/{alert.pk}/change/").text
    assert Alert.objects.drafts().count() == 1


@pytest.mark.parametrize("name", ["send-back", "take-back"])
def test_steps_of_the_head_are_refused_to_the_editor(writer, name):
    alert = make.issued(shown_from=timezone.now() + HOUR)
    if name == "send-back":
        alert = make.alert()
        alerting.submit(alert, by=writer.user)

    said = step(writer, alert, name, reason="x")

    assert said == ["คุณไม่มีสิทธิ์ทำรายการนี้"]


@pytest.mark.parametrize("name", ["send-back", "take-back", "confirm", "follow", "cancel"])
def test_steps_are_taken_by_post_alone_and_by_staff_alone(head, client, name):
    path = f"/admin/news/alert/{make.issued().pk}/{name}/"

    assert head.get(path).status_code == 405
    assert client.post(path).status_code == 302
    assert "login" in client.post(path).headers["Location"]


# What was sent


def test_what_was_sent_is_read_only(head):
    alert = make.issued()
    path = f"/admin/news/alert/{alert.pk}/change/"

    page = head.get(path)
    answer = head.post(path, hurried(headline_th="อื่น") | {"_issue": "1"})

    assert 'name="headline_th"' not in page.text
    assert alert.headline_th in page.text
    assert daytime(alert.expires_at) in page.text
    assert f"{timezone.now():%Y}, " not in page.text
    assert answer.status_code == 403
    assert head.post(f"/admin/news/alert/{alert.pk}/delete/", {"post": "yes"}).status_code == 403


def test_update_is_a_draft_of_its_own(writer):
    alert = make.issued()

    step(writer, alert, "follow")

    draft = Alert.objects.drafts().get()
    assert (draft.updates, draft.written_by) == (alert, writer.user)
    assert (
        "shown_from"
        not in writer.get(f"/admin/news/alert/{draft.pk}/change/").context["adminform"].form.fields
    )


def test_head_cancels_at_once_and_another_confirms(head):
    alert = make.issued()

    without = step(head, alert, "cancel", reason="")
    step(head, alert, "cancel", reason="น้ำลดแล้ว")

    assert without == ["กรอกเหตุผลที่ยกเลิก"]
    assert not Alert.objects.active().exists()
    assert Alert.objects.unconfirmed().get().updates == alert


def test_editor_asks_the_head_to_cancel(writer, head):
    alert = make.issued()

    step(writer, alert, "cancel", reason="น้ำลดแล้ว")
    cancellation = Alert.objects.waiting().get()
    still = Alert.objects.active().get()
    press(head, "_issue", cancellation)

    assert still == alert
    assert not Alert.objects.active().exists()
    assert not Alert.objects.unconfirmed().exists()


def test_head_takes_back_what_nobody_has_seen(head):
    alert = make.issued(shown_from=timezone.now() + HOUR)

    step(head, alert, "take-back")

    assert list(Alert.objects.drafts()) == [alert]
    # It has a number, which is never given again.
    assert head.post(f"/admin/news/alert/{alert.pk}/delete/", {"post": "yes"}).status_code == 403


def test_drafts_may_be_deleted(writer):
    alert = make.alert()

    writer.post(f"/admin/news/alert/{alert.pk}/delete/", {"post": "yes"})

    assert not Alert.objects.exists()


# The list and the front page of the desk


def every_stage(head):
    make.alert(headline_th="ร่าง")
    waiting = make.alert(headline_th="รอ")
    alerting.submit(waiting, by=head.user)
    make.issued(headline_th="มีผล")
    make.issued(headline_th="ภายหลัง", shown_from=timezone.now() + HOUR)
    cancelled = make.issued(headline_th="เดิม")
    draft = alerting.cancel(cancelled, by=head.user, reason="x")
    alerting.issue(draft, by=head.user, alone=True)
    now = timezone.now()
    make.issued(headline_th="จบ", at=now - 3 * HOUR, expires_at=now - HOUR)


def test_list_says_where_each_stands(head):
    every_stage(head)

    page = head.get("/admin/news/alert/").text

    for label in ("ร่าง", "รอประชาสัมพันธ์จังหวัดอนุมัติ", "มีผลอยู่", "ออกแล้ว ยังไม่ถึงเวลาแสดง"):
        assert label in page
    for label in ("ปรับปรุงหรือยกเลิกแล้ว", "ประกาศยกเลิกแล้ว", "สิ้นสุดแล้ว"):
        assert label in page


@pytest.mark.parametrize(
    ("stage", "headlines"),
    [
        ("active", {"มีผล"}),
        ("waiting", {"รอ"}),
        ("draft", {"ร่าง"}),
        ("unconfirmed", {"ยกเลิกการแจ้งเตือน: เดิม"}),
    ],
)
def test_list_is_narrowed_by_stage(head, stage, headlines):
    every_stage(head)

    rows = head.get(f"/admin/news/alert/?stage={stage}").context["cl"].queryset

    assert {alert.headline_th for alert in rows} == headlines


def test_front_page_counts_what_needs_somebody_and_leads_there_in_one_tap(head):
    every_stage(head)

    counts = {str(item["label"]): item for item in head.get("/admin/").context["waiting"]}

    waiting = Alert.objects.waiting().get()
    assert counts["แจ้งเตือนที่มีผลอยู่"]["count"] == 1
    assert counts["แจ้งเตือนรออนุมัติ"]["url"] == f"/admin/news/alert/{waiting.pk}/change/"
    assert counts["แจ้งเตือนรอผู้อื่นยืนยัน"]["count"] == 1


def test_front_page_offers_to_raise_an_alert_to_those_who_may(head):
    assert f'href="{ADD}"' in head.get("/admin/").text
    assert f'href="{ADD}"' not in of_role("planner").get("/admin/").text


def test_list_costs_the_same_for_one_and_for_many(head, django_assert_max_num_queries):
    make.issued()
    head.get("/admin/news/alert/")
    with django_assert_max_num_queries(20) as one:
        head.get("/admin/news/alert/")
    cost = len(one)
    for _ in range(3):
        make.issued()

    head.get("/admin/news/alert/")  # what readers' pages remember is read anew
    with django_assert_max_num_queries(cost):
        head.get("/admin/news/alert/")


# Occasions


def test_head_schedules_an_occasion_and_editor_may_not(head, writer):
    sent = {"title_th": "ทรงพระเจริญ", "kind": "royal", "is_muted": "on"}
    sent |= {"shown_from_0": "28/7/2570", "shown_from_1": "00:00"}
    sent |= {"shown_until_0": "29/7/2570", "shown_until_1": "00:00"}

    answer = head.post("/admin/news/occasion/add/", sent)

    assert answer.status_code == 302
    occasion = Occasion.objects.get()
    assert timezone.localtime(occasion.shown_from).isoformat() == "2027-07-28T00:00:00+07:00"
    assert writer.get("/admin/news/occasion/add/").status_code == 403


def test_an_occasion_that_ends_before_it_begins_is_refused(head):
    sent = {"title_th": "ก", "kind": "royal", "shown_from_0": "29/7/2570", "shown_from_1": "00:00"}
    sent |= {"shown_until_0": "28/7/2570", "shown_until_1": "00:00"}

    answer = head.post("/admin/news/occasion/add/", sent)

    assert answer.status_code == 200
    assert not Occasion.objects.exists()
