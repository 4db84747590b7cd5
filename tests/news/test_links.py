"""The link checker, against a real server on this machine."""

import socket
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.utils import timezone

from lopburi_pr import background
from news import links, outside, publishing
from news.models import LinkCheck
from tests import make

Problem = LinkCheck.Problem


class Site(BaseHTTPRequestHandler):
    """Answers with the status that its path names; /to/… redirects there, /get needs GET."""

    asked = []

    def do_HEAD(self):
        self.asked.append((self.command, self.path))
        word, _slash, rest = self.path[1:].partition("/")
        if word == "to":
            self.send_response(302)
            self.send_header("Location", rest)
        elif word == "get":
            self.send_response(200 if self.command == "GET" else 405)
        else:
            self.send_response(int(word))
        self.end_headers()

    do_GET = do_HEAD  # noqa: N815

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


ask_here = partial(links.ask, may_be_here=True)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/200", ("", 200)),
        ("/404", (Problem.GONE, 404)),
        ("/410", (Problem.GONE, 410)),
        ("/403", ("", 403)),
        ("/500", (Problem.FAILS, 500)),
        ("/get", ("", 200)),
        ("/to//200", ("", 200)),
        ("/to//404", (Problem.GONE, 404)),
        ("/to/file:///etc/passwd", (Problem.FORBIDDEN, None)),
        ("/to/http://10.0.0.1/", (Problem.FORBIDDEN, None)),
        ("/to/http://169.254.169.254/latest/", (Problem.FORBIDDEN, None)),
    ],
)
def test_what_a_site_answers_is_understood(site, path, expected):
    assert ask_here(site + path) == expected


def test_a_redirect_that_never_ends_fails(site):
    # Each hop leads to the next: /to//to//to/…
    path = "/to/" * 8 + "/200"

    assert ask_here(site + path)[0] == Problem.FAILS


def test_a_site_that_hangs_up_or_drips_is_silent(monkeypatch):
    monkeypatch.setattr(links, "LONGEST_SECONDS", 0.5)
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/"

    def serve():
        while True:
            try:
                caller, _ = listening.accept()
                while caller.send(b"HTTP/1.1 200 OK\r\nX-Slow: "):
                    timezone.now()
            except OSError:
                return

    Thread(target=serve, daemon=True).start()

    assert ask_here(address) == (Problem.SILENT, None)
    listening.close()
    assert ask_here(address) == (Problem.SILENT, None)


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://0.0.0.0/"),
        *(
            "http://10.1.2.3/",
            "http://192.168.1.1/",
            "http://169.254.169.254/",
            "http://100.64.0.1/",
        ),
        *("http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[fd00::1]/"),
        *("http://2130706433/", "http://0x7f.1/", "ftp://example.org/", "file:///etc/passwd"),
        "http:///nothing",
    ],
)
def test_nothing_inside_a_network_is_ever_asked(site, url):
    before = list(Site.asked)

    assert links.ask(url)[0] in {Problem.FORBIDDEN, Problem.SILENT}
    assert links.ask(f"{site}/200") == (Problem.FORBIDDEN, None)
    assert Site.asked == before


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        *(("8.8.8.8", True), ("2001:4860:4860::8888", True), ("127.0.0.53", False)),
        *(("::ffff:10.0.0.1", False), ("2002:7f00:1::", False), ("fe80::1%eth0", False)),
        *(("224.0.0.1", False), ("192.0.2.1", False), ("::", False)),
    ],
)
def test_public_addresses_are_told_from_others(address, is_public):
    assert outside.is_public(address) is is_public


def test_a_name_with_one_private_address_is_refused(monkeypatch):
    """Whoever runs a name server may mix addresses."""
    mixed = [(2, 1, 6, "", (address, 80)) for address in ("8.8.8.8", "192.168.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: mixed)

    assert links.ask("http://example.org/") == (Problem.FORBIDDEN, None)


# Rows of the worker


@pytest.fixture
def row(db):
    edition = make.published(source_url="http://10.0.0.1/")
    return LinkCheck.objects.get(edition=edition)


def test_publishing_has_every_link_of_the_text_checked_once(db):
    body = '<p><a href="https://example.org/a?b=1&amp;c=2">ก</a> <a href="/news/">ข</a>'
    body += ' <a href="mailto:a@example.org">ค</a> <a href="https://example.org/src">ง</a></p>'
    draft = make.draft(body=body, source_url="https://example.org/src")
    assert not LinkCheck.objects.exists()

    make.publish(draft)

    urls = set(LinkCheck.objects.values_list("url", flat=True))
    assert urls == {"https://example.org/src", "https://example.org/a?b=1&c=2"}


def test_a_link_is_asked_every_two_weeks(row, travel):
    now = timezone.now()
    travel(now)

    links.check(row)

    row.refresh_from_db()
    assert (row.problem, row.checked_at, row.due_at) == (
        Problem.FORBIDDEN,
        now,
        now + timedelta(days=14),
    )
    assert list(LinkCheck.objects.broken()) == [row]


def test_a_site_that_fails_is_asked_again_before_it_counts(row, monkeypatch):
    monkeypatch.setattr(links, "ask", lambda url: (Problem.SILENT, None))

    for tries, expected in ((1, ""), (2, ""), (3, Problem.SILENT)):
        LinkCheck.objects.update(tries=tries)
        row.refresh_from_db()
        links.check(row)
        row.refresh_from_db()
        assert row.problem == expected
    assert (row.tries, row.state) == (0, "waiting")


def test_links_of_what_nobody_sees_any_more_are_forgotten(row):
    LinkCheck.objects.update(problem=Problem.GONE)
    assert LinkCheck.objects.broken().exists()

    publishing.withdraw(row.edition.article, by=None, reason="ผิด")

    assert not LinkCheck.objects.broken().exists()
    row = LinkCheck.objects.select_related("edition").get()
    links.check(row)
    assert not LinkCheck.objects.exists()


def test_nothing_leaves_the_machine_until_it_is_allowed(settings):
    assert settings.OUTBOUND_ENABLED is False
    assert "Links to other sites" not in background._works
