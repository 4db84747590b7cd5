"""What is going to happen in the province, on which days and where."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lopburi_pr.bilingual import in_language
from lopburi_pr.thai_text import normalise
from news.models.article import Article
from news.models.subjects import Topic
from office.models import District

LONGEST = timedelta(days=366)
PLAIN_TEXTS = (
    *("title_th", "title_en", "summary_th", "summary_en", "place_th", "place_en"),
    *("organiser_th", "organiser_en", "cancellation_reason"),
)


class EventQuerySet(models.QuerySet):
    def published(self, at=None):
        """What the public sees at that moment; cancelled events too, which say so."""
        return self.filter(shown_from__lte=at or timezone.now())

    def coming(self, at=None):
        """Not over yet at that moment, the next one first."""
        return self.filter(ends_at__gte=at or timezone.now()).order_by("starts_at", "pk")

    def past(self, at=None):
        """Over at that moment, the latest first."""
        return self.filter(ends_at__lt=at or timezone.now()).order_by("-starts_at", "-pk")

    def between(self, start, end):
        """Going on at any moment from ``start`` up to ``end``."""
        return self.filter(starts_at__lt=end, ends_at__gte=start).order_by("starts_at", "pk")


class Event(models.Model):
    """Something people can go to. Once shown it keeps its address; what does not take place is
    marked as cancelled and never deleted, because it stands in calendars of others.
    """

    title_th = models.CharField(
        _("name (Thai)"), max_length=200, help_text=_("For example งานแผ่นดินสมเด็จพระนารายณ์มหาราช")
    )
    title_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    summary_th = models.TextField(
        _("what people must know (Thai)"),
        max_length=1500,
        help_text=_("What there is, for whom, what it costs, what to bring, whom to call."),
    )
    summary_en = models.TextField(_("what people must know (English)"), max_length=1500, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"), help_text=_("The last minute of it."))
    is_all_day = models.BooleanField(_("whole days"), default=False)
    place_th = models.CharField(_("place (Thai)"), max_length=200)
    place_en = models.CharField(_("place (English)"), max_length=200, blank=True)
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, verbose_name=_("district")
    )
    organiser_th = models.CharField(_("organiser (Thai)"), max_length=200)
    organiser_en = models.CharField(_("organiser (English)"), max_length=200, blank=True)
    link = models.URLField(
        _("address with more"),
        max_length=500,
        blank=True,
        help_text=_("For example to register, or the organiser's own page."),
    )
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, verbose_name=_("topic"))
    articles = models.ManyToManyField(
        Article,
        blank=True,
        related_name="events",
        verbose_name=_("news about it"),
        help_text=_("Readers of the event find this news below it."),
    )
    shown_from = models.DateTimeField(_("shown from"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, editable=False)
    cancellation_reason = models.TextField(_("why it is cancelled"), blank=True, editable=False)
    # What calendars know it by (RFC 5545: UID and SEQUENCE).
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-starts_at", "-pk"]
        indexes = [models.Index(fields=["ends_at", "starts_at"], name="news_event_when")]
        constraints = [
            models.CheckConstraint(
                name="news_event_ends_after_it_begins",
                condition=Q(ends_at__gte=F("starts_at")),
                violation_error_message=_("It can't end before it begins."),
            ),
            models.CheckConstraint(
                name="news_event_one_year",
                condition=Q(ends_at__lte=F("starts_at") + LONGEST),
                violation_error_message=_("An event lasts a year at most."),
            ),
            models.CheckConstraint(
                name="news_event_cancelled_with_reason",
                condition=Q(cancelled_at=None, cancellation_reason="")
                | (Q(cancelled_at__isnull=False, shown_from__isnull=False))
                & ~Q(cancellation_reason=""),
                violation_error_message=_("Say why it is cancelled."),
            ),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        for field in PLAIN_TEXTS:
            setattr(self, field, normalise(getattr(self, field)).strip())
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("news:event", args=[self.pk])

    @property
    def title(self):
        return in_language(self, "title")

    @property
    def is_published(self):
        return self.shown_from is not None and self.shown_from <= timezone.now()

    @property
    def first_day(self):
        return timezone.localdate(self.starts_at)

    @property
    def last_day(self):
        return timezone.localdate(self.ends_at)


# Migration operation: what stands in calendars of others keeps its address, and a cancellation
# once said is not taken back.
STAYS = migrations.RunSQL(
    """
    CREATE FUNCTION news_event_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.shown_from IS NULL OR OLD.is_sample THEN
                RETURN OLD;
            END IF;
        ELSIF (OLD.shown_from IS NULL OR NEW.shown_from IS NOT DISTINCT FROM OLD.shown_from)
            AND (OLD.cancelled_at IS NULL OR (NEW.cancelled_at, NEW.cancellation_reason)
                IS NOT DISTINCT FROM (OLD.cancelled_at, OLD.cancellation_reason))
            AND NEW.uid = OLD.uid AND NEW.sequence >= OLD.sequence THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'An event once shown is cancelled, never deleted or taken back.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'news_event_stays';
    END $$;
    CREATE TRIGGER news_event_stays BEFORE UPDATE OR DELETE ON news_event
        FOR EACH ROW EXECUTE FUNCTION news_event_stays();
    """,
    "DROP FUNCTION news_event_stays() CASCADE",
)
