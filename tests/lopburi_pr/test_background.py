"""The worker, also as real processes on the real database."""

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from lopburi_pr import background
from news import renditions
from news.models import Picture
from tests import make

PATIENCE_SECONDS = 15


def waiting_row(n=0, **fields):
    facts = {"width": 1, "height": 1, "title": f"{n}", "credit": "-", "sha256": f"{n}"}
    return Picture.objects.bulk_create([Picture(file=f"pictures/{n}.jpg", **(facts | fields))])[0]


@pytest.fixture
def work(monkeypatch):
    """Registers one function as the only work."""

    def register(do):
        work = background.Work("Test", Picture, do)
        monkeypatch.setattr(background, "_works", {"Test": work})

    return register


def finish(row):
    row.state = Picture.State.READY
    row.save(update_fields=["state"])


def test_everything_due_is_done_oldest_first(db, work):
    now = timezone.now()
    late, early = (waiting_row(n, due_at=now - n * background.pause_after(1)) for n in (1, 2))
    future = waiting_row(3, due_at=now + background.pause_after(8))
    done = []
    work(lambda row: (done.append(row.pk), finish(row)))

    assert background.run_due() == 2

    assert done == [early.pk, late.pk]
    future = Picture.objects.get(pk=future.pk)
    assert (future.state, future.tries) == ("waiting", 0)


def test_failing_row_comes_later_and_holds_up_nobody(db, work):
    bad, good = waiting_row(1), waiting_row(2)
    started = timezone.now()

    bad_pk, good_pk = bad.pk, good.pk

    def fail_first(row):
        if row.pk == bad_pk:
            Picture.objects.filter(pk=good_pk).update(title="must not stay")
            raise ValueError("no\x00 such \N{THAI CHARACTER KO KAI}")
        finish(row)

    work(fail_first)
    background.run_due()

    bad = Picture.objects.get(pk=bad.pk)
    good = Picture.objects.get(pk=good.pk)
    assert (bad.state, bad.tries, bad.error) == ("waiting", 1, "ValueError: no such ก")
    assert started < bad.due_at - background.pause_after(1) / 4
    assert (good.state, good.title) == ("ready", "2")


def test_row_is_given_up_after_eight_tries_and_can_be_asked_for_again(db, work):
    row = waiting_row()
    seen = []

    def fail(row):
        seen.append(row.tries)
        raise ValueError("never")

    work(fail)
    for _ in range(10):
        Picture.objects.update(due_at=timezone.now())
        background.run_due()
    row = Picture.objects.get(pk=row.pk)
    assert (row.state, row.tries, seen) == ("failed", 8, [1, 2, 3, 4, 5, 6, 7, 8])

    assert background.again(Picture.objects.filter(state="failed")) == 1

    row = Picture.objects.get(pk=row.pk)
    assert (row.state, row.tries, row.error) == ("waiting", 0, "")
    assert row.due_at <= timezone.now()


def test_row_that_kills_its_workers_is_given_up_too(db, work):
    killer, good = waiting_row(1, tries=8), waiting_row(2)
    done = []
    work(lambda row: (done.append(row.pk), finish(row)))

    background.run_due()

    killer = Picture.objects.get(pk=killer.pk)
    assert (killer.state, killer.error) == ("failed", "The worker died of it.")
    assert done == [good.pk]


def test_database_error_of_one_row_counts_as_its_failure(db, work):
    row = waiting_row()

    def deadlock(row):
        raise OperationalError("deadlock detected")

    work(deadlock)
    background.run_due()

    row = Picture.objects.get(pk=row.pk)
    assert "deadlock" in row.error


def test_pauses_grow_and_differ():
    for tries in range(1, 9):
        pauses = {background.pause_after(tries) for _ in range(20)}
        full = min(5 * 3 ** (tries - 1), 3600)
        assert len(pauses) > 1
        assert full / 2 <= min(pauses).total_seconds() <= max(pauses).total_seconds() <= full


def test_loop_outlives_every_exception(db, work, monkeypatch):
    monkeypatch.setattr(background.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(background.connection, "close", lambda: None)
    turns = iter([ValueError("odd"), OperationalError("gone"), OperationalError("gone"), None])
    rounds = []

    def run_due(should_stop):
        rounds.append(1)
        if error := next(turns):
            raise error

    monkeypatch.setattr(background, "run_due", run_due)

    background.run(lambda: len(rounds) == 4)

    assert len(rounds) == 4


def test_heartbeat_is_seen_and_fades(db):
    assert not background.is_alive()

    background.beat()

    assert background.is_alive()
    cache.delete(background.HEARTBEAT)
    assert not background.is_alive()


# Real processes


def environment():
    database = settings.DATABASES["default"]
    server = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    return os.environ | {
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME'] or database['NAME']}",
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "DJANGO_SETTINGS_MODULE": "lopburi_pr.settings",
    }


@pytest.fixture
def start(transactional_db, tmp_path):
    """Starts processes, with their own log each, that do not outlive the test."""
    started = []
    cache.delete(background.HEARTBEAT)  # of another test's worker

    def run(*command):
        log = (tmp_path / f"{len(started)}.log").open("w")
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=settings.BASE_DIR,
            env=environment(),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        process.log = Path(log.name)
        log.close()
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


def until(condition, process=None):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := condition()):
        log = process.log.read_text() if process else ""
        assert time.monotonic() < deadline, log
        time.sleep(0.05)
    return found


def test_two_workers_never_do_one_row_twice(start, tmp_path):
    rows = [waiting_row(n) for n in range(80)]
    ledger, gate = tmp_path / "ledger", tmp_path / "gate"
    script = textwrap.dedent(
        f"""
        import os, pathlib, time, django
        django.setup()
        from lopburi_pr import background
        from news.models import Picture

        def do(row):
            with open({str(ledger)!r}, "a") as file:
                file.write(f"{{row.pk}} {{os.getpid()}}\\n")
            time.sleep(0.01)
            row.state = "ready"
            row.save(update_fields=["state"])

        background._works.clear()
        background.register(background.Work("Test", Picture, do))
        pathlib.Path({str(gate)!r} + str(os.getpid())).touch()
        while len(list(pathlib.Path({str(tmp_path)!r}).glob("gate*"))) < 2:
            time.sleep(0.001)
        background.run_due()
        """
    )

    for worker in [start("-c", script), start("-c", script)]:
        assert worker.wait(PATIENCE_SECONDS) == 0, worker.log.read_text()

    lines = [line.split() for line in ledger.read_text().splitlines()]
    assert Counter(int(pk) for pk, _ in lines) == Counter(row.pk for row in rows)
    assert len({pid for _, pid in lines}) == 2
    assert Picture.objects.filter(state="ready").count() == 80


def test_another_worker_finishes_what_a_killed_one_began(start):
    picture = make.picture(make.photo(2560, 1920))
    first_file = default_storage.path(renditions.rendition_name(picture.file.name, 320, "webp"))
    killed = start("manage.py", "worker")
    until(Path(first_file).exists, killed)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    picture = Picture.objects.get(pk=picture.pk)
    assert (picture.state, picture.tries, picture.widths) == ("waiting", 1, [])
    # The lock goes with the process: nothing has to expire or be repaired.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '3s'")
        assert Picture.objects.select_for_update().get(pk=picture.pk)

    other = start("manage.py", "worker")

    until(lambda: Picture.objects.filter(pk=picture.pk, state="ready").exists(), other)
    picture = Picture.objects.get(pk=picture.pk)
    assert picture.widths == renditions.WIDTHS
    stem = Path(default_storage.path(picture.file.name))
    files = [path.name for path in stem.parent.glob(f"{stem.stem}-*")]
    assert len(files) == 3 * 5 + 1
    assert not [name for name in files if name.endswith(".part")]


def test_worker_goes_on_after_the_database_cut_it_off(start):
    worker = start("manage.py", "worker")
    until(background.is_alive, worker)
    cut_off = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    with connection.cursor() as cursor:
        cursor.execute(f"{cut_off} AND datname = current_database()")
    until(lambda: "answers again" in worker.log.read_text(), worker)

    picture = make.picture()

    until(lambda: Picture.objects.filter(pk=picture.pk, state="ready").exists(), worker)
    assert "does not answer" in worker.log.read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_worker_ends_at_a_signal(start, number):
    worker = start("manage.py", "worker")
    until(background.is_alive, worker)

    worker.send_signal(number)

    assert worker.wait(5) == 0
    assert "Traceback" not in worker.log.read_text()


def test_worker_ends_with_its_parent(start, tmp_path):
    pid_file = tmp_path / "pid"
    script = textwrap.dedent(
        f"""
        import pathlib, subprocess, sys, time
        child = subprocess.Popen([sys.executable, "manage.py", "worker", "--with-parent"])
        pathlib.Path({str(pid_file)!r}).write_text(str(child.pid))
        time.sleep(60)
        """
    )
    parent = start("-c", script)
    until(background.is_alive, parent)
    pid = int(pid_file.read_text())
    assert is_running(pid)

    parent.kill()

    try:
        until(lambda: not is_running(pid), parent)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def is_running(pid):
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rsplit(")", 1)[1].split()[0] != "Z"


def test_once_does_what_is_due_and_ends(start):
    picture = make.picture()

    worker = start("manage.py", "worker", "--once")

    assert worker.wait(PATIENCE_SECONDS) == 0
    assert worker.log.read_text() == "1 done\n"
    picture = Picture.objects.get(pk=picture.pk)
    assert picture.state == "ready"
