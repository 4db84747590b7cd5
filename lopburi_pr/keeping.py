"""Everything that is kept for a time only: the rules of all apps in one table, and their round."""

from datetime import timedelta

from django.utils import timezone

import consulting.keeping
import network.keeping
import news.keeping
import office.keeping
import surveys.keeping
from lopburi_pr import background, retention
from office import audit
from office.models import PurgeRound

RULES = (
    *consulting.keeping.RULES,
    *network.keeping.RULES,
    *news.keeping.RULES,
    *office.keeping.RULES,
    *surveys.keeping.RULES,
)
EVERY = timedelta(hours=1)
AT_ONCE = 500  # rows of one rule in a round: what is left has its turn a minute later
NEXT = timedelta(minutes=1)


def begin() -> None:
    """Let the worker look from now on, also when it had given up."""
    PurgeRound.objects.get_or_create(pk=1)
    background.again(PurgeRound.objects.filter(state=background.FAILED))


def go_round(row: PurgeRound) -> None:
    """Carry out every rule a little; the worker's part."""
    told = carry_out(at_most=AT_ONCE)
    is_more = any(done + failed >= AT_ONCE for _rule, done, failed in told)
    row.due_at, row.tries = timezone.now() + (NEXT if is_more else EVERY), 0
    row.error = ", ".join(f"{rule.key}: {failed}" for rule, _done, failed in told if failed)
    row.save(update_fields=["due_at", "tries", "error"])


def carry_out(*, at_most: int | None = None) -> list[tuple[retention.Rule, int, int]]:
    """Carry out every rule; of each how many rows were treated, and how many failed.

    The trail keeps how many, and of nobody who.
    """
    begin()
    row, now, told = PurgeRound(pk=1), timezone.now(), []
    for rule in RULES:
        done, failed = retention.carry_out(rule, now, at_most=at_most)
        if done and rule.key not in UNTOLD:
            audit.record(row, "purge", by=None, note=f"{rule.key}: {done}")
        told.append((rule, done, failed))
    return told


# Many every day, and of no consequence.
UNTOLD = {"sessions", "letters", "followers-unconfirmed", "request-drafts", "survey-sittings"}
