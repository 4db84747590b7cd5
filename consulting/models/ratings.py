"""What requesters think of the advice: at once, and what became of it later."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consulting.models.requests import AdvisoryRequest


class Rating(models.Model):
    """One requester's word on one request: at once (wave 0), and after 30 and 90 days."""

    class Use(models.TextChoices):
        FULLY = "fully", _("We used it")
        PARTLY = "partly", _("We used part of it")
        NOT_YET = "not-yet", _("Not yet")
        NOT = "not", _("We did not use it")

    WAVES = (0, 30, 90)
    ASPECTS = {
        "useful": _("It helped us"),
        "clear": _("It was easy to understand"),
        "in_time": _("It came in time"),
        "kind": _("We were treated kindly"),
    }

    request = models.ForeignKey(AdvisoryRequest, models.CASCADE, related_name="ratings")
    wave = models.PositiveSmallIntegerField(_("days after the answer"), default=0)
    overall = models.PositiveSmallIntegerField(_("all in all"), null=True, blank=True)
    useful = models.PositiveSmallIntegerField(ASPECTS["useful"], null=True, blank=True)
    clear = models.PositiveSmallIntegerField(ASPECTS["clear"], null=True, blank=True)
    in_time = models.PositiveSmallIntegerField(ASPECTS["in_time"], null=True, blank=True)
    kind = models.PositiveSmallIntegerField(ASPECTS["kind"], null=True, blank=True)
    use = models.CharField(_("was it used"), max_length=8, choices=Use, blank=True)
    words = models.TextField(_("what became of it"), max_length=2000, blank=True)
    given_at = models.DateTimeField(_("given"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("rating of advice")
        verbose_name_plural = _("ratings of advice")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["request", "wave"], name="consulting_rating_wave_once"),
            models.CheckConstraint(
                name="consulting_rating_wave_known", condition=Q(wave__in=[0, 30, 90])
            ),
            models.CheckConstraint(
                name="consulting_rating_says_something",
                condition=Q(wave=0, overall__isnull=False) | ~Q(wave=0) & ~Q(use=""),
            ),
            *(
                models.CheckConstraint(
                    name=f"consulting_rating_{name}_to_five",
                    condition=Q(**{name: None}) | Q(**{f"{name}__range": (1, 5)}),
                )
                for name in ("overall", "useful", "clear", "in_time", "kind")
            ),
        ]

    def __str__(self):
        return f"{self.request_id} +{self.wave}"
