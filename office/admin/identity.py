"""Who the office is, where it works and what matters this year, in the back office."""

from django import forms
from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lopburi_pr.back_office import EditorPages
from lopburi_pr.rich_text import RichTextField
from office.models import (
    ClusterMembership,
    CommunicationIssue,
    District,
    OfficeIdentity,
    Province,
    ProvincialCluster,
    RunningNumber,
    StandingPage,
    Subdistrict,
)


class LookUp(admin.ModelAdmin):
    """Rows to look at: places follow the official register through ``manage.py load_office``."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(OfficeIdentity)
class OfficeIdentityAdmin(admin.ModelAdmin):
    """One row: its list leads to its form."""

    fieldsets = (
        (
            _("What is the office called?"),
            {"fields": (("name_th", "name_en"), "abbreviation_th", "emblem")},
        ),
        (_("Where is it?"), {"fields": (("address_th", "address_en"),)}),
        (
            _("How do people reach it?"),
            {
                "fields": (("phone", "fax"), ("email", "line_id")),
                "description": _(
                    "Shown on every page. Telephone, for example 0 3600 0000; LINE with its @."
                ),
            },
        ),
        (_("When is it open?"), {"fields": (("hours_th", "hours_en"),)}),
    )

    def has_add_permission(self, request):
        return super().has_add_permission(request) and not OfficeIdentity.objects.exists()

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        identity = OfficeIdentity.objects.first()
        if identity and self.has_view_or_change_permission(request, identity):
            form = reverse("admin:office_officeidentity_change", args=[identity.pk])
            return HttpResponseRedirect(form)
        return super().changelist_view(request, extra_context)


class StandingPageForm(forms.ModelForm):
    body_th = RichTextField(label=_("text (Thai)"))
    body_en = RichTextField(label=_("text (English)"), required=False)

    class Meta:
        model = StandingPage
        fields = ("title_th", "body_th", "title_en", "body_en")


@admin.register(StandingPage)
class StandingPageAdmin(EditorPages):
    """The texts of pages that are always there. Their addresses are fixed in the portal."""

    form = StandingPageForm
    list_display = ("title_th", "title_en", "key", "updated_at")
    search_fields = ("title_th", "title_en", "body_th", "body_en")
    readonly_fields = ("key", "updated_at")
    fieldsets = (
        (_("Which page is it?"), {"fields": (("key", "updated_at"),)}),
        (_("What does it say in Thai?"), {"fields": ("title_th", "body_th")}),
        (
            _("What does it say in English?"),
            {
                "fields": ("title_en", "body_en"),
                "description": _("Without it English readers see the Thai text with a note."),
            },
        ),
    )

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def view_on_site(self, page):
        return page.get_absolute_url()


@admin.register(Province)
class ProvinceAdmin(LookUp):
    list_display = ("name_th", "name_en", "name_rtgs", "code")
    search_fields = ("name_th", "name_en", "name_rtgs", "code")
    ordering = ("sort_key",)
    fields = ("code", ("name_th", "name_en", "name_rtgs"))


@admin.register(District)
class DistrictAdmin(LookUp):
    list_display = ("name_th", "name_en", "province", "code")
    list_filter = ("province",)
    list_select_related = ("province",)
    search_fields = ("name_th", "name_en", "code", "province__name_th", "province__name_en")
    ordering = ("sort_key",)
    fields = ("code", ("name_th", "name_en"), "province")


@admin.register(Subdistrict)
class SubdistrictAdmin(LookUp):
    list_display = ("name_th", "name_en", "district", "postal_code", "code")
    list_filter = ("district__province",)
    list_select_related = ("district",)
    search_fields = ("name_th", "name_en", "code", "postal_code", "district__name_th")
    ordering = ("sort_key",)
    fields = ("code", ("name_th", "name_en"), "district", "postal_code")


class MembershipInline(admin.TabularInline):
    model = ClusterMembership
    extra = 0
    autocomplete_fields = ("province",)
    verbose_name_plural = _("Which provinces belonged to it, and when?")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "valid":
            kwargs["help_text"] = _(
                "From the first day until the day after the last, for example 2017-11-17. "
                "Second day empty: still in force."
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(ProvincialCluster)
class ProvincialClusterAdmin(admin.ModelAdmin):
    list_display = ("name_th", "name_en", "key")
    search_fields = ("name_th", "name_en")
    fieldsets = (
        (_("What is it called?"), {"fields": (("name_th", "name_en"), "key")}),
        (
            _("Where is that written?"),
            {
                "fields": ("source_note",),
                "description": _("For example ราชกิจจานุเบกษา 17 พฤศจิกายน 2560."),
            },
        ),
    )
    prepopulated_fields = {"key": ("name_en",)}
    inlines = (MembershipInline,)


@admin.register(CommunicationIssue)
class CommunicationIssueAdmin(admin.ModelAdmin):
    list_display = ("name_th", "name_en", "fiscal_year", "key")
    list_filter = ("fiscal_year",)
    search_fields = ("name_th", "name_en", "key", "fiscal_year")
    fieldsets = (
        (_("What should the public know?"), {"fields": (("name_th", "name_en"),)}),
        (_("In which year?"), {"fields": (("fiscal_year", "key"),)}),
        (
            _("Who decided it?"),
            {
                "fields": ("source_note",),
                "description": _("For example มติคณะรัฐมนตรี 27 กุมภาพันธ์ 2567."),
            },
        ),
    )
    prepopulated_fields = {"key": ("name_en",)}


@admin.register(RunningNumber)
class RunningNumberAdmin(LookUp):
    """Nobody changes these: a changed number could be given twice."""

    list_display = ("series", "year", "last")
    list_filter = ("series",)
    ordering = ("series", "-year")
