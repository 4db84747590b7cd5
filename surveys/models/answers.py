"""What people answered. Nothing here tells who they are, and nothing knows the hour.

``tests/surveys/test_anonymity.py`` reads these tables and fails on any column that could.
"""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office.people import staff
from surveys.models.design import Interviewer, Stratum
from surveys.models.surveys import Questionnaire, Survey


class Sitting(models.Model):
    """Answers that are being given, kept under a secret of the respondent's browser for some days.

    The browser holds the secret and when it began; this row holds the answers.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="sittings")
    mode = models.CharField(max_length=20, choices=Survey.Mode)
    answers = models.JSONField(default=dict)
    # Name of a section → what was typed there and is not valid yet.
    unfinished = models.JSONField(default=dict)
    touched_on = models.DateField(default=timezone.localdate)

    class Meta:
        verbose_name = _("unfinished answers")
        verbose_name_plural = _("unfinished answers")

    def __str__(self):
        return str(self.questionnaire)


class ResponseQuerySet(models.QuerySet):
    def counted(self):
        """What results are made of."""
        return self.filter(state=Response.State.COMPLETE)


class Response(models.Model):
    """One person's answers to one version of a questionnaire.

    ``data``: variable → answer; a key is absent when it was not asked, null when it was left blank.
    """

    class State(models.TextChoices):
        COMPLETE = "complete", _("Counted")
        SCREENED_OUT = "screened-out", _("Not one of those who are asked")
        OVER_QUOTA = "over-quota", _("Its quota was full")
        LATE = "late", _("Arrived after the end: to be looked at")
        REJECTED = "rejected", pgettext_lazy("response", "Rejected")
        DUPLICATE = "duplicate", _("Answered twice")
        WITHDRAWN = "withdrawn", _("Taken back by who gave it")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="responses")
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="responses")
    mode = models.CharField(_("answered"), max_length=20, choices=Survey.Mode)
    stratum = models.ForeignKey(
        Stratum, models.PROTECT, null=True, related_name="responses", verbose_name=_("stratum")
    )
    # Where people were drawn together (a village, an enumeration area); "" where they were not.
    cluster = models.CharField(_("sampled together"), max_length=20, blank=True)
    interviewer = models.ForeignKey(
        Interviewer, models.PROTECT, null=True, related_name="responses"
    )
    received_on = models.DateField(_("day"), default=timezone.localdate)
    seconds = models.PositiveIntegerField(_("time it took (seconds)"), null=True)
    data = models.JSONField(_("answers"), encoder=DjangoJSONEncoder, default=dict)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.COMPLETE)
    weight = models.FloatField(_("weight"), null=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        indexes = [
            models.Index(fields=["survey", "state", "stratum"], name="surveys_response_counted"),
        ]
        constraints = [
            models.CheckConstraint(
                name="surveys_response_interviewed_by_somebody",
                condition=Q(interviewer=None) | Q(mode="interview"),
            ),
            models.CheckConstraint(
                name="surveys_response_withdrawn_is_empty",
                condition=~Q(state="withdrawn") | Q(data={}),
            ),
        ]

    def __str__(self):
        return str(self.pk)


class ResponseChange(models.Model):
    """What somebody of the office changed of a response, and why."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="changes")
    on = models.DateField(_("day"), default=timezone.localdate)
    by = staff(_("by"))
    state_before = models.CharField(max_length=20, choices=Response.State)
    state_after = models.CharField(max_length=20, choices=Response.State)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.CharField(_("reason"), max_length=500)

    class Meta:
        verbose_name = _("change of a response")
        verbose_name_plural = _("changes of responses")
        ordering = ["pk"]

    def __str__(self):
        return self.reason


class HeldSubmission(models.Model):
    """What a device sent and could not be taken as it was: kept, and overwriting nothing."""

    class Reason(models.TextChoices):
        OTHER_BODY = "other-body", _("Sent before with other answers")
        INVALID = "invalid", _("Answers that the questionnaire does not allow")
        UNKNOWN_VERSION = "unknown-version", _("A version that was never published")

    survey = models.ForeignKey(Survey, models.CASCADE, null=True, related_name="held")
    response_id = models.UUIDField()
    interviewer = models.ForeignKey(Interviewer, models.PROTECT, null=True, related_name="held")
    body = models.JSONField()
    sha256 = models.CharField(max_length=64)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    note = models.TextField(_("what was found"), blank=True)
    received_on = models.DateField(_("day"), default=timezone.localdate)
    settled_by = staff(_("settled by"))
    decision = models.CharField(_("decision"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("held submission")
        verbose_name_plural = _("held submissions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["response_id", "sha256"], name="surveys_heldsubmission_once"
            ),
        ]

    def __str__(self):
        return str(self.response_id)


class PaperForm(models.Model):
    """A sheet that is keyed in twice, by two people; it counts once both agree."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="paper_forms")
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="paper_forms")
    serial = models.CharField(_("number on the sheet"), max_length=20)
    first = models.JSONField(null=True, editable=False)
    first_by = staff(_("keyed in by"))
    second = models.JSONField(null=True, editable=False)
    second_by = staff(_("keyed in again by"))
    # How many answers differed before both were looked at; printed with the method.
    differing = models.PositiveSmallIntegerField(null=True, editable=False)
    response = models.OneToOneField(
        Response, models.PROTECT, null=True, editable=False, related_name="paper_form"
    )
    settled_by = staff(_("differences settled by"))

    class Meta:
        verbose_name = _("paper form")
        verbose_name_plural = _("paper forms")
        ordering = ["survey", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "serial"], name="surveys_paperform_once"),
            models.CheckConstraint(
                name="surveys_paperform_four_eyes",
                condition=Q(second_by=None) | ~Q(second_by=F("first_by")),
                violation_error_message=_("Somebody else keys the sheet in again."),
            ),
        ]

    def __str__(self):
        return self.serial
