"""Pages of news: lists, one article, its print, a preview for staff."""

from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lopburi_pr.frame import origin_of
from lopburi_pr.http import public
from news import listing, reading, structured_data
from news.list_page import list_page
from news.listing import Filters
from news.models import Tag, Topic
from office.models import District


@require_safe
@public
def articles(request):
    if request.GET.get("q", "").strip():
        return redirect(f"{reverse('search')}?{request.GET.urlencode()}")
    return _list(request, _("All news"), "", base=reverse("news:articles"))


@require_safe
@public
def topic(request, slug):
    subject = get_object_or_404(Topic, slug=slug)
    return _list(
        request,
        subject.name,
        _("News of the province about this topic."),
        base=subject.get_absolute_url(),
        fixed={"topic": slug},
        has_feeds=True,
    )


@require_safe
@public
def district(request, code):
    place = get_object_or_404(District.objects.select_related("province"), code=str(code))
    return _list(
        request,
        _("%(district)s District, %(province)s")
        % {"district": place.name, "province": place.province.name},
        _("News that happens in this district or concerns its people."),
        base=place.get_absolute_url(),
        fixed={"district": place.code},
        has_feeds=True,
    )


@require_safe
@public
def tag(request, pk):
    subject = get_object_or_404(Tag, pk=pk)
    return _list(
        request,
        f"#{subject.name}",
        _("News with this tag."),
        base=subject.get_absolute_url(),
        fixed={"tag": str(pk)},
    )


def _list(request, title, description, *, base, fixed=None, has_feeds=False):
    fixed = fixed or {}
    filters = Filters.of(request.GET, **fixed)
    context = list_page(
        filters,
        stamp=listing.stamp(request),
        page=request.GET.get("page", ""),
        base=base,
        fixed=tuple(fixed),
        everything=request.GET.get("language") == "all",
    )
    feed_base = base if has_feeds or not fixed else reverse("news:articles")
    context |= {
        "title": title,
        "description": description,
        "feed_urls": {form: f"{feed_base}feed.{form}" for form in ("atom", "rss", "json")},
    }
    return render(request, "news/article_list.html", {"listing": context})


@require_safe
@public
def article(request, year, number):
    return _article(request, "news/article.html", reading.find(year, number, get_language()))


@require_safe
@public
def article_print(request, year, number):
    return _article(request, "news/article_print.html", reading.find(year, number, get_language()))


@require_safe
@staff_member_required
@permission_required("news.view_edition", raise_exception=True)
def preview(request, pk):
    """Any edition as readers will see it, for staff only."""
    rows = list(reading.page_rows().filter(pk=pk))
    return _article(request, "news/article.html", rows, is_preview=True)


def _article(request, template, rows, *, is_preview=False):
    if not rows:
        raise Http404
    page = reading.article_page(rows, listing.stamp(request), origin_of(request))
    page["is_preview"] = is_preview
    page["jsonld"] = structured_data.news_article(page, origin_of(request))
    return render(request, template, {"article": page})
