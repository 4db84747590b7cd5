"""Figures about the office's advice, each with its definition.

Everything is counted from changes, messages and ratings, this year's by the worker every hour,
others when somebody looks; so a figure can be followed back to its requests. A number of fewer than
``SMALLEST`` requests is hidden, and so is the smallest beside it where the sum would tell what is
hidden.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil
from statistics import mean, median

from django.conf import settings
from django.core.cache import cache
from django.db.models import Exists, Max, OuterRef, Prefetch, Q
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from consulting import promises
from consulting.models import (
    AdvisoryRequest,
    Change,
    Message,
    Rating,
    ServiceStandard,
    Vote,
)
from lopburi_pr.thai_calendar import BANGKOK, fiscal_year, fiscal_year_span
from network.models import Organization
from office.working_days import calendar

SMALLEST = 5
KEPT_SECONDS = 7200
COUNTED_EVERY = timedelta(hours=1)
State = AdvisoryRequest.State

DEFINITIONS = {
    "received": gettext_lazy(
        "Requests that came in during the fiscal year, whichever way. Not counted: what was joined"
        " to another request, and what was no request."
    ),
    "first-reply": gettext_lazy(
        "Working days from receipt to the first message of the office, or to its answer; the day of"
        " receipt is day 0, and days on which we waited for the requester are left out. Crises are"
        " told apart, in hours by the clock."
    ),
    "answer": gettext_lazy(
        "Working days from receipt to the answer, counted in the same way; of requests that were"
        " answered, forwarded or declined."
    ),
    "on-time": gettext_lazy(
        "Of the requests whose answer was given or was due: the share in which it came by the day"
        " that we had promised."
    ),
    "median": gettext_lazy("Half of the requests took this long or less."),
    "ninth": gettext_lazy("Nine of ten requests took this long or less."),
    "waiting-share": gettext_lazy(
        "Of the time from receipt to answer: the part in which we waited for the requester."
    ),
    "reopened": gettext_lazy("Of the answered requests: those that were taken up again later."),
    "rating": gettext_lazy(
        "Mean of the stars from 1 to 5 that requesters gave, with how many gave them."
    ),
    "helped": gettext_lazy(
        "How often somebody who was writing a request found a published answer instead."
    ),
    "used": gettext_lazy(
        "Of those who told us 90 days later: the share that used our advice, wholly or in part."
    ),
}


@dataclass(frozen=True)
class Durations:
    """How long something took, of how many requests; None where too few would be told of."""

    count: int
    median: float | None = None
    ninth: float | None = None

    @classmethod
    def of(cls, values: Sequence[float]) -> "Durations":
        if len(values) < SMALLEST:
            return cls(len(values))
        return cls(len(values), median(values), percentile(values, 90))


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest of the values that at least so many percent do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)]


@dataclass
class Figures:
    """What is told of one fiscal year."""

    year: int
    counted_at: datetime
    received: int = 0
    by_topic: list[tuple[str, int | None]] = field(default_factory=list)
    by_channel: list[tuple[str, int | None]] = field(default_factory=list)
    by_kind: list[tuple[str, int | None]] = field(default_factory=list)
    by_district: list[tuple[str, int | None]] = field(default_factory=list)
    first_reply: Durations = Durations(0)
    answer: Durations = Durations(0)
    crisis_first_reply: Durations = Durations(0)
    on_time: float | None = None
    on_time_of: int = 0
    waiting_share: float | None = None
    reopened: float | None = None
    ratings: int = 0
    rating: float | None = None
    aspects: list[tuple[str, float | None]] = field(default_factory=list)
    helped: int = 0
    used: float | None = None
    used_of: int = 0


def figures(year: int) -> Figures:
    """The figures of a fiscal year, as they were counted within the last two hours."""
    return cache.get(_key(year)) or _counted(year)


def keep_fresh(at: datetime) -> None:
    """Count this fiscal year anew when an hour has passed, so that no reader waits for it."""
    year = fiscal_year(at.astimezone(BANGKOK))
    for language, _name in settings.LANGUAGES:
        with override(language):
            found = cache.get(_key(year))
            if found is None or at - found.counted_at >= COUNTED_EVERY:
                _counted(year, at)


def _counted(year, at=None):
    found = count(year, at)
    cache.set(_key(year), found, KEPT_SECONDS)
    return found


def _key(year):
    return f"advice-figures-{year}-{get_language()}"


def count(year: int, at: datetime | None = None) -> Figures:
    """Count the figures of a fiscal year (Buddhist) anew."""
    at = at or timezone.now()
    first, last = fiscal_year_span(year)
    requests = list(
        AdvisoryRequest.objects.counted()
        .filter(year=year)
        .select_related("topic", "district", "organization")
        .prefetch_related(
            Prefetch("changes", Change.objects.select_related("standard").order_by("at", "pk")),
            Prefetch("messages", Message.objects.told().from_office().order_by("sent_at")),
        )
    )
    found = Figures(year, at, received=len(requests))
    found.by_topic = table(request.topic.name for request in requests)
    found.by_channel = table(request.get_channel_display() for request in requests)
    found.by_kind = table(_kind(request) for request in requests)
    found.by_district = table(
        request.district.name if request.district else _("elsewhere or not told")
        for request in requests
    )
    _count_time(found, requests, at)
    _count_words(found, first, last)
    return found


def _kind(request):
    if request.organization:
        return request.organization.get_kind_display()
    return request.get_agency_kind_display() or _("not told")


def _count_time(found, requests, at):
    days = calendar()
    replies, answers, crises, kept, waiting, whole = [], [], [], [], 0.0, 0.0
    answered = reopened = 0
    for request in requests:
        rounds = promises.rounds(
            request,
            changes=list(request.changes.all()),
            messages=list(request.messages.all()),
            days=days,
        )
        if not rounds:
            continue
        first = rounds[0]
        answered += first.end == State.ANSWERED
        reopened += first.end == State.ANSWERED and len(rounds) > 1
        is_crisis = first.standard.unit == ServiceStandard.Unit.HOURS
        if met_at := first.first_reply.met_at:
            if is_crisis:
                crises.append((met_at - first.began_at).total_seconds() / 3600)
            else:
                replies.append(first.days_to(met_at, days))
        if met_at := first.answer.met_at:
            if not is_crisis:
                answers.append(first.days_to(met_at, days))
            whole += (met_at - first.began_at).total_seconds()
            waiting += sum(
                ((until or met_at) - since).total_seconds() for since, until in first.pauses
            )
        was_due = first.answer.met_at or (first.answer.due.at and first.answer.due.at < at)
        if was_due and not first.answer.is_let_go:
            kept.append(not first.answer.is_late)
    found.first_reply, found.answer = Durations.of(replies), Durations.of(answers)
    found.crisis_first_reply = Durations.of(crises)
    found.on_time, found.on_time_of = share(kept), len(kept)
    found.waiting_share = waiting / whole if len(answers) >= SMALLEST and whole else None
    found.reopened = reopened / answered if answered >= SMALLEST else None


def _count_words(found, first, last):
    counted = AdvisoryRequest.objects.counted().filter(year=found.year)
    at_once = list(Rating.objects.filter(wave=0, request__in=counted))
    found.ratings = len(at_once)
    found.rating = _mean(rating.overall for rating in at_once)
    found.aspects = [
        (str(label), _mean(getattr(rating, name) for rating in at_once))
        for name, label in Rating.ASPECTS.items()
    ]
    later = Rating.objects.filter(wave=90, request__in=counted).values_list("use", flat=True)
    used = [use in {Rating.Use.FULLY, Rating.Use.PARTLY} for use in later]
    found.used, found.used_of = share(used), len(used)
    votes = Vote.objects.filter(is_instead=True, is_helpful=True, on__range=(first, last))
    found.helped = votes.count()


def _mean(values):
    given = [value for value in values if value is not None]
    return mean(given) if len(given) >= SMALLEST else None


def share(flags: Sequence[bool]) -> float | None:
    """The part of them that is true; None of fewer than ``SMALLEST``."""
    return sum(flags) / len(flags) if len(flags) >= SMALLEST else None


def table(names: Iterable[str]) -> list[tuple[str, int | None]]:
    """How often each name occurs, the most frequent first; None where it is hidden."""
    counts = Counter(names).most_common()
    hidden = {name: n for name, n in counts if n < SMALLEST}
    for name, n in reversed(counts):
        # The sum tells one that is hidden alone, and several that are few together.
        if name not in hidden and hidden and (len(hidden) == 1 or sum(hidden.values()) < SMALLEST):
            hidden[name] = n
    return [(name, None if name in hidden else n) for name, n in counts]


def shown(count: int) -> int | None:
    """A number of requests or of people, hidden if there are few; None at all is no secret."""
    return count if count >= SMALLEST or not count else None


def years(at: datetime | None = None) -> list[int]:
    """The fiscal years of which there is something to tell, the latest first."""
    told = AdvisoryRequest.objects.counted().values_list("year", flat=True).distinct()
    return sorted({*told, fiscal_year((at or timezone.now()).astimezone(BANGKOK))}, reverse=True)


# Who never asks

ASKING_KINDS = (
    Organization.Kind.AGENCY,
    Organization.Kind.LOCAL_GOVERNMENT,
    Organization.Kind.SCHOOL,
    Organization.Kind.TEMPLE,
    Organization.Kind.ASSOCIATION,
)


def silent(since: date):
    """Bodies of the directory that could ask and have not since that day, the longest silent
    first; ``last_asked`` is when they did before.
    """
    asked = AdvisoryRequest.objects.filter(
        organization=OuterRef("pk"), received_at__date__gte=since
    )
    return (
        Organization.objects.at_work()
        .filter(kind__in=ASKING_KINDS)
        .exclude(Exists(asked.exclude(state=State.SPAM)))
        .annotate(
            last_asked=Max(
                "advisory_requests__received_at", filter=~Q(advisory_requests__state=State.SPAM)
            )
        )
        .prefetch_related("districts")
        .order_by("last_asked", "sort_key")
    )
