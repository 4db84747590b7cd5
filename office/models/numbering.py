"""Running numbers: news, requests and loans each count from 1 every year."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RunningNumber(models.Model):
    """The last number given in one series and year."""

    series = models.SlugField(_("series"), max_length=40)
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number given"), default=0)

    class Meta:
        verbose_name = _("running number")
        verbose_name_plural = _("running numbers")
        constraints = [
            models.UniqueConstraint(fields=["series", "year"], name="office_runningnumber_series"),
        ]

    def __str__(self):
        return f"{self.series} {self.year}: {self.last}"
