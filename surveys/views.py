"""The surveys of the office as everybody sees them: the list, and the page of each."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from lopburi_pr import thai_words
from lopburi_pr.http import public
from lopburi_pr.paging import PageOf, page_number
from lopburi_pr.thai_text import excerpt, fold
from office import pulse
from surveys import listing
from surveys.definition import form_of
from surveys.models import Survey

SEARCH_HITS = 5
DESCRIPTION_LETTERS = 150
# Whom a result speaks for, in the words of somebody who never heard of samples.
SAMPLES = {
    Survey.Design.PROBABILITY: gettext_lazy(
        "People are drawn by lot, so that the result speaks for everybody. How far it may be off is"
        " told with it."
    ),
    Survey.Design.QUOTA: gettext_lazy(
        "As many people of each group are asked as live here. The result is told with its limits."
    ),
    Survey.Design.OPEN_LINK: gettext_lazy(
        "Whoever wants to may answer. The result tells what those who answered think; it does not"
        " speak for everybody."
    ),
}


@require_safe
@public
def surveys(request):
    """What may be answered now, what comes, and what came out."""
    beat = pulse.beat()
    past = listing.past_surveys(beat)
    page = PageOf(page_number(request.GET.get("page", ""), len(past)), len(past))
    base = reverse("surveys:surveys")
    context = {
        "open": listing.open_surveys(beat),
        "coming": listing.coming_surveys(beat),
        "past": past[page.slice],
        "page": page.links(lambda number: f"{base}?page={number}" if number > 1 else base),
        "is_first": page.number == 1,
    }
    return render(request, "surveys/surveys.html", context)


@require_safe
@public
def survey(request, pk):
    """What a survey is for, who asks, for whom it speaks, and the way in."""
    row = get_object_or_404(Survey, pk=pk)
    if row.state == Survey.State.WITHDRAWN:
        return render(request, "surveys/withdrawn.html", {"survey": row}, status=410)
    questionnaire = row.questionnaire
    if row.state not in Survey.PUBLIC or questionnaire is None:
        raise Http404
    form = form_of(questionnaire)
    questions, minutes = listing.length_of(form)
    context = {
        "survey": row,
        "card": listing.card(row, listing.answered(row)),
        "description": excerpt(row.aim, DESCRIPTION_LETTERS),
        "questions": questions,
        "minutes": minutes,
        "sample": SAMPLES[row.design],
        "on_web": Survey.Mode.WEB in row.modes,
        "is_published": row.state == Survey.State.PUBLISHED,
        "wording": listing.wording(form) if row.state != Survey.State.OPEN else (),
    }
    return render(request, "surveys/survey.html", context)


def search_block(words, stamp):
    """What the site's search shows of surveys; None when there is nothing."""
    looked_for = _words(words)
    if not looked_for:
        return None
    hits = [
        {
            "url": card["url"],
            "title": card["title"],
            "kind": kind,
            "excerpt": card["aim"],
            "is_sample": card["is_sample"],
        }
        for kind, cards in (
            (_("Open survey"), listing.open_surveys(stamp[0])),
            (_("Survey"), listing.past_surveys(stamp[0])),
        )
        for card in cards
        if all(word in fold(f"{card['title']} {card['aim']}") for word in looked_for)
    ]
    return {"title": _("Surveys"), "hits": hits[:SEARCH_HITS]} if hits else None


def _words(text):
    """What is looked for: what stands in a text whole stands there in pieces, however it is cut."""
    found = []
    for run in fold(text).split():
        is_thai = any("ก" <= letter <= "๎" for letter in run)
        found += thai_words.words(run) if is_thai else [run]
    return found
