"""The steps of an alert's life: submit, send back, issue, confirm, take back, update, cancel."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lopburi_pr.thai_calendar import be_year
from news.models import Alert
from office import audit
from office.models import OfficeIdentity
from office.numbering import next_number

NUMBER_SERIES = "alert"
LONGEST = timedelta(days=7)  # a danger that lasts longer is updated, so that somebody looks again
SENDER = "lopburi.prd.go.th"  # until the office's e-mail is known
CANCELLED = {"th": "ยกเลิกการแจ้งเตือน", "en": "Cancelled"}


def obstacles(alert: Alert, at: datetime | None = None) -> list[str]:
    """Sentences that say why this alert can't be issued at that moment; empty when it can."""
    at = at or timezone.now()
    if alert.sent_at:
        return [_("This alert is already issued. Update or cancel it.")]
    is_cancel = alert.msg_type == Alert.MsgType.CANCEL
    found = [
        sentence
        for text, sentence in (
            (alert.event_th, _("Say what the danger is.")),
            (alert.headline_th, _("Write a headline.")),
            (is_cancel or alert.instruction_th, _("Say what people should do.")),
            (not is_cancel or alert.description_th, _("Say why it is cancelled.")),
            (alert.agency_th, _("Name the issuing agency.")),
            (
                alert.districts.exists() or alert.provinces.exists(),
                _("Choose the districts, or a whole province."),
            ),
        )
        if not text
    ]
    begins = max(alert.shown_from or at, at)
    if alert.expires_at <= begins:
        found.append(_("It would end before it begins: change until when it holds."))
    elif alert.expires_at > begins + LONGEST:
        found.append(_("It may hold for seven days at most; update it later if need be."))
    if alert.updates_id:
        if not Alert.objects.active(at).filter(pk=alert.updates_id).exists():
            found.append(_("The alert that it replaces is over. Write a new one."))
        if begins > at:
            found.append(_("An update holds at once: leave “shown from” empty."))
    return found


@transaction.atomic
def submit(alert: Alert, *, by) -> None:
    """Hand a draft to the head of office. Raises ValidationError with the obstacles."""
    _lock(alert)
    if found := obstacles(alert):
        raise ValidationError(found)
    alert.submitted_at = timezone.now()
    alert.sent_back_reason = ""
    alert.save()
    audit.record(alert, "submit", by=by, before="draft", after="waiting")


@transaction.atomic
def send_back(alert: Alert, *, by, reason: str) -> None:
    """Give a waiting alert back to its writer with a reason.

    Raises ValidationError without one, or when it is not waiting.
    """
    _lock(alert)
    if alert.sent_at or not alert.submitted_at:
        raise ValidationError(_("Only an alert that waits can be sent back."))
    if not reason.strip():
        raise ValidationError(_("Say what should be changed."))
    alert.submitted_at = None
    alert.sent_back_reason = reason.strip()
    alert.save()
    audit.record(
        alert, "send back", by=by, before="waiting", after="draft", note=alert.sent_back_reason
    )


@transaction.atomic
def issue(alert: Alert, *, by, alone: bool = False, at: datetime | None = None) -> None:
    """Send an alert as it is saved; the public sees it from its own moment, else at once.

    ``alone``: by the very person who wrote it, in an emergency; somebody else confirms it
    afterwards. ``at`` is the moment of sending, now when absent. Gives the number, and ends the
    alert that this one replaces. Raises ValidationError with the obstacles.
    """
    at = at or timezone.now()
    replaced = Alert.objects.select_for_update().filter(pk=alert.updates_id).first()
    _lock(alert)
    found = obstacles(alert, at)
    is_own = by is not None and alert.written_by_id == by.pk
    if is_own and not alone:
        found.append(
            _("You wrote these words. Somebody else issues them, or you issue them alone.")
        )
    if found:
        raise ValidationError(found)
    if not alert.number:
        alert.year = be_year(at)
        alert.number = next_number(NUMBER_SERIES, alert.year)
    alert.sender = OfficeIdentity.current().email or SENDER
    alert.approved_by, alert.is_emergency, alert.sent_at = by, is_own, at
    alert.shown_from = max(alert.shown_from or at, at)
    alert.shown_until = alert.expires_at
    alert.save()
    if replaced:
        replaced.shown_until = at
        replaced.save(update_fields=["shown_until"])
    audit.record(alert, "issue alone" if is_own else "issue", by=by, after="issued")


@transaction.atomic
def confirm(alert: Alert, *, by) -> None:
    """Stand behind an alert that somebody issued alone.

    Raises ValidationError for that person, and when there is nothing to confirm.
    """
    _lock(alert)
    if not alert.is_emergency or alert.confirmed_by_id:
        raise ValidationError(_("There is nothing to confirm."))
    if alert.approved_by_id == by.pk:
        raise ValidationError(_("Somebody else confirms what one person issued alone."))
    alert.confirmed_by, alert.confirmed_at = by, timezone.now()
    alert.save()
    audit.record(alert, "confirm", by=by, before="issued", after="confirmed")


@transaction.atomic
def take_back(alert: Alert, *, by) -> None:
    """Make an alert a draft again before anybody has seen it; it keeps its number.

    Raises ValidationError when it was already shown.
    """
    _lock(alert)
    if not alert.sent_at or alert.shown_from <= timezone.now():
        raise ValidationError(_("Only an alert that nobody has seen yet can be taken back."))
    alert.sent_at = alert.submitted_at = alert.shown_until = None
    alert.approved_by = alert.confirmed_by = alert.confirmed_at = None
    alert.is_emergency = False
    alert.save()
    audit.record(alert, "take back", by=by, before="issued", after="draft")


@transaction.atomic
def update(alert: Alert, *, by) -> Alert:
    """The draft that is to replace this alert: the one begun already, or a copy of it.

    Raises ValidationError when the alert is not in force.
    """
    _lock_active(alert)
    return _successor(alert) or _follow(alert, Alert.MsgType.UPDATE, by)


@transaction.atomic
def cancel(alert: Alert, *, by, reason: str) -> Alert:
    """A draft that cancels this alert once it is issued, instead of any draft begun already.

    Raises ValidationError without a reason, or when the alert is not in force.
    """
    _lock_active(alert)
    if not reason.strip():
        raise ValidationError(_("Say why it is cancelled."))
    if begun := _successor(alert):
        begun.delete()
    return _follow(
        alert,
        Alert.MsgType.CANCEL,
        by,
        headline_th=f"{CANCELLED['th']}: {alert.headline_th}"[:160],
        headline_en=f"{CANCELLED['en']}: {alert.headline_en}"[:160] if alert.headline_en else "",
        description_th=reason,
        description_en="",
        instruction_th="",
        instruction_en="",
        urgency=Alert.Urgency.PAST,
    )


COPIED_FIELDS = (
    *("status", "category", "event_th", "event_en", "urgency", "severity", "certainty"),
    *("onset_at", "expires_at", "headline_th", "headline_en", "instruction_th", "instruction_en"),
    *("description_th", "description_en", "area_th", "area_en", "agency_th", "agency_en"),
    *("phone", "web_url", "is_sample"),
)


def _follow(alert, msg_type, by, **changes):
    copied = {name: getattr(alert, name) for name in COPIED_FIELDS}
    draft = Alert(msg_type=msg_type, updates=alert, written_by=by, **copied | changes)
    draft.save()
    draft.districts.set(alert.districts.all())
    draft.provinces.set(alert.provinces.all())
    return draft


def _successor(alert):
    return Alert.objects.filter(updates=alert).first()


def _lock(alert):
    """The row as it is now, ours until the transaction ends: somebody else may have changed it."""
    alert.refresh_from_db(from_queryset=Alert.objects.select_for_update())


def _lock_active(alert):
    _lock(alert)
    if not Alert.objects.active().filter(pk=alert.pk).exists():
        raise ValidationError(_("Only an alert that is in force can be updated or cancelled."))
