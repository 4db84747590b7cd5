"""The month before the editors, and what has to be read again or mended."""

import re
from datetime import date, timedelta

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from lopburi_pr.templatetags.thai import day_long, month
from lopburi_pr.thai_calendar import BE_YEARS, be_year
from news import agenda, upkeep
from news.models import Edition, LinkCheck

LISTED = 20
_asked = re.compile(r"(2[4-6][0-9]{2})-(0[1-9]|1[0-2])")
_short_days = {
    "th": ("จ.", "อ.", "พ.", "พฤ.", "ศ.", "ส.", "อา."),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


def calendar(request):
    """The editorial calendar: one month, ``?month=2569-11``."""
    if not request.user.has_perm("news.view_edition"):
        raise PermissionDenied
    asked = request.GET.get("month", "")
    found = _asked.fullmatch(asked)
    if asked and not found:
        messages.error(request, gettext("Write the month as 2569-11. This month is shown."))
    today = timezone.localdate()
    first = date(int(found[1]) - 543, int(found[2]), 1) if found else today.replace(day=1)
    context = {
        **admin.site.each_context(request),
        "title": gettext("Editorial calendar: %(month)s") % {"month": month(first)},
        "month_name": month(first),
        "weeks": agenda.weeks(first),
        "weekdays": _short_days[get_language()],
        "previous": _month(first - timedelta(days=1)),
        "next": _month(first + timedelta(days=31)),
        "this_month": _month(today),
    }
    return TemplateResponse(
        request,
        "admin/news/edition/calendar.html",
        context,
        status=400 if asked and not found else 200,
    )


def _month(day):
    year = be_year(day)
    return {"name": month(day), "value": f"{year}-{day.month:02}"} if year in BE_YEARS else None


@require_POST
def reviewed(request, pk):
    """Somebody read it again and it still holds."""
    edition = get_object_or_404(Edition.objects.published().select_related("article"), pk=pk)
    if not request.user.has_perm("news.change_edition"):
        raise PermissionDenied
    next_day = upkeep.review(edition.article, by=request.user)
    messages.success(
        request, gettext("Reviewed. It comes up again on %(day)s.") % {"day": day_long(next_day)}
    )
    return HttpResponseRedirect(reverse("admin:index"))


def tasks(request):
    """Lists of the front page: what is due to be reviewed, and links that lead nowhere."""
    if not request.user.has_perm("news.change_edition"):
        return []
    broken = LinkCheck.objects.broken().select_related("edition__article")[:LISTED]
    lists = [
        {
            "title": _("Read it again: does it still hold?"),
            "rows": [
                {
                    "about": edition,
                    "url": _form(edition),
                    "note": gettext("review by %(day)s")
                    % {"day": day_long(edition.article.review_by)},
                    "done_url": reverse("admin:news_reviewed", args=[edition.pk]),
                }
                for edition in upkeep.due()[:LISTED]
            ],
        },
        {
            "title": _("Links that lead nowhere"),
            "rows": [
                {
                    "about": link.edition,
                    "url": _form(link.edition),
                    "note": f"{link.url} · {link.get_problem_display()}"
                    + (f" ({link.status})" if link.status else ""),
                }
                for link in broken
            ],
        },
    ]
    return [each for each in lists if each["rows"]]


def _form(edition):
    return reverse("admin:news_edition_change", args=[edition.pk])


admin.site.task_lists.append(tasks)
