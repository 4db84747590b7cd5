"""manage.py verify_ledger: is every edition still what was approved, and the register whole?"""

import sys
import time

from django.core.management.base import BaseCommand, CommandError

from news import auditing, register
from news.models import LedgerEntry

BATCH = 500
NAMED = 5  # of those that are not in the register


class Command(BaseCommand):
    help = (
        "Reads the whole register against the editions as they are now: contents, chain and "
        "signatures. Names every entry that is not in order; ends with 1 when there is one."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--enter-missing",
            action="store_true",
            help="First register approved editions that are not in it (once, after an upgrade).",
        )
        parser.add_argument(
            "--files", action="store_true", help="Also read every stored picture and file."
        )
        parser.add_argument(
            "--noted",
            metavar="NUMBER:HASH",
            default="",
            help="An end of the register that was written down earlier: is it still in it?",
        )

    def handle(self, *, enter_missing, files, noted, **options):
        if enter_missing:
            self.enter_missing()
        faults = [*self.read_entries(), *self.read_noted(noted), *self.read_unregistered()]
        if files:
            faults += [f"file {name}: changed or gone" for name in auditing.changed_files()]
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults):,} faults; the first: {faults[0]}")
        self.stdout.write(self.style.SUCCESS("The register is in order."))

    def enter_missing(self):
        waiting = list(register.unregistered().values_list("pk", flat=True))
        for start in range(0, len(waiting), BATCH):
            register.enter(waiting[start : start + BATCH])
        self.stdout.write(f"{len(waiting):,} editions entered.")

    def read_entries(self):
        began, done, faults = time.monotonic(), 0, []
        for count, found in auditing.read_all():
            done += count
            faults += [f"entry {seq} {name}: {fault}" for seq, name, fault in found]
            if sys.stderr.isatty():
                self.stderr.write(f"\r{done:,} entries", ending="")
        seconds = max(time.monotonic() - began, 0.001)
        if sys.stderr.isatty():
            self.stderr.write("")
        rate = f"{done / seconds:,.0f} a second"
        self.stdout.write(f"{done:,} entries read in {seconds:.1f} s, {rate}.")
        if newest := LedgerEntry.objects.last():
            # Whoever cuts the end off, or writes all anew with the key, can't change this note.
            self.stdout.write(f"Write down elsewhere: {newest.seq}:{newest.entry_hash}")
        return faults

    def read_unregistered(self):
        missing = register.unregistered()
        if count := missing.count():
            some = missing.select_related("article")[:NAMED]
            names = ", ".join(f"{e.article.reference}.{e.version}" for e in some)
            yield (
                f"{count:,} approved editions are not in the register: {names}"
                f"{' …' if count > NAMED else ''} (see --enter-missing)"
            )

    def read_noted(self, noted):
        if not noted:
            return
        seq, _, entry_hash = noted.partition(":")
        if not LedgerEntry.objects.filter(seq=seq, entry_hash=entry_hash.strip()).exists():
            yield f"entry {seq}: the register no longer holds what was written down"
