"""What agencies may ask about, what each topic asks them, and how soon they are answered."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lopburi_pr.bilingual import BilingualName, in_language


class TopicQuerySet(models.QuerySet):
    def offered(self):
        """What the public form offers, in order."""
        return self.filter(is_offered=True).order_by("order", "pk")


class Topic(BilingualName, models.Model):
    """A kind of advice: to plan a campaign, to write news, a speaker. A topic of crises has the
    lane of hours.
    """

    key = models.SlugField(_("key"), max_length=30, unique=True)
    name_th = models.CharField(_("name (Thai)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120, blank=True)
    guidance_th = models.TextField(
        _("before you ask (Thai)"),
        max_length=2000,
        blank=True,
        help_text=_("What to have ready, and where help is found at once. One thought a line."),
    )
    guidance_en = models.TextField(_("before you ask (English)"), max_length=2000, blank=True)
    is_crisis = models.BooleanField(
        _("crisis"), default=False, help_text=_("The clock runs in hours, day and night.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_offered = models.BooleanField(_("offered"), default=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic of advice")
        verbose_name_plural = _("topics of advice")
        ordering = ["order", "pk"]

    @property
    def guidance(self) -> str:
        return in_language(self, "guidance")

    @property
    def questions(self) -> "QuestionSet | None":
        """What it asks now."""
        return self.question_sets.order_by("-version").first()


class QuestionSet(models.Model):
    """One version of what a topic asks. It never changes: a request keeps the version it answered.

    ``questions`` is a list of objects: ``key``, ``kind`` (text, long, number, day, choice, many),
    ``th``, ``en``, and if need be ``hint_th``, ``hint_en``, ``required`` and ``choices`` (each with
    ``key``, ``th``, ``en``).
    """

    KINDS = ("text", "long", "number", "day", "choice", "many")

    topic = models.ForeignKey(
        Topic, models.CASCADE, related_name="question_sets", verbose_name=_("topic of advice")
    )
    version = models.PositiveSmallIntegerField(_("version"))
    questions = models.JSONField(_("questions"), default=list, blank=True)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("questions of a topic")
        verbose_name_plural = _("questions of topics")
        ordering = ["topic", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "version"], name="consulting_questionset_version_once"
            )
        ]

    def __str__(self):
        return f"{self.topic} · {self.version}"


class ServiceStandardQuerySet(models.QuerySet):
    def now_for(self, lane):
        """The version that new requests of this lane get."""
        return self.filter(lane=lane).order_by("-version").first()


class ServiceStandard(models.Model):
    """How soon the office replies and answers: one version of its promise for one lane.

    It never changes: a request is measured by the version under which it came.
    """

    class Lane(models.TextChoices):
        ORDINARY = "ordinary", _("Ordinary request")
        CRISIS = "crisis", _("Crisis")
        REOPENED = "reopened", _("Taken up again")

    class Unit(models.TextChoices):
        WORKING_DAYS = "working-days", _("working days")
        HOURS = "hours", _("hours, day and night")

    lane = models.CharField(_("lane"), max_length=10, choices=Lane)
    version = models.PositiveSmallIntegerField(_("version"))
    first_reply = models.PositiveSmallIntegerField(_("first reply within"))
    answer = models.PositiveSmallIntegerField(_("answer within"))
    unit = models.CharField(_("unit"), max_length=12, choices=Unit)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)

    objects = ServiceStandardQuerySet.as_manager()

    class Meta:
        verbose_name = _("service standard")
        verbose_name_plural = _("service standards")
        ordering = ["lane", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["lane", "version"], name="consulting_servicestandard_version_once"
            ),
            models.CheckConstraint(
                name="consulting_servicestandard_reply_before_answer",
                condition=Q(first_reply__gte=1, answer__gte=models.F("first_reply")),
                violation_error_message=_("The first reply comes before the answer."),
            ),
        ]

    def __str__(self):
        return f"{self.get_lane_display()} · {self.version}"
