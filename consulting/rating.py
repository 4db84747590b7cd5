"""What requesters say of the advice: at once, and after 30 and 90 days.

A letter only leads to the page: programs that open every link of a letter rate nothing.
"""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consulting.models import AdvisoryRequest, Change, Rating
from lopburi_pr.thai_text import normalise
from office import audit

EDITABLE = timedelta(days=7)
# An officer reads no rating of their own work alone: of so few it would be known whose it is.
SHOWN_FROM = 3


def answered_at(request: AdvisoryRequest) -> datetime | None:
    """When it was answered the last time."""
    changes = Change.objects.filter(request=request, state=AdvisoryRequest.State.ANSWERED)
    return changes.order_by("-at").values_list("at", flat=True).first()


def open_wave(request: AdvisoryRequest, at: datetime | None = None) -> int | None:
    """The latest wave about which a requester can say something now; None before the answer."""
    since = answered_at(request)
    if since is None or request.is_open:
        return None
    days = ((at or timezone.now()) - since).days
    return max(wave for wave in Rating.WAVES if wave <= max(days, 0))


def obstacles(request: AdvisoryRequest, wave: int) -> list[str]:
    """Why this wave can't be answered; empty when it can."""
    latest = open_wave(request)
    if latest is None:
        return [_("You can rate our advice once it is given.")]
    if wave not in Rating.WAVES or wave > latest:
        return [_("It is too early for this question.")]
    given = request.ratings.filter(wave=wave).first()
    if given and given.given_at < timezone.now() - EDITABLE:
        return [_("You answered this more than 7 days ago. Thank you; it stays as it is.")]
    return []


@transaction.atomic
def give(request: AdvisoryRequest, *, wave: int, **said) -> Rating:
    """Keep a rating, or change one that is not older than ``EDITABLE``.

    Raises ValidationError with the obstacles.
    """
    # Who presses twice waits here until the first is written.
    AdvisoryRequest.objects.select_for_update().get(pk=request.pk)
    if found := obstacles(request, wave):
        raise ValidationError(found)
    rating = request.ratings.filter(wave=wave).first() or Rating(request=request, wave=wave)
    for name, value in said.items():
        setattr(rating, name, normalise(value).strip() if isinstance(value, str) else value)
    is_new = rating.pk is None
    rating.full_clean()
    rating.save()
    if is_new:
        audit.record(request, "rate", by=None, before=request.state, after=request.state)
    return rating


def shown_to(user):
    """The ratings that this person may read: all for the head, for others none of their own work
    from a month in which they got fewer than ``SHOWN_FROM``.
    """
    ratings = Rating.objects.select_related("request__organization", "request__assignee")
    if user.has_perm("consulting.assign_advisoryrequest"):
        return ratings
    own = {}
    for pk, given_at in ratings.filter(request__assignee=user).values_list("pk", "given_at"):
        own.setdefault(timezone.localtime(given_at).strftime("%Y-%m"), []).append(pk)
    too_few = [pk for keys in own.values() if len(keys) < SHOWN_FROM for pk in keys]
    return ratings.exclude(pk__in=too_few)
