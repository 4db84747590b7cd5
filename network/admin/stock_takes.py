"""The yearly count, walked through the store with a phone in hand."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lopburi_pr.templatetags.thai import daytime
from network import stock_taking
from network.models import StockTake
from office import audit


@admin.register(StockTake)
class StockTakeAdmin(admin.ModelAdmin):
    change_list_template = "admin/network/stocktake/change_list.html"
    list_display = ("__str__", "opened", "closed", "left")

    def get_urls(self):
        admitted = self.admin_site.admin_view
        return [
            path("begin/", admitted(self.begin), name="network_count_begin"),
            path("<number:pk>/change/", admitted(self.count), name="network_count"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request):
        return False  # begun with a button

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("begun"), ordering="opened_at")
    def opened(self, take):
        return daytime(take.opened_at)

    @admin.display(description=_("finished"), ordering="closed_at", empty_value="–")
    def closed(self, take):
        return daytime(take.closed_at) or None

    @admin.display(description=_("not counted yet"))
    def left(self, take):
        n = take.lines.filter(finding="").count()
        return ngettext("%(n)s thing", "%(n)s things", n) % {"n": n}

    @method_decorator(require_POST)
    def begin(self, request):
        if not request.user.has_perm("network.add_stocktake"):
            raise PermissionDenied
        take = stock_taking.begin(by=request.user)
        return HttpResponseRedirect(reverse("admin:network_count", args=[take.pk]))

    def count(self, request, pk):
        """Every thing with three buttons; what is not counted yet comes first."""
        take = get_object_or_404(StockTake, pk=pk)
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            if not request.user.has_perm("network.change_stocktake"):
                raise PermissionDenied
            return self._write(request, take)
        lines = list(take.lines.select_related("asset__kit", "counted_by"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": take,
            "take": take,
            "left": [line for line in lines if not line.finding],
            "done": [line for line in lines if line.finding],
            "total": len(lines),
            "may_count": take.closed_at is None
            and request.user.has_perm("network.change_stocktake"),
            "findings": stock_taking.StockLine.Finding.choices,
            "obstacles": stock_taking.obstacles(take),
            "trail": audit.trail(take),
        }
        return TemplateResponse(request, "admin/network/stocktake/count.html", context)

    def _write(self, request, take):
        there = reverse("admin:network_count", args=[take.pk])
        try:
            if "close" in request.POST:
                stock_taking.close(take, by=request.user)
                self.message_user(request, _("The count is closed."), messages.SUCCESS)
            else:
                key = request.POST.get("line", "")
                line = get_object_or_404(take.lines, pk=key if key[:10].isdecimal() else 0)
                finding, note = request.POST.get("finding", ""), request.POST.get("note", "")
                stock_taking.mark(line, finding, by=request.user, note=note)
        except ValidationError as refused:
            for sentence in refused.messages:
                self.message_user(request, sentence, messages.ERROR)
        return HttpResponseRedirect(there)
