"""Sample days off, so that a first look at the portal finds a working calendar: removable.

They are what a library knows, confirmed by nobody. วันพืชมงคล of later years is missing, because it
is announced year by year.
"""

from django.db import transaction
from django.utils import timezone

from office import holidays
from office.models import Holiday

YEARS = (2026, 2027, 2028)
SOURCE = "ข้อมูลตัวอย่าง รอสำนักงานยืนยัน (sample data, to be confirmed by the office)"


@transaction.atomic
def load() -> int:
    """Write the sample days where nobody wrote any of a year; how many."""
    rows = [
        row
        for year in YEARS
        if not Holiday.objects.in_year(year).exists()
        for row in holidays.suggested(year)
    ]
    for row in rows:
        row.source, row.is_sample = SOURCE, True
        row.state, row.decided_at = Holiday.State.CONFIRMED, timezone.now()
    return len(Holiday.objects.bulk_create(rows))


def clear() -> int:
    """Remove exactly what ``load`` made, without what the office confirmed since; how many."""
    return Holiday.objects.filter(is_sample=True).delete()[0]
