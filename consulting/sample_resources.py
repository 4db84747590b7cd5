"""Sample answers and resources, so that a fresh portal has something to learn from."""

import json
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from consulting import editing, loading
from consulting.models import Resource, ResourceEdition, Topic

SAMPLE = Path(__file__).parent / "sample" / "resources.json"
# The one that shows what a new version looks like.
REVISED = "มีข่าวลือในกลุ่มไลน์หมู่บ้าน ควรตอบอย่างไร"
CHANGE_NOTE = "เพิ่มข้อความตัวอย่าง และให้กลับมาดูใน 24 ชั่วโมง"


@transaction.atomic
def load(*, writer, publisher) -> int:
    """Publish the samples; how many: none when they are there, or nobody stands behind them."""
    if not (writer and publisher) or Resource.objects.filter(is_sample=True).exists():
        return 0
    loading.load()
    topics = {topic.key: topic for topic in Topic.objects.all()}
    samples = json.loads(SAMPLE.read_text("utf-8"))
    for facts in samples:
        kind, topic = facts.pop("kind"), topics[facts.pop("topic")]
        edition = editing.begin(kind, topic, by=writer, is_sample=True, **facts)
        _publish(edition, writer, publisher)
        if edition.title_th == REVISED:
            newer = editing.revise(edition.resource, by=writer)
            newer.change_note = CHANGE_NOTE
            _publish(newer, writer, publisher)
    return len(samples)


def clear() -> int:
    """Remove the samples; how many."""
    rows = Resource.objects.filter(is_sample=True)
    count = rows.count()
    rows.delete()
    return count


def _publish(edition, writer, publisher):
    edition.basis = ResourceEdition.Basis.OWN
    edition.review_by = timezone.localdate() + timedelta(days=365)
    editing.save(edition, by=writer)
    editing.submit(edition, by=writer)
    editing.publish(edition, by=publisher)
