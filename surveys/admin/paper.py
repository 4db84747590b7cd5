"""Sheets of paper at the desk: printed, keyed in twice, settled with the sheet in hand."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lopburi_pr import qr_codes
from office.people import name_of
from surveys import paper
from surveys.admin import panel
from surveys.admin.fieldwork import SurveyFilter, asked, in_words
from surveys.definition import SILENT, Form
from surveys.models import PaperForm, Questionnaire, Survey

VIEW, ADD, CHANGE = (f"surveys.{verb}_paperform" for verb in ("view", "add", "change"))


@admin.register(PaperForm)
class PaperFormAdmin(admin.ModelAdmin):
    """Sheets of all surveys; those whose keyings differ wait to be settled."""

    list_display = ("serial", "of_survey", "standing", "keyed_by")
    list_filter = (("survey", SurveyFilter),)
    list_select_related = ("survey", "first_by", "second_by")
    search_fields = ("=serial",)
    list_per_page = 50

    def get_urls(self):
        admitted = self.admin_site.admin_view
        return [
            path("sheet/<number:pk>/", admitted(self.sheet), name="surveys_paperform_sheet"),
            path("enter/<number:pk>/", admitted(self.enter), name="surveys_paperform_enter"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request):
        return False  # begun from their survey

    def has_delete_permission(self, request, obj=None):
        return False

    def get_actions(self, request):
        return {}

    @admin.display(description=_("survey"), ordering="survey")
    def of_survey(self, sheet):
        return sheet.survey

    @admin.display(description=_("state"))
    def standing(self, sheet):
        if sheet.response_id:
            return _("Recorded")
        if sheet.second_by_id:
            return gettext("%(n)s answers differ") % {"n": sheet.differing}
        return _("Waits for the second keying")

    @admin.display(description=_("keyed in by"))
    def keyed_by(self, sheet):
        return ", ".join(filter(None, (name_of(sheet.first_by), name_of(sheet.second_by))))

    def sheet(self, request, pk):
        """A version as it is printed; ``?large=1`` for those who see badly."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = Questionnaire.objects.published().select_related("survey")
        version = get_object_or_404(rows, pk=pk)
        context = {
            "version": version,
            "survey": version.survey,
            "title": Form(version.definition).title,
            "parts": paper.sheet(version),
            "mark": paper.mark(version),
            "code": qr_codes.svg(paper.mark(version), border=0),
            "is_large": "large" in request.GET,
        }
        return TemplateResponse(request, "admin/surveys/paperform/sheet.html", context)

    def enter(self, request, pk):
        """Key in one sheet after the other; what can't be kept comes again as it was typed."""
        if not request.user.has_perm(ADD):
            raise PermissionDenied
        survey = get_object_or_404(Survey, pk=pk)
        version = self._version(request, survey)
        if version is None:
            self.message_user(request, _("Publish the questionnaire first."), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:surveys_survey_change", args=[pk]))
        form, errors, general = Form(version.definition), {}, []
        if request.method == "POST":
            keyed = paper.read(form, request.POST)
            errors = keyed.errors
            if not errors:
                try:
                    sheet = self._kept(request, version, keyed)
                except ValidationError as refused:
                    general = refused.messages
                else:
                    return HttpResponseRedirect(self._next(request, sheet))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Key in sheets"),
            "survey": survey,
            "version": version,
            "versions": survey.questionnaires.published(),
            "parts": _fields(form, request.POST, errors),
            "serial": request.POST.get("serial", ""),
            "general": general,
            "accuracy": paper.accuracy(survey),
        }
        status = 400 if errors or general else 200
        template = "admin/surveys/paperform/enter.html"
        return TemplateResponse(request, template, context, status=status)

    def _version(self, request, survey):
        asked = request.GET.get("version", "")
        rows = survey.questionnaires.published()
        if asked.isdecimal():
            return rows.filter(number=asked[:4]).first()
        return survey.questionnaire

    def _kept(self, request, version, keyed):
        serial = request.POST.get("serial", "")
        sheet = paper.key_in(version, serial, keyed.answers, by=request.user)
        if sheet.response_id:
            said = gettext("Sheet %(serial)s: both keyings agree. It is recorded.")
        elif sheet.second is None:
            said = gettext("Sheet %(serial)s is kept. Somebody else keys it in again.")
        else:
            said = gettext("Sheet %(serial)s: the keyings differ. Take the sheet and settle it.")
        self.message_user(request, said % {"serial": sheet.serial}, messages.SUCCESS)
        return sheet

    def _next(self, request, sheet):
        if sheet.second is not None and not sheet.response_id:
            return reverse("admin:surveys_paperform_change", args=[sheet.pk])
        return request.get_full_path()

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Where the two keyings of a sheet differ, and what stands on paper."""
        sheet = self.get_object(request, object_id)
        if sheet is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, sheet):
            raise PermissionDenied
        status = 200
        if request.method == "POST":
            if not request.user.has_perm(CHANGE):
                raise PermissionDenied
            try:
                paper.settle(sheet, _settled(request.POST), by=request.user)
            except ValidationError as refused:
                for sentence in refused.messages:
                    self.message_user(request, sentence, messages.ERROR)
                status = 400
            else:
                self.message_user(request, _("The sheet is recorded."), messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:surveys_paperform_changelist"))
        form = Form(sheet.questionnaire.definition)
        is_open = sheet.second is not None and not sheet.response_id
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Sheet %(serial)s") % {"serial": sheet.serial},
            "sheet": sheet,
            "standing": self.standing(sheet),
            "rows": _mismatches(form, sheet, request.POST) if is_open else [],
            "may_change": request.user.has_perm(CHANGE),
        }
        template = "admin/surveys/paperform/settle.html"
        return TemplateResponse(request, template, context, status=status)


def _fields(form, typed, errors):
    """(title, [(variable, label, hint, what was typed, sentence)]) of every section."""
    parts = []
    number = 0
    for section in form.sections:
        rows = []
        for question in section.questions:
            if question.kind in SILENT:
                continue
            number += 1
            for variable in question.variables:
                label = asked(variable)
                if variable.name == f"{question.name}_other" and not variable.row:
                    label = gettext("In their own words")
                codes = " ".join(choice.code for choice in variable.choices)
                rows.append(
                    {
                        "name": variable.name,
                        "number": number,
                        "label": label,
                        "codes": codes,
                        "value": typed.get(variable.name, ""),
                        "error": errors.get(variable.name, ""),
                    }
                )
        parts.append((str(section.title), rows))
    return parts


def _mismatches(form, sheet, posted):
    rows = []
    for name, first, second in paper.differences(sheet):
        variable = form.variable(name)
        words = [in_words(variable, value) if variable.choices else "" for value in (first, second)]
        rows.append(
            {
                "name": name,
                "label": asked(variable),
                "first": paper.typed_of(first),
                "second": paper.typed_of(second),
                "words": words,
                "chosen": posted.get(f"choose-{name}", ""),
                "value": posted.get(f"typed-{name}", ""),
            }
        )
    return rows


def _settled(posted):
    """What was chosen for each variable: one of both keyings, or what was typed anew."""
    found = {}
    for key, value in posted.items():
        what, _dash, name = key.partition("-")
        if what == "choose":
            found[name] = posted.get(f"{value}-{name}", "")
    return found


def _links(request, survey):
    if "paper" not in survey.modes or not request.user.has_perm(VIEW):
        return
    version = survey.questionnaire
    if version is None:
        return
    yield (
        gettext("Questionnaire to print"),
        reverse("admin:surveys_paperform_sheet", args=[version.pk]),
        gettext("with codes, A4"),
    )
    if request.user.has_perm(ADD):
        there = reverse("admin:surveys_paperform_enter", args=[survey.pk])
        yield gettext("Key in sheets"), there, gettext("twice, by two people")


panel.offer(panel.ASKING, _links)
