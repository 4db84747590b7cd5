"""What is typed about results: the method, weights, a cross table, corrections; ``take`` calls the
verb and gives the sentence that is said then.
"""

from django import forms
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from network.models import Organization
from office import audit
from surveys import exporting, findings, methodology, publishing, tabulating, weighing
from surveys.forms import StepForm
from surveys.models import Export, Finding, Survey
from surveys.statistics import raking


class _ResultsForm(StepForm):
    permission = "surveys.weigh_survey"


class MethodForm(_ResultsForm):
    key = "method"
    title = _("What the method card must say")
    explained = _("Rows tell the rest of the card. Without these four items nothing is published.")
    button = _("Keep the method")

    def fill(self):
        for item in methodology.WRITTEN:
            for place, language in enumerate(("th", "en")):
                words = (self.survey.method or {}).get(item) or {}
                self.fields[f"{item}_{language}"] = forms.CharField(
                    label=f"{methodology.ITEMS[item][0]} ({language})"
                    if place
                    else methodology.ITEMS[item][0],
                    required=False,
                    max_length=1500,
                    initial=words.get(language, ""),
                    widget=forms.Textarea(attrs={"rows": 2}),
                )

    @transaction.atomic
    def take(self):
        texts = {
            item: {lang: self.cleaned_data[f"{item}_{lang}"].strip() for lang in ("th", "en")}
            for item in methodology.WRITTEN
        }
        self.survey.method = (self.survey.method or {}) | texts
        self.survey.save(update_fields=["method"])
        audit.record(self.survey, "change", by=self.by, note="method")
        return gettext("The method is kept.")


class WeightForm(_ResultsForm):
    key = "weigh"
    title = _("Weights")
    explained = _(
        "Each answer stands for as many people as its stratum and its margins have. Obstacles are"
        " told before anything is written."
    )
    button = _("Weight the answers")

    base = forms.BooleanField(
        label=_("Begin with the people of each stratum"), required=False, initial=True
    )
    margins = forms.MultipleChoiceField(
        label=_("Rake to the margins of"), required=False, widget=forms.CheckboxSelectMultiple
    )
    trim = forms.BooleanField(
        label=_("Hold weights within 0.2 to 5 times the median"), required=False, initial=True
    )

    def fill(self):
        known = tabulating.variables(self.survey)
        names = self.survey.margins.values_list("variable", flat=True).order_by("variable")
        self.fields["margins"].choices = [
            (name, known[name].question.label) for name in names.distinct() if name in known
        ]
        self.fields["margins"].initial = [name for name, _label in self.fields["margins"].choices]

    def take(self):
        told = self.cleaned_data
        spec = {"base": "strata" if told["base"] else "none", "margins": told["margins"]}
        if told["trim"]:
            spec["trim"] = list(raking.BOUNDS)
        run = weighing.weigh(self.survey, by=self.by, spec=spec)
        return gettext("%(n)s answers are weighted; the design effect is %(deff)s.") % {
            "n": run.n,
            "deff": f"{run.deff:.2f}",
        }


class PrepareForm(_ResultsForm):
    key = "prepare"
    title = _("Prepare the results")
    explained = _(
        "Numbers, sentences and method as they are now, with small groups hidden. Somebody else"
        " publishes them."
    )
    button = _("Prepare them")

    erratum_th = forms.CharField(
        label=_("what was wrong before (Thai)"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    erratum_en = forms.CharField(
        label=_("what was wrong before (English)"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def fill(self):
        if not self.survey.publications.published().exists():
            del self.fields["erratum_th"], self.fields["erratum_en"]

    def take(self):
        if "erratum_th" in self.fields:
            publishing.correct(self.survey, by=self.by, **self.cleaned_data)
        else:
            publishing.draft(self.survey, by=self.by)
        return gettext("The results are prepared. Look through them, then hand them on.")


class ExportForm(StepForm):
    key = "export"
    permission = "surveys.read_answers_survey"
    title = _("A file of the answers")
    explained = _("The worker makes it; it is kept for a week. That you asked is written down.")
    button = _("Ask for the file")

    form = forms.ChoiceField(label=_("format"), choices=Export.Form)

    def take(self):
        exporting.ask(self.survey, self.cleaned_data["form"], by=self.by)
        return gettext("The file is being made.")


STEPS = {form.key: form for form in (MethodForm, WeightForm, PrepareForm, ExportForm)}


class CrossForm(forms.Form):
    """Two questions at once, perhaps of some people only; nothing is saved."""

    row = forms.ChoiceField(label=_("Question"))
    column = forms.ChoiceField(label=_("broken down by"))
    where = forms.ChoiceField(label=_("only those who answered"), required=False)

    def __init__(self, *args, survey, **kwargs):
        super().__init__(*args, **kwargs)
        self.survey = survey
        known = [v for v in tabulating.variables(survey).values() if v.kind in tabulating.CODED]
        named = [(v, (v.name, f"{v.name} · {(v.row or v.question).label}")) for v in known]
        self.fields["row"].choices = [name for _v, name in named]
        self.fields["column"].choices = [
            name for v, name in named if v.kind not in tabulating.LISTS
        ]
        self.fields["where"].choices = [("", "—"), *_answers(named, survey.strata.all())]

    def table(self):
        told = self.cleaned_data
        name, is_chosen, code = told["where"].partition("=")
        filters = {name: code} if is_chosen else {}
        return tabulating.cross_table(self.survey, told["row"], told["column"], filters)


def _answers(named, strata):
    """Every answer that somebody could choose, as (question, [("name=code", answer)])."""
    for variable, (name, label) in named:
        places = strata if variable.question.role == "stratum" else ()
        answers = [(choice.code, str(choice.label)) for choice in variable.choices]
        answers += [(stratum.code, stratum.name) for stratum in places]
        if answers:
            yield label, [(f"{name}={code}", answer) for code, answer in answers]


class FindingForm(forms.ModelForm):
    """A new finding; when it is due follows from its survey."""

    class Meta:
        model = Finding
        fields = ("survey", "kind", "variable", "text_th", "text_en", "agency", "is_public")
        widgets = {
            "text_th": forms.Textarea(attrs={"rows": 3}),
            "text_en": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "survey" in self.fields:
            self.fields["survey"].queryset = Survey.objects.with_results()
        if not self.instance.pk:
            self.fields["agency"].queryset = Organization.objects.at_work()

    def clean(self):
        told = super().clean()
        variable, survey = told.get("variable"), told.get("survey")
        if variable and survey:
            names = {each["variable"] for each in findings.proposed(survey)}
            if variable not in names:
                sentence = gettext("No question is named %(name)s.") % {"name": variable}
                self.add_error("variable", sentence)
        return told
