"""What of requests is kept for a time only: the periods that their notice promises, as rules."""

from datetime import timedelta

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from consulting import drafts
from consulting.models import (
    AdvisoryRequest,
    Change,
    Draft,
    Message,
    ResourceEdition,
    VoiceAdvice,
)
from lopburi_pr.retention import Rule
from network.models.people import FORGOTTEN
from office import audit

DAY = timedelta(days=1)
REQUESTS_KEPT, SPAM_KEPT = 10 * 365 * DAY, 180 * DAY
State = AdvisoryRequest.State


def _over(before, *states):
    """Requests that are in one of these ends since then, and of whose people something is kept."""
    latest = Change.objects.filter(request=OuterRef("pk")).order_by("-at", "-pk")
    rows = AdvisoryRequest.objects.filter(state__in=states).exclude(contact=FORGOTTEN)
    return rows.annotate(over_at=Subquery(latest.values("at")[:1])).filter(over_at__lte=before)


def _settled(before):
    spam, ends = State.SPAM, set(State) - set(AdvisoryRequest.OPEN)
    return _over(before, *(ends - {spam}))


def _spam(before):
    return _over(before, State.SPAM)


def forget(request: AdvisoryRequest) -> None:
    """Keep what was asked and when it was answered, for the figures; nothing about who wrote it."""
    for row in request.files.all():
        row.delete()
    request.letters.all().delete()
    request.messages.exclude(is_from_office=True, state=Message.State.SENT).delete()
    request.notes.all().delete()
    # That the office wrote is counted; its words call people by their names.
    request.messages.update(text="", remark="")
    request.changes.update(reason="")
    request.ratings.update(words="")
    request.appointments.update(purpose=FORGOTTEN, place="", reason="")
    request.services.exclude(brief="").update(brief=FORGOTTEN)
    ResourceEdition.objects.filter(resource__sources=request).update(original="")
    # A request is reachable by law of the table; this reaches nobody.
    facts = {"contact": FORGOTTEN, "position": "", "phone": "-", "email": ""}
    facts |= {"detail": FORGOTTEN, "answers": {}, "reason": FORGOTTEN if request.reason else ""}
    if VoiceAdvice.objects.filter(request=request).exists():  # the words of one person
        facts["subject"] = FORGOTTEN
        facts["agency"] = str(request.organization or FORGOTTEN)
    AdvisoryRequest.objects.filter(pk=request.pk).update(**facts)
    audit.forget_notes(request, *request.appointments.all())


RULES = (
    Rule(
        key="request-drafts",
        what=_("Requests for advice that were begun and not sent, with their files"),
        after=drafts.KEPT,
        why=_("Kept so that you can go on another day."),
        rows=lambda before: Draft.objects.filter(touched_at__lte=before),
    ),
    Rule(
        key="requests",
        what=_("People, files and details of requests for advice that are over"),
        after=REQUESTS_KEPT,
        why=_("Official documents are kept for 10 years (rules on official correspondence)."),
        rows=_settled,
        do=forget,
    ),
    Rule(
        key="requests-spam",
        what=_("What came as a request for advice and was none"),
        after=SPAM_KEPT,
        why=_("Kept to find out when it was one after all."),
        rows=_spam,
        do=forget,
    ),
)
