"""The portal's addresses and **q1**, the page every other is measured against: one query and a
small template in a bare view, behind the same middleware.
"""

import secrets
from functools import cache

from django.http import HttpResponse, HttpResponseRedirect
from django.template import Context, Engine
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from lopburi_pr.urls import (  # noqa: F401 -- Django looks for the handlers here
    handler400,
    handler403,
    handler404,
    handler500,
    urlpatterns,
)
from news.models import Edition
from surveys.models import Questionnaire, Sitting

_page = Engine().from_string(
    "<!doctype html><html lang=th><title>{{ edition.title }}</title>"
    "<h1>{{ edition.title }}</h1><p>{{ edition.lead }}</p></html>"
)


def q1(request, pk):
    edition = Edition.objects.only("title", "lead").get(pk=pk)
    return HttpResponse(_page.render(Context({"edition": edition})))


@cache
def _first():
    return Questionnaire.objects.values_list("pk", flat=True)[0]


@csrf_exempt
def insert_one(request):
    """What taking an answer is measured against: one row, and on to another page."""
    Sitting.objects.create(token_hash=secrets.token_hex(32), questionnaire_id=_first(), mode="web")
    return HttpResponseRedirect("/surveys/")


# Both ways of taking an answer pass the addresses of the whole site.
urlpatterns = [path("q1/<int:pk>/", q1), *urlpatterns, path("insert1/", insert_one)]
