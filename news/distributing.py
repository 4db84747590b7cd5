"""The steps by which an edition is handed to the network, and by which corrections follow it.

    prepared → released: a delivery for each channel, which ``news.delivering`` sends

Urgent and large releases wait for a second person. Whoever got a version that was corrected,
clarified, retracted or withdrawn gets that too and is asked to confirm it; this is found out round
by round from what has become public, so no step of publishing can forget it. Whoever used that
version without a delivery of it, from the desk or by their own report, meets it on the desk.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from hashlib import sha256

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.signing import Signer
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _

from lopburi_pr import background
from network.models import Channel, Organization, Person
from news.models import (
    Article,
    Broadcast,
    ChaseRound,
    Delivery,
    Edition,
    Pickup,
    Release,
)
from news.models.distribution import MANY
from office import audit
from office.pulse import remembered

EVERY = timedelta(minutes=1)
GOOD_FOR = timedelta(days=3)  # what is older than this is no news any more
LAG_SECONDS = 300  # a confirmation must not empty the memory of every page
ACKNOWLEDGING = Signer(salt="news.distributing.acknowledge", sep=".")
FETCHED = (Channel.Kind.FEED, Channel.Kind.PRINTED, Channel.Kind.DESK)  # nothing is pushed there
Kind, State = Release.Kind, Release.State


# For whom


@dataclass(frozen=True)
class Rules:
    """By what an audience is narrowed. Empty parts narrow nothing.

    ``districts`` are codes; without any, those of the news itself. Urgent news goes to everybody
    of its places, whatever else they wish.
    """

    is_urgent: bool = False
    districts: tuple[str, ...] = ()
    channel_kinds: tuple[str, ...] = ()
    partner_kinds: tuple[str, ...] = ()  # kinds of organisations, or "person"

    @property
    def kind(self) -> str:
        return Kind.URGENT if self.is_urgent else Kind.NEW


@dataclass(frozen=True)
class Recipient:
    """One line of the preview: this channel gets the edition in this form."""

    channel: Channel
    format: str  # as it will be sent: a script only when there is one

    @property
    def format_label(self):
        return Channel.Format(self.format).label


@dataclass(frozen=True)
class Audience:
    """Exactly who gets what, and what LINE counts for it."""

    recipients: list[Recipient] = field(default_factory=list)

    @property
    def line_messages(self) -> int:
        return sum(each.channel.line_messages for each in self.recipients)

    @property
    def mark(self) -> str:
        """The same for the same list and no other: tells whether it changed after it was seen."""
        told = " ".join(f"{each.channel.pk}:{each.format}" for each in self.recipients)
        return sha256(told.encode()).hexdigest()

    @property
    def needs_approval(self) -> bool:
        return len(self.recipients) > MANY


def audience(edition: Edition, rules: Rules | None = None) -> Audience:
    """Who gets this edition by these rules; those who got it already are left out."""
    rules = rules or Rules()
    article = edition.article
    got = Delivery.objects.filter(release__edition=edition, channel=OuterRef("pk"))
    channels = (
        Channel.objects.active()
        # Samples go to samples: no partner ever gets a made-up warning.
        .filter(is_sample=article.is_sample)
        .exclude(kind=Channel.Kind.DESK)  # desks show everything by themselves
        .exclude(Exists(got.exclude(state=Delivery.State.CANCELLED)))
        .select_related("organization", "person", "wish")
        .prefetch_related("districts", "subdistricts__district", "wish__topics")
    )
    if rules.channel_kinds:
        channels = channels.filter(kind__in=rules.channel_kinds)
    if rules.partner_kinds:
        of_person = Q(person__isnull=False) if "person" in rules.partner_kinds else Q(pk=None)
        channels = channels.filter(Q(organization__kind__in=rules.partner_kinds) | of_person)
    places = set(rules.districts) or _places(article)
    found = [
        Recipient(channel, form_of(edition, channel.format))
        for channel in channels
        if _serves(channel, places) and _wants(channel, article, rules)
    ]
    return Audience(found)


def _places(article):
    """Codes of the districts it concerns; none when it concerns everybody."""
    if article.provinces.exists():
        return set()
    return {district.code for district in article.districts.all()}


def _serves(channel, places):
    served = {district.code for district in channel.districts.all()}
    served |= {each.district.code for each in channel.subdistricts.all()}
    return not places or not served or bool(places & served)


def _wants(channel, article, rules):
    wish = getattr(channel, "wish", None)
    if wish is None or rules.is_urgent:
        return True
    topics = {topic.pk for topic in wish.topics.all()}
    return (
        not wish.only_urgent
        and (not topics or article.topic_id in topics)
        and (not wish.kinds or article.kind in wish.kinds)
    )


def form_of(edition: Edition, wanted: str) -> str:
    """The form in which an edition goes out: the full text where there is no script."""
    if wanted == Channel.Format.SCRIPT and not edition.spoken:
        return Channel.Format.FULL
    return wanted


# Why not


def obstacles(edition: Edition, channels: Iterable[Channel] | None = None) -> list[str]:
    """Sentences that say why this edition can't be handed to the network (to these channels)."""
    now = timezone.now()
    if edition.state != Edition.State.APPROVED:
        return [_("Only what is approved is sent to the network.")]
    if edition.article.withdrawn_at:
        return [_("This news is withdrawn.")]
    is_to_come = edition.shown_from > now and edition.shown_until != edition.shown_from
    if not (edition.is_published(now) or is_to_come):
        return [_("Send the version that readers see now.")]
    if channels is None:
        return []
    chosen = {channel.pk for channel in channels}
    if not chosen:
        return [_("Choose at least one recipient.")]
    usable = Channel.objects.active().filter(is_sample=edition.article.is_sample)
    if usable.filter(pk__in=chosen).count() < len(chosen):
        return [_("One of the channels is not active any more. Look at the list again.")]
    return []


def approval_obstacles(release: Release, *, by) -> list[str]:
    """Why this person can't approve this release; empty when they can."""
    if release.state != State.PREPARED:
        return [_("It does not wait for an approval.")]
    found = obstacles(release.edition)
    if by == release.prepared_by:
        found.append(_("Somebody else than who prepared it approves it."))
    return found


# Out


@transaction.atomic
def prepare(
    edition: Edition, channels: Iterable[Channel], *, by, rules: Rules | None = None
) -> Release:
    """Hand an edition to these channels: at once, or when the head approves if it is urgent or
    goes to many.

    Raises ValidationError with the obstacles.
    """
    rules, channels = rules or Rules(), list(channels)
    edition = Edition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
    if found := obstacles(edition, channels):
        raise ValidationError(found)
    release = _written(edition, rules.kind, channels, by=by, rules=asdict(rules))
    audit.record(release, "prepare", by=by, after=release.state)
    if rules.kind != Kind.URGENT and release.recipients <= MANY:
        _out(release, by=by)
    return release


@transaction.atomic
def approve(release: Release, *, by) -> None:
    """Send what was prepared, as its second person. Raises ValidationError with the obstacles."""
    _fresh(release)
    if found := approval_obstacles(release, by=by):
        raise ValidationError(found)
    release.approved_by = by
    _out(release, by=by)


def snapshot(edition: Edition, channels: Iterable[Channel], *, rules: dict) -> dict:
    """The audience as a release keeps it: the rules, and each channel as it was then."""
    told = [
        {
            "channel": channel.pk,
            "name": str(channel.owner),
            "kind": channel.kind,
            "format": form_of(edition, channel.format),
        }
        for channel in channels
    ]
    return {"rules": rules, "channels": told}


def _written(edition, kind, channels, *, by, rules):
    return Release.objects.create(
        edition=edition,
        kind=kind,
        audience=snapshot(edition, channels, rules=rules),
        recipients=len(channels),
        line_messages=sum(channel.line_messages for channel in channels),
        prepared_by=by,
    )


def _out(release, *, by):
    now = timezone.now()
    release.state, release.released_at = State.RELEASED, now
    release.save(update_fields=["state", "released_at", "approved_by"])
    from_when = max(now, release.edition.shown_from)
    Delivery.objects.bulk_create(
        [
            Delivery(
                release=release,
                channel_id=told["channel"],
                state="ready" if told["kind"] in FETCHED else "waiting",
                due_at=from_when,
                good_until=None if release.is_chase else from_when + GOOD_FOR,
            )
            for told in release.audience["channels"]
        ],
        batch_size=1000,
    )
    # From the first release on there may be somebody who has to be told of a correction.
    ChaseRound.objects.get_or_create(pk=1)
    audit.record(release, "release", by=by, after=release.state)


@transaction.atomic
def cancel(release: Release, *, by) -> int:
    """Stop what has not left yet; how many deliveries that were.

    Raises ValidationError when nothing can be stopped any more.
    """
    before = _fresh(release)
    stopped = release.deliveries.filter(state__in=["waiting", "ready"]).update(
        state=Delivery.State.CANCELLED
    )
    if before == State.CANCELLED or (before == State.RELEASED and not stopped):
        raise ValidationError(_("There is nothing left to stop."))
    if not release.deliveries.exclude(state=Delivery.State.CANCELLED).exists():
        release.state = State.CANCELLED
        release.save(update_fields=["state"])
    audit.record(release, "cancel", by=by, before=before, after=release.state)
    return stopped


@transaction.atomic
def retry(release: Release, *, by) -> int:
    """Send again what was not delivered, as new as on the first day; how many deliveries."""
    failed = release.deliveries.filter(state=Delivery.State.FAILED)
    if not release.is_chase:
        failed.update(good_until=timezone.now() + GOOD_FOR)
    count = background.again(failed)
    if count:
        audit.record(release, "retry", by=by, note=str(count))
    return count


@transaction.atomic
def hand_over(delivery: Delivery, *, by) -> None:
    """Note that what was printed is with the partner. Raises ValidationError when it was not
    waiting for that.
    """
    delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    is_printed = delivery.channel.kind == Channel.Kind.PRINTED
    if not is_printed or delivery.state != Delivery.State.READY:
        raise ValidationError(_("This is not waiting to be handed over."))
    delivery.state, delivery.accepted_at = Delivery.State.ACCEPTED, timezone.now()
    delivery.handed_by = by
    delivery.save(update_fields=["state", "accepted_at", "handed_by"])
    audit.record(delivery, "hand over", by=by, after=delivery.state)


# The correction chase


def go_round(row: ChaseRound) -> None:
    """Send what was corrected or withdrawn after whoever got an earlier version."""
    now = timezone.now()
    for edition in _corrected(now):
        _chase(edition, Kind.CORRECTION)
    for article in _withdrawn(now):
        last = Edition.objects.released(now).filter(article=article).order_by("version").last()
        _chase(last, Kind.WITHDRAWAL)
    row.due_at, row.tries = now + EVERY, 0
    row.save(update_fields=["due_at", "tries"])


def _reached(moment):
    """Deliveries that reached the partner by then, or may have: each try may have."""
    return Q(state="accepted", accepted_at__lte=moment) | Q(state="waiting", tries__gt=0)


def _corrected(now):
    """Editions that admit something and have not been sent after an earlier version of theirs."""
    earlier = Delivery.objects.filter(
        _reached(OuterRef("shown_from")),
        release__edition__article=OuterRef("article"),
        release__edition__version__lt=OuterRef("version"),
    )
    sent = Release.objects.filter(edition=OuterRef("pk"), kind=Kind.CORRECTION)
    of_earlier = {
        "edition__article": OuterRef("article"),
        "edition__version__lt": OuterRef("version"),
    }
    return (
        Edition.objects.released(now)
        .filter(Exists(earlier) | _was_used(**of_earlier))
        .filter(~Exists(sent), change_kind__in=Edition.ADMITTED)
        .filter(article__withdrawn_at=None)
        .order_by("shown_from")
    )


def _withdrawn(now):
    """Articles that ended, merged ones too, and were not sent after what they had said."""
    said = Delivery.objects.filter(
        _reached(OuterRef("withdrawn_at")), release__edition__article=OuterRef("pk")
    )
    sent = Release.objects.filter(edition__article=OuterRef("pk"), kind=Kind.WITHDRAWAL)
    told_or_used = Exists(said) | _was_used(edition__article=OuterRef("pk"))
    return Article.objects.filter(told_or_used, ~Exists(sent), withdrawn_at__lte=now)


def _was_used(**of_what):
    """Whether anybody took it from their desk or says that they carried it further."""
    taken = Pickup.objects.filter(**of_what)
    return Exists(taken) | Exists(Broadcast.objects.told().filter(**of_what))


def _users(**of_what):
    """``(person, organisation)`` of everybody who did, one of the two being None."""
    found = set()
    for rows in (Pickup.objects.all(), Broadcast.objects.told()):
        found |= set(rows.filter(**of_what).order_by().values_list("person", "organization"))
    return found


@transaction.atomic
def _chase(edition, kind):
    is_withdrawal = kind == Kind.WITHDRAWAL
    # Who reports an earlier version in this moment waits, and is told by ``catch_up``.
    Article.objects.select_for_update(no_key=True).get(pk=edition.article_id)
    moment = edition.article.withdrawn_at if is_withdrawal else edition.shown_from
    earlier = Delivery.objects.filter(_reached(moment), release__edition__article=edition.article)
    used = {"edition__article": edition.article}
    if not is_withdrawal:
        earlier = earlier.filter(release__edition__version__lt=edition.version)
        used["edition__version__lt"] = edition.version
    channels = Channel.objects.filter(pk__in=earlier.values("channel"))
    channels = list(channels.select_related("organization", "person"))
    told = {(channel.person_id, channel.organization_id) for channel in channels}
    parties = sorted(_users(**used) - told, key=lambda party: (party[0] or 0, party[1] or 0))
    channels += [_desk_of(person, organization) for person, organization in parties]
    release = _written(edition, kind, channels, by=None, rules={})
    # What is still being tried with the earlier words would only come second.
    earlier.filter(state="waiting").update(state=Delivery.State.CANCELLED)
    _out(release, by=None)


def _desk_of(person, organization):
    """The channel by which corrections meet a party on its own page, from their keys."""
    owner = {"person_id": person, "organization_id": organization}
    party = Person.objects.get(pk=person) if person else Organization.objects.get(pk=organization)
    given = {"state": Channel.State.ACTIVE, "is_sample": party.is_sample}
    desk, _is_new = Channel.objects.get_or_create(kind=Channel.Kind.DESK, **owner, defaults=given)
    return desk


def catch_up(edition: Edition, party: Person | Organization) -> None:
    """Tell a party of what has been corrected since in an edition that it used.

    From now on the rounds look for corrections too, whether or not anything was ever released.
    """
    ChaseRound.objects.get_or_create(pk=1)
    Article.objects.select_for_update(no_key=True).get(pk=edition.article_id)
    since = Release.objects.filter(
        Q(kind=Kind.WITHDRAWAL) | Q(kind=Kind.CORRECTION, edition__version__gt=edition.version),
        edition__article=edition.article_id,
        state=State.RELEASED,
    )
    release = since.order_by("-pk").first()
    if release is None or _to_party(release.deliveries.all(), party).exists():
        return
    is_person = isinstance(party, Person)
    desk = _desk_of(party.pk if is_person else None, None if is_person else party.pk)
    Delivery.objects.create(release=release, channel=desk, state=Delivery.State.READY)
    release.audience["channels"] += snapshot(release.edition, [desk], rules={})["channels"]
    release.recipients += 1
    release.save(update_fields=["audience", "recipients"])


def _to_party(deliveries, party):
    whose = "channel__person" if isinstance(party, Person) else "channel__organization"
    return deliveries.exclude(state=Delivery.State.CANCELLED).filter(**{whose: party})


def chased(party: Person | Organization):
    """The corrections and withdrawals that went to a party, by whichever way."""
    return _to_party(Delivery.objects.filter(release__kind__in=Release.CHASED), party)


def unanswered_by(party: Person | Organization) -> list[Delivery]:
    """The corrections that a party has not confirmed yet, the latest of each article.

    To be shown on its desk: what was ready there counts as accepted from now on.
    """
    rows = _to_party(Delivery.objects.unanswered(), party).order_by("-release_id", "pk")
    latest = {}
    for delivery in rows.select_related("release__edition__article"):
        latest.setdefault(delivery.release.edition.article_id, delivery)
    found = list(latest.values())
    ready = [each.pk for each in found if each.state == Delivery.State.READY]
    if ready:
        Delivery.objects.filter(
            pk__in=ready, state=Delivery.State.READY, channel__kind=Channel.Kind.DESK
        ).update(state=Delivery.State.ACCEPTED, accepted_at=timezone.now())
    return found


def acknowledgement_token(delivery: Delivery) -> str:
    """What stands in the address at which a partner confirms, and opens nothing else."""
    return ACKNOWLEDGING.sign(delivery.pk)


def acknowledged_by(token: str) -> Delivery | None:
    """The delivery that is confirmed with this token; None when it is not ours."""
    try:
        key = ACKNOWLEDGING.unsign(token)
    except signing.BadSignature:
        return None
    rows = Delivery.objects.filter(release__kind__in=Release.CHASED)
    return rows.select_related("release__edition__article").filter(pk=key).first()


@transaction.atomic
def acknowledge(delivery: Delivery, *, by=None) -> bool:
    """Note that the partner knows of a correction; False when it was noted before.

    What came to them by another way, or before it about the same news, is confirmed with it.
    ``by`` is the person of the office who told them by telephone, None when they confirmed
    themselves. Raises ValidationError for what nobody has to confirm.
    """
    if not delivery.release.is_chase:
        raise ValidationError(_("Only corrections and withdrawals are confirmed."))
    if not Delivery.objects.filter(pk=delivery.pk, acknowledged_at=None).exists():
        return False
    too = _to_party(Delivery.objects.unanswered(), delivery.channel.owner).filter(
        release__edition__article=delivery.release.edition.article_id,
        release__lte=delivery.release_id,
    )
    rows = Delivery.objects.filter(Q(pk=delivery.pk) | Q(pk__in=too), acknowledged_at=None)
    is_new = bool(rows.update(acknowledged_at=timezone.now(), acknowledged_by=by))
    if is_new and by:
        audit.record(delivery, "call", by=by)
    return is_new


# What readers are told of it


def columns(article) -> dict:
    """How many partners were told of the last correction or withdrawal of an article, and how many
    have confirmed it, as a column of a query for pages.
    """
    return {"chase": Subquery(_counted(article).values("found")[:1])}


def _counted(article):
    confirmed = Q(deliveries__acknowledged_at__isnull=False)
    return (
        Release.objects.filter(
            edition__article=article, kind__in=Release.CHASED, state=State.RELEASED
        )
        .order_by("-pk")
        .annotate(
            told=_parties(Q(deliveries__state="accepted") | confirmed),
            confirmed=_parties(confirmed),
        )
        .filter(told__gt=0)
        .annotate(
            found=JSONObject(told=F("told"), confirmed=F("confirmed"), version="edition__version")
        )
    )


def _parties(condition):
    """How many partners, whatever number of ways leads to each."""
    owner = "deliveries__channel"
    of_bodies = Count(f"{owner}__organization", filter=condition, distinct=True)
    return of_bodies + Count(f"{owner}__person", filter=condition, distinct=True)


def counted(row) -> dict:
    """The count of a row with ``columns()``, and the span of time for which it is good enough."""
    return (row["chase"] or {}) | {"span": _span()}


def lately(page) -> dict:
    """The count as of at most five minutes ago; empty when nobody had to be told."""
    if page["chase"]["span"] == _span():
        return page["chase"]
    article_id = page["article_id"]
    return remembered(("chase", article_id), _span(), lambda: count_of(article_id))


def count_of(article_id: int) -> dict:
    """``{"told", "confirmed", "version"}`` as of now; empty when nobody had to be told."""
    return _counted(article_id).values_list("found", flat=True).first() or {}


def _span():
    return timezone.now().timestamp() // LAG_SECONDS


def _fresh(release):
    """Read the release anew under its lock; the state in which it was."""
    Release.objects.select_for_update().get(pk=release.pk)
    release.refresh_from_db()
    return release.state
