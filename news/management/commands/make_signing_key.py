"""manage.py make_signing_key: the next private key of the register, in a new file."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from news import signing


class Command(BaseCommand):
    help = (
        "Writes a new private key to a file that does not exist yet. It signs from the first "
        "approval after SIGNING_KEY_FILE names it; what older keys signed stays valid."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options):
        try:
            signing.make_key_file(file)
        except OSError as error:
            raise CommandError(f"No key was made: {error}") from error
        self.stdout.write(
            f"{file} holds a new key that only this account can read. Keep a copy in the safe, "
            f"set SIGNING_KEY_FILE={file} on every host, and restart. Then destroy the old file; "
            "its public key stays published."
        )
