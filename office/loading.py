"""The facts every portal of this office begins with, kept as files in ``office/data``.

Loading is for every release: it may be repeated at any time. Places follow the official register
and are corrected; whatever staff may edit is created when it is missing and never touched again.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from lopburi_pr.thai_text import thai_sort_key
from office.models import (
    ClusterMembership,
    CommunicationIssue,
    District,
    OfficeIdentity,
    Province,
    ProvincialCluster,
    StandingPage,
    Subdistrict,
)

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Loaded:
    """What loading did to one kind of rows."""

    what: str
    created: int
    updated: int
    kept: int

    def __str__(self):
        return (
            f"{self.what}: {self.created} created, {self.updated} updated, {self.kept} left as is"
        )


def load() -> list[Loaded]:
    """Load everything the office needs; says what it did, one line for each kind of rows."""
    with transaction.atomic():
        return [*_places(), *_clusters(), _issues(), _identity(), _pages()]


def create_missing(model, what, rows, key) -> Loaded:
    """Create the rows (dictionaries of fields) whose ``key`` fields no row has yet."""
    known = set(model.objects.values_list(*key))
    missing = [row for row in rows if tuple(row[field] for field in key) not in known]
    for row in missing:
        model(**row).save()
    return Loaded(what, len(missing), 0, len(rows) - len(missing))


def _places():
    provinces, districts, subdistricts = [], [], []
    for province in _read("places.json")["provinces"]:
        inside = province.pop("districts")
        provinces.append(Province(**province))
        for district in inside:
            within = district.pop("subdistricts")
            districts.append(District(province=provinces[-1], **district))
            for code, name_th, name_en, postal_code in within:
                subdistricts.append(
                    Subdistrict(
                        district=districts[-1],
                        code=code,
                        name_th=name_th,
                        name_en=name_en,
                        postal_code=postal_code,
                    )
                )
    yield _correct(Province, "provinces", provinces)
    yield _correct(District, "districts", districts)
    yield _correct(Subdistrict, "subdistricts", subdistricts)


def _correct(model, what, places):
    """Make the register's rows be as given: one query to compare, one to write."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    known = model.objects.in_bulk(field_name="code")
    changed = []
    for place in places:
        place.sort_key = thai_sort_key(place.name_th)
        # Given rows of the level above have their keys by now.
        for field in fields:
            if field.is_relation:
                setattr(place, field.name, getattr(place, field.name))
        before = known.get(place.code)
        if before is None or any(
            getattr(before, field.attname) != getattr(place, field.attname) for field in fields
        ):
            changed.append(place)
        else:
            place.pk = before.pk
    model.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[field.name for field in fields if field.name != "code"],
    )
    created = sum(place.code not in known for place in changed)
    return Loaded(what, created, len(changed) - created, len(places) - len(changed))


def _clusters():
    clusters = _read("clusters.json")
    names = ("key", "name_th", "name_en", "source_note")
    yield create_missing(
        ProvincialCluster,
        "clusters",
        [{name: cluster[name] for name in names} for cluster in clusters],
        ["key"],
    )
    in_register = Province.objects.in_bulk(field_name="code")
    in_portal = ProvincialCluster.objects.in_bulk(field_name="key")
    yield create_missing(
        ClusterMembership,
        "cluster memberships",
        [
            {
                "cluster_id": in_portal[cluster["key"]].pk,
                "province_id": in_register[code].pk,
                "valid": DateRange(_day(cluster["from"]), _day(cluster["to"])),
                "is_operating_centre": code == cluster["operating_centre"],
            }
            for cluster in clusters
            for code in cluster["provinces"]
        ],
        ["cluster_id", "province_id"],
    )


def _issues():
    rows = [
        {"fiscal_year": year["fiscal_year"], "source_note": year["source_note"], **issue}
        for year in _read("issues.json")
        for issue in year["issues"]
    ]
    return create_missing(CommunicationIssue, "communication issues", rows, ["fiscal_year", "key"])


def _identity():
    rows = [{"id": 1, **_read("identity.json")["identity"]}]
    return create_missing(OfficeIdentity, "identity and contacts", rows, ["id"])


def _pages():
    rows = [
        {
            "key": page["key"],
            "title_th": page["title_th"],
            "title_en": page["title_en"],
            "body_th": "\n".join(page["body_th"]),
            "body_en": "\n".join(page["body_en"]),
        }
        for page in _read("pages.json")
    ]
    return create_missing(StandingPage, "standing pages", rows, ["key"])


def _read(name):
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def _day(text):
    return date.fromisoformat(text) if text else None
