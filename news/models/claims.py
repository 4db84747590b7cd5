"""Rumours that people send in, and what the office found out about them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import migrations, models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lopburi_pr import rich_text
from lopburi_pr.thai_text import normalise


def _person(name=None):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=name,
    )


class ClaimQuerySet(models.QuerySet):
    def waiting(self):
        """Not answered yet, the earliest due first."""
        return self.filter(state__in=Claim.WAITING).order_by("due_at", "pk")

    def overdue(self, at=None):
        """Waiting longer than the office promised."""
        return self.waiting().filter(due_at__lte=at or timezone.now())


class Claim(models.Model):
    """Something that people pass on, as one of them sent it; cited by its key.

    Nothing here is ever shown to the public, except the picture when a verdict describes it: what
    a verdict is about, its writers say in their own words. Who sent it is not stored.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        CHECKING = "checking", _("Being checked")
        ANSWERED = "answered", _("Answered")
        DECLINED = "declined", _("Not checked")
        JOINED = "joined", _("Same as another")

    WAITING = (State.RECEIVED, State.CHECKING)

    text = models.TextField(_("what is passed on"), max_length=5000, blank=True)
    link = models.URLField(_("where it was seen"), max_length=500, blank=True)
    picture = models.ForeignKey(
        "Picture",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="claims",
        verbose_name=_("picture"),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECEIVED)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    due_at = models.DateTimeField(_("answer due"))
    reports = models.PositiveIntegerField(_("times reported"), default=1)
    taken_by = _person(_("checked by"))
    decline_reason = models.TextField(_("why it is not checked"), max_length=500, blank=True)
    same_as = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="others", editable=False
    )
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim to check")
        verbose_name_plural = _("claims to check")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="news_claim_waiting",
                condition=Q(state__in=["received", "checking"]),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="news_claim_says_something",
                condition=~Q(text="", link="", picture=None),
                violation_error_message=_("Paste the text, or add a link or a picture."),
            ),
            models.CheckConstraint(
                name="news_claim_declined_with_reason",
                condition=~Q(state="declined") | ~Q(decline_reason=""),
                violation_error_message=_("Say why it is not checked."),
            ),
            models.CheckConstraint(
                name="news_claim_joined_to_another",
                condition=Q(state="joined", same_as__isnull=False) & ~Q(same_as=F("pk"))
                | (~Q(state="joined") & Q(same_as=None)),
            ),
        ]

    def __str__(self):
        return _("Claim %(number)s") % {"number": self.pk}

    def get_absolute_url(self):
        return reverse("news:claim", args=[self.pk])

    @property
    def is_waiting(self):
        return self.state in self.WAITING

    @property
    def is_late(self):
        """Whether it waits longer than the office promised."""
        return self.is_waiting and self.due_at <= timezone.now()


class VerdictQuerySet(models.QuerySet):
    def published(self, at=None):
        """What the public sees at that moment: the only word views, feeds and files may use."""
        at = at or timezone.now()
        return self.filter(shown_from__lte=at).filter(Q(shown_until=None) | Q(shown_until__gt=at))

    def released(self, at=None):
        """What the public has seen by that moment, replaced since or not."""
        return self.filter(shown_from__lte=at or timezone.now())

    def open(self):
        """Not approved yet; a claim has one at most."""
        return self.exclude(state=Verdict.State.APPROVED)

    def submitted(self):
        """Waiting for an approval, the longest wait first."""
        return self.filter(state=Verdict.State.SUBMITTED).order_by("submitted_at", "pk")

    def waiting_for(self, person):
        """Submitted, and this person may be the second pair of eyes."""
        return self.submitted().exclude(writers__contains=[person.pk])

    def newest_first(self):
        return self.order_by("-shown_from", "-pk")


class Verdict(models.Model):
    """One numbered version of what the office says about a claim, shown until a newer one."""

    class Label(models.TextChoices):
        TRUE = "true", _("True")
        DISTORTED = "distorted", _("Distorted")
        FALSE = "false", _("False")
        UNPROVEN = "unproven", _("Not yet proven")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RETURNED = "returned", _("Returned to be changed")
        SUBMITTED = "submitted", _("Waits for approval")
        APPROVED = "approved", _("Approved")

    BEING_WRITTEN = (State.DRAFT, State.RETURNED)

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="verdicts")
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.DRAFT, editable=False
    )
    label = models.CharField(_("verdict"), max_length=10, choices=Label, blank=True)
    claim_text = models.CharField(
        _("what is said"),
        max_length=300,
        blank=True,
        help_text=_("The claim in one sentence, without names of private people, links or phones."),
    )
    short_answer = models.TextField(
        _("short answer"),
        max_length=400,
        blank=True,
        help_text=_("What is right, and what people should do, in one or two sentences."),
    )
    explanation = models.TextField(_("explanation"), blank=True)
    picture_alt = models.CharField(
        _("what the picture shows"),
        max_length=250,
        blank=True,
        help_text=_("Describe it only if readers should see it; without this it stays private."),
    )
    change_note = models.TextField(
        _("why the verdict changed"),
        max_length=600,
        blank=True,
        help_text=_("Readers see this note for ever."),
    )
    shown_from = models.DateTimeField(_("shown from"), null=True, editable=False)
    shown_until = models.DateTimeField(_("shown until"), null=True, editable=False)
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

    objects = VerdictQuerySet.as_manager()

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        ordering = ["-pk"]
        permissions = [("publish_verdict", "Can approve verdicts")]
        indexes = [models.Index(fields=["-shown_from", "-id"], name="news_verdict_listed")]
        constraints = [
            models.UniqueConstraint(fields=["claim", "version"], name="news_verdict_version_once"),
            models.UniqueConstraint(
                fields=["claim"],
                condition=~Q(state="approved"),
                name="news_verdict_one_draft",
                violation_error_message=_("This claim already has a draft."),
            ),
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(shown_from__isnull=False, shown_until=None),
                name="news_verdict_one_at_a_time",
            ),
            models.CheckConstraint(
                name="news_verdict_shown_means_approved",
                condition=Q(
                    state__in=["draft", "returned", "submitted"], shown_from=None, shown_until=None
                )
                | (
                    Q(state="approved", shown_from__isnull=False)
                    & ~Q(label="")
                    & ~Q(claim_text="")
                    & ~Q(short_answer="")
                ),
            ),
            models.CheckConstraint(
                name="news_verdict_four_eyes",
                condition=~Q(state="approved")
                | Q(approved_by__isnull=True, writers=[])
                | (Q(approved_by__isnull=False) & ~Q(writers__contains=[F("approved_by")])),
                violation_error_message=_("Nobody approves their own text."),
            ),
            models.CheckConstraint(
                name="news_verdict_returned_with_reason",
                condition=~Q(state="returned") | ~Q(return_reason=""),
                violation_error_message=_("Say what should be changed."),
            ),
            models.CheckConstraint(
                name="news_verdict_change_has_note",
                condition=~Q(state="approved") | Q(version=1) | ~Q(change_note=""),
                violation_error_message=_("Tell readers what changed."),
            ),
            models.CheckConstraint(
                name="news_verdict_shown_in_order",
                condition=Q(shown_until=None) | Q(shown_until__gte=F("shown_from")),
            ),
        ]

    def __str__(self):
        return self.claim_text or str(self.claim)

    def save(self, *args, **kwargs):
        for name in ("claim_text", "short_answer", "picture_alt", "change_note"):
            setattr(self, name, normalise(getattr(self, name)).strip())
        self.explanation = rich_text.clean(normalise(self.explanation))
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return self.claim.get_absolute_url()

    @property
    def is_open(self):
        """Whether it is not approved yet."""
        return self.state != self.State.APPROVED

    @property
    def can_be_written(self):
        return self.state in self.BEING_WRITTEN


class Evidence(models.Model):
    """What a verdict rests on: who says what, and since when."""

    verdict = models.ForeignKey(Verdict, models.CASCADE, related_name="evidence")
    title = models.CharField(
        _("what it says"),
        max_length=300,
        help_text=_("For example: No project registers through chat links."),
    )
    said_by = models.CharField(_("who says so"), max_length=200)
    said_on = models.DateField(_("on which day"))
    url = models.CharField(
        _("where to read it"),
        max_length=500,
        blank=True,
        help_text=_("An address, or the number of our news: LPB-2569-00123."),
        validators=[
            RegexValidator(
                r"^(/(?![/\\])|https?://)\S*$", _("Give an address that begins with / or https://.")
            )
        ],
    )

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["pk"]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        self.title, self.said_by = normalise(self.title).strip(), normalise(self.said_by).strip()
        super().save(*args, **kwargs)


# Migration operations. Whatever writes: an approved verdict rests on evidence and stays as it was
# said, with that evidence; only the end of its showing is decided later.
STAYS = migrations.RunSQL(
    """
    CREATE FUNCTION news_verdict_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' AND OLD.state = 'approved' THEN
            IF TG_OP = 'DELETE' AND EXISTS (
                    SELECT 1 FROM news_claim WHERE id = OLD.claim_id AND is_sample) THEN
                RETURN OLD;
            END IF;
            IF TG_OP = 'DELETE'
                OR to_jsonb(NEW) - 'shown_until' <> to_jsonb(OLD) - 'shown_until'
                OR OLD.shown_until IS NOT NULL THEN
                RAISE EXCEPTION 'An approved verdict stays: write a new version.'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'news_verdict_stays';
            END IF;
        ELSIF TG_OP <> 'DELETE' AND NEW.state = 'approved' AND NOT EXISTS (
                SELECT 1 FROM news_evidence WHERE verdict_id = NEW.id) THEN
            RAISE EXCEPTION 'A verdict rests on evidence.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'news_verdict_has_evidence';
        END IF;
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END $$;
    CREATE FUNCTION news_evidence_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT 1 FROM news_verdict JOIN news_claim ON news_claim.id = claim_id
            WHERE news_verdict.state = 'approved' AND NOT is_sample AND news_verdict.id IN (
                CASE WHEN TG_OP <> 'INSERT' THEN OLD.verdict_id END,
                CASE WHEN TG_OP <> 'DELETE' THEN NEW.verdict_id END
            )
        ) THEN
            RAISE EXCEPTION 'Evidence of an approved verdict stays: write a new version.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'news_verdict_stays';
        END IF;
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END $$;
    CREATE TRIGGER news_verdict_stays BEFORE INSERT OR UPDATE OR DELETE ON news_verdict
        FOR EACH ROW EXECUTE FUNCTION news_verdict_stays();
    CREATE TRIGGER news_evidence_stays BEFORE INSERT OR UPDATE OR DELETE ON news_evidence
        FOR EACH ROW EXECUTE FUNCTION news_evidence_stays();
    """,
    "DROP FUNCTION news_verdict_stays() CASCADE; DROP FUNCTION news_evidence_stays() CASCADE;",
)
# What matches a rumour changes with the wordings joined to it. Nothing else of this table moves the
# pulse: anybody can add rows to it.
JOINED = migrations.RunSQL(
    """
    CREATE TRIGGER office_pulse AFTER UPDATE OF same_as_id ON news_claim
        FOR EACH STATEMENT EXECUTE FUNCTION office_pulse_move();
    """,
    "DROP TRIGGER office_pulse ON news_claim",
)
