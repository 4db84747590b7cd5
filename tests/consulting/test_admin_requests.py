"""The desk: the queue, one case with its steps, what comes in by telephone and letter."""

import random
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from consulting import casework, letters
from consulting.casework_forms import STEPS
from consulting.models import AdvisoryRequest, Message, RequestLetter, Resource, ResourceEdition
from lopburi_pr.thai_calendar import BANGKOK
from tests import make
from tests.consulting.conftest import signed_in

QUEUE = "/admin/consulting/advisoryrequest/"
MONDAY = datetime(2026, 11, 30, 10, tzinfo=BANGKOK)


@pytest.fixture
def monday(travel):
    """Before anybody signs in: a session does not outlive a night."""
    travel(MONDAY)


def at(advice):
    return advice.get_admin_url()


def take(client, advice, verb, **typed):
    return client.post(reverse("admin:advisoryrequest_step", args=[advice.pk, verb]), typed)


def subjects(client, **query):
    return [row.subject for row in client.get(QUEUE, query).context["cl"].result_list]


def in_review(officer, **given):
    advice = make.advisory_request(**given)
    casework.take(advice, by=officer)
    answer = casework.write_answer(advice, "ใช้ข้อความเดียวต่อแผงค้า", by=officer)
    casework.submit_answer(answer, by=officer)
    return advice


# The queue


@pytest.mark.usefixtures("monday")
def test_the_queue_begins_with_what_is_due_first(desk, officer):
    make.advisory_request(subject="รอได้", received_at=MONDAY)
    waiting = make.advisory_request(subject="รอผู้ขอ", received_at=MONDAY)
    casework.take(waiting, by=officer)
    casework.ask_for_more(waiting, "งบประมาณเท่าไร", by=officer)
    make.advisory_request("crisis", subject="ข่าวลือ", received_at=MONDAY)
    make.advisory_request(subject="ค้างอยู่", received_at=MONDAY - timedelta(days=14))

    page = desk.get(QUEUE)

    assert [row.subject for row in page.context["cl"].result_list] == [
        *("ค้างอยู่", "ข่าวลือ", "รอได้", "รอผู้ขอ")
    ]
    for told in ("เกินกำหนด 7 วันทำการ", "ครบกำหนดวันนี้ 11:00 น.", "รอผู้ขอ"):
        assert told in page.text


def test_every_queue_shows_its_own(desk, officer):
    own = make.advisory_request(subject="ของฉัน")
    casework.take(own, by=officer)
    make.advisory_request(subject="ไม่มีคนรับ")
    make.advisory_request("crisis", subject="วิกฤต")
    in_review(officer, subject="รอตรวจ")
    old = make.advisory_request(subject="เกินแล้ว", received_at=MONDAY - timedelta(days=300))
    ended = make.advisory_request(subject="จบแล้ว")
    casework.decline(ended, by=officer, reason="เหตุผล")

    assert subjects(desk, queue="mine") == ["ของฉัน", "รอตรวจ"]
    assert set(subjects(desk, queue="unassigned")) == {"ไม่มีคนรับ", "วิกฤต", "เกินแล้ว"}
    assert subjects(desk, queue="crisis") == ["วิกฤต"]
    assert subjects(desk, queue="overdue") == [old.subject]
    assert subjects(desk, queue="review") == ["รอตรวจ"]
    assert subjects(desk, queue="waiting") == []
    assert "จบแล้ว" in subjects(desk, queue="all")
    assert "จบแล้ว" not in subjects(desk)


@pytest.mark.parametrize("told", ["{0}", "{1}/{2}", "ปช {1} / 000{2}"])
def test_a_request_is_found_by_its_number_as_it_is_told(desk, officer, told):
    make.advisory_request()
    ended = make.advisory_request(subject="จบแล้ว")
    casework.decline(ended, by=officer, reason="เหตุผล")

    words = told.format(ended.reference, ended.year, ended.number)

    assert subjects(desk, q=words) == ["จบแล้ว"]
    thai = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
    assert subjects(desk, q=words.translate(thai)) == ["จบแล้ว"]


def test_agency_and_subject_are_found_too(desk):
    make.advisory_request(agency="เทศบาลเมืองทดสอบ", subject="งานหนึ่ง")
    make.advisory_request(agency="โรงเรียน", subject="งานสอง")

    assert subjects(desk, q="เมืองทดสอบ") == ["งานหนึ่ง"]
    assert subjects(desk, q="งานสอง") == ["งานสอง"]


@pytest.mark.parametrize("many", [1, 40])
def test_the_queue_costs_the_same_however_long(desk, officer, many, django_assert_max_num_queries):
    for n in range(many):
        late = timezone.now() - timedelta(days=n % 3 * 30)
        body = make.organization(name_th=f"เทศบาลที่ {n}")
        advice = make.advisory_request(subject=f"เรื่องที่ {n}", agency=body.name_th, received_at=late)
        if n % 2:
            casework.take(advice, by=officer)
    desk.get(QUEUE)

    with django_assert_max_num_queries(10):
        page = desk.get(QUEUE)

    assert len(page.context["cl"].result_list) == min(many, 30)


# One case


@pytest.mark.usefixtures("monday")
def test_the_case_tells_what_the_requester_sees_of_the_time(desk):
    advice = make.advisory_request(received_at=MONDAY)

    page = desk.get(at(advice))

    assert page.context["promised"][0].first_reply.due.explained in page.text
    assert page.context["main"].key == "take"


def test_an_officer_takes_asks_and_writes_and_the_head_sends(desk, heads_desk):
    advice = make.advisory_request()

    assert take(desk, advice, "take").status_code == 302
    assert take(desk, advice, "ask", text="งบประมาณเท่าไร").status_code == 302
    advice.refresh_from_db()
    assert advice.state == "waiting-requester"
    casework.reply(advice, "40,000 บาท")
    assert take(desk, advice, "answer", text="ใช้ข้อความเดียว", then="submit").status_code == 302
    own = desk.get(at(advice))
    assert own.context["main"] is None
    assert take(desk, advice, "send").status_code == 400
    review = heads_desk.get(at(advice))
    assert review.context["main"].key == "send"
    assert "ใช้ข้อความเดียว" in review.text
    assert take(heads_desk, advice, "send").status_code == 302

    advice.refresh_from_db()
    assert advice.state == "answered"
    assert advice.messages.get(is_answer=True).reviewer.username == "wanna"


def test_what_was_typed_stays_when_a_step_is_refused(desk, officer):
    advice = make.advisory_request()
    casework.take(advice, by=officer)
    page = desk.get(at(advice))
    casework.decline(advice, by=officer, reason="ทำไม่ได้")

    answer = take(desk, advice, "answer", text="คำตอบยาวที่พิมพ์ไว้นาน", then="submit")

    assert page.status_code == 200
    assert answer.status_code == 400
    assert "คำตอบยาวที่พิมพ์ไว้นาน" in answer.text
    assert "ทำขั้นตอนนี้ไม่ได้" in answer.text
    assert answer.text.index("ยังไม่ได้ส่งหรือบันทึก") < answer.text.index("สิ่งที่ขอ")
    assert not Message.objects.filter(is_answer=True).exists()


def test_words_sent_twice_arrive_once(desk, officer):
    advice = make.advisory_request()
    casework.take(advice, by=officer)
    key = "5a1f6a36-11c1-4c4e-8f62-0e1a2c3d4e5f"

    for _ in range(2):
        assert take(desk, advice, "say", text="เริ่มงานแล้ว", sending=key).status_code == 302

    assert advice.messages.filter(is_from_office=True).count() == 1


def test_a_note_is_marked_and_leaves_in_no_letter(desk, officer):
    advice = make.advisory_request()
    take(desk, advice, "note", text="ความลับในห้อง")

    page = desk.get(at(advice))

    assert "ภายใน ไม่ส่งออก" in page.text
    assert "ความลับในห้อง" in page.text
    for letter in RequestLetter.objects.all():
        assert "ความลับในห้อง" not in letters.message(letter).body


def test_files_of_an_answer_are_added_taken_out_and_handed_to_staff_alone(desk, officer, client):
    advice = make.advisory_request()
    casework.take(advice, by=officer)
    paper = SimpleUploadedFile("แผน.pdf", b"%PDF-1.7\n%%EOF\n")
    take(desk, advice, "answer", text="ดูแผน", files=paper)
    file = advice.files.get()
    address = reverse("admin:consulting_advisoryrequest_file", args=[advice.pk, file.pk])

    got = desk.get(address)

    assert got.status_code == 200
    assert got["Content-Type"] == "application/pdf"
    assert signed_in(make.officer("ed", "editor")).get(address).status_code == 403
    assert client.get(address).status_code == 302
    other = make.advisory_request()
    wrong = reverse("admin:consulting_advisoryrequest_file", args=[other.pk, file.pk])
    assert desk.get(wrong).status_code == 404
    take(desk, advice, "answer", text="ดูแผน", drop=file.pk)
    assert not advice.files.exists()


def test_what_is_given_along_follows_the_draft_and_stays_once_it_was_sent(desk, heads_desk):
    advice = make.advisory_request()
    first, second = published("แม่แบบแผนรณรงค์", advice), published("รายการตรวจสอบ", advice)
    take(desk, advice, "take")

    take(desk, advice, "answer", text="ดูแม่แบบ", editions=[first.pk, second.pk])
    take(desk, advice, "answer", text="ดูแม่แบบ", editions=first.pk, then="submit")
    take(heads_desk, advice, "send")
    casework.reply(advice, "ขอรายการตรวจสอบด้วย")
    take(desk, advice, "answer", text="ได้เลย", editions=second.pk)
    take(desk, advice, "answer", text="ได้เลย")

    assert [each.edition for each in advice.given.all()] == [first]


def published(title, advice):
    resource = Resource.objects.create(kind="template", topic=advice.topic)
    return ResourceEdition.objects.create(
        resource=resource,
        version=1,
        title_th=title,
        body_th="<p>…</p>",
        basis="own",
        state="published",
        publisher=make.user(),
        published_at=timezone.now(),
        review_by=timezone.localdate(),
    )


def test_whoever_has_it_hands_it_on_and_the_head_gives_it_to_anybody(desk, heads_desk, officer):
    colleague = make.officer("somchai")
    advice = make.advisory_request()

    assert take(desk, advice, "assign", to=colleague.pk).status_code == 403
    assert take(heads_desk, advice, "assign", to=officer.pk).status_code == 302
    assert take(desk, advice, "assign", to=colleague.pk, note="รับช่วงต่อ").status_code == 302

    advice.refresh_from_db()
    assert advice.assignee == colleague


@pytest.mark.parametrize(
    ("verb", "typed"),
    [
        ("forward", {"to": "สำนักงานประชาสัมพันธ์จังหวัดชัยนาท", "reason": "อยู่นอกจังหวัด"}),
        ("decline", {"reason": "ของถูกจองแล้ว"}),
    ],
)
def test_only_the_head_ends_with_a_reason(desk, heads_desk, verb, typed):
    advice = make.advisory_request()

    assert take(desk, advice, verb, **typed).status_code == 403
    assert take(heads_desk, advice, verb, **(typed | {"reason": " "})).status_code == 400
    assert take(heads_desk, advice, verb, **typed).status_code == 302
    assert take(desk, advice, "again", reason="ขอใหม่").status_code == 403
    assert take(heads_desk, advice, "again", reason="ขอใหม่").status_code == 302

    advice.refresh_from_db()
    assert advice.state == "received"


def test_a_request_from_another_province_shows_where_to_forward_it(heads_desk):
    chainat = make.province("18", "ชัยนาท", "Chai Nat", "Chai Nat")
    advice = make.advisory_request(province=chainat)

    page = heads_desk.get(at(advice))

    assert page.text.count("สำนักงานประชาสัมพันธ์จังหวัดชัยนาท") >= 2


def test_doubles_are_suggested_and_joined_by_number(desk):
    first = make.advisory_request(subject="ครั้งแรก")
    second = make.advisory_request(subject="ครั้งที่สอง")

    assert first.reference in desk.get(at(second)).text
    assert take(desk, second, "join", into="ปช.2570/9999").status_code == 400
    answer = take(desk, second, "join", into=first.reference)

    assert answer.url == at(first)
    second.refresh_from_db()
    assert second.merged_into == first


def test_an_answer_that_was_sent_begins_a_draft_for_everybody_once(desk, head, officer):
    advice = in_review(officer)
    too_early = take(desk, advice, "teach")
    casework.send_answer(advice.messages.get(), by=head)

    pressed = [take(desk, advice, "teach").url for _ in range(2)]

    draft = ResourceEdition.objects.get()
    assert too_early.status_code == 400
    assert pressed == [draft.get_admin_url()] * 2
    assert [*draft.resource.sources.all()] == [advice]
    assert (draft.state, draft.author) == ("draft", officer)
    assert desk.get(draft.get_admin_url()).status_code == 200


def test_in_a_crisis_an_answer_leaves_at_once(desk, officer):
    advice = make.advisory_request("crisis")
    casework.take(advice, by=officer)

    take(desk, advice, "answer", text="บอกสิ่งที่รู้", then="send")

    advice.refresh_from_db()
    assert advice.state == "answered"
    assert advice.messages.get(is_answer=True).is_unreviewed


def test_facts_are_corrected_and_the_trail_says_which(desk):
    body = make.organization(name_th="เทศบาลเมืองลพบุรี")
    advice = make.advisory_request()
    page = desk.get(at(advice))
    facts = next(s for _, steps in page.context["groups"] for s in steps if s.key == "facts")
    typed = {name: facts[name].value() or "" for name in facts.fields}

    refused = take(desk, advice, "facts", **(typed | {"phone": "โทรมา", "agency": "พิมพ์ไว้"}))
    taken = take(
        desk, advice, "facts", **(typed | {"agency": body.name_th, "wanted_by": "24/12/2569"})
    )

    assert refused.status_code == 400
    assert "พิมพ์ไว้" in refused.text
    assert taken.status_code == 302
    advice.refresh_from_db()
    assert advice.organization == body
    assert str(advice.wanted_by) == "2026-12-24"


def test_nobody_steps_without_the_right(db):
    advice = make.advisory_request()
    editor = signed_in(make.officer("ed", "editor"))

    assert editor.get(at(advice)).status_code == 403
    assert take(editor, advice, "take").status_code == 403
    assert take(editor, advice, "dance").status_code == 404


# By telephone, letter, at the office

TOLD = {
    "channel": "letter",
    "letter_number": "ลบ 0017/123",
    "letter_on": "26/11/2569",
    "received_on": "27/11/2569",
    "received_hour": "๑๐.๐๕",
    "subject": "ขอคำปรึกษา",
    "detail": "รายละเอียด",
    "agency": "เทศบาลตำบลตัวอย่าง",
    "contact": "สมศรี ตัวอย่าง",
    "phone": "036 000 000",
    "q-audience": "ผู้ค้าในตลาด",
    "q-change": "คว่ำภาชนะ",
}


@pytest.mark.usefixtures("monday")
def test_a_letter_is_taken_down_with_its_questions(desk):
    make.advisory_request()
    form = f"{QUEUE}add/?topic=campaign"

    topics, empty = desk.get(f"{QUEUE}add/"), desk.get(form)
    answer = desk.post(form, TOLD | {"files": SimpleUploadedFile("ก.pdf", b"%PDF-1.7\n%%EOF\n")})

    advice = AdvisoryRequest.objects.get(channel="letter")
    assert "?topic=crisis" in topics.text
    assert "กลุ่มเป้าหมายคือใคร" in empty.text
    assert answer.url == at(advice)
    assert advice.received_at == datetime(2026, 11, 27, 10, 5, tzinfo=BANGKOK)
    assert advice.received_by == desk.user
    assert advice.answers == {"audience": "ผู้ค้าในตลาด", "change": "คว่ำภาชนะ"}
    assert advice.files.count() == 1
    page = desk.get(at(advice))
    assert "ผู้ค้าในตลาด" in page.text
    assert f"{letters.address(advice)}receipt/" in page.text


@pytest.mark.usefixtures("monday")
def test_what_is_sent_twice_at_the_desk_is_taken_down_once(desk):
    make.advisory_request()
    told = TOLD | {"sending": "9a0cbd0e-5b8c-4a0e-a6b2-0e2f7f1f2b11"}

    for _press in range(2):
        paper = SimpleUploadedFile("a.pdf", b"%PDF-1.7\n%%EOF\n")
        answer = desk.post(f"{QUEUE}add/?topic=campaign", told | {"files": paper})
        assert answer.status_code == 302

    assert AdvisoryRequest.objects.get(channel="letter").files.count() == 1


@pytest.mark.usefixtures("monday")
@pytest.mark.parametrize(
    "wrong",
    [
        {"received_on": "1/12/2569"},
        {"received_on": "31/2/2569"},
        {"letter_number": ""},
        {"letter_on": "1/12/2569"},
        {"q-audience": ""},
        {"subject": ""},
        {"phone": "", "letter_number": "", "channel": "phone"},
    ],
)
def test_what_cannot_be_is_refused_and_stays_typed(desk, wrong):
    make.advisory_request()

    answer = desk.post(f"{QUEUE}add/?topic=campaign", TOLD | wrong)

    assert answer.status_code == 400
    assert 'class="errorlist' in answer.text
    assert "รายละเอียด" in answer.text
    assert AdvisoryRequest.objects.count() == 1


def test_only_those_who_advise_take_requests_down(db):
    make.advisory_request()
    planner = signed_in(make.officer("plan", "planner"))

    assert planner.get(f"{QUEUE}add/").status_code == 403
    assert User.objects.filter(username="plan").exists()


PIECES = [
    *("", " ", "\x00", "ก" * 10_001, "😀" * 600, "\u200b\u202e", "\r\n" * 900, "-1", "NaN"),
    *("<script>alert(1)</script>", "' OR 1=1--", "99999999999999999999", "๑๒๓", "31/2/2569"),
    *("news", "1/1/9999", "ปช.2570/99999999", "1", "null", "[]", "2570/0001", "12:61"),
]


def test_no_form_of_the_desk_breaks_whatever_is_typed(heads_desk):
    heads_desk.raise_request_exception = False
    dice, wrong = random.Random(5), []
    for _ in range(60):
        advice = make.advisory_request(dice.choice(["campaign", "crisis"]))
        verb = dice.choice([*STEPS])
        names = ["to", "text", "reason", "note", "into", "first", "last", "kind", "brief", "then"]
        names += ["sending", "editions", "drop", "remark", "wanted", "agency", "province", "phone"]
        data = {name: dice.choice(PIECES) for name in names}
        if dice.random() < 0.3:
            data["files"] = SimpleUploadedFile("a.pdf", dice.choice([b"", b"MZ\x90", b"%PDF-1.7"]))
        answer = take(heads_desk, advice, verb, **data)
        if answer.status_code not in {302, 400, 403}:
            wrong.append((answer.status_code, verb, data))
        letter = {name: dice.choice(PIECES) for name in TOLD}
        answer = heads_desk.post(f"{QUEUE}add/?topic=campaign", TOLD | letter)
        if answer.status_code not in {302, 400}:
            wrong.append((answer.status_code, letter))

    assert wrong == []
