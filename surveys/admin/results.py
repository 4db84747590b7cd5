"""Results at the desk: weights, a look at the numbers, two people to publish, and files.

Before results are published only those who may read answers see numbers here, and every look is
written down.
"""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lopburi_pr.back_office import DeskAdmin
from lopburi_pr.templatetags.thai import day
from office import audit
from office.models import District
from office.people import name_of
from surveys import charts, exporting, publishing, tabulating, weighing
from surveys.admin import panel, steps
from surveys.models import Export, Publication, Survey
from surveys.results_forms import STEPS, CrossForm

READ, WEIGH, PUBLISH = (
    "surveys.read_answers_survey",
    "surveys.weigh_survey",
    "surveys.publish_publication",
)
LEAST_P = 0.001  # what is smaller is told as smaller


@admin.register(Publication)
class PublicationAdmin(DeskAdmin):
    """One version of results: looked through, handed on, published by somebody else."""

    change_form_template = "admin/surveys/publication/change_form.html"
    list_display = ("survey", "number", "state", "preparer", "prepared", "published")
    list_filter = ("state",)
    list_select_related = ("survey", "prepared_by")
    fields = ()
    steps = {
        "submit": (
            WEIGH,
            lambda row, by, _said: publishing.submit(row, by=by),
            _("It waits for somebody else to publish it."),
        ),
        "send-back": (
            PUBLISH,
            lambda row, by, said: publishing.send_back(row, by=by, reason=said.get("reason", "")),
            _("It is returned to who prepared it."),
        ),
        "publish": (
            PUBLISH,
            lambda row, by, _said: publishing.publish(row, by=by),
            _("The results are published."),
        ),
    }

    def get_urls(self):
        admitted = self.admin_site.admin_view
        return [
            path("desk/<number:pk>/", admitted(self.desk), name="surveys_publication_desk"),
            path("files/<number:pk>/", admitted(self.file), name="surveys_export_file"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def get_actions(self, request):
        return {}

    @admin.display(description=_("version"), ordering="version")
    def number(self, publication):
        return gettext("Version %(n)s") % {"n": publication.version}

    @admin.display(description=_("prepared"), ordering="prepared_at")
    def prepared(self, publication):
        return day(publication.prepared_at)

    @admin.display(description=_("published"), ordering="published_at")
    def published(self, publication):
        return day(publication.published_at) if publication.published_at else "–"

    @admin.display(description=_("prepared by"))
    def preparer(self, publication):
        return name_of(publication.prepared_by)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            may_see = obj.state == Publication.State.PUBLISHED or any(
                map(request.user.has_perm, (READ, PUBLISH))
            )
            if may_see and obj.state != Publication.State.PUBLISHED:
                audit.record(obj.survey, "look", by=request.user)
            context |= {
                "questions": [_told(each) for each in obj.snapshot["questions"]] if may_see else [],
                "card": [
                    (charts.said(item["title"]), charts.said(item["text"]))
                    for item in obj.card["items"]
                ],
                "obstacles": publishing.obstacles_to_publishing(obj, by=request.user),
                "may_publish": request.user.has_perm(PUBLISH),
                "may_prepare": request.user.has_perm(WEIGH),
                "trail": audit.trail(obj),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    # The desk of one survey

    def desk(self, request, pk):
        """Everything that comes between answers and results; what was typed is never lost."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        survey = get_object_or_404(Survey, pk=pk)
        bound, status = None, 200
        if request.method == "POST":
            bound = steps.taken(self, request, STEPS, survey)
            if bound is None:
                return HttpResponseRedirect(request.path)
            status = 400
        return self._page(request, survey, bound, status)

    def _page(self, request, survey, bound, status):
        may_read = request.user.has_perm(READ)
        cross, table = None, None
        if may_read:
            asked = "row" in request.GET
            cross = CrossForm(request.GET if asked else None, survey=survey)
            if asked and cross.is_valid():
                table = _cross(survey, cross.table(), cross.cleaned_data)
                audit.record(survey, "look", by=request.user, note=_pair(cross))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Survey results"),
            "survey": survey,
            "run": weighing.current(survey),
            "late": weighing.unweighted(survey),
            "obstacles": publishing.obstacles(survey),
            "publications": survey.publications.all(),
            "forms": steps.offered(STEPS, request, survey, bound),
            "opened": bound.key if bound is not None else "",
            "cross": cross,
            "table": table,
            "exports": survey.exports.all()[:10] if may_read else [],
            "trail": audit.trail(survey),
        }
        template = "admin/surveys/publication/desk.html"
        return TemplateResponse(request, template, context, status=status)

    def file(self, request, pk):
        """A file of answers, to whoever may read them."""
        export = get_object_or_404(Export, pk=pk)
        if not request.user.has_perm(READ):
            raise PermissionDenied
        if export.state != Export.State.DONE or not export.file:
            raise Http404
        file = exporting.look(export, by=request.user)
        return FileResponse(file.open("rb"), as_attachment=True)


def _pair(cross):
    return f"{cross.cleaned_data['row']} x {cross.cleaned_data['column']}"


def _told(question):
    group = question["tables"][0]["groups"][0]
    return {
        "label": charts.said(question["label"]),
        "headline": charts.said(question["headline"]),
        "bars": charts.bars(question, group) if question["choices"] else [],
        "base": group["base"],
    }


def _cross(survey, table, asked):
    """A cross table in words: headings, rows of (label, cells), people, and what the test says."""
    known = tabulating.variables(survey)
    row = _labels(known[asked["row"]], table.rows)
    column = _labels(known[asked["column"]], table.columns)
    return {
        "columns": [column.get(code, code) for code in table.columns],
        "rows": [
            (row.get(code, code), [_share(table.cells.get((code, c))) for c in table.columns])
            for code in table.rows
        ],
        "bases": [table.bases[code] for code in table.columns],
        "n": table.n,
        "test": table.test,
        "p": _chance(table.test.p) if table.test else "",
    }


def _labels(variable, codes):
    """Words of the answers that were counted, by code."""
    if variable.kind == "place":
        return {row.code: row.name for row in District.objects.filter(code__in=codes)}
    return {choice.code: str(choice.label) for choice in variable.choices}


def _chance(p):
    return f"= {p:.3f}" if p >= LEAST_P else f"< {LEAST_P}"


def _share(cell):
    if not cell or cell[1] is None:
        return "–"
    return f"{100 * cell[1]:.1f}% ({cell[0]})"


def _link(request, survey):
    if request.user.has_perm("surveys.view_publication"):
        last = survey.publications.first()
        note = last.get_state_display() if last else gettext("not prepared yet")
        yield (
            gettext("Survey results"),
            reverse("admin:surveys_publication_desk", args=[survey.pk]),
            note,
        )


panel.offer(panel.RESULTS, _link)


def counts(request):
    """What waits to be published by somebody else."""
    if not request.user.has_perm(PUBLISH):
        return []
    waiting = Publication.objects.filter(state=Publication.State.SUBMITTED)
    waiting = waiting.exclude(prepared_by=request.user).count()
    address = reverse("admin:surveys_publication_changelist") + "?state__exact=submitted"
    label = _("survey results to publish")
    return [{"label": label, "count": waiting, "url": address}] if waiting else []


admin.site.counters.append(counts)
