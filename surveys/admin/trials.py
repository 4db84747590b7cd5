"""The test run: a questionnaire is walked through with its real logic, and nothing is kept.

What was answered lives in the page itself, signed, and is gone with it: no sitting, no response, no
count. So a draft can be tried as often as somebody likes.
"""

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin

from surveys import answering, fieldwork
from surveys.answer_forms import Faults, questions_of, told
from surveys.definition import Form, for_page, problems
from surveys.models import Questionnaire

SALT = "surveys.trial"

# The page of a frame, and the page that holds it.
framed = csp_replace({"frame-ancestors": [SELF]})
_framing = csp_update({"frame-src": [SELF]})


def framing(response: HttpResponse) -> HttpResponse:
    """Let a page hold a frame of this site."""
    return _framing(lambda _request: response)(None)


@xframe_options_sameorigin
@framed
def run(request, questionnaire: Questionnaire) -> HttpResponse:
    """One page of it: a section, or at the end what was answered."""
    frame = {"survey": questionnaire.survey, "version": questionnaire, "here": request.path}
    if problems(questionnaire.definition):
        return _page(request, frame | {"is_broken": True})
    form = Form(questionnaire.definition)
    if request.method != "POST":
        return _section(request, frame, form, {}, _first(form, {}))
    state = _state(request, questionnaire)
    sections = {section.name: section for section in form.sections}
    section = sections.get(request.POST.get("section", ""))
    if state is None or section is None or request.POST.get("go") == "again":
        return _section(request, frame, form, {}, _first(form, {}))
    answers, errors = answering.clean(
        form, section, request.POST, answers=state, places=fieldwork.places_at()
    )
    if request.POST.get("go") == "back":
        kept = state if errors else answers
        before = [each for each in form.relevant_sections(kept) if _is_before(form, each, section)]
        return _section(request, frame, form, kept, before[-1] if before else section)
    seen = request.POST.getlist("seen")
    asked = form.relevant_questions(section, answers)
    unseen = [question for question in asked if question.name not in seen]
    if errors or unseen:
        typed = answering.typed(section, request.POST)
        shown = questions_of(form, section, answers, typed, errors if not unseen else {}, unseen)
        return _section(request, frame, form, state, section, shown, is_unfolded=bool(unseen))
    after = [each for each in form.relevant_sections(answers) if _is_before(form, section, each)]
    return _section(request, frame, form, answers, after[0] if after else None)


def _state(request, questionnaire):
    """The answers so far; None when the page is of another draft or was tampered with."""
    try:
        found = signing.loads(request.POST.get("state", ""), salt=SALT)
    except signing.BadSignature:
        return None
    return found["answers"] if found["of"] == _mark(questionnaire) else None


def _mark(questionnaire):
    return [questionnaire.pk, questionnaire.edition]


def _first(form, answers):
    return next(iter(form.relevant_sections(answers)), None)


def _is_before(form, first, second):
    return form.sections.index(first) < form.sections.index(second)


def _section(request, frame, form, answers, section, shown=None, *, is_unfolded=False):
    """The page of a section; of no section, the end."""
    state = {"of": _mark(frame["version"]), "answers": answers}
    context = frame | {"state": signing.dumps(state, salt=SALT, compress=True)}
    if section is None:
        rows = [
            row for each in form.relevant_sections(answers) for row in told(form, each, answers)
        ]
        last = form.relevant_sections(answers)[-1:]
        return _page(request, context | {"told": rows, "section": last[0] if last else None})
    if shown is None:
        typed = answering.as_typed(section, answers)
        shown = questions_of(form, section, answers, typed, {})
    sections = form.relevant_sections(answers)
    place = sections.index(section) + 1 if section in sections else 1
    context |= {
        "section": section,
        "questions": shown,
        "faults": Faults(shown),
        "is_unfolded": is_unfolded,
        "place": (place, len(sections)),
        "logic": for_page(form, section, answers, today=timezone.localdate().isoformat()),
    }
    return _page(request, context, 400 if context["faults"].is_wrong else 200)


def _page(request, context, status=200):
    begin = {"is_broken": False, "told": None, "section": None, "is_unfolded": False}
    begin |= {"logic": None, "questions": [], "faults": None, "state": ""}
    return render(request, "admin/surveys/questionnaire/trial.html", begin | context, status=status)
