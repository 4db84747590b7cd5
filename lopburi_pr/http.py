"""How answers may be kept by caches between the portal and its readers."""

from functools import wraps

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
