"""What readers give back, without saying who they are: mistakes, stars, what they follow."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lopburi_pr.thai_text import normalise
from news.models.article import Article


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
