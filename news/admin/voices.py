"""Voices from the network where news meets them: handed on they become claims, ideas drafts."""

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from network.admin.voices import TRIAGE
from network.admin.voices import VoiceAdmin as TriageAdmin
from network.models import Voice
from news import hearing
from news.models import VoiceUse

DRAFT = "news.add_edition"
IDEAS_LISTED = 20

admin.site.unregister(Voice)


@admin.register(Voice)
class VoiceAdmin(TriageAdmin):
    """The same desk, in which what goes to the fact-checkers stands in their queue at once."""

    desks = hearing.FOR_NEWS
    steps = TriageAdmin.steps | {
        "hand-on": (
            TRIAGE,
            lambda voice, by, said: hearing.hand_on(
                voice, to=said.get("to", ""), by=by, note=said.get("note", "")
            ),
            TriageAdmin.steps["hand-on"][2],
        ),
        "draft": (
            DRAFT,
            lambda voice, by, _said: hearing.draft(voice, by=by),
            _("A draft with their words. Check every fact before you use it."),
        ),
    }

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        made = []
        for use in VoiceUse.objects.filter(voice=obj).select_related("claim", "article"):
            if use.claim and request.user.has_perm("news.view_claim"):
                made.append((use.claim, reverse("admin:news_claim_change", args=[use.claim_id])))
            elif use.article and request.user.has_perm("news.view_edition"):
                edition = use.article.editions.latest("version")
                address = reverse("admin:news_edition_change", args=[edition.pk])
                made.append((edition.title or use.article, address))
        context |= {
            "made": made,
            "may_draft": request.user.has_perm(DRAFT)
            and hearing.ideas().filter(pk=obj.pk).exists(),
        }
        return super().render_change_form(request, context, add, change, form_url, obj)


def origins(person, **of):
    """``(reference, address)`` of the voices from which a claim or an article came, for those who
    may read them.
    """
    if not person.has_perm("network.view_voice"):
        return []
    uses = VoiceUse.objects.filter(**of).select_related("voice").order_by("pk")
    return [
        (use.voice.reference, reverse("admin:network_voice_change", args=[use.voice_id]))
        for use in uses
    ]


def counts(request):
    """Counts for the back office's front page."""
    if not (request.user.has_perm(DRAFT) and request.user.has_perm("network.view_voice")):
        return []
    address = f"{reverse('admin:network_voice_changelist')}?queue={Voice.Desk.NEWS}"
    count = hearing.ideas().count()
    return [{"label": _("ideas for news"), "count": count, "url": address}] if count else []


def tasks(request):
    """What the network thinks should be news, the longest wait first."""
    if not (request.user.has_perm(DRAFT) and request.user.has_perm("network.view_voice")):
        return []
    rows = [
        {
            "about": voice.words[:90],
            "url": reverse("admin:network_voice_change", args=[voice.pk]),
            "since": voice.handed_at,
        }
        for voice in hearing.ideas()[:IDEAS_LISTED]
    ]
    return [{"title": _("Ideas for news from the network"), "rows": rows}] if rows else []


admin.site.counters.append(counts)
admin.site.task_lists.append(tasks)
