"""Pages that read several apps, and the pages of errors."""

from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpResponseServerError
from django.shortcuts import render
from django.template import loader
from django.utils import translation
from django.views.decorators.http import require_safe

import surveys.listing
from lopburi_pr import keeping
from lopburi_pr.http import public
from lopburi_pr.middleware import language_of
from news import front_page, listing


@require_safe
@public
def home(request):
    stamp = listing.stamp(request)
    context = front_page.front_page(stamp) | {"surveys": surveys.listing.open_surveys(stamp.beat)}
    return render(request, "home.html", context)


@require_safe
@public
def privacy(request):
    """What is kept about people and for how long: the rules by which it is deleted."""
    return render(request, "policies/privacy.html", {"rules": keeping.RULES})


@require_safe
@staff_member_required
def styleguide(request):
    return render(request, "styleguide.html")


def bad_request(request, exception=None):
    return _error(request, 400)


def permission_denied(request, exception=None):
    return _error(request, 403)


def csrf_failure(request, reason=""):
    return _error(request, 403)


def page_not_found(request, exception=None):
    return _error(request, 404)


def _error(request, status):
    # The request may have failed before its language was known.
    with translation.override(language_of(request.path_info)):
        return render(request, f"{status}.html", status=status)


def server_error(request):
    # No context: whatever failed must not fail again here.
    return HttpResponseServerError(loader.get_template("500.html").render())
