"""The row under which the worker looks for what has served its purpose."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PurgeRound(models.Model):
    """The one row that waits for the next look at what is kept no longer."""

    state = models.CharField(max_length=10, default="waiting")
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("round of retention")
        verbose_name_plural = _("rounds of retention")
        constraints = [
            models.CheckConstraint(name="office_purge_round_one", condition=models.Q(pk=1))
        ]

    def __str__(self):
        return f"{self.due_at}"
