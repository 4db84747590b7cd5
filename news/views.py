"""Pages of news: lists, one article, its print, a preview for staff."""

from datetime import datetime, time, timedelta
from functools import wraps

from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lopburi_pr import citing
from lopburi_pr.calendar_fields import DayField
from lopburi_pr.http import origin_of, public
from lopburi_pr.paging import PageOf, page_number
from lopburi_pr.thai_calendar import BANGKOK
from news import (
    challenges,
    distributing,
    documents,
    listing,
    reading,
    stars,
    structured_data,
)
from news import corrections as admitted
from news import history as past
from news.list_page import hub, list_page
from news.listing import Filters
from news.models import Challenge, Edition
from office.models import OfficeIdentity
from office.pulse import remembered

MOMENT = timedelta(microseconds=1)


@require_safe
@public
def articles(request):
    if request.GET.get("q", "").strip():
        return redirect(f"{reverse('search')}?{request.GET.urlencode()}")
    return _list(request, _("All news"), "", base=reverse("news:articles"))


@require_safe
@public
def topic(request, slug):
    topics = reading.topics_by_id(listing.stamp(request)).values()
    subject = next((topic for topic in topics if topic["slug"] == slug), None)
    if subject is None:
        raise Http404
    return _list(
        request,
        subject["name"],
        _("News of the province about this topic."),
        base=subject["url"],
        fixed={"topic": slug},
        # Whoever filters or turns the page has seen what stands above the list.
        hub={} if request.GET else hub(slug, listing.stamp(request)),
    )


@require_safe
@public
def district(request, code):
    stamp = listing.stamp(request)
    place = reading.districts_by_code(stamp).get(str(code))
    if place is None:
        raise Http404
    province = reading.provinces_by_code(stamp)[place["province"]]
    return _list(
        request,
        _("%(district)s District, %(province)s")
        % {"district": place["name"], "province": province},
        _("News that happens in this district or concerns its people."),
        base=place["url"],
        fixed={"district": place["code"]},
        bulletin_url=reverse("news:district-bulletin", args=[place["code"]]),
    )


@require_safe
@public
def tag(request, pk):
    subject = get_object_or_404(listing.tags_in_use(), pk=pk)
    return _list(
        request,
        f"#{subject.name}",
        _("News with this tag."),
        base=subject.get_absolute_url(),
        fixed={"tag": str(pk)},
    )


def _list(request, title, description, *, base, fixed=None, hub=None, bulletin_url=""):
    fixed = fixed or {}
    filters = Filters.of(request.GET, **fixed)
    everything = request.GET.get("language") == "all"
    context = list_page(
        filters,
        stamp=listing.stamp(request),
        page=request.GET.get("page", ""),
        base=base,
        fixed=tuple(fixed),
        everything=everything,
    )
    narrowed = filters.query_string(tuple(fixed), language="all" if everything else "")
    context |= {
        "title": title,
        "description": description,
        "place": fixed.get("district", ""),
        "bulletin_url": bulletin_url,
        "hub": hub,
        "follow_url": f"{base}follow/" if {"topic", "district"} & set(fixed) else "",
        "feed_urls": {form: f"{base}feed.{form}{narrowed}" for form in ("atom", "rss", "json")},
    }
    return render(request, "news/article_list.html", {"listing": context})


def lasting(view):
    """What an article that has ended answers at any of its addresses: where it went, or why."""

    @wraps(view)
    def answered(request, year, number, **rest):
        try:
            return view(request, year, number, **rest)
        except Http404:
            ended = admitted.end_of(year, number, get_language())
            if ended is None:
                raise
        if ended.article.merged_into:
            return redirect(ended.article.merged_into, permanent=True)
        context = {"ended": ended, "chase": distributing.count_of(ended.article_id)}
        return render(request, "news/article_gone.html", context, status=410)

    return answered


@require_safe
@public
@lasting
def article(request, year, number):
    page = current(request, year, number)
    tally = stars.lately(page) if stars.are_on(page) else None
    is_admitted = page["change"] and page["change"]["is_admitted"]
    chase = distributing.lately(page) if is_admitted else None
    return render(request, "news/article.html", {"article": page, "tally": tally, "chase": chase})


@require_safe
@public
@lasting
def article_print(request, year, number):
    page = current(request, year, number)
    thai_digits = _asks_for_thai_digits(request)
    told = documents.document(page, listing.stamp(request), thai_digits=thai_digits)
    context = {"article": page, "document": told, "thai_digits": thai_digits}
    return render(request, "news/article_print.html", context)


@require_safe
@public
@lasting
def article_pdf(request, year, number):
    page, thai_digits = current(request, year, number), _asks_for_thai_digits(request)
    told = documents.document(page, listing.stamp(request), thai_digits=thai_digits)
    key = ("pdf", page["verify_url"], page["language"], thai_digits)
    return _pdf(told, remembered(key, listing.stamp(request), lambda: documents.pdf(told)))


def _asks_for_thai_digits(request):
    return request.GET.get("digits") == "thai"


def _pdf(told, data):
    """Shown in the browser; a copy found elsewhere is not taken for the news page."""
    return HttpResponse(
        data,
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(False, told["file_name"]),
            "Content-Language": told["language"],
            "X-Robots-Tag": "noindex",
        },
    )


@require_safe
@public
@lasting
def history(request, year, number):
    """Every version that readers have seen, and what the program found changed in each.

    ``?day=`` leads to the version of that day.
    """
    page = current(request, year, number)
    asked, refusal = request.GET.get("day", "").strip(), ""
    if asked:
        try:
            day = DayField().clean(asked)
            return redirect(f"{page['path']}as-of/{day.isoformat()}/")
        except ValidationError as error:
            refusal = error.messages[0]
    key = ("versions", page["article_id"])  # comparing long texts is work for one reader, not all
    editions = remembered(key, listing.stamp(request), lambda: past.versions(key[1]))
    return render(
        request,
        "news/article_history.html",
        {
            "article": page,
            "versions": editions[::-1],
            "address": page["path"],
            "reported": challenges.titled(Challenge.objects.decided()).filter(article=key[1]),
            "asked": asked,
            "refusal": refusal,
        },
        status=400 if refusal else 200,
    )


@require_safe
@public
@lasting
def as_of(request, year, number, day):
    """The version that readers saw at the end of a day in Bangkok."""
    page = current(request, year, number)
    midnight = datetime.combine(day + timedelta(days=1), time(), BANGKOK)
    shown = Edition.objects.published(min(midnight - MOMENT, timezone.now()))
    edition = get_object_or_404(shown, article=page["article_id"])
    return redirect(f"{page['path']}v{edition.version}/")


@require_safe
@public
@lasting
def version(request, year, number, version):
    """An earlier version as it was shown, under a notice that says so."""
    page = current(request, year, number)
    if version == page["version"]:
        return redirect(page["path"])
    edition = _released(page, version)
    rows = list(reading.page_rows().filter(pk=edition.pk))
    old = _page(rows, listing.stamp(request), origin_of(request))
    # Search engines and citations are led to what the office says now.
    old |= {"jsonld": "", "replaced": edition.shown_until, "is_old": True}
    return render(request, "news/article.html", {"article": old, "tally": None, "chase": None})


@require_safe
@public
@lasting
def paragraphs(request, year, number):
    """Each paragraph of the version in force with the address that stays its own."""
    page = current(request, year, number)
    context = {
        "article": page,
        "paragraphs": page["paragraphs"],
        "address": f"{page['path']}v{page['version']}/",
    }
    return render(request, "news/paragraphs.html", context)


@require_safe
@public
@lasting
def changes(request, year, number, old, new):
    """Two versions woven together, word by word."""
    page = current(request, year, number)
    if old >= new:
        raise Http404
    before, after = _released(page, old), _released(page, new)
    found = remembered(
        ("changes", before.pk, after.pk),
        listing.stamp(request),
        lambda: past.changes(before, after),
    )
    context = {"article": page, "before": before, "after": after, "address": page["path"]}
    return render(request, "news/article_changes.html", context | {"changes": found})


@require_safe
@public
@lasting
def cite(request, year, number, form):
    """The version in force as a citation to download."""
    page = current(request, year, number)
    office = OfficeIdentity.current()
    cited = citing.Citation(
        author_th=office.name_th,
        author_en=office.name_en,
        title=page["title"],
        language=page["language"],
        reference=page["reference"],
        version=page["version"],
        published=timezone.localdate(page["first_published"]),
        version_of=timezone.localdate(page["updated"] or page["first_published"]),
        url=f"{page['canonical_url']}v{page['version']}/",
        accessed=timezone.localdate(),
    )
    return citing.download(cited, form)


@require_safe
@public
def corrections(request):
    """Everything the office had wrong and said so, and how fast it was put right."""
    rows = _admitted(request)
    shown = PageOf(page_number(request.GET.get("page", ""), len(rows)), len(rows))
    context = {
        "rows": rows[shown.slice],
        "median": admitted.median_time(rows),
        "pagination": shown.links(lambda n: f"?page={n}" if n > 1 else request.path),
        "is_first": shown.number == 1,
    }
    return render(request, "news/corrections.html", context)


def _admitted(request):
    language = get_language()
    return remembered(
        ("admitted", language), listing.stamp(request), lambda: admitted.admitted(language)
    )


def current(request, year, number):
    """The article's page data; only what is shown now has a past that is shown."""
    language, origin, stamp = get_language(), origin_of(request), listing.stamp(request)
    return remembered(
        ("article", year, number, language, origin),
        stamp,
        lambda: _page(reading.find(year, number, language), stamp, origin),
    )


def _released(page, version):
    return get_object_or_404(
        Edition.objects.released(), article=page["article_id"], version=version
    )


@require_safe
@staff_member_required
@permission_required("news.view_edition", raise_exception=True)
def preview(request, pk):
    """Any edition as readers will see it, for staff only."""
    rows = list(reading.page_rows().filter(pk=pk))
    page = _page(rows, listing.stamp(request), origin_of(request), is_preview=True)
    return render(request, "news/article.html", {"article": page, "tally": None, "chase": None})


@require_safe
@staff_member_required
@permission_required("news.view_edition", raise_exception=True)
def preview_pdf(request, pk):
    """Any edition on paper, to be signed or read before it is approved."""
    rows = list(reading.page_rows().filter(pk=pk))
    page = _page(rows, listing.stamp(request), origin_of(request), is_preview=True)
    told = documents.document(
        page, listing.stamp(request), thai_digits=_asks_for_thai_digits(request)
    )
    return _pdf(told, documents.pdf(told))


def _page(rows, stamp, origin, *, is_preview=False):
    if not rows:
        raise Http404
    page = reading.article_page(rows, stamp, origin)
    # Machines are told only about what was published.
    jsonld = "" if is_preview else structured_data.news_article(page, origin)
    return page | {"is_preview": is_preview, "jsonld": jsonld, "is_old": False}
