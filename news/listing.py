"""Which editions a list shows, how many there are of each kind, and page by page.

Counting and ordering 20,000 rows is done once per change, not once per reader: the ordered numbers
and the counts are remembered under ``stamp()``, which moves when the database or the clock changes
what is public. A page then reads its own 20 rows, the five-hundredth as fast as the first.
"""

from array import array
from collections import Counter
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Count, Value
from django.utils import timezone

from news.models import Article, Edition, Tag
from office.pulse import remembered


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; every part comes from the address."""

    language: str = ""
    topic: str = ""
    kind: str = ""
    year: str = ""
    district: str = ""
    province: str = ""
    issue: str = ""
    tag: str = ""

    @classmethod
    def of(cls, parameters, **fixed):
        """Filters from a query string; values that can't exist are dropped."""
        given = {f.name: parameters.get(f.name, "").strip()[:40] for f in fields(cls)}
        given.pop("language")
        known_kinds = set(Article.Kind.values)
        checks = {
            "kind": known_kinds.__contains__,
            "year": _is_number,
            "district": _is_number,
            "province": _is_number,
            "issue": _is_number,
            "tag": _is_number,
            "topic": str.isascii,
        }
        valid = {name: value for name, value in given.items() if value and checks[name](value)}
        return cls(**{**valid, **fixed})

    def without(self, *names):
        return replace(self, **dict.fromkeys(names, ""))

    def narrowed(self, name, value):
        return replace(self, **{name: value})

    def query_string(self, fixed=(), **more):
        """``?topic=…`` for an address, without the parts in ``fixed``, which the path says."""
        parts = {f.name: getattr(self, f.name) for f in fields(self)}
        parts["language"] = ""  # the path says it; ``language=all`` comes through ``more``
        parts |= more
        kept = {name: value for name, value in parts.items() if value and name not in fixed}
        return "?" + urlencode(kept) if kept else ""

    def apply(self, editions):
        """Narrow a queryset of editions."""
        conditions = {
            "article__language": self.language,
            "article__topic__slug": self.topic,
            "article__kind": self.kind,
            "article__year": self.year,
            "article__districts__code": self.district,
            "article__issues": self.issue,
            "article__tags": self.tag,
        }
        editions = editions.filter(**{name: value for name, value in conditions.items() if value})
        if self.province:
            editions = editions.filter(
                article__in=Article.objects.about_province(self.province).values("pk")
            )
        return editions


class Stamp(NamedTuple):
    """What must stay the same for remembered pages to hold."""

    beat: int  # moves with every change (office.pulse)
    shown: datetime | None  # the latest moments by which the clock has shown
    ended: datetime | None  # or ended an edition
    alerts: tuple[int, ...]  # the alerts in force, as Alert.objects.active() says
    occasion: tuple[str, ...]  # what Occasion.objects.shown() says, ready to be told; or nothing


def stamp(request=None):
    """The stamp of this moment; one query per request.

    Alerts and occasions come with it, for they stand on every page and nearly always are none.
    """
    known = getattr(request, "news_stamp", None)
    if known:
        return known
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT beat,"
            " (SELECT max(shown_from) FROM news_edition WHERE shown_from <= %s),"
            " (SELECT max(shown_until) FROM news_edition WHERE shown_until <= %s),"
            " ARRAY(SELECT id FROM news_alert WHERE sent_at IS NOT NULL AND shown_from <= %s"
            " AND shown_until > %s AND msg_type <> 'Cancel' ORDER BY id),"
            " (SELECT ARRAY[kind, title_th, title_en, text_th, text_en, is_muted::text]"
            " FROM news_occasion WHERE shown_from <= %s AND shown_until > %s"
            " ORDER BY shown_from DESC, id DESC LIMIT 1)"
            " FROM office_pulse",
            [now] * 6,
        )
        beat, shown, ended, alerts, occasion = cursor.fetchone()
    known = Stamp(beat, shown, ended, tuple(alerts), tuple(occasion or ()))
    if request is not None:
        request.news_stamp = known
    return known


def ordered_ids(filters, at_stamp):
    """Primary keys of the published editions under ``filters``, newest first."""
    return remembered(
        ("ids", filters),
        at_stamp,
        lambda: array(
            "q",
            filters.apply(Edition.objects.published()).newest_first().values_list("pk", flat=True),
        ),
    )


def facet_counts(filters, at_stamp):
    """Counters ``{"topic": …, "kind": …, "year": …, "district": …}`` of value to editions.

    Each ignores its own filter, so that a reader sees what another choice would give.
    """
    return remembered(("facets", filters), at_stamp, lambda: _count_facets(filters))


def _count_facets(filters):
    names = ("topic", "kind", "year")
    cube = (
        filters.without(*names)
        .apply(Edition.objects.published())
        .values_list("article__topic__slug", "article__kind", "article__year")
        .annotate(count=Count("pk"))
        .order_by()
    )
    in_districts = (
        Article.districts.through.objects.filter(
            article__in=filters.without("district")
            .apply(Edition.objects.published())
            .values("article")
        )
        .values_list("district__code", Value(""), Value(0))
        .annotate(count=Count("pk"))
        .order_by()
    )
    counts = {name: Counter() for name in (*names, "district")}
    for *cell, count in cube.union(in_districts, all=True):
        values = dict(zip(names, map(str, cell), strict=True))
        if not values["kind"]:
            counts["district"][values["topic"]] = count
            continue
        for name in names:
            others = [other for other in names if other != name and getattr(filters, other)]
            if all(values[other] == getattr(filters, other) for other in others):
                counts[name][values[name]] += count
    return counts


def tags_in_use():
    """Tags of articles that readers see: the name of any other could tell what is to come."""
    shown = Edition.objects.published().values("article")
    return Tag.objects.filter(tagged__content_object__in=shown).distinct()


def _is_number(text):
    return text.isascii() and text.isdecimal() and len(text) <= 9
