"""Findings at the desk: what people said, who answers for it, and what came back."""

from urllib.parse import urlencode

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lopburi_pr.back_office import DeskAdmin, PlainChoices
from lopburi_pr.templatetags.thai import day
from office import audit
from surveys import findings
from surveys.admin import panel
from surveys.models import Finding, Survey
from surveys.results_forms import FindingForm

CHANGE = "surveys.change_finding"


@admin.register(Finding)
class FindingAdmin(PlainChoices, DeskAdmin):
    """One finding; its reply is a step, with the day on which it came."""

    form = FindingForm
    change_form_template = "admin/surveys/finding/change_form.html"
    list_display = ("text", "survey", "agency", "standing", "is_public")
    list_filter = ("kind", "survey")
    list_select_related = ("survey", "agency")
    search_fields = ("text_th", "text_en")
    steps = {
        "reply": (
            CHANGE,
            lambda row, by, said: findings.reply(
                row,
                by=by,
                reply_th=said.get("reply_th", ""),
                reply_en=said.get("reply_en", ""),
                link=said.get("link", "").strip(),
            ),
            _("The reply is written down."),
        ),
        "remind": (
            CHANGE,
            lambda row, by, _said: findings.remind(row, by=by),
            _("It is written down that the agency was reminded."),
        ),
    }

    def get_readonly_fields(self, request, obj=None):
        return ("survey", "kind", "variable") if obj else ()

    def has_delete_permission(self, request, obj=None):
        return False

    def get_actions(self, request):
        return {}

    def save_model(self, request, finding, form, change):
        if change:
            super().save_model(request, finding, form, change)
            audit.record(finding, "change", by=request.user)
            return
        told = form.cleaned_data
        made = findings.ask(told.pop("survey"), told.pop("agency"), by=request.user, **told)
        finding.__dict__ |= {key: value for key, value in made.__dict__.items() if key != "_state"}
        finding._state.adding = False  # noqa: SLF001 -- it is the row that was made

    @admin.display(description=_("reply"))
    def standing(self, finding):
        if finding.replied_on:
            return gettext("replied %(day)s") % {"day": day(finding.replied_on)}
        text = gettext("due %(day)s") % {"day": day(finding.due_on)}
        return format_html("<b>{}</b>", text) if finding.is_overdue else text

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            context |= {
                "may_change": request.user.has_perm(CHANGE),
                "trail": audit.trail(obj),
            }
        else:
            context["proposed"] = self._proposed(request)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _proposed(self, request):
        survey = request.GET.get("survey", "")
        row = Survey.objects.filter(pk=survey[:9]).first() if survey.isdecimal() else None
        if row is None:
            return []
        return [
            each | {"address": f"?{urlencode(_begun(row, each))}"}
            for each in findings.proposed(row)
        ]


def _begun(survey, each):
    """What the form of a finding begins with."""
    return {
        "survey": survey.pk,
        "kind": Finding.Kind.FINDING,
        "variable": each["variable"],
        "text_th": each["th"],
        "text_en": each["en"],
        "is_public": "on",
    }


def _link(request, survey):
    is_told = survey.publications.published().exists()
    if not (is_told and request.user.has_perm("surveys.view_finding")):
        return
    if n := survey.findings.count():
        address = f"{reverse('admin:surveys_finding_changelist')}?survey__id__exact={survey.pk}"
        yield gettext("Findings"), address, str(n)
    if request.user.has_perm("surveys.add_finding"):
        address = f"{reverse('admin:surveys_finding_add')}?survey={survey.pk}"
        yield gettext("Ask an agency"), address, gettext("about what came out")


panel.offer(panel.RESULTS, _link)


def counts(request):
    """Replies that are late."""
    if not request.user.has_perm("surveys.view_finding"):
        return []
    late = Finding.objects.overdue().count()
    address = reverse("admin:surveys_finding_changelist")
    label = _("findings without a reply in time")
    return [{"label": label, "count": late, "url": address}] if late else []


admin.site.counters.append(counts)
