"""Days on which the office is closed although they are no Saturday or Sunday (วันหยุดราชการ)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lopburi_pr.bilingual import BilingualName


class HolidayQuerySet(models.QuerySet):
    def confirmed(self):
        """Those that count: what is due moves past them."""
        return self.filter(state=Holiday.State.CONFIRMED)

    def proposed(self):
        """Those that somebody still has to decide."""
        return self.filter(state=Holiday.State.PROPOSED)

    def in_year(self, year):
        """Those of a year of the Common Era."""
        return self.filter(day__year=year)


class Holiday(BilingualName, models.Model):
    """One day off. Its state changes through the steps of ``office.holidays``; it is never deleted,
    so that what was rejected is not proposed again.
    """

    class Kind(models.TextChoices):
        NATIONAL = "national", _("national")
        CABINET = "cabinet", _("special, by the cabinet")
        REGIONAL = "regional", _("regional")
        LOCAL = "local", _("local")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("to be confirmed")
        CONFIRMED = "confirmed", _("a day off")
        REJECTED = "rejected", _("no day off")

    day = models.DateField(
        _("date of the day off"),
        unique=True,
        error_messages={"unique": _("This day stands in the list already. Decide it there.")},
    )
    name_th = models.CharField(_("name (Thai)"), max_length=300)
    name_en = models.CharField(_("name (English)"), max_length=300, blank=True)
    kind = models.CharField(
        _("kind of day off"), max_length=10, choices=Kind, default=Kind.NATIONAL
    )
    source = models.CharField(
        _("source"),
        max_length=500,
        help_text=_("Where it is written: the resolution of the cabinet with its day, or a link."),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.PROPOSED, editable=False
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("decision taken by"),
    )
    decided_at = models.DateTimeField(_("decision taken"), null=True, editable=False)
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)

    objects = HolidayQuerySet.as_manager()

    class Meta:
        verbose_name = _("day off")
        verbose_name_plural = _("days off")
        ordering = ["day"]
        constraints = [
            models.CheckConstraint(
                name="office_holiday_decided_once_decided",
                condition=models.Q(state="proposed", decided_at=None, decided_by=None)
                | (~models.Q(state="proposed") & models.Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="office_holiday_named",
                condition=~models.Q(name_th="") & ~models.Q(source=""),
            ),
            models.CheckConstraint(
                name="office_holiday_known_words",
                condition=models.Q(
                    state__in=("proposed", "confirmed", "rejected"),
                    kind__in=("national", "cabinet", "regional", "local"),
                ),
            ),
        ]
