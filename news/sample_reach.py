"""Sample broadcasts all over the province, so that the map of a fresh portal shows something.

Towers, vehicles and stations of nobody: in most subdistricts of one district, in few of another.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from network.models import Membership, Organization
from news.models import Broadcast, Edition
from office.models import District, Subdistrict
from office.models.places import HOME_PROVINCE

PHONE = "0 0000 0000"  # nobody's
NAME_TH = "(สมมติ) เสียงตามสายอำเภอ{district} จุดที่ {n}"
NAME_EN = "{district} village loudspeakers {n} (sample)"
# Of every district, in the order of their codes: in how many tenths of it the news was carried.
TENTHS = (8, 5, 10, 4, 7, 9, 3, 0, 2, 5, 6)
# By turns: kind of body, by what it carries the news, listeners and where that number comes from.
WAYS = (
    ("tower", "tower", 450, "estimate"),
    ("local-government", "tower", None, ""),
    ("local-government", "vehicle", 300, "default"),
    ("temple", "tower", 200, "estimate"),
    ("community-radio", "radio", 2600, "estimate"),
)


@transaction.atomic
def load(*, officer) -> int:
    """Make the bodies and what they carried; how many broadcasts: none when they are there."""
    editions = Edition.objects.published().filter(article__is_sample=True, article__language="th")
    editions = list(editions.newest_first()[:12])
    if not editions or Organization.objects.filter(**_ours()).exists():
        return 0
    made = []
    districts = District.objects.filter(province__code=HOME_PROVINCE).order_by("code")
    for district, tenths in zip(districts, TENTHS, strict=False):
        subdistricts = list(Subdistrict.objects.filter(district=district).order_by("code"))
        served = subdistricts[: len(subdistricts) * tenths // 10]
        for n in range(0, len(served), 2):
            made += _carried(district, n // 2 + 1, served[n : n + 2], editions, officer)
        if gap := subdistricts[len(served) :][:2]:  # somebody to call
            _body(district, len(served) // 2 + 2, gap, WAYS[0])
    return len(made)


def clear() -> int:
    """Remove the bodies with what they carried; how many."""
    return Organization.objects.filter(**_ours()).delete()[1].get(Organization._meta.label, 0)


def _ours():
    return {"is_sample": True, "name_th__startswith": NAME_TH.partition("{")[0]}


def _carried(district, n, subdistricts, editions, officer):
    way = WAYS[(n + int(district.code)) % len(WAYS)]
    body = _body(district, n, subdistricts, way)
    _kind, means, audience, basis = way
    now = timezone.now()
    found = []
    for place, edition in enumerate(editions[n % 3 :: 4]):
        told = Broadcast.objects.create(
            edition=edition,
            organization=body,
            means=means,
            aired_at=min(edition.shown_from + timedelta(hours=2 + place), now),
            audience=audience and audience + 10 * n,
            basis=basis,
            state=Broadcast.State.VERIFIED,
            checked_by=officer,
            checked_at=now,
            is_sample=True,
        )
        told.subdistricts.set(subdistricts)
        found.append(told)
    return found


def _body(district, n, subdistricts, way):
    kind, means, _audience, _basis = way
    body = Organization.objects.create(
        kind=kind,
        name_th=NAME_TH.format(district=district.name_th, n=n),
        name_en=NAME_EN.format(district=district.name_en, n=n),
        means=[means],
        phone=PHONE,
        is_sample=True,
    )
    body.subdistricts.set(subdistricts)
    kind = Membership.Kind.AGENCY if kind == "local-government" else Membership.Kind.MEDIA
    Membership.objects.create(organization=body, kind=kind, start_on=timezone.localdate())
    return body
