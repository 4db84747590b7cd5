"""Loans: asked for by anybody with a reason, approved, handed out, taken back, closed."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models.equipment import DAY, Asset, HasPeriod, midnight
from network.models.organizations import Organization
from office.models.identity import phone_number


def _staff(name=None):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=name,
    )


def file_name(handover, filename):
    return f"network/handovers/{uuid.uuid4().hex}.jpg"


class LoanQuerySet(models.QuerySet):
    def waiting(self):
        """Not answered yet, what is wanted first before what is wanted later."""
        return self.filter(state=Loan.State.REQUESTED).order_by("period", "pk")

    def to_hand_out(self, at=None):
        """Approved, and their first day has come."""
        at = at or timezone.now()
        return self.filter(state=Loan.State.APPROVED, period__startswith__lte=at)

    def out(self):
        """With the borrower, what is due first before what is due later."""
        return self.filter(state=Loan.State.OUT).order_by("period__endswith", "pk")

    def due_on(self, day):
        """To come back by the end of that day."""
        return self.out().filter(period__endswith=midnight(day + DAY))

    def overdue(self, at=None):
        """Still out after the day on which they should have come back."""
        return self.out().filter(period__endswith__lte=at or timezone.now())


class Loan(HasPeriod, models.Model):
    """What an agency asked to borrow, for which days, and how far it is.

    Who borrows is never public. The borrower follows it by a secret link, of which only the hash
    is kept here.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("Waits for an answer")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        OUT = "out", _("Handed out")
        RETURNED = "returned", _("Returned")
        CLOSED = "closed", _("Closed")
        CANCELLED = "cancelled", _("Cancelled")

    # What the borrower reads about each.
    EXPLAINED = {
        State.REQUESTED: _("We have your request. The answer will stand on this page."),
        State.APPROVED: _(
            "It is reserved for you. Come on the first day in office hours, with this number."
        ),
        State.REFUSED: _("We can't lend it this time. The reason stands below."),
        State.OUT: _("It is with you. Please bring it back by the last day in office hours."),
        State.RETURNED: _("It is back with us. We check it and then close the loan."),
        State.CLOSED: _("Everything is settled. Thank you."),
        State.CANCELLED: _("The request is cancelled. Nothing is reserved."),
    }

    year = models.PositiveSmallIntegerField(editable=False)
    number = models.PositiveIntegerField(editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.REQUESTED, editable=False
    )
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="loans",
        verbose_name=_("organisation in the directory"),
    )
    agency = models.CharField(_("agency or group"), max_length=200)
    contact = models.CharField(_("contact person"), max_length=200)
    phone = models.CharField(_("telephone"), max_length=20, validators=[phone_number])
    email = models.EmailField(_("e-mail"), blank=True)
    letter_number = models.CharField(_("number of your letter"), max_length=60, blank=True)
    purpose = models.TextField(_("what for"), max_length=1000)
    place = models.CharField(_("where it will be used"), max_length=200)
    period = DateTimeRangeField(_("days"))
    wanted = models.ManyToManyField(
        Asset, blank=True, related_name="+", verbose_name=_("equipment wanted")
    )
    wishes = models.TextField(_("other wishes"), max_length=500, blank=True)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, editable=False)
    reason = models.TextField(_("reason"), max_length=500, blank=True, editable=False)
    outcome = models.TextField(_("what it was used for"), max_length=1000, blank=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    decided_by = _staff(_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)

    objects = LoanQuerySet.as_manager()

    class Meta:
        verbose_name = _("loan")
        verbose_name_plural = _("loans")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="network_loan_number_once"),
            models.CheckConstraint(
                name="network_loan_has_days",
                condition=Q(period__isempty=False)
                & Q(period__startswith__isnull=False)
                & Q(period__endswith__isnull=False),
                violation_error_message=_("The first day must come before the last."),
            ),
            models.CheckConstraint(
                name="network_loan_refused_with_reason",
                condition=~Q(state="refused") | ~Q(reason=""),
                violation_error_message=_("Say why it is refused."),
            ),
            models.CheckConstraint(
                name="network_loan_decided_when",
                condition=Q(state__in=["requested", "cancelled"]) | Q(decided_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state"], name="network_loan_state")]

    def __str__(self):
        return f"{self.reference} {self.borrower}"

    @property
    def reference(self):
        """ยค.2569/0001, as it is told to the borrower."""
        return f"ยค.{self.year}/{self.number:04}"

    @property
    def borrower(self):
        return str(self.organization) if self.organization_id else self.agency

    @property
    def explained(self):
        """What the borrower has to know about the state it is in."""
        return self.EXPLAINED[self.state]

    @property
    def is_overdue(self):
        return self.state == self.State.OUT and self.period.upper <= timezone.now()

    @property
    def tone(self):
        """Of the status component."""
        if self.is_overdue:
            return "danger"
        tones = {self.State.REQUESTED: "warning", self.State.APPROVED: "success"}
        return (tones | {self.State.OUT: "info", self.State.REFUSED: "danger"}).get(
            self.state, "neutral"
        )

    def get_admin_url(self):
        return reverse("admin:network_loan_change", args=[self.pk])


class Handover(models.Model):
    """One time when things changed hands: what was there, in which condition, who signed what."""

    class Direction(models.TextChoices):
        OUT = "out", _("Handed out")
        IN = "in", _("Taken back")

    loan = models.ForeignKey(Loan, models.CASCADE, related_name="handovers")
    direction = models.CharField(_("direction"), max_length=3, choices=Direction)
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = _staff(_("by"))
    # See network.lending.Checked.as_json: one object for each thing.
    checklist = models.JSONField(_("checklist"), default=list)
    note = models.TextField(_("condition and remarks"), max_length=1000, blank=True)
    terms = models.TextField(_("what was agreed to"), help_text=_("The words as they were read."))
    signed_name = models.CharField(_("full name of who signs"), max_length=200)
    signature = models.FileField(_("signature"), upload_to=file_name, blank=True)
    photos = ArrayField(
        models.CharField(max_length=100), verbose_name=_("photographs"), default=list, blank=True
    )

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="network_handover_is_signed",
                condition=~Q(signed_name="") & ~Q(terms=""),
                violation_error_message=_("Write who signs."),
            ),
        ]

    def __str__(self):
        return f"{self.get_direction_display()} · {self.loan.reference}"


class Reminder(models.Model):
    """One letter to a borrower, ``days`` after the day on which everything must be back."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits to be sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    loan = models.ForeignKey(Loan, models.CASCADE, related_name="reminders")
    days = models.SmallIntegerField(_("days after the last day"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    due_at = models.DateTimeField(_("next try"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    error = models.TextField(_("error"), blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["loan", "days"], name="network_reminder_once"),
            models.CheckConstraint(
                name="network_reminder_on_five_days", condition=Q(days__in=[-1, 0, 1, 3, 7])
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="network_reminder_waiting", condition=Q(state="waiting")
            )
        ]

    def __str__(self):
        return f"{self.loan.reference} {self.days:+}"
