"""Versions of questionnaires: the builder of a draft, and every published one to read and print."""

from copy import deepcopy
from math import ceil

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Media, Script
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lopburi_pr.templatetags.thai import daytime
from office import audit
from office.people import name_of
from surveys import comparing, conditions, drafting, editing, expressions, library, linting
from surveys.admin import exchange, trials
from surveys.admin.surveys import OPEN
from surveys.builder_forms import (
    KINDS,
    ChoiceFormSet,
    LibraryForm,
    QuestionForm,
    RowFormSet,
    SectionForm,
    WholeForm,
)
from surveys.definition import WITH_CHOICES, problems
from surveys.models import LibraryQuestion, Questionnaire

UNDO = "surveys.undo"  # in the session: what the last step changed, by number of the draft
SHOWN_OF_LIBRARY = 30


@admin.register(Questionnaire)
class QuestionnaireAdmin(admin.ModelAdmin):
    list_display = ("__str__", "number", "standing", "changed", "size")
    list_select_related = ("survey", "updated_by")
    search_fields = ("survey__title_th", "survey__title_en")
    list_per_page = 30

    class Media:
        css = {"all": ("css/builder.css",)}

    def get_urls(self):
        pages = [
            ("steps/", self.take_step, "steps"),
            ("whole/", self.whole, "whole"),
            ("questions/<slug:uid>/", self.question, "question"),
            ("sections/<slug:name>/", self.section, "section"),
            ("library/", self.library, "library"),
            ("check/", self.check_expression, "check"),
            ("publish/", self.publish, "publish"),
            ("preview/", self.preview, "preview"),
            ("print/", self.print, "print"),
            ("compare/<number:other>/", self.compare, "compare"),
            ("trial/", self.trial, "trial"),
            ("workbook/", self.download, "download"),
            ("upload/", self.upload, "upload"),
        ]
        return [
            *(
                path(
                    f"<number:pk>/{address}",
                    self.admin_site.admin_view(view),
                    name=f"surveys_questionnaire_{name}",
                )
                for address, view, name in pages
            ),
            *super().get_urls(),
        ]

    def has_add_permission(self, request):
        return False  # begun from its survey

    def has_delete_permission(self, request, obj=None):
        return False  # answers belong to it

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and not (obj and obj.published_at)

    def get_actions(self, request):
        return {}

    # The list

    @admin.display(description=_("state"), ordering="published_at")
    def standing(self, version):
        if not version.published_at:
            return _("draft")
        return gettext("published %(day)s") % {"day": daytime(version.published_at)}

    @admin.display(description=_("last change"), ordering="updated_at")
    def changed(self, version):
        return f"{name_of(version.updated_by)} {daytime(version.updated_at)}".strip()

    @admin.display(description=_("questions"))
    def size(self, version):
        return len(editing.questions(version.definition))

    # What all pages share

    def found(self, request, pk, *, to_change=False):
        """The version, for whoever may see it or change it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = Questionnaire.objects.select_related("survey", "updated_by", "published_by")
        version = get_object_or_404(rows, pk=pk)
        if to_change and not super().has_change_permission(request, version):
            raise PermissionDenied
        return version

    def page(self, request, version, name, *, status=200, **context):
        """A page of the builder under ``templates/admin/surveys/questionnaire/``."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
            "title": version.survey.title,
            "version": version,
            "survey": version.survey,
            "is_draft": version.published_at is None,
            "has_english": "en" in version.definition["languages"],
        } | context
        template = f"admin/surveys/questionnaire/{name}.html"
        return TemplateResponse(request, template, context, status=status)

    def address(self, version, name="change", *more):
        return reverse(f"admin:surveys_questionnaire_{name}", args=[version.pk, *more])

    def back(self, version, place=""):
        return HttpResponseRedirect(self.address(version) + (f"#{place}" if place else ""))

    def keep(self, request, version, definition, said=""):
        """Save a step; what stood there before can be taken back until the next one."""
        before = version.definition
        edition = _number(request.POST.get("edition"))
        drafting.save(version, definition, by=request.user, edition=edition)
        undo = {"edition": version.edition, "definition": before, "said": str(said)}
        request.session[UNDO] = {str(version.pk): undo}

    def refuse(self, request, refused):
        for sentence in refused.messages:
            self.message_user(request, sentence, messages.ERROR)

    # The builder

    def change_view(self, request, object_id, form_url="", extra_context=None):
        version = self.found(request, _number(object_id))
        if version.published_at or not super().has_change_permission(request, version):
            return self.read(request, version)
        return self.builder(request, version)

    def builder(self, request, version):
        definition = version.definition
        findings = linting.lint(definition, version.survey)
        undo = request.session.get(UNDO, {}).get(str(version.pk), {})
        return self.page(
            request,
            version,
            "builder",
            sections=_told_sections(definition, findings, problems(definition)),
            whole=[row for row in findings if not row.question],
            whole_problems=[row.sentence for row in problems(definition) if not row.where],
            count=len(editing.questions(definition)),
            minutes=max(1, ceil(linting.minutes(definition))),
            kinds=KINDS.items(),
            undo=undo if undo.get("edition") == version.edition else None,
            is_locked=version.survey.state not in drafting.CHANGING,
            trail=audit.trail(version),
            media=self.media + _script(),
        )

    def take_step(self, request, pk):
        version = self.found(request, pk, to_change=True)
        if request.method != "POST":
            return self.back(version)
        verb, _blank, target = _meant(request.POST).partition(" ")
        definition = deepcopy(version.definition)
        names = {name.lower() for name in drafting.published_names(version.survey)}
        try:
            place = self.step(request, version, definition, verb, target, names)
        except LookupError:
            self.message_user(request, _("That is no longer there."), messages.ERROR)
            return self.back(version)
        except drafting.OlderEditionError as refused:
            self.refuse(request, refused)
            said = _("Your step was not taken. Look at what stands there now, and take it again.")
            self.message_user(request, said, messages.WARNING)
            return self.back(version)
        except ValidationError as refused:
            self.refuse(request, refused)
            return self.back(version)
        if verb == "add":
            return HttpResponseRedirect(self.address(version, "question", place))
        return self.back(version, place)

    def step(self, request, version, definition, verb, target, names):
        """Take one step and save it; where to go on. Raises LookupError for one there is not."""
        said, place = "", target
        match verb:
            case "up" | "down":
                editing.move(definition, target, -1 if verb == "up" else 1)
            case "place":
                section, _blank, number = request.POST.get("to", "").partition(" ")
                editing.move_to(definition, target, section, _number(number))
            case "copy":
                place = editing.duplicate(definition, target, avoiding=names)
            case "remove":
                gone = editing.remove(definition, target)
                said = gettext("%(name)s was removed.") % {"name": gone["name"]}
                place = ""
            case "add":
                label = request.POST.get(f"label-{target}", "").strip()
                kind = request.POST.get(f"kind-{target}", "")
                if kind not in KINDS:
                    raise LookupError(kind)
                place = editing.add_question(definition, target, kind, label, avoiding=names)
            case "add-section":
                place = editing.add_section(
                    definition, request.POST.get("section-title", "").strip()
                )
            case "section-up" | "section-down":
                editing.move_section(definition, target, -1 if verb == "section-up" else 1)
            case "section-copy":
                place = editing.duplicate_section(definition, target, avoiding=names)
            case "section-remove":
                gone = editing.remove_section(definition, target)
                said = gettext("%(name)s was removed.") % {"name": gone["title"]["th"]}
                place = ""
            case "undo":
                undo = request.session.get(UNDO, {}).get(str(version.pk), {})
                if undo.get("edition") != version.edition:
                    raise LookupError(verb)
                definition = undo["definition"]
                place = ""
            case _:
                raise LookupError(verb)
        self.keep(request, version, definition, said)
        return place

    # One question, one section, the whole

    def question(self, request, pk, uid):
        version = self.found(request, pk, to_change=True)
        if version.published_at:
            return self.back(version)
        try:
            number, place = editing.find(version.definition, uid)
        except LookupError:
            raise Http404 from None
        question = version.definition["sections"][number]["questions"][place]
        flat = editing.questions(version.definition)
        position = flat.index(question)
        form, choices, rows = self.forms(request, version, question, flat[:position])
        status, stale = 200, None
        if request.method == "POST" and "keep-in-library" in request.POST:
            return self.into_library(request, version, question)
        if request.method == "POST":
            valid = [each.is_valid() for each in (form, choices, rows) if each is not None]
            if all(valid):
                definition = deepcopy(version.definition)
                editing.replace(definition, uid, form.typed(choices, rows))
                try:
                    self.keep(request, version, definition)
                    return self.after(request, version, uid, form)
                except drafting.OlderEditionError as refused:
                    stale = refused
                except ValidationError as refused:
                    form.add_error(None, refused)
            status = 409 if stale else 400
        findings = linting.lint(version.definition, version.survey)
        return self.page(
            request,
            version,
            "question",
            status=status,
            question=question,
            kind=KINDS.get(question["kind"], question["kind"]),
            form=form,
            choices=choices,
            rows=rows,
            stale=stale,
            findings=[row for row in findings if row.question == question["name"]],
            problems=[
                row.sentence
                for row in problems(version.definition)
                if row.where == question["name"]
            ],
            before=flat[position - 1] if position else None,
            after=flat[position + 1] if position + 1 < len(flat) else None,
            library_form=LibraryForm(initial={"title": question["label"]["th"][:120]}),
            media=self.media + _script(),
        )

    def forms(self, request, version, question, earlier):
        data = request.POST if request.method == "POST" else None
        has_english = "en" in version.definition["languages"]
        kind = question["kind"]
        others = editing.names(version.definition) - {
            name.lower() for name in editing.variables(question)
        }
        form = QuestionForm(
            data,
            question=question,
            earlier=earlier,
            taken=others | _published_by_others(version, question),
            may_rename=drafting.may_be_renamed(version, question["uid"]),
            has_english=has_english,
        )
        shared = {"has_english": has_english}
        choices = rows = None
        if kind in WITH_CHOICES:
            entries = question.get("choices", [])
            choices = ChoiceFormSet(data, entries=entries, prefix="c", **shared)
        if kind == "matrix":
            rows = RowFormSet(data, entries=question.get("rows", []), prefix="r", **shared)
        return form, choices, rows

    def after(self, request, version, uid, form):
        changed_kind = form.cleaned_data["kind"] != form.question["kind"]
        if "stay" in request.POST or changed_kind:
            self.message_user(request, _("Saved."), messages.SUCCESS)
            return HttpResponseRedirect(self.address(version, "question", uid))
        return self.back(version, uid)

    def into_library(self, request, version, question):
        form = LibraryForm(request.POST)
        if not request.user.has_perm("surveys.add_libraryquestion"):
            raise PermissionDenied
        if form.is_valid():
            given = form.cleaned_data
            source = given["source"] or version.survey.title_th
            try:
                library.keep(question, name=given["title"], source=source[:300], by=request.user)
                self.message_user(request, _("The library has it now."), messages.SUCCESS)
            except ValidationError as refused:
                self.refuse(request, refused)
        else:
            self.message_user(request, _("Give it a name in the library."), messages.ERROR)
        return HttpResponseRedirect(self.address(version, "question", question["uid"]))

    def section(self, request, pk, name):
        version = self.found(request, pk, to_change=True)
        if version.published_at:
            return self.back(version)
        try:
            number = editing.find_section(version.definition, name)
        except LookupError:
            raise Http404 from None
        sections = version.definition["sections"]
        section = sections[number]
        earlier = [each for former in sections[:number] for each in former["questions"]]
        form = SectionForm(
            request.POST if request.method == "POST" else None,
            earlier=earlier,
            relevant=section.get("relevant", ""),
            initial={
                "title_th": section["title"]["th"],
                "title_en": section["title"].get("en", ""),
            },
        )
        if "en" not in version.definition["languages"]:
            del form.fields["title_en"]

        def saved(definition):
            definition["sections"][number] = form.section(definition["sections"][number])

        return self.small_form(request, version, form, saved, name, _("A section"))

    def whole(self, request, pk):
        """Its title and languages."""
        version = self.found(request, pk, to_change=True)
        if version.published_at:
            return self.back(version)
        title = version.definition["title"]
        form = WholeForm(
            request.POST if request.method == "POST" else None,
            initial={
                "title_th": title["th"],
                "title_en": title.get("en", ""),
                "has_english": "en" in version.definition["languages"],
            },
        )
        return self.small_form(
            request,
            version,
            form,
            lambda definition: definition.update(form.whole(definition)),
            "",
            _("Title and languages"),
        )

    def small_form(self, request, version, form, change, place, heading):
        status, stale = 200, None
        if request.method == "POST":
            status = 400
            if form.is_valid():
                definition = deepcopy(version.definition)
                change(definition)
                try:
                    self.keep(request, version, definition)
                    return self.back(version, place)
                except drafting.OlderEditionError as refused:
                    status, stale = 409, refused
                except ValidationError as refused:
                    form.add_error(None, refused)
        return self.page(
            request,
            version,
            "small_form",
            status=status,
            form=form,
            heading=heading,
            stale=stale,
            is_conditional=isinstance(form, SectionForm),
            media=self.media + _script(),
        )

    def check_expression(self, request, pk):
        """Whether an expression can be read, as JSON: for the script that checks while typing."""
        version = self.found(request, pk)
        if request.method != "POST":
            return self.back(version)
        text, columns = request.POST.get("text", ""), bool(request.POST.get("columns"))
        try:
            tree = expressions.parse(text, columns=columns) if text.strip() else None
        except expressions.ExpressionError as error:
            told = {"sentence": error.sentence, "place": error.position + 1}
            sentence = gettext("%(sentence)s (character %(place)s)") % told
            return JsonResponse({"is_good": False, "said": sentence})
        known = {
            n for each in editing.questions(version.definition) for n in editing.variables(each)
        }
        if unknown := sorted(expressions.names(tree) - known):
            sentence = gettext("There is no question %(names)s.") % {"names": ", ".join(unknown)}
            return JsonResponse({"is_good": False, "said": sentence})
        said = conditions.in_words(text.strip(), editing.questions(version.definition))
        return JsonResponse({"is_good": True, "said": said if said != text.strip() else ""})

    def library(self, request, pk):
        """Take questions from the library into a section."""
        version = self.found(request, pk, to_change=True)
        if version.published_at or not request.user.has_perm("surveys.view_libraryquestion"):
            return self.back(version)
        wanted = request.GET.get("section", "")
        if request.method == "POST":
            entry = get_object_or_404(LibraryQuestion, pk=_number(request.POST.get("question")))
            definition = deepcopy(version.definition)
            try:
                section = request.POST.get("section", "")
                uid = library.take(entry, version, definition, section)
                self.keep(request, version, definition)
                return self.back(version, uid)
            except LookupError:
                self.message_user(request, _("That is no longer there."), messages.ERROR)
            except ValidationError as refused:
                self.refuse(request, refused)
            return HttpResponseRedirect(self.address(version, "library"))
        text = request.GET.get("q", "").strip()[:100].replace("\0", "")
        entries = LibraryQuestion.objects.all()
        if text:
            entries = entries.filter(name__icontains=text)
        return self.page(
            request,
            version,
            "library",
            entries=[
                {
                    "row": entry,
                    "label": entry.question["label"]["th"],
                    "kind": KINDS.get(entry.question["kind"], ""),
                    "answers": [c["label"]["th"] for c in entry.question.get("choices", ())],
                }
                for entry in entries[:SHOWN_OF_LIBRARY]
            ],
            q=text,
            sections=[
                (each["name"], each["title"]["th"]) for each in version.definition["sections"]
            ],
            wanted=wanted,
        )

    # Published

    def publish(self, request, pk):
        """What keeps it back, what would change, and the step itself."""
        version = self.found(request, pk)
        may = request.user.has_perm(OPEN)
        accepted = request.POST.getlist("same")
        if request.method == "POST":
            if not may:
                raise PermissionDenied
            edition = _number(request.POST.get("edition"))
            try:
                drafting.publish(version, by=request.user, edition=edition, accepted=accepted)
            except ValidationError as refused:
                self.refuse(request, refused)
                version = self.found(request, pk)
            else:
                said = _("Published. This version is asked from now on, and never changes.")
                self.message_user(request, said, messages.SUCCESS)
                return self.back(version)
        if version.published_at:
            return self.back(version)
        rewordings = drafting.rewordings(version)
        asked = version.survey.questionnaire
        findings = linting.lint(version.definition, version.survey)
        return self.page(
            request,
            version,
            "publish",
            status=400 if request.method == "POST" else 200,
            may_publish=may,
            rewordings=rewordings,
            accepted=accepted,
            # Those that are ticked stand beside the button, not among the obstacles.
            obstacles=drafting.obstacles(version, accepted=[row.key for row in rewordings]),
            findings=[row for row in findings if row.level != linting.ERROR],
            differences=comparing.differences(asked.definition, version.definition)
            if asked
            else [],
            asked=asked,
            answers=version.survey.responses.counted().count(),
            minutes=max(1, ceil(linting.minutes(version.definition))),
            count=len(editing.questions(version.definition)),
        )

    def read(self, request, version):
        others = version.survey.questionnaires.exclude(pk=version.pk)
        return self.page(
            request,
            version,
            "read",
            sections=_told_sections(version.definition, [], []),
            others=[(each, self.address(version, "compare", each.pk)) for each in others],
            minutes=max(1, ceil(linting.minutes(version.definition))),
            count=len(editing.questions(version.definition)),
            may_draft=request.user.has_perm("surveys.add_questionnaire")
            and version.survey.state in drafting.CHANGING,
            trail=audit.trail(version),
        )

    def compare(self, request, pk, other):
        version = self.found(request, pk)
        former = get_object_or_404(version.survey.questionnaires, pk=other)
        first, second = sorted((version, former), key=lambda each: each.number)
        return self.page(
            request,
            version,
            "compare",
            first=first,
            second=second,
            differences=comparing.differences(first.definition, second.definition),
        )

    def print(self, request, pk):
        """For reading on paper: every question, with its condition in words."""
        version = self.found(request, pk)
        return self.page(
            request,
            version,
            "print",
            sections=_told_sections(version.definition, [], []),
            whole=version.definition,
        )

    # Tried

    def preview(self, request, pk):
        """The test run in the frame of a telephone."""
        version = self.found(request, pk)
        response = self.page(
            request, version, "preview", is_broken=bool(problems(version.definition))
        )
        return trials.framing(response)

    def trial(self, request, pk):
        return trials.run(request, self.found(request, pk))

    # Exchanged

    def download(self, request, pk):
        return exchange.download(self, request, self.found(request, pk))

    def upload(self, request, pk):
        version = self.found(request, pk, to_change=True)
        if version.published_at:
            return self.back(version)
        return exchange.upload(self, request, version)


def _script():
    return Media(js=[Script("js/builder.js", defer=True)])


def _meant(posted):
    """The step of the button, or of the field in which Enter was pressed."""
    step = posted.get("step", "")
    if step != "enter":
        return step
    if posted.get("section-title", "").strip():
        return "add-section"
    typed = (name for name, text in posted.items() if name.startswith("label-") and text.strip())
    return f"add {next(typed, '').removeprefix('label-')}"


def _number(text):
    """A number from outside; 0 for what is none that a row could have."""
    text = str(text or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _published_by_others(version, question):
    """Names that published questions have, in lower case, without that of this question."""
    return {
        name.lower()
        for name, uid in drafting.published_names(version.survey).items()
        if uid != question["uid"]
    }


def _told_sections(definition, findings, found):
    """Sections and questions for the eyes: numbers, kinds and conditions in words."""
    flat = editing.questions(definition)
    number, told = 0, []
    for section in definition["sections"]:
        rows = []
        for question in section["questions"]:
            number += question["kind"] not in {"note", "calculate"}
            rows.append(
                {
                    "question": question,
                    "number": number if question["kind"] not in {"note", "calculate"} else "",
                    "kind": KINDS.get(question["kind"], question["kind"]),
                    "condition": conditions.in_words(question.get("relevant", ""), flat),
                    "answers": question.get("choices", []),
                    "lines": question.get("rows", []),
                    "is_required": bool(question.get("required")),
                    "hint": question.get("hint", {}).get("th", ""),
                    "findings": [row for row in findings if row.question == question["name"]],
                    "problems": [row.sentence for row in found if row.where == question["name"]],
                }
            )
        told.append(
            {
                "section": section,
                "rows": rows,
                "condition": conditions.in_words(section.get("relevant", ""), flat),
                "problems": [row.sentence for row in found if row.where == section["name"]],
            }
        )
    return told
