"""What requesters think of the advice, and what the public may know of it."""

import csv

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from consulting import casework, measuring, rating
from consulting.statistics_forms import OutcomeForm, RatingForm
from lopburi_pr import visitors
from lopburi_pr.http import public, secret
from lopburi_pr.thai_calendar import fiscal_year
from lopburi_pr.thai_text import to_arabic_digits

HOUR = 3600
RATED_AN_HOUR = 60  # of one address; a whole office shares one


# The secret in the address is the proof, so a forged request can't be sent by who doesn't have it.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@secret
def rate(request, token):
    """Say what the advice was worth. To open the page, by a link with stars too, saves nothing."""
    found = casework.find(token)
    if found is None:
        raise Http404
    wave = rating.open_wave(found)
    given = found.ratings.filter(wave=wave).first() if wave is not None else None
    sentences = rating.obstacles(found, wave or 0)
    form, wait = _rating_form(request, wave, given), 0
    if request.method == "POST" and not sentences and form.is_valid():
        wait = visitors.seconds_to_wait(request, "rate", most=RATED_AN_HOUR, seconds=HOUR)
        try:
            if not wait:
                rating.give(found, wave=wave, **form.cleaned_data)
                return redirect(f"{request.path}?done=1")
            form.add_error(None, visitors.TOO_MUCH)
        except ValidationError as refused:
            form.add_error(None, refused)
    context = {
        "advice": found,
        "form": form,
        "wave": wave,
        "obstacles": sentences,
        "is_done": "done" in request.GET and given is not None,
        "back": reverse("consulting:follow", args=[token]),
    }
    status = 400 if form.is_bound else 200
    answer = render(request, "consulting/rate.html", context, status=status)
    return visitors.told_to_wait(answer, wait)


def _rating_form(request, wave, given):
    kind = OutcomeForm if wave else RatingForm
    initial = {name: getattr(given, name) for name in kind.base_fields} if given else {}
    stars = to_arabic_digits(request.GET.get("stars", ""))
    if not given and stars in {"1", "2", "3", "4", "5"}:
        initial["overall"] = int(stars)
    return kind(request.POST if request.method == "POST" else None, initial=initial)


@require_safe
@public
def statistics(request):
    """How the office advised in a fiscal year, each figure with its definition."""
    year = _year(request)
    told = measuring.figures(year)
    hidden = _("fewer than %(n)s") % {"n": measuring.SMALLEST}
    tables = (
        (_("By topic"), told.by_topic),
        (_("By the way they came"), told.by_channel),
        (_("By kind of organisation"), told.by_kind),
        (_("By district"), told.by_district),
    )
    context = {
        "figures": told,
        "year": str(year),
        "years": [str(each) for each in measuring.years()],
        "taken": (
            ("first-reply", _("First reply"), told.first_reply, _("working days")),
            ("answer", _("Answer"), told.answer, _("working days")),
            ("first-reply", _("First reply in a crisis"), told.crisis_first_reply, _("hours")),
        ),
        "glance": _glance(told),
        "headings": [_("What"), _("Requests")],
        "tables": [
            (title, [[name, hidden if n is None else n] for name, n in rows])
            for title, rows in tables
        ],
        "definitions": [
            (about, label, measuring.DEFINITIONS[about]) for about, label in _labels().items()
        ],
        "smallest": measuring.SMALLEST,
        "csv_url": f"{reverse('consulting:statistics-csv')}?year={year}",
    }
    return render(request, "consulting/statistics.html", context)


def _labels():
    return {
        "received": _("Requests received"),
        "first-reply": _("First reply"),
        "answer": _("Answer"),
        "median": _("Half within"),
        "ninth": _("Nine of ten within"),
        "on-time": _("Answered by the promised day"),
        "waiting-share": _("Of the time: waiting for the requester"),
        "reopened": _("Taken up again after the answer"),
        "rating": _("Stars"),
        "helped": _("Helped by a published answer"),
        "used": _("Used our advice, asked after 90 days"),
    }


def _glance(told):
    """``(definition, label, value, of how many)``, blank where too few would be told of."""
    labels = _labels()

    def percent(value):
        return "" if value is None else f"{value:.0%}"

    values = {
        "received": (_figure(told.received), ""),
        "on-time": (percent(told.on_time), _of(told.on_time_of)),
        "waiting-share": (percent(told.waiting_share), ""),
        "reopened": (percent(told.reopened), ""),
        "rating": ("" if told.rating is None else f"{told.rating:.1f}", _of(told.ratings)),
        "used": (percent(told.used), _of(told.used_of)),
        "helped": (f"{told.helped:,}", ""),
    }
    rows = [(about, labels[about], *shown) for about, shown in values.items()]
    aspects = [
        ("rating", label, "" if value is None else f"{value:.1f}", "")
        for label, value in told.aspects
    ]
    return rows[:5] + aspects + rows[5:]


def _figure(count):
    return "" if measuring.shown(count) is None else f"{count:,}"


def _of(count):
    return _("of %(n)s") % {"n": f"{count:,}"} if count >= measuring.SMALLEST else ""


@require_safe
@public
def statistics_csv(request):
    """The same figures for spreadsheets."""
    year = _year(request)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="advice-{year}.csv"'
    response.write("\ufeff")  # without it Excel takes Thai for something else
    writer = csv.writer(response)
    writer.writerow(["fiscal_year", "figure", "of", "value", "n"])
    writer.writerows([year, *row] for row in _rows(measuring.figures(year)))
    return response


def _rows(told):
    def number(count):
        return "" if count is None else count

    def few(count):
        return number(measuring.shown(count))

    yield ["received", "", few(told.received), few(told.received)]
    for name in ("by_topic", "by_channel", "by_kind", "by_district"):
        for label, count in getattr(told, name):
            yield [name, label, number(count), ""]
    for name in ("first_reply", "answer", "crisis_first_reply"):
        taken = getattr(told, name)
        for part in ("median", "ninth"):
            value = getattr(taken, part)
            yield [name, part, "" if value is None else f"{value:.1f}", few(taken.count)]
    for name, of in (("on_time", told.on_time_of), ("used", told.used_of)):
        value = getattr(told, name)
        yield [name, "", "" if value is None else f"{value:.3f}", few(of)]
    for name in ("waiting_share", "reopened"):
        value = getattr(told, name)
        yield [name, "", "" if value is None else f"{value:.3f}", ""]
    for label, value in [("", told.rating), *told.aspects]:
        yield ["rating", label, "" if value is None else f"{value:.2f}", few(told.ratings)]
    yield ["helped", "", told.helped, ""]


def _year(request):
    asked = to_arabic_digits(request.GET.get("year", ""))
    if not asked:
        return fiscal_year(timezone.localtime())
    if not (asked.isdecimal() and int(asked[:6]) in measuring.years()):
        raise Http404
    return int(asked)
