"""The portal's addresses, and beside them the pages of errors that no address brings about."""

from django.conf.urls.i18n import i18n_patterns
from django.shortcuts import render
from django.urls import path

from lopburi_pr import urls
from lopburi_pr.urls import handler400, handler403, handler404, handler500  # noqa: F401


def error_page(request, status):
    reason = "Wrong figures" if request.path.startswith("/en/") else "ตัวเลขคลาดเคลื่อน"
    return render(request, f"{status}.html", {"reason": reason}, status=status)


def broken(request):
    raise ZeroDivisionError("a secret of the source")


urlpatterns = [
    *urls.urlpatterns,
    path("broken/", broken),
    *i18n_patterns(path("error/<int:status>/", error_page), prefix_default_language=False),
]
