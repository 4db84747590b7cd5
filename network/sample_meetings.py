"""A sample training to come, and one that was held, with its certificates: for a first look.

Days are counted from the day on which it is loaded.
"""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from lopburi_pr.thai_calendar import BANGKOK
from network import attending
from network.models import Attendance, Certificate, Meeting, Person

PROGRAMME = """09:00 น. ลงทะเบียน
09:30 น. เขียนข่าวให้อ่านออกเสียงง่าย
12:00 น. พักรับประทานอาหารกลางวัน
13:00 น. ฝึกอ่านและถ่ายภาพด้วยโทรศัพท์"""
COMING, HELD = (
    {
        "title_th": "การอ่านข่าวทางหอกระจายข่าวให้ฟังเข้าใจ",
        "title_en": "Reading the news so that everybody understands",
        "kinds": ["volunteer", "announcer"],
        "capacity": 30,
        "is_public": True,
    },
    {
        "title_th": "การรู้เท่าทันข่าวลือในชุมชน",
        "title_en": "Recognising rumours in the community",
        "kinds": [],
        "capacity": 20,
        "is_public": True,
    },
)
SAME = {
    "kind": Meeting.Kind.TRAINING,
    "programme": PROGRAMME,
    "place": "ห้องประชุม ศาลากลางจังหวัดลพบุรี (ตัวอย่าง)",
    "contact": "เจ้าหน้าที่เครือข่าย โทร 0 3600 0000 (ตัวอย่าง)",
    "signed_by": "นางสาวตัวอย่าง ใจดี",
    "signer_position": "ประชาสัมพันธ์จังหวัดลพบุรี",
    "is_sample": True,
}


@transaction.atomic
def load(*, officer) -> int:
    """Write the sample trainings; how many: none when they are there."""
    if Meeting.objects.filter(is_sample=True).exists():
        return 0
    volunteers = list(Person.objects.filter(is_sample=True, organization=None).order_by("pk")[:4])
    coming = _meeting(COMING, days=14)
    attending.let_register(coming, by=officer)
    for person in volunteers[:1]:
        attending.enrol(coming, person, by=officer)
    held = _meeting(HELD, days=-21)
    Meeting.objects.filter(pk=held.pk).update(opened_at=held.starts_at - timedelta(days=20))
    held.refresh_from_db()
    for person in volunteers:
        attending.enrol(held, person, by=officer)
    if volunteers:
        attending.hold(held, by=officer)
        attending.certify(held, by=officer)
    return 2


def _meeting(facts, *, days):
    on = timezone.localdate() + timedelta(days=days)
    starts_at = datetime.combine(on, time(9), BANGKOK)
    meeting = Meeting(
        **SAME,
        **facts,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=7),
        closes_at=starts_at - timedelta(days=3),
    )
    meeting.full_clean()
    meeting.save()
    return meeting


@transaction.atomic
def clear() -> int:
    """Remove the sample trainings with their lists and certificates; how many trainings."""
    samples = Meeting.objects.filter(is_sample=True)
    count = samples.count()
    Certificate.objects.filter(attendance__meeting__in=samples).delete()
    Attendance.objects.filter(meeting__in=samples).delete()
    samples.delete()
    return count
