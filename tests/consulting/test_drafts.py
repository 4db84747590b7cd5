"""A request while it is written: kept page by page, sent once."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from consulting import drafts, loading
from consulting.models import AdvisoryRequest, Draft, QuestionSet, RequestFile, Topic, Vote
from tests import make

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF\n"
QUESTION = {
    "subject": "รณรงค์ไข้เลือดออกในตลาดสด",
    "detail": "คนเห็นป้ายแต่ไม่เปลี่ยนพฤติกรรม",
    "wanted_by": "",
    "question_set": None,
    "answers": {},
}
WHO = {
    "agency": "เทศบาลตำบลตัวอย่าง",
    "agency_kind": "local-government",
    "place": "district:1601",
    "contact": "สมศรี ตัวอย่าง",
    "position": "",
    "phone": "036-411-111",
    "email": "somsri@example.go.th",
    "letter_number": "ลบ 1",
    "letter_on": "2026-11-20",
}


@pytest.fixture
def topic():
    loading.load()
    make.district()
    return Topic.objects.get(key="campaign")


def filled(topic, **who):
    """A draft that can be sent, and its secret."""
    token = drafts.begin(topic)
    draft = drafts.find(token)
    drafts.keep(draft, "question", QUESTION | {"question_set": topic.questions.pk})
    drafts.keep(draft, "who", WHO | who)
    return token, draft


def upload(name="แผน.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def test_a_draft_is_found_by_its_secret_alone(topic):
    token = drafts.begin(topic)

    draft = drafts.find(token)

    assert drafts.topic_of(draft) == topic
    assert token not in str(vars(draft))
    assert drafts.find(str(draft.key)) is None


def test_what_is_sent_is_whole_and_the_draft_is_gone(topic):
    token, draft = filled(topic)
    drafts.add_files(draft, [upload()])

    request = drafts.send(draft)

    assert request.reference.startswith("ปช.")
    assert (request.agency, request.district.code) == ("เทศบาลตำบลตัวอย่าง", "1601")
    assert (request.province, str(request.letter_on)) == (request.district.province, "2026-11-20")
    assert (request.may_publish, "10 ปี" in request.notice) == (False, True)
    assert [*request.files.values_list("name", "draft")] == [("แผน.pdf", None)]
    assert not Draft.objects.exists()
    assert drafts.sent(token) == request


def test_a_second_sending_finds_the_first(topic):
    token, draft = filled(topic)
    same = drafts.find(token)
    first = drafts.send(draft)

    with pytest.raises(Draft.DoesNotExist):
        drafts.send(same)

    assert drafts.sent(token) == first
    assert AdvisoryRequest.objects.count() == 1


def test_what_is_missing_is_not_sent(topic):
    token = drafts.begin(topic)
    draft = drafts.find(token)

    with pytest.raises(ValidationError):
        drafts.send(draft)

    assert drafts.missing(draft) == ["question", "who"]
    assert not AdvisoryRequest.objects.exists()


def test_another_topic_or_new_questions_ask_again_and_lose_nothing(topic):
    _token, draft = filled(topic)
    QuestionSet.objects.create(topic=topic, version=2, questions=[])

    assert drafts.missing(draft) == ["question"]
    drafts.choose(draft, Topic.objects.get(key="other"))

    assert drafts.missing(draft) == ["question"]
    assert draft.typed["question"]["subject"] == QUESTION["subject"]


def test_what_is_typed_and_not_valid_is_kept_and_holds_the_sending(topic):
    _token, draft = filled(topic)

    drafts.keep_unfinished(draft, "who", {"agency": [""]})

    assert drafts.missing(draft) == ["who"]
    drafts.keep(draft, "who", WHO)
    assert drafts.missing(draft) == []


def test_one_refused_file_costs_no_other(topic):
    _token, draft = filled(topic)

    refused = drafts.add_files(draft, [upload(), upload("x.exe", b"MZ"), upload("again.pdf")])

    assert [*draft.files.values_list("name", flat=True)] == ["แผน.pdf"]
    assert len(refused) == 1
    assert refused[0].startswith("x.exe: ")


def test_ten_files_are_enough(topic):
    _token, draft = filled(topic)

    refused = drafts.add_files(draft, [upload(f"{n}.pdf", PDF + b"%d" % n) for n in range(11)])

    assert (draft.files.count(), len(refused)) == (10, 1)


def test_a_removed_file_is_off_the_disk(topic, django_capture_on_commit_callbacks):
    _token, draft = filled(topic)
    drafts.add_files(draft, [upload()])
    file = draft.files.get()

    with django_capture_on_commit_callbacks(execute=True):
        drafts.remove_file(draft, file.pk)

    assert not default_storage.exists(file.file.name)
    assert not RequestFile.objects.exists()


def test_answers_are_told_in_words(topic):
    questions = QuestionSet.objects.get(topic__key="write-news")

    told = drafts.told_answers(questions, {"must-know": "ต้มน้ำก่อนดื่ม", "needs": ["edit", "script"]})

    assert [text for _label, text in told] == ["ต้มน้ำก่อนดื่ม", "ตรวจร่างข่าว, บทเสียงตามสาย"]


def test_an_answer_that_helped_is_counted_once_and_ends_the_draft(topic):
    edition = make.resource_edition(topic, "ไข้เลือดออกในตลาด")
    for _ in range(2):
        drafts.helped(drafts.find(drafts.begin(topic)), edition, "mark")

    vote = Vote.objects.get()

    assert (vote.is_helpful, vote.is_instead) == (True, True)
    assert not Draft.objects.exists()


def test_the_key_of_a_draft_can_not_be_made_from_what_is_stored(topic):
    draft = drafts.find(drafts.begin(topic))

    assert uuid.UUID(hex=draft.token_hash[:32]) != draft.key


# Web workers that die


PATIENCE_SECONDS = 90
SENDERS = 20


@pytest.fixture
def web(transactional_db, tmp_path):
    """A real web server with one worker that serves everybody at once; its port and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    command = ["gunicorn", "lopburi_pr.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1"]
    command += ["--worker-class", "gthread", "--threads", str(SENDERS), "--no-control-socket"]
    with (tmp_path / "web.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=settings.BASE_DIR,
            env=os.environ
            | {
                "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
                "DJANGO_SETTINGS_MODULE": "tests.settings_here",
                "CACHE_URL": "locmemcache://",
            },
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        yield port, process
        process.terminate()
        process.wait()


def post(port, path):
    """Press the button until the server answers; where it leads."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            head = {"Content-Type": "application/x-www-form-urlencoded"}
            line.request("POST", path, "page=send&go=send", head)
            answer = line.getresponse()
            assert answer.status == 302, (answer.status, answer.read()[:500])
            return answer.headers["Location"]
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            line.close()
    raise AssertionError("The server never answered.")


def workers(process):
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(pid) for pid in children.split()]


def everything_is_whole():
    for request in AdvisoryRequest.objects.prefetch_related("changes", "files", "letters"):
        rows = (request.changes.count(), request.files.count(), request.letters.count())
        assert rows == (1, 1, 1)
    sent = set(AdvisoryRequest.objects.values_list("key", flat=True))
    assert not sent & set(Draft.objects.values_list("key", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_killed_web_worker_leaves_each_sending_whole_or_not_there(web):
    port, process = web
    loading.load()
    make.district()
    topic = Topic.objects.get(key="campaign")
    tokens = []
    for n in range(SENDERS):
        token, draft = filled(topic, contact=f"ผู้ขอ {n}")
        drafts.add_files(draft, [upload(f"{n}.pdf", PDF + b"%d" % n)])
        tokens.append(token)
    paths = [reverse("consulting:draft", args=[token]) for token in tokens]

    kills = 0
    with ThreadPoolExecutor(SENDERS * 2) as people:
        # Everybody presses twice.
        pressed = [people.submit(post, port, path) for path in paths for _twice in range(2)]
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not all(each.done() for each in pressed) and time.monotonic() < deadline:
            if kills < 3 and AdvisoryRequest.objects.count() > kills * 5:
                for pid in workers(process):
                    os.kill(pid, signal.SIGKILL)
                kills += 1
                everything_is_whole()
            time.sleep(0.005)
        led = [each.result() for each in pressed]

    everything_is_whole()
    numbers = AdvisoryRequest.objects.order_by("number").values_list("number", flat=True)
    assert kills == 3
    assert [*numbers] == [*range(1, SENDERS + 1)]
    assert led[::2] == led[1::2]
    assert len(set(led)) == SENDERS
    assert not Draft.objects.exists()
