"""The public directory: which members of the network it lists, and what it says about each.

Which bodies are listed, where and under which names is remembered under the pulse, so that a list
is narrowed and counted without asking the database; a page then reads its own rows.
"""

from collections import Counter
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import urlencode

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lopburi_pr.paging import PageOf, page_number
from network.models import Organization
from network.models.organizations import search_key
from office.models import District
from office.models.places import HOME_PROVINCE
from office.pulse import remembered

QUERY_AT_MOST = 100


class Entry(NamedTuple):
    """What a list needs to know of one body."""

    pk: int
    kind: str
    districts: frozenset[str]  # codes of those it serves, wholly or in part
    search_key: str


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to; blank for everything."""

    q: str = ""
    kind: str = ""
    district: str = ""

    @classmethod
    def of(cls, parameters, beat):
        """From a query string; kinds and districts that don't exist are dropped."""
        kind, district = parameters.get("kind", ""), parameters.get("district", "")
        return cls(
            q=parameters.get("q", "").strip()[:QUERY_AT_MOST],
            kind=kind if kind in Organization.Kind.values else "",
            district=district if district in districts(beat) else "",
        )

    def query_string(self, **more):
        parts = {"q": self.q, "kind": self.kind, "district": self.district} | more
        kept = {name: value for name, value in parts.items() if value}
        return "?" + urlencode(kept) if kept else ""

    def keep(self, entries):
        """Those of the entries that are asked for, in their order."""
        words = search_key(self.q)
        return [
            entry
            for entry in entries
            if (not words or words in entry.search_key)
            and (not self.kind or entry.kind == self.kind)
            and (not self.district or self.district in entry.districts)
        ]


def entries(beat):
    """Every listed body, in the order of their names."""
    return remembered(("network", "entries"), beat, _entries)


def _entries():
    listed = Organization.objects.listed()
    served = {}
    pairs = (
        (Organization.districts.through, "district__code"),
        (Organization.subdistricts.through, "subdistrict__district__code"),
    )
    for through, code in pairs:
        rows = through.objects.filter(organization__in=listed.values("pk"))
        for pk, district in rows.values_list("organization", code):
            served.setdefault(pk, set()).add(district)
    return [
        Entry(pk, kind, frozenset(served.get(pk, ())), key)
        for pk, kind, key in listed.values_list("pk", "kind", "search_key")
    ]


def districts(beat):
    """``{code: name}`` of every district in the reader's language, those of the province first."""
    return remembered(("network", "districts", get_language()), beat, _districts)


def _districts():
    rows = District.objects.select_related("province")
    ordered = sorted(rows, key=lambda row: row.province.code != HOME_PROVINCE)
    return {row.code: row.name for row in ordered}


def list_page(parameters, beat, base):
    """What templates/network/directory.html shows, from a query string."""
    asked, known = Asked.of(parameters, beat), entries(beat)
    found = asked.keep(known)
    page = PageOf(page_number(parameters.get("page", ""), len(found)), len(found))
    names = districts(beat)
    return {
        "cards": _cards(found[page.slice], names),
        "total": len(found),
        "q": asked.q,
        "asked": asked,
        "is_filtered": asked != Asked(),
        "applied": _applied(asked, names, base),
        "clear_url": base,
        "facets": [*_places(asked, known, names, base), *_kinds(asked, known, base)],
        "pagination": page.links(lambda n: base + asked.query_string(page=n if n > 1 else "")),
    }


def _cards(entries, names):
    rows = Organization.objects.in_bulk([entry.pk for entry in entries])
    return [
        {
            "url": row.get_absolute_url(),
            "name": row.name,
            "kind": row.get_kind_display(),
            "districts": [name for code, name in names.items() if code in entry.districts],
            "is_sample": row.is_sample,
        }
        for entry in entries
        if (row := rows.get(entry.pk))
    ]


def _applied(asked, names, base):
    kinds = dict(Organization.Kind.choices)
    said = {"q": asked.q, "kind": kinds.get(asked.kind), "district": names.get(asked.district)}
    return [
        {"value": value, "remove_url": base + replace(asked, **{name: ""}).query_string()}
        for name, value in said.items()
        if value
    ]


def _kinds(asked, known, base):
    """The contract of the facets component: what another kind would give."""
    counts = Counter(entry.kind for entry in replace(asked, kind="").keep(known))
    values = [
        _choice(asked, base, "kind", kind, Organization.Kind(kind).label, count)
        for kind, count in counts.most_common()
    ]
    return [{"key": "kind", "name": _("Kind of organisation"), "values": values}] if values else []


def _places(asked, known, names, base):
    """The same for districts: all of our province, and others that somebody serves."""
    elsewhere = replace(asked, district="").keep(known)
    counts = Counter(code for entry in elsewhere for code in entry.districts)
    values = [
        _choice(asked, base, "district", code, name, counts[code])
        for code, name in names.items()
        if counts[code] or code.startswith(HOME_PROVINCE)
    ]
    return [{"key": "district", "name": _("By district"), "values": values}] if values else []


def _choice(asked, base, name, value, label, count):
    is_on = getattr(asked, name) == value
    chosen = replace(asked, **{name: "" if is_on else value})
    return {"label": label, "count": count, "url": base + chosen.query_string(), "is_on": is_on}


def partner_page(organization):
    """What templates/network/partner.html shows of one listed body: only what it agreed to."""
    people = organization.people.shown()
    return {
        "name": organization.name,
        "kind": organization.get_kind_display(),
        "aliases": organization.aliases,
        "districts": list(organization.districts.all()),
        "subdistricts": list(organization.subdistricts.select_related("district")),
        "shown": organization.shown,
        "people": list(people),
        "is_sample": organization.is_sample,
    }
