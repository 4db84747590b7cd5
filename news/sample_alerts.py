"""Sample alerts: one that is over and a small one in force, labelled and removed like the news."""

import json
from datetime import timedelta

from django.utils import timezone

from news import alerting
from news.dangers import DANGERS
from news.models import Alert
from news.sample_data import FOLDER
from office.models import District

AGENCY = {
    "agency_th": "สำนักงานป้องกันและบรรเทาสาธารณภัยจังหวัดลพบุรี (ข้อมูลตัวอย่าง)",
    "agency_en": "Lopburi Disaster Prevention and Mitigation Office (sample data)",
}


def load(*, writer, publisher) -> int:
    """Write and issue the sample alerts; how many: none when they are there."""
    if Alert.objects.filter(is_sample=True).exists():
        return 0
    told = json.loads((FOLDER / "alerts.json").read_text(encoding="utf-8"))
    for sample in told:
        issued_at = timezone.now() - timedelta(hours=sample.pop("issued_hours_ago"))
        holds = timedelta(hours=sample.pop("holds_hours"))
        districts = District.objects.filter(code__in=sample.pop("districts"))
        words = DANGERS[sample.pop("danger")] | sample | AGENCY
        alert = Alert.objects.create(
            **words, expires_at=issued_at + holds, written_by=writer, is_sample=True
        )
        alert.districts.set(districts)
        alerting.issue(alert, by=publisher, at=issued_at)
    return len(told)


def clear() -> int:
    """Remove sample alerts and what staff began from them, the newest first; how many."""
    samples = Alert.objects.filter(is_sample=True).order_by("-pk")
    for alert in samples:
        alert.delete()
    return len(samples)
