"""The desk that raises alerts, and the occasions of the site."""

from django.contrib import admin, messages
from django.contrib.admin.utils import flatten
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.forms import ModelForm, Script
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from lopburi_pr.calendar_fields import MomentField
from lopburi_pr.templatetags.thai import daytime
from news import alerting
from news.alert_forms import AlertForm
from news.models import Alert, Occasion
from office import audit

NOT_OF_THE_ROW = {"danger", "lasts"}


def _moment(name):
    """A read-only moment of the alert, in the era of the reader."""

    @admin.display(description=Alert._meta.get_field(name).verbose_name)
    def moment(alert):
        return daytime(getattr(alert, name)) or "–"

    return moment


READ_ONLY = {name: _moment(name) for name in ("expires_at", "shown_from", "onset_at")}


def stage(alert, at=None):
    """``(key, label)`` of where an alert stands now, as the list and the form say it."""
    at = at or timezone.now()
    if alert.sent_at is None:
        if alert.submitted_at:
            return "scheduled", gettext("Waits for the head")
        return "draft", gettext("Sent back") if alert.sent_back_reason else gettext("Draft")
    if alert.msg_type == Alert.MsgType.CANCEL:
        return "superseded", gettext("Cancellation sent")
    if alert.shown_from > at:
        return "scheduled", gettext("Issued, not shown yet")
    if alert.shown_until > at:
        return "published", gettext("In force")
    if alert.shown_until < alert.expires_at:
        return "superseded", gettext("Updated or cancelled")
    return "expired", gettext("Over")


class AlertStageFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "stage"

    def lookups(self, request, model_admin):
        return [
            ("active", _("In force")),
            ("waiting", _("Waits for the head")),
            ("draft", _("Draft")),
            ("unconfirmed", _("To be confirmed")),
        ]

    def queryset(self, request, alerts):
        words = {
            "active": alerts.active,
            "waiting": alerts.waiting,
            "draft": alerts.drafts,
            "unconfirmed": alerts.unconfirmed,
        }
        return words[self.value()]() if self.value() in words else alerts


@admin.register(Alert)
class AlertAdmin(admin.ModelAdmin):
    form = AlertForm
    change_form_template = "admin/news/alert/change_form.html"
    list_display = ("headline", "standing", "places", "since", "author")
    list_filter = (AlertStageFilter, "severity", "status")
    search_fields = ("headline_th", "headline_en", "event_th")
    list_per_page = 30
    show_full_result_count = False
    fieldsets = (
        (_("What is happening?"), {"fields": ("danger", "severity")}),
        (_("Where?"), {"fields": ("districts", "provinces", "area_th")}),
        (
            _("What should people do, and until when?"),
            {"fields": ("instruction_th", ("lasts", "expires_at"))},
        ),
        (
            _("Own words for danger, headline and what is known"),
            {"classes": ("collapse",), "fields": ("event_th", "headline_th", "description_th")},
        ),
        (
            _("English"),
            {
                "classes": ("collapse",),
                "fields": (
                    *("event_en", "headline_en", "instruction_en", "description_en", "area_en"),
                    "agency_en",
                ),
            },
        ),
        (
            _("Who says so, exercises, times and codes"),
            {
                "classes": ("collapse",),
                "fields": (
                    *("agency_th", "phone", "web_url", "status"),
                    *("shown_from", "onset_at", ("category", "urgency", "certainty")),
                ),
            },
        ),
    )

    class Media:
        js = (Script("js/editor.js", defer=True), Script("js/alert.js", defer=True))

    # Which rows

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .select_related("written_by")
            .prefetch_related("districts", "provinces")
        )

    def get_fieldsets(self, request, obj=None):
        is_open = obj is None or self.has_change_permission(request, obj)
        dropped = set() if is_open else NOT_OF_THE_ROW
        if obj is not None and obj.updates_id and is_open:
            dropped = {"shown_from"}
        found = []
        for question, options in self.fieldsets:
            fields = _without(options["fields"], dropped)
            if not is_open:
                fields = [READ_ONLY.get(name, name) for name in flatten(fields)]
            found.append((question, {**options, "fields": fields}))
        return found

    def get_form(self, request, obj=None, **kwargs):
        kwargs["fields"] = AlertForm.Meta.fields
        if obj is not None and not self.has_change_permission(request, obj):
            kwargs["form"] = ModelForm  # to be read only
        return super().get_form(request, obj, **kwargs)

    def has_issue_permission(self, request):
        return request.user.has_perm("news.issue_alert")

    def has_change_permission(self, request, obj=None):
        # What was sent stays as it was said; a change is an update.
        if obj is not None and obj.sent_at:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        # A number is never given again, so what has one stays.
        if obj is not None and (obj.sent_at or obj.number):
            return False
        return super().has_delete_permission(request, obj)

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    # Columns

    @admin.display(description=_("headline"), ordering="headline_th")
    def headline(self, alert):
        notes = [alert.identifier or gettext("No number yet"), alert.get_severity_display()]
        if alert.status != Alert.Status.ACTUAL:
            notes.insert(0, alert.get_status_display())
        if alert.is_sample:
            notes.append(gettext("sample data"))
        return format_html(
            '<span class="row-title">{}</span><span class="row-note">{}</span>',
            alert.headline_th,
            " · ".join(notes),
        )

    @admin.display(description=_("state"))
    def standing(self, alert):
        key, label = stage(alert)
        return format_html('<span class="stage stage--{}">{}</span>', key, label)

    @admin.display(description=_("places"))
    def places(self, alert):
        named = [place.name for place in (*alert.provinces.all(), *alert.districts.all())]
        return ", ".join(named) or "–"

    @admin.display(description=_("until"), ordering="expires_at")
    def since(self, alert):
        return daytime(alert.shown_until or alert.expires_at)

    @admin.display(description=_("written by"), ordering="written_by__username")
    def author(self, alert):
        return alert.written_by or "–"

    # Saving

    def save_model(self, request, alert, form, change):
        if not change or form.has_changed():
            alert.written_by = request.user
        super().save_model(request, alert, form, change)

    def response_add(self, request, alert, post_url_continue=None):
        return self._after_save(request, alert) or super().response_add(
            request, alert, post_url_continue
        )

    def response_change(self, request, alert):
        return self._after_save(request, alert) or super().response_change(request, alert)

    def _after_save(self, request, alert):
        """The buttons beside “Save”: submit, issue, issue alone."""
        if "_submit" in request.POST:
            self._take(request, alerting.submit, alert, _("It waits for the head of office."))
        elif {"_issue", "_alone"} & set(request.POST):
            if not self.has_issue_permission(request):
                self.message_user(
                    request, _("The draft is saved. Only the head issues alerts."), messages.ERROR
                )
            else:
                self._issue(request, alert, alone="_alone" in request.POST)
        else:
            return None
        return self._form_of(alert)

    def _issue(self, request, alert, *, alone):
        self._take(
            request,
            alerting.issue,
            alert,
            _("It is issued. Readers see it now, or from the moment you gave."),
            alone=alone,
        )

    def _take(self, request, step, alert, done, **named):
        """Take a step and say what came of it; whether it was taken."""
        try:
            step(alert, by=request.user, **named)
        except ValidationError as refused:
            for sentence in refused.messages:
                self.message_user(request, sentence, messages.ERROR)
            return False
        self.log_change(request, alert, str(done))
        self.message_user(request, done, messages.SUCCESS)
        return True

    # Steps that need no form

    def get_urls(self):
        def step(name, view):
            guarded = self.admin_site.admin_view(view)
            return path(
                f"<number:pk>/{name}/", guarded, name=f"news_alert_{name.replace('-', '_')}"
            )

        return [
            step("send-back", self.send_back),
            step("confirm", self.confirm),
            step("take-back", self.take_back),
            step("follow", self.follow),
            step("cancel", self.cancel),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def send_back(self, request, pk):
        reason = request.POST.get("reason", "")
        done = _("It is back with its writer.")
        return self._step(request, pk, "news.issue_alert", alerting.send_back, done, reason=reason)

    @method_decorator(require_POST)
    def confirm(self, request, pk):
        done = _("You stand behind it too.")
        return self._step(request, pk, "news.change_alert", alerting.confirm, done)

    @method_decorator(require_POST)
    def take_back(self, request, pk):
        return self._step(
            request, pk, "news.issue_alert", alerting.take_back, _("It is a draft again.")
        )

    @method_decorator(require_POST)
    def follow(self, request, pk):
        """Begin, or continue, the update of an alert."""
        return self._successor(request, pk, alerting.update)

    @method_decorator(require_POST)
    def cancel(self, request, pk):
        """Cancel at once for who may issue alone; for others, submit the cancellation."""

        def cancel(alert, *, by):
            with transaction.atomic():
                draft = alerting.cancel(alert, by=by, reason=request.POST.get("reason", ""))
                if self.has_issue_permission(request):
                    alerting.issue(draft, by=by, alone=True)
                else:
                    alerting.submit(draft, by=by)
            return draft

        return self._successor(request, pk, cancel)

    def _successor(self, request, pk, step):
        alert = get_object_or_404(Alert, pk=pk)
        if not request.user.has_perm("news.add_alert"):
            return self._refuse(request, alert)
        try:
            draft = step(alert, by=request.user)
        except ValidationError as refused:
            for sentence in refused.messages:
                self.message_user(request, sentence, messages.ERROR)
            return self._form_of(alert)
        return self._form_of(draft)

    def _step(self, request, pk, permission, step, done, **named):
        alert = get_object_or_404(Alert, pk=pk)
        if not request.user.has_perm(permission):
            return self._refuse(request, alert)
        self._take(request, step, alert, done, **named)
        return self._form_of(alert)

    def _refuse(self, request, alert):
        self.message_user(request, _("You may not do this."), messages.ERROR)
        return self._form_of(alert)

    def _form_of(self, alert):
        return HttpResponseRedirect(reverse("admin:news_alert_change", args=[alert.pk]))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        may_issue = self.has_issue_permission(request)
        is_own = obj is None or obj.written_by in {None, request.user}
        context |= {"may_issue": may_issue, "issues_alone": is_own}
        if obj:
            key, label = stage(obj)
            is_public = bool(obj.sent_at and obj.shown_from <= timezone.now())
            context |= {
                "stage_key": key,
                "stage_label": label,
                "trail": audit.trail(obj),
                "is_public": is_public,
                "is_active": key == "published",
                "may_take_back": may_issue and obj.sent_at and not is_public,
                "may_confirm": obj.is_emergency
                and not obj.confirmed_by_id
                and obj.approved_by != request.user,
                "obstacles": [] if obj.sent_at else alerting.obstacles(obj),
                "successor": Alert.objects.filter(updates=obj).first(),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)


def _without(fields, dropped):
    """The fields of a fieldset without some; rows of several stay rows."""
    kept = []
    for field in fields:
        if isinstance(field, tuple):
            kept.append(tuple(name for name in field if name not in dropped))
        elif field not in dropped:
            kept.append(field)
    return kept


@admin.register(Occasion)
class OccasionAdmin(admin.ModelAdmin):
    list_display = ("title", "kind", "shown_from", "shown_until", "is_muted")
    list_filter = ("kind",)
    formfield_overrides = {models.DateTimeField: {"form_class": MomentField}}
    fieldsets = (
        (
            _("What does the band say?"),
            {"fields": (("title_th", "title_en"), ("text_th", "text_en"))},
        ),
        (_("From when until when?"), {"fields": (("shown_from", "shown_until"),)}),
        (_("How does the site look?"), {"fields": ("kind", "is_muted")}),
    )

    class Media:
        js = (Script("js/editor.js", defer=True),)


def waiting(request):
    """Counts for the back office's front page."""
    if not request.user.has_perm("news.view_alert"):
        return []
    listed = reverse("admin:news_alert_changelist")
    counts = []
    for label, key, alerts, is_always in (
        (_("alerts in force"), "active", Alert.objects.active(), True),
        (_("alerts that wait for the head"), "waiting", Alert.objects.waiting(), False),
        (_("alerts to be confirmed"), "unconfirmed", Alert.objects.unconfirmed(), False),
    ):
        found = list(alerts.values_list("pk", flat=True)[:100])
        if found or is_always:
            one = reverse("admin:news_alert_change", args=found) if len(found) == 1 else ""
            url = one or f"{listed}?stage={key}"
            counts.append({"label": label, "count": len(found), "url": url})
    return counts


admin.site.counters.append(waiting)
