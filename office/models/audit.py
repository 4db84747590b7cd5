"""Who did what to which thing, and why: one row for every step, never changed."""

from django.conf import settings
from django.db import migrations, models
from django.utils.translation import gettext_lazy as _

# What stands in place of a note that told something about somebody who is forgotten.
NOTE_REMOVED = "[ลบข้อมูลส่วนบุคคลแล้ว]"


class AuditEvent(models.Model):
    """One step that somebody took with a row of any table.

    The row is named by its table and key, so that the trail outlives it. ``before`` and ``after``
    are the states between which the step led, as its table spells them.
    """

    at = models.DateTimeField(_("when"), auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    table = models.CharField(_("table"), max_length=80)
    key = models.BigIntegerField(_("key"))
    verb = models.CharField(_("what"), max_length=40)
    before = models.CharField(_("from"), max_length=40, blank=True)
    after = models.CharField(_("to"), max_length=40, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("audit trail")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["table", "key", "-id"], name="office_audit_of_thing")]

    def __str__(self):
        return f"{self.verb} {self.table} {self.key}"


# Migration operation. Names of people who leave are changed in their account, not here.
STAYS = migrations.RunSQL(
    """
    CREATE FUNCTION office_audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'The audit trail is only ever added to.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'office_audit_stays';
    END $$;
    CREATE TRIGGER office_audit_stays BEFORE UPDATE OR DELETE ON office_auditevent
        FOR EACH ROW EXECUTE FUNCTION office_audit_stays();
    """,
    "DROP FUNCTION office_audit_stays() CASCADE",
)

# Migration operation. The law on personal data wants one exception: a note may be replaced by
# NOTE_REMOVED and by nothing else; that the step was taken, when and by whom stays.
NOTES_GO = migrations.RunSQL(
    f"""
    CREATE OR REPLACE FUNCTION office_audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND NEW.note = '{NOTE_REMOVED}'
           AND to_jsonb(NEW) - 'note' = to_jsonb(OLD) - 'note' THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'The audit trail is only ever added to.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'office_audit_stays';
    END $$;
    """,
    """
    CREATE OR REPLACE FUNCTION office_audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'The audit trail is only ever added to.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'office_audit_stays';
    END $$;
    """,
)
