"""What the back office's front page says about the network: who asks, and what is due."""

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lopburi_pr.templatetags.thai import day_long, daytime
from lopburi_pr.thai_text import excerpt
from network.models import Application, ChangeProposal, Membership, Organization, Person, Voice

LISTED = 20
ROW_LETTERS = 90


def counts(request):
    """Counts for the back office's front page; what is none is left out."""
    if not request.user.has_perm("network.change_application"):
        return []
    found = [
        (
            _("applications to join the network"),
            Application.objects.waiting().count(),
            reverse("admin:network_application_changelist") + "?stage=waiting",
        ),
        (
            _("voices from the network"),
            Voice.objects.waiting().count(),
            reverse("admin:network_voice_changelist"),
        ),
        (
            _("proposed changes of members"),
            ChangeProposal.objects.waiting().count(),
            reverse("admin:network_changeproposal_changelist") + "?stage=waiting",
        ),
        (
            _("people who ask for their data to be deleted"),
            Person.objects.asking_to_be_forgotten().count(),
            reverse("admin:network_person_changelist") + "?stage=asking",
        ),
        (
            _("memberships to renew"),
            Membership.objects.in_grace().count(),
            reverse("admin:network_membership_changelist") + "?standing=grace",
        ),
    ]
    return [{"label": label, "count": count, "url": url} for label, count, url in found if count]


def voices(request):
    """What people of the network say and nobody has read yet, the longest wait first."""
    if not request.user.has_perm("network.change_voice"):
        return []
    rows = [
        {
            "about": excerpt(voice.words, ROW_LETTERS),
            "url": _address(voice, "change"),
            "note": f"{voice.get_kind_display()} · {daytime(voice.received_at)}",
        }
        for voice in Voice.objects.waiting()[:LISTED]
    ]
    return [{"title": _("Voices from the network that wait for you"), "rows": rows}] if rows else []


def tasks(request):
    """Members whose facts have to be confirmed, the longest overdue first."""
    if not request.user.has_perm("network.change_organization"):
        return []
    due = [
        *Organization.objects.due_for_review()[:LISTED],
        *Person.objects.due_for_review()[:LISTED],
    ]
    due.sort(key=lambda row: row.review_by)
    rows = [
        {
            "about": row,
            "url": _address(row, "change"),
            "note": gettext("review by %(day)s") % {"day": day_long(row.review_by)},
            "done_url": _address(row, "reviewed"),
        }
        for row in due[:LISTED]
    ]
    title = _("Members of the network: do the facts still hold?")
    return [{"title": title, "rows": rows}] if rows else []


def _address(row, page):
    return reverse(f"admin:network_{row._meta.model_name}_{page}", args=[row.pk])


admin.site.counters.append(counts)
admin.site.task_lists += [voices, tasks]
