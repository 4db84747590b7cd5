"""News of other sites from a file of JSON Lines."""

import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from news import importing

MUCH = 1000  # items after which the database's statistics are worth refreshing
BAR_LETTERS = 30
REFRESHED = ("article", "edition", "ledgerentry", "fingerprint", "searchdocument", "searchword")
SECONDS_BETWEEN_LINES = 5


class Command(BaseCommand):
    help = (
        "Imports news from JSON Lines (.gz too): source_url, date, title, paragraphs, topic, "
        "provinces. Known items are passed over, so a stopped import may simply be run again."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options):
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        progress = Progress(self.stdout, file.stat().st_size)

        def on_bad(number, reason):
            progress.clear()
            self.stderr.write(f"line {number}: {reason}; skipped")

        damage = None
        report = importing.Report()

        def on_batch(now):
            nonlocal report
            report = now
            progress.show(now)

        try:
            lines = importing.read(file, progress.read)
            report = importing.import_lines(lines, on_bad=on_bad, on_batch=on_batch)
        except importing.DamagedFileError as error:
            damage = error
        except LookupError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            damage = "Stopped. Run the same command again to go on."
        if report.imported >= MUCH and not connection.in_atomic_block:
            refresh_statistics()
        progress.clear()
        self.summarise(report, progress.seconds())
        if damage:
            raise CommandError(str(damage))

    def summarise(self, report, seconds):
        rate = report.imported / seconds if seconds else 0
        self.stdout.write(
            f"{report.imported:,} imported in {clock(seconds)} ({rate:,.0f} a second), "
            f"{report.known:,} known already, {report.bad:,} bad lines skipped"
        )
        if report.shortened_titles:
            self.stdout.write(f"{report.shortened_titles:,} headlines shortened to fit")
        if unknown := report.unknown_provinces:
            names = ", ".join(f"{name} ({count:,})" for name, count in unknown.most_common(10))
            self.stdout.write(f"{unknown.total():,} mentions of other provinces: {names}")


class Progress:
    """How far the import is: a bar on a terminal, a line now and then elsewhere."""

    def __init__(self, out, size):
        self.out, self.size, self.done = out, max(size, 1), 0
        self.began = self.told = time.monotonic()
        self.is_terminal = out.isatty()

    def read(self, count):
        self.done = count

    def seconds(self):
        return time.monotonic() - self.began

    def show(self, report):
        part = min(self.done / self.size, 1)
        seconds = self.seconds()
        rate = (report.imported + report.known) / seconds if seconds else 0
        left = clock(seconds / part - seconds) if part else "?"
        facts = f"{part:4.0%}  {report.imported + report.known:,} items  {rate:,.0f}/s  {left} left"
        if self.is_terminal:
            filled = round(part * BAR_LETTERS)
            bar = "█" * filled + "░" * (BAR_LETTERS - filled)
            self.out.write(f"\r\x1b[K{bar} {facts}", ending="")
            self.out.flush()
        elif time.monotonic() - self.told >= SECONDS_BETWEEN_LINES:
            self.told = time.monotonic()
            self.out.write(facts.strip())
            self.out.flush()

    def clear(self):
        if self.is_terminal:
            self.out.write("\r\x1b[K", ending="")
            self.out.flush()


def clock(seconds):
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def refresh_statistics():
    """What autovacuum does within minutes: lists and searches are fast at once."""
    with connection.cursor() as cursor:
        for table in REFRESHED:
            cursor.execute(f"VACUUM (ANALYZE) news_{table}")
