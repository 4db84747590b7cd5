"""The fact-checkers' desk: from the queue to a published verdict, and who may do what."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from lopburi_pr.templatetags.thai import day_long
from news import fact_checking
from news.models import Claim, Picture, Verdict
from office import roles
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _roles():
    roles.sync()


def person(role):
    made = make.user(role, is_staff=True)
    made.groups.add(Group.objects.get(name=role))
    return made


def desk_of(role):
    client = Client()
    client.force_login(person(role))
    return client


def page(row):
    return reverse(f"admin:news_{row._meta.model_name}_change", args=[row.pk])


def take(client, row, verb, **typed):
    address = reverse(f"admin:{row._meta.model_name}_step", args=[row.pk, verb])
    return client.post(address, typed, follow=True)


def typed(verdict, **fields):
    """A verdict's form as a browser sends it."""
    rows = list(verdict.evidence.all())
    form = {
        "label": "false",
        "claim_text": "แจกเงินผ่านลิงก์",
        "short_answer": "ไม่มีโครงการนี้",
        "explanation": "<p>ถามแล้ว</p>",
        "evidence-TOTAL_FORMS": 1,
        "evidence-INITIAL_FORMS": len(rows),
        "evidence-0-id": rows[0].pk if rows else "",
        "evidence-0-verdict": verdict.pk,
        "evidence-0-title": "ไม่มีโครงการ",
        "evidence-0-said_by": "ปภ.",
        "evidence-0-said_on": "24/11/2569",
        "evidence-0-url": "",
    }
    return form | fields


def test_the_queue_shows_what_waits_with_its_clock():
    late = make.claim("เขื่อนแตก", ago=timedelta(days=9), reports=7)
    make.claim("ถนนปิด")
    make.answered(make.claim("ตอบแล้ว"))

    client = desk_of("editor")
    queue = client.get("/admin/news/claim/")
    overdue = client.get("/admin/news/claim/?queue=overdue")

    assert [row.text for row in queue.context["cl"].result_list] == ["เขื่อนแตก", "ถนนปิด"]
    assert list(overdue.context["cl"].result_list) == [late]
    assert "เกินกำหนด" in overdue.text
    assert "ตอบแล้ว" in client.get("/admin/news/claim/?queue=answered").text


def test_from_a_rumour_to_a_verdict_that_readers_see(client):
    claim = make.claim()
    editor, head = desk_of("editor"), desk_of("head")

    take(editor, claim, "take")
    take(editor, claim, "answer")
    verdict = claim.verdicts.get()
    saved = editor.post(page(verdict), typed(verdict, _submit="1"), follow=True)
    assert "ส่งแล้ว" in saved.text or verdict.claim.verdicts.submitted().exists()
    assert client.get(f"/fact-check/{claim.pk}/").context.get("verdict") is None

    waiting = head.get("/admin/").text
    assert page(verdict) in waiting
    verdict.refresh_from_db()
    take(head, verdict, "approve", seen=verdict.lock_version)

    shown = client.get(f"/fact-check/{claim.pk}/")
    assert "ไม่มีโครงการนี้" in shown.text
    assert "24 พฤศจิกายน 2569" in shown.text


def test_an_editor_can_t_approve_nor_the_head_a_text_of_their_own():
    editor, head = desk_of("editor"), desk_of("head")
    claim = make.claim()
    take(head, claim, "answer")
    verdict = claim.verdicts.get()
    head.post(page(verdict), typed(verdict, _submit="1"))
    verdict.refresh_from_db()

    for somebody in (editor, head):
        take(somebody, verdict, "approve", seen=verdict.lock_version)

    verdict.refresh_from_db()
    assert (verdict.state, len(verdict.writers)) == ("submitted", 1)


def test_the_head_returns_a_verdict_and_its_writer_finds_it_on_the_front_page():
    editor, head = desk_of("editor"), desk_of("head")
    claim = make.claim()
    take(editor, claim, "answer")
    verdict = claim.verdicts.get()
    editor.post(page(verdict), typed(verdict, _submit="1"))

    take(head, verdict, "send-back", reason="ขอหลักฐานจากกรม")

    assert page(verdict) in editor.get("/admin/").text
    assert "ขอหลักฐานจากกรม" in editor.get(page(verdict)).text
    assert page(verdict) not in head.get("/admin/").text


def test_what_misses_is_said_and_what_was_typed_is_kept():
    editor = desk_of("editor")
    claim = make.claim()
    take(editor, claim, "answer")
    verdict = claim.verdicts.get()

    answer = editor.post(page(verdict), typed(verdict, label="", _submit="1"), follow=True)

    verdict.refresh_from_db()
    assert (verdict.state, verdict.claim_text) == ("draft", "แจกเงินผ่านลิงก์")
    assert "เลือกผลการตรวจสอบ" in answer.text


def test_the_number_of_our_news_becomes_its_address():
    edition = make.published()
    editor = desk_of("editor")
    claim = make.claim()
    take(editor, claim, "answer")
    verdict = claim.verdicts.get()

    form = typed(verdict, **{"evidence-0-url": edition.article.reference.lower()})
    editor.post(page(verdict), form | {"_continue": "1"})
    answer = editor.post(page(verdict), typed(verdict, **{"evidence-0-url": "javascript:alert(1)"}))

    assert verdict.evidence.get().url == edition.get_absolute_url()
    assert answer.status_code == 200  # the form again
    assert verdict.evidence.get().url == edition.get_absolute_url()


def test_an_approved_verdict_is_read_only_and_changed_by_a_new_version():
    verdict = make.answered()
    editor = desk_of("editor")

    answer = editor.post(page(verdict), typed(verdict, short_answer="เปลี่ยน"))
    shown = editor.get(page(verdict)).text
    take(editor, verdict, "answer")

    assert answer.status_code == 403
    assert day_long(verdict.evidence.first().said_on) in shown
    assert Verdict.objects.get(version=2).label == verdict.label
    assert 'name="change_note"' in editor.get(page(Verdict.objects.get(version=2))).text


def test_joining_and_declining_from_the_page_of_a_claim():
    editor = desk_of("editor")
    claim = make.claim()
    other, third = make.claim("ลงทะเบียนรับเงินเยียวยา 9,000 บาท"), make.claim("เรื่องส่วนตัว")

    assert page(claim) in editor.get(page(other)).text  # perhaps the same
    assert "ไม่มีเรื่องที่ใช้เลขนี้" in take(editor, other, "join", to="x").text
    take(editor, other, "join", to=str(claim.pk))
    take(editor, third, "decline", reason="เป็นเรื่องส่วนบุคคล")

    other.refresh_from_db()
    third.refresh_from_db()
    assert (other.same_as, third.state) == (claim, Claim.State.DECLINED)


@pytest.mark.parametrize("role", ["officer", "planner"])
def test_others_see_nothing_of_it(role):
    claim = make.claim()
    client = desk_of(role)

    assert client.get("/admin/news/claim/").status_code == 403
    assert client.get(page(claim)).status_code == 403
    take(client, claim, "take")
    claim.refresh_from_db()
    assert claim.state == "received"


def test_steps_are_taken_by_post_and_unknown_ones_are_not_there():
    claim = make.claim()
    client = desk_of("editor")

    assert client.get(reverse("admin:claim_step", args=[claim.pk, "take"])).status_code == 405
    assert take(client, claim, "eat").status_code == 404


def test_pictures_that_people_sent_are_none_of_the_library_s():
    claim = make.claim(picture=make.picture(title="ส่งมา"))
    make.picture(title="ของเรา")
    client = desk_of("editor")

    listed = client.get("/admin/news/picture/").text

    assert "ของเรา" in listed
    assert "ส่งมา" not in listed
    assert f"/pictures/{claim.picture_id}/original.jpg" in client.get(page(claim)).text
    assert client.get(f"/pictures/{claim.picture_id}/original.jpg").status_code == 200
    make.placement(make.draft(), picture=Picture.objects.get(title="ส่งมา"))
    assert "ส่งมา" in client.get("/admin/news/picture/").text


def test_the_front_page_counts_what_waits_and_what_is_late():
    make.claim("ก", ago=timedelta(days=9))
    make.claim("ข")
    fact_checking.decline(make.claim("ค"), by=None, reason="ไม่")

    page_ = desk_of("editor").get("/admin/")

    counts = {item["url"]: item["count"] for item in page_.context["waiting"]}
    assert counts["/admin/news/claim/"] == 2
    assert counts["/admin/news/claim/?queue=overdue"] == 1
