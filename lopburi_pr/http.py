"""What views know of HTTP: this site's own address, how answers may be kept by caches, and how
often one address may ask for what costs much.
"""

from functools import wraps

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import DisallowedHost
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac

# Short enough for "a change is visible at once" behind nginx, long enough to survive a rush.
PUBLIC = "public, max-age=0, s-maxage=10, stale-while-revalidate=30, stale-if-error=86400"


def public(view):
    """The page is the same for everybody: shared caches may keep it for seconds.

    Every view without this mark answers ``no-store`` (lopburi_pr.middleware.response_headers).
    """

    @wraps(view)
    def marked(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            response.headers["Cache-Control"] = PUBLIC
        return response

    return marked


def secret(view):
    """The address itself opens the page: search engines, other sites and caches never learn it."""

    @wraps(view)
    def marked(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    return marked


def limited(times, seconds):
    """Decorator: one address may POST to the view so often in so many seconds, then it gets 429.

    Many readers share an address (mobile networks), so limits are generous. What is counted is a
    keyed hash that nobody can turn back into an address, and it is gone after the time.
    """

    def decorator(view):
        @wraps(view)
        def counted(request, *args, **kwargs):
            if request.method == "POST" and _asked(view.__qualname__, request, seconds) > times:
                response = render(request, "429.html", status=429)
                response.headers["Retry-After"] = str(seconds)
                return response
            return view(request, *args, **kwargs)

        return counted

    return decorator


def _asked(name, request, seconds):
    """How often this address asked in the current stretch of so many seconds, now included."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.HTTPS else ""
    address = forwarded or request.META.get("REMOTE_ADDR", "")  # nginx overwrites the first
    stretch = int(timezone.now().timestamp()) // seconds
    key = f"asked:{salted_hmac(name, f'{address} {stretch}', algorithm='sha256').hexdigest()}"
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key)
    except ValueError:  # gone between the two
        return 1


def origin_of(request):
    """Scheme and host of this site as the reader's browser knows it.

    Blank when the host is not ours: only the page that says so is shown then.
    """
    try:
        return f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return ""
