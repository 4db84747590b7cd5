"""``scripts/bench_advice.py [OPEN] [TIMES]``: the queue of advice with many open cases, beside a
bare Django list view of as many rows on a page, by the same client in turn.

Prints the queries of the queue, milliseconds of each in the middle, and the ratio; the goal is at
most 10 queries and 2 times. The portal it makes stands in var/bench-advice.
"""

import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.local_site import BASE_DIR, prepare

QUERIES, RATIO = 10, 2.0


def main(open_ones=10_000, times=40):
    prepare(BASE_DIR / "var" / "bench-advice")
    from django.db import connection  # noqa: PLC0415 -- only now Django is ready
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    officer = _portal(open_ones)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    queue = "/admin/consulting/advisoryrequest/"
    pages = {
        "queue": lambda: client.get(queue),
        "mine": lambda: client.get(f"{queue}?queue=mine"),
        "overdue": lambda: client.get(f"{queue}?queue=overdue"),
        "by number": lambda: client.get(queue, {"q": "ปช.2570/0077"}),
        "bare list": _bare_list(officer),
    }
    for name, ask in pages.items():
        ask()  # what a process remembers from then on
        with CaptureQueriesContext(connection) as asked:
            answer = ask()
        print(f"{name}: {len(asked)} queries, status {answer.status_code}")
    spent = {name: [] for name in pages}
    for _ in range(times):
        for name, ask in pages.items():
            begun = time.perf_counter()
            ask()
            spent[name].append(time.perf_counter() - begun)
    bare = statistics.median(spent["bare list"])
    print(f"{open_ones} open requests, {times} rounds; goals: {QUERIES} queries, {RATIO} times")
    for name, seconds in spent.items():
        middle = statistics.median(seconds)
        print(f"{name}: {middle * 1000:.1f} ms, {middle / bare:.2f} times the bare list")


def _bare_list(officer):
    """The same rows in a ModelAdmin as Django gives it, on a site of its own."""
    from django.contrib import admin  # noqa: PLC0415
    from django.contrib.messages.storage.fallback import FallbackStorage  # noqa: PLC0415
    from django.test import RequestFactory  # noqa: PLC0415
    from django.urls import resolve  # noqa: PLC0415

    from consulting.models import AdvisoryRequest  # noqa: PLC0415

    class Bare(admin.ModelAdmin):
        list_display = ("subject", "state", "due_at", "assignee")
        list_filter = ("state", "topic")
        list_per_page = 30
        list_select_related = True

    desk, address = Bare(AdvisoryRequest, admin.site), "/admin/consulting/advisoryrequest/"

    def ask():
        request = RequestFactory().get(address, headers={"host": "127.0.0.1"})
        request.user = type(officer).objects.get(pk=officer.pk)
        request.session, request.resolver_match = {}, resolve(address)
        request._messages = FallbackStorage(request)  # noqa: SLF001 -- as the middleware does
        return desk.changelist_view(request).render()

    return ask


def _portal(count):
    """An officer, and so many open requests, a third of them in this officer's hands."""
    from django.contrib.auth.models import Group, User  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from consulting.models import AdvisoryRequest, Change, ServiceStandard, Topic  # noqa: PLC0415

    call_command("load_office", verbosity=0)
    officer, _ = User.objects.get_or_create(username="bench", defaults={"is_staff": True})
    officer.groups.set(Group.objects.filter(name="officer"))
    AdvisoryRequest.objects.all().delete()
    now, topics = timezone.now(), list(Topic.objects.all())
    standards = {
        is_crisis: ServiceStandard.objects.now_for("crisis" if is_crisis else "ordinary")
        for is_crisis in (False, True)
    }
    states = AdvisoryRequest.OPEN
    rows = []
    for n in range(count):
        topic, state = topics[n % len(topics)], states[n % len(states)]
        rows.append(
            AdvisoryRequest(
                year=2570,
                number=n + 1,
                link_name=f"bench{n}",
                token_hash=f"bench{n}",
                topic=topic,
                standard=standards[topic.is_crisis],
                subject=f"ขอคำปรึกษาวางแผนรณรงค์ป้องกันไข้เลือดออกในชุมชนตลาด {n}",
                detail="ปีที่ผ่านมาคนในตลาดเห็นป้ายแต่ไม่เปลี่ยนพฤติกรรม " * 10,
                agency=f"เทศบาลตำบลตัวอย่าง {n % 300}",
                contact="สมศรี ตัวอย่าง",
                phone="036 000 000",
                language="th",
                state=state,
                assignee=officer if n % 3 == 0 and state != "received" else None,
                received_at=now - timedelta(hours=n % 700),
                due_at=None
                if state == "waiting-requester"
                else now + timedelta(hours=(n * 7) % 900 - 300),
            )
        )
    made = AdvisoryRequest.objects.bulk_create(rows, batch_size=1000)
    Change.objects.bulk_create(
        [
            Change(request=row, state="received", at=row.received_at, standard=row.standard)
            for row in made
        ],
        batch_size=1000,
    )
    return officer


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
