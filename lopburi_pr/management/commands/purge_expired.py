"""Delete what has served its purpose, as the notices promise."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from lopburi_pr import keeping


class Command(BaseCommand):
    help = (
        "Deletes, or makes anonymous, what is kept no longer. The worker does the same every hour."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--dry-run", action="store_true", help="Only say what would go, and change nothing."
        )

    def handle(self, *, dry_run, **options):
        if dry_run:
            now = timezone.now()
            for rule in keeping.RULES:
                self.say(rule, rule.due(now).count())
            return
        failures = 0
        for rule, done, failed in keeping.carry_out():
            failures += failed
            self.say(rule, done)
        if failures:
            raise CommandError(f"{failures} rows could not be treated: see the log.")

    def say(self, rule, count):
        does = _("deleted") if rule.deletes else _("made anonymous")
        self.stdout.write(
            f"{count:>7}  {rule.key:<26} {does}, {rule.lasting} · {rule.what} · {rule.why}"
        )
