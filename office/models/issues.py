"""What government wants the public to know each year (เรื่องสื่อสารที่สำคัญ)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from lopburi_pr.bilingual import BilingualName


class CommunicationIssue(BilingualName, models.Model):
    """One priority communication issue of one fiscal year; news, plans and surveys refer to it."""

    fiscal_year = models.PositiveSmallIntegerField(
        _("fiscal year"),
        validators=[MinValueValidator(2500), MaxValueValidator(2700)],
        help_text=_("Buddhist Era, for example 2570 (1 October 2569 to 30 September 2570)"),
    )
    key = models.SlugField(_("key"), max_length=40)
    name_th = models.CharField(_("name (Thai)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    source_note = models.TextField(_("source"), blank=True)

    class Meta:
        verbose_name = _("communication issue")
        verbose_name_plural = _("communication issues")
        ordering = ["-fiscal_year", "key"]
        constraints = [
            models.UniqueConstraint(fields=["fiscal_year", "key"], name="office_issue_once_a_year"),
        ]

    def __str__(self):
        return f"{self.fiscal_year} · {self.name}"
