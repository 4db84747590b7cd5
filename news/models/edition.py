"""What an article said, version by version."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import migrations, models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lopburi_pr import rich_text
from lopburi_pr.thai_text import normalise
from news.models.article import Article

# What stands on an edition as an official document, beside its text: texts, and a day.
DOCUMENT_TEXTS = ("saraban_number", "series_number", "signed_by", "signer_position")
DOCUMENT_FACTS = (*DOCUMENT_TEXTS, "dated_on")
PLAIN_TEXTS = (
    *("title", "must_know", "lead", "spoken", "change_note"),
    *("event_place", "presided_by", "source_agency", *DOCUMENT_TEXTS),
)


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
        """Being written, for the first time or again."""
        return self.filter(state__in=Edition.BEING_WRITTEN)

    def submitted(self):
        """Waiting for an approval, the longest wait first."""
        return self.filter(state=Edition.State.SUBMITTED).order_by("submitted_at", "pk")

    def open(self):
        """Not approved yet; an article has one at most."""
        return self.exclude(state=Edition.State.APPROVED)

    def waiting_for(self, person):
        """Submitted, and this person may be the second pair of eyes."""
        return self.submitted().exclude(writers__contains=[person.pk])

    def unconfirmed(self):
        """Published in an emergency by their own writer, and read by nobody else yet."""
        return self.filter(is_emergency=True, confirmed_by=None)

    def behind_original(self, at=None):
        """Translations of a text that has changed, in more than small things, since they were
        approved.
        """
        newer = Edition.objects.released(at).filter(
            article=OuterRef("article__translation_of"),
            version__gt=OuterRef("translates_version"),
        )
        return self.filter(Exists(newer.exclude(change_kind=Edition.ChangeKind.MINOR)))

    def newest_first(self):
        return self.order_by("-listed_at", "-pk")


def _person():
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )


class Edition(models.Model):
    """One numbered version of an article's text.

    It is shown from ``shown_from`` until ``shown_until``: a newer edition or an expiry ends it. The
    database refuses two editions of one article at the same moment.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RETURNED = "returned", _("Returned to be changed")
        SUBMITTED = "submitted", _("Waits for approval")
        APPROVED = "approved", _("Approved")

    class ChangeKind(models.TextChoices):
        FIRST = "first", _("First version")
        UPDATE = "update", _("Update")
        CORRECTION = "correction", _("Correction")
        CLARIFICATION = "clarification", _("Clarification")
        RETRACTION = "retraction", _("Retraction")
        MINOR = "minor", _("Minor change")

    BEING_WRITTEN = (State.DRAFT, State.RETURNED)
    SELF_EXPLAINING = (ChangeKind.FIRST, ChangeKind.MINOR)
    # What the office had wrong, unclear or should not have said.
    ADMITTED = (ChangeKind.CORRECTION, ChangeKind.CLARIFICATION, ChangeKind.RETRACTION)

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
        blank=True,
        help_text=_("What happened, in one line of 70 to 80 letters. No full stop."),
    )
    must_know = models.TextField(
        _("what people must know or do"),
        max_length=600,
        blank=True,
        help_text=_("One or two sentences: who, what to do, by when, whom to call."),
    )
    lead = models.TextField(
        _("lead"),
        max_length=1500,
        blank=True,
        help_text=_("Who, what, when, where, why, in one paragraph."),
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
        _("source agency"),
        max_length=200,
        blank=True,
        help_text=_("The agency that says so."),
    )
    source_url = models.URLField(_("source address"), max_length=500, blank=True)
    saraban_number = models.CharField(
        _("registry number of the letter"),
        max_length=60,
        blank=True,
        help_text=_("As the registry of letters gave it, for example ลบ 0017/ว 123."),
    )
    series_number = models.CharField(
        _("number in a series"),
        max_length=30,
        blank=True,
        help_text=_("For one of several on the same subject, for example 2/2569."),
    )
    dated_on = models.DateField(
        _("dated"),
        null=True,
        blank=True,
        help_text=_("Leave empty for the day on which it is first shown."),
    )
    signed_by = models.CharField(
        _("signed by"), max_length=120, blank=True, help_text=_("Full name.")
    )
    signer_position = models.CharField(_("position"), max_length=200, blank=True)
    expires_at = models.DateTimeField(
        _("expires"),
        null=True,
        blank=True,
        help_text=_("After this moment readers no longer see it. Leave empty for ordinary news."),
    )
    change_kind = models.CharField(
        _("what kind of change is it"),
        max_length=20,
        choices=ChangeKind,
        default=ChangeKind.FIRST,
        help_text=_(
            "The program refuses “minor” when a number, day, place, name or “not” changed."
        ),
    )
    change_note = models.TextField(
        _("what changed, and why"),
        max_length=600,
        blank=True,
        help_text=_("Readers see this note for ever: what was wrong before, what is right now."),
    )
    publish_at = models.DateTimeField(
        _("publish at"),
        null=True,
        blank=True,
        help_text=_("Leave empty to show it as soon as it is approved."),
    )
    # Decided by news.publishing on approval: see news.anchors. Empty means 1, 2, 3 …
    anchors = ArrayField(models.PositiveSmallIntegerField(), default=list, editable=False)
    translates_version = models.PositiveSmallIntegerField(
        _("version of the original"), null=True, editable=False
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
    created_by = _person()
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    writers = ArrayField(
        models.IntegerField(),
        default=list,
        editable=False,
        help_text=_("Keys of everybody who wrote on this text: none of them may approve it."),
    )
    lock_version = models.PositiveIntegerField(default=0, editable=False)
    submitted_by = _person()
    submitted_at = models.DateTimeField(_("submitted"), null=True, editable=False)
    return_reason = models.TextField(_("why it was returned"), blank=True, editable=False)
    approved_by = _person()
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)
    is_emergency = models.BooleanField(
        _("published in an emergency"), default=False, editable=False
    )
    emergency_reason = models.TextField(_("why it could not wait"), blank=True, editable=False)
    confirmed_by = _person()
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-version"]
        permissions = [
            ("publish_edition", "Can approve, withdraw and expire editions"),
            ("publish_in_emergency", "Can publish an own text when it can't wait"),
        ]
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
                condition=~Q(state="approved"),
                name="news_edition_one_draft",
                violation_error_message=_("This article already has a draft."),
            ),
            models.CheckConstraint(
                name="news_edition_shown_means_approved",
                condition=Q(
                    state__in=["draft", "returned", "submitted"],
                    shown_from=None,
                    shown_until=None,
                    listed_at=None,
                )
                | Q(state="approved", shown_from__isnull=False, listed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="news_edition_four_eyes",
                # An import has no writers and no approver: it was approved where it comes from.
                condition=~Q(state="approved")
                | Q(is_emergency=True)
                | Q(approved_by__isnull=True, writers=[])
                | (Q(approved_by__isnull=False) & ~Q(writers__contains=[F("approved_by")])),
                violation_error_message=_("Nobody approves their own text."),
            ),
            models.CheckConstraint(
                name="news_edition_emergency_has_reason",
                condition=Q(is_emergency=False)
                | (~Q(emergency_reason="") & Q(approved_by__isnull=False)),
                violation_error_message=_("Say why it can't wait."),
            ),
            models.CheckConstraint(
                name="news_edition_confirmed_by_another",
                condition=Q(confirmed_by=None)
                | (
                    Q(is_emergency=True)
                    & ~Q(confirmed_by=F("approved_by"))
                    & ~Q(writers__contains=[F("confirmed_by")])
                ),
                violation_error_message=_("Somebody else confirms an emergency publication."),
            ),
            models.CheckConstraint(
                name="news_edition_returned_with_reason",
                condition=~Q(state="returned") | ~Q(return_reason=""),
                violation_error_message=_("Say what should be changed."),
            ),
            models.CheckConstraint(
                name="news_edition_change_has_note",
                condition=~Q(state="approved")
                | Q(change_kind__in=["first", "minor"])
                | ~Q(change_note=""),
                violation_error_message=_("Tell readers what changed."),
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
        return self.title or gettext("No headline yet")

    def save(self, *args, **kwargs):
        self.clean_text()
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return self.article.get_absolute_url()

    def clean_text(self):
        """Bring every text to the form the portal stores: repaired Thai, safe HTML."""
        for field in PLAIN_TEXTS:
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

    @property
    def is_open(self):
        """Whether it is not approved yet."""
        return self.state != self.State.APPROVED

    @property
    def can_be_written(self):
        return self.state in self.BEING_WRITTEN


# Migration operations. Whatever writes, ORM, back office, update() or SQL: what was approved stays
# as it was said, with its pictures and files. Until when it is shown may still be decided, and an
# emergency publication be confirmed.
STAYS = migrations.RunSQL(
    """
    CREATE OR REPLACE FUNCTION news_edition_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        decided_later text[] := '{expires_at,shown_until,updated_at}';
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
        IF OLD.is_emergency AND OLD.confirmed_by_id IS NULL THEN
            decided_later := decided_later || '{confirmed_by_id,confirmed_at}';
        END IF;
        IF to_jsonb(NEW) - decided_later <> to_jsonb(OLD) - decided_later THEN
            RAISE EXCEPTION 'An approved edition is never changed: revise the article.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'news_edition_stays';
        END IF;
        RETURN NEW;
    END $$;
    CREATE FUNCTION news_edition_parts_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT 1 FROM news_edition JOIN news_article ON news_article.id = article_id
            WHERE state = 'approved' AND NOT is_sample AND news_edition.id IN (
                CASE WHEN TG_OP <> 'INSERT' THEN OLD.edition_id END,
                CASE WHEN TG_OP <> 'DELETE' THEN NEW.edition_id END
            )
        ) THEN
            RAISE EXCEPTION 'Pictures and files of an approved edition stay: revise the article.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'news_edition_stays';
        END IF;
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END $$;
    CREATE TRIGGER news_edition_stays BEFORE INSERT OR UPDATE OR DELETE ON news_editionpicture
        FOR EACH ROW EXECUTE FUNCTION news_edition_parts_stay();
    CREATE TRIGGER news_edition_stays BEFORE INSERT OR UPDATE OR DELETE ON news_attachment
        FOR EACH ROW EXECUTE FUNCTION news_edition_parts_stay();
    """,
    "DROP FUNCTION news_edition_parts_stay() CASCADE",
)
