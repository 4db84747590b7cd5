"""The working calendar at the desk: a program proposes days off, the head confirms them."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from lopburi_pr.back_office import DeskAdmin
from lopburi_pr.calendar_fields import DayField
from lopburi_pr.templatetags.thai import day_full, daytime, weekday, year
from office import audit, holidays
from office.models import Holiday

LIST = "admin:office_holiday_changelist"
MAY_ADD, MAY_DECIDE = "office.add_holiday", "office.change_holiday"
# The colours of news.admin.editions for the states of days off.
TONES = {"proposed": "submitted", "confirmed": "published", "rejected": "draft"}


class YearFilter(admin.SimpleListFilter):
    """One year at a time, as people count them; this year unless another is chosen."""

    title = _("year")
    parameter_name = "year"

    def lookups(self, request, model_admin):
        days = Holiday.objects.dates("day", "year")
        return [*((str(day.year), year(day)) for day in days), ("all", _("All"))]

    def queryset(self, request, days):
        if self.value() == "all":
            return days
        chosen = self.value() or ""
        is_year = chosen.isascii() and chosen.isdecimal() and len(chosen) == 4
        return days.in_year(int(chosen) if is_year else timezone.localdate().year)

    def choices(self, changelist):
        _first, *others = super().choices(changelist)
        this_year = str(timezone.localdate().year)
        for choice, (value, _label) in zip(others, self.lookup_choices, strict=True):
            is_default = self.value() is None and value == this_year
            yield choice | {"selected": choice["selected"] or is_default}


@admin.register(Holiday)
class HolidayAdmin(DeskAdmin):
    change_form_template = "admin/office/holiday/change_form.html"
    change_list_template = "admin/office/holiday/change_list.html"
    list_display = ("headline", "standing")
    list_filter = (YearFilter, "state", "kind")
    search_fields = ("name_th", "name_en", "source")
    ordering = ("day",)
    list_per_page = 100
    formfield_overrides = {models.DateField: {"form_class": DayField}}
    fieldsets = (
        (_("What is it called?"), {"fields": ("name_th", "name_en")}),
        (_("Who decided it, and where is that written?"), {"fields": ("kind", "source")}),
    )
    readonly_fields = ("date",)
    actions = ("confirm", "reject")
    steps = {
        "confirm": (
            MAY_DECIDE,
            lambda holiday, by, said: holidays.confirm(holiday, by=by),
            _("The office is closed on this day."),
        ),
        "reject": (
            MAY_DECIDE,
            lambda holiday, by, said: holidays.reject(holiday, by=by),
            _("The office works on this day."),
        ),
    }

    def get_urls(self):
        propose = self.admin_site.admin_view(self.propose)
        return [path("propose/", propose, name="office_holiday_propose"), *super().get_urls()]

    def has_delete_permission(self, request, obj=None):
        return False  # what was rejected must not be proposed again

    def get_fieldsets(self, request, obj=None):
        # Another day would be another row.
        first = (_("Which day is it?"), {"fields": ("date" if obj else "day",)})
        return (first, *super().get_fieldsets(request, obj))

    def save_model(self, request, holiday, form, change):
        save = holidays.correct if change else holidays.add
        save(holiday, by=request.user)

    @admin.display(description=_("date of the day off"))
    def date(self, holiday):
        return day_full(holiday.day)

    @admin.display(description=_("day off"), ordering="day")
    def headline(self, holiday):
        # Where a sample comes from is what its label says already.
        told = [weekday(holiday.day), holiday.get_kind_display()]
        told += [] if holiday.is_sample else [holiday.source]
        return format_html(
            '<span class="row-title">{}</span><span class="row-note">{}</span>',
            holiday,
            " · ".join(told),
        )

    @admin.display(description=_("state"), ordering="state")
    def standing(self, holiday):
        note = gettext("sample data") if holiday.is_sample else daytime(holiday.decided_at)
        return format_html(
            '<span class="stage stage--{}">{}</span><span class="row-note">{}</span>',
            TONES[holiday.state],
            holiday.get_state_display(),
            note,
        )

    @admin.action(description=_("Confirm the chosen days"), permissions=["change"])
    def confirm(self, request, days):
        count = self._decide(request, days, holidays.confirm)
        said = ngettext("%(n)s day confirmed.", "%(n)s days confirmed.", count) % {"n": count}
        self.message_user(request, said)

    @admin.action(description=_("The office works on the chosen days"), permissions=["change"])
    def reject(self, request, days):
        count = self._decide(request, days, holidays.reject)
        said = ngettext("%(n)s day is worked.", "%(n)s days are worked.", count) % {"n": count}
        self.message_user(request, said)

    def _decide(self, request, days, step):
        count = 0
        for holiday in days:
            try:
                step(holiday, by=request.user)
                count += 1
            except ValidationError as refused:
                said = f"{weekday(holiday.day)}: {' '.join(refused.messages)}"
                self.message_user(request, said, messages.WARNING)
        return count

    @method_decorator(require_POST)
    def propose(self, request):
        """Propose the days off of a year; on to its list."""
        if not request.user.has_perm(MAY_ADD):
            raise PermissionDenied
        given = request.POST.get("year", "")
        chosen = int(given) if given.isascii() and given.isdecimal() and len(given) == 4 else 0
        try:
            proposed = len(holidays.propose(chosen, by=request.user))
        except ValidationError as refused:
            self.message_user(request, " ".join(refused.messages), messages.ERROR)
            return HttpResponseRedirect(reverse(LIST))
        said = ngettext(
            "%(n)s day off proposed. Confirm it against the announcement of the cabinet.",
            "%(n)s days off proposed. Confirm each against the announcement of the cabinet.",
            proposed,
        ) % {"n": proposed}
        if not proposed:
            said = gettext("Nothing new to propose.")
        self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(f"{reverse(LIST)}?year={chosen}")

    def changelist_view(self, request, extra_context=None):
        today = timezone.localdate()
        years = [
            {"value": str(today.year + n), "day": today.replace(year=today.year + n, day=1)}
            for n in (0, 1)
        ]
        offers = years if request.user.has_perm(MAY_ADD) else []
        return super().changelist_view(request, {**(extra_context or {}), "offers": offers})

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            verbs = {"confirm": Holiday.State.CONFIRMED, "reject": Holiday.State.REJECTED}
            context |= {
                "standing": self.standing(obj),
                "open_steps": {
                    verb: not holidays.obstacles(obj, state)
                    for verb, state in verbs.items()
                    if request.user.has_perm(MAY_DECIDE)
                },
                "trail": audit.trail(obj),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)


def counts(request):
    """For the front page: days off to confirm, and from October on that next year has none."""
    if not request.user.has_perm(MAY_DECIDE):
        return []
    found = []
    if waiting := Holiday.objects.proposed().count():
        url = f"{reverse(LIST)}?year=all&state__exact=proposed"
        found.append({"label": _("days off to confirm"), "count": waiting, "url": url})
    if missing := holidays.missing_year(timezone.localdate()):
        told = year(timezone.localdate().replace(year=missing, day=1))
        label = gettext("confirmed days off in %(year)s: confirm them")
        url = f"{reverse(LIST)}?year={missing}"
        found.append({"label": label % {"year": told}, "count": 0, "url": url})
    return found


admin.site.counters.append(counts)
