"""How a channel comes to be used: its owner says at the other end that it is theirs.

    asked → confirmed | refused | not confirmed

A mailbox gets a link to a page on which somebody presses, a machine sends a challenge back
(``news.echoing``), and to the office's LINE account a code is typed. Nothing else is sent before.
"""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from network import channels
from network.models import Channel, Confirmation, Person
from network.models.confirmations import CONFIRMING, code_digest
from office import audit, letters

Kind, State = Channel.Kind, Confirmation.State
HOLDS = {Kind.EMAIL: timedelta(days=3), Kind.LINE: timedelta(days=1), Kind.WEBHOOK: timedelta(1)}
BETWEEN = timedelta(minutes=5)  # two letters to one mailbox: nobody is pestered in our name


def obstacles(channel: Channel, *, by_partner: bool = False) -> list[str]:
    """Sentences that say why its owner can't be asked now; empty when they can."""
    if channel.kind not in HOLDS:
        return [_("An officer checks channels of this kind by hand.")]
    if channel.state == Channel.State.ACTIVE:
        return [_("It is active already.")]
    earlier = Confirmation.objects.filter(channel=channel).first()
    if by_partner and earlier and earlier.state == State.REFUSED:
        return [_("Its owner said that it is not theirs. Please call the office.")]
    if by_partner and is_closed_by_office(channel):
        return [_("The office disabled it. Please call the office.")]
    if earlier and channel.kind != Kind.LINE and timezone.now() < earlier.asked_at + BETWEEN:
        return [_("It was asked a moment ago. Wait five minutes.")]
    return channels.faults(channel)


def is_closed_by_office(channel: Channel) -> bool:
    """Whether somebody of the office disabled it, so that its owner can't take it back."""
    if channel.state != Channel.State.DISABLED:
        return False
    last = next((step for step in audit.trail(channel) if step.verb == "disable"), None)
    return bool(last and last.actor and last.actor.is_staff)


@transaction.atomic
def ask(channel: Channel, *, by, person: Person | None = None) -> Confirmation:
    """Ask whoever is at the other end; what was asked before is void.

    ``person`` is the partner who asks for it, None when an officer does. Raises ValidationError
    with the obstacles.
    """
    Channel.objects.select_for_update().get(pk=channel.pk)
    channel.refresh_from_db()
    if found := obstacles(channel, by_partner=person is not None):
        raise ValidationError(found)
    before = channel.state
    Confirmation.objects.filter(channel=channel).delete()
    made = Confirmation(
        channel=channel, asked_by=person, expires_at=timezone.now() + HOLDS[channel.kind]
    )
    if channel.kind == Kind.LINE:
        made.state, made.code_digest = State.ASKED, code_digest(made.code())
    made.save()
    channel.state, channel.disabled_reason = Channel.State.UNVERIFIED, ""
    channel.save(update_fields=["state", "disabled_reason"])
    audit.record(channel, "ask its owner", by=by, before=before, after=channel.state)
    return made


def by_token(token: str) -> Confirmation | None:
    """What is confirmed on the page with this token in its address; None when it is not ours."""
    try:
        secret = CONFIRMING.unsign(token)
    except signing.BadSignature:
        return None
    rows = Confirmation.objects.filter(channel__kind=Kind.EMAIL, secret=secret)
    return rows.select_related("channel__organization", "channel__person").first()


def by_code(code: str) -> Confirmation | None:
    """What is confirmed with this code, its row locked; None when there is none, or none now."""
    rows = Confirmation.objects.open().filter(code_digest=code_digest(code))
    return rows.select_for_update(of=("self",)).select_related("channel").first()


@transaction.atomic
def confirm(confirmation: Confirmation, *, address: str | None = None) -> bool:
    """Use the channel from now on, at this ``address`` if only its owner could tell it.

    False when it was confirmed before. Raises ValidationError with what stands in the way.
    """
    channel = Channel.objects.select_for_update().get(pk=confirmation.channel_id)
    confirmation.refresh_from_db(from_queryset=Confirmation.objects.select_for_update())
    if confirmation.state == State.CONFIRMED:
        return False
    if not confirmation.is_open:
        raise ValidationError(_("This is over. Ask for it once more."))
    if address is not None:
        _take_over(address, channel)
        channel.address = address
        channel.save(update_fields=["address"])
    person = confirmation.asked_by
    channels.confirmed(channel, by=person.user if person else None)
    confirmation.state, confirmation.error = State.CONFIRMED, ""
    confirmation.confirmed_at = timezone.now()
    confirmation.save(update_fields=["state", "error", "confirmed_at"])
    return True


def _take_over(address, channel):
    """A room belongs to whoever can write there: channels that are not used let go of it."""
    others = Channel.objects.filter(kind=channel.kind, address=address).exclude(pk=channel.pk)
    if others.filter(state=Channel.State.ACTIVE).exists():
        raise ValidationError(_("This room gets the news already."))
    others.update(address="", state=Channel.State.DISABLED, disabled_reason=_("Its room moved."))


@transaction.atomic
def refuse(confirmation: Confirmation) -> None:
    """Whoever has the mailbox did not ask for this: nothing more is sent there."""
    channel = Channel.objects.select_for_update().get(pk=confirmation.channel_id)
    confirmation.refresh_from_db(from_queryset=Confirmation.objects.select_for_update())
    if not confirmation.is_open:
        return
    confirmation.state = State.REFUSED
    confirmation.save(update_fields=["state"])
    reason = _("Whoever has this mailbox did not ask for it.")
    channels.disable(channel, by=None, reason=reason)


# The letter


def send(confirmation: Confirmation) -> None:
    """Hand the letter with the link to the mail server; what is over is not sent any more."""
    if confirmation.is_over:
        confirmation.state = State.FAILED
        confirmation.error = _("The letter could not be sent in time.")
    else:
        with override(settings.LANGUAGE_CODE):
            message(confirmation).send()
        confirmation.state, confirmation.error = State.ASKED, ""
    confirmation.save(update_fields=["state", "error"])


def message(confirmation: Confirmation):
    """The letter to the mailbox of a channel that is not confirmed yet."""
    host = settings.ALLOWED_HOSTS[0].lstrip(".")
    origin = f"{'https' if settings.SECURE_SSL_REDIRECT else 'http'}://{host}"
    subject, text = letters.worded(
        "network/letters/confirm_channel.txt",
        channel=confirmation.channel,
        until=confirmation.expires_at,
        url=origin + reverse("network:confirm-channel", args=[confirmation.token()]),
    )
    number = f"<channel-{confirmation.secret}@{host}>"  # the same at every try
    return letters.letter(confirmation.channel.address, subject, text, Message_ID=number)
