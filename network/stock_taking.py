"""The yearly count: every owned thing gets a line, somebody looks for it, then it is closed."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lopburi_pr.thai_calendar import fiscal_year
from lopburi_pr.thai_text import normalise
from network import lending
from network.models import Asset, StockLine, StockTake
from office import audit

CONDITIONS = {
    StockLine.Finding.FOUND: Asset.Condition.USABLE,
    StockLine.Finding.DAMAGED: Asset.Condition.DAMAGED,
    StockLine.Finding.MISSING: Asset.Condition.MISSING,
}


@transaction.atomic
def begin(*, by) -> StockTake:
    """The count of this fiscal year, with a line for everything the office owns by now."""
    take, is_new = StockTake.objects.get_or_create(year=fiscal_year(timezone.localdate()))
    if is_new:
        audit.record(take, "begin count", by=by)
    if take.closed_at is None:
        lines = (StockLine(take=take, asset=asset) for asset in Asset.objects.owned())
        StockLine.objects.bulk_create(lines, ignore_conflicts=True)
    return take


@transaction.atomic
def mark(line: StockLine, finding: str, *, by, note: str = "") -> None:
    """Note what was found; the thing's own condition follows. Raises ValidationError."""
    take = StockTake.objects.select_for_update().get(pk=line.take_id)
    if take.closed_at:
        raise ValidationError(_("This count is closed."))
    if finding not in StockLine.Finding.values:
        raise ValidationError(_("Choose what you found."))
    line.finding, line.note = finding, normalise(note).strip()
    line.counted_by, line.counted_at = by, timezone.now()
    line.full_clean(exclude=["counted_by"])
    line.save()
    lending.judge(line.asset, CONDITIONS[finding])


def obstacles(take: StockTake) -> list[str]:
    """Why the count can't be closed; empty when it can."""
    if take.closed_at:
        return [_("This count is closed.")]
    left = take.lines.filter(finding="").count()
    if left:
        return [_("Not counted yet: %(count)s things.") % {"count": left}]
    return []


@transaction.atomic
def close(take: StockTake, *, by) -> None:
    """End the count; its lines stay as they are. Raises ValidationError with the obstacles."""
    take.refresh_from_db(from_queryset=StockTake.objects.select_for_update())
    if found := obstacles(take):
        raise ValidationError(found)
    take.closed_at = timezone.now()
    take.save(update_fields=["closed_at"])
    audit.record(take, "close", by=by)
