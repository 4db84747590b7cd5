"""The steps of an event: written, shown, changed, cancelled."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from news.models import Event
from office import audit


def obstacles(event: Event) -> list[str]:
    """Sentences that say why this event can't be shown; empty when it can."""
    found = []
    if event.shown_from:
        found.append(_("Readers see it already."))
    if event.ends_at < timezone.now():
        found.append(_("It is over: check the days."))
    return found


@transaction.atomic
def publish(event: Event, *, by, at: datetime | None = None) -> None:
    """Show an event from ``at`` (now when absent). Raises ValidationError with its obstacles."""
    _fresh(event)
    if found := obstacles(event):
        raise ValidationError(found)
    event.shown_from, event.approved_by = at or timezone.now(), by
    event.save()
    audit.record(event, "publish", by=by)


@transaction.atomic
def change(event: Event, *, by) -> None:
    """Save what was changed on a form; calendars that know the event learn of it.

    Raises ValidationError when it was cancelled meanwhile.
    """
    if event.pk:
        stored = Event.objects.select_for_update().get(pk=event.pk)
        if stored.cancelled_at:
            raise ValidationError(_("It is cancelled and stays as it is."))
        event.sequence, event.shown_from = stored.sequence, stored.shown_from
        event.approved_by_id = stored.approved_by_id
    else:
        event.written_by = by
    if event.shown_from:
        event.sequence += 1
        audit.record(event, "change", by=by)
    event.save()


@transaction.atomic
def cancel(event: Event, *, by, reason: str) -> None:
    """Say that an event does not take place; it stays readable and says why.

    Raises ValidationError without a reason, before it was shown, or when it is cancelled already.
    """
    _fresh(event)
    found = []
    if not event.shown_from:
        found.append(_("Nobody has seen it yet: delete it instead."))
    if event.cancelled_at:
        found.append(_("It is cancelled already."))
    if not reason.strip():
        found.append(_("Say why it is cancelled."))
    if found:
        raise ValidationError(found)
    event.cancelled_at, event.cancellation_reason = timezone.now(), reason
    event.sequence += 1
    event.save()
    audit.record(event, "cancel", by=by, note=event.cancellation_reason)


def _fresh(event):
    """Read the event anew, ours until the transaction ends."""
    Event.objects.select_for_update().get(pk=event.pk)
    event.refresh_from_db()
