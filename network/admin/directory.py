"""Organisations and people in the back office."""

from django.contrib import admin

from network.models import Organization, Person


class PersonInline(admin.StackedInline):
    model = Person
    fields = (("name", "position"), ("phone", "email"), ("visibility", "consented_at"))
    extra = 0


@admin.register(Organization)
class OrganizationAdmin(admin.ModelAdmin):
    list_display = ("__str__", "kind", "phone", "is_listed")
    list_filter = ("kind", "is_listed")
    search_fields = ("name_th", "name_en", "aliases", "phone", "email")
    autocomplete_fields = ("districts", "subdistricts")
    inlines = (PersonInline,)


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):
    list_display = ("__str__", "organization", "phone")
    list_filter = ("visibility",)
    search_fields = ("name", "phone", "email", "village")
    autocomplete_fields = ("organization", "subdistricts")
    raw_id_fields = ("user",)
