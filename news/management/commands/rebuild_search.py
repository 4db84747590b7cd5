"""manage.py rebuild_search: write the search rows and prints of every approved edition anew."""

import sys
import time

from django.core.management.base import BaseCommand

from news import fingerprints, indexing


class Command(BaseCommand):
    help = "Write the search rows of all approved editions anew; search goes on meanwhile."

    def handle(self, *args, **options):
        began = time.monotonic()
        is_terminal = sys.stderr.isatty()

        def show(done, total):
            if is_terminal or done == total:
                rate = done / max(time.monotonic() - began, 0.001)
                start, end = ("\r", "") if is_terminal else ("", "\n")
                self.stderr.write(f"{start}{done:,} of {total:,}, {rate:,.0f}/s", ending=end)

        count = indexing.rebuild(show)
        fingerprints.rebuild()
        seconds = time.monotonic() - began
        self.stdout.write(f"{count:,} editions indexed in {seconds:.1f} s.")
