"""Asking an address elsewhere that somebody typed, without reaching what stands behind our wall.

Every address that a name resolves to is looked at before one of them is connected to, and that very
address is used, whatever the name says a moment later. Redirects are told, never followed.
"""

import http.client
import ipaddress
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from urllib.parse import quote, urlsplit

PORTS = {"http": 80, "https": 443}
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: any IPv4 address behind it


class ForbiddenError(Exception):
    """The address is none of the public internet."""


@dataclass(frozen=True)
class Answer:
    """What the other side said; ``text`` is no longer than was asked for."""

    status: int
    headers: http.client.HTTPMessage
    text: str = ""

    def header(self, name: str) -> str:
        return self.headers.get(name, "")


def ask(
    method: str,
    url: str,
    *,
    timeout: float,
    longest: float,
    headers: dict[str, str],
    body: bytes | None = None,
    schemes=("http", "https"),
    read: int = 0,
    may_be_here: bool = False,
) -> Answer:
    """The answer of an address, and up to ``read`` bytes of its text.

    ``timeout`` seconds are waited for each step, ``longest`` for all of them, however slowly the
    other side drips. ``may_be_here`` lets tests ask this machine itself. Raises ForbiddenError,
    OSError, http.client.HTTPException or ValueError (for what is no address at all).
    """
    parts = urlsplit(url)
    if parts.scheme not in schemes or not parts.hostname:
        raise ForbiddenError(url)
    port = parts.port or PORTS[parts.scheme]
    name = parts.hostname.encode("idna").decode()
    connection = http.client.HTTPConnection(name, port, timeout=timeout)
    opened = socket.create_connection((_address(name, port, may_be_here), port), timeout)
    if parts.scheme == "https":
        opened = ssl.create_default_context().wrap_socket(
            opened, server_hostname=name, do_handshake_on_connect=False
        )
    timer = Timer(longest, _hang_up, [opened])
    timer.start()
    try:
        if parts.scheme == "https":
            opened.do_handshake()
        connection.sock = opened  # to the address that was looked at, whatever the name says now
        target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=-._~")
        if parts.query:
            target += f"?{quote(parts.query, safe='/%:@!$&()*+,;=-._~?')}"
        connection.request(method, target, body=body, headers=headers)
        answer = connection.getresponse()
        text = answer.read(read).decode("utf-8", "replace") if read else ""
        return Answer(answer.status, answer.headers, text)
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
