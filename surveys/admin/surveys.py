"""Surveys at the desk: how far each one is, and what comes next."""

from datetime import timedelta

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from lopburi_pr.back_office import DeskAdmin, PlainChoices
from lopburi_pr.templatetags.thai import day, day_span
from office import audit
from surveys import drafting, fieldwork
from surveys.admin import panel
from surveys.forms import SurveyForm
from surveys.models import Questionnaire, Response, Survey

OPEN, DRAFT = "surveys.open_survey", "surveys.add_questionnaire"
SOON = timedelta(days=3)
State = Survey.State
# The colours of news.admin.editions for the states of surveys.
TONES = {
    State.DRAFT: "draft",
    State.OPEN: "published",
    State.CLOSED: "submitted",
    State.PUBLISHED: "scheduled",
    State.WITHDRAWN: "withdrawn",
}


def stage(survey):
    label = survey.get_state_display()
    return format_html('<span class="stage stage--{}">{}</span>', TONES[survey.state], label)


def to_close(day=None):
    """Surveys whose last day is near, or past."""
    day = day or timezone.localdate()
    return Survey.objects.filter(state=State.OPEN, closes_on__lte=day + SOON)


class QueueFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "queue"

    def lookups(self, request, model_admin):
        return [
            *State.choices,
            ("closing", _("Last days")),
            ("unpublished", _("Questions not published yet")),
        ]

    def queryset(self, request, rows):
        if self.value() == "closing":
            return rows.filter(pk__in=to_close().values("pk"))
        if self.value() == "unpublished":
            return rows.filter(questionnaires__in=Questionnaire.objects.drafts())
        return rows.filter(state=self.value()) if self.value() in State.values else rows


@admin.register(Survey)
class SurveyAdmin(PlainChoices, DeskAdmin):
    """One survey: what it is, and the steps of its course."""

    form = SurveyForm
    change_form_template = "admin/surveys/survey/change_form.html"
    list_display = ("headline", "standing", "days", "answered", "next_step")
    list_filter = (QueueFilter, "policy", "fiscal_year")
    search_fields = ("title_th", "title_en")
    list_per_page = 30
    fieldsets = (
        (_("What is it called, and what is it for?"), {"fields": ("title_th", "aim_th")}),
        (_("And in English?"), {"fields": ("title_en", "aim_en"), "classes": ("collapse",)}),
        (_("About which policy?"), {"fields": ("policy", "issue", "fiscal_year", "previous")}),
        (
            _("Who is asked, and how?"),
            {
                "fields": (
                    *("population_th", "population_en", "design", "modes", "needs_code", "target"),
                )
            },
        ),
        (_("When?"), {"fields": ("opens_on", "closes_on")}),
        (
            _("How are results shown?"),
            {"fields": ("breakdowns", "bands", "min_cell", "min_base", "reply_days")},
        ),
    )
    steps = {
        "open": (
            OPEN,
            lambda survey, by, _said: fieldwork.open_survey(survey, by=by),
            _("It is open. Answers are taken from the first day on."),
        ),
        "close": (
            OPEN,
            lambda survey, by, _said: fieldwork.close_survey(survey, by=by),
            _("It is closed. No more answers are taken."),
        ),
        "withdraw": (
            OPEN,
            lambda survey, by, said: fieldwork.withdraw_survey(
                survey, by=by, reason=said.get("reason", "")
            ),
            _("It is withdrawn. Readers see your reason; no answer is deleted."),
        ),
    }

    def get_urls(self):
        admitted = self.admin_site.admin_view(self.begin)
        name = "surveys_survey_begin"
        return [path("<number:pk>/questionnaire/", admitted, name=name), *super().get_urls()]

    def get_queryset(self, request):
        counted = Count("responses", Q(responses__state=Response.State.COMPLETE))
        drafts = Questionnaire.objects.drafts().filter(survey=OuterRef("pk"))
        asked = Questionnaire.objects.published().filter(survey=OuterRef("pk"))
        rows = super().get_queryset(request)
        if not request.resolver_match.url_name.endswith("_changelist"):
            return rows
        return rows.annotate(counted=counted, has_draft=Exists(drafts), is_asked=Exists(asked))

    def has_delete_permission(self, request, obj=None):
        return False  # what was asked stays on record

    def get_actions(self, request):
        return {}

    def save_model(self, request, survey, form, change):
        if not change:
            survey.created_by = request.user
        super().save_model(request, survey, form, change)

    # The list

    @admin.display(description=_("survey"), ordering="title_th")
    def headline(self, survey):
        told = (
            survey.get_policy_display(),
            survey.get_design_display(),
            gettext("sample data") if survey.is_sample else "",
        )
        return format_html(
            '<span class="row-title">{}</span><span class="row-note">{}</span>',
            survey.title,
            " · ".join(filter(None, told)),
        )

    @admin.display(description=_("state"), ordering="state")
    def standing(self, survey):
        return stage(survey)

    @admin.display(description=_("days"), ordering="closes_on")
    def days(self, survey):
        span = day_span(survey.opens_on, survey.closes_on)
        if survey.state != State.OPEN:
            return span
        left = survey.days_left
        told = ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}
        return format_html(
            "{}<br><b>{}</b>", span, told if left else gettext("The last day is past")
        )

    @admin.display(description=_("answers"))
    def answered(self, survey):
        return gettext("%(n)s of %(target)s") % {"n": survey.counted, "target": survey.target}

    @admin.display(description=_("next"))
    def next_step(self, survey):
        if survey.has_draft:
            return gettext("Publish the questionnaire")
        if not survey.is_asked:
            return gettext("Write the questions")
        match survey.state:
            case State.DRAFT:
                return gettext("Open the survey")
            case State.OPEN:
                is_over = survey.closes_on < timezone.localdate()
                return gettext("Close the survey") if is_over else gettext("Follow the fieldwork")
            case State.CLOSED:
                return gettext("Weight and publish the results")
        return "–"

    # One survey

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            context |= self._course(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _course(self, request, survey):
        may_open = request.user.has_perm(OPEN)
        is_to_open = survey.state in {State.DRAFT, State.CLOSED}
        counted = survey.responses.counted().count()
        draft = survey.questionnaires.drafts().first()
        return {
            "stage": stage(survey),
            "counted": counted,
            "share": min(100, 100 * counted // survey.target) if survey.target else 0,
            "draft": draft,
            "asked": survey.questionnaire,
            "may_draft": request.user.has_perm(DRAFT) and survey.state in drafting.CHANGING,
            "may_open": may_open,
            "is_to_open": is_to_open,
            "obstacles": fieldwork.obstacles_to_opening(survey) if is_to_open else [],
            "panel": panel.stages(request, survey),
            "trail": audit.trail(survey, *survey.questionnaires.all()),
        }

    def begin(self, request, pk):
        """To the draft of its questionnaire, which begins with the version that is asked."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        survey = get_object_or_404(Survey, pk=pk)
        there = reverse("admin:surveys_survey_change", args=[pk])
        if request.method == "POST" and request.user.has_perm(DRAFT):
            try:
                draft = drafting.begin_version(survey, by=request.user)
                there = reverse("admin:surveys_questionnaire_change", args=[draft.pk])
            except ValidationError as refused:
                self.message_user(request, refused.messages[0], messages.ERROR)
        elif request.method == "POST":
            raise PermissionDenied
        return HttpResponseRedirect(there)


def _versions(request, survey):
    if not request.user.has_perm("surveys.view_questionnaire"):
        return
    for version in survey.questionnaires.all():
        note = gettext("draft")
        if version.published_at:
            note = gettext("published %(day)s") % {"day": day(version.published_at)}
        label = gettext("Questionnaire, version %(n)s") % {"n": version.number}
        yield label, reverse("admin:surveys_questionnaire_change", args=[version.pk]), note


panel.offer(panel.QUESTIONS, _versions)


# The front page


def counts(request):
    """Counts for the back office's front page; what is none is left out."""
    if not request.user.has_perm("surveys.change_survey"):
        return []
    base = reverse("admin:surveys_survey_changelist")
    drafts = Survey.objects.filter(questionnaires__in=Questionnaire.objects.drafts())
    found = [
        (_("questionnaires to publish"), drafts, "unpublished"),
        (_("surveys that close within 3 days"), to_close(), "closing"),
        (
            _("closed surveys without results"),
            Survey.objects.filter(state=State.CLOSED),
            State.CLOSED,
        ),
    ]
    return [
        {"label": label, "count": count, "url": f"{base}?queue={queue}"}
        for label, rows, queue in found
        if (count := rows.count())
    ]


admin.site.counters.append(counts)
