"""What the network reports to have carried further: to be checked, or told by telephone."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from lopburi_pr import private_files, sounds
from lopburi_pr.back_office import DeskAdmin
from lopburi_pr.templatetags.thai import daytime
from news import broadcasting
from news.admin.reach import ReachPages
from news.broadcast_forms import EntryForm
from news.models import Broadcast
from office import audit

STAGES = {"reported": "submitted", "verified": "published", "rejected": "withdrawn"}
LISTED = 10


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "stage"

    def lookups(self, request, model_admin):
        return [*Broadcast.State.choices[1:], ("all", _("Every report"))]

    def queryset(self, request, reports):
        if self.value() in Broadcast.State.values:
            return reports.filter(state=self.value())
        return reports if self.value() == "all" else reports.waiting()

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        yield first | {"display": Broadcast.State.REPORTED.label}
        yield from others


class DecisionForm(ActionForm):
    """What is done with several reports, and why when they don't count."""

    reason = forms.CharField(label=_("Reason, when they don't count"), required=False)


@admin.register(Broadcast)
class BroadcastAdmin(ReachPages, DeskAdmin):
    form = EntryForm
    change_form_template = "admin/news/broadcast/change_form.html"
    list_display = ("headline", "standing", "partner", "way", "since", "evidence")
    list_filter = (StateFilter, "means")
    list_select_related = ("edition__article", "person", "organization")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("edition__title", "organization__search_key", "person__name", "title")
    autocomplete_fields = ("organization", "person", "edition", "subdistricts")
    actions = ("verify_several", "reject_several")
    action_form = DecisionForm
    fieldsets = (
        (_("Who carried what further?"), {"fields": (("organization", "person"), "edition")}),
        (_("How, when and where?"), {"fields": ("means", "aired_at", "times", "subdistricts")}),
        (_("Whom did it reach?"), {"fields": (("audience", "basis"),)}),
        (_("What shows it?"), {"fields": ("url", "title", "photo", "sound", "note")}),
    )
    steps = {
        "verify": (
            "news.verify_broadcast",
            lambda report, by, _said: broadcasting.verify(report, by=by),
            _("It counts."),
        ),
        "reject": (
            "news.verify_broadcast",
            lambda report, by, said: broadcasting.reject(
                report, by=by, reason=said.get("reason", "")
            ),
            _("It does not count; the partner reads why."),
        ),
    }

    def has_change_permission(self, request, obj=None):
        return False  # only steps change it

    def has_delete_permission(self, request, obj=None):
        return False

    def has_verify_permission(self, request):
        """For the actions of the list."""
        return request.user.has_perm("news.verify_broadcast")

    # What a telephone call told

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return self.fieldsets
        shown = {"photo": "told_photo", "sound": "told_sound"}
        shown |= {"url": "told_url", "aired_at": "told_hour"}
        return [
            (
                question,
                {
                    "fields": [
                        shown.get(name, name) if isinstance(name, str) else name
                        for name in options["fields"]
                    ]
                },
            )
            for question, options in self.fieldsets
        ]

    def save_model(self, request, report, form, change):
        made = form.report(by=request.user)
        report.pk = made.pk

    # Columns

    @admin.display(description=_("news"), ordering="edition__title")
    def headline(self, report):
        return format_html(
            '<span class="row-title">{}</span><span class="row-note">{} · {} {}{}</span>',
            report.edition.title,
            report.edition.article.reference,
            gettext("version"),
            report.edition.version,
            f" · {gettext('sample data')}" if report.is_sample else "",
        )

    @admin.display(description=_("state"), ordering="state")
    def standing(self, report):
        return _stage(report)

    @admin.display(description=_("partner"))
    def partner(self, report):
        return report.party

    @admin.display(description=_("by what"), ordering="means")
    def way(self, report):
        return report.get_means_display()

    @admin.display(description=_("when"), ordering="aired_at")
    def since(self, report):
        return daytime(report.aired_at)

    @admin.display(description=_("with it"))
    def evidence(self, report):
        found = [
            label
            for name, label in (
                ("photo", gettext("a photograph")),
                ("sound", gettext("a sound")),
                ("url", gettext("a link")),
            )
            if getattr(report, name)
        ]
        return ", ".join(found) or "–"

    @admin.display(description=_("when"))
    def told_hour(self, report):
        return daytime(report.aired_at)

    @admin.display(description=_("address on the web"))
    def told_url(self, report):
        if not report.url:
            return "–"
        link = '<a href="{0}" rel="noopener noreferrer nofollow" target="_blank">{0}</a>'
        return format_html(link, report.url)

    @admin.display(description=_("photograph"))
    def told_photo(self, report):
        if not report.photo:
            return "–"
        address = reverse("admin:news_broadcast_photo", args=[report.pk])
        shown = '<a href="{0}"><img src="{0}" alt="{1}" width="320"></a>'
        return format_html(shown, address, gettext("Photograph of the broadcast"))

    @admin.display(description=_("sound"))
    def told_sound(self, report):
        if not report.sound:
            return "–"
        address = reverse("admin:news_broadcast_sound", args=[report.pk])
        return format_html('<audio controls preload="none" src="{}"></audio>', address)

    # Several at once

    @admin.action(description=_("They count"), permissions=["verify"])
    def verify_several(self, request, reports):
        self._decide(request, reports, lambda each: broadcasting.verify(each, by=request.user))

    @admin.action(description=_("They don't count, for the reason given"), permissions=["verify"])
    def reject_several(self, request, reports):
        reason = request.POST.get("reason", "")
        self._decide(
            request,
            reports,
            lambda each: broadcasting.reject(each, by=request.user, reason=reason),
        )

    def _decide(self, request, reports, take):
        count, refusals = 0, {}
        for report in reports:
            try:
                take(report)
            except ValidationError as refused:
                refusals |= dict.fromkeys(refused.messages)
            else:
                count += 1
        if count:
            said = ngettext("%(n)s report decided.", "%(n)s reports decided.", count)
            self.message_user(request, said % {"n": count}, messages.SUCCESS)
        for sentence in refusals:
            self.message_user(request, sentence, messages.ERROR)

    # Pages

    def get_urls(self):
        admitted = self.admin_site.admin_view
        return [
            path("<number:pk>/photo.jpg", admitted(self.photo), name="news_broadcast_photo"),
            path("<number:pk>/sound", admitted(self.sound), name="news_broadcast_sound"),
            *super().get_urls(),
        ]

    def photo(self, request, pk):
        """The photograph, for the office alone."""
        return self._file(request, pk, "photo", lambda _name: "image/jpeg")

    def sound(self, request, pk):
        """The sound, for the office alone."""
        kinds = sounds.CONTENT_TYPES
        return self._file(request, pk, "sound", lambda name: kinds[name.rpartition(".")[2]])

    def _file(self, request, pk, name, kind_of):
        report = get_object_or_404(Broadcast, pk=pk)
        if not self.has_view_permission(request, report):
            raise PermissionDenied
        stored = getattr(report, name)
        if not stored or request.method not in {"GET", "HEAD"}:
            raise Http404
        return private_files.send(request, stored, content_type=kind_of(stored.name))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            context |= {
                "stage": _stage(obj),
                "may_decide": request.user.has_perm("news.verify_broadcast"),
                "may_verify": not broadcasting.decision_obstacles(obj, obj.State.VERIFIED),
                "may_reject": not broadcasting.decision_obstacles(obj, obj.State.REJECTED),
                "trail": audit.trail(obj),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)


def _stage(report):
    label = report.get_state_display()
    return format_html('<span class="stage stage--{}">{}</span>', STAGES[report.state], label)


def counts(request):
    """Counts for the back office's front page; what is none is left out."""
    if not request.user.has_perm("news.verify_broadcast"):
        return []
    count = Broadcast.objects.waiting().count()
    url = reverse("admin:news_broadcast_changelist")
    return [{"label": _("broadcasts to check"), "count": count, "url": url}] if count else []


def tasks(request):
    """Reports that nobody has looked at, the longest wait first."""
    if not request.user.has_perm("news.verify_broadcast"):
        return []
    waiting = Broadcast.objects.waiting().select_related("edition", "person", "organization")
    rows = [
        {
            "about": report,
            "url": reverse("admin:news_broadcast_change", args=[report.pk]),
            "since": report.reported_at,
            "by": report.reported_by,
        }
        for report in waiting.select_related("reported_by")[:LISTED]
    ]
    return [{"title": _("Broadcasts to check"), "rows": rows}] if rows else []


admin.site.counters.append(counts)
admin.site.task_lists.append(tasks)
