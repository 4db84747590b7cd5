"""When an adviser can be met, and what is agreed: consultations and speakers."""

import uuid

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consulting.models.requests import AdvisoryRequest
from lopburi_pr.templatetags.thai import day_span, daytime
from office.people import staff


class Availability(models.Model):
    """Hours of one weekday in which an adviser can be met."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")

    adviser = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="availabilities",
        verbose_name=_("adviser"),
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("until"))
    minutes = models.PositiveSmallIntegerField(_("minutes of one appointment"), default=45)

    class Meta:
        verbose_name = _("hours of an adviser")
        verbose_name_plural = _("hours of advisers")
        ordering = ["adviser", "weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                name="consulting_availability_in_order",
                condition=Q(closes__gt=F("opens"), minutes__gte=15, minutes__lte=480),
                violation_error_message=_("The end comes after the beginning; 15 minutes or more."),
            ),
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class Absence(models.Model):
    """Days on which an adviser is away, and who stands in."""

    adviser = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences", verbose_name=_("adviser")
    )
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("deputy"),
        help_text=_("Gets what comes in for the adviser on these days."),
    )

    class Meta:
        verbose_name = _("absence of an adviser")
        verbose_name_plural = _("absences of advisers")
        ordering = ["first_on"]
        constraints = [
            models.CheckConstraint(
                name="consulting_absence_in_order",
                condition=Q(last_on__gte=F("first_on")),
                violation_error_message=_("The last day must not come before the first."),
            ),
            models.CheckConstraint(
                name="consulting_absence_deputy_is_another",
                condition=Q(deputy=None) | ~Q(deputy=F("adviser")),
                violation_error_message=_("The deputy is somebody else."),
            ),
        ]

    def __str__(self):
        return f"{self.adviser} {day_span(self.first_on, self.last_on)}"


class AppointmentQuerySet(models.QuerySet):
    def ahead(self, at=None):
        """Asked for or confirmed, and not over, the next first."""
        live = (Appointment.State.REQUESTED, Appointment.State.CONFIRMED)
        rows = self.filter(state__in=live, period__endswith__gt=at or timezone.now())
        return rows.order_by("period")

    def taken(self, period):
        """What stands in the way of a period."""
        return self.filter(state__in=Appointment.FIRM, period__overlap=period)


class Appointment(models.Model):
    """One consultation, or one time an adviser speaks somewhere."""

    class Mode(models.TextChoices):
        ONSITE = "onsite", _("At the agency")
        OFFICE = "office", _("At our office")
        ONLINE = "online", _("Online")
        PHONE = "phone", _("By telephone")

    class State(models.TextChoices):
        REQUESTED = "requested", _("Asked for")
        CONFIRMED = "confirmed", _("Confirmed")
        DONE = "done", _("Took place")
        NO_SHOW = "no-show", _("Nobody came")
        CANCELLED = "cancelled", _("Cancelled")

    FIRM = ("confirmed", "done", "no-show")

    request = models.ForeignKey(
        AdvisoryRequest, models.CASCADE, related_name="appointments", verbose_name=_("request")
    )
    adviser = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="appointments",
        verbose_name=_("adviser"),
    )
    period = DateTimeRangeField(_("when"))
    mode = models.CharField(_("how"), max_length=8, choices=Mode)
    place = models.CharField(
        _("place, address of the meeting or telephone"), max_length=300, blank=True
    )
    purpose = models.CharField(pgettext_lazy("appointment", "what for"), max_length=300)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.REQUESTED, editable=False
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)
    # Of its calendar file: the same appointment, moved so many times.
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveSmallIntegerField(default=0, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    made_by = staff(_("made by"))

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["period"]
        constraints = [
            ExclusionConstraint(
                name="consulting_appointment_one_at_a_time",
                # A number as a one-point range needs no extension, unlike plain equality in GiST.
                expressions=[
                    (
                        Func("adviser_id", "adviser_id", Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=["confirmed", "done", "no-show"]),
                violation_error_message=_("The adviser has another appointment at that time."),
            ),
            models.CheckConstraint(
                name="consulting_appointment_has_hours",
                condition=Q(period__isempty=False)
                & Q(period__startswith__isnull=False)
                & Q(period__endswith__isnull=False),
                violation_error_message=_("The end comes after the beginning."),
            ),
        ]

    def __str__(self):
        return f"{self.request.reference} {daytime(self.period.lower)}"
