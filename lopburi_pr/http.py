"""What views know of HTTP: this site's own address, and how answers may be kept by caches."""

from functools import wraps

from django.core.exceptions import DisallowedHost

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


def origin_of(request):
    """Scheme and host of this site as the reader's browser knows it.

    Blank when the host is not ours: only the page that says so is shown then.
    """
    try:
        return f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return ""
