"""Labelled sample members for a first look at the network: loaded on request, removed again."""

import json
from datetime import date, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from lopburi_pr.thai_calendar import be_year
from network import joining, notice, voicing
from network.models import Application, Membership, Organization, Person, Voice
from office.models import District, Subdistrict
from office.numbering import next_number

FILE = Path(__file__).parent / "sample" / "partners.json"
BODY = ("kind", "name_th", "name_en", "aliases", "means", "phone", "email", "is_listed")
PERSON = ("name", "village", "means", "phone", "email")
# What volunteers told the office, the oldest first; hours before now.
VOICES = (
    {
        "by": "(สมมติ) ลุงประเสริฐ ขยันแจ้ง",
        "kind": "need",
        "words": "ไฟส่องทางหน้าโรงเรียนดับมาสามคืน เด็กเดินกลับบ้านมืด (ข้อมูลตัวอย่าง)",
        "hours": 70,
        "answer": "แจ้งองค์การบริหารส่วนตำบลแล้ว ช่างเข้าซ่อมวันพุธนี้",
    },
    {
        "by": "(สมมติ) สายฝน ตั้งใจ",
        "kind": "tip",
        "words": "กลุ่มแม่บ้านเปิดตลาดทานตะวันวันเสาร์นี้ อยากให้ช่วยประชาสัมพันธ์ (ข้อมูลตัวอย่าง)",
        "hours": 26,
        "handed_to": "news",
    },
    {
        "by": "(สมมติ) ป้าสมใจ ใจดี",
        "kind": "rumour",
        "words": "ในกลุ่มไลน์ส่งต่อกันว่าน้ำประปาจะหยุดไหลเจ็ดวัน จริงไหม (ข้อมูลตัวอย่าง)",
        "hours": 2,
    },
)
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
    for told in VOICES:
        _load_voice(dict(told))
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


def _load_voice(told):
    person = Person.objects.get(name=told.pop("by"), is_sample=True)
    at = timezone.now() - timedelta(hours=told.pop("hours"))
    if told.get("handed_to"):
        told |= {"state": "handed-on", "handed_at": at + timedelta(hours=1)}
    if told.get("answer"):
        told |= {"state": "answered", "settled_at": at + timedelta(hours=20)}
    year = be_year(at)
    number = next_number(voicing.NUMBER_SERIES, year)
    place = person.subdistricts.first()
    facts = {"person": person, "subdistrict": place, "year": year, "number": number}
    Voice.objects.create(**facts, **told, received_at=at, is_sample=True)


def _admit(told, **party):
    start_on = min(date.fromisoformat(told["joined"]), timezone.localdate())
    Membership.objects.create(**party, kind=told["member"], start_on=start_on)


def _notice():
    with override("th"):
        return notice.text()
