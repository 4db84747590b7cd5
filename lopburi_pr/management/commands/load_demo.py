"""The labelled sample data and the accounts to try the back office with."""

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import translation

import network.sample_data
from consulting import sample_requests, sample_resources
from network import sample_equipment, sample_meetings
from news import sample_alerts, sample_data, sample_distribution, sample_reach
from news.models import Article
from office import sample_holidays
from office.roles import LABELS, ROLES, STAFF
from surveys import sample_surveys

# The address marks an account as ours: .invalid can belong to nobody.
ADDRESS = "{}@demo.invalid"
PASSWORD = "lopburi-{}-2569"  # noqa: S105 -- printed on purpose; only for a machine without readers


class Command(BaseCommand):
    help = (
        "Loads sample news, marked as such on every page, and one account for each role, whose "
        "passwords it prints. Never on a portal that serves the public."
    )

    def add_arguments(self, parser):
        parser.add_argument("--clear", action="store_true", help="Remove all of it again.")
        parser.add_argument(
            "--i-know", action="store_true", help="Do it although DEBUG is off: nobody reads here."
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="No sample news beside any other news."
        )

    def handle(self, *, clear, i_know, if_empty, **options):
        if not settings.DEBUG and not i_know:
            raise CommandError(
                "Sample news and accounts with known passwords don't belong on a portal that "
                "serves the public. Add --i-know if this one does not (DEBUG is off)."
            )
        if clear:
            self.clear()
        else:
            self.load(if_empty=if_empty)

    def load(self, *, if_empty):
        call_command("load_office", stdout=self.stdout)
        with transaction.atomic():
            people = {role: self.account(role) for role in ROLES}
            if if_empty and Article.objects.exists():
                self.stdout.write("sample articles: none loaded, there is news already")
            else:
                count = sample_data.load(writer=people["editor"], publisher=people["head"])
                self.stdout.write(f"sample articles: {count} created")
                count = sample_alerts.load(writer=people["editor"], publisher=people["head"])
                self.stdout.write(f"sample alerts: {count} created")
                count = network.sample_data.load(partner=people["partner"])
                self.stdout.write(f"sample members: {count} created")
                count = sample_distribution.load(writer=people["editor"], officer=people["officer"])
                self.stdout.write(f"sample channels: {count} created")
                count = sample_reach.load(officer=people["officer"])
                self.stdout.write(f"sample broadcasts: {count} created")
            self.stdout.write(f"sample days off: {sample_holidays.load()} created")
            count = sample_equipment.load(officer=people["officer"])
            self.stdout.write(f"sample equipment: {count} created")
            count = sample_meetings.load(officer=people["officer"])
            self.stdout.write(f"sample trainings: {count} created")
            count = sample_requests.load(officer=people["officer"], head=people["head"])
            self.stdout.write(f"sample requests for advice: {count} created")
            count = sample_resources.load(writer=people["officer"], publisher=people["head"])
            self.stdout.write(f"sample answers and resources: {count} created")
            count = sample_surveys.load(
                officer=people["officer"], analyst=people["planner"], head=people["head"]
            )
            self.stdout.write(f"sample surveys: {count} created")
        self.print_accounts(people)

    @transaction.atomic
    def clear(self):
        count = sample_data.clear()
        self.stdout.write(f"sample articles: {count} removed")
        self.stdout.write(f"sample alerts: {sample_alerts.clear()} removed")
        self.stdout.write(f"sample channels: {sample_distribution.clear()} removed")
        self.stdout.write(f"sample loudspeakers: {sample_reach.clear()} removed")
        self.stdout.write(f"sample requests for advice: {sample_requests.clear()} removed")
        self.stdout.write(f"sample equipment: {sample_equipment.clear()} removed")
        self.stdout.write(f"sample trainings: {sample_meetings.clear()} removed")
        self.stdout.write(f"sample answers and resources: {sample_resources.clear()} removed")
        self.stdout.write(f"sample surveys: {sample_surveys.clear()} removed")
        self.stdout.write(f"sample members: {network.sample_data.clear()} removed")
        self.stdout.write(f"sample days off: {sample_holidays.clear()} removed")
        for user in User.objects.filter(email__in=map(ADDRESS.format, ROLES)):
            try:
                with transaction.atomic():
                    user.delete()
            except ProtectedError:  # real news or the audit trail says what this person did
                user.is_active = False
                user.set_unusable_password()
                user.save()
                self.stdout.write(
                    f"account {user.username}: closed, because what it did stays on record"
                )
            else:
                self.stdout.write(f"account {user.username}: removed")

    def account(self, role):
        """The demo account of a role; None where somebody else has that name."""
        with translation.override("th"):
            thai_label = str(LABELS[role])
        user, is_new = User.objects.get_or_create(
            username=role,
            defaults={
                "email": ADDRESS.format(role),
                "first_name": thai_label,
                "last_name": "(ตัวอย่าง)",
                "is_staff": role in STAFF,
            },
        )
        if is_new or (user.email == ADDRESS.format(role) and not user.is_active):
            user.is_active = True
            user.set_password(PASSWORD.format(role))
            user.save()
            user.groups.set(Group.objects.filter(name=role))
        return user if user.email == ADDRESS.format(role) else None

    def print_accounts(self, people):
        self.stdout.write("\n  Account    Password                 Role")
        for role, user in people.items():
            password = PASSWORD.format(role) if user else "(somebody else's account)"
            self.stdout.write(f"  {role:<10} {password:<24} {LABELS[role]}")
        self.stdout.write("")
