"""Letters about requests in the back office: nobody writes them, and those that failed go again."""

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from consulting.models import RequestLetter
from lopburi_pr import background
from network.admin.letters import Posted


@admin.register(RequestLetter)
class RequestLetterAdmin(Posted):
    list_display = ("request", "told", "state", "due", "tries", "error", "sent")
    list_select_related = ("request",)
    fields = ("request", "told", "state", "due", "tries", "error", "sent")
    readonly_fields = ("told", "due", "sent")
    show_full_result_count = False

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
