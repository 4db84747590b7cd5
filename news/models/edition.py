"""What an article said, version by version."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import migrations, models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lopburi_pr import rich_text
from lopburi_pr.thai_text import normalise
from news.models.article import Article


class EditionQuerySet(models.QuerySet):
    def published(self, at=None):
        """What the public sees at that moment: the only word views, feeds and files may use.

        Decided when it is read, so nothing can miss its hour.
        """
        at = at or timezone.now()
        return self.filter(shown_from__lte=at).filter(Q(shown_until=None) | Q(shown_until__gt=at))

    def released(self, at=None):
        """What the public has seen by that moment, replaced and expired since or not."""
        at = at or timezone.now()
        return self.filter(shown_from__lte=at).filter(
            Q(shown_until=None) | Q(shown_until__gt=F("shown_from"))
        )

    def scheduled(self, at=None):
        """Approved, and shown later than that moment; not those overtaken before their hour."""
        return self.filter(shown_from__gt=at or timezone.now()).exclude(shown_until=F("shown_from"))

    def drafts(self):
        """Not approved yet."""
        return self.filter(state=Edition.State.DRAFT)

    def newest_first(self):
        return self.order_by("-listed_at", "-pk")


class Edition(models.Model):
    """One numbered version of an article's text.

    It is shown from ``shown_from`` until ``shown_until``: a newer edition or an expiry ends it. The
    database refuses two editions of one article at the same moment.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVED = "approved", _("Approved")

    class Budget(models.IntegerChoices):
        SHORT = 30, _("30 seconds")
        LONG = 60, _("60 seconds")

    article = models.ForeignKey(
        Article, models.CASCADE, related_name="editions", verbose_name=_("article")
    )
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.DRAFT, editable=False
    )
    title = models.CharField(
        _("headline"),
        max_length=300,
        help_text=_("What happened, in one line of 70 to 80 letters. No full stop."),
    )
    must_know = models.TextField(
        _("what people must know or do"),
        max_length=600,
        help_text=_("One or two sentences: who, what to do, by when, whom to call."),
    )
    lead = models.TextField(
        _("lead"), max_length=1500, help_text=_("Who, what, when, where, why, in one paragraph.")
    )
    body = models.TextField(_("body"), blank=True)
    spoken = models.TextField(
        _("loudspeaker script"),
        max_length=1500,
        blank=True,
        help_text=_(
            "Greeting, one subject, what to do, when and where, whom to call, once more. "
            "A line for each. Thai only."
        ),
    )
    spoken_budget = models.PositiveSmallIntegerField(
        _("length of the script"), choices=Budget, default=Budget.LONG
    )
    event_on = models.DateField(_("day of the event"), null=True, blank=True)
    event_place = models.CharField(_("place of the event"), max_length=200, blank=True)
    presided_by = models.CharField(
        _("presided by"), max_length=200, blank=True, help_text=_("Full name and position.")
    )
    source_agency = models.CharField(
        _("source agency"), max_length=200, help_text=_("The agency that says so.")
    )
    source_url = models.URLField(_("source address"), max_length=500, blank=True)
    expires_at = models.DateTimeField(
        _("expires"),
        null=True,
        blank=True,
        help_text=_("After this moment readers no longer see it. Leave empty for ordinary news."),
    )
    # Decided by news.publishing for all editions of an article together.
    shown_from = models.DateTimeField(_("shown from"), null=True, editable=False)
    shown_until = models.DateTimeField(_("shown until"), null=True, editable=False)
    listed_at = models.DateTimeField(
        _("first published"),
        null=True,
        editable=False,
        help_text=_("When the article was first published; its place in every list."),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-version"]
        permissions = [("publish_edition", "Can publish and expire editions")]
        indexes = [
            # Lists walk this newest first and read nothing else until the page is chosen.
            models.Index(
                fields=["-listed_at", "-id"],
                include=["article", "shown_from", "shown_until"],
                name="news_edition_listed",
                condition=Q(shown_from__isnull=False),
            ),
            models.Index(fields=["shown_from"], name="news_edition_from"),
            models.Index(fields=["shown_until"], name="news_edition_until"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "version"], name="news_edition_version_once"
            ),
            models.UniqueConstraint(
                fields=["article"],
                condition=Q(state="draft"),
                name="news_edition_one_draft",
                violation_error_message=_("This article already has a draft."),
            ),
            models.CheckConstraint(
                name="news_edition_shown_means_approved",
                condition=Q(state="draft", shown_from=None, shown_until=None, listed_at=None)
                | Q(state="approved", shown_from__isnull=False, listed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="news_edition_shown_in_order",
                condition=Q(shown_until=None) | Q(shown_until__gte=F("shown_from")),
                violation_error_message=_("It can't end before it begins."),
            ),
            ExclusionConstraint(
                name="news_edition_one_at_a_time",
                # A number as a one-point range needs no extension, unlike plain equality in GiST.
                expressions=[
                    (
                        Func("article_id", "article_id", Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func("shown_from", "shown_until", function="tstzrange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(shown_from__isnull=False),
            ),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        self.clean_text()
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return self.article.get_absolute_url()

    def clean_text(self):
        """Bring every text to the form the portal stores: repaired Thai, safe HTML."""
        for field in TEXTS:
            setattr(self, field, normalise(getattr(self, field)).strip())
        self.body = rich_text.clean(normalise(self.body))

    @property
    def plain_body(self):
        """The body's words, one paragraph on each line."""
        return rich_text.plain(self.body)

    def is_published(self, at=None):
        """Whether the public sees this edition at that moment; needs no query."""
        at = at or timezone.now()
        return bool(
            self.shown_from
            and self.shown_from <= at
            and (self.shown_until is None or self.shown_until > at)
        )

    @property
    def updated_since_first(self):
        """When this version replaced an earlier one; None for the first."""
        return self.shown_from if self.version > 1 else None


TEXTS = (
    *("title", "must_know", "lead", "spoken"),
    *("event_place", "presided_by", "source_agency"),
)

# Migration operation. Whatever writes, ORM, back office, update() or SQL: what was approved stays
# as it was said. Only what nobody has seen may become a draft again.
STAYS = migrations.RunSQL(
    """
    CREATE OR REPLACE FUNCTION news_edition_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.state <> 'approved' THEN
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END IF;
        IF TG_OP = 'DELETE' THEN
            IF EXISTS (SELECT 1 FROM news_article WHERE id = OLD.article_id AND NOT is_sample) THEN
                RAISE EXCEPTION 'An approved edition is never deleted.'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'news_edition_stays';
            END IF;
            RETURN OLD;
        END IF;
        IF NEW.state = 'draft' AND OLD.shown_from > statement_timestamp() THEN
            RETURN NEW;
        END IF;
        IF (NEW.article_id, NEW.version, NEW.state, NEW.title, NEW.must_know, NEW.lead,
                NEW.body, NEW.event_on, NEW.event_place, NEW.presided_by, NEW.source_agency,
                NEW.source_url, NEW.spoken, NEW.spoken_budget, NEW.approved_at, NEW.approved_by_id)
            IS DISTINCT FROM
                (OLD.article_id, OLD.version, OLD.state, OLD.title, OLD.must_know, OLD.lead,
                OLD.body, OLD.event_on, OLD.event_place, OLD.presided_by, OLD.source_agency,
                OLD.source_url, OLD.spoken, OLD.spoken_budget, OLD.approved_at,
                OLD.approved_by_id) THEN
            RAISE EXCEPTION 'An approved edition is never changed: revise the article.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'news_edition_stays';
        END IF;
        RETURN NEW;
    END $$;
    CREATE OR REPLACE TRIGGER news_edition_stays BEFORE UPDATE OR DELETE ON news_edition
        FOR EACH ROW EXECUTE FUNCTION news_edition_stays();
    """,
    "DROP FUNCTION IF EXISTS news_edition_stays() CASCADE",
)
