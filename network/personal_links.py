"""Personal links: a secret address instead of a password, for one person and one purpose."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from network import tokens
from network.models import Person, PersonalLink
from office import audit

Purpose = PersonalLink.Purpose
# What a link opens first, as the name of an address; the apps above put their own pages in.
OPENS = {Purpose.DESK: "network:me", Purpose.REVIEW: "network:me"}
DAYS = 365
DAYS_AT_MOST = 400


def obstacles(person: Person, days: int = DAYS) -> list[str]:
    """Sentences that say why this person gets no link; empty when they do."""
    found = []
    if person.left_on:
        found.append(_("This person has left."))
    if not 1 <= days <= DAYS_AT_MOST:
        found.append(_("A link holds from 1 to %(days)s days.") % {"days": DAYS_AT_MOST})
    return found


@transaction.atomic
def issue(person: Person, *, by, days: int = DAYS, purpose: str = Purpose.DESK) -> str:
    """The path of a new link, told this once; an earlier one of the same purpose ends.

    Raises ValidationError with the obstacles.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    if found := obstacles(person, days):
        raise ValidationError(found)
    for earlier in person.links.filter(purpose=purpose, revoked_at=None):
        revoke(earlier, by=by)
    token = tokens.new()
    link = PersonalLink.objects.create(
        person=person,
        token_hash=tokens.hashed(token),
        purpose=purpose,
        created_by=by,
        expires_at=timezone.now() + timedelta(days=days),
    )
    audit.record(person, "link", by=by, note=link.get_purpose_display())
    return reverse(OPENS[purpose], args=[token])


@transaction.atomic
def revoke(link: PersonalLink, *, by) -> None:
    """End a link at once. Nothing happens the second time."""
    if PersonalLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now()):
        audit.record(link.person, "revoke", by=by, note=link.get_purpose_display())


def person_of(token: str, *purposes: str) -> Person | None:
    """Whom a link stands for, when it is open and made for one of these purposes (the desk when
    none is named); else None. Takes note of the day, never of the hour or the place.
    """
    link = (
        PersonalLink.objects.open()
        .filter(token_hash=tokens.hashed(token), purpose__in=purposes or [Purpose.DESK])
        .select_related("person__organization")
        .first()
    )
    if link is None:
        return None
    today = timezone.localdate()
    if link.last_used_on != today:
        PersonalLink.objects.filter(pk=link.pk).update(last_used_on=today)
    return link.person
