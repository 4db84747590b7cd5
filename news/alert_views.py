"""Pages of alerts, and the same for machines: CAP files, a feed of them, what holds now as JSON."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from lopburi_pr.http import origin_of, public
from news import alerts as reading
from news import cap, listing


@require_safe
@public
def alerts(request):
    """What is in force first, then the past year."""
    past = reading.past(listing.stamp(request))
    return render(request, "news/alerts.html", {"past": past, "emergency": reading.EMERGENCY})


@require_safe
@public
def alert(request, year, number):
    row, stamp = _found(year, number), listing.stamp(request)
    page = reading.page(row, stamp, origin_of(request))
    return render(request, "news/alert.html", {"alert": page, "emergency": reading.EMERGENCY})


@require_safe
@conditional_page
@public
def cap_file(request, year, number):
    row, stamp = _found(year, number), listing.stamp(request)
    text = cap.document(row, reading.earlier(row), stamp, origin_of(request))
    return HttpResponse(text, content_type=cap.CONTENT_TYPE)


def _found(year, number):
    row = reading.find(year, number)
    if row is None:
        raise Http404
    return row


class CapFeed(Atom1Feed):
    """Atom whose entries lead to CAP files too (OASIS Example Practices: CAP Feeds 1.0)."""

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        link = {"rel": "alternate", "type": cap.CONTENT_TYPE, "href": item["cap_url"]}
        handler.addQuickElement("link", "", link)


@require_safe
@conditional_page
@public
def feed(request):
    """The newest messages, updates and cancellations too; each says until when it holds."""
    stamp, origin = listing.stamp(request), origin_of(request)
    title = _("Alerts of the Lopburi Provincial Public Relations Office")
    document = CapFeed(
        title=title,
        link=f"{origin}{request.path.removesuffix('feed.atom')}",
        description=title,
        language=get_language(),
        feed_url=f"{origin}{request.path}",
        author_name=_("Lopburi Provincial Public Relations Office"),
    )
    for row in reading.latest_rows():
        shown = reading.shown(row, stamp)
        document.add_item(
            title=shown["headline"]
            if shown["is_real"]
            else f"{shown['level']}: {shown['headline']}",
            link=f"{origin}{shown['url']}",
            description=shown["instruction"] or shown["description"],
            unique_id=f"{origin}{shown['cap_url']}",
            pubdate=row["shown_from"],
            updateddate=row["sent_at"],
            author_name=shown["agency"],
            categories=[row["category"]],
            cap_url=f"{origin}{shown['cap_url']}",
        )
    return HttpResponse(document.writeString("utf-8"), content_type=document.content_type)


@require_safe
@conditional_page
@public
def current(request):
    """What is in force, in both languages, for signboards and partners on any site."""
    stamp, origin = listing.stamp(request), origin_of(request)
    told = [_told(row, stamp, origin) for row in reading.active_rows(stamp)]
    return JsonResponse(
        {"alerts": told},
        json_dumps_params={"ensure_ascii": False},
        headers={"Access-Control-Allow-Origin": "*"},
    )


def _told(row, stamp, origin):
    both = {}
    for language in ("th", "en"):
        with override(language):
            both[language] = reading.shown(row, stamp)
    shown = both["th"]
    return {
        "identifier": shown["identifier"],
        "status": shown["status"],
        **{name: row[name] for name in ("category", "urgency", "severity", "certainty")},
        "msgType": row["msg_type"],
        **{
            name: {language: text[name] for language, text in both.items()}
            for name in ("event", "headline", "instruction", "description", "agency", "places")
        },
        "codes": [*row["province_codes"], *row["district_codes"]],
        "sent": cap.moment(row["sent_at"]),
        "effective": cap.moment(row["shown_from"]),
        "onset": cap.moment(row["onset_at"]),
        "expires": cap.moment(row["expires_at"]),
        "phone": row["phone"],
        "is_sample": row["is_sample"],
        "url": {language: f"{origin}{text['url']}" for language, text in both.items()},
        "cap_url": f"{origin}{shown['cap_url']}",
    }
