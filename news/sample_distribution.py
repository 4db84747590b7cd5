"""Sample channels, one correction that part of the sample network has confirmed, and broadcasts.

Nothing of it can leave: the addresses end in .invalid, and samples go to samples alone.
"""

from datetime import time, timedelta

from django.utils import timezone

from network.models import Channel, Organization, Person
from news import broadcasting, distributing
from news.models import Broadcast, ChaseRound, Delivery, Edition, Release
from office.models import District

# Only where no other sample organisations are.
ORGANIZATIONS = (
    ("community-radio", "สถานีวิทยุชุมชนคนลพบุรี (ข้อมูลตัวอย่าง)", "Lopburi community radio (sample data)"),
    ("tower", "หอกระจายข่าวบ้านป้อม (ข้อมูลตัวอย่าง)", "Ban Pom broadcast tower (sample data)"),
)
PHONE = "0 0000 0000"  # nobody's
NOT_COUNTED = "วันนั้นหอกระจายข่าวเสีย (ข้อมูลตัวอย่าง)"
CHANNELS = (
    {"kind": "email", "format": "full"},
    {"kind": "line", "format": "script", "line_people": 38, "quiet": (time(21), time(6))},
    {"kind": "printed", "format": "script"},
    {"kind": "feed", "format": "json"},
    {"kind": "webhook", "format": "json"},
)


def load(*, writer, officer) -> int:
    """Make the channels, two for each organisation, and the release; how many channels: none when
    they are there.
    """
    if Channel.objects.filter(is_sample=True).exists():
        return 0
    owners = list(Organization.objects.filter(is_sample=True).order_by("pk")[:8]) or [
        Organization.objects.create(
            kind=kind, name_th=thai, name_en=english, phone=PHONE, is_sample=True
        )
        for kind, thai, english in ORGANIZATIONS
    ]
    districts = list(District.objects.filter(province__code="16").order_by("code"))
    made = [
        _channel(owner, n * 2 + place, districts[n % len(districts)] if place else None)
        for n, owner in enumerate(owners)
        for place in range(2)
    ]
    _release(made, writer)
    _broadcasts(officer)
    return len(made)


def clear() -> int:
    """Remove the channels, after the sample news, and the organisations made here; how many."""
    Broadcast.objects.filter(is_sample=True).delete()
    count = Channel.objects.filter(is_sample=True).count()
    Channel.objects.filter(is_sample=True).delete()
    names = [thai for _kind, thai, _english in ORGANIZATIONS]
    Organization.objects.filter(is_sample=True, name_th__in=names).delete()
    return count


def _channel(owner, n, district):
    facts = dict(CHANNELS[n % len(CHANNELS)])
    quiet_from, quiet_until = facts.pop("quiet", (None, None))
    addresses = {
        "email": f"news{n}@demo.invalid",
        "line": f"C{n:032}",
        "webhook": f"https://partner{n}.demo.invalid/news",
    }
    channel = Channel.objects.create(
        organization=owner,
        address=addresses.get(facts["kind"], ""),
        quiet_from=quiet_from,
        quiet_until=quiet_until,
        state=Channel.State.ACTIVE,
        is_sample=True,
        **facts,
    )
    channel.districts.set([district] if district else [])
    return channel


def _release(channels, writer):
    """The first version of a corrected sample went out an hour after it appeared, as it was then;
    the correction followed, and all but one have answered.
    """
    samples = Edition.objects.published().filter(article__is_sample=True, article__language="th")
    corrected = samples.filter(change_kind__in=Edition.ADMITTED).order_by("-shown_from").first()
    if corrected is None:
        return
    first = corrected.article.editions.get(version=1)
    sent_at = min(first.shown_from + timedelta(hours=1), corrected.shown_from)
    release = Release.objects.create(
        edition=first,
        state=Release.State.RELEASED,
        audience=distributing.snapshot(first, channels, rules={}),
        recipients=len(channels),
        line_messages=sum(channel.line_messages for channel in channels),
        prepared_by=writer,
        prepared_at=sent_at,
        released_at=sent_at,
    )
    accepted = {"state": Delivery.State.ACCEPTED, "accepted_at": sent_at}
    Delivery.objects.bulk_create(
        Delivery(release=release, channel=channel, **accepted) for channel in channels
    )
    distributing.go_round(ChaseRound.objects.get_or_create(pk=1)[0])
    told = Delivery.objects.filter(release__edition=corrected)
    told.update(state=Delivery.State.ACCEPTED, accepted_at=timezone.now())
    silent = told.order_by("-pk").first()
    told.exclude(pk=silent.pk).update(acknowledged_at=timezone.now())


def _broadcasts(officer):
    """What some of the sample network carried further: waiting, verified, and one not counted."""
    editions = Edition.objects.published().filter(article__is_sample=True, article__language="th")
    editions = list(editions.newest_first()[:4])
    parties = [
        *Organization.objects.at_work().filter(is_sample=True).order_by("pk")[:5],
        *Person.objects.active().filter(is_sample=True, organization=None).order_by("pk")[:3],
    ]
    for n, party in enumerate(parties):
        for edition in editions[n % 2 :: 2]:
            aired_at = min(edition.shown_from + timedelta(minutes=40 + 25 * n), timezone.now())
            facts = {"audience": 800 + 150 * n, "basis": "estimate"} if n % 3 == 0 else {}
            made = broadcasting.report(edition, party, aired_at=aired_at, times=1 + n % 3, **facts)
            told = {"reported_at": aired_at}
            if n == 1 or n % 4:
                told |= {"checked_by": officer, "checked_at": timezone.now(), "state": "verified"}
            if n == 1:
                told |= {"state": "rejected", "reason": NOT_COUNTED}
            Broadcast.objects.filter(pk=made.pk).update(**told)
