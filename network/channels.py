"""The steps of a channel's life: checked with its owner, given a new secret, disabled."""

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from network.models import Channel
from network.models.channels import FEED_TOKENS
from office import audit

REFUSALS_AT_MOST = 3
State = Channel.State


def obstacles(channel: Channel) -> list[str]:
    """Sentences that say why this channel can't be used yet; empty when it can."""
    found = faults(channel)
    if not found and channel.kind == Channel.Kind.LINE and not channel.address:
        found.append(_("Its LINE room is not known yet: somebody has to type the code there."))
    return found


def faults(channel: Channel) -> list[str]:
    """Sentences that say what is wrong with what is written down of it."""
    try:
        channel.full_clean()
    except ValidationError as refused:
        return refused.messages
    if channel.person and not channel.person.consented_at:
        return [_("Ask the person for consent first, and say when it was given.")]
    return []


def confirmed(channel: Channel, *, by) -> None:
    """Use this channel from now on: its owner said at the other end that it is theirs.

    Raises ValidationError with the obstacles.
    """
    _activate(channel, "confirm", by=by)


def activate(channel: Channel, *, by, reason: str) -> None:
    """Use this channel from now on: an officer answers for it, and says why.

    Raises ValidationError with the obstacles, or for want of a reason.
    """
    _activate(channel, "activate", by=by, note=reason.strip(), missing=not reason.strip())


@transaction.atomic
def _activate(channel, verb, *, by, note="", missing=False):
    before = _fresh(channel)
    found = obstacles(channel)
    if missing:
        found.append(_("Say how you know that it is its owner's."))
    if found:
        raise ValidationError(found)
    channel.state, channel.disabled_reason, channel.failures = State.ACTIVE, "", 0
    channel.save(update_fields=["state", "disabled_reason", "failures"])
    audit.record(channel, verb, by=by, before=before, after=channel.state, note=note)


@transaction.atomic
def disable(channel: Channel, *, by, reason: str) -> None:
    """Send nothing more by this channel. Raises ValidationError without a reason.

    ``by`` is None when its owner left, or its own machine says that it is gone.
    """
    before = _fresh(channel)
    if not reason.strip():
        raise ValidationError(_("Say why it is disabled."))
    channel.state, channel.disabled_reason = State.DISABLED, reason.strip()
    channel.save(update_fields=["state", "disabled_reason"])
    audit.record(channel, "disable", by=by, before=before, after=channel.state, note=reason.strip())


@transaction.atomic
def moved(channel: Channel, *, by) -> None:
    """Send nothing to a new address before it is confirmed that it is the owner's too."""
    if channel.state != State.ACTIVE:
        return
    channel.state = State.UNVERIFIED
    channel.save(update_fields=["state"])
    audit.record(channel, "move", by=by, before=State.ACTIVE, after=channel.state)


@transaction.atomic
def rotate(channel: Channel, *, by) -> None:
    """Make a new secret; the one before it stays good for some days, so that nothing is lost."""
    before = _fresh(channel)
    channel.earlier_secret = channel.secret
    channel.secret = Channel._meta.get_field("secret").get_default()
    channel.secret_changed_at = timezone.now()
    channel.save(update_fields=["secret", "earlier_secret", "secret_changed_at"])
    audit.record(channel, "rotate", by=by, before=before, after=channel.state)


def refused(channel: Channel, reason: str) -> None:
    """Count that the other end refused for good; after three in a row the channel is disabled."""
    Channel.objects.filter(pk=channel.pk).update(failures=F("failures") + 1)
    channel.refresh_from_db(fields=["failures", "state"])
    if channel.failures >= REFUSALS_AT_MOST and channel.state == State.ACTIVE:
        disable(channel, by=None, reason=reason)


def accepted(channel: Channel) -> None:
    """Forget the refusals: the other end takes what it gets."""
    if channel.failures:
        Channel.objects.filter(pk=channel.pk).update(failures=0)


def of_feed(token: str) -> Channel | None:
    """The active channel whose feed stands at the address with this token."""
    try:
        name = FEED_TOKENS.unsign(token)
    except signing.BadSignature:
        return None
    found = Channel.objects.active().filter(kind=Channel.Kind.FEED)
    channel = found.filter(Q(secret=name) | Q(earlier_secret=name)).first()
    return channel if channel and name in channel.live_nonces() else None


def _fresh(channel):
    """Read the channel anew under its lock; the state in which it was."""
    Channel.objects.select_for_update().get(pk=channel.pk)
    channel.refresh_from_db()
    return channel.state
