"""What every portal of this office begins with: places, topics, pages, roles."""

from django.core.management.base import BaseCommand

import consulting.loading
import news.loading
import office.loading
from consulting import rounds
from lopburi_pr import keeping
from office import roles


class Command(BaseCommand):
    help = (
        "Loads the office's places, clusters, topics, pages, identity and staff roles. "
        "May be repeated: what staff edited stays as it is."
    )

    def handle(self, **options):
        for loaded in (*office.loading.load(), *news.loading.load(), *consulting.loading.load()):
            self.stdout.write(str(loaded))
        keeping.begin()
        rounds.begin()
        changed = roles.sync()
        self.stdout.write(f"roles: {', '.join(changed) or 'none'} changed")
