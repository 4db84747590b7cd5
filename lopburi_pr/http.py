"""What views know of HTTP: this site's own address, how answers may be kept by caches, and how
often one address may ask for what costs much.
"""

from functools import wraps

from django.core.exceptions import DisallowedHost
from django.shortcuts import render

from lopburi_pr import visitors

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
            if request.method == "POST":
                deed = view.__qualname__
                wait = visitors.seconds_to_wait(request, deed, most=times, seconds=seconds)
                if wait:
                    return visitors.told_to_wait(render(request, "429.html"), wait)
            return view(request, *args, **kwargs)

        return counted

    return decorator


def origin_of(request):
    """Scheme and host of this site as the reader's browser knows it.

    Blank when the host is not ours: only the page that says so is shown then.
    """
    try:
        return f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return ""
