"""The worker: everything that need not be done while somebody waits for a page."""

import os
import signal

from django.core.management.base import BaseCommand

from lopburi_pr import background

GENTLE = 5  # niceness: pages come first on a small server


class Command(BaseCommand):
    help = (
        "Does the waiting work (picture sizes and the like). Any number may run; stop with SIGTERM."
    )
    requires_system_checks = []  # it serves no pages: a broken template must not stop it

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="Do what is due, then end.")
        parser.add_argument(
            "--with-parent",
            nargs="?",
            type=int,
            const=os.getppid(),
            metavar="PID",
            help="End when the process that started it ends.",
        )

    def handle(self, *, once, with_parent, **options):
        self.stopping = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        os.nice(GENTLE)
        if once:
            self.stdout.write(f"{background.run_due(lambda: self.stopping)} done")
            return
        background.run(
            lambda: self.stopping or (with_parent is not None and os.getppid() != with_parent)
        )

    def stop(self, number, frame):
        """End after the row at hand; a second signal ends at once, which harms nothing."""
        self.stopping = True
        signal.signal(number, signal.SIG_DFL)
