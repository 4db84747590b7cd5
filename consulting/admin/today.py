"""What the back office's front page says about advice: crises first, then what is due."""

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consulting.admin.requests import due_in_words
from consulting.casework_forms import CHANGE, REVIEW
from consulting.models import AdvisoryRequest, Message
from lopburi_pr.thai_calendar import BANGKOK
from office.working_days import calendar

LISTED = 20


def counts(request):
    """Counts for the back office's front page; what is none is left out."""
    person = request.user
    if not person.has_perm(CHANGE):
        return []
    rows, queue = AdvisoryRequest.objects, reverse("admin:consulting_advisoryrequest_changelist")
    found = [
        (_("requests in a crisis"), rows.open().in_crisis().count(), "crisis"),
        (_("requests that nobody has yet"), rows.unassigned().count(), "unassigned"),
        (_("requests in my hands"), rows.open().of(person).count(), "mine"),
        (_("requests overdue"), rows.overdue().count(), "overdue"),
    ]
    if person.has_perm(REVIEW):
        waiting = Message.objects.to_review(person).count()
        found.append((_("answers to review"), waiting, "review"))
    return [
        {"label": label, "count": count, "url": f"{queue}?queue={name}"}
        for label, count, name in found
        if count
    ]


def tasks(request):
    """What this person has to do for those who asked for advice."""
    person = request.user
    if not person.has_perm(CHANGE):
        return []
    open_ones = AdvisoryRequest.objects.select_related("standard", "organization").by_due()
    now, days = timezone.now(), calendar()
    end = now.astimezone(BANGKOK).replace(hour=23, minute=59, second=59)
    crises = open_ones.open().in_crisis()
    groups = [(_("Crisis: reply within the hour"), crises)]
    ordinary = open_ones.exclude(pk__in=crises.order_by().values("pk"))
    if person.has_perm(REVIEW):
        answers = Message.objects.to_review(person).values("request")
        groups.append((_("Answers to read and send"), open_ones.filter(pk__in=answers)))
    groups += [
        (
            _("My requests: overdue, or due today"),
            ordinary.open().of(person).filter(due_at__lte=end),
        ),
        (_("Requests that nobody has yet"), ordinary.unassigned()),
    ]
    lists = [
        {
            "title": title,
            "rows": [
                {
                    "about": advice.subject,
                    "url": advice.get_admin_url(),
                    "note": " · ".join(
                        filter(
                            None,
                            [due_in_words(advice, now, days), advice.reference, advice.requester],
                        )
                    ),
                }
                for advice in rows[:LISTED]
            ],
        }
        for title, rows in groups
    ]
    return [each for each in lists if each["rows"]]


admin.site.counters.append(counts)
admin.site.task_lists.insert(0, tasks)
