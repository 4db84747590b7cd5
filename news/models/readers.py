"""What readers give back, without saying who they are: mistakes, stars, what they follow."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lopburi_pr.thai_text import normalise
from news.models.article import Article
from news.models.edition import Edition
from news.models.subjects import Topic
from office.models import District


class ChallengeQuerySet(models.QuerySet):
    def waiting(self):
        """Not decided yet, the longest wait first."""
        return self.filter(state=Challenge.State.RECEIVED).order_by("pk")

    def decided(self):
        """What the public may read about, the latest decision first."""
        return self.exclude(state=Challenge.State.RECEIVED).order_by("-decided_at", "-pk")


class Challenge(models.Model):
    """A reader says that something in one version of an article is wrong; the office answers in
    public. Who the reader is is not asked and not stored.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("Waits for an answer")
        CORRECTED = "corrected", _("Right: the news was corrected")
        EXPLAINED = "explained", _("Explained")
        REJECTED = "rejected", _("Checked: the news is right")

    year = models.PositiveSmallIntegerField(_("year"), editable=False)
    number = models.PositiveIntegerField(_("number"), editable=False)
    article = models.ForeignKey(
        Article,
        models.CASCADE,
        related_name="challenges",
        verbose_name=_("article"),
        editable=False,
    )
    version = models.PositiveSmallIntegerField(_("version"), editable=False)
    anchor = models.CharField(
        _("paragraph"),
        max_length=10,
        blank=True,
        editable=False,
        help_text=_("Empty: the whole news."),
    )
    quote = models.TextField(_("what the paragraph said"), blank=True, editable=False)
    what = models.TextField(_("what the reader wrote"), max_length=2000, editable=False)
    evidence_url = models.URLField(
        _("address of the evidence"), max_length=500, blank=True, editable=False
    )
    received_at = models.DateTimeField(_("received"), default=timezone.now, editable=False)
    state = models.CharField(
        _("outcome"), max_length=10, choices=State, default=State.RECEIVED, editable=False
    )
    answer = models.TextField(_("answer of the office"), max_length=2000, blank=True)
    is_quoted = models.BooleanField(
        _("show the reader's words"),
        default=False,
        help_text=_("Only words that name and hurt nobody."),
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)

    objects = ChallengeQuerySet.as_manager()

    class Meta:
        verbose_name = _("reported mistake")
        verbose_name_plural = _("reported mistakes")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="news_challenge_number_once"),
            models.CheckConstraint(
                name="news_challenge_decided_with_answer",
                condition=Q(state="received", decided_by=None, decided_at=None, is_quoted=False)
                | ~Q(state="received")
                & ~Q(answer="")
                & Q(decided_by__isnull=False, decided_at__isnull=False),
                violation_error_message=_("Write what readers are told."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["-decided_at"],
                name="news_challenge_decided",
                condition=Q(decided_at__isnull=False),
            )
        ]

    def __str__(self):
        return self.reference

    def save(self, *args, **kwargs):
        for name in ("quote", "what", "answer"):
            setattr(self, name, normalise(getattr(self, name)).strip())
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("news:challenge", args=[self.year, self.number])

    @property
    def reference(self):
        """12/2569, as it is told to the reader."""
        return f"{self.number}/{self.year}"

    @property
    def tone(self):
        """Of the status component."""
        tones = {self.State.RECEIVED: "info", self.State.CORRECTED: "success"}
        return tones.get(self.state, "neutral")


class StarVote(models.Model):
    """One to five stars, given to an article by one visitor on one day.

    ``voter`` is a digest whose key is thrown away at the end of the day (``lopburi_pr.visitors``):
    it refuses a second vote and says nothing about who voted.
    """

    article = models.ForeignKey(Article, models.CASCADE, related_name="star_votes")
    stars = models.PositiveSmallIntegerField()
    day = models.DateField()
    voter = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("star vote")
        verbose_name_plural = _("star votes")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "day", "voter"], name="news_star_vote_once_a_day"
            ),
            models.CheckConstraint(
                name="news_star_vote_one_to_five", condition=Q(stars__gte=1, stars__lte=5)
            ),
        ]

    def __str__(self):
        return f"{self.stars}"


class FollowerQuerySet(models.QuerySet):
    def confirmed(self):
        """Those who proved that the mailbox is theirs: nobody else gets more than one letter."""
        return self.filter(confirmed_at__isnull=False)


def _followed(model):
    return models.ForeignKey(
        model, models.CASCADE, null=True, related_name="+", verbose_name=model._meta.verbose_name
    )


class Follower(models.Model):
    """A mailbox that wants to be told about one article, topic or district; about all corrections
    when none of the three is given. The row goes when its owner leaves.
    """

    email = models.EmailField(_("e-mail address"), editable=False)
    language = models.CharField(max_length=2, choices=Article.Language, editable=False)
    article = _followed(Article)
    topic = _followed(Topic)
    district = _followed(District)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)

    objects = FollowerQuerySet.as_manager()

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                "email",
                Coalesce("article", 0),
                Coalesce("topic", 0),
                Coalesce("district", 0),
                name="news_follower_once",
            ),
            models.CheckConstraint(
                name="news_follower_of_one_thing",
                condition=Q(article=None, topic=None)
                | Q(article=None, district=None)
                | Q(topic=None, district=None),
            ),
        ]

    def __str__(self):
        return f"{self.subject or _('all corrections')}"

    @property
    def subject(self):
        """What is followed; None stands for all corrections."""
        return self.article or self.topic or self.district


class _Waits(models.Model):
    """The columns of a row that ``lopburi_pr.background`` works on."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not delivered")

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    due_at = models.DateTimeField(_("next try"), default=timezone.now)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        abstract = True


class Letter(_Waits):
    """One e-mail that waits, was sent or failed. ``key`` says what it is about and to whom, so that
    nobody is written to twice about one thing.
    """

    class Kind(models.TextChoices):
        CONFIRM = "confirm", _("Please confirm")
        PUBLISHED = "published", _("New news")
        CHANGED = "changed", _("Changed news")
        WITHDRAWN = "withdrawn", _("Withdrawn news")

    key = models.CharField(max_length=64, unique=True, editable=False)
    follower = models.ForeignKey(
        Follower, models.CASCADE, related_name="letters", verbose_name=_("follower")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    edition = models.ForeignKey(
        Edition, models.CASCADE, null=True, related_name="+", verbose_name=_("edition")
    )
    written_at = models.DateTimeField(_("written"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["due_at"], name="news_letter_due", condition=Q(state="waiting"))
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.pk}"


class LetterRound(_Waits):
    """The one row that waits for the next look at what became public since ``told_until``."""

    told_until = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("round of letters")
        verbose_name_plural = _("rounds of letters")
        constraints = [models.CheckConstraint(name="news_letter_round_one", condition=Q(pk=1))]

    def __str__(self):
        return f"{self.told_until}"
