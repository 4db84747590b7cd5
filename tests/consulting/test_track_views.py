"""A request is followed by whoever holds its address, and by nobody else."""

import uuid
from itertools import product

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from consulting import casework, files
from consulting.models import RequestLetter
from consulting.track_views import LOOKED_UP_AN_HOUR
from network import tokens
from tests import make

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF\n"


def upload(name="แผน.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def address(request):
    return f"/consulting/track/{tokens.of(request.link_name)}/"


@pytest.fixture
def advice(db):
    cache.clear()  # browser tests leave what they counted
    return make.advisory_request()


@pytest.fixture
def officer(db):
    return make.officer("kamon")


def with_files(request, officer):
    """Files that its requester may open, and files that they may not."""
    casework.take(request, by=officer)
    casework.reply(request, "ส่งแผน", files=[files.made_from(upload("ของเรา.pdf"))])
    casework.say(request, "ดูตัวอย่าง", by=officer, files=[files.made_from(upload("ของท่าน.pdf"))])
    casework.note(request, "ลับ", by=officer, files=[files.made_from(upload("ลับ.pdf"))])
    casework.write_answer(request, "ร่าง", by=officer, files=[files.made_from(upload("ร่าง.pdf"))])


def test_what_the_head_tells_an_officer_is_on_no_page_of_the_requester(client, advice, officer):
    casework.assign(advice, officer, by=make.officer("wanna", "head"), note="ระวังคนนี้")

    pages = [client.get(address(advice) + more) for more in ("", "receipt/")]

    assert [page.status_code for page in pages] == [200, 200]
    assert not [page for page in pages if "ระวังคนนี้" in page.text or "kamon" in page.text]


def test_the_page_tells_state_due_day_and_what_was_said(client, advice, officer):
    with_files(advice, officer)

    page = client.get(address(advice))

    assert page.status_code == 200
    assert "อยู่ระหว่างให้คำปรึกษา" in page.text
    assert "ครบกำหนด" in page.text
    assert "วันทำการ" in page.text
    assert ("ดูตัวอย่าง" in page.text, "ของท่าน" in page.text) == (True, True)
    for hidden in ("ลับ", "ร่าง", officer.username):
        assert hidden not in page.text
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert not page.cookies


def test_only_what_was_told_is_handed_out(client, advice, officer):
    with_files(advice, officer)

    found = {
        file.name: client.get(f"{address(advice)}files/{file.pk}/").status_code
        for file in advice.files.all()
    }

    assert found == {"ของเรา.pdf": 200, "ของท่าน.pdf": 200, "ลับ.pdf": 404, "ร่าง.pdf": 404}


def test_a_file_is_a_download_and_never_a_page(client, advice, officer):
    with_files(advice, officer)

    answer = client.get(f"{address(advice)}files/{advice.files.first().pk}/")

    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Cache-Control"] == "no-store"
    assert b"".join(answer.streaming_content) == PDF


def test_the_secret_of_one_opens_nothing_of_another(client, advice, officer):
    other = make.advisory_request(subject="เรื่องของคนอื่น", agency="หน่วยงานอื่น")
    for request in (advice, other):
        with_files(request, officer)
    mine, theirs = address(advice), address(other)
    reached = [mine, f"{mine}receipt/", *(f"{mine}files/{file.pk}/" for file in other.files.all())]

    for path, (method, data) in product(reached, [("get", {}), ("post", {"text": "x"})]):
        answer = getattr(client, method)(path, data)
        if not answer.streaming:
            assert "เรื่องของคนอื่น" not in answer.text
            assert theirs not in answer.text
        assert not answer.streaming

    other.refresh_from_db()
    assert other.messages.filter(is_from_office=False).count() == 1
    # Nor does anything that is not the secret.
    for word in (other.link_name, str(other.key), other.token_hash, f"{other.year}-{other.number}"):
        assert client.get(f"/consulting/track/{word}/").status_code == 404


def test_they_write_back_with_files_once(client, advice):
    given = {"do": "reply", "text": "งบ 40,000 บาท", "key": str(uuid.uuid4())}

    first = client.post(address(advice), {**given, "files": [upload()]})
    again = client.post(address(advice), {**given, "files": [upload()]})

    message = advice.messages.get()
    assert (first.status_code, again.status_code) == (302, 302)
    assert (message.text, message.files.get().name) == ("งบ 40,000 บาท", "แผน.pdf")


def test_a_refused_file_keeps_the_words_and_sends_nothing(client, advice):
    given = {"do": "reply", "text": "ดูไฟล์", "files": [upload("a.exe", b"MZ")]}

    page = client.post(address(advice), given)

    assert page.status_code == 400
    assert "a.exe: " in page.text
    assert "ดูไฟล์" in page.text
    assert "เบราว์เซอร์ไม่ส่งไฟล์เดิมซ้ำ" in page.text
    assert not advice.messages.exists()


def test_taking_it_back_wants_to_be_meant(client, advice):
    unsure = client.post(address(advice), {"do": "withdraw"})
    advice.refresh_from_db()
    before = advice.state

    sure = client.post(address(advice), {"do": "withdraw", "is_sure": "on", "reason": "เลื่อนงาน"})

    advice.refresh_from_db()
    assert (unsure.status_code, before) == (400, "received")
    assert (sure.status_code, advice.state) == (302, "withdrawn")
    assert client.post(address(advice), {"do": "withdraw", "is_sure": "on"}).status_code == 400
    assert "ถอนคำขอนี้" not in client.get(address(advice)).text


def test_the_receipt_carries_number_and_code(client, advice):
    page = client.get(f"{address(advice)}receipt/")

    assert advice.reference in page.text
    assert address(advice) in page.text
    assert "<svg" in page.text


def test_a_declared_giant_is_refused_before_a_byte_is_read(client, advice):
    page = client.generic("POST", address(advice), b"x", CONTENT_LENGTH=str(10 * 2**30))

    assert page.status_code == 413
    assert "20 MB" in page.text


def test_who_lost_the_address_gets_it_only_in_their_own_mailbox(client, advice):
    RequestLetter.objects.all().delete()
    thai = "ปช.๒๕๗๐/๐๐๐๑".replace("๒๕๗๐", str(advice.year))
    answers = [
        client.post("/consulting/track/", {"reference": reference, "email": email}, follow=True)
        for reference, email in [
            (advice.reference, "somebody@example.com"),
            ("2570/9999", advice.email),
            (thai, advice.email.upper()),
        ]
    ]

    assert {answer.text for answer in answers} == {answers[0].text}
    assert RequestLetter.objects.get().kind == "link"


def test_looking_up_has_an_end(client, advice):
    given = {"reference": advice.reference, "email": "a@example.com"}
    for _n in range(LOOKED_UP_AN_HOUR):
        client.post("/consulting/track/", given)

    answer = client.post("/consulting/track/", given)

    assert answer.status_code == 429
    assert advice.reference in answer.text


@pytest.mark.parametrize("reference", ["", "สองห้าเจ็ดศูนย์", "\x00", "9" * 500, "' OR 1=1"])
def test_a_number_that_is_none_is_explained(client, reference):
    answer = client.post("/consulting/track/", {"reference": reference, "email": "a@example.com"})

    assert answer.status_code == 400
    assert 'href="#id_reference"' in answer.text


def test_what_was_taken_back_is_a_request_and_no_news(client, advice):
    casework.withdraw(advice)

    page = client.get(address(advice))

    assert "ถอนคำขอแล้ว" in page.text
    assert "ถอนการเผยแพร่" not in page.text


def test_nothing_is_called_sent_beside_a_refusal(client, advice):
    sent = "เราได้รับข้อความของท่านแล้ว"

    after = client.get(f"{address(advice)}?written=1")
    refused = client.post(f"{address(advice)}?written=1", {"do": "reply", "text": ""})

    assert sent in after.text
    assert refused.status_code == 400
    assert sent not in refused.text
