"""How far the news was carried, and where nobody has carried it: from verified broadcasts alone.

What every figure here means:

- **reached**: at least one verified broadcast on air in the period names the subdistrict. It says
  that the news was carried there, not that everybody heard it.
- **items** of news: an announcement, its English translation and all of its versions are one.
- **gap**: a subdistrict that is not reached. A broadcast that names no subdistrict stands on no
  map; how many those are is told beside it (docs/decisions/0022).
- **audience**: told for each basis apart, and every sum counts whoever hears twice twice.

Nothing is computed twice while the verified broadcasts stay the same: ``Stand`` tells that.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.contrib.postgres.aggregates import BitOr
from django.db.models import Case, Count, IntegerField, Max, Q, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lopburi_pr.thai_calendar import fiscal_year, fiscal_year_span
from network import serving
from network.models import Means
from news.models import Article, Broadcast
from office.models import District, Subdistrict
from office.models.places import HOME_PROVINCE
from office.pulse import remembered

# So few partners, and the public is not told the number of their listeners: it would be theirs.
FEWEST_PARTNERS = 5
# One item of news: its translation counts as the same.
ITEM = Coalesce("edition__article__translation_of", "edition__article")
_bits = {means: 1 << place for place, means in enumerate(Means.values)}
_MEANS_BIT = Case(
    *(When(means=means, then=Value(bit)) for means, bit in _bits.items()),
    output_field=IntegerField(),
)


def item_of(article: Article) -> int:
    """The key of the item of news that an article is: of a translation, its original's."""
    return article.translation_of_id or article.pk


# What is asked for


class Period(NamedTuple):
    """Whole days in Lopburi, the last one included; today is the last of those that run on."""

    key: str
    first: date
    last: date

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """From when until before when."""
        begins = [self.first, self.last + timedelta(days=1)]
        return tuple(timezone.make_aware(datetime.combine(day, time.min)) for day in begins)

    @property
    def label(self):
        return PERIODS[self.key]


PERIODS = {
    "7": _("Last 7 days"),
    "30": _("Last 30 days"),
    "90": _("Last 90 days"),
    "year": _("This fiscal year"),
}
USUAL = "30"


def period(key: str, today: date | None = None) -> Period:
    """One of ``PERIODS``; the usual one for any other key."""
    today = today or timezone.localdate()
    key = key if key in PERIODS else USUAL
    if key == "year":
        return Period(key, fiscal_year_span(fiscal_year(today))[0], today)
    return Period(key, today - timedelta(days=int(key) - 1), today)


@dataclass(frozen=True)
class Asked:
    """Which broadcasts are looked at. ``article``: those of one item of news, whenever they were,
    by the key that ``item_of`` gives.
    """

    period: Period
    means: str = ""
    article: int | None = None

    @classmethod
    def of(cls, parameters, today=None):
        """From a query string; what can't exist is dropped."""
        means = parameters.get("means", "")
        means = means if means in Means.values else ""
        return cls(period(parameters.get("period", ""), today), means)

    def broadcasts(self, is_sample: bool):
        """Reports in every state: samples, or real ones."""
        rows = Broadcast.objects.filter(is_sample=is_sample).order_by()
        if self.article:
            rows = rows.annotate(item=ITEM).filter(item=self.article)
        else:
            begins, ends = self.period.moments
            rows = rows.filter(aired_at__gte=begins, aired_at__lt=ends)
        return rows.filter(means=self.means) if self.means else rows


# On what it rests


class Stand(NamedTuple):
    """The verified broadcasts as of now: equal while no report was verified, refused or removed.

    Samples are shown only while the office has not verified a single real report.
    """

    is_sample: bool
    count: int = 0
    checked_at: datetime | None = None

    @classmethod
    def now(cls, is_sample: bool | None = None) -> "Stand":
        """One query. ``is_sample`` asks for one of the two kinds."""
        counted = Broadcast.objects.verified().order_by().values_list("is_sample")
        counted = counted.annotate(Count("pk"), Max("checked_at"))
        found = {kind: (count, checked_at) for kind, count, checked_at in counted}
        if is_sample is None:
            is_sample = False not in found and True in found
        return cls(is_sample, *found.get(is_sample, ()))


# The figures


class Told(NamedTuple):
    """What verified broadcasts say of one subdistrict."""

    items: int
    reports: int
    last_at: datetime
    means: tuple[str, ...]

    @property
    def means_labels(self):
        return [Means(each).label for each in self.means]


class Spread(NamedTuple):
    """Figures of one means of carrying news."""

    means: str
    reports: int
    items: int

    @property
    def label(self):
        return Means(self.means).label


class Audience(NamedTuple):
    """People reached as told on one basis; whoever is reached twice is counted twice."""

    basis: str
    people: int
    reports: int
    partners: int

    @property
    def label(self):
        return Broadcast.Basis(self.basis).label

    @property
    def may_be_public(self) -> bool:
        return self.partners >= FEWEST_PARTNERS


@dataclass(frozen=True)
class Reach:
    """Every figure of what was asked for, without names."""

    subdistricts: dict[int, Told]
    reports: int
    items: int
    partners: int
    placeless: int  # reports that name no subdistrict
    means: list[Spread]
    audiences: list[Audience]


def reach(asked: Asked, stand: Stand) -> Reach:
    """The figures; remembered until a report is verified or refused, or the day is over."""
    key = ("reach", asked.period.key, asked.means, asked.article)
    return remembered(key, (asked, stand), lambda: _reach(asked, stand))


def _reach(asked, stand):
    rows = asked.broadcasts(stand.is_sample).verified()
    items = dict(rows.values_list("edition", ITEM).distinct())
    by_place = _by_place(rows, items)
    placeless = by_place.pop(None, None)
    parties = {
        "people": Count("person", distinct=True),
        "bodies": Count("organization", distinct=True),
    }
    total = rows.aggregate(reports=Count("pk"), **parties)
    by_means = rows.values_list("means").annotate(
        reports=Count("pk"), items=Count(ITEM, distinct=True)
    )
    heard = rows.exclude(audience=None).values_list("basis")
    heard = heard.annotate(total=Sum("audience"), reports=Count("pk"), **parties)
    audiences = {
        basis: Audience(basis, people, reports, persons + bodies)
        for basis, people, reports, persons, bodies in heard
    }
    return Reach(
        subdistricts=by_place,
        reports=total["reports"],
        items=len(set(items.values())),
        partners=total["people"] + total["bodies"],
        placeless=placeless.reports if placeless else 0,
        means=sorted((Spread(*row) for row in by_means), key=lambda each: -each.reports),
        audiences=[audiences[basis] for basis in Broadcast.Basis.values if basis in audiences],
    )


def _by_place(rows, items):
    """``{subdistrict: Told}``, None standing for no subdistrict.

    A broadcast may name every subdistrict there is, so the database gets millions of pairs to read:
    it only adds them up by edition, without sorting, and how many items that are is counted here.
    """
    pairs = rows.values_list("subdistricts", "edition").annotate(
        reports=Count("pk"), last_at=Max("aired_at"), bits=BitOr(_MEANS_BIT)
    )
    grouped = {}
    for place, edition, *figures in pairs:
        grouped.setdefault(place, []).append((items[edition], *figures))
    found = {}
    for place, told in grouped.items():
        of_items, reports, last_at, bits = zip(*told, strict=True)
        means = _means_of(reduce(or_, bits))
        found[place] = Told(len(set(of_items)), sum(reports), max(last_at), means)
    return found


def _means_of(bits):
    return tuple(means for means, bit in _bits.items() if bits & bit)


# Of one item of news


class Carried(NamedTuple):
    """How far one item went: verified reports, and how many wait for a check."""

    reports: int
    partners: int
    subdistricts: int
    waiting: int


def carried(article: Article) -> Carried:
    """Of an article and its translation, in one query; a sample by samples, real news by real."""
    rows = Broadcast.objects.annotate(item=ITEM).filter(
        item=item_of(article), is_sample=article.is_sample
    )
    verified = {"state": Broadcast.State.VERIFIED}
    # Outside of the province it is carried too, but that is not what we count.
    inside = {**verified, "subdistricts__district__province__code": HOME_PROVINCE}

    def number(name, **conditions):
        return Count(name, filter=Q(**conditions), distinct=True)

    found = rows.order_by().aggregate(
        reports=number("pk", **verified),
        people=number("person", **verified),
        bodies=number("organization", **verified),
        subdistricts=number("subdistricts", **inside),
        waiting=number("pk", state=Broadcast.State.REPORTED),
    )
    partners = found["people"] + found["bodies"]
    return Carried(found["reports"], partners, found["subdistricts"], found["waiting"])


# By district


def places() -> list[tuple[District, list[Subdistrict]]]:
    """The districts of the province with their subdistricts, both as a Thai dictionary has them."""
    rows = Subdistrict.objects.filter(district__province__code=HOME_PROVINCE)
    found = {}
    for row in rows.select_related("district").order_by("district__sort_key", "sort_key"):
        found.setdefault(row.district, []).append(row)
    return list(found.items())


@dataclass(frozen=True)
class InDistrict:
    """One district: which of its subdistricts were reached, and which not."""

    district: District
    reached: list[Subdistrict]
    gaps: list[Subdistrict]

    @property
    def total(self) -> int:
        return len(self.reached) + len(self.gaps)


def by_district(found: Reach) -> list[InDistrict]:
    """Every district of the province, whether anything is known of it or not."""
    known = found.subdistricts
    return [
        InDistrict(
            district,
            [each for each in subdistricts if each.pk in known],
            [each for each in subdistricts if each.pk not in known],
        )
        for district, subdistricts in places()
    ]


# Rows and columns in which the districts of Lopburi are drawn, north above. Derived by hand from
# where the districts lie: of the 15 borders that the tiles share all but two are borders on the
# ground. The corner that is left over lies beyond the province, north-west of Ban Mi.
GRID = (
    (None, "1611", "1609", "1610"),  # Nong Muang, Khok Charoen, Lam Sonthi
    ("1606", "1603", "1608", "1604"),  # Ban Mi, Khok Samrong, Sa Bot, Chai Badan
    ("1605", "1601", "1602", "1607"),  # Tha Wung, Mueang, Phatthana Nikhom, Tha Luang
)
PLACE_IN_GRID = {
    code: (column, row)
    for row, codes in enumerate(GRID)
    for column, code in enumerate(codes)
    if code
}


def tiles(rows: list[InDistrict]) -> list[dict]:
    """The contract of the component tile_map: a district that the grid has not is in no tile."""
    return [
        {
            "name": row.district.name,
            "count": len(row.reached),
            "total": row.total,
            "column": PLACE_IN_GRID[row.district.code][0],
            "row": PLACE_IN_GRID[row.district.code][1],
        }
        for row in rows
        if row.district.code in PLACE_IN_GRID
    ]


# Whom to call: for the office alone


@dataclass(frozen=True)
class Gap:
    """A subdistrict that is not reached, since when, and who serves it."""

    subdistrict: Subdistrict
    last_at: datetime | None  # verified, ever
    waiting: int  # reports of the period that nobody has checked yet
    contacts: list[serving.Contact]


def gaps(asked: Asked, stand: Stand, rows: list[InDistrict]) -> list[tuple[District, list[Gap]]]:
    """By district, those without a gap left out."""
    missing = {each.pk: each for row in rows for each in row.gaps}
    ever = Broadcast.objects.verified().filter(is_sample=stand.is_sample).order_by()
    if asked.means:
        ever = ever.filter(means=asked.means)
    ever = ever.filter(subdistricts__in=missing).values_list("subdistricts")
    last = dict(ever.annotate(Max("aired_at")))
    reported = asked.broadcasts(stand.is_sample).waiting().order_by()
    reported = reported.filter(subdistricts__in=missing).values_list("subdistricts")
    waiting = dict(reported.annotate(Count("pk")))
    contacts = serving.whom_to_call(missing.values(), is_sample=stand.is_sample)
    return [
        (
            row.district,
            [
                Gap(each, last.get(each.pk), waiting.get(each.pk, 0), contacts[each.pk])
                for each in row.gaps
            ],
        )
        for row in rows
        if row.gaps
    ]


def call_table(found: list[tuple[District, list[Gap]]]):
    """``(headings, rows)`` for a spreadsheet: one row for each member to be called, and one for
    each subdistrict that nobody serves.
    """
    headings = [
        *(_("District"), _("Subdistrict"), _("Last verified broadcast"), _("Reports to check")),
        *(_("Whom to call"), _("Member as"), _("Telephone"), _("Who answers")),
    ]
    rows = []
    for district, missing in found:
        for gap in missing:
            last_on = timezone.localdate(gap.last_at).isoformat() if gap.last_at else ""
            place = [district.name, gap.subdistrict.name, last_on, gap.waiting]
            rows += [
                [*place, each.name, ", ".join(each.kinds), each.phone, each.who]
                for each in gap.contacts
            ] or [[*place, "", "", "", ""]]
    return headings, rows
