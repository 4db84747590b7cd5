"""Whether the addresses elsewhere, to which editions lead, still answer."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news.models.edition import Edition


class LinkCheckQuerySet(models.QuerySet):
    def broken(self, at=None):
        """Links that readers see at that moment and that lead nowhere."""
        shown = Edition.objects.published(at)
        return self.exclude(problem="").filter(edition__in=shown).order_by("checked_at", "pk")


class LinkCheck(models.Model):
    """One address elsewhere in one edition, asked again and again while the edition is shown."""

    class Problem(models.TextChoices):
        GONE = "gone", _("the page is gone")
        FAILS = "fails", _("the site answers with an error")
        SILENT = "silent", _("the site does not answer")
        FORBIDDEN = "forbidden", _("this address is not on the public internet")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="link_checks")
    url = models.URLField(_("address"), max_length=2000)
    problem = models.CharField(_("problem"), max_length=10, choices=Problem, blank=True)
    status = models.PositiveSmallIntegerField(_("answer"), null=True)
    checked_at = models.DateTimeField(_("checked"), null=True)
    # The worker's ledger: no queue beside the rows themselves.
    state = models.CharField(max_length=10, default="waiting", editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    due_at = models.DateTimeField(default=timezone.now, editable=False)
    error = models.TextField(blank=True, editable=False)

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("link check")
        verbose_name_plural = _("link checks")
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state="waiting"),
                name="news_linkcheck_due",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["edition", "url"], name="news_linkcheck_once")
        ]

    def __str__(self):
        return self.url
