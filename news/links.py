"""Whether links to other sites still lead somewhere; asked seldom, and never inside of a network.

A link is data that somebody typed, so asking it must not become a way to reach what stands behind
our own wall: every address that a name resolves to is looked at before one of them is connected
to, that very address is used, and each redirect is looked at again.
"""

import http.client
import ipaddress
import re
import socket
import ssl
from contextlib import suppress
from datetime import timedelta
from html import unescape
from threading import Timer
from urllib.parse import quote, urljoin, urlsplit

from django.utils import timezone

from news.models import Edition, LinkCheck

EVERY = timedelta(days=14)
AGAIN = timedelta(hours=6)  # a site that fails once may only be resting
TRIES = 3
TIMEOUT_SECONDS = 5
LONGEST_SECONDS = 15  # of one answer, however slowly it drips
REDIRECTS = 5
LONGEST_URL = 2000
REDIRECTED = {301, 302, 303, 307, 308}
GONE = {404, 410}
# They answer, only not to machines.
SHY = {401, 403, 405, 406, 429, 451, 999}
AGENT = "LopburiPR-LinkCheck/1.0"
Problem = LinkCheck.Problem

_href = re.compile(r'<a\b[^>]*\bhref="(https?://[^"]+)"', re.IGNORECASE)


class ForbiddenError(Exception):
    """The address is none of the public internet."""


def links(edition: Edition) -> list[str]:
    """The addresses of other sites to which an edition leads."""
    found = [edition.source_url, *map(unescape, _href.findall(edition.body))]
    return [url for url in dict.fromkeys(found) if url and len(url) <= LONGEST_URL]


def watch(editions) -> None:
    """Have the links of these editions checked from the moment they are shown."""
    LinkCheck.objects.bulk_create(
        [
            LinkCheck(edition=edition, url=url, due_at=edition.shown_from)
            for edition in editions
            if edition.shown_from
            for url in links(edition)
        ],
        ignore_conflicts=True,
    )


def check(row: LinkCheck) -> None:
    """Ask one link and write down how it went and when it is asked again."""
    edition, now = row.edition, timezone.now()
    if edition.shown_until and edition.shown_until <= now:
        row.delete()  # nobody follows it any more
        return
    problem, status = ask(row.url)
    if problem and problem != Problem.FORBIDDEN and row.tries < TRIES:
        row.due_at = now + AGAIN
        row.save(update_fields=["due_at"])
        return
    row.problem, row.status, row.checked_at = problem, status, now
    row.due_at, row.tries, row.error = now + EVERY, 0, ""
    row.save()


def ask(url: str, *, may_be_here: bool = False) -> tuple[str, int | None]:
    """``(problem, status)`` of an address: problem is blank when it leads somewhere.

    ``may_be_here`` lets tests ask this machine itself.
    """
    status = None
    try:
        for _redirect in range(REDIRECTS + 1):
            status, location = _answer(url, may_be_here)
            if status not in REDIRECTED or not location:
                break
            url = urljoin(url, location)
    except ForbiddenError:
        return Problem.FORBIDDEN, None
    except (OSError, http.client.HTTPException, ValueError):
        return Problem.SILENT, None
    if status in GONE:
        return Problem.GONE, status
    return ("" if status < 300 or status in SHY else Problem.FAILS), status


def _answer(url, may_be_here):
    """Status and redirection of one address; many sites know HEAD badly, so GET follows."""
    status, location = _request("HEAD", url, may_be_here)
    if status >= 400:
        status, location = _request("GET", url, may_be_here)
    return status, location


def _request(method, url, may_be_here):
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ForbiddenError(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    name = parts.hostname.encode("idna").decode()
    connection = http.client.HTTPConnection(name, port, timeout=TIMEOUT_SECONDS)
    opened = socket.create_connection((_address(name, port, may_be_here), port), TIMEOUT_SECONDS)
    if parts.scheme == "https":
        opened = ssl.create_default_context().wrap_socket(
            opened, server_hostname=name, do_handshake_on_connect=False
        )
    timer = Timer(LONGEST_SECONDS, _hang_up, [opened])
    timer.start()
    try:
        if parts.scheme == "https":
            opened.do_handshake()
        connection.sock = opened  # to the address that was looked at, whatever the name says now
        target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=-._~")
        if parts.query:
            target += f"?{quote(parts.query, safe='/%:@!$&()*+,;=-._~?')}"
        connection.request(method, target, headers={"User-Agent": AGENT, "Accept": "*/*"})
        answer = connection.getresponse()  # the body stays unread
        return answer.status, answer.getheader("Location", "")
    finally:
        timer.cancel()
        connection.close()
        opened.close()


def _hang_up(opened):
    with suppress(OSError):  # it has hung up itself
        socket.socket.shutdown(opened, socket.SHUT_RDWR)


def _address(name, port, may_be_here):
    """One address of a host all of whose addresses are public. Raises ForbiddenError."""
    found = [place[0] for *_, place in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)]
    for address in found:
        if not (is_public(address) or (may_be_here and ipaddress.ip_address(address).is_loopback)):
            raise ForbiddenError(address)
    return found[0]


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, those carried inside of it too."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:  # with a zone: fe80::1%eth0
        return False
    if ip.version == 6:
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
        if ip.sixtofour or ip.teredo or ip in _TRANSLATED:
            return False
    return ip.is_global and not ip.is_multicast


_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: any IPv4 address behind it
