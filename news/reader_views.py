"""Small pages on which readers give something back; these alone set a cookie, against forgery."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from lopburi_pr import visitors
from lopburi_pr.http import public
from news import challenges, stars
from news.listing import PageOf, page_number
from news.models import Challenge
from news.reader_forms import MistakeForm
from news.views import current, lasting

HOUR = 3600
# Of one address; a whole village may share one.
MISTAKES_AN_HOUR = 10
STARS_AN_HOUR = 120
TOO_MUCH = gettext_lazy("Too much was sent from here. Please try again later, or call us.")
GIVEN = {str(n) for n in range(1, stars.MOST + 1)}

may_send = require_http_methods(["GET", "HEAD", "POST"])


def refused_for_now(request, form, deed, most):
    """Whether this visitor has sent too much; said in the form then, and for how long."""
    form.wait = visitors.seconds_to_wait(request, deed, most=most, seconds=HOUR)
    if form.wait:
        form.add_error(None, TOO_MUCH)
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


@may_send
@lasting
def give_stars(request, year, number):
    """Give one to five stars; after that, what all readers gave."""
    page = current(request, year, number)
    if not stars.are_on(page):
        raise Http404
    context = {"article": page, "refusal": "", "choices": _choices()}
    wait, status = 0, 200
    if request.method == "POST":
        chosen = request.POST.get("stars", "")
        wait = visitors.seconds_to_wait(request, "stars", most=STARS_AN_HOUR, seconds=HOUR)
        if wait:
            context["refusal"], status = TOO_MUCH, 429
        elif chosen not in GIVEN:
            context["refusal"], status = _("Choose one to five stars."), 400
        else:
            stars.give(request, page["article_id"], int(chosen))
            return redirect(f"{request.path}?given={chosen}")
    context["given"] = request.GET.get("given") in GIVEN and status == 200
    context["tally"] = stars.tally(page["article_id"])
    answer = render(request, "news/stars.html", context, status=status)
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer


def _choices():
    words = (
        _("not useful"),
        _("of little use"),
        _("useful"),
        _("very useful"),
        _("most useful"),
    )
    rows = ((n, "★" * n + "☆" * (stars.MOST - n), word) for n, word in enumerate(words, 1))
    return sorted(rows, reverse=True)


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
