"""What was promised for a request, when that is due, and whether it was kept.

Everything is read from the changes and messages of the request; ``AdvisoryRequest.due_at`` alone is
kept, for the order of the queue.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from consulting import clock
from consulting.clock import Due, Interval, Span
from consulting.models import AdvisoryRequest, Change, Message, ServiceStandard
from office.working_days import WorkingCalendar, calendar

State = AdvisoryRequest.State
# Nothing is promised any more from here on, until it is taken up again.
ENDS = tuple(state for state in State if state not in AdvisoryRequest.OPEN)
# Ends in which the promise was neither kept nor broken.
LET_GO = (State.WITHDRAWN, State.MERGED, State.SPAM)


@dataclass(frozen=True)
class Promise:
    """One thing that was promised: a first reply, or the answer."""

    name: str
    due: Due
    met_at: datetime | None
    is_let_go: bool = False

    @property
    def is_late(self) -> bool:
        """Met after it was due, or still not met then."""
        return not self.is_let_go and clock.is_late(self.due, self.met_at or timezone.now())

    @property
    def is_open(self) -> bool:
        return self.met_at is None and not self.is_let_go


@dataclass(frozen=True)
class Round:
    """From receipt, or from being taken up again, to the answer."""

    standard: ServiceStandard
    began_at: datetime
    intervals: tuple[Interval, ...]
    ended_at: datetime | None
    end: str
    first_reply: Promise
    answer: Promise

    @property
    def pauses(self) -> list[tuple[datetime, datetime | None]]:
        return _pauses(self.intervals)

    def days_to(self, moment: datetime, days: WorkingCalendar | None = None) -> int:
        """Working days from its beginning to a moment, those left out for which they owed us."""
        return clock.took(self.began_at, moment, self.pauses, days or calendar())


def rounds(
    request: AdvisoryRequest,
    *,
    changes: list[Change] | None = None,
    messages: list[Message] | None = None,
    days: WorkingCalendar | None = None,
) -> list[Round]:
    """Every round of a request, the first one first.

    ``changes`` and ``messages`` are its own, with their standards, for those who have them already.
    """
    if changes is None:
        changes = list(request.changes.select_related("standard"))
    if messages is None:
        messages = list(request.messages.told().from_office())
    replies = sorted(message.sent_at for message in messages if message.is_from_office)
    days = days or calendar()
    begins = [n for n, change in enumerate(changes) if change.standard_id]
    found = []
    for place, first in enumerate(begins):
        after = begins[place + 1] if place + 1 < len(begins) else len(changes)
        found.append(_round(changes[first:after], replies, days))
    return found


def _round(changes, replies, days):
    standard, began_at = changes[0].standard, changes[0].at
    end = next((change for change in changes if change.state in ENDS), None)
    lasting = changes[: changes.index(end)] if end else changes
    untils = [change.at for change in lasting[1:]] + [end.at if end else None]
    intervals = tuple(
        Interval(change.state, change.at, until)
        for change, until in zip(lasting, untils, strict=True)
    )
    ended_at, ended_as = (end.at, end.state) if end else (None, "")
    is_let_go = ended_as in LET_GO
    first_word = next(
        (at for at in replies if at >= began_at and (ended_at is None or at <= ended_at)), None
    )
    pauses = _pauses(intervals)

    def promise(name, value, met_at):
        due = clock.due(Span(value, standard.unit), began_at, pauses, days)
        return Promise(name, due, met_at, is_let_go and met_at is None)

    kept_at = None if is_let_go else ended_at
    return Round(
        standard=standard,
        began_at=began_at,
        intervals=intervals,
        ended_at=ended_at,
        end=ended_as,
        # To decline or to forward is a reply too.
        first_reply=promise(_("First reply"), standard.first_reply, first_word or kept_at),
        answer=promise(_("Answer"), standard.answer, kept_at),
    )


def _pauses(intervals):
    return [
        (interval.since, interval.until)
        for interval in intervals
        if interval.state == State.WAITING_REQUESTER
    ]


def next_due(found: list[Round]) -> datetime | None:
    """When the next open promise is due; None when there is none, or time stands still."""
    if not found:
        return None
    last = found[-1]
    moments = [promise.due.at for promise in (last.first_reply, last.answer) if promise.is_open]
    return min((at for at in moments if at), default=None)


def reckon(request: AdvisoryRequest, *, save: bool = True) -> None:
    """Keep when the next promise is due, for the order of the queue."""
    due_at = next_due(rounds(request))
    if due_at != request.due_at:
        request.due_at = due_at
        if save:
            request.save(update_fields=["due_at"])


def reckon_all() -> int:
    """Do so for every open request, after the calendar changed; how many of them moved."""
    days, moved = calendar(), []
    rows = AdvisoryRequest.objects.open().prefetch_related("changes__standard", "messages")
    for request in rows.iterator(chunk_size=500):
        told = [each for each in request.messages.all() if each.state == Message.State.SENT]
        due_at = next_due(
            rounds(request, changes=list(request.changes.all()), messages=told, days=days)
        )
        if due_at != request.due_at:
            request.due_at = due_at
            moved.append(request)
    AdvisoryRequest.objects.bulk_update(moved, ["due_at"], batch_size=500)
    return len(moved)
