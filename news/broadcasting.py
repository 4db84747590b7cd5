"""The steps by which the network's work with the news is noted, and checked by the office.

    picked up → reported → verified, or rejected with a reason

A report names itself by a key, so that a button pressed twice or an answer lost on the way leaves
one row. Whoever used words that were corrected since is told of it at once.
"""

import uuid
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from network.models import Means, Organization, Person
from news import distributing
from news.models import Article, Broadcast, Edition, Pickup
from office import audit
from office.models import Subdistrict

UNDO = timedelta(minutes=15)
A_MOMENT = timedelta(minutes=1)  # hours are typed without their seconds
NOT_OF_THE_PAGE = ("utm_", "fbclid", "gclid", "igsh")  # what sharing adds to an address
State = Broadcast.State

MEANS_OF_KIND = {
    Organization.Kind.PRINT: Means.PRINT,
    Organization.Kind.ONLINE: Means.WEBSITE,
    Organization.Kind.TV: Means.TV,
    Organization.Kind.RADIO: Means.RADIO,
    Organization.Kind.COMMUNITY_RADIO: Means.RADIO,
    Organization.Kind.TOWER: Means.TOWER,
    Organization.Kind.LOCAL_GOVERNMENT: Means.TOWER,
    Organization.Kind.TEMPLE: Means.TOWER,
}


def of_party(party: Person | Organization) -> dict:
    """The two columns that say whose a row is."""
    is_person = isinstance(party, Person)
    return {
        "person": party if is_person else None,
        "organization": None if is_person else party,
    }


# What is likely, so that one press is enough


def means_of(party: Person | Organization) -> list[str]:
    """By what a party carries the news, the likeliest first; never empty."""
    if party.means:
        return list(party.means)
    if isinstance(party, Person):
        return [Means.TOWER]
    return [MEANS_OF_KIND.get(party.kind, Means.IN_PERSON)]


def places_of(party: Person | Organization):
    """The subdistricts that a party serves: its own, else all of its districts."""
    own = party.subdistricts.all()
    if own or isinstance(party, Person):
        return own
    return Subdistrict.objects.filter(district__in=party.districts.all())


# Taken along


@transaction.atomic
def pick_up(edition: Edition, party: Person | Organization) -> bool:
    """Note that a party has these words; False when it was noted before."""
    _pickup, is_new = Pickup.objects.get_or_create(edition=edition, **of_party(party))
    if is_new:
        distributing.catch_up(edition, party)
    return is_new


# Reported


def obstacles(edition: Edition, aired_at=None) -> list[str]:
    """Sentences that say why this can't have been on air (at that moment); empty when it can."""
    now = timezone.now()
    if not Edition.objects.released(now).filter(pk=edition.pk).exists():
        return [_("It may not go out before its hour.")]
    if aired_at is None:
        return []
    if aired_at > now + A_MOMENT:
        return [_("That hour is still to come. Report it afterwards.")]
    if aired_at < edition.shown_from - A_MOMENT:
        return [_("That is before the office showed this news.")]
    return []


@transaction.atomic
def report(
    edition: Edition,
    party: Person | Organization,
    *,
    key: uuid.UUID | None = None,
    by=None,
    subdistricts=None,
    **facts,
) -> Broadcast:
    """Note that a party has carried an edition further; the same row for the same key.

    What ``facts`` leave out is what is likely for this party. ``by`` is the person of the office
    who wrote down what was told by telephone. Raises ValidationError with the obstacles.
    """
    key, owner = key or uuid.uuid4(), of_party(party)
    # Those who press twice wait for themselves, and a correction for those who report.
    article = Article.objects.select_for_update(no_key=True).get(pk=edition.article_id)
    if known := Broadcast.objects.filter(key=key).first():
        if (known.party, known.edition_id) != (party, edition.pk):
            raise ValidationError(_("Open the page again and press once more."))
        return known
    made = Broadcast(key=key, edition=edition, reported_by=by, **owner)
    made.is_sample = party.is_sample or article.is_sample
    made.means = means_of(party)[0]
    _write(made, facts)
    made.subdistricts.set(places_of(party) if subdistricts is None else subdistricts)
    Pickup.objects.get_or_create(edition=edition, **owner)
    distributing.catch_up(edition, party)
    if by:
        audit.record(made, "report", by=by, after=made.state)
    return made


@transaction.atomic
def correct(broadcast: Broadcast, *, by=None, subdistricts=None, **facts) -> None:
    """Change what was reported while the office has not looked at it. Raises ValidationError."""
    _fresh(broadcast)
    if broadcast.state != State.REPORTED:
        raise ValidationError(_("The office has checked it already. Call us to change it."))
    replaced = [
        getattr(broadcast, name)
        for name in ("photo", "sound")
        if facts.get(name) and getattr(broadcast, name)
    ]
    replaced = [(file.storage, file.name) for file in replaced]
    _write(broadcast, facts)
    if subdistricts is not None:
        broadcast.subdistricts.set(subdistricts)
    audit.record(broadcast, "change", by=by)
    for storage, name in replaced:
        transaction.on_commit(lambda storage=storage, name=name: storage.delete(name))


def _write(broadcast, facts):
    for name, value in facts.items():
        if name in {"photo", "sound"} and not value:
            continue  # nothing was chosen: what is there stays
        setattr(broadcast, name, value)
    broadcast.url_key = url_key(broadcast.url)
    if found := obstacles(broadcast.edition, broadcast.aired_at):
        raise ValidationError(found)
    broadcast.full_clean()
    broadcast.save()


def url_key(url: str) -> str:
    """The address as it is compared: without what sharing adds, capitals of the host, the end."""
    if not url:
        return ""
    parts = urlsplit(url)
    asked = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not name.startswith(NOT_OF_THE_PAGE)
    ]
    host = parts.netloc.lower().removeprefix("www.").removeprefix("m.")
    asked = f"?{urlencode(asked)}" if asked else ""
    return f"{host}{parts.path.rstrip('/')}{asked}"[:1000]


def is_reported(edition: Edition, party: Person | Organization, url: str) -> bool:
    """Whether the party has reported this address for this edition before."""
    key = url_key(url)
    rows = Broadcast.objects.filter(edition=edition, **of_party(party), url_key=key)
    return bool(key) and rows.exists()


def can_undo(broadcast: Broadcast) -> bool:
    """Whether a slip of the finger can still be taken back."""
    return broadcast.state == State.REPORTED and timezone.now() < broadcast.reported_at + UNDO


@transaction.atomic
def undo(broadcast: Broadcast) -> None:
    """Take back what was pressed by mistake. Raises ValidationError when it is too late."""
    _fresh(broadcast)
    if not can_undo(broadcast):
        raise ValidationError(_("It can't be taken back any more. Call the office."))
    files = [file for file in (broadcast.photo, broadcast.sound) if file]
    broadcast.delete()
    for file in files:
        transaction.on_commit(lambda file=file: file.storage.delete(file.name))


# Checked


def decision_obstacles(broadcast: Broadcast, decision: str) -> list[str]:
    """Why this can't be decided so; empty when it can. A decision may be changed."""
    if broadcast.state == decision:
        return [_("That is decided already.")]
    return []


@transaction.atomic
def verify(broadcast: Broadcast, *, by) -> None:
    """Count it: the office knows that it was on air. Raises ValidationError with the obstacles."""
    _decide(broadcast, State.VERIFIED, "", by, "verify")


@transaction.atomic
def reject(broadcast: Broadcast, *, by, reason: str) -> None:
    """Don't count it; the partner reads why. Raises ValidationError with the obstacles."""
    if not reason.strip():
        raise ValidationError(_("Say why it does not count."))
    _decide(broadcast, State.REJECTED, reason.strip(), by, "reject")


def _decide(broadcast, decision, reason, by, verb):
    before = _fresh(broadcast)
    if found := decision_obstacles(broadcast, decision):
        raise ValidationError(found)
    broadcast.state, broadcast.reason = decision, reason
    broadcast.checked_by, broadcast.checked_at = by, timezone.now()
    broadcast.full_clean(exclude=["edition", "person", "organization"])
    broadcast.save(update_fields=["state", "reason", "checked_by", "checked_at"])
    audit.record(broadcast, verb, by=by, before=before, after=decision, note=reason)


def _fresh(broadcast):
    """Read the report anew under its lock; the state in which it was."""
    rows = Broadcast.objects.select_for_update(of=("self",))
    if not rows.filter(pk=broadcast.pk).exists():
        raise ValidationError(_("This report was taken back."))
    broadcast.refresh_from_db()
    return broadcast.state
