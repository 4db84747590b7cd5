"""The library of questions: read here, filled and used from the builder."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from surveys.builder_forms import KINDS
from surveys.models import LibraryQuestion


@admin.register(LibraryQuestion)
class LibraryQuestionAdmin(admin.ModelAdmin):
    change_form_template = "admin/surveys/libraryquestion/change_form.html"
    list_display = ("name", "asks", "source")
    search_fields = ("name", "source")
    fields = ("name", "source")
    list_per_page = 30

    def has_add_permission(self, request):
        return False  # from the page of a question

    @admin.display(description=_("question"))
    def asks(self, entry):
        return format_html(
            '{}<span class="row-note">{}</span>',
            entry.question["label"]["th"],
            KINDS[entry.question["kind"]],
        )

    def save_model(self, request, entry, form, change):
        entry.updated_by = request.user
        super().save_model(request, entry, form, change)
