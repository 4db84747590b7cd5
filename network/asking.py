"""Partners ask for channels themselves, change what they get by them, and leave."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from network import channels, confirming
from network.models import Channel, Organization, Person
from office import audit

KINDS = (Channel.Kind.EMAIL, Channel.Kind.LINE, Channel.Kind.FEED)
CHANNELS_AT_MOST = 8


def of(party: Person | Organization):
    """Their channels that lead to them: not paper, which the office brings, nor their own page."""
    kinds = (*KINDS, Channel.Kind.WEBHOOK)
    rows = party.channels.filter(kind__in=kinds).select_related("confirmation")
    return rows.prefetch_related("districts").order_by("pk")


def obstacles(party: Person | Organization) -> list[str]:
    """Sentences that say why this partner can't ask for a channel; empty when they can."""
    if not party.memberships.in_force().exists():
        return [_("Only members of the network get the news this way.")]
    if party.channels.filter(kind__in=KINDS).count() >= CHANNELS_AT_MOST:
        return [
            _("You have %(count)s channels. Please call the office.") % {"count": CHANNELS_AT_MOST}
        ]
    return []


@transaction.atomic
def begin(party: Person | Organization, facts: dict, *, person: Person, consent: str) -> Channel:
    """Write down a channel that ``person`` asks for, and ask at its other end.

    ``facts`` are fields of the channel, ``districts`` among them. A feed waits for an officer.
    Raises ValidationError with the obstacles.
    """
    type(party).objects.select_for_update().get(pk=party.pk)
    if found := obstacles(party):
        raise ValidationError(found)
    facts = dict(facts)
    districts = facts.pop("districts", ())
    kind, address = facts["kind"], facts.get("address", "")
    if isinstance(party, Person) and not party.consented_at:
        party.consented_at, party.consent_text = timezone.now(), consent
        party.save(update_fields=["consented_at", "consent_text"])
    if address:
        # What nobody confirmed in time keeps no mailbox from its owner.
        Channel.objects.filter(
            kind=kind,
            address=address,
            state=Channel.State.UNVERIFIED,
            confirmation__asked_by__isnull=False,
            confirmation__expires_at__lt=timezone.now(),
        ).delete()
    owner = {"person" if isinstance(party, Person) else "organization": party}
    channel = Channel(**owner, is_sample=party.is_sample, **facts)
    if found := channels.faults(channel):
        raise ValidationError(found)
    channel.save()
    channel.districts.set(districts)
    audit.record(channel, "ask for", by=person.user, after=channel.state)
    if kind in confirming.HOLDS:
        confirming.ask(channel, by=person.user, person=person)
    return channel


@transaction.atomic
def change(channel: Channel, facts: dict, *, person: Person) -> None:
    """Change form, places and quiet hours. Raises ValidationError for what can't be."""
    facts = dict(facts)
    districts = facts.pop("districts", ())
    for name, value in facts.items():
        setattr(channel, name, value)
    channel.full_clean()
    channel.save(update_fields=[*facts])
    channel.districts.set(districts)
    audit.record(channel, "change", by=person.user)


def leave(channel: Channel, *, person: Person) -> None:
    """Get nothing more by this channel."""
    if channel.state != Channel.State.DISABLED:
        reason = _("Its owner left on their own page.")
        channels.disable(channel, by=person.user, reason=reason)
