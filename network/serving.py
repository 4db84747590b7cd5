"""Who of the network serves a place, and by which number they are called: for the office alone."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.urls import reverse

from network.models import Membership, Organization, Person
from office.models import Subdistrict


@dataclass
class Contact:
    """One member who serves a place, whatever they are a member as."""

    party: Person | Organization
    kinds: list[str] = field(default_factory=list)  # labels of its memberships
    phone: str = ""
    who: str = ""  # who answers, where that is not the party itself

    @property
    def name(self) -> str:
        return str(self.party)

    @property
    def url(self) -> str:
        meta = self.party._meta
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[self.party.pk])


def whom_to_call(
    subdistricts: Iterable[Subdistrict], *, is_sample: bool, day=None
) -> dict[int, list[Contact]]:
    """Members in force who serve each of the subdistricts, by its key: people before bodies.

    A body serves the subdistricts it names and every one of the districts it names. Samples are
    listed beside samples only.
    """
    wanted = {subdistrict.pk: subdistrict.district_id for subdistrict in subdistricts}
    contacts = _contacts(is_sample, day)
    found = {pk: [] for pk in wanted}
    for pk, key in _served(wanted):
        if key in contacts and contacts[key] not in found[pk]:
            found[pk].append(contacts[key])
    order = {key: place for place, key in enumerate(contacts)}
    for served in found.values():
        served.sort(key=lambda contact: order[_key(contact.party)])
    return found


def _key(party):
    return type(party), party.pk


def _contacts(is_sample, day):
    """``{(model, pk): Contact}`` of every member in force, in the order in which they are shown."""
    rows = Membership.objects.in_force(day).select_related("person__organization", "organization")
    people, bodies = {}, {}
    for row in rows.order_by("person__sort_key", "organization__sort_key", "pk"):
        party = row.party
        is_gone = party.left_on if row.person_id else party.closed_on or party.merged_into_id
        if party.is_sample != is_sample or is_gone:
            continue
        known = people if row.person_id else bodies
        contact = known.setdefault(_key(party), Contact(party, phone=party.phone))
        contact.kinds.append(row.get_kind_display())
    for contact in people.values():
        if not contact.phone and (body := contact.party.organization):
            contact.phone, contact.who = body.phone, str(body)
    mute = {contact.party.pk: contact for contact in bodies.values() if not contact.phone}
    answering = Person.objects.active().filter(organization__in=mute).exclude(phone="")
    for person in answering.order_by("-sort_key", "-pk"):
        contact = mute[person.organization_id]
        contact.phone, contact.who = person.phone, person.name
    return people | bodies


def _served(wanted):
    """``(subdistrict, (model, pk))`` of who serves what, as their records say."""
    for model, name in ((Person, "person"), (Organization, "organization")):
        through = model.subdistricts.through.objects.filter(subdistrict__in=wanted)
        for pk, party in through.values_list("subdistrict", name):
            yield pk, (model, party)
    in_district = {}
    for pk, district in wanted.items():
        in_district.setdefault(district, []).append(pk)
    through = Organization.districts.through.objects.filter(district__in=in_district)
    for district, party in through.values_list("district", "organization"):
        for pk in in_district[district]:
            yield pk, (Organization, party)
