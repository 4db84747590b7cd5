"""Sample requests in different states, invented and marked as such: for a first look.

Days are counted back from the day on which they are loaded; their steps are taken on that day.
"""

import json
from datetime import time, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone, translation

from consulting import casework
from consulting.models import AdvisoryRequest, Availability, Topic
from office.models import Province

FILE = Path(__file__).parent / "sample" / "requests.json"


@transaction.atomic
def load(*, officer, head) -> int:
    """Write the sample requests; how many: none when they are there. Without the two people all of
    them have just been received.
    """
    if AdvisoryRequest.objects.filter(is_sample=True).exists():
        return 0
    rows = json.loads(FILE.read_text("utf-8"))
    if officer:
        for weekday in (Availability.Weekday.TUESDAY, Availability.Weekday.THURSDAY):
            hours = {"opens": time(9), "closes": time(12)}
            officer.availabilities.get_or_create(weekday=weekday, **hours)
    provinces = {each.code: each for each in Province.objects.all()}
    with translation.override("th"):
        for facts in rows:
            steps, code = facts.pop("steps"), facts.pop("province")
            request = casework.receive(
                topic=Topic.objects.get(key=facts.pop("topic")),
                received_at=timezone.now() - timedelta(days=facts.pop("days_ago")),
                province=provinces.get(code),
                by=officer if "channel" in facts else None,
                is_sample=True,
                **facts,
            )
            if officer and head:
                for verb, *words in steps:
                    _take(request, verb, *words, officer=officer, head=head)
    return len(rows)


def _take(request, verb, text="", *, officer, head):
    match verb:
        case "take":
            casework.take(request, by=officer)
        case "say":
            casework.say(request, text, by=officer)
        case "note":
            casework.note(request, text, by=officer)
        case "ask":
            casework.ask_for_more(request, text, by=officer)
        case "answer":
            casework.write_answer(request, text, by=officer)
        case "submit":
            casework.submit_answer(request.messages.get(is_answer=True), by=officer)
        case "send-now":
            casework.send_answer_unreviewed(request.messages.get(is_answer=True), by=officer)
        case "decline":
            casework.decline(request, by=head, reason=text)
        case "close":
            casework.close(request, by=officer)


@transaction.atomic
def clear() -> int:
    """Remove the sample requests with all that was said; how many there were."""
    samples = AdvisoryRequest.objects.filter(is_sample=True)
    count = samples.count()
    samples.update(merged_into=None, state=AdvisoryRequest.State.CLOSED)
    samples.delete()
    return count
