"""Letters about requests in the back office: nobody writes them, and those that failed go again."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consulting.models import RequestLetter
from lopburi_pr import background
from lopburi_pr.templatetags.thai import daytime
from network.admin.letters import Posted

# The colours of news.admin.editions for where letters stand.
TONES = {background.WAITING: "submitted", "sent": "published", background.FAILED: "returned"}


@admin.register(RequestLetter)
class RequestLetterAdmin(Posted):
    list_display = ("about", "standing", "when")
    list_select_related = ("request__organization",)
    fields = ("request", "told", "state", "due", "tries", "error", "sent")
    readonly_fields = ("told", "due", "sent")
    show_full_result_count = False

    @admin.display(description=_("letter about a request"))
    def about(self, letter):
        return format_html(
            '<span class="row-title">{}</span><span class="row-note">{} · {}</span>',
            letter.get_kind_display(),
            letter.request.reference,
            letter.request.requester,
        )

    @admin.display(description=_("state"), ordering="state")
    def standing(self, letter):
        tone = TONES.get(letter.state, letter.state)
        return format_html(
            '<span class="stage stage--{}">{}</span>', tone, letter.get_state_display()
        )

    @admin.display(description=_("when"), ordering="due_at")
    def when(self, letter):
        """When it left, or when it is tried again and what was wrong."""
        if letter.sent_at:
            return daytime(letter.sent_at)
        if letter.state == background.FAILED:
            return letter.error
        tried = gettext("next try %(when)s") % {"when": daytime(letter.due_at)}
        return " · ".join(filter(None, [tried, letter.error]))

    @admin.display(description=_("what it tells"))
    def told(self, letter):
        return letter.get_kind_display()


def counts(request):
    """Letters that need somebody: told on the back office's front page."""
    if not request.user.has_perm("consulting.change_requestletter"):
        return []
    failed = RequestLetter.objects.filter(state=background.FAILED).count()
    url = reverse("admin:consulting_requestletter_changelist") + f"?state={background.FAILED}"
    label = _("letters about requests that failed")
    return [{"label": label, "count": failed, "url": url}] if failed else []


admin.site.counters.append(counts)
