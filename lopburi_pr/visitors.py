"""Telling visitors apart for one day without knowing who they are.

What tells them apart is a keyed digest of address and browser. Its key is made by chance each day,
kept in the cache alone and thrown away at the end of the day; from then on nobody, this office
included, can find out whose digest it was. Neither address nor browser is ever stored.
"""

import hmac
import math
import secrets
from collections import Counter
from datetime import timedelta
from functools import wraps
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.core.cache import cache
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

TOO_MUCH = _("Too much was sent from here. Please try again later, or call us.")
KEY = "visitors-key-{day}"
LONGEST_KEPT_DAYS = 30  # keys of days on which nobody came by to throw them away


def mark(request, *about) -> str:
    """64 hexadecimal digits: the same for one visitor, one day and one subject, else others."""
    return _digest(address_of(request), request.headers.get("User-Agent", ""), *about)


def seconds_to_wait(request, deed: str, *, most: int, seconds: int) -> int:
    """Count a deed of this visitor's address; 0, or how long to wait when it was one too many.

    At most ``most`` deeds of this name in each span of ``seconds``.
    """
    now = timezone.now().timestamp()
    span = int(now // seconds)
    counter = f"visitors-{_digest(address_of(request), deed, span)}"
    cache.add(counter, 0, seconds)
    try:
        count = cache.incr(counter)
    except ValueError:  # it ended between the two lines
        return 0
    return math.ceil((span + 1) * seconds - now) if count > most else 0


def seconds_to_wait_here(request, deed: str, *, most: int, seconds: int) -> int:
    """``seconds_to_wait`` for deeds that must cost nothing: counted in the memory of this process
    alone, so that several processes together allow as many times more.
    """
    now = timezone.now().timestamp()
    span = int(now // seconds)
    if _counted.get(seconds, (None,))[0] != span:
        _counted[seconds] = span, Counter()
    counter, about = _counted[seconds][1], (deed, address_of(request))
    counter[about] += 1
    return math.ceil((span + 1) * seconds - now) if counter[about] > most else 0


# Length of a span → the one that goes on, and how often each address did what in it.
_counted = {}


def limited(times, seconds):
    """Decorator: one address may POST to the view so often in so many seconds, then it gets 429.

    Many readers share an address (mobile networks), so limits are generous.
    """

    def decorator(view):
        @wraps(view)
        def counted(request, *args, **kwargs):
            if request.method == "POST":
                deed = view.__qualname__
                wait = seconds_to_wait(request, deed, most=times, seconds=seconds)
                if wait:
                    return told_to_wait(render(request, "429.html"), wait)
            return view(request, *args, **kwargs)

        return counted

    return decorator


def told_to_wait(response, wait: int):
    """The same page, saying how long to wait when there is something to wait for."""
    if wait:
        response.status_code = 429
        response.headers["Retry-After"] = str(wait)
    return response


def address_of(request) -> str:
    """Where the request comes from; of IPv6 the network, because one home has all of it.

    Behind our own nginx its last entry in ``X-Forwarded-For`` says so; what stands before that
    anybody may have written.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        address = told or address
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and not parsed.ipv4_mapped:
        return str(IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)


def forget_past_days() -> None:
    """Throw away the keys of every day before this one."""
    today = timezone.localdate()
    days = (today - timedelta(days=n) for n in range(1, LONGEST_KEPT_DAYS + 1))
    cache.delete_many([KEY.format(day=day) for day in days])


def _digest(*parts):
    text = "\n".join(map(str, parts))
    return hmac.digest(_key_of_today(), text.encode("utf-8", "replace"), "sha256").hex()


def _key_of_today():
    name = KEY.format(day=timezone.localdate())
    key = cache.get(name)
    if key is None:
        if cache.add(name, secrets.token_bytes(32), timedelta(days=1).total_seconds()):
            forget_past_days()
        key = cache.get(name)
    return key
