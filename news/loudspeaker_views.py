"""Pages of the spoken edition: one script, its poster, the bulletin of a day."""

from datetime import timedelta

from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from lopburi_pr.http import origin_of, public
from lopburi_pr.thai_calendar import BANGKOK, be_year
from news import listing, loudspeaker, reading
from news.forms import BulletinForm, ScriptForm
from office.models.places import HOME_PROVINCE
from office.pulse import remembered


@require_safe
@public
def script(request, year, number):
    return _sheet(request, "news/script.html", year, number)


@require_safe
@public
def poster(request, year, number):
    return _sheet(request, "news/poster.html", year, number)


@require_safe
@public
def script_text(request, year, number):
    sheet = _find(request, year, number)
    return _text(sheet["text"]) if sheet else _no_script(request, year, number)


def _sheet(request, template, year, number):
    sheet = _find(request, year, number)
    return (
        render(request, template, {"sheet": sheet}) if sheet else _no_script(request, year, number)
    )


def _find(request, year, number):
    """The data of a script's pages; None for an article without one, 404 without an article."""
    stamp, origin = listing.stamp(request), origin_of(request)

    def read():
        rows = reading.find(year, number, "th")
        if not rows:
            raise Http404
        return loudspeaker.sheet(rows, stamp, origin)

    return remembered(("script", year, number, get_language(), origin), stamp, read)


def _no_script(request, year, number):
    article_url = reverse("news:article", args=[year, number])
    return render(request, "news/no_script.html", {"article_url": article_url}, status=404)


@require_safe
@public
def bulletin(request, code=""):
    form, place, day = _asked(request, code)
    context = {"form": form, "place": place, "day": day}
    if day is None:
        return render(request, "news/bulletin.html", context, status=400)
    stamp = listing.stamp(request)
    found = loudspeaker.bulletin(day, code, stamp)
    latest = None if found["items"] else loudspeaker.latest_day(code, stamp)
    context |= {
        "bulletin": found,
        "links": {
            "text": _address(code, day, "-text"),
            "previous": _link(code, day - timedelta(days=1)),
            "next": _link(code, day + timedelta(days=1)) if day < _today() else None,
            "latest": latest and _link(code, latest),
        },
        "places": [
            {"name": each["name"], "url": _address(each["code"], _today())}
            # Our own province first.
            for each in sorted(
                reading.districts_by_code(stamp).values(),
                key=lambda each: each["province"] != HOME_PROVINCE,
            )
        ],
    }
    return render(request, "news/bulletin.html", context)


@require_safe
@public
def bulletin_text(request, code=""):
    form, _, day = _asked(request, code)
    if day is None:
        return _text(" ".join(form.errors["day"]), status=400)
    return _text(loudspeaker.bulletin(day, code, listing.stamp(request))["text"])


def _asked(request, code):
    """The form with what was asked, the district, and the day: today unless one is given, None
    when it can't be read.
    """
    place = reading.districts_by_code(listing.stamp(request)).get(code)
    if code and place is None:
        raise Http404
    form = BulletinForm(request.GET if request.GET.get("day", "").strip() else None)
    if not form.is_bound:
        return form, place, _today()
    return form, place, form.cleaned_data["day"] if form.is_valid() else None


def _link(code, day):
    return {"day": day, "url": _address(code, day)}


def _address(code, day, form=""):
    name, arguments = (
        (f"news:district-bulletin{form}", [code]) if code else (f"news:bulletin{form}", [])
    )
    asked = "" if day == _today() else f"?day={be_year(day)}-{day:%m-%d}"
    return reverse(name, args=arguments) + asked


def _today():
    return timezone.localtime(timezone.now(), BANGKOK).date()


def _text(text, status=200):
    return HttpResponse(
        f"{text}\n",
        content_type="text/plain; charset=utf-8",
        status=status,
        headers={"X-Robots-Tag": "noindex"},
    )


@staff_member_required
@require_POST
@permission_required("news.change_edition", raise_exception=True)
def check_script(request):
    """For the editor's form: how long a script takes, what to mend in it, and how it is said."""
    form = ScriptForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    return JsonResponse(form.answer())
