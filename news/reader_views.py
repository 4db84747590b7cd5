"""Small pages on which readers give something back; these alone set a cookie, against forgery."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from lopburi_pr import visitors
from lopburi_pr.http import public
from lopburi_pr.paging import PageOf, page_number
from news import challenges, following, letters, stars
from news.models import Article, Challenge, Topic
from news.reader_forms import FollowForm, MistakeForm
from news.views import current, lasting
from office.models import District

HOUR = 3600
# Of one address; a whole village may share one.
MISTAKES_AN_HOUR = 10
STARS_AN_HOUR = 120
LETTERS_AN_HOUR = 20
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


@may_send
@lasting
def follow_article(request, year, number):
    page = current(request, year, number)
    promise = _("You get a letter when this news is changed, corrected or withdrawn.")
    article = Article.objects.get(pk=page["article_id"])
    return _follow(request, page["title"], page["path"], promise, article=article)


@may_send
def follow_topic(request, slug):
    topic = get_object_or_404(Topic, slug=slug)
    return _follow(request, topic.name, topic.get_absolute_url(), _of_list(), topic=topic)


@may_send
def follow_district(request, code):
    district = get_object_or_404(District, code=code)
    url = district.get_absolute_url()
    return _follow(request, district.name, url, _of_list(), district=district)


@may_send
def follow_corrections(request):
    promise = _("You get a letter whenever the office corrects, clarifies or withdraws news.")
    return _follow(request, _("Corrections"), reverse("news:corrections"), promise)


def _of_list():
    return _("You get a letter for each new news, and when one is corrected or withdrawn.")


def _follow(request, subject, back, promise, **followed):
    form = FollowForm(request.POST or None)
    if form.is_valid() and not refused_for_now(request, form, "follow", LETTERS_AN_HOUR):
        following.ask(form.cleaned_data["email"], **followed)
        return redirect("news:follow-asked")
    context = {"subject": subject, "back": back, "promise": promise}
    context["is_sending"] = settings.OUTBOUND_ENABLED
    return shown_again(request, "news/follow.html", context, form)


@require_safe
@public
def follow_asked(request):
    return _step(
        request,
        _("Look into your mailbox"),
        _(
            "If this address doesn't follow yet, a letter with a link to confirm is on its way."
            " It may take some minutes; look among unwanted mail too."
        ),
    )


@may_send
def follow_confirm(request, token):
    """A page with a button: programs that open every link of a letter must not confirm it."""
    is_pressed = request.method == "POST"
    follower = following.confirm(token) if is_pressed else following.asked_by(token)
    if follower is None:
        sorry = _("Ask for a new letter on the page that you want to follow.")
        return _step(request, _("This link is too old"), sorry, status=410)
    subject = letters.subject_of(follower)
    if is_pressed or follower.confirmed_at:
        return _step(request, _("You follow now"), subject)
    return _step(request, _("Do you want to follow?"), subject, button=_("Yes, tell me"))


@csrf_exempt  # mail programs press the button for their reader (RFC 8058); the token is the proof
@may_send
def follow_leave(request, token):
    if not following.is_ours(token):
        raise Http404
    if request.method == "POST":
        following.leave(token)
        gone = _("No more letters come, and your address is deleted.")
        return _step(request, _("You have left"), gone)
    text = _("Your address is deleted and no more letters come.")
    return _step(
        request, _("Leave and delete my address?"), text, button=_("Leave"), is_guarded=False
    )


def _step(request, title, text, *, button="", is_guarded=True, status=200):
    context = {"title": title, "text": text, "button": button, "is_guarded": is_guarded}
    return render(request, "news/follow_step.html", context, status=status)
