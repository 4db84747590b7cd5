"""What the office owns and lends: the register, the calendar of each thing, the yearly count."""

import uuid
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lopburi_pr.bilingual import BilingualName, in_language
from lopburi_pr.thai_calendar import BANGKOK
from lopburi_pr.thai_text import normalise

DAY = timedelta(days=1)


def span(first: date, last: date) -> DateTimeTZRange:
    """Whole days here, both included: from midnight to the midnight after ``last``."""
    return DateTimeTZRange(midnight(first), midnight(last + DAY))


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BANGKOK)


def _photo_name(asset, filename):
    return f"network/assets/{uuid.uuid4().hex}.jpg"


class HasPeriod:
    """Rows with a ``period`` of whole days."""

    @property
    def first_day(self):
        return timezone.localtime(self.period.lower, BANGKOK).date()

    @property
    def last_day(self):
        """The day by whose end it must be back."""
        return (timezone.localtime(self.period.upper, BANGKOK) - timedelta(microseconds=1)).date()


class AssetQuerySet(models.QuerySet):
    def owned(self):
        """Not disposed of."""
        return self.filter(retired_on=None)

    def listed(self):
        """What the public sees and may ask for."""
        return self.owned().filter(is_lent=True)

    def in_order(self):
        """In working order, and so are all parts of it."""
        broken = Asset.objects.owned().exclude(condition=Asset.Condition.USABLE)
        kits = broken.filter(kit__isnull=False).values("kit")
        return self.filter(condition=Asset.Condition.USABLE).exclude(pk__in=kits)


class Asset(BilingualName, models.Model):
    """One thing with a number of its own. Whether it is free or out is never stored here."""

    class Category(models.TextChoices):
        VEHICLE = "vehicle", _("Vehicle")
        SOUND = "sound", _("Sound")
        SCREEN = "screen", _("Screen and lights")
        CAMERA = "camera", _("Camera")
        TENT = "tent", _("Tents and furniture")
        OTHER = "other", _("Other")

    class Condition(models.TextChoices):
        USABLE = "usable", _("In working order")
        DAMAGED = "damaged", _("Damaged")
        MISSING = "missing", _("Missing")

    number = models.CharField(
        _("asset number"),
        max_length=60,
        unique=True,
        help_text=_("As it stands on the thing, for example 6710-001-0001/65."),
    )
    name_th = models.CharField(_("name (Thai)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    category = models.CharField(_("category"), max_length=10, choices=Category)
    purpose_th = models.TextField(_("what it is for (Thai)"), max_length=500, blank=True)
    purpose_en = models.TextField(_("what it is for (English)"), max_length=500, blank=True)
    accessories = models.TextField(
        _("what belongs to it"),
        max_length=1000,
        blank=True,
        help_text=_("One on each line: they are ticked off when it is handed over."),
    )
    kit = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("part of the kit"),
        help_text=_("A kit is lent with all of its parts."),
    )
    custodian = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        limit_choices_to={"is_staff": True},
        related_name="+",
        verbose_name=_("custodian"),
    )
    place = models.CharField(_("where it is kept"), max_length=200, blank=True)
    condition = models.CharField(
        _("condition"), max_length=10, choices=Condition, default=Condition.USABLE
    )
    bought_on = models.DateField(_("bought on"), null=True, blank=True)
    photo = models.FileField(_("photograph"), upload_to=_photo_name, blank=True)
    is_lent = models.BooleanField(
        _("agencies may borrow it"), default=True, help_text=_("Then it is in the public list.")
    )
    retired_on = models.DateField(_("disposed of on"), null=True, blank=True)
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = AssetQuerySet.as_manager()

    class Meta:
        verbose_name = _("equipment")
        verbose_name_plural = _("equipment")
        ordering = ["category", "number"]
        constraints = [
            models.CheckConstraint(
                name="network_asset_kit_is_another",
                condition=Q(kit=None) | ~Q(kit=F("pk")),
                violation_error_message=_("It can't be a part of itself."),
            ),
        ]

    def get_absolute_url(self):
        return reverse("network:asset", args=[self.pk])

    def clean(self):
        self.number = normalise(self.number).strip()
        if self.kit_id and (self.kit.kit_id or (self.pk and self.parts.exists())):
            raise ValidationError({"kit": _("A kit can't be a part of another kit.")})

    @property
    def purpose(self):
        return in_language(self, "purpose")


class HoldQuerySet(models.QuerySet):
    def live(self):
        """Those that keep others out."""
        return self.filter(state__in=Hold.LIVE)

    def against(self, period, at=None):
        """What stands in the way of having a thing in ``period``: live holds that overlap, and
        things that should be back by now and are not, when the period begins today or earlier.
        """
        at = at or timezone.now()
        in_the_way = Q(period__overlap=period)
        if period.lower <= at:
            in_the_way |= Q(state=Hold.State.OUT, period__endswith__lte=at)
        return self.live().filter(in_the_way)

    def out(self):
        """With somebody, at a workshop or in our own use now."""
        return self.filter(state=Hold.State.OUT)

    def overdue(self, at=None):
        """Still out after the day on which it should have come back."""
        return self.out().filter(period__endswith__lte=at or timezone.now())


class Hold(HasPeriod, models.Model):
    """A stretch of days in which one thing is not free, and for whom.

    Booking comes first: a hold is approved long before the thing leaves. The database refuses two
    live holds of one thing on one day, whoever writes them.
    """

    class Kind(models.TextChoices):
        LOAN = "loan", _("Lent")
        OWN_USE = "own-use", _("Own use")
        MAINTENANCE = "maintenance", _("Repair or maintenance")

    class State(models.TextChoices):
        APPROVED = "approved", _("Reserved")
        OUT = "out", _("Out")
        OVER = "over", _("Over")
        CANCELLED = "cancelled", _("Cancelled")

    LIVE = (State.APPROVED, State.OUT)

    asset = models.ForeignKey(
        Asset, models.PROTECT, related_name="holds", verbose_name=_("equipment")
    )
    period = DateTimeRangeField(_("days"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.APPROVED)
    loan = models.ForeignKey("Loan", models.CASCADE, null=True, related_name="holds")
    note = models.CharField(_("what for, or what is broken"), max_length=300, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ["period", "pk"]
        constraints = [
            ExclusionConstraint(
                name="network_hold_one_at_a_time",
                # A number as a one-point range needs no extension, unlike plain equality in GiST.
                expressions=[
                    (
                        Func("asset_id", "asset_id", Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=["approved", "out"]),
                violation_error_message=_("It is not free: somebody else has it on these days."),
            ),
            models.CheckConstraint(
                name="network_hold_has_days",
                condition=Q(period__isempty=False)
                & Q(period__startswith__isnull=False)
                & Q(period__endswith__isnull=False),
                violation_error_message=_("The first day must come before the last."),
            ),
            models.CheckConstraint(
                name="network_hold_loan_of_its_kind",
                condition=Q(kind="loan", loan__isnull=False) | (~Q(kind="loan") & Q(loan=None)),
            ),
        ]

    def __str__(self):
        return f"{self.asset} · {self.get_kind_display()}"

    @property
    def holder(self):
        """Who has it, for staff: the borrower, or what the office does with it."""
        return self.loan.borrower if self.loan_id else self.get_kind_display()


class StockTake(models.Model):
    """The count of everything the office owns, once in each fiscal year.

    The Ministry of Finance's rules on public procurement (2560), clause 213, ask for it.
    """

    year = models.PositiveSmallIntegerField(_("fiscal year"), unique=True)
    opened_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    closed_at = models.DateTimeField(_("finished"), null=True, editable=False)
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)

    class Meta:
        verbose_name = _("yearly count")
        verbose_name_plural = _("yearly counts")
        ordering = ["-year"]

    def __str__(self):
        return _("Count of fiscal year %(year)s") % {"year": self.year}


class StockLine(models.Model):
    """What was found of one thing in one count; nothing yet while ``finding`` is blank."""

    class Finding(models.TextChoices):
        FOUND = "found", _("Found")
        DAMAGED = "damaged", _("Damaged")
        MISSING = "missing", _("Missing")

    take = models.ForeignKey(StockTake, models.CASCADE, related_name="lines")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="+")
    finding = models.CharField(_("found"), max_length=10, choices=Finding, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    counted_at = models.DateTimeField(_("counted"), null=True)

    class Meta:
        verbose_name = _("line of a count")
        verbose_name_plural = _("lines of a count")
        ordering = ["asset__category", "asset__number"]
        constraints = [
            models.UniqueConstraint(fields=["take", "asset"], name="network_stockline_once"),
            models.CheckConstraint(
                name="network_stockline_counted_when",
                condition=Q(finding="", counted_at=None)
                | (~Q(finding="") & Q(counted_at__isnull=False)),
            ),
        ]

    def __str__(self):
        return f"{self.asset} · {self.get_finding_display() or '–'}"
