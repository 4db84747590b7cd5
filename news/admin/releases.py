"""Sending an approved edition to the network, and what became of it."""

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from lopburi_pr.templatetags.thai import daytime
from network.models import Channel
from news import delivering, distributing, reach
from news.distribution_forms import RecipientsForm, RulesForm
from news.models import Delivery, Edition, Release
from office import audit

DELIVERIES_A_PAGE = 100

# Verb: permission, what is done with (release, person), and what is said then.
STEPS = {
    "approve": (
        "news.approve_release",
        lambda release, by: distributing.approve(release, by=by),
        _("It is on its way to the network."),
    ),
    "cancel": (
        "news.add_release",
        lambda release, by: distributing.cancel(release, by=by),
        _("What had not left yet stays here."),
    ),
    "retry": (
        "news.add_release",
        lambda release, by: distributing.retry(release, by=by),
        _("What was not delivered is tried again."),
    ),
}
DELIVERY_STEPS = {
    "hand-over": (
        lambda delivery, by: distributing.hand_over(delivery, by=by),
        _("Noted: it is with the partner."),
    ),
    "call": (
        lambda delivery, by: distributing.acknowledge(delivery, by=by),
        _("Noted: the partner was told by telephone."),
    ),
}


class StandingFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "stage"

    def lookups(self, request, model_admin):
        return [
            ("prepared", _("Waits for the head")),
            ("waiting", _("Still on its way")),
            ("failed", _("Something was not delivered")),
            ("unanswered", _("Somebody has not confirmed")),
        ]

    def queryset(self, request, releases):
        of_it = Delivery.objects.filter(release=OuterRef("pk"))
        narrow = {
            "prepared": releases.prepared,
            "waiting": lambda: releases.filter(Exists(of_it.filter(state="waiting"))),
            "failed": lambda: releases.filter(Exists(of_it.filter(state="failed"))),
            "unanswered": lambda: releases.filter(Exists(of_it.unanswered())),
        }
        return narrow[self.value()]() if self.value() in narrow else releases


@admin.register(Release)
class ReleaseAdmin(admin.ModelAdmin):
    list_display = ("headline", "standing", "progress", "since", "author")
    list_filter = (StandingFilter, "kind")
    search_fields = ("edition__title",)
    list_per_page = 30
    show_full_result_count = False

    def get_queryset(self, request):
        counts = {
            name: Count("deliveries", filter=condition)
            for name, condition in (
                ("accepted", Q(deliveries__state="accepted")),
                ("failed", Q(deliveries__state="failed")),
                ("confirmed", Q(deliveries__acknowledged_at__isnull=False)),
            )
        }
        rows = super().get_queryset(request).annotate(**counts)
        return rows.select_related("edition__article", "prepared_by", "approved_by")

    def has_add_permission(self, request):
        return False  # it begins at an edition

    def has_change_permission(self, request, release=None):
        return False

    def has_delete_permission(self, request, release=None):
        return False

    # Columns

    @admin.display(description=_("news"), ordering="edition__title")
    def headline(self, release):
        return format_html(
            '<span class="row-title">{}</span><span class="row-note">{} · {} {} · {}</span>',
            release.edition.title,
            release.edition.article.reference,
            gettext("version"),
            release.edition.version,
            release.get_kind_display(),
        )

    @admin.display(description=_("state"), ordering="state")
    def standing(self, release):
        return format_html(
            '<span class="stage stage--{}">{}</span>', _stage(release), release.get_state_display()
        )

    @admin.display(description=_("deliveries"))
    def progress(self, release):
        said = [
            gettext("%(done)s of %(all)s accepted")
            % {"done": release.accepted, "all": release.recipients}
        ]
        if release.failed:
            said.append(gettext("%(n)s failed") % {"n": release.failed})
        if release.is_chase:
            said.append(gettext("%(n)s confirmed") % {"n": release.confirmed})
        return " · ".join(said)

    @admin.display(description=_("since"), ordering="prepared_at")
    def since(self, release):
        return daytime(release.released_at or release.prepared_at)

    @admin.display(description=_("prepared by"))
    def author(self, release):
        return release.prepared_by or gettext("by itself")

    # Pages

    def get_urls(self):
        pk, admitted = "<number:pk>", self.admin_site.admin_view
        return [
            path(f"of/{pk}/", admitted(self.distribute), name="news_distribute"),
            path(f"{pk}/print/", admitted(self.printed), name="news_release_print"),
            path(f"{pk}/steps/<slug:verb>/", admitted(self.step), name="news_release_step"),
            path(
                f"{pk}/deliveries/<number:delivery_pk>/<slug:verb>/",
                admitted(self.delivery_step),
                name="news_delivery_step",
            ),
            *super().get_urls(),
        ]

    def distribute(self, request, pk):
        """Choose by rules who gets an edition, see exactly who gets what, and send it."""
        edition = get_object_or_404(Edition.objects.select_related("article__topic"), pk=pk)
        if not request.user.has_perm("news.add_release"):
            raise PermissionDenied
        asked = RulesForm(request.GET)
        rules = asked.rules()
        audience = distributing.audience(edition, rules)
        is_sent = request.method == "POST"
        form = RecipientsForm(request.POST if is_sent else None, audience=audience)
        if is_sent and form.is_valid():
            release = form.save(edition, rules, by=request.user)
            if release:
                waits = release.state == Release.State.PREPARED
                said = _("It waits for the head of office.") if waits else STEPS["approve"][2]
                self.message_user(request, said, messages.SUCCESS)
                return HttpResponseRedirect(_page_of(release))
        left_out = set(request.POST.getlist("left_out"))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Send to the network: %(title)s") % {"title": edition},
            "opts": self.opts,
            "edition": edition,
            "rules_form": asked,
            "rules": rules,
            "form": form,
            "audience": audience,
            "rows": [(each, str(each.channel.pk) in left_out) for each in audience.recipients],
            "obstacles": distributing.obstacles(edition),
            "needs_head": rules.is_urgent or audience.needs_approval,
            "is_sending": settings.OUTBOUND_ENABLED,
            "earlier": edition.releases.all(),
        }
        return TemplateResponse(request, "admin/news/release/distribute.html", context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """One release: what stands in the way, whom to call, what waits, and every delivery."""
        release = self.get_object(request, object_id)
        if release is None:
            raise Http404
        if not self.has_view_permission(request, release):
            raise PermissionDenied
        rows = release.deliveries.select_related("channel__organization", "channel__person")
        rows = rows.select_related("acknowledged_by", "handed_by")
        by_state = dict(rows.order_by().values_list("state").annotate(Count("pk")))
        shown = Paginator(rows, DELIVERIES_A_PAGE).get_page(request.GET.get("page"))
        may = request.user.has_perm
        is_prepared = release.state == Release.State.PREPARED
        formats = {told["channel"]: told["format"] for told in release.audience["channels"]}
        for delivery in shown:
            wanted = formats.get(delivery.channel_id, delivery.channel.format)
            delivery.format_label = Channel.Format(wanted).label
        context = {
            **self.admin_site.each_context(request),
            "title": release,
            "opts": self.opts,
            "release": release,
            "stage": _stage(release),
            "states": [
                (label, by_state[key]) for key, label in Delivery.State.choices if key in by_state
            ],
            "deliveries": shown,
            "prepared_for": [
                (told["name"], Channel.Kind(told["kind"]).label)
                for told in (release.audience["channels"] if is_prepared else [])
            ],
            "failed": rows.filter(state="failed")[:DELIVERIES_A_PAGE],
            "printed": rows.filter(state="ready", channel__kind="printed"),
            "unanswered": rows.unanswered() if release.is_chase else [],
            "stoppable": is_prepared or bool({"waiting", "ready"} & set(by_state)),
            "waits_for_sending": "waiting" in by_state and not settings.OUTBOUND_ENABLED,
            "obstacles": distributing.approval_obstacles(release, by=request.user)
            if is_prepared and may("news.approve_release")
            else [],
            "may_approve": is_prepared and may("news.approve_release"),
            "may_send": may("news.add_release"),
            "may_call": may("news.call_delivery"),
            "carried": reach.carried(release.edition.article)
            if may("news.view_broadcast")
            else None,
            "trail": audit.trail(release),
        }
        return TemplateResponse(request, "admin/news/release/change_form.html", context)

    def printed(self, request, pk):
        """What partners without a machine get on paper: one sheet for each form, and for whom."""
        release = get_object_or_404(Release.objects.select_related("edition__article"), pk=pk)
        if not request.user.has_perm("news.view_release"):
            raise PermissionDenied
        rows = release.deliveries.filter(channel__kind=Channel.Kind.PRINTED)
        rows = rows.exclude(state=Delivery.State.CANCELLED)
        context = {
            **self.admin_site.each_context(request),
            "title": release,
            "release": release,
            "sheets": delivering.sheets(release, rows),
        }
        return TemplateResponse(request, "admin/news/release/print.html", context)

    # Steps

    @method_decorator(require_POST)
    def step(self, request, pk, verb):
        release = get_object_or_404(Release, pk=pk)
        if verb not in STEPS:
            raise Http404
        permission, take, done = STEPS[verb]
        if not request.user.has_perm(permission):
            raise PermissionDenied
        return self._take(request, release, take, release, done)

    @method_decorator(require_POST)
    def delivery_step(self, request, pk, delivery_pk, verb):
        rows = Delivery.objects.select_related("release", "channel")
        delivery = get_object_or_404(rows, pk=delivery_pk, release=pk)
        if verb not in DELIVERY_STEPS:
            raise Http404
        if not request.user.has_perm("news.call_delivery"):
            raise PermissionDenied
        take, done = DELIVERY_STEPS[verb]
        return self._take(request, delivery.release, take, delivery, done)

    def _take(self, request, release, take, thing, done):
        try:
            take(thing, request.user)
        except ValidationError as refused:
            for sentence in refused.messages:
                self.message_user(request, sentence, messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)
        return HttpResponseRedirect(_page_of(release))


def _stage(release):
    """Of the colours that stages have in the back office."""
    return {"prepared": "submitted", "released": "published"}.get(release.state, "withdrawn")


def _page_of(release):
    return reverse("admin:news_release_change", args=[release.pk])


def counts(request):
    """Counts for the back office's front page: what was not delivered, whom to call, what waits."""
    if not request.user.has_perm("news.view_release"):
        return []
    found = [
        (_("deliveries that failed"), Delivery.objects.filter(state="failed").count(), "failed"),
        (
            _("partners to be called about a correction"),
            Delivery.objects.unanswered().count(),
            "unanswered",
        ),
    ]
    if not settings.OUTBOUND_ENABLED:
        waiting = Delivery.objects.filter(state="waiting").count()
        found.append((_("deliveries wait: sending is switched off"), waiting, "waiting"))
    url = reverse("admin:news_release_changelist")
    return [
        {"label": label, "count": count, "url": f"{url}?stage={key}"}
        for label, count, key in found
        if count
    ]


def tasks(request):
    """What waits for the head: urgent and large releases that somebody else prepared."""
    if not request.user.has_perm("news.approve_release"):
        return []
    waiting = Release.objects.prepared().exclude(prepared_by=request.user)
    rows = [
        {
            "about": release.edition,
            "url": _page_of(release),
            "since": release.prepared_at,
            "by": release.prepared_by,
        }
        for release in waiting.select_related("edition__article", "prepared_by")[:20]
    ]
    return [{"title": _("To be sent to the network"), "rows": rows}] if rows else []


admin.site.counters.append(counts)
admin.site.task_lists.append(tasks)
