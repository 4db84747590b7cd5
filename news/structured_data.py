"""schema.org descriptions of pages, for search engines and archives."""

import json

from django.utils import timezone
from django.utils.safestring import mark_safe

from lopburi_pr.thai_text import excerpt

LONGEST_HEADLINE = 110  # what search engines show
# A "<" inside a script block could close it.
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def news_article(page, origin):
    """NewsArticle of an article's page (schema.org/NewsArticle) as JSON text safe in a script."""
    url = page["canonical_url"]
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": url,
        "url": url,
        "headline": excerpt(page["title"], LONGEST_HEADLINE - 1),
        "description": page["lead"],
        "inLanguage": page["language"],
        "datePublished": _moment(page["first_published"]),
        "dateModified": _moment(page["updated"] or page["first_published"]),
        "identifier": page["reference"],
        "version": page["version"],
        "articleSection": page["topic"]["name"] if page["topic"] else None,
        "keywords": [tag["name"] for tag in page["tags"]] or None,
        "isBasedOn": page["source_url"] or None,
        "creditText": page["source_agency"],
        "spatialCoverage": [place["name"] for place in page["districts"]]
        or page["provinces"]
        or None,
        "publisher": publisher(origin),
        "author": publisher(origin),
    }
    if page["change"] and page["change"]["is_admitted"]:
        data["correction"] = {
            "@type": "CorrectionComment",
            "text": page["change"]["note"],
            "datePublished": _moment(page["change"]["at"]),
        }
    if page["cover"]:
        data["image"] = {
            "@type": "ImageObject",
            "url": f"{origin}/pictures/{page['cover']['id']}/share.jpg",
            "width": 1200,
            "height": 630,
            "creditText": page["cover"]["credit"],
        }
    return dump({key: value for key, value in data.items() if value is not None})


# From 1, false, to 5, true; what is not proven has no place on it.
RATINGS = {"true": 5, "distorted": 3, "false": 1}


def claim_review(verdict, origin):
    """ClaimReview of a published verdict (schema.org/ClaimReview) as JSON text safe in a script."""
    rating = {"@type": "Rating", "alternateName": verdict.get_label_display()}
    if value := RATINGS.get(verdict.label):
        rating |= {"ratingValue": value, "bestRating": 5, "worstRating": 1}
    url = f"{origin}{verdict.get_absolute_url()}"
    sources = [row.url for row in verdict.evidence.all() if row.url]
    data = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": url,
        "mainEntityOfPage": url,
        "claimReviewed": verdict.claim_text,
        "itemReviewed": {"@type": "Claim", "name": verdict.claim_text},
        "reviewRating": rating,
        "reviewBody": verdict.short_answer,
        "datePublished": _moment(verdict.shown_from),
        "version": verdict.version,
        "author": publisher(origin),
        "citation": [f"{origin}{u}" if u.startswith("/") else u for u in sources] or None,
    }
    return dump({key: value for key, value in data.items() if value is not None})


def event(page, origin):
    """Event of an event's page (schema.org/Event) as JSON text safe in a script."""
    happens = "EventCancelled" if page["is_cancelled"] else "EventScheduled"
    starts, ends = (
        (page["first_day"].isoformat(), page["last_day"].isoformat())
        if page["is_all_day"]
        else (_moment(page["starts_at"]), _moment(page["ends_at"]))
    )
    address = {"@type": "PostalAddress", "addressRegion": "ลพบุรี", "addressCountry": "TH"}
    if page["district"]:
        address["addressLocality"] = page["district"]["name"]
    data = {
        "@context": "https://schema.org",
        "@type": "Event",
        "url": page["canonical_url"],
        "name": page["title"],
        "description": page["summary"],
        "inLanguage": page["language"],
        "startDate": starts,
        "endDate": ends,
        "eventStatus": f"https://schema.org/{happens}",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {"@type": "Place", "name": page["place"], "address": address},
        "organizer": {"@type": "Organization", "name": page["organiser"]},
        "image": f"{origin}/static/img/share-card.png",
    }
    return dump(data)


def _moment(value):
    """In Bangkok time with its offset."""
    return timezone.localtime(value).isoformat(timespec="seconds")


def publisher(origin):
    return {
        "@type": "GovernmentOrganization",
        "name": "สำนักงานประชาสัมพันธ์จังหวัดลพบุรี",
        "alternateName": "Lopburi Provincial Public Relations Office",
        "url": f"{origin}/",
        "logo": f"{origin}/static/img/icon-192.png",
    }


def dump(data):
    text = json.dumps(data, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(text)  # noqa: S308 -- no "<", ">" or "&" is left in it
