"""The fieldwork of a survey: who asks, how far they are, what looks strange, what was held.

Whoever may run fieldwork sees numbers and flags. What one person answered is shown only to those
who may read answers, and every look is written down.
"""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import CheckboxSelectMultiple
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from lopburi_pr.back_office import PlainChoices
from lopburi_pr.paging import PageOf, page_number
from lopburi_pr.templatetags.thai import day as day_in_words
from office import audit
from office.people import name_of
from surveys import monitoring, quality, syncing
from surveys.admin import panel
from surveys.answer_forms import place_name
from surveys.definition import Form
from surveys.fieldwork_forms import BackupForm
from surveys.models import HeldSubmission, Interviewer, Response, Survey

VIEW, CHANGE = "surveys.view_interviewer", "surveys.change_interviewer"
READ = "surveys.read_answers_survey"


@admin.register(Interviewer)
class InterviewerAdmin(PlainChoices, admin.ModelAdmin):
    """Who asks people; and the pages of a survey's fieldwork."""

    list_display = ("who", "survey", "target", "is_active")
    list_filter = ("survey", "is_active")
    list_select_related = ("survey", "user")
    list_per_page = 50
    search_fields = ("user__username", "user__first_name", "user__last_name")
    autocomplete_fields = ()
    fields = ("survey", "user", "number", "strata", "target", "is_active")

    def get_urls(self):
        pages = [
            ("monitor", self.monitor),
            ("calls", self.calls),
            ("quality", self.quality),
            ("backup", require_POST(self.backup)),
        ]
        return [
            *(
                path(
                    f"{name}/<number:pk>/",
                    self.admin_site.admin_view(page),
                    name=f"surveys_interviewer_{name}",
                )
                for name, page in pages
            ),
            path(
                "answers/<uuid:pk>/",
                self.admin_site.admin_view(self.answers),
                name="surveys_interviewer_answers",
            ),
            *super().get_urls(),
        ]

    @admin.display(description=_("interviewer"), ordering="number")
    def who(self, row):
        return f"{row.number:02} · {name_of(row.user)}"

    def has_delete_permission(self, request, obj=None):
        return False

    def get_actions(self, request):
        return {}

    def get_readonly_fields(self, request, obj=None):
        return ("survey", "user") if obj else ()

    def get_changeform_initial_data(self, request):
        initial = super().get_changeform_initial_data(request)
        survey = Survey.objects.filter(pk=_digits(request.GET.get("survey"))).first()
        if survey:
            last = survey.interviewers.order_by("-number").first()
            initial |= {"survey": survey.pk, "number": last.number + 1 if last else 1}
        return initial

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "strata" and (survey := self._survey_of_form(request)):
            kwargs["queryset"] = survey.strata.all()
            kwargs["widget"] = CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _survey_of_form(self, request):
        key = request.resolver_match.kwargs.get("object_id")
        if key and key.isdecimal():
            row = Interviewer.objects.filter(pk=key[:9]).select_related("survey").first()
            return row and row.survey
        return Survey.objects.filter(pk=_digits(request.GET.get("survey"))).first()

    # Pages of one survey

    def _survey(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(Survey, pk=pk)

    def _page(self, request, name, survey, title, **more):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "survey": survey,
            **more,
        }
        return TemplateResponse(request, f"admin/surveys/interviewer/{name}.html", context)

    def monitor(self, request, pk):
        survey = self._survey(request, pk)
        return self._page(
            request,
            "monitor",
            survey,
            _("Fieldwork"),
            monitor=monitoring.of(survey),
            backup=BackupForm() if request.user.has_perm(CHANGE) else None,
            add=f"{reverse('admin:surveys_interviewer_add')}?survey={survey.pk}",
        )

    def calls(self, request, pk):
        survey = self._survey(request, pk)
        return self._page(
            request,
            "calls",
            survey,
            _("Interviewers to call"),
            calls=monitoring.calls(survey),
            drawn=quality.call_backs(survey),
            today=timezone.localdate(),
        )

    def quality(self, request, pk):
        """Flags, and what a supervisor decides about each."""
        survey = self._survey(request, pk)
        if request.method == "POST":
            if not request.user.has_perm(CHANGE):
                raise PermissionDenied
            self._reviewed(request, survey)
            return HttpResponseRedirect(request.get_full_path())
        found = quality.flagged(survey)
        page = PageOf(page_number(request.GET.get("page", ""), len(found)), len(found))
        return self._page(
            request,
            "quality",
            survey,
            _("Interviews to look at"),
            flagged=found[page.slice],
            total=len(found),
            pages=page.links(lambda number: f"?page={number}"),
            rejected=survey.responses.filter(state=Response.State.REJECTED).count(),
            may_change=request.user.has_perm(CHANGE),
            may_read=request.user.has_perm(READ),
        )

    def _reviewed(self, request, survey):
        key = request.POST.get("response", "")
        try:
            response = get_object_or_404(survey.responses, pk=key)
            keep = request.POST.get("decision") == "keep"
            quality.review(
                response, by=request.user, keep=keep, reason=request.POST.get("reason", "")
            )
            said = _("It counts.") if keep else _("It is rejected and counts no longer.")
            self.message_user(request, said, messages.SUCCESS)
        except ValidationError as refused:
            self.message_user(request, refused.messages[0], messages.ERROR)

    def answers(self, request, pk):
        """What one person answered; the look is written down before anything is shown."""
        if not (self.has_view_permission(request) and request.user.has_perm(READ)):
            raise PermissionDenied
        rows = Response.objects.select_related("survey", "questionnaire")
        response = get_object_or_404(rows, pk=pk)
        audit.record(response.survey, "look at answers", by=request.user, note=str(response.pk))
        form = Form(response.questionnaire.definition)
        told = [
            (name, asked(variable), in_words(variable, response.data[name]))
            for name, variable in ((each.name, each) for each in form.variables)
            if name in response.data
        ]
        return self._page(
            request,
            "answers",
            response.survey,
            _("Answers of one person"),
            response=response,
            told=told,
            changes=response.changes.select_related("by"),
        )

    def backup(self, request, pk):
        """Take the backup file of a device."""
        survey = self._survey(request, pk)
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        form = BackupForm(request.POST, request.FILES)
        if form.is_valid():
            items, unfinished = form.cleaned_data["file"]
            outcomes = syncing.import_backup(survey, items, by=request.user)
            self._told(request, outcomes, unfinished)
        else:
            for sentences in form.errors.values():
                self.message_user(request, sentences[0], messages.ERROR)
        return HttpResponseRedirect(reverse("admin:surveys_interviewer_monitor", args=[pk]))

    def _told(self, request, outcomes, unfinished):
        kinds = [
            (_("recorded: %(n)s"), lambda status: status == 201),
            (_("recorded before: %(n)s"), lambda status: status == 200),
            (_("held for review: %(n)s"), lambda status: status in {404, 409, 422}),
            (_("not taken: %(n)s"), lambda status: status in {400, 403, 413}),
        ]
        told = [
            gettext(words) % {"n": n}
            for words, fits in kinds
            if (n := sum(fits(outcome.status) for outcome in outcomes))
        ]
        if unfinished:
            words = ngettext("%(n)s unfinished", "%(n)s unfinished", unfinished)
            told.append(words % {"n": unfinished})
        self.message_user(request, " · ".join(map(str, told)) or gettext("The file is empty."))


def _digits(text):
    return text[:9] if text and text.isdecimal() else None


def asked(variable):
    """What was asked: the line of a table, or the question."""
    return str((variable.row or variable.question).label)


def in_words(variable, value):
    """An answer as people read it."""
    labels = {choice.code: str(choice.label) for choice in variable.choices}
    if value is None:
        return "–"
    if variable.kind == "place" and isinstance(value, str):
        return place_name(value)
    codes = value if isinstance(value, list) else [value]
    return ", ".join(labels.get(code, str(code)) for code in codes)


class OpenFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "queue"

    def lookups(self, request, model_admin):
        return [("all", _("All"))]

    def queryset(self, request, rows):
        return rows if self.value() == "all" else rows.filter(decision="")

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        yield first | {"display": _("To be decided")}
        yield from others


class SurveyFilter(admin.RelatedFieldListFilter):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = _("survey")


@admin.register(HeldSubmission)
class HeldSubmissionAdmin(admin.ModelAdmin):
    """What devices sent and could not be taken: two bodies beside each other, one decision."""

    list_display = ("number", "of_survey", "why", "who", "day", "decision")
    list_filter = (OpenFilter, "reason", ("survey", SurveyFilter))
    list_select_related = ("survey", "interviewer__user")
    list_per_page = 50

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_actions(self, request):
        return {}

    @admin.display(description=_("number"), ordering="pk")
    def number(self, held):
        return str(held.response_id)[:8]

    @admin.display(description=_("survey"), ordering="survey")
    def of_survey(self, held):
        return held.survey or "–"

    @admin.display(description=_("interviewer"), ordering="interviewer__number")
    def who(self, held):
        return held.interviewer or "–"

    @admin.display(description=_("why"), ordering="reason")
    def why(self, held):
        return held.get_reason_display()

    @admin.display(description=_("day"), ordering="received_on")
    def day(self, held):
        return day_in_words(held.received_on)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        held = self.get_object(request, object_id)
        if held is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, held):
            raise PermissionDenied
        status = 200
        if request.method == "POST":
            if not self.has_change_permission(request, held):
                raise PermissionDenied
            if self._settled(request, held):
                return HttpResponseRedirect(reverse("admin:surveys_heldsubmission_changelist"))
            status = 400
        return self._review(request, held, status)

    def _settled(self, request, held):
        try:
            syncing.settle(
                held,
                request.POST.get("decision", ""),
                by=request.user,
                reason=request.POST.get("reason", ""),
            )
        except ValidationError as refused:
            self.message_user(request, syncing.told(refused), messages.ERROR)
            return False
        self.message_user(request, _("It is decided."), messages.SUCCESS)
        return True

    def _review(self, request, held, status):
        may_read = request.user.has_perm(READ)
        if may_read and held.survey and request.method == "GET":
            note = str(held.response_id)
            audit.record(held.survey, "look at answers", by=request.user, note=note)
        differences = _told(held) if may_read else syncing.differences(held)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Held submission"),
            "held": held,
            "differences": differences if may_read else [],
            "n": len(differences),
            "may_read": may_read,
            "choices": syncing.choices(held) if self.has_change_permission(request) else [],
            "typed": {key: request.POST.get(key, "") for key in ("decision", "reason")},
        }
        template = "admin/surveys/heldsubmission/review.html"
        return TemplateResponse(request, template, context, status=status)


def _told(held):
    """What differs between the first body and the later one, in words where they are known."""
    first = Response.objects.filter(pk=held.response_id).select_related("questionnaire").first()
    known = Form(first.questionnaire.definition).variables if first else ()
    variables = {variable.name: variable for variable in known}

    def words(name, value):
        return in_words(variables[name], value) if name in variables else value

    return [
        (name, asked(variables[name]) if name in variables else "", *both)
        for name, *values in syncing.differences(held)
        for both in [[words(name, value) for value in values]]
    ]


def _links(request, survey):
    if not request.user.has_perm(VIEW):
        return
    there = [
        ("monitor", gettext("Fieldwork"), gettext("how far it is, who asks")),
        ("quality", gettext("Interviews to look at"), gettext("flags and call-backs")),
    ]
    for name, label, note in there:
        yield label, reverse(f"admin:surveys_interviewer_{name}", args=[survey.pk]), note
    if held := survey.held.filter(decision="").count():
        address = (
            f"{reverse('admin:surveys_heldsubmission_changelist')}?survey__id__exact={survey.pk}"
        )
        yield gettext("Held submissions"), address, str(held)


panel.offer(panel.ASKING, _links)


def held_count(request):
    """For the front page: what waits for a decision."""
    if not request.user.has_perm("surveys.change_heldsubmission"):
        return []
    n = HeldSubmission.objects.filter(decision="").count()
    address = reverse("admin:surveys_heldsubmission_changelist")
    return (
        [{"label": _("held submissions of interviewers"), "count": n, "url": address}] if n else []
    )


admin.site.counters.append(held_count)
