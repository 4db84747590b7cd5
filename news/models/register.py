"""The register: what was approved, entry after entry, so that nothing is changed unnoticed."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models
from django.utils.translation import gettext_lazy as _

from news.models.edition import Edition


class SigningKey(models.Model):
    """The public half of a key that signs entries until the next key begins; published for ever.

    It is named by the beginning of the SHA-256 of its 32 bytes, so no other key can take its
    place. The private half is a file outside of the database (``SIGNING_KEY_FILE``).
    """

    id = models.CharField(_("key"), max_length=16, primary_key=True)
    public_key = models.CharField(_("public key (base64)"), max_length=44)
    active_from = models.DateTimeField(_("signs from"), unique=True)

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        ordering = ["active_from"]

    def __str__(self):
        return self.id


class LedgerEntry(models.Model):
    """One line of the register, chained to the line before and signed (see ``news.register``).

    The edition is named without a database constraint, because entries outlive sample news that
    was cleared away. No other approved edition is ever deleted.
    """

    seq = models.BigIntegerField(_("number in the register"), primary_key=True)
    edition = models.OneToOneField(
        Edition,
        models.DO_NOTHING,
        db_constraint=False,
        related_name="entry",
        verbose_name=_("edition"),
    )
    reference = models.CharField(_("reference number"), max_length=30)
    language = models.CharField(_("language"), max_length=2)
    is_sample = models.BooleanField(_("sample data"))
    sha256 = models.CharField(_("SHA-256 of the content"), max_length=64)
    previous_hash = models.CharField(_("hash of the entry before"), max_length=64)
    entry_hash = models.CharField(_("hash of this entry"), max_length=64)
    key = models.ForeignKey(SigningKey, models.PROTECT, db_index=False, verbose_name=_("key"))
    signature = models.CharField(_("signature (base64)"), max_length=88)
    registered_at = models.DateTimeField(_("registered"))

    class Meta:
        verbose_name = _("entry of the register")
        verbose_name_plural = _("entries of the register")
        ordering = ["seq"]
        constraints = [
            # Two entries never follow the same one: the register does not fork.
            models.UniqueConstraint(fields=["previous_hash"], name="news_ledgerentry_one_chain")
        ]

    def __str__(self):
        return f"{self.seq} · {self.reference}"


# Migration operation. Whatever writes: what the register says stays as it is, and stays whole.
LEDGER_STAYS = migrations.RunSQL(
    """
    CREATE FUNCTION news_ledger_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'The register is only ever added to.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'news_ledger_stays';
    END $$;
    CREATE TRIGGER news_ledger_stays BEFORE UPDATE OR DELETE ON news_ledgerentry
        FOR EACH ROW EXECUTE FUNCTION news_ledger_stays();
    CREATE TRIGGER news_ledger_stays_whole BEFORE TRUNCATE ON news_ledgerentry
        FOR EACH STATEMENT EXECUTE FUNCTION news_ledger_stays();
    CREATE TRIGGER news_ledger_stays BEFORE UPDATE OR DELETE ON news_signingkey
        FOR EACH ROW EXECUTE FUNCTION news_ledger_stays();
    """,
    "DROP FUNCTION news_ledger_stays() CASCADE",
)


class Fingerprint(models.Model):
    """What a text is recognised by, wherever it was forwarded to: derived from an approved edition
    by ``news.fingerprints`` and nothing else.
    """

    edition = models.OneToOneField(
        Edition, models.CASCADE, primary_key=True, related_name="fingerprint"
    )
    prints = ArrayField(models.IntegerField())

    class Meta:
        verbose_name = _("fingerprint")
        verbose_name_plural = _("fingerprints")
        indexes = [GinIndex(fields=["prints"], name="news_fingerprint_prints", fastupdate=False)]

    def __str__(self):
        return f"{self.edition_id}"


# Migration operation. Without statistics the planner always goes through the index, and gathering
# them would read every print.
FINGERPRINTS_UNCOUNTED = migrations.RunSQL(
    "ALTER TABLE news_fingerprint ALTER COLUMN prints SET STATISTICS 0;",
    migrations.RunSQL.noop,
)
