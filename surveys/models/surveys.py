"""A survey, the versions of its questionnaire, and the library that questions are taken from."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lopburi_pr.bilingual import in_language
from office.models import CommunicationIssue
from office.people import staff


class SurveyQuerySet(models.QuerySet):
    def public(self):
        """What readers may know of: everything that was opened once, and not taken back since."""
        return self.filter(state__in=Survey.PUBLIC)

    def open_on(self, day=None):
        """Where answers are taken on that day."""
        day = day or timezone.localdate()
        return self.filter(state=Survey.State.OPEN, opens_on__lte=day, closes_on__gte=day)

    def with_results(self):
        return self.filter(state=Survey.State.PUBLISHED)


class Survey(models.Model):
    """One round of asking people: its design, its days, and how far it is."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", pgettext_lazy("survey", "Open")
        CLOSED = "closed", pgettext_lazy("survey", "Closed")
        PUBLISHED = "published", _("Results published")
        WITHDRAWN = "withdrawn", pgettext_lazy("survey", "Withdrawn")

    PUBLIC = (State.OPEN, State.CLOSED, State.PUBLISHED)

    class Design(models.TextChoices):
        """Decides what may be said: only a probability sample has a margin of error."""

        PROBABILITY = "probability", _("Probability sample")
        QUOTA = "quota", _("Quota sample")
        OPEN_LINK = "open-link", _("Open link: whoever wants to answers")

    class Mode(models.TextChoices):
        WEB = "web", _("On the web")
        KIOSK = "kiosk", _("At a kiosk")
        INTERVIEW = "interview", _("By an interviewer")
        PAPER = "paper", _("On paper")

    class Policy(models.TextChoices):
        NATIONAL = "national", _("National strategy")
        GOVERNMENT = "government", _("Government policy")
        DEPARTMENT = "department", _("Policy of the Public Relations Department")
        PROVINCE = "province", _("Policy of the province")
        CLUSTER = "cluster", _("Policy of the provincial cluster")

    class Bands(models.TextChoices):
        """How a mean is put into words; printed under each table."""

        EQUAL = "equal", _("Bands of equal width")
        BOONCHOM = "boonchom", _("Boonchom Srisa-ard 2545")
        HALF = "half", _("Half points: 4.50 and above is the highest")

    title_th = models.CharField(_("title (Thai)"), max_length=200)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    aim_th = models.TextField(_("what it is for (Thai)"), max_length=1500)
    aim_en = models.TextField(_("what it is for (English)"), max_length=1500, blank=True)
    policy = models.CharField(_("about"), max_length=20, choices=Policy)
    issue = models.ForeignKey(
        CommunicationIssue,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="surveys",
        verbose_name=_("communication issue"),
    )
    fiscal_year = models.PositiveSmallIntegerField(
        _("fiscal year"), validators=[MinValueValidator(2500), MaxValueValidator(2700)]
    )
    previous = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="later_waves",
        verbose_name=_("earlier wave"),
        help_text=_("The survey that asked the same before; questions of one name are compared."),
    )

    design = models.CharField(_("kind of sample"), max_length=20, choices=Design)
    modes = ArrayField(
        models.CharField(max_length=20, choices=Mode),
        verbose_name=_("ways of answering"),
        default=list,
    )
    population_th = models.CharField(
        _("whom it speaks for (Thai)"),
        max_length=300,
        help_text=_("For example: people of 18 years and over who live in Lopburi"),
    )
    population_en = models.CharField(_("whom it speaks for (English)"), max_length=300, blank=True)
    needs_code = models.BooleanField(
        _("only with a one-time code"),
        default=False,
        help_text=_("Codes are printed on paper and handed out; nothing ties them to answers."),
    )
    opens_on = models.DateField(_("first day"))
    closes_on = models.DateField(_("last day"))
    target = models.PositiveIntegerField(_("answers wanted"), default=400)

    bands = models.CharField(
        _("words for means"), max_length=20, choices=Bands, default=Bands.EQUAL
    )
    min_cell = models.PositiveSmallIntegerField(
        _("smallest group shown"),
        default=5,
        validators=[MinValueValidator(3), MaxValueValidator(50)],
        help_text=_("Numbers of fewer people than this are never shown."),
    )
    min_base = models.PositiveSmallIntegerField(
        _("smallest base of a percentage"),
        default=10,
        validators=[MinValueValidator(5), MaxValueValidator(100)],
    )
    breakdowns = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("breakdowns that are published"),
        default=list,
        blank=True,
        help_text=_("Names of questions. Only these, so that nobody is found by subtracting."),
    )
    # What the method card can't read from the rows: item of the card → {"th": …, "en": …}.
    method = models.JSONField(_("method"), default=dict, blank=True)
    reply_days = models.PositiveSmallIntegerField(
        _("days for a reply to findings"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )

    state = models.CharField(
        _("state"), max_length=20, choices=State, default=State.DRAFT, editable=False
    )
    opened_at = models.DateTimeField(_("opened"), null=True, editable=False)
    closed_at = models.DateTimeField(pgettext_lazy("survey", "closed"), null=True, editable=False)
    withdrawal_reason = models.TextField(_("reason for withdrawal"), blank=True, editable=False)
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)
    created_by = staff(_("written by"))
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["-opens_on", "-pk"]
        permissions = [
            ("open_survey", "Can open and close surveys"),
            ("read_answers_survey", "Can see what is answered before the results are published"),
            ("weigh_survey", "Can weight answers and prepare results"),
        ]
        constraints = [
            models.CheckConstraint(
                name="surveys_survey_days_in_order",
                condition=Q(closes_on__gte=F("opens_on")),
                violation_error_message=_("The last day must not come before the first."),
            ),
            models.CheckConstraint(
                name="surveys_survey_withdrawn_with_reason",
                condition=~Q(state="withdrawn") | ~Q(withdrawal_reason=""),
                violation_error_message=_("Say why the survey is withdrawn."),
            ),
            models.CheckConstraint(
                name="surveys_survey_not_its_own_wave",
                condition=Q(previous=None) | ~Q(previous=F("pk")),
                violation_error_message=_("A survey is not its own earlier wave."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("surveys:survey", args=[self.pk])

    @property
    def title(self):
        return in_language(self, "title")

    @property
    def aim(self):
        return in_language(self, "aim")

    @property
    def population(self):
        return in_language(self, "population")

    @property
    def takes_answers(self) -> bool:
        """Whether answers are taken today."""
        days = self.opens_on <= timezone.localdate() <= self.closes_on
        return self.state == self.State.OPEN and days

    @property
    def days_left(self) -> int:
        """Days until the last one, today included; 0 when it is over."""
        return max(0, (self.closes_on - timezone.localdate()).days + 1)

    @property
    def has_margin_of_error(self) -> bool:
        """Only a probability sample tells how far it may be off; others are never given one."""
        return self.design == self.Design.PROBABILITY

    @property
    def questionnaire(self):
        """The version that is asked now; None before the first."""
        return self.questionnaires.published().order_by("-number").first()


class QuestionnaireQuerySet(models.QuerySet):
    def published(self):
        return self.filter(published_at__isnull=False)

    def drafts(self):
        return self.filter(published_at=None)


class Questionnaire(models.Model):
    """One version of what a survey asks; once published no letter of it changes."""

    survey = models.ForeignKey(
        Survey, models.CASCADE, related_name="questionnaires", verbose_name=_("survey")
    )
    number = models.PositiveSmallIntegerField(_("version"))
    # The form of it is written down in docs/decisions/0029 and read by surveys.definition.
    definition = models.JSONField(_("questions"), default=dict)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    # Counts every saving of the draft: whoever saves an older one is told.
    edition = models.PositiveIntegerField(default=0, editable=False)
    updated_at = models.DateTimeField(_("last change"), default=timezone.now, editable=False)
    updated_by = staff(_("changed by"))
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    published_by = staff(_("published by"))

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ["survey", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "number"], name="surveys_questionnaire_version_once"
            ),
            models.UniqueConstraint(
                fields=["survey"],
                condition=Q(published_at=None),
                name="surveys_questionnaire_one_draft",
            ),
            models.CheckConstraint(
                name="surveys_questionnaire_published_with_sum",
                condition=Q(published_at=None) | ~Q(sha256=""),
            ),
        ]

    def __str__(self):
        return f"{self.survey} · {self.number}"


class LibraryQuestion(models.Model):
    """A well-made question, kept to be asked again in the same words."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    question = models.JSONField(_("question"))
    source = models.CharField(
        _("source"),
        max_length=300,
        blank=True,
        help_text=_("Which survey asked it, so that results can be compared."),
    )
    updated_at = models.DateTimeField(_("last change"), auto_now=True)
    updated_by = staff(_("changed by"))

    class Meta:
        verbose_name = _("question of the library")
        verbose_name_plural = _("questions of the library")
        ordering = ["name"]

    def __str__(self):
        return self.name
