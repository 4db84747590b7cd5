"""The register of equipment: its calendar, its labels, repairs and days of the office's own."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lopburi_pr.back_office import DeskAdmin
from lopburi_pr.calendar_fields import DayField
from network import availability, lending
from network.equipment_forms import AssetForm, DaysForm
from network.models import Asset, Hold, StockLine
from office import audit
from office.people import name_of


def _days(said):
    """What was typed about days, or ValidationError with what is wrong."""
    form = DaysForm({"first": timezone.localdate().isoformat(), **said.dict()})
    if not form.is_valid():
        raise ValidationError([error for errors in form.errors.values() for error in errors])
    return form.cleaned_data


def _send_to_repair(asset, by, said):
    given = _days(said)
    lending.send_to_repair(asset, by=by, until=given["last"], note=given["note"])


def _back_from_repair(asset, by, said):
    is_mended = said.get("is_mended") != "no"
    lending.back_from_repair(asset, by=by, is_mended=is_mended, note=said.get("note", ""))


def _release(asset, by, said):
    pk = said.get("hold", "")
    hold = asset.holds.filter(pk=pk if pk.isascii() and pk.isdecimal() else 0).first()
    if hold is None:
        raise ValidationError(gettext("It is given up already."))
    lending.release(hold, by=by)


@admin.register(Asset)
class AssetAdmin(DeskAdmin):
    form = AssetForm
    change_form_template = "admin/network/asset/change_form.html"
    change_list_template = "admin/network/asset/change_list.html"
    list_display = ("title", "category", "standing", "place", "keeper", "condition")
    list_filter = ("category", "condition", "is_lent", ("kit", admin.RelatedOnlyFieldListFilter))
    search_fields = ("number", "name_th", "name_en", "place")
    list_select_related = ("custodian", "kit")
    list_per_page = 50
    autocomplete_fields = ("kit",)
    formfield_overrides = {
        models.DateField: {"form_class": DayField},
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 3})},
    }
    fieldsets = (
        (
            _("What is it?"),
            {"fields": ("number", ("name_th", "name_en"), ("category", "kit"), "photo")},
        ),
        (
            _("May agencies borrow it, and for what?"),
            {"fields": ("is_lent", "purpose_th", "purpose_en", "accessories")},
        ),
        (
            _("Who answers for it, and where is it?"),
            {
                "fields": (
                    ("custodian", "place"),
                    ("condition", "bought_on", "retired_on"),
                )
            },
        ),
    )
    actions = ("labels_of",)
    view_on_site = False  # only what is lent has a page there, see the template
    steps = {
        "send-to-repair": ("network.change_asset", _send_to_repair, _("It is being repaired now.")),
        "back-from-repair": ("network.change_asset", _back_from_repair, _("It is back.")),
        "reserve": (
            "network.change_asset",
            lambda asset, by, said: lending.reserve(asset, by=by, **_days(said)),
            _("It is kept for the office on these days."),
        ),
        "release": ("network.change_asset", _release, _("These days are free again.")),
    }

    def get_urls(self):
        admitted = self.admin_site.admin_view
        return [
            path("calendar/", admitted(self.calendar), name="network_calendar"),
            path("labels/", admitted(self.labels), name="network_labels"),
            *super().get_urls(),
        ]

    def has_delete_permission(self, request, obj=None):
        return False  # disposed of, and kept in the register

    def changelist_view(self, request, extra_context=None):
        # Who is out is read for the whole list at once.
        self.out = {
            hold.asset_id: hold
            for hold in Hold.objects.out().select_related("asset", "loan__organization")
        }
        return super().changelist_view(request, extra_context)

    @admin.display(description=_("equipment"), ordering="number")
    def title(self, asset):
        return format_html(
            '<span class="row-title">{}</span><span class="row-note">{}{}</span>',
            asset,
            asset.number,
            f" · {asset.kit}" if asset.kit_id else "",
        )

    @admin.display(description=_("custodian"), ordering="custodian", empty_value="–")
    def keeper(self, asset):
        return name_of(asset.custodian) or None

    @admin.display(description=_("now"))
    def standing(self, asset):
        if asset.retired_on:
            return format_html('<span class="stage">{}</span>', _("Disposed of"))
        hold = self.out.get(asset.pk)
        if hold is None:
            return format_html('<span class="stage stage--published">{}</span>', _("Here"))
        is_late = hold.period.upper <= timezone.now()
        return format_html(
            '<span class="stage stage--{}">{}</span><span class="row-note">{}</span>',
            "withdrawn" if is_late else "scheduled",
            _("Overdue") if is_late else hold.get_kind_display(),
            hold.holder,
        )

    @admin.action(description=_("Print labels with QR codes"))
    def labels_of(self, request, assets):
        keys = ",".join(str(pk) for pk in assets.values_list("pk", flat=True))
        return HttpResponseRedirect(f"{reverse('admin:network_labels')}?ids={keys}")

    def labels(self, request):
        """A sheet of labels; the code leads staff to the page of the thing."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        keys = [int(key) for key in request.GET.get("ids", "").split(",") if key[:9].isdecimal()]
        rows = [
            {
                "asset": asset,
                "url": request.build_absolute_uri(
                    reverse("admin:network_asset_change", args=[asset.pk])
                ),
            }
            for asset in Asset.objects.filter(pk__in=keys)
        ]
        return TemplateResponse(request, "admin/network/asset/labels.html", {"rows": rows})

    def calendar(self, request):
        """Who has what on which day of a month."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        first = availability.month_asked(request.GET.get("month", ""))
        if first is None:
            raise Http404
        days = availability.days_left(first)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Who has what"),
            "month": first,
            "days": days,
            "today": timezone.localdate(),
            "bars": availability.bars(Asset.objects.owned(), days),
            **availability.turning(first),
        }
        return TemplateResponse(request, "admin/network/asset/calendar.html", context)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            holds = obj.holds.live().select_related("asset", "loan__organization")
            line = StockLine.objects.filter(asset=obj, take__closed_at=None, finding="").first()
            context |= {
                "holds": holds,
                "repair": next(
                    (h for h in holds if h.kind == Hold.Kind.MAINTENANCE and h.state == "out"), None
                ),
                "line": line,
                "may_step": request.user.has_perm("network.change_asset"),
                "trail": audit.trail(obj),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)
