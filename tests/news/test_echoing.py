"""Machines prove that they are the partner's: they send a signed challenge back."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone
from standardwebhooks import Webhook

from lopburi_pr import background
from network import confirming
from network.models import Channel, Confirmation
from tests import make

pytestmark = pytest.mark.django_db


class _Machine(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        status, answer = self.server.answer(json.loads(body)["data"]["challenge"])
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://169.254.169.254/")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


@pytest.fixture
def machine(settings):
    settings.OUTBOUND_ENABLED = settings.WEBHOOKS_MAY_STAY_HERE = True
    with ThreadingHTTPServer(("127.0.0.1", 0), _Machine) as server:
        server.got, server.answer = [], lambda said: (200, json.dumps({"challenge": said}).encode())
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def asked(machine):
    address = f"http://127.0.0.1:{machine.server_port}/news"
    channel = make.channel("webhook", state="unverified")
    Channel.objects.filter(pk=channel.pk).update(address="https://partner.example.org/news")
    confirming.ask(channel, by=None)
    Channel.objects.filter(pk=channel.pk).update(address=address)
    return channel


def work():
    return background._do_some(background._works["A question to a machine"], lambda: False)


def after(channel):
    found = Confirmation.objects.get(channel=channel)
    return Channel.objects.get(pk=channel.pk).state, found.state, found.error


def test_a_machine_that_sends_the_challenge_back_is_used(machine):
    channel = asked(machine)

    assert work() == 1

    assert after(channel) == ("active", "confirmed", "")
    ((headers, body),) = machine.got
    lower = {name.lower(): value for name, value in headers.items()}
    told = Webhook(channel.signing_secrets()[0]).verify(body, lower)  # raises when it is not ours
    assert told["type"] == "channel.confirm"
    assert work() == 0


def test_the_bare_challenge_will_do(machine):
    machine.answer = lambda said: (200, f"{said}\n".encode())
    channel = asked(machine)

    work()

    assert after(channel)[0] == "active"


@pytest.mark.parametrize(
    "answer",
    [
        lambda said: (200, b""),
        lambda said: (200, b"ok"),
        lambda said: (200, said[:-1].encode()),
        lambda said: (200, json.dumps({"challenge": [said]}).encode()),
        lambda said: (200, json.dumps([said]).encode()),
        lambda said: (200, b"\xff" * 3000),
        lambda said: (200, b"[" * 1900),
        lambda said: (302, said.encode()),
        lambda said: (500, said.encode()),
    ],
)
def test_any_other_answer_proves_nothing_and_is_explained(machine, answer):
    machine.answer = answer
    channel = asked(machine)

    work()

    channel_state, state, error = after(channel)
    assert (channel_state, state) == ("unverified", "waiting")
    assert error


def test_it_is_asked_four_times_at_most(machine):
    machine.answer = lambda said: (500, b"")
    channel = asked(machine)

    for _ in range(6):
        work()
        Confirmation.objects.update(due_at=timezone.now())

    assert after(channel)[:2] == ("unverified", "failed")
    assert len(machine.got) == 4


def test_no_machine_behind_our_wall_is_asked(machine, settings):
    settings.WEBHOOKS_MAY_STAY_HERE = False
    channel = asked(machine)

    work()

    assert machine.got == []
    assert after(channel)[0] == "unverified"


def test_nothing_is_asked_while_sending_is_switched_off(machine, settings):
    settings.OUTBOUND_ENABLED = False
    asked(machine)

    assert work() == 0
    assert machine.got == []
