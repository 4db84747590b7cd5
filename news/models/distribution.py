"""What is handed to the network: who wants what, one release of an edition, its deliveries."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models import Channel
from news.models.article import Article
from news.models.edition import Edition
from news.models.subjects import Topic

MANY = 200  # recipients beyond whom the head approves a release


class Wish(models.Model):
    """What a channel wants to get; a channel without a wish gets everything of its places."""

    channel = models.OneToOneField(
        Channel, models.CASCADE, related_name="wish", verbose_name=_("channel")
    )
    topics = models.ManyToManyField(
        Topic,
        blank=True,
        related_name="+",
        verbose_name=_("topics"),
        help_text=_("Empty: all of them."),
    )
    kinds = ArrayField(
        models.CharField(max_length=20, choices=Article.Kind),
        verbose_name=_("kinds of news"),
        default=list,
        blank=True,
        help_text=_("Empty: all of them."),
    )
    only_urgent = models.BooleanField(_("urgent news only"), default=False)

    class Meta:
        verbose_name = _("what it wants")
        verbose_name_plural = _("what it wants")

    def __str__(self):
        return f"{self.channel}"


class ReleaseQuerySet(models.QuerySet):
    def prepared(self):
        """Waiting for the head, the longest wait first."""
        return self.filter(state=Release.State.PREPARED).order_by("prepared_at")


def _person(label):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=label,
    )


class Release(models.Model):
    """One edition handed to the network once, to the channels that were chosen then.

    ``audience`` keeps the choice as it was made: the rules, and each channel with its partner's
    name, kind and format. Corrections and withdrawals follow by themselves; nobody prepares them.
    """

    class Kind(models.TextChoices):
        NEW = "new", _("News")
        URGENT = "urgent", _("Urgent")
        CORRECTION = "correction", _("Correction")
        WITHDRAWAL = "withdrawal", _("Withdrawal")

    class State(models.TextChoices):
        PREPARED = "prepared", _("Waits for the head")
        RELEASED = "released", _("Released")
        CANCELLED = "cancelled", _("Cancelled")

    # Those who get one of these owe an answer that they have read it.
    CHASED = (Kind.CORRECTION, Kind.WITHDRAWAL)

    # What is no sample stays: approved editions are never deleted.
    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="releases", verbose_name=_("edition")
    )
    kind = models.CharField(_("what is sent"), max_length=10, choices=Kind, default=Kind.NEW)
    audience = models.JSONField(_("audience"), default=dict)
    recipients = models.PositiveIntegerField(_("recipients"), default=0)
    line_messages = models.PositiveIntegerField(_("LINE messages"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PREPARED)
    prepared_by = _person(_("prepared by"))
    prepared_at = models.DateTimeField(_("prepared"), default=timezone.now)
    approved_by = _person(_("approved by"))
    released_at = models.DateTimeField(_("released"), null=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["-pk"]
        permissions = [("approve_release", "Can approve urgent and large releases")]
        constraints = [
            models.CheckConstraint(
                name="news_release_urgent_or_many_by_two",
                condition=~Q(state="released")
                | Q(kind__in=["correction", "withdrawal"])
                | Q(kind="new", recipients__lte=MANY)
                | Q(approved_by__isnull=False) & ~Q(approved_by=F("prepared_by")),
                violation_error_message=_(
                    "Somebody else than who prepared it approves urgent and large releases."
                ),
            ),
            models.CheckConstraint(
                name="news_release_released_at_a_moment",
                condition=Q(state="released", released_at__isnull=False)
                | ~Q(state="released") & Q(approved_by=None, released_at=None)
                | Q(state="cancelled"),
            ),
            models.UniqueConstraint(
                fields=["edition", "kind"],
                condition=Q(kind__in=["correction", "withdrawal"]),
                name="news_release_chase_once",
            ),
        ]

    def __str__(self):
        return f"{self.edition} · {self.get_kind_display()}"

    @property
    def is_chase(self):
        """Whether everybody who gets it is asked to confirm that they have read it."""
        return self.kind in self.CHASED

    @property
    def tone(self):
        """Of the status component."""
        return {"released": "success", "prepared": "warning"}.get(self.state, "neutral")


class DeliveryQuerySet(models.QuerySet):
    def unanswered(self):
        """Corrections and withdrawals that nobody has confirmed yet: whom to call."""
        return self.filter(
            release__kind__in=Release.CHASED, release__state="released", acknowledged_at=None
        ).exclude(state=Delivery.State.CANCELLED)


class Delivery(models.Model):
    """One release on its way to one channel: the only record of what was sent, to whom, and when.

    ``key`` names it to the other end (LINE's retry key, the webhook's id, the e-mail's
    Message-ID), so that whatever is tried twice arrives once.
    """

    ONCE_FOR_EACH = "release"  # for each channel; see network.merging

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        READY = "ready", _("Ready to be fetched or printed")
        ACCEPTED = "accepted", _("Accepted")
        FAILED = "failed", _("Not delivered")
        CANCELLED = "cancelled", _("Cancelled")

    release = models.ForeignKey(
        Release, models.CASCADE, related_name="deliveries", verbose_name=_("release")
    )
    channel = models.ForeignKey(
        Channel, models.PROTECT, related_name="deliveries", verbose_name=_("channel")
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    due_at = models.DateTimeField(_("next try"), default=timezone.now)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    good_until = models.DateTimeField(
        _("worth sending until"), null=True, help_text=_("Empty: however late it is.")
    )
    error = models.TextField(_("what happened"), blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    handed_by = _person(_("handed over by"))
    provider_id = models.CharField(_("number at the other end"), max_length=200, blank=True)
    acknowledged_at = models.DateTimeField(_("confirmed"), null=True)
    acknowledged_by = _person(_("told by telephone by"))

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["pk"]
        permissions = [("call_delivery", "Can note that a partner was called")]
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="news_delivery_due", condition=Q(state="waiting")
            ),
            # For the daily limit of a channel and for its feed.
            models.Index(fields=["channel", "-accepted_at"], name="news_delivery_of_channel"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["release", "channel"], name="news_delivery_once"),
            models.CheckConstraint(
                name="news_delivery_accepted_at_a_moment",
                condition=Q(state="accepted", accepted_at__isnull=False)
                | ~Q(state="accepted") & Q(accepted_at=None),
            ),
            models.CheckConstraint(
                name="news_delivery_called_and_confirmed",
                condition=Q(acknowledged_by=None) | Q(acknowledged_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.release} · {self.channel}"

    @property
    def tone(self):
        """Of the status component."""
        return {"accepted": "success", "failed": "danger", "waiting": "info"}.get(
            self.state, "neutral"
        )


class ChaseRound(models.Model):
    """The one row that waits for the next look at corrections and withdrawals."""

    state = models.CharField(max_length=10, default="waiting")
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("round of corrections")
        verbose_name_plural = _("rounds of corrections")
        constraints = [models.CheckConstraint(name="news_chase_round_one", condition=Q(pk=1))]

    def __str__(self):
        return f"{self.due_at}"


# Migration operation: no draft leaves the house, whoever writes the row.
OF_APPROVED = migrations.RunSQL(
    """
    CREATE FUNCTION news_release_of_approved() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT 1 FROM news_edition WHERE id = NEW.edition_id AND state = 'approved'
        ) THEN
            RAISE EXCEPTION 'Only an approved edition is released.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'news_release_of_approved';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER news_release_of_approved BEFORE INSERT OR UPDATE OF edition_id ON news_release
        FOR EACH ROW EXECUTE FUNCTION news_release_of_approved();
    """,
    "DROP FUNCTION news_release_of_approved() CASCADE",
)
