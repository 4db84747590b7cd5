"""Pages that read several apps, and the pages of errors."""

from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpResponseServerError
from django.shortcuts import render
from django.template import loader
from django.views.decorators.http import require_safe

from lopburi_pr.http import public
from news import front_page, listing


@require_safe
@public
def home(request):
    return render(request, "home.html", front_page.front_page(listing.stamp(request)))


@require_safe
@staff_member_required
def styleguide(request):
    return render(request, "styleguide.html")


def bad_request(request, exception=None):
    return render(request, "400.html", status=400)


def permission_denied(request, exception=None):
    return render(request, "403.html", status=403)


def csrf_failure(request, reason=""):
    return render(request, "403.html", {"is_csrf": True}, status=403)


def page_not_found(request, exception=None):
    return render(request, "404.html", status=404)


def server_error(request):
    # No context: whatever failed must not fail again here.
    return HttpResponseServerError(loader.get_template("500.html").render())
