"""What stands round every page: the office, the menu, the other language."""

from urllib.parse import quote

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lopburi_pr.http import origin_of
from lopburi_pr.templatetags.thai import dialled
from news import alerts, listing
from news.reading import topics_by_id
from office.models import OfficeIdentity
from office.pulse import remembered

QUERY_SAFE = "%/?:@!$&'()*+,;=-._~"  # RFC 3986
SECTIONS = {
    *("/news/", "/events/", "/alerts/", "/fact-check/", "/network/", "/consulting/"),
    "/surveys/",
    *("/about/", "/contact/"),
}


def frame(request):
    """Context processor: ``frame`` for layouts/page.html. One query, shared with the lists."""
    stamp = listing.stamp(request)
    language = get_language()
    path = request.path
    bare = (path[3:] or "/") if path.startswith("/en/") else path
    query = quote(request.META.get("QUERY_STRING", "").encode("latin-1"), safe=QUERY_SAFE)
    origin = origin_of(request)
    topics = list(topics_by_id(stamp).values())
    return {
        "frame": {
            "office": office(stamp),
            "alerts": alerts.active(stamp),
            "occasion": alerts.occasion(stamp),
            "topics": topics,
            "section": _section(bare, path, topics),
            "language": language,
            "other_language_url": (bare if language == "en" else f"/en{bare}")
            + (f"?{query}" if query else ""),
            "thai_url": origin + quote(bare),
            "english_url": f"{origin}/en{quote(bare)}",
            "canonical_url": origin + quote(path),
            "origin": origin,
            "path": path,
            "query": "",
            "home_url": "/en/" if language == "en" else "/",
            "prefix": "/en" if language == "en" else "",
        }
    }


def _section(bare, path, topics):
    """The entry of the menu that this page is; blank for pages that are not in the menu."""
    if bare in SECTIONS:
        return bare.strip("/")
    return path if any(topic["url"] == path for topic in topics) else ""


def office(stamp):
    """The identity as a dictionary in the reader's language; blanks before it is loaded."""
    return remembered(("office", get_language()), stamp[0], _office)


def _office():
    row = OfficeIdentity.current()
    return {
        "name_th": row.name_th,
        "name_en": row.name_en,
        "name": row.name,
        "abbreviation_th": row.abbreviation_th,
        "address": row.address,
        "phone": row.phone,
        "phone_href": dialled(row.phone),
        "fax": row.fax,
        "email": row.email,
        "line_id": row.line_id,
        "hours": row.hours,
        "emblem_url": "/identity/emblem/" if row.emblem else "",
        "country": _("Thailand"),
    }
