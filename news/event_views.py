"""Pages of events, and their files for calendars."""

from datetime import timedelta

from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from lopburi_pr.http import origin_of, public
from news import calendars, event_pages, listing, structured_data

KEPT = timedelta(days=90)  # so long a subscribed calendar still holds what is over


@require_safe
@public
def events(request):
    stamp, base = listing.stamp(request), reverse("news:events")
    context = event_pages.list_page(request.GET, stamp, base)
    _scheme, _separator, host = origin_of(request).partition("://")
    context["subscribe_url"] = f"webcal://{host}{context['calendar_path']}"
    return render(request, "news/event_list.html", {"listing": context})


@require_safe
@public
def event(request, pk):
    return _event(request, get_object_or_404(event_pages.rows().published(), pk=pk))


@require_safe
@staff_member_required
@permission_required("news.view_event", raise_exception=True)
def preview(request, pk):
    """Any event as readers will see it, for staff only."""
    return _event(request, get_object_or_404(event_pages.rows(), pk=pk), is_preview=True)


def _event(request, found, *, is_preview=False):
    origin = origin_of(request)
    page = event_pages.event_page(found, listing.stamp(request), origin)
    page["is_preview"] = is_preview
    page["jsonld"] = "" if is_preview else structured_data.event(page, origin)
    return render(request, "news/event.html", {"event": page})


@require_safe
@conditional_page
@public
def event_calendar(request, pk):
    """One event to put into a calendar."""
    found = get_object_or_404(event_pages.rows().published(), pk=pk)
    return _file([found], request, f"event-{pk}.ics")


@require_safe
@conditional_page
@public
def calendar(request):
    """Every event that is coming or was over lately, to subscribe to; narrowed like the list."""
    filters = event_pages.EventFilters.of(request.GET, listing.stamp(request))
    for name in ("topic", "district"):
        if request.GET.get(name) and not getattr(filters, name):
            raise Http404
    found = filters.apply(event_pages.rows().published().coming(timezone.now() - KEPT))
    return _file(list(found), request, "lopburi-events.ics", _("Events in Lopburi"))


def _file(found, request, filename, name=""):
    return HttpResponse(
        calendars.calendar(found, origin_of(request), name),
        content_type=calendars.CONTENT_TYPE,
        headers={
            "Content-Disposition": f'inline; filename="{filename}"',
            "X-Robots-Tag": "noindex",
        },
    )
