"""Cards with one-time codes: a batch is made, printed at once, and can't be read again."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from lopburi_pr import qr_codes
from lopburi_pr.http import origin_of
from surveys import codes
from surveys.admin import panel
from surveys.models import AccessCode, Stratum, Survey

MAY_ISSUE = "surveys.open_survey"
CARDS_AT_MOST = 500  # of one printing: 50 sheets


class BatchForm(forms.Form):
    """How many cards, and for where."""

    stratum = forms.ModelChoiceField(
        Stratum.objects.none(), label=_("For where?"), required=False, empty_label=_("Everywhere")
    )
    count = forms.IntegerField(
        label=_("How many cards?"),
        help_text=_("Ten stand on a sheet of A4."),
        min_value=1,
        max_value=CARDS_AT_MOST,
        initial=10,
    )

    def __init__(self, *args, survey, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stratum"].queryset = survey.strata.all()


@admin.register(AccessCode)
class AccessCodeAdmin(admin.ModelAdmin):
    """Batches of a survey, on a page of its own; nobody looks at a single code."""

    def get_urls(self):
        admitted = self.admin_site.admin_view(self.batches)
        return [path("of/<number:pk>/", admitted, name="surveys_codes"), *super().get_urls()]

    def has_module_permission(self, request):
        return False

    def batches(self, request, pk):
        """How many codes of each batch were used, and a new batch to print."""
        survey = get_object_or_404(Survey, pk=pk)
        if not request.user.has_perm(MAY_ISSUE):
            raise PermissionDenied
        form = BatchForm(request.POST or None, survey=survey)
        if request.method == "POST" and form.is_valid():
            return self._print(request, survey, form.cleaned_data)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Cards with codes"),
            "survey": survey,
            "form": form,
            "batches": batches_of(survey),
        }
        page = TemplateResponse(request, "admin/surveys/accesscode/codes.html", context)
        page.status_code = 400 if form.errors else 200
        return page

    def _print(self, request, survey, wanted):
        stratum = wanted["stratum"]
        made = codes.issue(survey, wanted["count"], by=request.user, stratum=stratum)
        address = f"{origin_of(request)}{reverse('surveys:answer', args=[survey.pk])}"
        context = {
            "survey": survey,
            "stratum": stratum,
            "address": address,
            "cards": [card(address, code) for code in made],
        }
        sheet = render(request, "admin/surveys/accesscode/cards.html", context)
        sheet.headers["Cache-Control"] = "no-store"
        return sheet


def batches_of(survey: Survey) -> list[dict]:
    """Of each batch how many codes were handed out and how many were used; never when."""
    used = Count("pk", filter=Q(is_used=True))
    rows = survey.codes.values("batch", "stratum").annotate(issued=Count("pk"), used=used)
    strata = {stratum.pk: stratum for stratum in survey.strata.all()}
    return [row | {"stratum": strata.get(row["stratum"])} for row in rows.order_by("batch")]


def card(address: str, code: str) -> dict:
    """What stands on a card. The code comes behind the #, which browsers never send."""
    return {
        "code": f"{code[:4]} {code[4:]}",
        "qr": qr_codes.svg(f"{address}#c={code}", light="#fff"),
    }


def _link(request, survey):
    if not (survey.needs_code and request.user.has_perm(MAY_ISSUE)):
        return []
    return [(_("Cards with codes"), reverse("admin:surveys_codes", args=[survey.pk]), "")]


def _kiosk(request, survey):
    is_offered = survey.takes_answers and Survey.Mode.KIOSK in survey.modes
    if not (is_offered and request.user.has_perm(MAY_ISSUE)):
        return []
    return [(_("This device as a kiosk"), reverse("surveys:kiosk", args=[survey.pk]), "")]


panel.offer(panel.ASKING, _link, _kiosk)
