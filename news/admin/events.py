"""Where editors write events, and the head shows or cancels them."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Script
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from lopburi_pr.templatetags.thai import daytime, time_span
from news import events
from news.forms import CancellationForm, EventForm
from news.models import Event
from office import audit


def stage(event):
    """``(key, label)`` of where an event stands, as the list and the form say it."""
    if event.cancelled_at:
        return "withdrawn", gettext("Cancelled")
    if not event.shown_from:
        return "draft", gettext("Draft")
    if event.ends_at < timezone.now():
        return "superseded", gettext("Over")
    return "published", gettext("Published")


@admin.register(Event)
class EventAdmin(admin.ModelAdmin):
    form = EventForm
    change_form_template = "admin/news/event/change_form.html"
    list_display = ("headline", "standing", "district", "topic")
    list_filter = tuple((name, admin.RelatedOnlyFieldListFilter) for name in ("topic", "district"))
    search_fields = ("title_th", "title_en", "place_th")
    list_per_page = 30
    autocomplete_fields = ("district", "articles")
    fieldsets = (
        (_("What is on?"), {"fields": ("title_th", "summary_th", "link")}),
        (
            _("When?"),
            {
                "fields": (("first_day", "start_hour"), ("last_day", "end_hour")),
                "description": _("Without hours it lasts whole days."),
            },
        ),
        (_("Where, and who holds it?"), {"fields": ("place_th", "district", "organiser_th")}),
        (_("What is it about?"), {"fields": ("topic", "articles")}),
        (
            _("What do guests read in English?"),
            {"fields": ("title_en", "summary_en", ("place_en", "organiser_en"))},
        ),
    )

    class Media:
        js = (Script("js/editor.js", defer=True),)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("district", "topic")

    def get_fieldsets(self, request, obj=None):
        if obj is None or self.has_change_permission(request, obj):
            return self.fieldsets
        # The form's own fields for days and hours are only for typing.
        question = _("When?")
        return [
            (name, {"fields": ("when",)} if name == question else options)
            for name, options in self.fieldsets
        ]

    def get_form(self, request, obj=None, **kwargs):
        # Days and hours are the form's own fields; Django would look for them on the event.
        kwargs["fields"] = EventForm.Meta.fields
        return super().get_form(request, obj, **kwargs)

    def has_publish_permission(self, request):
        return request.user.has_perm("news.publish_edition")

    def has_change_permission(self, request, obj=None):
        # What readers see is changed by those who may show it; a cancellation stays.
        if obj is not None and (
            obj.cancelled_at or (obj.shown_from and not self.has_publish_permission(request))
        ):
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        if obj is not None and obj.shown_from:
            return False
        return super().has_delete_permission(request, obj)

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    # Columns

    @admin.display(description=_("event"), ordering="starts_at")
    def headline(self, event):
        return format_html(
            '<span class="row-title">{}</span><span class="row-note">{}{}</span>',
            event,
            self.when(event),
            f" · {gettext('sample data')}" if event.is_sample else "",
        )

    @admin.display(description=_("state"))
    def standing(self, event):
        return format_html('<span class="stage stage--{}">{}</span>', *stage(event))

    @admin.display(description=_("days and hours"))
    def when(self, event):
        return time_span(event.starts_at, event.ends_at, event.is_all_day, "long")

    # Steps

    def save_model(self, request, event, form, change):
        if form.has_changed() or not change:
            events.change(event, by=request.user)

    def response_add(self, request, event, post_url_continue=None):
        return self._after_save(request, event) or super().response_add(
            request, event, post_url_continue
        )

    def response_change(self, request, event):
        return self._after_save(request, event) or super().response_change(request, event)

    def _after_save(self, request, event):
        """The buttons beside “Save”: preview, show to readers."""
        if "_preview" in request.POST:
            with override("th"):
                return HttpResponseRedirect(reverse("news:event-preview", args=[event.pk]))
        if "_publish" in request.POST and self.has_publish_permission(request):
            try:
                events.publish(event, by=request.user)
            except ValidationError as refused:
                for sentence in refused.messages:
                    self.message_user(request, sentence, messages.ERROR)
            else:
                self.message_user(request, _("Readers see the event now."), messages.SUCCESS)
            return HttpResponseRedirect(self._form_address(event))
        return None

    def get_urls(self):
        admitted = self.admin_site.admin_view
        return [
            path("<number:pk>/cancel/", admitted(self.cancel), name="news_event_cancel"),
            *super().get_urls(),
        ]

    def cancel(self, request, pk):
        """Say that an event does not take place, and why."""
        event = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_publish_permission(request):
            raise PermissionDenied
        form = CancellationForm(request.POST or None, event=event)
        if request.method == "POST" and form.is_valid() and form.save(by=request.user):
            self.message_user(
                request, _("Readers and their calendars learn that it is cancelled."), "success"
            )
            return HttpResponseRedirect(self._form_address(event))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Cancel: %(title)s") % {"title": event},
            "event": event,
            "opts": self.opts,
            "form": form,
        }
        return TemplateResponse(request, "admin/news/event/cancel.html", context)

    def _form_address(self, event):
        return reverse("admin:news_event_change", args=[event.pk])

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["may_publish"] = self.has_publish_permission(request)
        if obj:
            key, label = stage(obj)
            context |= {
                "stage_key": key,
                "stage_label": label,
                "shown_since": daytime(obj.shown_from),
                "trail": audit.trail(obj),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)
