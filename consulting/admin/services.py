"""What was ordered under requests: news to be written and help with surveys, for who makes it."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from consulting import services
from consulting.casework_forms import SettleForm
from consulting.models import Service
from lopburi_pr.back_office import DeskAdmin
from lopburi_pr.templatetags.thai import daytime
from lopburi_pr.thai_text import excerpt

CHANGE = "consulting.change_service"
ROW_LETTERS = 120
LISTED = 20
TONES = {"open": "submitted", "done": "published", "cancelled": "withdrawn"}


def _settle(service, by, said):
    form = SettleForm(said)
    if not form.is_valid():
        raise ValidationError([error for errors in form.errors.values() for error in errors])
    services.settle(service, url=form.cleaned_data["url"], by=by)


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "queue"

    def lookups(self, request, model_admin):
        return [("all", _("All"))]

    def queryset(self, request, rows):
        return rows.orders() if self.value() == "all" else rows.waiting()

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        yield first | {"display": Service.State.OPEN.label}
        yield from others


@admin.register(Service)
class ServiceAdmin(DeskAdmin):
    """Orders, the longest wait first. Who makes them reads what is to be done and for whom, and
    not the request.
    """

    change_form_template = "admin/consulting/service/change_form.html"
    list_display = ("headline", "standing", "ordered")
    list_filter = (StateFilter, "kind")
    list_select_related = ("request__organization",)
    search_fields = ("brief",)
    ordering = ("ordered_at", "pk")
    list_per_page = 30
    show_full_result_count = False
    readonly_fields = ("for_whom", "ordered")
    steps = {
        "settle": (CHANGE, _settle, _("It is done. The requester sees the address.")),
        "call-off": (
            CHANGE,
            lambda service, by, _said: services.call_off(service, by=by),
            _("It is called off."),
        ),
    }

    def get_fields(self, request, obj=None):
        result = ("url",) if obj and obj.url else ()
        return ("kind", "brief", "for_whom", "ordered", *result)

    def has_add_permission(self, request):
        return False  # ordered on the page of the request

    def has_change_permission(self, request, obj=None):
        return False  # only steps change it

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("what is to be done"))
    def headline(self, service):
        return format_html(
            '<span class="row-title">{}</span><span class="row-note">{} · {}</span>',
            excerpt(service.brief, ROW_LETTERS),
            service.get_kind_display(),
            service.request.reference,
        )

    @admin.display(description=_("state"), ordering="state")
    def standing(self, service):
        tone, label = TONES[service.state], service.get_state_display()
        return format_html('<span class="stage stage--{}">{}</span>', tone, label)

    @admin.display(description=_("ordered"), ordering="ordered_at")
    def ordered(self, service):
        return daytime(service.ordered_at)

    @admin.display(description=_("for whom"))
    def for_whom(self, service):
        asked = service.request
        # In place of an agency a member of the network alone has their name.
        is_person = asked.agency == asked.contact and not asked.organization_id
        return " · ".join([asked.reference] if is_person else [asked.reference, asked.requester])

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        may_see = request.user.has_perm("consulting.view_advisoryrequest")
        context |= {
            "stage": self.standing(obj),
            "obstacles": services.obstacles(obj),
            "may_step": request.user.has_perm(CHANGE),
            "request_url": obj.request.get_admin_url() if may_see else "",
            "settle_form": SettleForm(),
        }
        return super().render_change_form(request, context, add, change, form_url, obj)


def tasks(request):
    """News that was ordered for an agency, for those who write news."""
    may = request.user.has_perm("news.add_edition") and request.user.has_perm(CHANGE)
    rows = [
        {
            "about": excerpt(service.brief, ROW_LETTERS),
            "url": reverse("admin:consulting_service_change", args=[service.pk]),
            "note": f"{service.request.reference} · {daytime(service.ordered_at)}",
        }
        for service in (
            Service.objects.waiting()
            .filter(kind=Service.Kind.NEWS)
            .select_related("request")[: LISTED if may else 0]
        )
    ]
    return [{"title": _("News that agencies ordered"), "rows": rows}] if rows else []


admin.site.task_lists.append(tasks)
