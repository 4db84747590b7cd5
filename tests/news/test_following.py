"""Following by e-mail, with a real mail server at the other end."""

import os
import re
import signal
import socketserver
import subprocess
import sys
import threading
import time
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.conf import settings as portal
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from lopburi_pr import background
from news import following, letters, publishing
from news.models import Follower, Letter, LetterRound
from tests import make

MINUTE = timedelta(minutes=1)
PATIENCE_SECONDS = 20


class Mailbox(socketserver.StreamRequestHandler):
    """As much of SMTP (RFC 5321) as one client needs."""

    def handle(self):
        self.say("220 sink")
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word == b"DATA":
                self.say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                text = b"".join(part.removeprefix(b".") for part in lines)
                self.server.mails.append(message_from_bytes(text, policy=policy.default))
                self.server.taken()
            self.say("221 bye" if word == b"QUIT" else "250 fine")

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


class PostOffice(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    taken = staticmethod(lambda: None)


@pytest.fixture
def post_office(settings):
    with PostOffice(("127.0.0.1", 0), Mailbox) as server:
        server.mails = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.OUTBOUND_ENABLED = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        yield server
        server.shutdown()


def follower(email="reader@example.org", *, ago=timedelta(days=1), language="th", **subject):
    return Follower.objects.create(
        email=email, language=language, confirmed_at=timezone.now() - ago, **subject
    )


def go_round():
    row = LetterRound.objects.get_or_create(pk=1)[0]
    letters.go_round(row)
    return list(Letter.objects.order_by("pk").values_list("follower__email", "kind"))


def change(edition, kind="correction", note="เดิมวันศุกร์", ago=MINUTE):
    draft = publishing.revise(edition.article, by=None)
    draft.change_kind, draft.change_note = kind, note
    draft.save()
    make.publish(draft, at=timezone.now() - ago)
    return draft


def token_of(mail, step):
    return re.search(rf"http://testserver((?:/en)?/follow/{step}/\S+)", mail.get_content())[1]


@pytest.mark.django_db
def test_a_reader_follows_confirms_is_told_and_leaves(client, post_office):
    edition = make.published(title="ตลาดนัดเปิดวันศุกร์", ago=timedelta(hours=3))
    form = f"{edition.get_absolute_url()}follow/"

    asked = client.post(form, {"email": "Reader@Example.org"})
    background.run_due()
    (question,) = post_office.mails
    confirm = token_of(question, "confirm")
    page = client.get(confirm)

    assert (asked.status_code, asked.url) == (302, "/follow/asked/")
    assert question["To"] == "reader@example.org"
    assert "ตลาดนัดเปิดวันศุกร์" in question.get_content()
    assert ("<button" in page.text, Follower.objects.confirmed().count()) == (True, 0)

    client.post(confirm)
    Follower.objects.update(confirmed_at=timezone.now() - 2 * MINUTE)
    change(edition)
    LetterRound.objects.update(due_at=timezone.now())
    background.run_due()

    news = post_office.mails[1]
    assert "ตลาดนัดเปิดวันศุกร์" in news["Subject"]
    assert "เดิมวันศุกร์" in news.get_content()
    assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    leave = token_of(news, "leave")
    assert news["List-Unsubscribe"].strip() == f"<http://testserver{leave}>"
    assert (client.get(leave).status_code, Follower.objects.count()) == (200, 1)

    one_click = Client(enforce_csrf_checks=True)
    left = one_click.post(leave, {"List-Unsubscribe": "One-Click"})

    assert (left.status_code, left.cookies) == (200, {})
    assert (Follower.objects.count(), Letter.objects.count()) == (0, 0)
    assert one_click.post(leave).status_code == 200
    assert client.post(confirm).status_code == 410


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("correction", ["article", "topic", "district", "all"]),
        ("retraction", ["article", "topic", "district", "all"]),
        ("update", ["article"]),
        ("minor", []),
    ],
)
def test_who_is_told_of_a_change(kind, told):
    place = make.district()
    edition = make.published(districts=[place], ago=timedelta(hours=3))
    other = make.published(topic_slug="tourism", ago=timedelta(hours=3))
    for name, subject in {
        "article": {"article": edition.article},
        "topic": {"topic": edition.article.topic},
        "district": {"district": place},
        "all": {},
        "other-article": {"article": other.article},
        "other-topic": {"topic": other.article.topic},
    }.items():
        follower(f"{name}@example.org", **subject)
    follower("english@example.org", language="en", topic=edition.article.topic)
    Follower.objects.create(email="silent@example.org", language="th", article=edition.article)
    change(edition, kind, note="" if kind == "minor" else "หมายเหตุ")

    found = go_round()

    assert sorted(found) == sorted((f"{name}@example.org", "changed") for name in told)
    assert go_round() == found


@pytest.mark.django_db
def test_one_mailbox_gets_one_letter_about_one_news():
    place = make.district()
    for subject in ({"topic": make.topic()}, {"district": place}):
        follower(**subject)
    make.published(districts=[place], ago=MINUTE)
    make.published(topic_slug="tourism", ago=MINUTE)

    assert go_round() == [("reader@example.org", "published")]


@pytest.mark.django_db
def test_scheduled_news_is_told_at_its_hour_and_not_before(travel):
    follower(topic=make.topic())
    hour = timezone.now() + timedelta(days=1)
    make.published(at=hour)
    assert go_round() == []

    travel(hour + MINUTE)

    assert go_round() == [("reader@example.org", "published")]


@pytest.mark.django_db
def test_what_was_public_before_somebody_followed_is_not_told():
    make.published(ago=2 * MINUTE)
    follower(topic=make.topic(), ago=MINUTE)

    assert go_round() == []


@pytest.mark.django_db
def test_a_withdrawal_is_told_with_its_reason(post_office):
    edition = make.published(ago=timedelta(hours=3))
    follower(article=edition.article)
    follower("all@example.org", language="th")
    publishing.withdraw(edition.article, by=None, reason="ตัวเลขผิดทั้งหมด")

    found = go_round()
    background.run_due()

    assert [kind for _email, kind in found] == ["withdrawn"] * 2
    assert ["ตัวเลขผิดทั้งหมด" in mail.get_content() for mail in post_office.mails] == [True] * 2
    assert edition.title in post_office.mails[0]["Subject"]


@pytest.mark.django_db
def test_a_letter_never_says_what_readers_no_longer_see(post_office):
    gone, fixed = make.published(ago=MINUTE), make.published(title="ผิด", ago=2 * MINUTE)
    follower(topic=make.topic())
    go_round()
    publishing.withdraw(gone.article, by=None, reason="ผิดคน")
    draft = publishing.revise(fixed.article, by=None)
    draft.title, draft.change_kind, draft.change_note = "ถูกต้องแล้ว", "correction", "แก้"
    draft.save()
    make.publish(draft)

    for letter in Letter.objects.all():
        letters.send(letter)

    assert [mail["Subject"] for mail in post_office.mails] == ["ถูกต้องแล้ว"]


@pytest.mark.django_db
def test_english_readers_get_english_letters(client, post_office):
    client.post("/en/corrections/follow/", {"email": "reader@example.org"})
    background.run_due()

    (mail,) = post_office.mails

    assert mail["Subject"] == "Please confirm that you want to follow our news"
    assert token_of(mail, "confirm").startswith("/en/follow/confirm/")


@pytest.mark.django_db
def test_letters_wait_untried_while_sending_is_off(client, settings):
    settings.OUTBOUND_ENABLED = False
    page = client.get("/topics/none/follow/"), client.get("/corrections/follow/")
    client.post("/corrections/follow/", {"email": "reader@example.org"})

    background.run_due()

    (letter,) = Letter.objects.all()
    assert (letter.state, letter.tries) == ("waiting", 0)
    assert (page[0].status_code, "notice--info" in page[1].text) == (404, True)
    head = make.user("head", "news.view_letter", "news.change_letter", is_staff=True)
    client.force_login(head)
    assert "?state__exact=waiting" in client.get("/admin/").text
    assert client.get("/admin/news/letter/").status_code == 200


@pytest.mark.django_db
def test_failed_letters_are_sent_again_by_the_head(client):
    row = follower()
    letters.write("confirm", [row], "x")
    Letter.objects.update(state="failed", tries=8, error="refused")
    client.force_login(make.user("head", "news.view_letter", "news.change_letter", is_staff=True))

    client.post(
        "/admin/news/letter/",
        {"action": "again", "_selected_action": [Letter.objects.get().pk]},
    )

    letter = Letter.objects.get()
    assert (letter.state, letter.tries, letter.error) == ("waiting", 0, "")


@pytest.mark.django_db
def test_asking_tells_nobody_who_follows_and_fills_no_mailbox(client):
    follower("reader@example.org")
    answers = [
        client.post("/corrections/follow/", {"email": email}).url
        for email in ("reader@example.org", "stranger@example.org")
    ]
    assert answers == ["/follow/asked/"] * 2
    assert [letter.follower.email for letter in Letter.objects.all()] == ["stranger@example.org"]

    for n in range(9):
        following.ask("victim@example.org", topic=make.topic(f"t{n}"))

    assert Letter.objects.filter(follower__email="victim@example.org").count() == 5


@pytest.mark.django_db
def test_unconfirmed_mailboxes_go_after_two_days():
    kept = [follower(), Follower.objects.create(email="new@example.org", language="th")]
    Follower.objects.create(
        email="old@example.org", language="th", asked_at=timezone.now() - timedelta(hours=49)
    )

    go_round()

    assert set(Follower.objects.all()) == set(kept)


@pytest.mark.django_db
def test_a_link_to_confirm_ends_after_two_days(client, travel):
    row = Follower.objects.create(email="reader@example.org", language="th")
    address = f"/follow/confirm/{letters.CONFIRMING.sign(row.pk)}/"
    moment = time.time()

    assert client.get(address).status_code == 200
    with pytest.MonkeyPatch.context() as clock:
        clock.setattr(time, "time", lambda: moment + 49 * 3600)
        assert client.post(address).status_code == 410
    assert Follower.objects.confirmed().count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "token", ["1", "1.2.3", "x" * 3000, "ก", "1:a:b", "%F0%9F", "..", "1.1t.é"]
)
def test_forged_tokens_do_nothing(client, token):
    row = follower()
    swapped = letters.LEAVING.sign(row.pk)

    assert client.post(f"/follow/confirm/{token}/").status_code in {404, 410}
    assert client.post(f"/follow/leave/{token}/").status_code == 404
    assert client.post(f"/follow/confirm/{swapped}/").status_code == 410
    assert Follower.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "email",
    ["", "x", "a@b", "a@example.org\nBcc: x@example.org", "a" * 300 + "@example.org", "\x00"],
)
def test_hostile_addresses_are_refused(client, email):
    answer = client.post("/corrections/follow/", {"email": email})

    assert (answer.status_code, Follower.objects.count()) == (400, 0)


@pytest.mark.django_db
def test_the_database_refuses_a_second_row_and_two_subjects():
    follower()
    both = {"topic": make.topic(), "district": make.district()}

    for subject in ({}, both):
        with pytest.raises(IntegrityError), transaction.atomic():
            follower(**subject)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_sending_and_marking_loses_no_letter(post_office):
    letters.write("confirm", [follower()], "killed")
    server = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        cwd=portal.BASE_DIR,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "lopburi_pr.settings",
            "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
            "OUTBOUND_ENABLED": "1",
            "EMAIL_URL": f"smtp://127.0.0.1:{post_office.server_address[1]}",
        },
    )
    post_office.taken = lambda: (worker.send_signal(signal.SIGKILL), worker.wait())
    deadline = time.monotonic() + PATIENCE_SECONDS
    while worker.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    killed = Letter.objects.get()
    assert (len(post_office.mails), killed.state, killed.tries) == (1, "waiting", 1)

    post_office.taken = lambda: None
    Letter.objects.update(due_at=timezone.now())
    background.run_due()

    assert Letter.objects.get().state == "sent"
    first, second = post_office.mails
    assert first["Message-ID"] == second["Message-ID"]
