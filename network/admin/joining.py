"""Applications, memberships and proposed changes in the back office."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lopburi_pr.templatetags.thai import day, daytime
from network import joining, leaving, proposing
from network.admin_forms import DecisionForm, MembershipForm, ProposalForm
from network.models import Application, ChangeProposal, Means, Membership, Organization, Person
from office import audit


class StageFilter(admin.SimpleListFilter):
    """The first choice is what waits: that is what people come for."""

    title = _("state")
    parameter_name = "stage"

    def lookups(self, request, model_admin):
        return [("waiting", _("Waits for the office")), ("decided", _("Decided"))]

    def queryset(self, request, rows):
        if self.value() == "waiting":
            return rows.waiting()
        if self.value() == "decided":
            return rows.exclude(pk__in=rows.waiting().values("pk"))
        return rows


class Decided(admin.ModelAdmin):
    """Rows that others wrote: decided here while they are open, never changed, never deleted."""

    list_per_page = 30
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return (obj is None or obj.is_open) and super().has_change_permission(request, obj)


class Forgotten:
    """Gives a ModelAdmin the one way to delete: one row, because its owner asks."""

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_deleted_objects(self, rows, request):
        # Letters go with their application, though nobody deletes them by themselves.
        names, counts, _needed, protected = super().get_deleted_objects(rows, request)
        return names, counts, set(), protected

    def delete_model(self, request, row):
        leaving.forget_application(row, by=request.user)


@admin.register(Application)
class ApplicationAdmin(Forgotten, Decided):
    form = DecisionForm
    change_form_template = "admin/network/change_form.html"
    list_display = ("reference", "party_name", "kind", "received", "state")
    list_filter = (StageFilter, "kind")
    search_fields = ("name", "organization_name", "phone", "number")
    asked = (
        *("reference", "received", "kind", "organization_name", "organization_kind", "name"),
        *("position", "phone", "email", "where", "by_what", "about", "is_listed", "reply"),
    )
    readonly_fields = (*asked, "consent_text", "state", "decided_by", "decided", "membership")

    def has_delete_permission(self, request, obj=None):
        return request.user.has_perm("network.delete_application")

    def get_fieldsets(self, request, obj=None):
        decided = ("state", "answer", "decided_by", "decided", "membership")
        is_open = self.has_change_permission(request, obj)
        decision = ("outcome", "answer", "party", "until")
        return (
            (_("Who asks to join?"), {"fields": self.asked}),
            (_("What do we answer?"), {"fields": decision if is_open else decided}),
            (_("To what did they agree?"), {"fields": ("consent_text",), "classes": ["collapse"]}),
        )

    def get_form(self, request, obj=None, **kwargs):
        kwargs["fields"] = ("answer",) if self.has_change_permission(request, obj) else ()
        return super().get_form(request, obj, **kwargs)

    def save_model(self, request, obj, form, change):
        given, answer = form.cleaned_data, form.cleaned_data["answer"]
        if given["outcome"] == Application.State.APPROVED:
            joining.approve(
                obj, by=request.user, party=given["party"], until=given["until"], answer=answer
            )
        elif given["outcome"] == Application.State.ASKED:
            joining.ask(obj, by=request.user, question=answer)
        else:
            joining.reject(obj, by=request.user, reason=answer)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["trail"] = audit.trail(obj) if obj else []
        return super().render_change_form(request, context, add, change, form_url, obj)

    @admin.display(description=_("number"), ordering="pk")
    def reference(self, application):
        return application.reference

    @admin.display(description=_("applicant"))
    def party_name(self, application):
        return application.party_name

    @admin.display(description=_("received"), ordering="received_at")
    def received(self, application):
        return daytime(application.received_at)

    @admin.display(description=_("decided"), ordering="decided_at", empty_value="–")
    def decided(self, application):
        return daytime(application.decided_at) or None

    @admin.display(description=_("places"))
    def where(self, application):
        places = [*application.districts.all(), *application.subdistricts.all()]
        return ", ".join([*map(str, places), *filter(None, [application.village])])

    @admin.display(description=_("how they carry the news"))
    def by_what(self, application):
        return ", ".join(str(Means(each).label) for each in application.means)


class StandingFilter(admin.SimpleListFilter):
    title = _("standing")
    parameter_name = "standing"

    def lookups(self, request, model_admin):
        return [("current", _("Member")), ("grace", _("Time to renew")), ("lapsed", _("Lapsed"))]

    def queryset(self, request, rows):
        words = {"current": rows.current, "grace": rows.in_grace, "lapsed": rows.lapsed}
        return words[self.value()]() if self.value() in words else rows


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    """Admitted, renewed, ended: each a step that the trail keeps."""

    form = MembershipForm
    list_display = ("__str__", "kind", "begins", "ends", "standing")
    list_filter = (StandingFilter, "kind")
    list_select_related = ("person", "organization")
    search_fields = ("person__name", "organization__search_key")
    autocomplete_fields = ("person", "organization")
    list_per_page = 50
    show_full_result_count = False
    change_form_template = "admin/network/change_form.html"

    def get_readonly_fields(self, request, obj=None):
        return ("person", "organization", "kind", "start_on") if obj else ()

    def get_exclude(self, request, obj=None):
        return () if obj else ("ended_reason", "start_on")

    def has_change_permission(self, request, obj=None):
        is_open = obj is None or not obj.ended_reason
        return is_open and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        if not change:
            made = joining.admit(obj.party, obj.kind, by=request.user, until=obj.end_on)
            obj.pk, obj.start_on = made.pk, made.start_on
        elif obj.ended_reason:
            joining.end(obj, by=request.user, reason=form.cleaned_data["ended_reason"])
        elif "end_on" in form.changed_data:
            joining.renew(obj, by=request.user, until=form.cleaned_data["end_on"])

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["trail"] = audit.trail(obj) if obj else []
        return super().render_change_form(request, context, add, change, form_url, obj)

    @admin.display(description=_("from"), ordering="start_on")
    def begins(self, membership):
        return day(membership.start_on)

    @admin.display(description=_("until"), ordering="end_on", empty_value="–")
    def ends(self, membership):
        return day(membership.end_on) or None

    @admin.display(description=_("standing"))
    def standing(self, membership):
        return membership.told[0]


@admin.register(ChangeProposal)
class ChangeProposalAdmin(Decided):
    form = ProposalForm
    change_form_template = "admin/network/proposal/change_form.html"
    list_display = ("__str__", "proposed_by", "proposed", "state")
    list_filter = (StageFilter,)
    list_select_related = ("person", "organization", "proposed_by")
    readonly_fields = ("subject", "proposed_by", "proposed", "state", "decided_by")

    def get_fieldsets(self, request, obj=None):
        is_open = self.has_change_permission(request, obj)
        decision = ("outcome", "reason") if is_open else ("state", "reason", "decided_by")
        return (
            (None, {"fields": ("subject", "proposed_by", "proposed")}),
            (_("What do we answer?"), {"fields": decision}),
        )

    def get_form(self, request, obj=None, **kwargs):
        kwargs["fields"] = ("reason",) if self.has_change_permission(request, obj) else ()
        return super().get_form(request, obj, **kwargs)

    def save_model(self, request, obj, form, change):
        given = form.cleaned_data
        try:
            if given["outcome"] == ChangeProposal.State.ACCEPTED:
                proposing.accept(obj, by=request.user)
            else:
                proposing.reject(obj, by=request.user, reason=given["reason"])
        except ValidationError as refused:
            self.message_user(request, " ".join(refused.messages), "error")

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            context |= {
                "differences": differences(obj),
                "is_stale": obj.is_open and proposing.is_stale(obj),
                "trail": audit.trail(obj.subject),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    @admin.display(description=_("about"))
    def subject(self, proposal):
        return proposal.subject

    @admin.display(description=_("proposed"), ordering="proposed_at")
    def proposed(self, proposal):
        return daytime(proposal.proposed_at)


def differences(proposal):
    """``[(label, before, after)]`` of a proposal as people read it."""
    model = Person if proposal.person_id else Organization
    return [
        (
            model._meta.get_field(name).verbose_name,
            _told(model._meta.get_field(name), proposal.before[name]),
            _told(model._meta.get_field(name), value),
        )
        for name, value in proposal.after.items()
    ]


def _told(of, value):
    if of.many_to_many:
        value = [str(row) for row in of.related_model.objects.filter(pk__in=value)]
    elif isinstance(value, list):
        labels = dict(of.base_field.choices or ())
        value = [str(labels.get(each, each)) for each in value]
    return ", ".join(value) if isinstance(value, list) else value
