"""What the back office's front page says about news: what waits, and for whom."""

from datetime import timedelta

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from news.models import Edition, Picture
from news.silence import DAYS, silence_map
from office.models.places import HOME_PROVINCE

OVERDUE = timedelta(days=1)


def counts(request):
    """Counts for the back office's front page."""
    if not request.user.has_perm("news.view_edition"):
        return []
    list_url = reverse("admin:news_edition_changelist")
    failed = Picture.objects.filter(state=Picture.State.FAILED).count()
    found = [
        (_("drafts"), Edition.objects.drafts().count(), f"{list_url}?stage=draft"),
        (
            _("wait for approval"),
            Edition.objects.submitted().count(),
            f"{list_url}?stage=submitted",
        ),
        (_("scheduled"), Edition.objects.scheduled().count(), f"{list_url}?stage=scheduled"),
        (
            _("expire within 7 days"),
            Edition.objects.published()
            .filter(expires_at__lte=timezone.now() + timedelta(days=7))
            .count(),
            f"{list_url}?stage=published",
        ),
    ]
    if failed:
        failed_url = reverse("admin:news_picture_changelist") + "?state__exact=failed"
        found.append((_("pictures that failed"), failed, failed_url))
    return [{"label": label, "count": count, "url": url} for label, count, url in found]


def tasks(request):
    """What waits for the person who looks: to approve, to confirm, to write again."""
    person = request.user
    if not person.has_perm("news.view_edition"):
        return []
    rows = Edition.objects.select_related("article", "submitted_by", "approved_by")
    groups = []
    if person.has_perm("news.publish_edition"):
        waiting = rows.waiting_for(person)
        overdue = waiting.filter(submitted_at__lte=timezone.now() - OVERDUE)
        groups += [
            (
                _("Overdue: has waited more than a day"),
                overdue,
                "admin:news_review",
                "submitted_at",
            ),
            (
                _("Waits for your approval"),
                waiting.exclude(pk__in=overdue.values("pk")),
                "admin:news_review",
                "submitted_at",
            ),
        ]
    if person.has_perm("news.change_edition"):
        unconfirmed = rows.unconfirmed().order_by("approved_at")
        returned = rows.filter(state=Edition.State.RETURNED, writers__contains=[person.pk])
        groups += [
            (
                _("Published in an emergency: read and confirm"),
                unconfirmed,
                "admin:news_review",
                "approved_at",
            ),
            (_("Returned to you"), returned, "admin:news_edition_change", "updated_at"),
            (
                _("Translations whose original has changed"),
                rows.published().behind_original(),
                "admin:news_edition_change",
                "shown_from",
            ),
            (
                _("News of this week without a loudspeaker script"),
                rows.published()
                .filter(article__language="th", article__imported_from=None, spoken="")
                .filter(listed_at__gt=timezone.now() - timedelta(days=7))
                .newest_first(),
                "admin:news_edition_change",
                "listed_at",
            ),
        ]
    lists = [
        {
            "title": title,
            "rows": [
                {
                    "about": edition,
                    "url": reverse(address, args=[edition.pk]),
                    "since": getattr(edition, moment),
                    "by": edition.approved_by if edition.is_emergency else edition.submitted_by,
                }
                for edition in editions[:20]
            ],
        }
        for title, editions, address, moment in groups
    ]
    return [tasks for tasks in lists if tasks["rows"]]


def silence(request):
    """District by communication issue: where the office has not spoken."""
    if not request.user.has_perm("news.view_edition"):
        raise PermissionDenied
    context = {
        **admin.site.each_context(request),
        "title": gettext("Silence map"),
        "days": DAYS,
        "map": silence_map(HOME_PROVINCE),
    }
    return TemplateResponse(request, "admin/news/edition/silence.html", context)


admin.site.counters.append(counts)
admin.site.task_lists.append(tasks)
