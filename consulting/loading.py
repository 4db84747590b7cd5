"""Topics, their questions and the first service standards, kept as files in ``consulting/data``.

What is missing is created; whatever staff changed since stays.
"""

import json
from pathlib import Path

from django.db import transaction

from consulting.models import QuestionSet, ServiceStandard, Topic
from office.loading import Loaded, create_missing

DATA = Path(__file__).parent / "data"


@transaction.atomic
def load() -> list[Loaded]:
    """Load what every portal of this office begins with; one line for each kind of rows."""
    topics, created = _read("topics.json"), 0
    for facts in topics:
        questions = facts.pop("questions")
        topic, is_new = Topic.objects.get_or_create(key=facts["key"], defaults=facts)
        created += is_new
        if is_new and questions:
            QuestionSet.objects.create(topic=topic, version=1, questions=questions)
    standards = create_missing(
        ServiceStandard, "service standards", _read("standards.json"), ("lane", "version")
    )
    return [Loaded("topics of advice", created, 0, len(topics) - created), standards]


def _read(name):
    return json.loads((DATA / name).read_text("utf-8"))
