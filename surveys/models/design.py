"""Of whom a survey asks: strata, margins, quotas, one-time codes and interviewers."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lopburi_pr.bilingual import BilingualName
from surveys.models.surveys import Survey


class Stratum(BilingualName, models.Model):
    """A part of the population that is sampled by itself: a district, mostly.

    ``code`` is the code of a place; an answer belongs to the stratum whose code its place begins
    with, the longest first.
    """

    survey = models.ForeignKey(
        Survey, models.CASCADE, related_name="strata", verbose_name=_("survey")
    )
    code = models.CharField(_("code"), max_length=20)
    name_th = models.CharField(_("name (Thai)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120, blank=True)
    population = models.PositiveIntegerField(_("people in it"), null=True, blank=True)
    source = models.CharField(_("source of the number"), max_length=300, blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    target = models.PositiveIntegerField(_("answers wanted"), default=0)

    class Meta:
        verbose_name = _("stratum")
        verbose_name_plural = _("strata")
        ordering = ["survey", "code"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "code"], name="surveys_stratum_code_once"),
            models.CheckConstraint(
                name="surveys_stratum_population_with_source",
                condition=Q(population=None) | ~Q(source=""),
                violation_error_message=_("Say where the number of people is from."),
            ),
        ]


class Margin(models.Model):
    """How many people of the population gave one answer, known from elsewhere: for weighting."""

    survey = models.ForeignKey(
        Survey, models.CASCADE, related_name="margins", verbose_name=_("survey")
    )
    variable = models.CharField(_("question"), max_length=40)
    code = models.CharField(_("answer"), max_length=40)
    population = models.PositiveIntegerField(_("people"))
    source = models.CharField(_("source of the number"), max_length=300)
    as_of = models.DateField(_("as of"), null=True, blank=True)

    class Meta:
        verbose_name = _("margin of the population")
        verbose_name_plural = _("margins of the population")
        ordering = ["survey", "variable", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "variable", "code"], name="surveys_margin_level_once"
            ),
        ]

    def __str__(self):
        return f"{self.variable} = {self.code}"


class Quota(models.Model):
    """At most so many answers of one kind. ``filled`` is counted under this row's lock."""

    class Action(models.TextChoices):
        STOP = "stop", _("Take no more")
        FLAG = "flag", _("Take more, and say so")

    survey = models.ForeignKey(
        Survey, models.CASCADE, related_name="quotas", verbose_name=_("survey")
    )
    name = models.CharField(_("name"), max_length=120)
    # Variable → answers, all of which must fit: {"D2": ["1", "2"], "D1": ["1601"]}; places by
    # the beginning of their codes.
    condition = models.JSONField(_("whose answers"), default=dict)
    target = models.PositiveIntegerField(_("answers wanted"))
    filled = models.PositiveIntegerField(_("answers so far"), default=0, editable=False)
    action = models.CharField(_("when it is full"), max_length=8, choices=Action, default="stop")

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        ordering = ["survey", "name"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "name"], name="surveys_quota_name_once"),
            models.CheckConstraint(
                name="surveys_quota_never_overfilled",
                condition=Q(action="flag") | Q(filled__lte=F("target")),
            ),
        ]

    def __str__(self):
        return self.name


class AccessCode(models.Model):
    """That a one-time code exists, and whether it was used; neither when nor by which answer.

    Only a keyed digest is kept. There is no running number, so that nothing tells in which order
    codes were used.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="codes")
    stratum = models.ForeignKey(Stratum, models.CASCADE, null=True, related_name="codes")
    batch = models.PositiveSmallIntegerField()
    is_used = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        indexes = [models.Index(fields=["survey", "batch"], name="surveys_code_of_batch")]

    def __str__(self):
        return self.digest[:8]


class Interviewer(models.Model):
    """Somebody with an account who asks people for one survey."""

    survey = models.ForeignKey(
        Survey, models.CASCADE, related_name="interviewers", verbose_name=_("survey")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="interviewing",
        verbose_name=_("account"),
    )
    number = models.PositiveSmallIntegerField(_("number"))
    strata = models.ManyToManyField(
        Stratum, blank=True, related_name="interviewers", verbose_name=_("where")
    )
    target = models.PositiveIntegerField(_("answers wanted"), default=0)
    is_active = models.BooleanField(_("at work"), default=True)

    class Meta:
        verbose_name = _("interviewer")
        verbose_name_plural = _("interviewers")
        ordering = ["survey", "number"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "user"], name="surveys_interviewer_once"),
            models.UniqueConstraint(
                fields=["survey", "number"], name="surveys_interviewer_number_once"
            ),
        ]

    def __str__(self):
        return f"{self.number:02} · {self.user}"
