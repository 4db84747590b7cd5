"""Occasions that the whole site shows: royal days, mourning, festivals."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lopburi_pr.bilingual import in_language
from lopburi_pr.thai_text import normalise


class OccasionQuerySet(models.QuerySet):
    def shown(self, at=None):
        """Occasions whose banner stands on every page at that moment."""
        at = at or timezone.now()
        return self.filter(shown_from__lte=at, shown_until__gt=at)


class Occasion(models.Model):
    """A quiet band under the masthead between two moments; set by announcement, never by code."""

    class Kind(models.TextChoices):
        ROYAL = "royal", _("Royal occasion")
        MOURNING = "mourning", _("Mourning")
        FESTIVAL = "festival", _("Festival")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.ROYAL)
    title_th = models.CharField(
        _("title (Thai)"), max_length=160, help_text=_("For example ทรงพระเจริญ")
    )
    title_en = models.CharField(_("title (English)"), max_length=160, blank=True)
    text_th = models.CharField(_("text (Thai)"), max_length=400, blank=True)
    text_en = models.CharField(_("text (English)"), max_length=400, blank=True)
    shown_from = models.DateTimeField(_("shown from"))
    shown_until = models.DateTimeField(_("shown until"))
    is_muted = models.BooleanField(
        _("muted colours"),
        default=False,
        help_text=_("Pages turn grey and pictures colourless. Alerts of severe danger stay red."),
    )

    objects = OccasionQuerySet.as_manager()

    class Meta:
        verbose_name = _("occasion")
        verbose_name_plural = _("occasions")
        ordering = ["-shown_from"]
        constraints = [
            models.CheckConstraint(
                name="news_occasion_ends_after_it_begins",
                condition=Q(shown_until__gt=F("shown_from")),
                violation_error_message=_("It can't end before it begins."),
            ),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        for name in ("title_th", "title_en", "text_th", "text_en"):
            setattr(self, name, normalise(getattr(self, name)).strip())
        super().save(*args, **kwargs)

    @property
    def title(self):
        return in_language(self, "title")

    @property
    def text(self):
        return in_language(self, "text")
