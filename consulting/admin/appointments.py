"""Appointments at the desk, and when advisers can be met."""

from datetime import timedelta

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.forms import TextInput
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consulting import appointments
from consulting.appointment_forms import AppointmentForm
from consulting.models import Absence, AdvisoryRequest, Appointment, Availability
from lopburi_pr.back_office import DeskAdmin
from lopburi_pr.calendar_fields import DayField, HourField
from lopburi_pr.templatetags.thai import day_span
from lopburi_pr.thai_calendar import BANGKOK
from office import audit
from office.people import PersonField, name_of

CHANGE = "consulting.change_appointment"
TASKS_AT_MOST = 20
State = Appointment.State
# The colours of news.admin.editions for where appointments stand.
TONES = {"requested": "submitted", "confirmed": "published", "done": "superseded"}
TONES |= {"no-show": "returned", "cancelled": "withdrawn"}


def advisers():
    """Staff who may have appointments."""
    permitted = User.objects.with_perm(
        CHANGE, include_superusers=False, backend="django.contrib.auth.backends.ModelBackend"
    )
    return permitted.filter(is_staff=True).order_by("first_name", "username")


class WhenFilter(admin.SimpleListFilter):
    title = _("when")
    parameter_name = "when"

    def lookups(self, request, model_admin):
        return [("asked", _("Asked for")), ("past", _("Past")), ("all", _("All"))]

    def queryset(self, request, rows):
        now = timezone.now()
        if self.value() == "asked":
            return rows.filter(state=State.REQUESTED)
        if self.value() == "past":
            return rows.filter(period__endswith__lte=now)
        if self.value() == "all":
            return rows
        live = (State.REQUESTED, State.CONFIRMED)
        return rows.filter(state__in=live, period__endswith__gt=now)

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        yield first | {"display": _("To come")}
        yield from others


@admin.register(Appointment)
class AppointmentAdmin(DeskAdmin):
    """What is agreed, the next first; one is made from the page of its request."""

    change_form_template = "admin/consulting/appointment/change_form.html"
    list_display = ("about", "standing", "who", "how")
    list_filter = (WhenFilter, ("adviser", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("request__organization", "adviser")
    ordering = ("period",)
    list_per_page = 30
    fields = ("about", "who", "how", "purpose")
    readonly_fields = fields
    steps = {
        "confirm": (
            CHANGE,
            lambda row, by, said: appointments.confirm(row, by=by),
            _("It is confirmed. The requester gets a letter with a calendar file."),
        ),
        "cancel": (
            CHANGE,
            lambda row, by, said: appointments.cancel(row, by=by, reason=said.get("reason", "")),
            _("It is called off. The requester reads your reason."),
        ),
        "held": (
            CHANGE,
            lambda row, by, said: appointments.settle(row, by=by, took_place=True),
            _("Noted: it took place."),
        ),
        "no-show": (
            CHANGE,
            lambda row, by, said: appointments.settle(row, by=by, took_place=False),
            _("Noted: nobody came."),
        ),
    }

    def get_urls(self):
        admitted = self.admin_site.admin_view
        return [
            path(
                "for/<number:pk>/", admitted(self.make), name="consulting_appointment_for_request"
            ),
            path("<number:pk>/move/", admitted(self.move), name="consulting_appointment_move"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request):
        return False  # from the page of its request

    def has_change_permission(self, request, obj=None):
        return False  # only steps change it

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("appointment"), ordering="period")
    def about(self, row):
        return format_html(
            '<span class="row-title">{}</span><span class="row-note">{} · {}</span>',
            appointments.span(row),
            row.request.reference,
            row.purpose,
        )

    @admin.display(description=_("state"), ordering="state")
    def standing(self, row):
        tone = TONES[row.state]
        return format_html('<span class="stage stage--{}">{}</span>', tone, row.get_state_display())

    @admin.display(description=_("who meets"))
    def who(self, row):
        return f"{name_of(row.adviser)} · {row.request.requester}"

    @admin.display(description=_("how"))
    def how(self, row):
        return " · ".join(filter(None, [row.get_mode_display(), row.place]))

    def make(self, request, pk):
        """Agree on an appointment for a request."""
        advice = get_object_or_404(AdvisoryRequest, pk=pk)
        initial = {"adviser": advice.assignee_id, "purpose": advice.subject}

        def keep(given, period):
            return appointments.book(
                advice,
                adviser=given["adviser"],
                period=period,
                mode=given["mode"],
                place=given["place"],
                purpose=given["purpose"],
                by=request.user,
            )

        return self._agreed(request, advice, initial, keep, _("Make the appointment"))

    def move(self, request, pk):
        """Give an appointment another time."""
        row = get_object_or_404(Appointment.objects.select_related("request"), pk=pk)
        lower, upper = (
            timezone.localtime(moment, BANGKOK) for moment in (row.period.lower, row.period.upper)
        )
        initial = {
            "adviser": row.adviser_id,
            "day": lower.date(),
            "opens": lower.time(),
            "closes": upper.time(),
            "mode": row.mode,
            "place": row.place,
            "purpose": row.purpose,
        }

        def keep(given, period):
            facts = {"purpose": given["purpose"] or row.purpose}
            facts |= {"mode": given["mode"], "place": given["place"]}
            appointments.move(row, period, by=request.user, **facts)
            return row

        return self._agreed(
            request, row.request, initial, keep, _("Move the appointment"), is_move=True
        )

    def _agreed(self, request, advice, initial, keep, title, *, is_move=False):
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        form = AppointmentForm(request.POST or None, initial=initial, advisers=advisers())
        form.fields["adviser"].disabled = is_move  # with somebody else it is another appointment
        if form.is_valid():
            try:
                row = keep(form.cleaned_data, form.period)
            except ValidationError as refused:
                form.add_error(None, refused)
            else:
                done = gettext("It is confirmed. The requester gets a letter with a calendar file.")
                self.message_user(request, done)
                address = reverse("admin:consulting_appointment_change", args=[row.pk])
                return HttpResponseRedirect(address)
        today = timezone.localdate()
        last = today + timedelta(days=appointments.OFFERED_DAYS)
        context = self.admin_site.each_context(request) | {
            "title": title,
            "opts": self.opts,
            "advice": advice,
            "form": form,
            "free": appointments.free(form.fields["adviser"].queryset, today, last)[:30],
        }
        template = "admin/consulting/appointment/agree.html"
        return TemplateResponse(request, template, context, status=400 if form.is_bound else 200)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        now = timezone.now()
        is_live = obj.state in {State.REQUESTED, State.CONFIRMED}
        context |= {
            "stage": self.standing(obj),
            "may_change": request.user.has_perm(CHANGE),
            "may_confirm": obj.state == State.REQUESTED,
            "may_settle": obj.state == State.CONFIRMED and obj.period.lower <= now,
            "may_move": is_live and obj.period.upper > now,
            "may_cancel": is_live,
            "obstacles": appointments.obstacles(obj) if obj.state == State.REQUESTED else [],
            "request_url": obj.request.get_admin_url(),
            "move_url": reverse("admin:consulting_appointment_move", args=[obj.pk]),
            "trail": audit.trail(obj),
        }
        return super().render_change_form(request, context, add, change, form_url, obj)


class OfAdviser(admin.ModelAdmin):
    """Rows about one adviser, who is the one that writes them unless another is chosen."""

    list_filter = (("adviser", admin.RelatedOnlyFieldListFilter),)
    formfield_overrides = {
        models.DateField: {
            "form_class": DayField,
            "widget": TextInput,
            "help_text": _("For example 24/12/2569"),
        },
        models.TimeField: {
            "form_class": HourField,
            "widget": TextInput,
            "help_text": _("For example 13:30"),
        },
    }

    @admin.display(description=_("adviser"), ordering="adviser__first_name")
    def who(self, row):
        return name_of(row.adviser)

    def get_changeform_initial_data(self, request):
        return {"adviser": request.user.pk} | super().get_changeform_initial_data(request)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in {"adviser", "deputy"}:
            kwargs |= {"queryset": advisers(), "form_class": PersonField}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Availability)
class AvailabilityAdmin(OfAdviser):
    list_display = ("who", "weekday", "hours")
    list_select_related = ("adviser",)

    @admin.display(description=_("hours of an adviser"), ordering="opens")
    def hours(self, row):
        told = {"from": f"{row.opens:%H:%M}", "until": f"{row.closes:%H:%M}", "n": row.minutes}
        return gettext("%(from)s–%(until)s, %(n)s minutes each") % told


@admin.register(Absence)
class AbsenceAdmin(OfAdviser):
    list_display = ("who", "away", "deputised")
    list_select_related = ("adviser", "deputy")

    @admin.display(description=_("absence of an adviser"), ordering="first_on")
    def away(self, row):
        return day_span(row.first_on, row.last_on)

    @admin.display(description=_("deputy"))
    def deputised(self, row):
        return name_of(row.deputy) or "–"


def tasks(request):
    """Appointments that were asked for, and those that nobody noted yet: on the front page."""
    if not request.user.has_perm(CHANGE):
        return []
    rows = Appointment.objects.select_related("request")
    own = (
        rows
        if request.user.has_perm("consulting.assign_advisoryrequest")
        else rows.filter(adviser=request.user)
    )
    lists = (
        (_("Appointments asked for"), own.filter(state=State.REQUESTED)),
        (
            _("Did these appointments take place?"),
            own.filter(state=State.CONFIRMED, period__endswith__lte=timezone.now()),
        ),
    )
    found = []
    for title, waiting in lists:
        listed = list(waiting.order_by("period")[:TASKS_AT_MOST])
        if listed:
            found.append(
                {
                    "title": title,
                    "rows": [
                        {
                            "about": row.purpose,
                            "note": f"{row.request.reference} · {appointments.span(row)}",
                            "url": reverse("admin:consulting_appointment_change", args=[row.pk]),
                        }
                        for row in listed
                    ],
                }
            )
    return found


admin.site.task_lists.append(tasks)
