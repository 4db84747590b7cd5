"""The interviewers' page: it works without a network, and what it brings home is taken once.

The page itself holds no data, so that a device may keep it. Who is signed in, what they are to ask
and how far they are comes as JSON.
"""

import hashlib
import json
from functools import wraps

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST, require_safe

from lopburi_pr.http import public
from office.people import name_of
from surveys import sealing, syncing
from surveys.models import Interviewer, Questionnaire

WORKER = "js/field_worker.js"
SCRIPTS = ("js/early.js", "js/survey_logic.js", "js/field_store.js", "js/field.js")
# What the page needs to look and work the same without a network.
FILES = (
    *SCRIPTS,
    *("css/site.css", "css/survey.css", "css/field.css"),
    *("fonts/sarabun-400.woff2", "fonts/sarabun-700.woff2"),
    *("img/mark-light.svg", "img/favicon.svg", "img/icon-192.png"),
)


def is_admitted(user) -> bool:
    """Staff, and every account that is to ask people for a survey."""
    if not (user.is_authenticated and user.is_active):
        return False
    return user.is_staff or Interviewer.objects.filter(user=user).exists()


def _admitted(view):
    """For the page's script: a sentence and 401 or 403 instead of a way to another page."""

    @wraps(view)
    def checked(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return JsonResponse({"sentence": _("Sign in again. Nothing is lost.")}, status=401)
        if not is_admitted(request.user):
            return JsonResponse({"sentence": _("No survey is given to this account.")}, status=403)
        return view(request, *args, **kwargs)

    return checked


@require_safe
def field(request):
    """The page for whoever is signed in; others are told how to sign in."""
    if not request.user.is_authenticated:
        return redirect("surveys:field-sign-in")
    if not is_admitted(request.user):
        raise PermissionDenied
    return render(request, "surveys/field/shell.html")


@require_safe
def shell(request):
    """The same page as a device keeps it: it opens when nobody is signed in and tells nothing."""
    return render(request, "surveys/field/shell.html")


@require_safe
@public
def sign_in(request):
    """The two doors: staff by password, interviewers from outside by a code in their mailbox."""
    back = reverse("surveys:field")
    doors = {"staff_url": reverse("admin:login"), "others_url": reverse("account_login")}
    doors = {name: f"{address}?next={back}" for name, address in doors.items()}
    return render(request, "surveys/field/sign_in.html", doors)


@require_safe
def worker(request):
    """The service worker, with what it keeps: another list is another version of it."""
    kept = [reverse("surveys:field-shell"), *map(static, FILES)]
    page = render_to_string("surveys/field/shell.html", request=request)
    version = hashlib.sha256(json.dumps([kept, page]).encode()).hexdigest()[:16]
    settings = {
        "version": version,
        "kept": kept,
        "page": reverse("surveys:field"),
        "shell": reverse("surveys:field-shell"),
    }
    body = f"const SETTINGS = {json.dumps(settings)};\n{_source(WORKER)}"
    return HttpResponse(body, content_type="text/javascript")


def _source(name):
    """The text of a script, collected or not."""
    if found := finders.find(name):
        with open(found, encoding="utf-8") as file:  # noqa: PTH123 -- may be any storage's path
            return file.read()
    with staticfiles_storage.open(name) as file:
        return file.read().decode()


@require_safe
def manifest(request):
    """How the page stands on the screen of a telephone."""
    facts = {
        "name": _("Interviews · Lopburi PR Office"),
        "short_name": _("Interviews"),
        "start_url": reverse("surveys:field"),
        "scope": reverse("surveys:field"),
        "display": "standalone",
        "background_color": "#fbf9f4",
        "theme_color": "#1d1f52",
        "icons": [{"src": static("img/icon-192.png"), "sizes": "192x192", "type": "image/png"}],
    }
    return JsonResponse(facts, content_type="application/manifest+json")


@require_safe
@_admitted
def work(request):
    """Who is signed in, what they are to ask, how many they did; the token to send with, and the
    key to seal backup files with.
    """
    return JsonResponse(
        {
            "name": name_of(request.user),
            "token": get_token(request),
            "seal": sealing.public_key(),
            # Of closed surveys too: what was recorded for them still comes home.
            "interviewers": list(request.user.interviewing.values_list("pk", flat=True)),
            "surveys": [each.as_json() for each in syncing.work_of(request.user)],
        }
    )


@require_safe
@_admitted
def questionnaire(request, sha256):
    """A published version that the interviewer asks, whole; it never changes."""
    rows = Questionnaire.objects.published().filter(survey__interviewers__user=request.user)
    found = get_object_or_404(rows.select_related("survey").distinct(), sha256=sha256)
    return JsonResponse(syncing.contents(found))


@csrf_protect
@require_POST
@_admitted
def sync(request):
    """Take interviews: ``{"items": [{"key", "interviewer", "questionnaire", "answers", "on",
    "seconds", "cluster"}]}``; answers what became of each.
    """
    try:
        items = syncing.read_batch(request.body)
    except syncing.UnreadableError as refused:
        return JsonResponse({"sentence": str(refused)}, status=400)
    outcomes = syncing.receive(items, by=request.user)
    return JsonResponse({"items": [outcome.as_json() for outcome in outcomes]})
