"""By which ways partners get the news: channels, what each wants, their secrets."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.forms import CheckboxSelectMultiple, MultipleChoiceField
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from lopburi_pr.calendar_fields import HourField
from network import channels, confirming
from network.models import Channel, Confirmation
from news.models import Article, Wish
from office import audit
from office.letters import own_origin

STEPS = {
    "activate": (
        lambda channel, by, said: channels.activate(channel, by=by, reason=said.get("reason", "")),
        _("It is used from now on."),
    ),
    "ask": (
        lambda channel, by, _said: confirming.ask(channel, by=by),
        _("Its owner is being asked."),
    ),
    "disable": (
        lambda channel, by, said: channels.disable(channel, by=by, reason=said.get("reason", "")),
        _("Nothing more is sent there."),
    ),
}


class WishInline(admin.StackedInline):
    model = Wish
    fields = ("topics", "kinds", "only_urgent")
    verbose_name_plural = _("Which news does it want?")

    def formfield_for_dbfield(self, field, request, **kwargs):
        if field.name == "kinds":
            return MultipleChoiceField(
                label=field.verbose_name,
                choices=Article.Kind,
                required=False,
                widget=CheckboxSelectMultiple,
                help_text=field.help_text,
            )
        return super().formfield_for_dbfield(field, request, **kwargs)

    def formfield_for_manytomany(self, field, request, **kwargs):
        return super().formfield_for_manytomany(
            field, request, widget=CheckboxSelectMultiple, **kwargs
        )


@admin.register(Channel)
class ChannelAdmin(admin.ModelAdmin):
    change_form_template = "admin/network/channel/change_form.html"
    formfield_overrides = {models.TimeField: {"form_class": HourField}}
    list_display = ("__str__", "address", "format", "state", "failures")
    list_filter = ("state", "kind", "format")
    list_select_related = ("organization", "person")
    list_per_page = 30
    show_full_result_count = False
    search_fields = ("organization__name_th", "organization__name_en", "person__name", "address")
    autocomplete_fields = ("organization", "person", "districts", "subdistricts")
    inlines = (WishInline,)
    fieldsets = (
        (_("Whose is it?"), {"fields": (("organization", "person"),)}),
        (_("Which way, and in what form?"), {"fields": (("kind", "format"), "address")}),
        (_("Of which places does it get the news?"), {"fields": ("districts", "subdistricts")}),
        (
            _("When, and how much?"),
            {"fields": (("quiet_from", "quiet_until"), ("daily_limit", "line_people"))},
        ),
    )

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change and {"kind", "address"} & set(form.changed_data):
            channels.moved(obj, by=request.user)

    def has_delete_permission(self, request, channel=None):
        return False  # what was sent there stays on record

    # Steps

    def get_urls(self):
        pk, admitted = "<number:pk>", self.admin_site.admin_view
        return [
            path(f"{pk}/secret/", admitted(self.secret), name="network_channel_secret"),
            path(f"{pk}/steps/<slug:verb>/", admitted(self.step), name="network_channel_step"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def step(self, request, pk, verb):
        channel = self._changeable(request, pk)
        if verb not in STEPS:
            raise Http404
        take, done = STEPS[verb]
        try:
            take(channel, request.user, request.POST)
        except ValidationError as refused:
            for sentence in refused.messages:
                self.message_user(request, sentence, messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:network_channel_change", args=[pk]))

    @method_decorator(require_POST)
    def secret(self, request, pk):
        """Make a new secret and show it, this once."""
        channel = self._changeable(request, pk)
        if channel.kind not in Channel.FOR_MACHINES:
            raise Http404
        channels.rotate(channel, by=request.user)
        is_feed = channel.kind == Channel.Kind.FEED
        url = reverse("channel-feed", args=[channel.feed_token()])
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("New secret: %(channel)s") % {"channel": channel},
            "channel": channel,
            "secret": f"{own_origin()}{url}" if is_feed else channel.signing_secrets()[0],
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/network/channel/secret.html", context)

    def _changeable(self, request, pk):
        channel = get_object_or_404(Channel.objects.select_related("organization", "person"), pk=pk)
        if not self.has_change_permission(request, channel):
            raise PermissionDenied
        return channel

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            confirmation = Confirmation.objects.filter(channel=obj).first()
            is_coded = confirmation and confirmation.is_open and obj.kind == Channel.Kind.LINE
            context |= {
                "confirmation": confirmation,
                "code": confirmation.code() if is_coded else "",
                "may_ask": not confirming.obstacles(obj),
                "trail": audit.trail(obj),
                "obstacles": [] if obj.state == Channel.State.ACTIVE else channels.obstacles(obj),
                "is_for_machines": obj.kind in Channel.FOR_MACHINES,
            }
        return super().render_change_form(request, context, add, change, form_url, obj)
