"""Labelled sample members for a first look at the network: loaded on request, removed again."""

import json
from datetime import date, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from network import joining, notice
from network.models import Application, Membership, Organization, Person
from office.models import District, Subdistrict

FILE = Path(__file__).parent / "sample" / "partners.json"
BODY = ("kind", "name_th", "name_en", "aliases", "means", "phone", "email", "is_listed")
PERSON = ("name", "village", "means", "phone", "email")
PARTNERS_OWN = "nw-004"  # the organisation of the account ``partner``


@transaction.atomic
def load(*, partner) -> int:
    """Write the sample members; how many: none when they are there.

    ``partner`` is the demo account of a partner, or None.
    """
    if Organization.objects.filter(is_sample=True).exists():
        return 0
    sample = json.loads(FILE.read_text(encoding="utf-8"))
    for told in sample["organizations"]:
        _load_body(told, partner)
    for told in sample["people"]:
        _load_person(told)
    for told in sample["applications"]:
        _load_application(told)
    return len(sample["organizations"]) + len(sample["people"])


@transaction.atomic
def clear() -> int:
    """Remove exactly what ``load`` made; how many members. Numbers are not given again."""
    people, bodies = (
        Person.objects.filter(is_sample=True),
        Organization.objects.filter(is_sample=True),
    )
    count = people.filter(organization=None).count() + bodies.count()
    Application.objects.filter(is_sample=True).delete()
    people.delete()
    bodies.exclude(merged_into=None).delete()
    bodies.delete()
    return count


def _load_body(told, partner):
    body = Organization.objects.create(
        **{name: told[name] for name in BODY},
        shown_fields=told["shown"],
        review_by=timezone.localdate() + timedelta(days=20 if told["key"] == "nw-010" else 200),
        is_sample=True,
    )
    body.districts.set(District.objects.filter(code__in=told["districts"]))
    body.subdistricts.set(Subdistrict.objects.filter(code__in=told["subdistricts"]))
    _admit(told, organization=body)
    is_partners_own = partner is not None and told["key"] == PARTNERS_OWN
    Person.objects.create(
        **told["contact"],
        organization=body,
        email=partner.email if is_partners_own else "",
        user=partner if is_partners_own and not hasattr(partner, "person") else None,
        is_sample=True,
    )


def _load_person(told):
    person = Person.objects.create(
        **{name: told[name] for name in PERSON},
        consented_at=timezone.now(),
        consent_text=_notice(),
        review_by=timezone.localdate() - timedelta(days=3),
        is_sample=True,
    )
    person.subdistricts.set(Subdistrict.objects.filter(code__in=told["subdistricts"]))
    _admit(told, person=person)


def _load_application(told):
    told = dict(told)
    districts = District.objects.filter(code__in=told.pop("districts"))
    subdistricts = Subdistrict.objects.filter(code__in=told.pop("subdistricts"))
    application = Application(**told, consent_text=_notice(), is_sample=True)
    joining.apply(application, districts=districts, subdistricts=subdistricts)


def _admit(told, **party):
    start_on = min(date.fromisoformat(told["joined"]), timezone.localdate())
    Membership.objects.create(**party, kind=told["member"], start_on=start_on)


def _notice():
    with override("th"):
        return notice.text()
