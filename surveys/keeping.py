"""What of surveys is kept for a time only: what their consent page promises, as rules."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lopburi_pr.retention import Rule
from surveys import exporting, sittings
from surveys.models import AccessCode, Export, HeldSubmission, Response, Sitting

DAY = timedelta(days=1)
ANSWERS_KEPT, CODES_KEPT = 2 * 365 * DAY, 365 * DAY


def _ended(rows, before):
    """Rows of surveys that were over by then, and whose results were last published before."""
    over = rows.filter(survey__closes_on__lte=timezone.localdate(before))
    return over.exclude(survey__publications__published_at__gt=before)


def forget(response: Response) -> None:
    """Keep that it was counted, and on which day; nothing of what was answered."""
    response.changes.all().delete()  # they hold answers, and a change is never changed
    facts = {"data": {}, "cluster": "", "seconds": None, "interviewer": None}
    Response.objects.filter(pk=response.pk).update(**facts)
    if paper := getattr(response, "paper_form", None):
        paper.first = paper.second = None
        paper.save(update_fields=["first", "second"])


RULES = (
    Rule(
        key="survey-sittings",
        what=_("Answers to surveys that were begun and not sent"),
        after=sittings.KEPT,
        why=_("Kept so that you can go on another day."),
        rows=lambda before: Sitting.objects.filter(touched_on__lte=timezone.localdate(before)),
    ),
    Rule(
        key="survey-answers",
        what=_("Answers to surveys whose results are published; they never held names"),
        after=ANSWERS_KEPT,
        why=_("Kept so that results can be checked and corrected. The published figures stay."),
        rows=lambda before: _ended(Response.objects.exclude(data={}), before),
        do=forget,
    ),
    Rule(
        key="survey-held",
        what=_("What devices of interviewers sent and could not be counted"),
        after=ANSWERS_KEPT,
        why=_("Kept so that no answer is lost by mistake."),
        rows=lambda before: _ended(HeldSubmission.objects.all(), before),
    ),
    Rule(
        key="survey-codes",
        what=_("That one-time codes of a survey were handed out, and how many were used"),
        after=CODES_KEPT,
        why=_("Kept to tell how many of those who got a card have answered."),
        rows=lambda before: AccessCode.objects.filter(
            survey__closes_on__lte=timezone.localdate(before)
        ),
    ),
    Rule(
        key="survey-exports",
        what=_("Files of answers to surveys that were made for the office"),
        after=exporting.KEPT_FOR,
        why=_("Kept so that they can be fetched; they can be made again."),
        rows=lambda before: Export.objects.filter(asked_at__lte=before),
        do=exporting.discard,
    ),
)
