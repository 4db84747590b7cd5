"""How long things are kept: rules as data, and the one way in which they are carried out.

Every app declares its own; ``lopburi_pr.keeping`` puts them into one table. A rule says which rows
have served their purpose, and each that it treats is one of them no longer: carrying rules out
again changes nothing, and one that was killed halfway goes on where it was.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

BATCH = 200

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rule:
    """What happens to which rows so long after their purpose ended, and where that is promised.

    ``rows`` gets a moment and gives those whose purpose had ended by then. ``do`` takes what is
    personal out of one of them; without it they are deleted.
    """

    key: str
    what: str
    after: timedelta
    why: str
    rows: Callable[[datetime], models.QuerySet]
    do: Callable[[models.Model], None] | None = None

    @property
    def deletes(self) -> bool:
        """Whether nothing stays of the rows."""
        return self.do is None

    @property
    def lasting(self) -> str:
        """How long after, in words."""
        days = self.after.days
        if not days:
            return _("at once")
        if days % 365:
            return ngettext("after %(n)s day", "after %(n)s days", days) % {"n": days}
        years = days // 365
        return ngettext("after %(n)s year", "after %(n)s years", years) % {"n": years}

    def due(self, at: datetime) -> models.QuerySet:
        """The rows that are kept no longer at that moment."""
        return self.rows(at - self.after)


def carry_out(rule: Rule, at: datetime, *, at_most: int | None = None) -> tuple[int, int]:
    """Treat the rows that are due, a batch in each transaction; how many were, and how many failed.

    A row that somebody works on is left for the next time; one that fails keeps no other.
    """
    done = failed = 0
    last = None
    while at_most is None or done + failed < at_most:
        with transaction.atomic():
            rows = rule.due(at).order_by("pk")
            if last is not None:
                rows = rows.filter(pk__gt=last)
            size = BATCH if at_most is None else min(BATCH, at_most - done - failed)
            batch = list(rows.select_for_update(skip_locked=True, of=("self",))[:size])
            if not batch:
                break
            last = batch[-1].pk
            for row in batch:
                if _treat(rule, row):
                    done += 1
                else:
                    failed += 1
    return done, failed


def _treat(rule, row):
    try:
        with transaction.atomic():
            rule.do(row) if rule.do else row.delete()
    except Exception:
        logger.exception("“%s” could not be carried out for %s.", rule.key, row.pk)
        return False
    return True
