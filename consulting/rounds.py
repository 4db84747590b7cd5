"""What time does by itself, done by the worker every few minutes: closing what was answered, asking
how it went, reckoning anew what is due when the calendar changed, and counting the figures.
"""

import hashlib
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from consulting import casework, letters, measuring, promises
from consulting.models import AdvisoryRequest, CaseRound, Change, Rating, RequestLetter
from lopburi_pr import background
from lopburi_pr.thai_calendar import BANGKOK
from office.working_days import CLOSES, calendar

EVERY = timedelta(minutes=10)
AT_ONCE = 200
State = AdvisoryRequest.State


def begin() -> None:
    """Let the worker look from now on, also when it had given up."""
    CaseRound.objects.get_or_create(pk=1)
    background.again(CaseRound.objects.filter(state=background.FAILED))


def go_round(row: CaseRound) -> None:
    """The worker's part."""
    now, days = timezone.now(), calendar()
    close_answered(now)
    ask_how_it_went(now)
    facts = repr(sorted((day, str(name)) for day, name in days.days_off.items()))
    seen = hashlib.sha256(facts.encode()).hexdigest()
    if seen != row.calendar_seen:
        promises.reckon_all()
    measuring.keep_fresh(now)
    row.calendar_seen, row.due_at, row.tries, row.error = seen, now + EVERY, 0, ""
    row.save(update_fields=["calendar_seen", "due_at", "tries", "error"])


def answered(at: datetime):
    """Requests that are answered, with when (``answered_at``)."""
    latest = Change.objects.filter(request=OuterRef("pk"), state=State.ANSWERED, at__lte=at)
    return AdvisoryRequest.objects.annotate(
        answered_at=Subquery(latest.order_by("-at").values("at")[:1])
    ).filter(answered_at__isnull=False)


def close_answered(at: datetime) -> int:
    """Close what was answered ``casework.CLOSED_AFTER`` working days ago and stands so since."""
    days, closed = calendar(), 0
    soonest = at - timedelta(days=casework.CLOSED_AFTER)
    rows = answered(at).filter(state=State.ANSWERED, answered_at__lte=soonest)
    for request in rows.order_by("answered_at")[:AT_ONCE]:
        told_on = timezone.localtime(request.answered_at, BANGKOK).date()
        last = days.add(told_on, casework.CLOSED_AFTER)
        if at >= datetime.combine(last, CLOSES, BANGKOK):
            try:
                casework.close(request)
            except ValidationError:  # somebody wrote meanwhile
                continue
            closed += 1
    return closed


def ask_how_it_went(at: datetime) -> int:
    """Put the letters of each wave in the post, once, for a month at most after they are due."""
    written = 0
    for wave in Rating.WAVES[1:]:
        due = at - timedelta(days=wave)
        rows = answered(at).filter(
            state__in=[State.ANSWERED, State.CLOSED],
            answered_at__lte=due,
            answered_at__gt=due - timedelta(days=30),
        )
        sent = RequestLetter.objects.filter(kind=RequestLetter.Kind.FOLLOW_UP, wave=wave)
        rows = rows.exclude(email="").exclude(is_sample=True)
        for request in rows.exclude(letters__in=sent).exclude(ratings__wave=wave)[:AT_ONCE]:
            letters.write(request, RequestLetter.Kind.FOLLOW_UP, wave=wave)
            written += 1
    return written
