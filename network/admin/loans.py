"""Loans at the desk: what is due first, and everything that can be done about one."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Case, F, When
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lopburi_pr.back_office import DeskAdmin
from lopburi_pr.private_files import send
from lopburi_pr.templatetags.thai import day, day_span, daytime
from network import lending
from network.equipment_forms import HandoverForm
from network.models import Asset, Handover, Hold, Loan
from network.models.equipment import DAY
from office import audit

TASKS_AT_MOST = 20
# The day on which somebody has to do something about a loan.
DUE = Case(
    When(state=Loan.State.OUT, then=F("period__endswith") - DAY), default=F("period__startswith")
)
OPEN = (Loan.State.REQUESTED, Loan.State.APPROVED, Loan.State.OUT, Loan.State.RETURNED)
# The colours of news.admin.editions for the states of loans.
TONES = {"requested": "submitted", "approved": "scheduled", "out": "published"}


def _chosen(loan, by, said):
    keys = [key for key in said.getlist("asset") if key.isascii() and key[:10].isdecimal()]
    lending.approve(loan, list(Asset.objects.filter(pk__in=keys)), by=by)


class QueueFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "queue"

    def lookups(self, request, model_admin):
        return [("overdue", _("Overdue")), *Loan.State.choices, ("all", _("Every loan"))]

    def queryset(self, request, loans):
        if self.value() == "overdue":
            return loans.overdue()
        if self.value() in Loan.State.values:
            return loans.filter(state=self.value())
        return loans if self.value() == "all" else loans.filter(state__in=OPEN)

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        yield first | {"display": _("Not closed")}
        yield from others


@admin.register(Loan)
class LoanAdmin(DeskAdmin):
    """The queue, what is due first, and one loan with its steps."""

    change_form_template = "admin/network/loan/change_form.html"
    list_display = ("title", "standing", "days", "things", "due_day")
    list_filter = (QueueFilter,)
    search_fields = ("agency", "organization__name_th", "contact", "phone", "=number")
    list_select_related = ("organization",)
    list_per_page = 30
    autocomplete_fields = ("organization",)
    readonly_fields = ("days", "things", "asked", "purpose", "wishes", "outcome")
    fieldsets = (
        (_("What, and when?"), {"fields": ("things", "wishes", "days", "purpose", "place")}),
        (
            _("Who borrows?"),
            {
                "fields": (
                    ("agency", "organization"),
                    ("contact", "phone"),
                    ("email", "letter_number"),
                    "asked",
                )
            },
        ),
        (_("What came of it?"), {"fields": ("outcome",)}),
    )
    steps = {
        "approve": ("network.change_loan", _chosen, _("It is reserved for them on these days.")),
        "refuse": (
            "network.change_loan",
            lambda loan, by, said: lending.refuse(loan, by=by, reason=said.get("reason", "")),
            _("The borrower reads your reason on the page of the request."),
        ),
        "cancel": (
            "network.change_loan",
            lambda loan, by, said: lending.cancel(loan, by=by, reason=said.get("reason", "")),
            _("It is cancelled, and everything is free again."),
        ),
        "close": (
            "network.change_loan",
            lambda loan, by, said: lending.close(loan, by=by, outcome=said.get("outcome", "")),
            _("The loan is closed."),
        ),
    }

    def get_ordering(self, request):
        return (DUE.asc(), "pk")

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("wanted", "holds__asset")

    def get_urls(self):
        admitted = self.admin_site.admin_view
        return [
            path(
                "<number:pk>/handover/<slug:direction>/",
                admitted(self.handover),
                name="network_handover",
            ),
            path(
                "handovers/<number:pk>/<number:place>.jpg",
                admitted(self.handover_photo),
                name="network_handover_photo",
            ),
            *super().get_urls(),
        ]

    def has_add_permission(self, request):
        return False  # staff ask on the page where everybody does

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("loan"), ordering="pk")
    def title(self, loan):
        note = loan.borrower + (f" · {gettext('sample data')}" if loan.is_sample else "")
        return format_html(
            '<span class="row-title">{}</span><span class="row-note">{}</span>',
            loan.reference,
            note,
        )

    @admin.display(description=_("state"), ordering="state")
    def standing(self, loan):
        if loan.is_overdue:
            return format_html('<span class="stage stage--withdrawn">{}</span>', _("Overdue"))
        tone = TONES.get(loan.state, loan.state)
        said = loan.get_state_display()
        return format_html('<span class="stage stage--{}">{}</span>', tone, said)

    @admin.display(description=_("days"))
    def days(self, loan):
        return day_span(loan.first_day, loan.last_day)

    @admin.display(description=_("equipment"))
    def things(self, loan):
        held = [hold.asset for hold in loan.holds.all() if hold.state != Hold.State.CANCELLED]
        return ", ".join(str(asset) for asset in held or loan.wanted.all()) or loan.wishes or "–"

    @admin.display(description=_("next"), ordering=DUE)
    def due_day(self, loan):
        said = {
            Loan.State.REQUESTED: _("Answer before %(day)s"),
            Loan.State.APPROVED: _("Hand out on %(day)s"),
            Loan.State.OUT: _("Back by %(day)s"),
        }
        if loan.state not in said:
            return "–"
        at = loan.last_day if loan.state == Loan.State.OUT else loan.first_day
        return said[loan.state] % {"day": day(at)}

    @admin.display(description=_("asked"))
    def asked(self, loan):
        return daytime(loan.asked_at)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context |= {
            "stage": self.standing(obj),
            "choices": lending.choices(obj) if obj.state == Loan.State.REQUESTED else [],
            "holds": obj.holds.select_related("asset"),
            "handovers": obj.handovers.select_related("by"),
            "obstacles": lending.hand_out_obstacles(obj)
            if obj.state == Loan.State.APPROVED
            else [],
            "can_cancel": lending.can_cancel(obj),
            "may_step": request.user.has_perm("network.change_loan"),
            "trail": audit.trail(obj),
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def handover(self, request, pk, direction):
        """Hand things out or take them back: what, how, who signs."""
        if not request.user.has_perm("network.change_loan"):
            raise PermissionDenied
        loan = get_object_or_404(Loan, pk=pk)
        if direction not in Handover.Direction.values:
            raise Http404
        is_out = direction == Handover.Direction.OUT
        found = loan.holds.live() if is_out else loan.holds.out()
        form = HandoverForm(
            *((request.POST, _uploads(request)) if request.method == "POST" else ()),
            holds=list(found.select_related("asset")),
            is_out=is_out,
            initial={"signed_name": loan.contact},
        )
        if form.is_valid():
            step = lending.hand_out if is_out else lending.take_back
            try:
                step(loan, form.checked(), form.signed(), by=request.user)
            except ValidationError as refused:
                form.add_error(None, refused)
                loan.refresh_from_db()
            else:
                self.message_user(request, _("It is written down and signed."), messages.SUCCESS)
                return HttpResponseRedirect(loan.get_admin_url())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Hand out") if is_out else _("Take back"),
            "loan": loan,
            "form": form,
            "obstacles": lending.hand_out_obstacles(loan) if is_out else [],
        }
        status = 400 if form.is_bound else 200
        template = "admin/network/loan/handover.html"
        return TemplateResponse(request, template, context, status=status)

    def handover_photo(self, request, pk, place):
        """A photograph of a handover, from 1 on; the signature is 0."""
        if not request.user.has_perm("network.view_loan"):
            raise PermissionDenied
        handover = get_object_or_404(Handover, pk=pk)
        files = [handover.signature.name, *handover.photos]
        if place >= len(files) or not files[place]:
            raise Http404
        return send(request, files[place], content_type="image/jpeg")


def _uploads(request):
    """The files of the form: all photographs, where Django's own reading gives the last only."""
    return {"photos": request.FILES.getlist("photos")}


def counts(request):
    """Counts for the back office's front page."""
    if not request.user.has_perm("network.view_loan"):
        return []
    queue = reverse("admin:network_loan_changelist")
    found = [
        (_("requests to borrow"), Loan.objects.waiting().count(), f"{queue}?queue=requested"),
        (_("loans out now"), Loan.objects.out().count(), f"{queue}?queue=out"),
    ]
    if late := Loan.objects.overdue().count():
        found.append((_("loans overdue"), late, f"{queue}?queue=overdue"))
    return [{"label": label, "count": count, "url": url} for label, count, url in found]


def tasks(request):
    """What is overdue, comes back, is handed out and waits for an answer today."""
    if not request.user.has_perm("network.change_loan"):
        return []
    today = timezone.localdate()
    loans = Loan.objects.select_related("organization")
    groups = [
        (_("Overdue: call the borrower"), loans.overdue(), "last_day"),
        (_("Comes back today"), loans.due_on(today), "last_day"),
        (_("Handed out today"), loans.to_hand_out(), "first_day"),
        (_("Requests to borrow that wait for an answer"), loans.waiting(), "first_day"),
    ]
    lists = [
        {
            "title": title,
            "rows": [
                {
                    "about": loan,
                    "url": loan.get_admin_url(),
                    "note": f"{day(getattr(loan, moment))} · {loan.contact} {loan.phone}",
                }
                for loan in rows[:TASKS_AT_MOST]
            ],
        }
        for title, rows, moment in groups
    ]
    return [tasks for tasks in lists if tasks["rows"]]


admin.site.counters.append(counts)
admin.site.task_lists.append(tasks)
