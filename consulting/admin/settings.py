"""What agencies are asked and what the office promises: topics, questions and standards."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consulting.clock import Span
from consulting.models import QuestionSet, ServiceStandard, Topic
from consulting.setting_forms import KIND_LABELS, QuestionsFormSet, StandardForm, TopicForm
from lopburi_pr.templatetags.thai import daytime


class Kept(admin.ModelAdmin):
    """Rows that stay as they are: what changes is a new version."""

    show_full_result_count = False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("made"), ordering="made_at")
    def made(self, row):
        return daytime(row.made_at)


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    form = TopicForm
    change_form_template = "admin/consulting/topic/change_form.html"
    list_display = ("__str__", "is_offered", "is_crisis", "order")
    fieldsets = (
        (_("What is it called?"), {"fields": ("name_th", "name_en", "key")}),
        (_("What is read before asking?"), {"fields": ("guidance_th", "guidance_en")}),
        (_("How is it offered?"), {"fields": ("is_offered", "is_crisis", "order")}),
    )

    def has_delete_permission(self, request, obj=None):
        return False  # it is offered no longer instead

    def get_readonly_fields(self, request, obj=None):
        return ("key",) if obj else ()

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["anew"] = ""
        if obj and request.user.has_perm("consulting.add_questionset"):
            address = reverse("admin:consulting_questionset_add")
            context["anew"] = f"{address}?topic={obj.pk}"
        return super().render_change_form(request, context, add, change, form_url, obj)


@admin.register(QuestionSet)
class QuestionSetAdmin(Kept):
    """Every version of what topics ask; a new one begins with the present one."""

    list_display = ("__str__", "count", "made")
    list_filter = ("topic",)
    list_select_related = ("topic",)
    fields = ("topic", "version", "made", "told")
    readonly_fields = ("made", "told")

    @admin.display(description=_("questions"))
    def count(self, asked):
        return len(asked.questions)

    @admin.display(description=_("questions"))
    def told(self, asked):
        rows = ((each["th"], KIND_LABELS[each["kind"]]) for each in asked.questions)
        return format_html("<ol>{}</ol>", format_html_join("", "<li>{} ({})</li>", rows))

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        key = request.GET.get("topic", "")
        found = Topic.objects.filter(pk=key) if key.isascii() and key[:9].isdecimal() else None
        topic, forms, status = found.first() if found else None, None, 200
        if topic and request.method == "POST":
            forms = QuestionsFormSet(request.POST, topic=topic)
            if forms.is_valid():
                made = forms.save(by=request.user)
                self.message_user(
                    request,
                    _("Whoever asks from now on gets the new questions."),
                    messages.SUCCESS,
                )
                address = reverse("admin:consulting_questionset_change", args=[made.pk])
                return HttpResponseRedirect(address)
            status = 400
        elif topic:
            forms = QuestionsFormSet(topic=topic)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("New questions"),
            "topics": Topic.objects.order_by("order", "pk"),
            "topic": topic,
            "forms": forms,
        }
        template = "admin/consulting/questionset/new.html"
        return TemplateResponse(request, template, context, status=status)


@admin.register(ServiceStandard)
class ServiceStandardAdmin(Kept):
    form = StandardForm
    list_display = ("__str__", "promised", "made")
    list_filter = ("lane",)
    fields = ("lane", "first_reply", "answer", "unit")

    @admin.display(description=_("what is promised"))
    def promised(self, standard):
        return gettext("first reply within %(first)s, answer within %(answer)s") % {
            "first": Span(standard.first_reply, standard.unit),
            "answer": Span(standard.answer, standard.unit),
        }
