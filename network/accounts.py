"""Accounts of partners: opened by the office, never by signing up, and without a password."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from network.models import Organization, Person
from office import audit
from office.roles import PARTNER


def is_partner(user) -> bool:
    """Whether an account may use the partners' pages: its group, and a person at a body at work."""
    return (
        user.is_active
        and not user.is_staff  # who works here signs in at the back office
        and user.groups.filter(name=PARTNER).exists()
        and Person.objects.active()
        .filter(user=user, organization__closed_on=None, organization__merged_into=None)
        .exclude(organization=None)
        .exists()
    )


def obstacles(person: Person) -> list[str]:
    """Sentences that say why this person can't get an account; empty when they can."""
    found = []
    if person.user_id:
        found.append(_("This person has an account already."))
    if not person.organization_id:
        found.append(_("Only people at an organisation sign in; volunteers get a personal link."))
    if not person.email:
        found.append(_("Without an e-mail address no code can be sent."))
    elif get_user_model().objects.filter(email__iexact=person.email).exists():
        found.append(_("Another account uses this e-mail address."))
    if person.left_on:
        found.append(_("This person has left."))
    return found


@transaction.atomic
def open_account(person: Person, *, by):
    """Let a person at an organisation sign in by codes sent to their mailbox; the account.

    Raises ValidationError with the obstacles.
    """
    person.refresh_from_db(from_queryset=Person.objects.select_for_update())
    if found := obstacles(person):
        raise ValidationError(found)
    user = get_user_model().objects.create_user(f"partner-{person.pk}", person.email.lower())
    user.groups.add(Group.objects.get_or_create(name=PARTNER)[0])
    person.user = user
    person.save()
    audit.record(person, "open account", by=by)
    return user


@transaction.atomic
def close_account(person: Person, *, by) -> None:
    """End a partner's account; what it did stays on record. Nothing happens without one."""
    person.refresh_from_db(from_queryset=Person.objects.select_for_update())
    if person.user is None:
        return
    if not person.user.is_staff:  # the same person may also work here
        person.user.is_active = False
        person.user.email = ""
        person.user.save()
        EmailAddress.objects.filter(user=person.user).delete()
        Authenticator.objects.filter(user=person.user).delete()
    person.user = None
    person.save()
    audit.record(person, "close account", by=by)


@transaction.atomic
def trust(organization: Organization, *, is_trusted: bool, by) -> None:
    """Let the desk of an organisation show what is approved and to come, or no longer.

    Nothing happens when it is so already.
    """
    rows = Organization.objects.filter(pk=organization.pk, may_see_embargoed=not is_trusted)
    if rows.update(may_see_embargoed=is_trusted):
        audit.record(organization, "trust" if is_trusted else "distrust", by=by)
    organization.may_see_embargoed = is_trusted
