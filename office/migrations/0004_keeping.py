import django.utils.timezone
from django.db import migrations, models

from office.models.audit import NOTES_GO


class Migration(migrations.Migration):
    dependencies = [("office", "0003_audit_trail")]

    operations = [
        migrations.CreateModel(
            name="PurgeRound",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("state", models.CharField(default="waiting", max_length=10)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("error", models.TextField(blank=True)),
            ],
            options={
                "verbose_name": "round of retention",
                "verbose_name_plural": "rounds of retention",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="office_purge_round_one"
                    )
                ],
            },
        ),
        NOTES_GO,
    ]
