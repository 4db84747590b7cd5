"""The portal's addresses and **q1**, the page every other is measured against: one query and a
small template in a bare view, behind the same middleware.
"""

from django.http import HttpResponse
from django.template import Context, Engine
from django.urls import path

from lopburi_pr.urls import (  # noqa: F401 -- Django looks for the handlers here
    handler400,
    handler403,
    handler404,
    handler500,
    urlpatterns,
)
from news.models import Edition

_page = Engine().from_string(
    "<!doctype html><html lang=th><title>{{ edition.title }}</title>"
    "<h1>{{ edition.title }}</h1><p>{{ edition.lead }}</p></html>"
)


def q1(request, pk):
    edition = Edition.objects.only("title", "lead").get(pk=pk)
    return HttpResponse(_page.render(Context({"edition": edition})))


urlpatterns = [path("q1/<int:pk>/", q1), *urlpatterns]
