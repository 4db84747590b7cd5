"""What a survey is, typed by whoever plans it; and what every step on one is made of."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lopburi_pr.calendar_fields import DayField
from lopburi_pr.thai_calendar import fiscal_year
from surveys import editing
from surveys.models import Survey

BY_CHOICE = {"single", "multiple", "scale", "place"}  # what results can be broken down by


class StepForm(forms.Form):
    """One step on a survey: what it is called, what it needs, and the verb that it calls."""

    key = title = explained = button = permission = ""

    def __init__(self, data=None, *, survey, by):
        super().__init__(data, prefix=self.key)  # many stand on one page
        self.survey, self.by = survey, by
        self.fill()

    def fill(self):
        """Set what depends on the survey."""

    def take(self) -> str:
        """Do it; what is said then. Raises ValidationError."""
        raise NotImplementedError


class SurveyForm(forms.ModelForm):
    modes = forms.MultipleChoiceField(
        label=_("ways of answering"),
        choices=Survey.Mode.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one way of answering.")},
    )
    breakdowns = forms.MultipleChoiceField(
        label=_("breakdowns that are published"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only these, so that nobody is found by subtracting."),
    )

    class Meta:
        model = Survey
        fields = (
            *("title_th", "title_en", "aim_th", "aim_en", "policy", "issue", "fiscal_year"),
            *("previous", "design", "modes", "population_th", "population_en", "needs_code"),
            *("opens_on", "closes_on", "target", "bands", "min_cell", "min_base", "breakdowns"),
            "reply_days",
        )
        labels = {"title_th": _("Title (Thai)"), "title_en": _("Title (English)")}
        field_classes = {"opens_on": DayField, "closes_on": DayField}
        widgets = {
            "aim_th": forms.Textarea(attrs={"rows": 3}),
            "aim_en": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "breakdowns" in self.fields:
            self.fields["breakdowns"].choices = self._breakdowns()
        if "fiscal_year" in self.fields and not self.instance.pk:
            self.fields["fiscal_year"].initial = fiscal_year(timezone.localdate())
        if "previous" in self.fields:
            others = Survey.objects.exclude(pk=self.instance.pk)
            self.fields["previous"].queryset = others

    def _breakdowns(self):
        """The questions of the latest version, and those that were chosen before."""
        latest = self.instance.questionnaires.first() if self.instance.pk else None
        asked = editing.questions(latest.definition) if latest else []
        found = {
            each["name"]: f"{each['name']} · {each['label']['th']}"
            for each in asked
            if each["kind"] in BY_CHOICE
        }
        return [*({name: name for name in self.instance.breakdowns} | found).items()]
