"""Public alerts in the words of the Common Alerting Protocol (OASIS CAP 1.2)."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lopburi_pr.thai_text import normalise
from office.models import District, Province
from office.models.identity import phone_number


class AlertQuerySet(models.QuerySet):
    def sent(self, at=None):
        """What the public has been told by that moment: in force, ended since, and cancellations.

        Decided when it is read, like ``active`` and ``ended``: the only words that pages, feeds and
        files may use.
        """
        return self.filter(sent_at__isnull=False, shown_from__lte=at or timezone.now())

    def active(self, at=None):
        """What warns the public at that moment. A cancellation ends a warning and is none."""
        at = at or timezone.now()
        return self.sent(at).filter(shown_until__gt=at).exclude(msg_type=Alert.MsgType.CANCEL)

    def ended(self, at=None):
        """What warned the public once and does no more."""
        at = at or timezone.now()
        return self.sent(at).filter(shown_until__lte=at).exclude(msg_type=Alert.MsgType.CANCEL)

    def waiting(self):
        """Submitted, and neither issued nor sent back yet."""
        return self.filter(sent_at=None, submitted_at__isnull=False)

    def drafts(self):
        """Neither submitted nor issued."""
        return self.filter(sent_at=None, submitted_at=None)

    def unconfirmed(self):
        """Issued by one person alone, and seen by no second one yet."""
        return self.filter(sent_at__isnull=False, is_emergency=True, confirmed_by=None)


class Alert(models.Model):
    """One message of a chain: an alert, an update that replaces it, or its cancellation.

    The public sees it from ``shown_from`` until ``shown_until``: its expiry, or the moment at which
    its successor was sent. Once sent it is never changed (``STAYS``). The values of the choices are
    the codes of the standard, section 3.2.
    """

    class Status(models.TextChoices):
        ACTUAL = "Actual", _("Real event")
        EXERCISE = "Exercise", _("Exercise, not a real event")
        TEST = "Test", _("System test, not a real event")

    class MsgType(models.TextChoices):
        ALERT = "Alert", _("First alert")
        UPDATE = "Update", _("Update of an alert")
        CANCEL = "Cancel", _("Cancellation")

    class Category(models.TextChoices):
        MET = "Met", _("Weather and floods")
        GEO = "Geo", _("Earthquakes and landslides")
        FIRE = "Fire", _("Fire")
        ENV = "Env", _("Pollution and environment")
        HEALTH = "Health", _("Health")
        CBRNE = "CBRNE", _("Chemicals, radiation, explosives")
        INFRA = "Infra", _("Water, power and other utilities")
        TRANSPORT = "Transport", _("Roads and transport")
        SAFETY = "Safety", _("Public safety")
        SECURITY = "Security", _("Security")
        RESCUE = "Rescue", _("Rescue")
        OTHER = "Other", _("Another danger")

    class Urgency(models.TextChoices):
        IMMEDIATE = "Immediate", _("Act now")
        EXPECTED = "Expected", _("Act within the hour")
        FUTURE = "Future", _("Prepare")
        PAST = "Past", _("It is over")
        UNKNOWN = "Unknown", _("Not known")

    class Severity(models.TextChoices):
        EXTREME = "Extreme", _("Extreme danger")
        SEVERE = "Severe", _("Severe danger")
        MODERATE = "Moderate", _("Moderate danger")
        MINOR = "Minor", _("Be careful")
        UNKNOWN = "Unknown", _("Danger not known")

    class Certainty(models.TextChoices):
        OBSERVED = "Observed", _("It is happening")
        LIKELY = "Likely", _("Likely")
        POSSIBLE = "Possible", _("Possible")
        UNLIKELY = "Unlikely", _("Unlikely")
        UNKNOWN = "Unknown", _("Not known")

    year = models.PositiveSmallIntegerField(_("year"), null=True, editable=False)
    number = models.PositiveIntegerField(_("number"), null=True, editable=False)
    sender = models.CharField(
        _("sender"),
        max_length=254,
        blank=True,
        editable=False,
        help_text=_("Fixed when it is sent: later messages refer to it."),
    )
    status = models.CharField(_("is it real?"), max_length=8, choices=Status, default=Status.ACTUAL)
    msg_type = models.CharField(
        _("kind of message"), max_length=6, choices=MsgType, default=MsgType.ALERT, editable=False
    )
    updates = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="successor",
        verbose_name=_("replaces"),
    )
    category = models.CharField(
        _("kind of danger"), max_length=9, choices=Category, default=Category.OTHER
    )
    event_th = models.CharField(
        _("danger (Thai)"), max_length=80, help_text=_("For example น้ำท่วมฉับพลัน")
    )
    event_en = models.CharField(_("danger (English)"), max_length=80, blank=True)
    urgency = models.CharField(
        _("urgency"), max_length=9, choices=Urgency, default=Urgency.EXPECTED
    )
    severity = models.CharField(
        _("severity"), max_length=8, choices=Severity, default=Severity.MODERATE
    )
    certainty = models.CharField(
        _("certainty"), max_length=8, choices=Certainty, default=Certainty.LIKELY
    )
    shown_from = models.DateTimeField(
        _("shown from"), null=True, blank=True, help_text=_("Leave empty: as soon as it is issued.")
    )
    onset_at = models.DateTimeField(
        _("expected to begin"),
        null=True,
        blank=True,
        help_text=_("When the danger itself is expected, if it is not there yet."),
    )
    expires_at = models.DateTimeField(_("until"))
    shown_until = models.DateTimeField(_("shown until"), null=True, editable=False)
    headline_th = models.CharField(_("headline (Thai)"), max_length=160)
    headline_en = models.CharField(_("headline (English)"), max_length=160, blank=True)
    instruction_th = models.TextField(
        _("what people should do (Thai)"),
        max_length=1000,
        blank=True,
        help_text=_("What to do at once, where to go, whom to call."),
    )
    instruction_en = models.TextField(
        _("what people should do (English)"), max_length=1000, blank=True
    )
    description_th = models.TextField(
        _("what is known (Thai)"),
        max_length=2000,
        blank=True,
        help_text=_("What is happening and how far it is known. In a cancellation: why."),
    )
    description_en = models.TextField(_("what is known (English)"), max_length=2000, blank=True)
    districts = models.ManyToManyField(District, blank=True, verbose_name=_("districts"))
    provinces = models.ManyToManyField(Province, blank=True, verbose_name=_("whole provinces"))
    area_th = models.CharField(
        _("where exactly (Thai)"),
        max_length=200,
        blank=True,
        help_text=_("For example: along the Lop Buri River"),
    )
    area_en = models.CharField(_("where exactly (English)"), max_length=200, blank=True)
    agency_th = models.CharField(_("issuing agency (Thai)"), max_length=200)
    agency_en = models.CharField(_("issuing agency (English)"), max_length=200, blank=True)
    phone = models.CharField(
        _("telephone for help"), max_length=20, blank=True, validators=[phone_number]
    )
    web_url = models.URLField(_("more information"), max_length=500, blank=True)
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("written by"),
        help_text=_("Who changed its words last."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, editable=False)
    sent_back_reason = models.TextField(_("sent back because"), blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("issued by"),
    )
    is_emergency = models.BooleanField(_("issued by one alone"), default=False, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-pk"]
        permissions = [("issue_alert", "Can issue, take back and cancel alerts")]
        indexes = [
            models.Index(
                fields=["shown_from"],
                name="news_alert_from",
                condition=Q(sent_at__isnull=False),
            ),
            models.Index(fields=["shown_until"], name="news_alert_until"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="news_alert_number_once"),
            models.CheckConstraint(
                name="news_alert_sent_is_complete",
                condition=Q(sent_at=None, shown_until=None, approved_by=None, is_emergency=False)
                | Q(
                    sent_at__isnull=False,
                    shown_from__isnull=False,
                    shown_until__isnull=False,
                    year__isnull=False,
                    number__isnull=False,
                )
                & ~Q(sender="")
                & ~Q(agency_th="")
                & (Q(approved_by__isnull=False) | Q(is_sample=True)),
            ),
            models.CheckConstraint(
                name="news_alert_ends_after_it_begins",
                condition=Q(shown_from=None) | Q(expires_at__gt=F("shown_from")),
                violation_error_message=_("It can't end before it begins."),
            ),
            models.CheckConstraint(
                name="news_alert_shown_in_its_time",
                condition=Q(shown_until=None)
                | Q(shown_until__gte=F("shown_from"), shown_until__lte=F("expires_at")),
            ),
            models.CheckConstraint(
                name="news_alert_two_people",
                condition=Q(is_emergency=True) | ~Q(approved_by=F("written_by")),
                violation_error_message=_("Who wrote an alert does not issue it."),
            ),
            models.CheckConstraint(
                name="news_alert_confirmed_by_another",
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(is_emergency=True, confirmed_by__isnull=False, confirmed_at__isnull=False)
                & ~Q(confirmed_by=F("approved_by")),
                violation_error_message=_("Somebody else confirms what one person issued alone."),
            ),
            models.CheckConstraint(
                name="news_alert_chain",
                condition=Q(msg_type="Alert", updates=None)
                | Q(msg_type__in=["Update", "Cancel"], updates__isnull=False),
            ),
        ]

    def __str__(self):
        return self.headline_th

    def save(self, *args, **kwargs):
        self.clean_text()
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("news:alert", args=[self.year, self.number])

    def clean_text(self):
        """Bring every text to the form the portal stores."""
        for field in BILINGUAL:
            for language in ("th", "en"):
                name = f"{field}_{language}"
                setattr(self, name, normalise(getattr(self, name)).strip())

    @property
    def identifier(self):
        return identifier(self.year, self.number)


BILINGUAL = ("event", "headline", "instruction", "description", "area", "agency")


def identifier(year, number):
    """LPB-ALERT-2569-0007, unique together with the sender; empty until the number is given."""
    return f"LPB-ALERT-{year}-{number:04}" if number else ""


# Migration operation. Whatever writes: what was sent stays as it was said, and where. Its end may
# come earlier, by its successor; it may be confirmed once; what nobody has seen yet may become a
# draft again. Sample rows are free.
STAYS = migrations.RunSQL(
    """
    CREATE FUNCTION news_alert_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        movable text[] := '{shown_until,confirmed_by_id,confirmed_at}';
    BEGIN
        IF OLD.sent_at IS NULL OR OLD.is_sample THEN
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END IF;
        IF TG_OP = 'UPDATE' THEN
            IF NEW.sent_at IS NULL AND OLD.shown_from > statement_timestamp() THEN
                RETURN NEW;
            END IF;
            IF to_jsonb(NEW) - movable = to_jsonb(OLD) - movable
                AND NEW.shown_until <= OLD.shown_until
                AND (OLD.confirmed_at IS NULL
                    OR (NEW.confirmed_at, NEW.confirmed_by_id)
                        = (OLD.confirmed_at, OLD.confirmed_by_id)) THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'An alert that was sent is never changed: update or cancel it.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'news_alert_stays';
    END $$;
    CREATE TRIGGER news_alert_stays BEFORE UPDATE OR DELETE ON news_alert
        FOR EACH ROW EXECUTE FUNCTION news_alert_stays();

    CREATE FUNCTION news_alert_places_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        held bigint[] := '{}';
    BEGIN
        IF TG_OP <> 'INSERT' THEN held := held || OLD.alert_id; END IF;
        IF TG_OP <> 'DELETE' THEN held := held || NEW.alert_id; END IF;
        IF EXISTS (SELECT 1 FROM news_alert
                WHERE id = ANY(held) AND sent_at IS NOT NULL AND NOT is_sample) THEN
            RAISE EXCEPTION 'The places of an alert that was sent are never changed.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'news_alert_stays';
        END IF;
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END $$;
    CREATE TRIGGER news_alert_places_stay BEFORE INSERT OR UPDATE OR DELETE
        ON news_alert_districts FOR EACH ROW EXECUTE FUNCTION news_alert_places_stay();
    CREATE TRIGGER news_alert_places_stay BEFORE INSERT OR UPDATE OR DELETE
        ON news_alert_provinces FOR EACH ROW EXECUTE FUNCTION news_alert_places_stay();
    """,
    "DROP FUNCTION news_alert_stays() CASCADE; DROP FUNCTION news_alert_places_stay() CASCADE",
)
