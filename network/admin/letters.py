"""The network's letters in the back office: nobody writes them, and those that failed go again."""

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lopburi_pr import background
from lopburi_pr.templatetags.thai import daytime
from network.models import ApplicationLetter, Reminder


class Posted(admin.ModelAdmin):
    """Letters that the worker sends."""

    list_filter = ("state",)
    list_per_page = 30
    actions = ("again",)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("next try"), ordering="due_at")
    def due(self, letter):
        return daytime(letter.due_at)

    @admin.display(description=_("sent"), ordering="sent_at", empty_value="–")
    def sent(self, letter):
        return daytime(letter.sent_at) or None

    def has_again_permission(self, request):
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")

    @admin.action(description=_("Try to send again"), permissions=["again"])
    def again(self, request, rows):
        count = background.again(rows.filter(state=background.FAILED))
        self.message_user(request, _("%(count)s letters wait again.") % {"count": count})


@admin.register(Reminder)
class ReminderAdmin(Posted):
    list_display = ("loan", "days", "state", "due", "tries", "error", "sent")
    list_select_related = ("loan__organization",)


@admin.register(ApplicationLetter)
class ApplicationLetterAdmin(Posted):
    list_display = ("application", "kind", "state", "due", "tries", "error", "sent")
    list_select_related = ("application",)
    fields = ("application", "kind", "state", "due", "tries", "error", "sent")
    readonly_fields = ("due", "sent")


def counts(request):
    """Letters to applicants that need somebody: told on the back office's front page."""
    if not request.user.has_perm("network.change_applicationletter"):
        return []
    failed = ApplicationLetter.objects.filter(state=background.FAILED).count()
    url = reverse("admin:network_applicationletter_changelist") + f"?state={background.FAILED}"
    label = _("letters to applicants that failed")
    return [{"label": label, "count": failed, "url": url}] if failed else []


admin.site.counters.append(counts)
