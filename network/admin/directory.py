"""Organisations and people in the back office: kept, merged, exchanged, let in."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from lopburi_pr.calendar_fields import MomentField
from lopburi_pr.http import origin_of
from lopburi_pr.templatetags.thai import day
from network import accounts, leaving, personal_links, proposing
from network.admin.exchange import Exchange
from network.admin_forms import ForgetForm, LinkForm, MergeForm, OrganizationForm, PersonForm
from network.models import Organization, Person
from network.models.organizations import search_key
from office import audit


class PersonInline(admin.StackedInline):
    model = Person
    fields = (("name", "position"), ("phone", "email"), ("visibility", "consented_at"))
    formfield_overrides = {models.DateTimeField: {"form_class": MomentField}}
    extra = 0
    can_delete = False  # people are forgotten, each for a reason

    def get_queryset(self, request):
        return super().get_queryset(request).filter(forgotten_at=None)


class AtWorkFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "stage"

    def lookups(self, request, model_admin):
        return [
            ("listed", _("In the directory")),
            ("due", _("Due for review")),
            ("gone", _("Closed or merged")),
        ]

    def queryset(self, request, rows):
        if self.value() == "gone":
            return rows.exclude(pk__in=Organization.objects.at_work().values("pk"))
        words = {"listed": rows.listed, "due": rows.due_for_review}
        return words.get(self.value(), rows.at_work)()


class DueFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "stage"

    def lookups(self, request, model_admin):
        return [
            ("due", _("Due for review")),
            ("asking", _("Asks for deletion")),
            ("gone", _("Has left")),
        ]

    def queryset(self, request, rows):
        if self.value() == "gone":
            return rows.exclude(left_on=None)
        words = {"due": rows.due_for_review, "asking": rows.asking_to_be_forgotten}
        return words.get(self.value(), rows.active)()


class Reviewed:
    """Gives a ModelAdmin the button that says the facts still hold."""

    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.reviewed))
        name = f"network_{self.opts.model_name}_reviewed"
        return [path("<int:pk>/reviewed/", view, name=name), *super().get_urls()]

    def reviewed(self, request, pk):
        row = get_object_or_404(self.model, pk=pk)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        proposing.review(row, by=request.user)
        messages.success(request, gettext("Reviewed. It comes up again in a year."))
        return HttpResponseRedirect(reverse("admin:index"))

    @admin.display(description=_("review by"), ordering="review_by", empty_value="–")
    def reviewed_by(self, row):
        return day(row.review_by) or None

    def _form(self, row):
        return reverse(f"admin:network_{self.opts.model_name}_change", args=[row.pk])

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["trail"] = audit.trail(obj) if obj else []
        return super().render_change_form(request, context, add, change, form_url, obj)


@admin.register(Organization)
class OrganizationAdmin(Exchange, Reviewed, admin.ModelAdmin):
    form = OrganizationForm
    change_form_template = "admin/network/organization/change_form.html"
    list_display = ("__str__", "kind", "phone", "is_listed", "reviewed_by")
    list_filter = (AtWorkFilter, "kind", "is_listed")
    search_fields = ("search_key", "phone", "email")
    autocomplete_fields = ("districts", "subdistricts")
    inlines = (PersonInline,)
    list_per_page = 50
    show_full_result_count = False
    fieldsets = (
        (_("Who is it?"), {"fields": ("kind", "name_th", "name_en", "aliases")}),
        (_("How is it reached?"), {"fields": ("address", ("phone", "email"), "website")}),
        (_("What does it serve, and how?"), {"fields": ("districts", "subdistricts", "means")}),
        (_("What does the public see?"), {"fields": ("is_listed", "shown_fields")}),
        (_("What does its desk show?"), {"fields": ("may_see_embargoed",)}),
        (_("Until when do the facts hold?"), {"fields": (("review_by", "closed_on"),)}),
    )

    def save_model(self, request, organization, form, change):
        is_trusted = organization.may_see_embargoed
        organization.may_see_embargoed = form.initial.get("may_see_embargoed", False)
        super().save_model(request, organization, form, change)
        accounts.trust(organization, is_trusted=is_trusted, by=request.user)

    def get_search_results(self, request, queryset, search_term):
        # Names are compared as the public directory compares them.
        found, has_doubles = super().get_search_results(request, queryset, search_term)
        if search_term.strip():
            found = found | queryset.filter(search_key__contains=search_key(search_term))
        return found, has_doubles

    def get_urls(self):
        view = self.admin_site.admin_view(self.merge)
        name = "network_organization_merge"
        return [path("<int:pk>/merge/", view, name=name), *super().get_urls()]

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and bool(obj and obj.is_sample)

    def merge(self, request, pk):
        """Say that another row stands for this one."""
        organization = get_object_or_404(Organization, pk=pk)
        if not self.has_change_permission(request, organization):
            raise PermissionDenied
        form = MergeForm(request.POST or None, organization=organization)
        if form.is_valid() and form.save(by=request.user):
            messages.success(request, gettext("Merged. The other one stands for it now."))
            return HttpResponseRedirect(self._form(form.cleaned_data["into"]))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Merge: %(name)s") % {"name": organization},
            "opts": self.opts,
            "organization": organization,
            "form": form,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/network/organization/merge.html", context)


@admin.register(Person)
class PersonAdmin(Exchange, Reviewed, admin.ModelAdmin):
    form = PersonForm
    change_form_template = "admin/network/person/change_form.html"
    list_display = ("__str__", "organization", "phone", "visibility", "reviewed_by")
    list_filter = (DueFilter, "visibility")
    list_select_related = ("organization",)
    search_fields = ("name", "phone", "email", "village", "organization__search_key")
    autocomplete_fields = ("organization", "subdistricts")
    readonly_fields = ("user",)
    list_per_page = 50
    show_full_result_count = False
    fieldsets = (
        (_("Who is it?"), {"fields": ("name", ("organization", "position"))}),
        (_("How are they reached?"), {"fields": (("phone", "email"),)}),
        (_("What do they serve, and how?"), {"fields": ("subdistricts", "village", "means")}),
        (
            _("To what did they agree?"),
            {"fields": ("visibility", "consented_at", "consent_text")},
        ),
        (_("Until when do the facts hold?"), {"fields": (("review_by", "left_on"), "user")}),
    )

    def get_urls(self):
        admitted = self.admin_site.admin_view
        return [
            path("<int:pk>/link/", admitted(self.link), name="network_person_link"),
            path("<int:pk>/forget/", admitted(self.forget), name="network_person_forget"),
            path(
                "<int:pk>/revoke/",
                admitted(require_POST(self.revoke)),
                name="network_person_revoke",
            ),
            path(
                "<int:pk>/account/",
                admitted(require_POST(self.account)),
                name="network_person_account",
            ),
            *super().get_urls(),
        ]

    def has_change_permission(self, request, obj=None):
        is_known = obj is None or not obj.forgotten_at
        return is_known and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False  # what is counted stays: see forget

    def forget(self, request, pk):
        """Show what goes and what stays, and delete it for good when that is confirmed."""
        person = get_object_or_404(Person, pk=pk)
        if not request.user.has_perm("network.forget_person"):
            raise PermissionDenied
        form = ForgetForm(request.POST or None, person=person)
        if form.is_valid() and form.save(by=request.user):
            messages.success(request, gettext("The data are deleted. What was counted stays."))
            return HttpResponseRedirect(reverse("admin:network_person_changelist"))
        goes, stays = leaving.preview(person)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Delete the data: %(name)s") % {"name": person},
            "opts": self.opts,
            "person": person,
            "form": form,
            "goes": goes,
            "stays": stays,
            "obstacles": leaving.obstacles(person),
        }
        return TemplateResponse(request, "admin/network/person/forget.html", context)

    def _changeable(self, request, pk):
        person = get_object_or_404(Person, pk=pk)
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        return person

    @sensitive_variables("address")
    def link(self, request, pk):
        """Give a personal link; its address is shown on the answer and never again."""
        person = self._changeable(request, pk)
        form, address = LinkForm(request.POST or None), ""
        if form.is_valid():
            try:
                with override("th"):
                    address = origin_of(request) + personal_links.issue(
                        person, by=request.user, **form.cleaned_data
                    )
            except ValidationError as refused:
                form.add_error(None, refused.messages)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Personal link: %(name)s") % {"name": person},
            "opts": self.opts,
            "person": person,
            "form": form,
            "address": address,
        }
        return TemplateResponse(request, "admin/network/person/link.html", context)

    def revoke(self, request, pk):
        """End every link of a person."""
        person = self._changeable(request, pk)
        for link in person.links.filter(revoked_at=None):
            personal_links.revoke(link, by=request.user)
        messages.success(
            request, gettext("The links of %(name)s open nothing now.") % {"name": person}
        )
        return HttpResponseRedirect(self._form(person))

    def account(self, request, pk):
        """Open a partner's account, or close it."""
        person = self._changeable(request, pk)
        try:
            if person.user_id:
                accounts.close_account(person, by=request.user)
                messages.success(request, gettext("The account is closed."))
            else:
                accounts.open_account(person, by=request.user)
                messages.success(
                    request, gettext("They can sign in now by a code sent to their mailbox.")
                )
        except ValidationError as refused:
            for sentence in refused.messages:
                messages.error(request, sentence)
        return HttpResponseRedirect(self._form(person))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            context["attendances"] = obj.attendances.standing().select_related("meeting")
            context["links"] = [
                (link, link.expires_at <= timezone.now())
                for link in obj.links.filter(revoked_at=None)
            ]
            context["account_obstacles"] = [] if obj.user_id else accounts.obstacles(obj)
            context["may_change"] = self.has_change_permission(request, obj)
            may_forget = request.user.has_perm("network.forget_person")
            context["may_forget"] = may_forget and not obj.forgotten_at
        return super().render_change_form(request, context, add, change, form_url, obj)
