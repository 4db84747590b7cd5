"""The other ends of deliveries, as real servers on this machine: one for mail, one for HTTP."""

import threading
import time
from collections import Counter
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class MailServer:
    """Takes every letter, refuses mailboxes of ``nobody`` and is busy for those of ``busy``.

    A context manager with the ``letters`` it took and how many ``lines`` were opened to it.
    """

    def __init__(self):
        self.letters, self.lines = [], 0
        self.taken = lambda: None
        self.controller = Controller(self, hostname="127.0.0.1", port=_free_port())
        self.controller.factory = self._line

    def _line(self):
        self.lines += 1
        return SMTP(self, enable_SMTPUTF8=True)

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address.startswith("nobody"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("busy"):
            return "451 4.2.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        self.taken()
        return "250 OK"

    @property
    def counts(self):
        """How often each Message-ID came."""
        return Counter(letter["Message-ID"] for letter in self.letters)

    @property
    def port(self):
        return self.controller.port

    def __enter__(self):
        self.controller.start()
        self.lines = 0  # the controller tries one itself
        return self

    def __exit__(self, *_):
        self.controller.stop()


class Partner(ThreadingHTTPServer):
    """A partner's machine, and LINE: answers /200 with 200, /410 with 410 and so on, in ``/slow``
    not in time, /away with a redirect; /once/500 answers 500 the first time it sees an id and 200
    or 409 from then on. A context manager.

    ``requests`` are all it got, as (path, headers, body); ``accepted`` counts by id what it took.
    """

    daemon_threads = True

    def __init__(self):
        self.requests, self.accepted, self.lock = [], Counter(), threading.Lock()
        self.headers = {}
        self.taken = lambda: None
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        key = self.headers.get("webhook-id") or self.headers.get("X-Line-Retry-Key")
        partner = self.server
        with partner.lock:
            is_known = bool(partner.accepted[key])
            is_first = not any(self._key(request) == key for request in partner.requests)
            partner.requests.append((self.path, self.headers, body))
            status = self._status(is_known, is_first)
            if status == 200:
                partner.accepted[key] += 1
        if status == 200:
            partner.taken()
        self.send_response(status)
        for name, value in partner.headers.items():
            self.send_header(name, value)
        if status == 302:
            self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
        self.send_header("X-Line-Request-Id", f"line-{key}")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    @staticmethod
    def _key(request):
        return request[1].get("webhook-id") or request[1].get("X-Line-Retry-Key")

    def _status(self, is_known, is_first):
        path = self.path.partition("?")[0]
        if is_known:
            return 409
        if path == "/slow":
            time.sleep(3)
            return 200
        if path == "/away":
            return 302
        if path.startswith("/once/"):
            return int(path[6:]) if is_first else 200
        return int(path[1:]) if path[1:].isdecimal() else 200

    def log_message(self, *_):
        pass


def _free_port():
    import socket

    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return opened.getsockname()[1]
