"""Deliveries, with real servers at the other end: mail, LINE and partners' machines."""

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from datetime import datetime, timedelta
from itertools import count

import pytest
from django.conf import settings as portal
from django.db import connection
from django.utils import timezone
from standardwebhooks import Webhook

from lopburi_pr import background
from lopburi_pr.thai_calendar import BANGKOK
from network import channels
from network.models import Channel
from news import delivering, distributing, outside, publishing
from news.models import Delivery, Release
from tests import make
from tests.other_ends import MailServer, Partner

PATIENCE_SECONDS = 60
pytestmark = pytest.mark.django_db


@pytest.fixture
def mail_server(settings):
    delivering.hang_up()
    with MailServer() as server:
        settings.OUTBOUND_ENABLED = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server
        delivering.hang_up()


@pytest.fixture
def partner(settings):
    with Partner() as server:
        settings.OUTBOUND_ENABLED = settings.WEBHOOKS_MAY_STAY_HERE = True
        settings.LINE_API_URL, settings.LINE_CHANNEL_TOKEN = server.url, "token-of-the-office"
        yield server


def work():
    """The worker's turn on deliveries alone."""
    delivering._shown_lately.cache_clear()  # a test takes less than a second
    done = 0
    while tried := background._do_some(background._works["A delivery"], lambda: False):
        done += tried
    return done


def due_again():
    Delivery.objects.update(due_at=timezone.now())


def one(**facts):
    """A delivery that waits, by a channel with these facts."""
    return make.released(channels=[make.channel(**facts)]).deliveries.get()


_places = count()


def webhook(partner, path="/200", **facts):
    # The same server under an address of its own for each channel.
    return one(kind="webhook", address=f"{partner.url}{path}?{next(_places)}", **facts)


def after(delivery):
    delivery = Delivery.objects.get(pk=delivery.pk)
    return delivery.state, delivery.tries


# E-mail


def test_a_letter_says_what_is_new_and_how_to_leave(client, mail_server):
    delivery = one(address="radio@example.org")

    assert work() == 1

    (letter,) = mail_server.letters
    edition = delivery.release.edition
    assert letter["To"] == "radio@example.org"
    assert letter["Subject"].strip() == edition.title  # long ones begin on a line of their own
    assert letter["Message-ID"] == f"<{delivery.key}@testserver>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text = letter.get_content()
    for said in (edition.must_know, edition.lead, "รายละเอียดของข่าว", edition.source_agency):
        assert said in text
    assert f"http://testserver{edition.get_absolute_url()}" in text
    assert "/network/receipt/" not in text
    assert after(delivery) == ("accepted", 1)
    leave = letter["List-Unsubscribe"].strip(" <>").removeprefix("http://testserver")
    assert client.post(leave).status_code == 200
    assert Channel.objects.get().state == "disabled"


@pytest.mark.parametrize(
    ("wanted", "said", "unsaid"),
    [
        ("script", "เรียนพี่น้อง", "ความนำ"),
        ("caption", "ยกของขึ้นที่สูง", "ความนำ"),
        ("full", "ความนำ", "เรียนพี่น้อง"),
    ],
)
def test_each_channel_gets_its_own_form(mail_server, wanted, said, unsaid):
    edition = make.published(spoken="เรียนพี่น้อง", lead="ความนำ", must_know="ยกของขึ้นที่สูง")
    make.released(edition, [make.channel(format=wanted)])

    work()

    text = mail_server.letters[0].get_content()
    assert (said in text, unsaid in text) == (True, False)


def test_one_line_to_the_mail_server_carries_many_letters(mail_server):
    make.released(channels=[make.channel() for _ in range(20)])

    assert work() == 20

    assert (len(mail_server.letters), mail_server.lines) == (20, 1)
    assert set(mail_server.counts.values()) == {1}


def test_a_line_that_broke_is_opened_anew(mail_server):
    one()
    work()
    delivering._mail["connection"].connection.sock.shutdown(socket.SHUT_RDWR)
    broken, whole = one(), one()

    work()

    assert [after(broken), after(whole)] == [("waiting", 1), ("accepted", 1)]
    due_again()
    work()
    assert after(broken) == ("accepted", 2)


def test_a_mailbox_that_does_not_exist_is_explained_and_a_busy_one_tried_again(mail_server):
    nobody, busy = one(address="nobody@example.org"), one(address="busy@example.org")

    work()

    assert [after(nobody), after(busy)] == [("failed", 1), ("waiting", 1)]
    nobody, busy = Delivery.objects.get(pk=nobody.pk), Delivery.objects.get(pk=busy.pk)
    assert "550 5.1.1 no such mailbox" in nobody.error
    assert "451 4.2.1 come back later" in busy.error
    assert nobody.channel.failures == 1


def test_a_mail_server_that_is_not_there_is_tried_again_later(mail_server, settings):
    settings.EMAIL_PORT = 1
    delivery, now = one(), timezone.now()

    work()

    assert after(delivery) == ("waiting", 1)
    assert timedelta(0) < Delivery.objects.get().due_at - now - timedelta(minutes=1) < PAUSE_ROOM


PAUSE_ROOM = timedelta(seconds=5)


# LINE


def test_line_gets_its_retry_key_and_one_message(partner):
    delivery = one(kind="line", format="caption")

    work()

    ((path, headers, body),) = partner.requests
    message = json.loads(body)
    assert path == "/v2/bot/message/push"
    assert headers["Authorization"] == "Bearer token-of-the-office"
    assert headers["X-Line-Retry-Key"] == str(delivery.key)
    assert message["to"] == delivery.channel.address
    assert [each["type"] for each in message["messages"]] == ["text"]
    assert delivery.release.edition.title in message["messages"][0]["text"]
    assert after(delivery) == ("accepted", 1)
    assert Delivery.objects.get().provider_id == f"line-{delivery.key}"


def test_what_line_took_before_counts_as_accepted(partner):
    delivery = one(kind="line")
    partner.accepted[str(delivery.key)] = 1

    work()

    assert after(delivery) == ("accepted", 1)


@pytest.mark.parametrize("status", [429, 500, 400, 401])
def test_what_line_refuses_is_understood(partner, settings, status):
    settings.LINE_API_URL = f"{partner.url}/{status}?"
    delivery = one(kind="line")

    work()

    expected = {429: ("waiting", 0), 400: ("failed", 1)}
    assert after(delivery) == expected.get(status, ("waiting", 1))
    assert Delivery.objects.get().error


def test_line_messages_are_never_too_long(partner):
    edition = make.published(body=f"<p>{'น้ำ' * 3000}</p>")
    make.released(edition, [make.channel("line")])

    work()

    text = json.loads(partner.requests[0][2])["messages"][0]["text"]
    assert 4900 < len(text) <= 5000


def test_line_waits_for_its_token(partner, settings):
    settings.LINE_CHANNEL_TOKEN = ""
    delivery = one(kind="line")

    work()

    assert after(delivery) == ("waiting", 0)
    assert "LINE_CHANNEL_TOKEN" in Delivery.objects.get().error


# Webhooks


def test_a_webhook_is_signed_as_standard_webhooks_are(partner):
    delivery = webhook(partner)

    work()

    ((_path, headers, body),) = partner.requests
    sent = Webhook(delivery.channel.signing_secrets()[0]).verify(body, dict(headers.items()))
    edition = delivery.release.edition
    assert headers["webhook-id"] == str(delivery.key)
    assert sent["type"] == "news.released"
    facts = {name: sent["data"][name] for name in ("reference", "version", "title", "body_text")}
    assert facts == {
        "reference": edition.article.reference,
        "version": 1,
        "title": edition.title,
        "body_text": "รายละเอียดของข่าว",
    }
    assert after(delivery) == ("accepted", 1)


def test_both_live_secrets_sign_and_a_foreign_one_does_not_fit(partner):
    delivery = webhook(partner)
    old = delivery.channel.signing_secrets()[0]
    channels.rotate(delivery.channel, by=None)
    new = delivery.channel.signing_secrets()[0]

    work()

    ((_path, headers, body),) = partner.requests
    given = dict(headers.items())
    assert Webhook(old).verify(body, given)
    assert Webhook(new).verify(body, given)
    with pytest.raises(Exception, match=r"[Ss]ignature"):
        Webhook(make.channel("webhook").signing_secrets()[0]).verify(body, given)
    with pytest.raises(Exception, match=r"[Ss]ignature"):
        Webhook(new).verify(body + b" ", given)


@pytest.mark.parametrize(
    ("path", "expected", "channel_state"),
    [
        ("/204", ("accepted", 1), "active"),
        ("/409", ("accepted", 1), "active"),
        ("/410", ("failed", 1), "disabled"),
        ("/429", ("waiting", 0), "active"),
        ("/404", ("waiting", 1), "active"),
        ("/500", ("waiting", 1), "active"),
        ("/away", ("failed", 1), "active"),
    ],
)
def test_what_a_machine_answers_is_understood(partner, path, expected, channel_state):
    delivery = webhook(partner, path)

    work()

    assert after(delivery) == expected
    assert Channel.objects.get().state == channel_state
    assert len(partner.requests) == 1


def test_a_machine_that_does_not_answer_in_time_is_tried_again(partner, monkeypatch):
    monkeypatch.setattr(delivering, "TIMEOUT_SECONDS", 0.5)
    delivery, started = webhook(partner, "/slow"), time.monotonic()

    work()

    assert time.monotonic() - started < 2
    assert after(delivery) == ("waiting", 1)


def test_what_was_taken_without_an_answer_is_taken_once(partner, monkeypatch):
    monkeypatch.setattr(delivering, "TIMEOUT_SECONDS", 0.5)
    delivery = webhook(partner, "/slow")
    work()
    until(lambda: partner.accepted[str(delivery.key)] == 1)
    due_again()

    work()

    assert after(delivery) == ("accepted", 2)
    assert partner.accepted == {str(delivery.key): 1}


def test_we_come_back_when_a_machine_asks_for_it(partner):
    partner.headers["Retry-After"] = "7200"
    delivery, now = webhook(partner, "/429"), timezone.now()

    work()

    pause = Delivery.objects.get(pk=delivery.pk).due_at - now
    assert timedelta(hours=2) <= pause < timedelta(hours=2, seconds=10)


def test_tries_grow_apart_and_end_as_a_dead_letter_that_can_be_sent_again(partner):
    delivery, pauses = webhook(partner, "/500"), []
    for _ in range(7):
        due_again()
        now = timezone.now()
        work()
        pauses.append(round((Delivery.objects.get().due_at - now).total_seconds() / 60))

    assert pauses[:6] == [1, 5, 30, 120, 480, 1440]
    assert after(delivery) == ("failed", 7)
    assert work() == 0
    Channel.objects.update(address=f"{partner.url}/200")
    distributing.retry(delivery.release, by=make.user())
    work()
    assert after(delivery) == ("accepted", 1)


# Where nothing is sent


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.0.0.1/",
        "https://172.16.5.4/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://0.0.0.0/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[64:ff9b::7f00:1]/",
        "http://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
    ],
)
def test_private_addresses_get_nothing(settings, monkeypatch, address):
    settings.OUTBOUND_ENABLED = True
    connected = []
    monkeypatch.setattr(socket, "create_connection", lambda *given: connected.append(given))
    delivery = one(kind="webhook", address=address)

    work()

    assert connected == []
    assert after(delivery) == ("failed", 1)


@pytest.mark.parametrize("answers", [["10.0.0.5"], ["93.184.216.34", "127.0.0.1"], ["::1"]])
def test_a_name_that_leads_inside_gets_nothing(settings, monkeypatch, answers):
    settings.OUTBOUND_ENABLED = True
    found = [(0, 0, 0, "", (answer, 443)) for answer in answers]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **named: found)
    connected = []
    monkeypatch.setattr(socket, "create_connection", lambda *given: connected.append(given))
    delivery = one(kind="webhook")

    work()

    assert connected == []
    assert after(delivery) == ("failed", 1)


def test_the_address_that_was_looked_at_is_the_one_connected_to(monkeypatch):
    """A name that says something else the second time it is asked changes nothing."""
    answers = iter(["93.184.216.34", "127.0.0.1"])

    def resolve(*given, **named):
        return [(0, 0, 0, "", (next(answers), 443))]

    connected = []

    def connect(address, *given):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)

    with pytest.raises(ConnectionRefusedError):
        outside.ask("POST", "https://rebinds.example.org/", timeout=1, longest=1, headers={})

    assert connected == [("93.184.216.34", 443)]


def test_webhooks_may_never_stay_here_in_production():
    source = (portal.BASE_DIR / "lopburi_pr" / "settings.py").read_text("utf-8")

    assert "WEBHOOKS_MAY_STAY_HERE = False" in source


# When nothing is sent


def test_nothing_leaves_and_no_try_is_counted_while_sending_is_off(settings):
    settings.OUTBOUND_ENABLED = False
    delivery = one()

    assert work() == 0

    assert after(delivery) == ("waiting", 0)


@pytest.mark.parametrize("is_urgent", [False, True])
def test_quiet_hours_put_news_off_but_not_urgent_news(mail_server, travel, is_urgent):
    night = datetime(2026, 11, 25, 22, 0, tzinfo=BANGKOK)
    travel(night)
    channel = make.channel(quiet_from="21:00", quiet_until="06:00")
    release = make.released(
        make.published(at=night - timedelta(hours=1)), [channel], is_urgent=is_urgent
    )

    work()

    delivery = release.deliveries.get()
    if is_urgent:
        assert delivery.state == "accepted"
    else:
        assert (delivery.state, delivery.tries) == ("waiting", 0)
        assert delivery.due_at == datetime(2026, 11, 26, 6, 0, tzinfo=BANGKOK)


def test_the_limit_of_a_day_puts_news_off_till_tomorrow(mail_server):
    channel = make.channel(daily_limit=1)
    first, second = (make.released(channels=[channel]).deliveries.get() for _ in range(2))

    work()

    assert [after(first), after(second)] == [("accepted", 1), ("waiting", 0)]
    due = timezone.localtime(Delivery.objects.get(pk=second.pk).due_at)
    assert (due.hour, due.minute) == (0, 0)
    assert timezone.now() < due <= timezone.now() + timedelta(days=1)


def test_news_that_waited_too_long_is_not_sent(mail_server):
    delivery = one()
    Delivery.objects.update(good_until=timezone.now() - timedelta(minutes=1))

    work()

    assert (after(delivery)[0], mail_server.letters) == ("failed", [])


def test_what_readers_no_longer_see_is_not_sent(mail_server):
    withdrawn, put_right = one(), one()
    publishing.withdraw(withdrawn.release.edition.article, by=None, reason="ผิดวัน")
    make.revised(put_right.release.edition, lead="ความนำที่ถูก")

    work()

    assert after(withdrawn)[0] == "cancelled"
    (letter,) = mail_server.letters
    assert "ความนำที่ถูก" in letter.get_content()


def test_a_channel_that_was_disabled_meanwhile_gets_nothing(mail_server):
    delivery = one()
    channels.disable(delivery.channel, by=None, reason="ปิดกิจการ")

    work()

    assert mail_server.letters == []
    assert "ปิดกิจการ" in Delivery.objects.get(pk=delivery.pk).error


# Corrections


def chased(edition, *, withdrawn=False):
    """The deliveries of a correction or withdrawal of an edition that was sent to its channels."""
    Delivery.objects.update(state="accepted", accepted_at=timezone.now() - timedelta(minutes=30))
    if withdrawn:
        publishing.withdraw(edition.article, by=None, reason="ไม่มีงานนี้")
    else:
        draft = publishing.revise(edition.article, by=None, kind="correction")
        draft.change_note, draft.lead = "เดิมบอกวันผิด", "วันที่ถูกคือวันเสาร์"
        draft.save()
        publishing.publish(draft, by=None)
    from news.models import ChaseRound

    distributing.go_round(ChaseRound.objects.get())
    return Release.objects.get(kind__in=Release.CHASED).deliveries


def test_a_correction_is_confirmed_with_one_press(client, mail_server):
    edition = make.published()
    make.released(edition)
    delivery = chased(edition).get()

    work()

    (letter,) = mail_server.letters
    text = letter.get_content()
    assert "เดิมบอกวันผิด" in text
    assert "วันที่ถูกคือวันเสาร์" in text
    path = next(word for word in text.split() if "/network/receipt/" in word)
    path = path.removeprefix("http://testserver")
    page = client.get(path)
    assert "เดิมบอกวันผิด" in page.text
    assert page.cookies == {}
    assert Delivery.objects.get(pk=delivery.pk).acknowledged_at is None
    assert client.post(path).status_code == 200
    assert Delivery.objects.get(pk=delivery.pk).acknowledged_at
    assert client.post(path).status_code == 200
    assert client.get(path[:-2] + "x/").status_code == 404


def test_a_withdrawal_says_why_and_not_what(partner):
    edition = make.published()
    make.released(edition, [make.channel("webhook", address=f"{partner.url}/200")])
    chased(edition, withdrawn=True)

    work()

    sent = json.loads(partner.requests[-1][2])
    assert sent["type"] == "news.withdrawn"
    assert sent["data"]["reason"] == "ไม่มีงานนี้"
    assert "/network/receipt/" in sent["data"]["confirm_url"]
    assert "title" not in sent["data"]


# Feeds


def test_a_feed_holds_what_was_released_and_counts_as_accepted_when_fetched(client):
    channel, other = make.channel("feed"), make.channel("feed")
    delivery = make.released(channels=[channel]).deliveries.get()
    make.released(make.published(at=timezone.now() + timedelta(days=1)), [channel])
    address = f"/network/feed/{channel.feed_token()}.json"
    assert client.head(address).status_code == 200

    answer = client.get(address)

    (item,) = answer.json()["items"]
    assert item["id"] == f"urn:uuid:{delivery.key}"
    assert item["_lopburi"]["title"] == delivery.release.edition.title
    assert after(delivery) == ("accepted", 0)
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    empty = client.get(f"/network/feed/{other.feed_token()}.json")
    assert empty.json()["items"] == []
    assert client.get(f"/network/feed/{channel.secret}.json").status_code == 404


def test_a_feed_forgets_what_was_withdrawn_and_says_so(client):
    channel = make.channel("feed")
    release = make.released(channels=[channel])
    client.get(f"/network/feed/{channel.feed_token()}.json")
    chased(release.edition, withdrawn=True)

    items = client.get(f"/network/feed/{channel.feed_token()}.json").json()["items"]

    assert [item["_lopburi"]["kind"] for item in items] == ["withdrawal"]
    assert release.edition.lead not in json.dumps(items, ensure_ascii=False)


# Workers that die


def until(condition):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def start(transactional_db, tmp_path):
    """Starts workers as processes that send deliveries alone, tried again after a second."""
    script = textwrap.dedent(
        """
        import django
        django.setup()
        from datetime import timedelta
        from lopburi_pr import background
        from news import delivering
        delivering.PAUSES = (timedelta(seconds=1),) * 6
        work = background._works["A delivery"]
        background._works.clear()
        background.register(work)
        background.run(lambda: False)
        """
    )
    started = []

    def run(**environment):
        server = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
        log = (tmp_path / f"{len(started)}.log").open("w")
        process = subprocess.Popen(
            [sys.executable, "-c", script],
            cwd=portal.BASE_DIR,
            env=os.environ
            | {
                "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
                "DJANGO_SETTINGS_MODULE": "tests.settings_here",
                "OUTBOUND_ENABLED": "1",
            }
            | environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()


def kill_while_sending(start, environment, is_done, times):
    """Kill one of two workers so many times, each when something has just been taken."""
    workers = [start(**environment) for _ in range(2)]
    for number in range(times):
        before = Delivery.objects.filter(state="accepted").count()
        until(
            lambda before=before: (
                is_done() or Delivery.objects.filter(state="accepted").count() > before
            )
        )
        if is_done():
            return number
        workers[number % 2].send_signal(signal.SIGKILL)
        workers[number % 2].wait()
        workers[number % 2] = start(**environment)
    until(is_done)
    return times


def all_accepted():
    return not Delivery.objects.exclude(state="accepted").exists()


def test_killed_workers_lose_no_letter_and_repeat_one_a_kill_at_most(start, mail_server):
    made = [make.channel() for _ in range(150)]
    release = make.released(channels=made)
    url = f"smtp://127.0.0.1:{mail_server.port}"

    kills = kill_while_sending(start, {"EMAIL_URL": url}, all_accepted, times=4)

    counts = mail_server.counts
    keys = release.deliveries.values_list("key", flat=True)
    assert kills == 4
    assert set(counts) == {f"<{key}@testserver>" for key in keys}
    assert sum(counts.values()) - len(counts) <= kills


def test_killed_workers_lose_and_double_nothing_that_has_a_key(start, partner):
    made = [
        make.channel("webhook", address=f"{partner.url}/once/{status}?{n}")
        for n, status in enumerate([200, 500, 429, 503] * 15)
    ]
    release = make.released(channels=[*made, *(make.channel("line") for _ in range(40))])
    partner.headers["Retry-After"] = "1"
    environment = {"LINE_API_URL": partner.url, "LINE_CHANNEL_TOKEN": "token"}

    kills = kill_while_sending(start, environment, all_accepted, times=4)

    keys = {str(key) for key in release.deliveries.values_list("key", flat=True)}
    assert kills == 4
    assert {key for key, times in partner.accepted.items() if times} == keys
    assert max(partner.accepted.values()) == 1


def test_a_worker_killed_between_sending_and_marking_sends_the_same_letter_again(
    start, mail_server
):
    release = make.released()
    worker = {}

    def kill():
        mail_server.taken = lambda: None
        worker["process"].kill()

    mail_server.taken = kill
    environment = {"EMAIL_URL": f"smtp://127.0.0.1:{mail_server.port}"}
    worker["process"] = start(**environment)
    worker["process"].wait(PATIENCE_SECONDS)
    assert after(release.deliveries.get()) == ("waiting", 1)

    start(**environment)

    until(all_accepted)
    assert list(mail_server.counts.values()) == [2]
