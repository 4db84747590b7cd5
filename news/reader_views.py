"""Small pages on which readers give something back; these alone set a cookie, against forgery."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lopburi_pr import visitors
from lopburi_pr.http import public
from news import challenges
from news.listing import PageOf, page_number
from news.models import Challenge
from news.reader_forms import MistakeForm
from news.views import current, lasting

HOUR = 3600
MISTAKES_AN_HOUR = 10  # of one address; a whole village may share one

may_send = require_http_methods(["GET", "HEAD", "POST"])


def refused_for_now(request, form, deed, most):
    """Whether this visitor has sent too much; said in the form then, and for how long."""
    form.wait = visitors.seconds_to_wait(request, deed, most=most, seconds=HOUR)
    if form.wait:
        form.add_error(None, _("Too much was sent from here. Please try again later, or call us."))
    return bool(form.wait)


def shown_again(request, template, context, form):
    """The form with what was typed, and what is wrong with it."""
    status = 429 if getattr(form, "wait", 0) else 400 if form.is_bound else 200
    answer = render(request, template, context | {"form": form}, status=status)
    if status == 429:
        answer.headers["Retry-After"] = str(form.wait)
    return answer


@may_send
@lasting
def mistake(request, year, number):
    """Say what is wrong in an article, or in the paragraph ``?p=`` of it."""
    page = current(request, year, number)
    begun = {"p": request.GET.get("p", ""), "version": page["version"]}
    form = MistakeForm(request.POST or None, initial=begun, page=page)
    if form.is_valid() and not refused_for_now(request, form, "mistake", MISTAKES_AN_HOUR):
        return redirect(form.report())
    return shown_again(request, "news/mistake.html", {"article": page}, form)


@require_safe
@public
def challenge(request, year, number):
    """What became of one report. Its words are shown only when the office quotes them."""
    rows = challenges.titled(Challenge.objects.all())
    row = get_object_or_404(rows, year=year, number=number)
    return render(request, "news/challenge.html", {"challenge": row})


@require_safe
@public
def mistakes(request):
    """Every report that was decided, the latest first."""
    rows = challenges.titled(Challenge.objects.decided())
    count = rows.count()
    shown = PageOf(page_number(request.GET.get("page", ""), count), count)
    context = {
        "rows": rows[shown.slice],
        "pagination": shown.links(lambda n: f"?page={n}" if n > 1 else request.path),
    }
    return render(request, "news/mistakes.html", context)
