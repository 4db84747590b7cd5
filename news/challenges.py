"""Mistakes that readers report: received under a number, decided and answered in public."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from lopburi_pr.thai_calendar import be_year
from news.models import Challenge, Edition
from office import audit
from office.numbering import next_number

NUMBER_SERIES = "challenge"


@transaction.atomic
def report(
    article_id: int, *, version: int, what: str, anchor: str = "", quote: str = "", evidence_url=""
) -> Challenge:
    """Write down what a reader found wrong in a version, or in one paragraph of it."""
    year = be_year(timezone.now())
    return Challenge.objects.create(
        year=year,
        number=next_number(NUMBER_SERIES, year),
        article_id=article_id,
        version=version,
        anchor=anchor,
        quote=quote,
        what=what,
        evidence_url=evidence_url,
    )


def obstacles(challenge: Challenge, outcome: str, answer: str) -> list[str]:
    """Sentences that say why it can't be decided so; empty when it can."""
    if challenge.state != Challenge.State.RECEIVED:
        return [_("This is decided already.")]
    found = []
    if outcome not in Challenge.State.values or outcome == Challenge.State.RECEIVED:
        found.append(_("Choose the outcome."))
    if not answer.strip():
        found.append(_("Write what readers are told."))
    if outcome == Challenge.State.CORRECTED and not is_corrected(challenge):
        found.append(_("Correct or withdraw the news first: readers still see what was reported."))
    return found


def is_corrected(challenge: Challenge) -> bool:
    """Whether readers no longer see the version in which the mistake was found."""
    published = Edition.objects.published().filter(article=challenge.article_id)
    return not published.filter(version=challenge.version).exists()


@transaction.atomic
def decide(challenge: Challenge, *, by, outcome: str, answer: str, is_quoted: bool = False) -> None:
    """Answer for ever and in public. Raises ValidationError with the obstacles."""
    challenge.refresh_from_db(from_queryset=Challenge.objects.select_for_update())
    if found := obstacles(challenge, outcome, answer):
        raise ValidationError(found)
    challenge.state, challenge.answer, challenge.is_quoted = outcome, answer, is_quoted
    challenge.decided_by, challenge.decided_at = by, timezone.now()
    challenge.save()
    audit.record(
        challenge, "answer", by=by, before=Challenge.State.RECEIVED, after=outcome, note=answer
    )


def titled(challenges):
    """The same rows, each with the ``title`` that its article bears or bore last."""
    said = Edition.objects.released().filter(article=OuterRef("article")).order_by("-version")
    return challenges.select_related("article").annotate(title=Subquery(said.values("title")[:1]))
