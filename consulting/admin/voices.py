"""Voices from the network where advice meets them: handed on, one press makes a request of them."""

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from consulting import advising
from consulting.models import VoiceAdvice
from lopburi_pr.templatetags.thai import daytime
from lopburi_pr.thai_text import excerpt
from network.models import Voice

ADD = "consulting.add_advisoryrequest"
LISTED, ROW_LETTERS = 20, 90

# Of all apps above the network each adds what it makes of a voice to the one desk: whichever
# comes later in INSTALLED_APPS builds on the one before.
Desk = type(admin.site.get_model_admin(Voice))
admin.site.unregister(Voice)


@admin.register(Voice)
class VoiceAdmin(Desk):
    """The same desk, in which what was handed to advice becomes a request."""

    steps = Desk.steps | {
        "advise": (
            ADD,
            lambda voice, by, _said: advising.take_up(voice, by=by),
            _("It is a request now, with a number of its own. Choose who advises."),
        ),
    }

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        use = VoiceAdvice.objects.filter(voice=obj).select_related("request").first()
        if use and request.user.has_perm("consulting.view_advisoryrequest"):
            context["advised"] = (use.request, use.request.get_admin_url())
        waits = advising.waiting().filter(pk=obj.pk).exists()
        context["may_advise"] = waits and request.user.has_perm(ADD)
        return super().render_change_form(request, context, add, change, form_url, obj)


def tasks(request):
    """Voices that were handed to those who advise, the longest wait first."""
    if not (request.user.has_perm(ADD) and request.user.has_perm("network.change_voice")):
        return []
    rows = [
        {
            "about": excerpt(voice.words, ROW_LETTERS),
            "url": reverse("admin:network_voice_change", args=[voice.pk]),
            "note": f"{voice.get_kind_display()} · {daytime(voice.handed_at)}",
        }
        for voice in advising.waiting()[:LISTED]
    ]
    title = _("Voices from the network that want advice")
    return [{"title": title, "rows": rows}] if rows else []


admin.site.task_lists.append(tasks)
