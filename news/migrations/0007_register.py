import hashlib

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from news.models.register import FINGERPRINTS_UNCOUNTED, LEDGER_STAYS


def hash_files(apps, schema_editor):
    """Files that were stored before; one that is missing on the disk keeps a blank hash."""
    for attachment in apps.get_model("news", "Attachment").objects.iterator():
        try:
            with attachment.file.open() as file:
                attachment.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            continue
        attachment.save(update_fields=["sha256"])


class Migration(migrations.Migration):
    dependencies = [("news", "0006_alerts_and_occasions")]

    operations = [
        migrations.AddField(
            "attachment",
            "sha256",
            models.CharField(default="", editable=False, max_length=64),
            preserve_default=False,
        ),
        # Files of approved editions are frozen; their hash is new knowledge about the same bytes.
        migrations.RunSQL(
            "ALTER TABLE news_attachment DISABLE TRIGGER news_edition_stays",
            migrations.RunSQL.noop,
        ),
        migrations.RunPython(hash_files, migrations.RunPython.noop),
        migrations.RunSQL(
            "ALTER TABLE news_attachment ENABLE TRIGGER news_edition_stays",
            migrations.RunSQL.noop,
        ),
        migrations.CreateModel(
            "SigningKey",
            [
                ("id", models.CharField(max_length=16, primary_key=True, serialize=False, verbose_name="key")),
                ("public_key", models.CharField(max_length=44, verbose_name="public key (base64)")),
                ("active_from", models.DateTimeField(unique=True, verbose_name="signs from")),
            ],
            options={
                "verbose_name": "signing key",
                "verbose_name_plural": "signing keys",
                "ordering": ["active_from"],
            },
        ),
        migrations.CreateModel(
            "LedgerEntry",
            [
                ("seq", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="number in the register")),
                ("reference", models.CharField(max_length=30, verbose_name="reference number")),
                ("language", models.CharField(max_length=2, verbose_name="language")),
                ("is_sample", models.BooleanField(verbose_name="sample data")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256 of the content")),
                ("previous_hash", models.CharField(max_length=64, verbose_name="hash of the entry before")),
                ("entry_hash", models.CharField(max_length=64, verbose_name="hash of this entry")),
                ("signature", models.CharField(max_length=88, verbose_name="signature (base64)")),
                ("registered_at", models.DateTimeField(verbose_name="registered")),
                (
                    "edition",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="entry",
                        to="news.edition",
                        verbose_name="edition",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="news.signingkey",
                        verbose_name="key",
                    ),
                ),
            ],
            options={
                "verbose_name": "entry of the register",
                "verbose_name_plural": "entries of the register",
                "ordering": ["seq"],
                "constraints": [
                    models.UniqueConstraint(fields=("previous_hash",), name="news_ledgerentry_one_chain")
                ],
            },
        ),
        LEDGER_STAYS,
        migrations.CreateModel(
            "Fingerprint",
            [
                (
                    "edition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="fingerprint",
                        serialize=False,
                        to="news.edition",
                    ),
                ),
                ("prints", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
            ],
            options={
                "verbose_name": "fingerprint",
                "verbose_name_plural": "fingerprints",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["prints"], name="news_fingerprint_prints"
                    )
                ],
            },
        ),
        FINGERPRINTS_UNCOUNTED,
    ]
