"""Work that nobody waits for, done row by row by ``manage.py worker``.

There is no queue beside the tables: a row that waits says so itself, with ``state``, ``due_at``,
``tries`` and ``error``. A worker first counts the try and moves ``due_at`` to the hour of the next
one, then works while it holds the row's lock. So a worker that fails, is killed or takes the whole
machine down leaves a row that comes back by itself, later each time, and gives up after
``max_tries``; and any number of workers may run.
"""

import logging
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, connection, models, transaction
from django.utils import timezone

WAITING, FAILED = "waiting", "failed"
MAX_TRIES = 8
FIRST_PAUSE_SECONDS = 5
LONGEST_PAUSE_SECONDS = 3600
IDLE_SECONDS = 1
HEARTBEAT = "worker-heartbeat"
HEARTBEAT_EVERY_SECONDS = 5
HEARTBEAT_KEPT_SECONDS = 60  # longer than any one row takes

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Work:
    """What is done with each row of a model that waits.

    ``do`` gets the locked row inside a transaction, sets another state when it is done and raises
    when it can't.
    """

    name: str
    model: type[models.Model]
    do: Callable[[models.Model], None]

    max_tries: ClassVar[int] = MAX_TRIES
    # Rows whose try is counted at once: more than one where counting would take most of the time.
    at_once: ClassVar[int] = 1

    def pause_after(self, tries: int) -> timedelta:
        """How long a row rests after that many tries; longer than one try may take."""
        return pause_after(tries)

    def waiting(self):
        return self.model._default_manager.filter(state=WAITING)  # noqa: SLF001 -- public by custom


class OutboundWork(Work):
    """Rows that leave this machine: they wait, untried, until it may send anything at all."""

    def waiting(self):
        rows = super().waiting()
        return rows if settings.OUTBOUND_ENABLED else rows.none()


_works: dict[str, Work] = {}
_beaten_at = -HEARTBEAT_KEPT_SECONDS


def register(work: Work) -> None:
    """Make workers do this work too (from ``AppConfig.ready``)."""
    _works[work.name] = work


def again(rows: models.QuerySet) -> int:
    """Let these rows wait once more, with all tries before them; how many there were."""
    return rows.update(state=WAITING, tries=0, due_at=timezone.now(), error="")


def is_alive() -> bool:
    """Whether a worker has been at work during the last minute."""
    return cache.get(HEARTBEAT) is not None


def beat() -> None:
    """Say that a worker is at work."""
    global _beaten_at  # noqa: PLW0603 -- one heart in a process
    _beaten_at = time.monotonic()
    cache.set(HEARTBEAT, os.getpid(), HEARTBEAT_KEPT_SECONDS)


def run_due(should_stop: Callable[[], bool] = lambda: False) -> int:
    """Do everything that is due, a row or a few of each work in turn; how many were tried."""
    tried = 0
    works = list(_works.values())
    while works:
        for work in tuple(works):
            if should_stop():
                return tried
            done = _do_some(work, should_stop)
            tried += done
            if not done:
                works.remove(work)
    return tried


def run(should_stop: Callable[[], bool]) -> None:
    """Work until told to stop. Survives every exception and every restart of the database."""
    is_cut_off = False
    while not should_stop():
        try:
            run_due(should_stop)
            _beat_in_time()
            if is_cut_off:
                logger.warning("The database answers again.")
                is_cut_off = False
        except (OperationalError, InterfaceError) as error:
            if not is_cut_off:
                logger.warning("The database does not answer; trying until it does: %s", error)
                is_cut_off = True
            connection.close()
        except Exception:
            logger.exception("The worker goes on after an error.")
            connection.close()
        if not should_stop():
            time.sleep(IDLE_SECONDS)


def _do_some(work, should_stop):
    """Try the rows that have waited longest; how many there were."""
    pks = _count_tries(work)
    for place, pk in enumerate(pks):
        if place and should_stop():  # those that are left come back as after a failure
            return place
        _do_one(work, pk)
        _beat_in_time()
    if not pks:
        _beat_in_time()
    return len(pks)


def _do_one(work, pk):
    try:
        with transaction.atomic():
            row = _locked(work.waiting().filter(pk=pk), skip=False).first()
            if row is not None:
                work.do(row)
    except Exception as error:
        if connection.connection is None or not connection.is_usable():
            raise
        logger.exception("%s of %s failed.", work.name, pk)
        message = f"{type(error).__name__}: {error}".replace("\x00", "")
        work.waiting().filter(pk=pk).update(error=message[:2000])
        work.waiting().filter(pk=pk, tries__gte=work.max_tries).update(state=FAILED)


@transaction.atomic
def _count_tries(work):
    """Choose due rows and put off their next try; their keys."""
    now = timezone.now()
    due = work.waiting().filter(due_at__lte=now).order_by("due_at", "pk")
    chosen = []
    while not chosen and (rows := list(_locked(due)[: work.at_once])):
        for row in rows:
            if row.tries >= work.max_tries:
                # Even the last try ended the worker itself; its successors are spared this row.
                error = row.error or "The worker died of it."
                work.waiting().filter(pk=row.pk).update(state=FAILED, error=error)
            else:
                row.tries += 1
                row.due_at = now + work.pause_after(row.tries)
                chosen.append(row)
    work.model._base_manager.bulk_update(chosen, ["tries", "due_at"])
    return [row.pk for row in chosen]


def _locked(rows, *, skip=True):
    # NO KEY: other tables may go on pointing to the row while it is worked on. A row of one's own
    # is waited for: another worker may hold it for the moment in which it sees that it is taken.
    return rows.select_for_update(skip_locked=skip, no_key=True, of=("self",))


def pause_after(tries: int) -> timedelta:
    """How long a row rests after that many tries: longer each time, never all at one moment."""
    seconds = min(FIRST_PAUSE_SECONDS * 3 ** (tries - 1), LONGEST_PAUSE_SECONDS)
    return timedelta(seconds=seconds * random.uniform(0.5, 1))  # noqa: S311 -- no secret


def _beat_in_time():
    if time.monotonic() - _beaten_at >= HEARTBEAT_EVERY_SECONDS:
        beat()
