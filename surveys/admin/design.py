"""Of whom a survey asks: the calculator, strata, populations, targets, margins and quotas."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lopburi_pr.templatetags.thai import day
from office import audit
from surveys import sampling
from surveys.admin import panel, steps
from surveys.fieldwork_forms import DESIGN, SizeForm
from surveys.models import Stratum, Survey

VIEW, CHANGE = "surveys.view_stratum", "surveys.change_stratum"


@admin.register(Stratum)
class StratumAdmin(admin.ModelAdmin):
    """Strata of all surveys; each survey's design has a page of its own."""

    list_display = ("name_th", "code", "survey", "population", "target")
    list_select_related = ("survey",)
    list_filter = ("survey",)
    search_fields = ("code", "name_th", "name_en")
    list_per_page = 50
    readonly_fields = ("survey", "code", "population", "source", "counted_on")
    fields = ("survey", "code", "name_th", "name_en", "population", "source", "counted_on")
    fields += ("target",)

    def get_urls(self):
        admitted = self.admin_site.admin_view
        return [
            path("design/<number:pk>/", admitted(self.design), name="surveys_stratum_design"),
            *super().get_urls(),
        ]

    @admin.display(description=_("as of"))
    def counted_on(self, stratum):
        return day(stratum.as_of) if stratum.as_of else "–"

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_actions(self, request):
        return {}

    def design(self, request, pk):
        """One survey's design; a refused step comes again with everything that was typed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        survey = get_object_or_404(Survey, pk=pk)
        bound, status = None, 200
        if request.method == "POST":
            if not request.user.has_perm(CHANGE):
                raise PermissionDenied
            bound = self._taken(request, survey)
            if bound is None:
                return HttpResponseRedirect(request.path)
            status = 400
        return self._page(request, survey, bound, status)

    def _taken(self, request, survey):
        """Take the step that was pressed; its form when it is refused."""
        if removed := request.POST.get("remove"):
            return self._removed(request, survey, removed)
        return steps.taken(self, request, DESIGN, survey)

    def _removed(self, request, survey, which):
        what, _dash, pk = which.partition("-")
        rows = {"stratum": survey.strata, "quota": survey.quotas}.get(what)
        if rows is None or not pk.isdecimal():
            raise Http404
        row = get_object_or_404(rows, pk=pk[:9])
        remove = sampling.remove_stratum if what == "stratum" else sampling.remove_quota
        try:
            remove(row, by=request.user)
            self.message_user(request, gettext("It is taken out."), messages.SUCCESS)
        except ValidationError as refused:
            self.message_user(request, refused.messages[0], messages.ERROR)

    def _page(self, request, survey, bound, status):
        population = sampling.population_of(survey)
        size = SizeForm(request.GET if "margin" in request.GET else None)
        if not size.is_bound:
            size.initial["population"] = population
        strata = list(survey.strata.all())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Sample"),
            "survey": survey,
            "size": size,
            "sizes": size.sizes() if size.is_bound else None,
            "strata": strata,
            "population": population,
            "wanted": sum(stratum.target for stratum in strata),
            "margins": survey.margins.all(),
            "quotas": survey.quotas.all(),
            "forms": steps.offered(DESIGN, request, survey, bound),
            "may_change": request.user.has_perm(CHANGE),
            "opened": bound.key if bound is not None else "",
            "trail": audit.trail(survey),
        }
        template = "admin/surveys/stratum/design.html"
        return TemplateResponse(request, template, context, status=status)


def _link(request, survey):
    if request.user.has_perm(VIEW):
        strata = survey.strata.count()
        note = gettext("%(n)s strata") % {"n": strata} if strata else gettext("not planned yet")
        yield gettext("Sample"), reverse("admin:surveys_stratum_design", args=[survey.pk]), note


panel.offer(panel.SAMPLE, _link)
