"""``scripts/bench_distribution.py [DELIVERIES] [KILLS]``: a release to many mailboxes, handed to a
mail server on this machine by two real workers, which are killed so many times meanwhile.

Prints seconds from releasing to the last letter, the memory of a worker at its most, and how many
letters were lost or came twice. The portal it makes stands in var/bench-distribution.
"""

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.local_site import BASE_DIR, prepare

WORKERS = 2
SECONDS, MEGABYTES = 60, 300  # goals for 10,000 letters
SINK = """
import sys, time
sys.path.insert(0, {base!r})
import asyncio
from aiosmtpd.smtp import SMTP

class Handler:
    async def handle_DATA(self, server, session, envelope):
        head = envelope.content[:4000].decode("utf-8", "replace")
        for line in head.splitlines():
            if line.lower().startswith("message-id:"):
                sys.stdout.write(line[11:].strip() + "\\n")
                sys.stdout.flush()
                break
        return "250 OK"

async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler()), "127.0.0.1", {port})
    await server.serve_forever()

asyncio.run(main())
"""
PORT = 8825


def main(deliveries=10_000, kills=0):
    os.environ |= {
        "OUTBOUND_ENABLED": "1",
        "EMAIL_URL": f"smtp://127.0.0.1:{PORT}",
    }
    folder = BASE_DIR / "var" / "bench-distribution"
    prepare(folder)
    ledger = folder / "letters.txt"
    with ledger.open("w") as file:
        sink = subprocess.Popen(
            [sys.executable, "-c", SINK.format(base=str(BASE_DIR), port=PORT)], stdout=file
        )
    try:
        _run(_channels(deliveries), ledger, kills)
    finally:
        sink.terminate()
        sink.wait()


def _channels(count):
    from network.models import Channel, Organization  # noqa: PLC0415 -- only now Django is ready
    from news.models import Delivery, Release  # noqa: PLC0415

    Release.objects.all().delete()
    Delivery.objects.all().delete()
    Channel.objects.all().delete()
    owner, _ = Organization.objects.get_or_create(kind="other", name_th="ทดสอบความเร็ว")
    return Channel.objects.bulk_create(
        [
            Channel(organization=owner, kind="email", state="active", address=f"p{n}@example.org")
            for n in range(count)
        ],
        batch_size=1000,
    )


def _edition():
    from news.models import Article, Edition, Topic  # noqa: PLC0415
    from news.publishing import publish  # noqa: PLC0415

    topic, _ = Topic.objects.get_or_create(slug="bench", defaults={"name_th": "ทดสอบ"})
    edition = Edition.objects.create(
        article=Article.objects.create(topic=topic),
        title="จังหวัดลพบุรีแจ้งเตือนประชาชนริมแม่น้ำลพบุรีเตรียมยกของขึ้นที่สูง",
        must_know="ยกของขึ้นที่สูงก่อนวันศุกร์ โทร 1784",
        lead="คณะทำงานติดตามสถานการณ์น้ำของจังหวัดประเมินว่าระดับน้ำจะสูงขึ้นช้า ๆ " * 3,
        body="<p>รายละเอียดของข่าวตามที่ได้รับรายงานจากพื้นที่ทั้งสี่อำเภอ</p>" * 12,
        source_agency="สำนักงานป้องกันและบรรเทาสาธารณภัยจังหวัดลพบุรี",
    )
    publish(edition, by=None)
    return edition


def _run(channels, ledger, kills):
    from django.contrib.auth.models import User  # noqa: PLC0415

    from news import distributing  # noqa: PLC0415
    from news.models import Delivery  # noqa: PLC0415

    people = [User.objects.get_or_create(username=n)[0] for n in ("one", "two")]
    edition, already = _edition(), len(ledger.read_text().split())
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = spent.ru_utime + spent.ru_stime
    workers = [_worker() for _ in range(WORKERS)]
    time.sleep(4)
    started = time.monotonic()
    release = distributing.prepare(edition, channels, by=people[0])
    if release.state == "prepared":
        distributing.approve(release, by=people[1])
    prepared = time.monotonic() - started
    waiting = Delivery.objects.filter(release=release, state="waiting")
    most, killed = 0, 0
    while waiting.exists():
        if killed < kills and (len(channels) - waiting.count()) > 20:
            place = random.randrange(WORKERS)  # noqa: S311 -- no secret
            workers[place].send_signal(signal.SIGKILL)
            workers[place].wait()
            workers[place] = _worker()
            killed += 1
            time.sleep(0.25)
        most = max([most, *map(_megabytes, workers)])
        time.sleep(0.2)
    seconds = time.monotonic() - started
    for worker in workers:
        worker.terminate()
        worker.wait()
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = spent.ru_utime + spent.ru_stime - busy
    came = Counter(ledger.read_text().split()[already:])
    states = Counter(Delivery.objects.filter(release=release).values_list("state", flat=True))
    keys = Delivery.objects.filter(release=release).values_list("key", flat=True)
    domain = next(iter(came)).rpartition("@")[2]
    lost = sum(f"<{key}@{domain}" not in came for key in keys)
    doubled = Counter(times for times in came.values() if times > 1)
    missed = "  missed" if seconds > SECONDS and not kills else ""
    goal = f"(goal {SECONDS} for 10,000){missed}"
    print(f"distribution: {len(channels):,} letters in {seconds:.0f} s {goal}")
    print(
        f"  released in {prepared:.1f} s, processor of the workers {busy:.0f} s,"
        f" load {os.getloadavg()[0]:.1f}"
    )
    print(f"  memory of a worker: {most} MB (goal {MEGABYTES}){'  missed' * (most > MEGABYTES)}")
    print(
        f"  killed {killed} times: {lost} lost (goal 0), {sum(doubled.values())} came twice or more"
        f" (goal {killed}), at most {max(came.values())} times; {dict(states)}"
    )


def _worker():
    return subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=BASE_DIR)


def _megabytes(process):
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    found = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(found[0].split()[1]) // 1024 if found else 0


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
