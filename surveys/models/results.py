"""What was found: weights, counted cells, published results and what was done about them."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lopburi_pr.bilingual import in_language
from network.models import Organization
from office.people import staff
from surveys.models.design import Stratum
from surveys.models.surveys import Survey


class WeightRun(models.Model):
    """One weighting of a survey's responses: how it was done and what it cost in precision."""

    survey = models.ForeignKey(
        Survey, models.CASCADE, related_name="weight_runs", verbose_name=_("survey")
    )
    spec = models.JSONField(_("how"), default=dict)
    report = models.JSONField(_("what came out"), default=dict)
    n = models.PositiveIntegerField(_("responses"))
    deff = models.FloatField(_("design effect of the weights (Kish)"))
    n_effective = models.FloatField(_("effective sample size"))
    is_current = models.BooleanField(_("in use"), default=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = staff(_("by"))

    class Meta:
        verbose_name = _("weighting")
        verbose_name_plural = _("weightings")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey"],
                condition=Q(is_current=True),
                name="surveys_weightrun_one_in_use",
            ),
        ]

    def __str__(self):
        return f"{self.survey} · {self.at:%Y-%m-%d}"


class ResultCell(models.Model):
    """Sums over the responses of one stratum that gave one answer, in one group of a breakdown.

    All estimates of a results page are made of these. ``dimension`` "" is everybody. ``value`` is a
    code, "" for asked and left blank, or "#" for the sums of a number ``y``.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="cells")
    variable = models.CharField(max_length=70)
    value = models.CharField(max_length=40)
    dimension = models.CharField(max_length=40, blank=True)
    level = models.CharField(max_length=40, blank=True)
    stratum = models.ForeignKey(Stratum, models.CASCADE, null=True, related_name="cells")
    n = models.PositiveIntegerField()
    w = models.FloatField()
    w2 = models.FloatField()
    wy = models.FloatField(default=0)
    w2y = models.FloatField(default=0)
    w2y2 = models.FloatField(default=0)
    wy2 = models.FloatField(default=0)

    class Meta:
        verbose_name = _("counted cell")
        verbose_name_plural = _("counted cells")
        indexes = [
            models.Index(fields=["survey", "dimension", "variable"], name="surveys_cell_of"),
        ]

    def __str__(self):
        return f"{self.variable} = {self.value}"


class Tabulation(models.Model):
    """The row under which the worker counts a survey's cells anew."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("tabulation", "Waiting")
        DONE = "done", pgettext_lazy("tabulation", "Counted")
        FAILED = "failed", pgettext_lazy("tabulation", "Failed")

    survey = models.OneToOneField(Survey, models.CASCADE, related_name="tabulation")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    due_at = models.DateTimeField(default=timezone.now, db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    n = models.PositiveIntegerField(default=0)
    built_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("counting")
        verbose_name_plural = _("countings")

    def __str__(self):
        return str(self.survey)


class PublicationQuerySet(models.QuerySet):
    def published(self):
        return self.filter(state=Publication.State.PUBLISHED)


class Publication(models.Model):
    """One version of a survey's public results: numbers, method and words, frozen together."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", pgettext_lazy("publication", "Waits for somebody else")
        PUBLISHED = "published", pgettext_lazy("publication", "Published")

    survey = models.ForeignKey(
        Survey, models.PROTECT, related_name="publications", verbose_name=_("survey")
    )
    version = models.PositiveSmallIntegerField(_("version"))
    # What every path shows: page, tooltips, CSV, XLSX, JSON. Suppressed before it is written here.
    snapshot = models.JSONField(_("results"), default=dict)
    card = models.JSONField(_("method"), default=dict)
    erratum_th = models.TextField(_("what was wrong before (Thai)"), blank=True)
    erratum_en = models.TextField(_("what was wrong before (English)"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    prepared_by = staff(_("prepared by"))
    prepared_at = models.DateTimeField(_("prepared"), default=timezone.now, editable=False)
    published_by = staff(_("published by"))
    published_at = models.DateTimeField(_("published"), null=True, editable=False)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication of results")
        verbose_name_plural = _("publications of results")
        ordering = ["survey", "-version"]
        permissions = [("publish_publication", "Can publish results")]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "version"], name="surveys_publication_version_once"
            ),
            models.UniqueConstraint(
                fields=["survey"],
                condition=~Q(state="published"),
                name="surveys_publication_one_at_work",
            ),
            models.CheckConstraint(
                name="surveys_publication_four_eyes",
                condition=~Q(state="published")
                | Q(
                    published_by__isnull=False,
                    prepared_by__isnull=False,
                    published_at__isnull=False,
                )
                & ~Q(published_by=F("prepared_by")),
                violation_error_message=_(
                    "Somebody else than who prepared them publishes results."
                ),
            ),
            models.CheckConstraint(
                name="surveys_publication_later_says_why",
                condition=~Q(state="published") | Q(version=1) | ~Q(erratum_th=""),
                violation_error_message=_("Say what was wrong in the version before."),
            ),
        ]

    def __str__(self):
        return f"{self.survey} · {self.version}"

    def get_absolute_url(self):
        return reverse("surveys:results", args=[self.survey_id])

    @property
    def erratum(self):
        return in_language(self, "erratum")


class FindingQuerySet(models.QuerySet):
    def public(self):
        return self.filter(is_public=True, survey__state=Survey.State.PUBLISHED)

    def unanswered(self):
        return self.filter(replied_on=None)

    def overdue(self, day=None):
        return self.unanswered().filter(due_on__lt=day or timezone.localdate())


class Finding(models.Model):
    """What people said, which agency answers for it, and what it did: you said, we did."""

    class Kind(models.TextChoices):
        FINDING = "finding", _("Finding")
        PROPOSAL = "proposal", _("People's proposal")

    survey = models.ForeignKey(
        Survey, models.PROTECT, related_name="findings", verbose_name=_("survey")
    )
    kind = models.CharField(pgettext_lazy("finding", "kind"), max_length=10, choices=Kind)
    text_th = models.TextField(_("what people said (Thai)"), max_length=1000)
    text_en = models.TextField(_("what people said (English)"), max_length=1000, blank=True)
    variable = models.CharField(_("question"), max_length=40, blank=True)
    agency = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="survey_findings",
        verbose_name=_("responsible agency"),
    )
    asked_on = models.DateField(_("asked"), default=timezone.localdate)
    due_on = models.DateField(_("reply due"))
    reply_th = models.TextField(_("what was done (Thai)"), max_length=2000, blank=True)
    reply_en = models.TextField(_("what was done (English)"), max_length=2000, blank=True)
    # A page of this site: the news, plan or answer that says more.
    link = models.CharField(_("page that says more"), max_length=200, blank=True)
    replied_on = models.DateField(_("replied"), null=True, blank=True)
    is_public = models.BooleanField(_("shown to the public"), default=False)
    created_by = staff(_("written by"))

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["-asked_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="surveys_finding_replied_with_words",
                condition=Q(replied_on=None) | ~Q(reply_th=""),
                violation_error_message=_("Write what was done."),
            ),
            models.CheckConstraint(
                name="surveys_finding_due_after_asked",
                condition=Q(due_on__gte=F("asked_on")),
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def text(self):
        return in_language(self, "text")

    @property
    def reply(self):
        return in_language(self, "reply")

    @property
    def is_overdue(self) -> bool:
        return self.replied_on is None and self.due_on < timezone.localdate()


class Export(models.Model):
    """A file of answers or results that the worker makes for somebody of the office."""

    class Form(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"
        SAV = "sav", "SPSS"
        JSON = "json", "JSON"
        PDF = "pdf", "PDF"
        DOCX = "docx", "DOCX"

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("export", "Being made")
        DONE = "done", pgettext_lazy("export", "Ready")
        FAILED = "failed", pgettext_lazy("export", "Failed")

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="exports")
    form = models.CharField(_("format"), max_length=5, choices=Form)
    file = models.FileField(upload_to="surveys/exports", blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    due_at = models.DateTimeField(default=timezone.now, db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    asked_by = staff(_("asked by"))

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.survey} · {self.get_form_display()}"
