"""Answering a survey on the web and at a kiosk: consent, section by section, a last look, thanks.

No answer and no secret ever stands in an address: servers write those down. Everything works
without scripts; ``static/js/survey.js`` follows the skip logic where there are some.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth import logout
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from lopburi_pr import visitors
from lopburi_pr.http import secret
from surveys import answering, codes, fieldwork, listing, sittings
from surveys.answer_forms import (
    ConsentForm,
    Faults,
    ReceiptForm,
    questions_of,
    told,
)
from surveys.definition import Form, for_page, form_of
from surveys.models import Sitting, Survey
from surveys.sittings import Ticket

HOUR = 3600
# Of one address in an hour; all customers of a mobile network may share one.
BEGUN_AN_HOUR = 300  # and each may be sent once
STEPS_AN_HOUR = 6000
TAKEN_BACK_AN_HOUR = 20  # looking for a receipt reads all answers
KIOSK_KEPT = timedelta(hours=16)  # a day at a fair
IDLE_SECONDS, IDLE_SECONDS_PLAIN = 120, 900
THANKS_SECONDS = 60  # untouched: long enough to write a receipt down

may_send = require_http_methods(["GET", "HEAD", "POST"])


@dataclass
class Visit:
    """Who answers what: a request to the pages of one survey. The ticket is theirs alone."""

    request: HttpRequest
    survey: Survey
    is_kiosk: bool
    ticket: Ticket | None
    sitting: Sitting | None

    @property
    def mode(self) -> str:
        return Survey.Mode.KIOSK if self.is_kiosk else Survey.Mode.WEB

    @property
    def form(self) -> Form:
        return form_of(self.sitting.questionnaire)

    @property
    def here(self) -> str:
        return reverse("surveys:answer", args=[self.survey.pk])

    def page(self, name) -> str:
        return f"{self.here}?page={name}"

    def wait(self, deed: str, most: int) -> int:
        """How long to wait; a kiosk is one address for a whole market and never waits."""
        if self.is_kiosk:
            return 0
        return visitors.seconds_to_wait_here(self.request, deed, most=most, seconds=HOUR)


# Cookies


def _name(pk):
    # The prefix tells browsers to take it from this very site alone.
    return f"{'__Host-' if settings.HTTPS else ''}survey-{pk}"


def _hold(visit, answer, ticket):
    """Give the ticket to the browser, for as long as what it opens is kept."""
    kept = sittings.KEPT
    if ticket.is_sent:
        kept = timedelta(days=visit.survey.days_left + 1)
    name, sealed = _name(visit.survey.pk), ticket.sealed(visit.survey)
    _set(answer, name, sealed, None if visit.is_kiosk else kept)
    return answer


def _set(answer, name, value, kept):
    answer.set_cookie(
        name,
        value,
        max_age=kept and int(kept.total_seconds()),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def _drop(visit, answer):
    """Forget here who answered; what was not sent is deleted."""
    if visit.sitting:
        sittings.discard(visit.ticket)
    answer.delete_cookie(_name(visit.survey.pk), samesite="Lax")
    return answer


KIOSK = "surveys-kiosk"


def _kiosk_name():
    return f"{'__Host-' if settings.HTTPS else ''}kiosk"


def _is_kiosk(request, survey):
    try:
        held = signing.loads(request.COOKIES.get(_kiosk_name(), ""), salt=KIOSK, max_age=KIOSK_KEPT)
    except signing.BadSignature:
        return False
    return held == survey.pk


# Pages


@csrf_exempt  # the cookie is the proof, and no other site's form carries it (SameSite)
@may_send
@secret
def answer(request, pk):
    """Every page of answering, and what is pressed there."""
    visit = _visit(request, pk)
    survey, is_post = visit.survey, request.method == "POST"
    if survey.state == Survey.State.WITHDRAWN:
        return render(request, "surveys/withdrawn.html", {"survey": survey}, status=410)
    if survey.state not in Survey.PUBLIC:
        raise Http404
    is_asked = visit.sitting or survey.questionnaire
    if not survey.takes_answers or visit.mode not in survey.modes or not is_asked:
        return _over(visit) if is_post else redirect(survey)
    if is_post and (wait := visit.wait("survey-step", STEPS_AN_HOUR)):
        return visitors.told_to_wait(_same_page(visit), wait)
    try:
        return _press(visit) if is_post else _look(visit)
    except Sitting.DoesNotExist:  # sent or deleted in another window meanwhile
        return redirect(visit.here)


def _visit(request, pk):
    ticket = Ticket.opened(request.COOKIES.get(_name(pk), ""), pk)
    sitting = sittings.find(ticket) if ticket and not ticket.is_sent else None
    survey = sitting.questionnaire.survey if sitting else get_object_or_404(Survey, pk=pk)
    if ticket and not ticket.is_sent and sitting is None and not sittings.is_known(ticket):
        ticket = None  # its days are over
    return Visit(request, survey, _is_kiosk(request, survey), ticket, sitting)


def _over(visit):
    context = {"survey": visit.survey, "is_begun": visit.sitting is not None}
    return render(visit.request, "surveys/over.html", context, status=410)


def _look(visit):
    page = visit.request.GET.get("page", "")
    if visit.is_kiosk and page == "again":
        return _drop(visit, redirect(visit.here))
    if visit.ticket is None:
        return _consent_page(visit, is_lost=bool(page))
    if visit.sitting is None:
        return _thanks_page(visit)
    if page == "review":
        return _review_page(visit)
    if (section := _section(visit, page)) is not None:
        return _section_page(visit, section)
    return _resume_page(visit)


def _section(visit, page):
    """The section of a number in an address, when it is asked."""
    sections = visit.form.sections
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 4 else 0
    section = sections[number - 1] if 0 < number <= len(sections) else None
    return section if section in visit.form.relevant_sections(visit.sitting.answers) else None


def _number(visit, section):
    return visit.form.sections.index(section) + 1


def _press(visit):
    go = visit.request.POST.get("go", "")
    page = visit.request.POST.get("page", "")
    if go == "anew":
        return _drop(visit, redirect(visit.here))
    if page == "consent":
        return _begin(visit)
    if visit.sitting is None:
        # Sent already: pressed twice, or the answer of the server was lost on its way.
        return _send(visit) if visit.ticket and page == "review" else redirect(visit.here)
    if page == "review":
        return _finish(visit, go)
    if (section := _section(visit, page)) is not None:
        return _fill_in(visit, section, go)
    return redirect(visit.here)


def _same_page(visit):
    """The page as it was typed, saying that it is too much now."""
    page = visit.request.POST.get("page", "")
    if visit.sitting and (section := _section(visit, page)) is not None:
        sittings.keep_unfinished(visit.sitting, section, visit.request.POST)
        return _section_page(visit, section, general=[visitors.TOO_MUCH])
    if visit.sitting:
        return _review_page(visit, general=[visitors.TOO_MUCH])
    form = ConsentForm(visit.request.POST, survey=visit.survey)
    form.add_error(None, visitors.TOO_MUCH)
    return _consent_page(visit, form)


# Consent


def _consent_page(visit, form=None, *, is_lost=False, status=200):
    questions, minutes = listing.length_of(form_of(visit.survey.questionnaire))
    context = {
        **_frame(visit),
        "form": form or ConsentForm(survey=visit.survey),
        "is_lost": is_lost,
        "questions": questions,
        "minutes": minutes,
    }
    return render(visit.request, "surveys/answer/consent.html", context, status=status)


def _begin(visit):
    if visit.ticket is not None:
        return redirect(visit.here)
    form = ConsentForm(visit.request.POST, survey=visit.survey)
    if not form.is_valid():
        return _consent_page(visit, form, status=400)
    if not visit.is_kiosk and (wait := _too_many_begun(visit.request)):
        form.add_error(None, visitors.TOO_MUCH)
        return visitors.told_to_wait(_consent_page(visit, form), wait)
    code = form.cleaned_data.get("code", "")
    ticket = sittings.begin(visit.survey.questionnaire, mode=visit.mode, code=code)
    visit.sitting = sittings.find(ticket)
    return _hold(visit, redirect(_next(visit, None)), ticket)


def _too_many_begun(request):
    most = BEGUN_AN_HOUR
    return visitors.seconds_to_wait(request, "survey-begin", most=most, seconds=HOUR)


def _resume_page(visit):
    left = sittings.missing(visit.sitting)
    sections = visit.form.relevant_sections(visit.sitting.answers)
    context = {
        **_frame(visit),
        "go_on_url": _next(visit, None),
        "done": len(sections) - len(left),
        "of": len(sections),
        "is_saved": "saved" in visit.request.GET,
    }
    return render(visit.request, "surveys/answer/resume.html", context)


# Sections


def _next(visit, section):
    """Where to go on after a section: the one that follows it, or what is still missing."""
    sections = visit.form.relevant_sections(visit.sitting.answers)
    if section in sections[:-1] and visit.request.POST.get("from") != "review":
        return visit.page(_number(visit, sections[sections.index(section) + 1]))
    left = sittings.missing(visit.sitting)
    missing = next((each for each in sections if each.name in left), None)
    return visit.page(_number(visit, missing) if missing else "review")


def _before(visit, section):
    sections = visit.form.relevant_sections(visit.sitting.answers)
    place = sections.index(section) if section in sections else 0
    return visit.page(_number(visit, sections[place - 1])) if place else visit.here


def _fill_in(visit, section, go):
    posted = visit.request.POST
    answers, errors = _read(visit, section, posted)
    unseen = _unseen(visit, section, answers)
    # What was not on the page can't be wrong yet.
    new = {variable.name for question in unseen for variable in question.variables}
    errors = {name: said for name, said in errors.items() if name not in new}
    if errors or unseen:
        sittings.keep_unfinished(visit.sitting, section, posted)
    else:
        sittings.keep(visit.sitting, section, answers)
    if go == "back":  # what is wrong there is said when they go on
        return redirect(_before(visit, section))
    if go == "save" and not visit.is_kiosk:
        return redirect(f"{visit.here}?saved=1")
    if errors:
        return _section_page(visit, section, errors, unseen=unseen, status=400)
    if unseen:
        return _section_page(visit, section, unseen=unseen)
    return redirect(_next(visit, section))


def _read(visit, section, posted):
    before, places = visit.sitting.answers, fieldwork.places_at(visit.sitting.beat)
    return answering.clean(visit.form, section, posted, answers=before, places=places)


def _unseen(visit, section, answers):
    """Questions that are asked because of what was just answered, and were not on the page: so it
    is without scripts, which would have shown them at once.
    """
    seen = visit.request.POST.getlist("seen")
    asked = visit.form.relevant_questions(section, answers)
    return [question for question in asked if question.name not in seen]


def _section_page(visit, section, errors=None, *, general=(), unseen=(), status=200):
    form, sitting = visit.form, visit.sitting
    answers, posted = sitting.answers, sitting.unfinished.get(section.name)
    if posted is None:
        typed = answering.as_typed(section, answers)
    else:
        typed = answering.typed(section, posted)
        answers, _errors = _read(visit, section, posted)
    questions = questions_of(form, section, answers, typed, errors or {}, unseen)
    sections = form.relevant_sections(sitting.answers)
    came_from = visit.request.POST.get("from") or visit.request.GET.get("from")
    context = {
        **_frame(visit),
        "section": section,
        "questions": questions,
        "faults": Faults(questions, general),
        "is_unfolded": bool(unseen),
        "page": _number(visit, section),
        "place": (sections.index(section) + 1, len(sections)),
        "from_review": came_from == "review",
        "logic": for_page(form, section, sitting.answers, today=timezone.localdate().isoformat()),
    }
    return render(visit.request, "surveys/answer/section.html", context, status=status)


# A last look, and thanks


def _review_page(visit, *, general=(), status=200):
    if sittings.missing(visit.sitting):
        return redirect(_next(visit, None))
    form, answers = visit.form, visit.sitting.answers
    context = {
        **_frame(visit),
        "sections": [
            {
                "title": str(section.title),
                "url": f"{visit.page(_number(visit, section))}&from=review",
                "rows": told(form, section, answers),
            }
            for section in form.relevant_sections(answers)
        ],
        "faults": Faults(general=general),
    }
    return render(visit.request, "surveys/answer/review.html", context, status=status)


def _finish(visit, go):
    if go == "back":
        last = visit.form.relevant_sections(visit.sitting.answers)[-1]
        return redirect(visit.page(_number(visit, last)))
    return _send(visit)


def _send(visit):
    try:
        ticket = sittings.send(visit.ticket, visit.sitting)
    except codes.CodeRefusedError as refused:
        return _review_page(visit, general=[str(refused)], status=400)
    except fieldwork.NotTakenError:
        return _over(visit)
    except fieldwork.OtherBodyError:  # sent from two windows: the first counts
        ticket = sittings.sent(visit.ticket)
    except ValidationError:
        # The rules of the questionnaire look at everything together only now.
        sentence = _("Something does not fit together. Please look through your answers.")
        return _review_page(visit, general=[sentence], status=400)
    return _hold(visit, redirect(visit.page("thanks")), ticket)


def _thanks_page(visit):
    context = {
        **_frame(visit),
        "receipt": visit.ticket.receipt,
        "withdraw_url": reverse("surveys:withdraw-answer", args=[visit.survey.pk]),
        "thanks_seconds": THANKS_SECONDS,
    }
    return render(visit.request, "surveys/answer/thanks.html", context)


def _frame(visit):
    return {
        "survey": visit.survey,
        "here": visit.here,
        "is_kiosk": visit.is_kiosk,
        "again_url": visit.page("again"),
        "idle_seconds": IDLE_SECONDS,
        "idle_seconds_plain": IDLE_SECONDS_PLAIN,
    }


# Taken back


@csrf_exempt  # the receipt is the proof
@may_send
@secret
def withdraw(request, pk):
    """Take answers back with the receipt, as long as the survey is open."""
    survey = get_object_or_404(Survey.objects.public(), pk=pk)
    form, wait, status = ReceiptForm(), 0, 200
    if request.method == "POST":
        form, status = ReceiptForm(request.POST), 400
        if form.is_valid():
            deed, most = "survey-take-back", TAKEN_BACK_AN_HOUR
            wait = visitors.seconds_to_wait(request, deed, most=most, seconds=HOUR)
            if wait:
                form.add_error(None, visitors.TOO_MUCH)
            elif fieldwork.withdraw_response(survey, form.cleaned_data["receipt"]):
                gone = redirect(f"{reverse('surveys:withdraw-answer', args=[pk])}?done=1")
                gone.delete_cookie(_name(pk), samesite="Lax")
                return gone
            elif survey.takes_answers:
                sentence = _("No answers have this code. Please compare it letter by letter.")
                form.add_error("receipt", sentence)
    context = {"survey": survey, "form": form, "is_done": "done" in request.GET}
    page = render(request, "surveys/withdraw.html", context, status=status)
    return visitors.told_to_wait(page, wait)


# A kiosk


@may_send
@staff_member_required
def kiosk(request, pk):
    """Make this device a kiosk for a survey, or an ordinary one again.

    Not ``secret``: browsers that send no referrer send no origin either, and Django would refuse
    the form.
    """
    survey = get_object_or_404(Survey, pk=pk)
    if not request.user.has_perm("surveys.open_survey"):
        raise PermissionDenied
    is_offered = survey.takes_answers and Survey.Mode.KIOSK in survey.modes
    if request.method == "POST" and request.POST.get("go") == "leave":
        left = redirect("surveys:kiosk", pk=pk)
        left.delete_cookie(_kiosk_name(), samesite="Lax")
        return left
    if request.method == "POST" and is_offered:
        begun = redirect("surveys:answer", pk=pk)
        begun.delete_cookie(_name(pk), samesite="Lax")
        _set(begun, _kiosk_name(), signing.dumps(survey.pk, salt=KIOSK), KIOSK_KEPT)
        # Whoever stands before it next must not be signed in as the officer.
        logout(request)
        return begun
    context = {
        "survey": survey,
        "is_kiosk": _is_kiosk(request, survey),
        "is_offered": is_offered,
        "until": timezone.localtime() + KIOSK_KEPT,
    }
    return render(request, "surveys/kiosk.html", context)
