from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from consulting import editing
from consulting.models import Resource, ResourceEdition, Topic
from tests import make

pytestmark = pytest.mark.django_db
State = ResourceEdition.State


@pytest.fixture
def officer(client):
    """Signed in: writes."""
    person = make.officer("kamon")
    client.force_login(person)
    return person


@pytest.fixture
def head():
    return make.officer("wanna", "head")


def address(edition):
    return reverse("admin:consulting_resourceedition_change", args=[edition.pk])


def step(client, edition, verb, **said):
    return client.post(
        reverse("admin:resourceedition_step", args=[edition.pk, verb]), said, follow=True
    )


def typed(edition, **changed):
    """What the form sends."""
    facts = {
        "kind": edition.resource.kind,
        "topic": edition.resource.topic_id,
        "title_th": edition.title_th,
        "title_en": edition.title_en,
        "body_th": edition.body_th,
        "body_en": edition.body_en,
        "url": "",
        "file_title": edition.file_title,
        "licence": edition.licence,
        "basis": edition.basis,
        "review_by": edition.review_by or "",
        "change_note": edition.change_note,
        "_continue": "1",
    }
    return facts | changed


def told(page):
    return [str(message) for message in page.context["messages"]]


# Writing


def test_something_new_is_begun_and_then_written(client, officer):
    make.resource_draft()
    topic = Topic.objects.get(key="crisis")

    assert client.get("/admin/consulting/resource/add/").status_code == 200
    begun = client.post(
        "/admin/consulting/resource/add/", {"kind": "checklist", "topic": topic.pk}, follow=True
    )
    edition = ResourceEdition.objects.latest("pk")
    later = timezone.localdate() + timedelta(days=365)
    sent = typed(edition, title_th="ชั่วโมงแรก", body_th="<p>หนึ่ง</p>", basis="own", review_by=later)
    client.post(address(edition), sent | {"_submit": "1"})

    edition.refresh_from_db()
    assert begun.redirect_chain[-1][0] == address(edition)
    assert (edition.title_th, edition.state, edition.author) == (
        "ชั่วโมงแรก",
        State.IN_REVIEW,
        officer,
    )
    assert edition.resource.kind == "checklist"


def test_what_is_typed_comes_back_when_somebody_submitted_it_meanwhile(client, officer):
    draft = make.resource_draft()
    editing.submit(draft, by=draft.author)

    page = client.post(address(draft), typed(draft, title_th="ยังไม่ได้บันทึก"))

    assert page.status_code == 200
    assert "ยังไม่ได้บันทึก" in page.content.decode()
    draft.refresh_from_db()
    assert draft.title_th != "ยังไม่ได้บันทึก"


def test_nobody_writes_over_what_another_saved_without_knowing(client, officer):
    draft = make.resource_draft()
    seen = client.get(address(draft)).context["adminform"].form.initial["seen"]
    draft.title_th = "ของอีกคน"
    editing.save(draft, by=draft.author)

    first = client.post(address(draft), typed(draft, title_th="ของฉัน", seen=seen))
    seen = first.context["adminform"].form["seen"].value()
    draft.refresh_from_db()
    kept = draft.title_th
    client.post(address(draft), typed(draft, title_th="ของฉัน", seen=seen))

    draft.refresh_from_db()
    assert (kept, draft.title_th) == ("ของอีกคน", "ของฉัน")


def test_what_is_typed_is_saved_when_it_stays_in_the_office(client, officer):
    draft = make.resource_draft()

    client.post(address(draft), typed(draft, title_th="ของภายใน", _internal="1"))

    draft.refresh_from_db()
    assert (draft.title_th, draft.state) == ("ของภายใน", State.INTERNAL)


def test_a_file_is_judged_by_its_bytes_and_loses_its_name(client, officer):
    draft = make.resource_draft()
    bad = SimpleUploadedFile("plan.pdf", b"<html>")
    good = SimpleUploadedFile("somsri-home.txt", "แบบ".encode())

    refused = client.post(address(draft), typed(draft, upload=bad, file_title="แบบ"))
    draft.refresh_from_db()
    assert (refused.status_code, bool(draft.file)) == (200, False)
    client.post(address(draft), typed(draft, upload=good, file_title="แบบข่าวแจก"))

    draft.refresh_from_db()
    assert (draft.format, draft.size, len(draft.sha256)) == ("txt", 9, 64)
    assert "somsri" not in draft.file.name
    client.post(address(draft), typed(draft, without_file="on"))
    draft.refresh_from_db()
    assert (bool(draft.file), draft.format, draft.size) == (False, "", 0)


def test_a_picture_is_made_anew(client, officer):
    draft = make.resource_draft()
    upload = SimpleUploadedFile("p.png", make.photo(format="PNG").read())

    client.post(address(draft), typed(draft, upload=upload, file_title="ภาพ"))

    draft.refresh_from_db()
    assert draft.format == "jpg"
    assert draft.file.read(3) == b"\xff\xd8\xff"


# Deciding


def test_the_head_reads_ticks_and_publishes(client, officer, head):
    request = make.advisory_request(may_publish=True)
    draft = make.resource_draft(
        "answer",
        basis="consent",
        sources=[request],
        by=officer,
        body_th="<p>โทร 081-234-5678</p>",
        file_title="นายสมชาย ใจดี",
    )
    client.post(address(draft), typed(draft, _submit="1"))
    assert "You may not" not in str(step(client, draft, "publish").content)
    draft.refresh_from_db()
    assert draft.state == State.IN_REVIEW
    client.force_login(head)

    page = client.get(address(draft))
    found = page.context["findings"]
    text = page.content.decode()
    refused = step(client, draft, "publish", accepted=[found[0].key])
    assert len(told(refused)) == 1
    step(client, draft, "publish", accepted=[row.key for row in found])

    draft.refresh_from_db()
    assert draft.state == State.PUBLISHED
    assert len(found) == 2
    assert all(row.excerpt in text for row in found)
    assert request.reference in text


def test_an_editor_sees_neither_the_request_nor_its_words(client):
    request = make.advisory_request(may_publish=True)
    draft = make.resource_draft("answer", sources=[request], original="คำตอบถึงผู้ขอ", basis="consent")
    editing.submit(draft, by=draft.author)
    client.force_login(make.officer("ploy", "editor"))

    page = client.get(address(draft))

    text = page.content.decode()
    assert page.status_code == 200
    assert request.reference not in text
    assert "คำตอบถึงผู้ขอ" not in text


def test_it_is_sent_back_archived_revised_and_looked_at_again(client, officer, head):
    draft = make.resource_draft()
    editing.submit(draft, by=draft.author)
    client.force_login(head)

    step(client, draft, "send-back", remark="เพิ่มตัวอย่าง")
    draft.refresh_from_db()
    assert (draft.state, draft.remark) == (State.DRAFT, "เพิ่มตัวอย่าง")
    assert "เพิ่มตัวอย่าง" in client.get(address(draft)).content.decode()

    step(client, draft, "keep-internal")
    step(client, draft, "submit")
    step(client, draft, "publish")
    ResourceEdition.objects.update(review_by=timezone.localdate())
    step(client, draft, "still-holds")
    draft.refresh_from_db()
    assert draft.review_by > timezone.localdate()

    page = step(client, draft, "revise")
    second = ResourceEdition.objects.latest("pk")
    assert (second.version, page.redirect_chain[-1][0]) == (2, address(second))
    step(client, draft, "archive", reason="เลิกใช้")
    draft.refresh_from_db()
    assert draft.state == State.ARCHIVED


def test_an_officer_may_not_publish(client, officer):
    draft = make.resource_draft()
    editing.submit(draft, by=draft.author)

    for verb in ("publish", "archive", "send-back"):
        step(client, draft, verb, remark="x", reason="x")

    draft.refresh_from_db()
    assert draft.state == State.IN_REVIEW


# Looking


def test_the_list_tells_state_version_review_and_votes(
    client, officer, django_assert_max_num_queries
):
    edition = make.resource()
    editing.vote(edition, is_helpful=True, mark="a")
    editing.vote(edition, is_helpful=False, mark="b", reason="สั้นไป")
    editing.revise(edition.resource, by=officer)
    for _ in range(3):
        make.resource_draft()
    client.get("/admin/consulting/resource/")

    with django_assert_max_num_queries(16):
        page = client.get("/admin/consulting/resource/")

    text = page.content.decode()
    assert edition.title_th in text
    assert "ช่วยได้ 1 จาก 2 คน" in text
    assert ("ฉบับที่ 2" in text, "ทบทวนภายใน" in text) == (True, True)
    assert "สั้นไป" in client.get(address(edition)).content.decode()


def test_the_list_is_searched_and_filtered(client, officer):
    make.resource(title_th="ตอบข่าวลือ")
    make.resource_draft(title_th="พาดหัวข่าว")
    due = make.resource(title_th="ครบกำหนด")
    ResourceEdition.objects.filter(pk=due.pk).update(review_by=timezone.localdate())

    def listed(**query):
        page = client.get("/admin/consulting/resource/", query)
        return [row.versions[0].title_th for row in page.context["cl"].result_list]

    assert listed(q="ข่าว ลือ") == ["ตอบข่าวลือ"]
    assert listed(queue="due") == ["ครบกำหนด"]
    assert listed(queue="draft") == ["พาดหัวข่าว"]
    assert len(listed(queue="published")) == 2
    assert listed(queue="archived") == []


def test_a_resource_leads_to_its_latest_version(client, officer):
    edition = make.resource()
    second = editing.revise(edition.resource, by=officer)

    page = client.get(reverse("admin:consulting_resource_change", args=[edition.resource_id]))

    assert page.headers["Location"] == address(second)


def test_the_front_page_says_what_waits_for_whom(client, officer, head):
    due = make.resource(title_th="ครบกำหนดทบทวน")
    ResourceEdition.objects.filter(pk=due.pk).update(review_by=timezone.localdate())
    mine = make.resource_draft(title_th="รออ่าน", by=officer)
    editing.submit(mine, by=officer)

    def rows(person):
        client.force_login(User.objects.get(pk=person.pk))
        groups = client.get("/admin/").context["task_lists"]
        return {str(row["about"]) for group in groups for row in group["rows"]}

    assert rows(officer) & {"ครบกำหนดทบทวน", "รออ่าน"} == {"ครบกำหนดทบทวน"}
    assert rows(head) >= {"ครบกำหนดทบทวน", "รออ่าน"}
    editing.send_back(mine, by=head, remark="แก้")
    assert "รออ่าน" in rows(officer)
    assert Resource.objects.count() == 2


def test_drafts_from_requests_are_closed_to_whom_sees_no_requests(client, officer):
    """Editors write resources too; the words of a request reach them once these were redacted."""
    editor = make.officer("nattaya", "editor")
    request = make.advisory_request(contact="สมศรี ตัวอย่าง")
    raw = make.resource_draft(
        "answer", by=officer, sources=[request], title_th="คำถามของสมศรี", basis="anonymous"
    )
    raw.file.save("a.txt", ContentFile(b"x"))
    ResourceEdition.objects.filter(pk=raw.pk).update(format="txt", file_title="แนบ")
    pages = [address(raw), f"/consulting/resources/files/{raw.pk}/"]
    pages += [reverse("admin:consulting_resource_change", args=[raw.resource_id])]
    seen = [client.get(page, follow=True).status_code for page in pages]
    client.force_login(editor)

    listed = client.get("/admin/consulting/resource/")
    closed = [client.get(page).status_code for page in pages]
    pressed = client.post(reverse("admin:resourceedition_step", args=[raw.pk, "submit"]))
    raw.refresh_from_db()
    editing.submit(raw, by=officer)
    read = client.get(address(raw))

    assert seen == [200, 200, 200]
    assert "คำถามของสมศรี" not in listed.text
    assert closed == [302, 404, 404]  # Django leads whoever finds no row to the front page
    assert pressed.status_code == 404
    assert read.status_code == 200
    assert "คำถามของสมศรี" in read.text
