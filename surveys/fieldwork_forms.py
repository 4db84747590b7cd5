"""What is typed about a survey's design and fieldwork; ``take`` calls the verb."""

from decimal import Decimal, InvalidOperation

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from lopburi_pr.calendar_fields import DayField
from lopburi_pr.text_fields import NumberField, Words
from lopburi_pr.thai_text import to_arabic_digits
from office.models import Province
from office.models.places import HOME_PROVINCE
from surveys import sampling, syncing
from surveys.forms import StepForm
from surveys.models import Quota
from surveys.statistics import sample_size

LARGEST_BACKUP = 20_000_000  # bytes


def _area(rows=8):
    return forms.Textarea(attrs={"rows": rows, "spellcheck": "false"})


class TableField(forms.CharField):
    """A table as it was pasted: its tabs part the columns."""

    def __init__(self, *, rows=8, **kwargs):
        super().__init__(widget=_area(rows), strip=False, max_length=200_000, **kwargs)


class ShareField(Words):
    """A share as people write it: 5 %, 0.05, ๐.๐๕; a Decimal. A design effect may be above 1."""

    def to_python(self, value):
        text = to_arabic_digits(super().to_python(value) or "").replace(" ", "")
        if not text:
            return None
        is_percent = text.endswith("%")
        try:
            number = Decimal(text.removesuffix("%"))
        except InvalidOperation:
            raise ValidationError(_("Write a share between 0 and 1, for example 0.05.")) from None
        if not number.is_finite() or not 0 < number < 10_000:
            raise ValidationError(_("Write a share between 0 and 1, for example 0.05."))
        return number / 100 if is_percent else number


class SizeForm(forms.Form):
    """Only reckons: nothing is saved."""

    population = NumberField(label=_("People in the population"))
    margin = ShareField(label=_("Margin of error"), initial="5%")
    proportion = ShareField(
        label=_("Expected share"), initial="0.5", help_text=_("0.5 is the safest.")
    )
    deff = ShareField(
        label=_("Design effect"),
        initial="1",
        help_text=_(
            "Of unequal weights: 1 where all are equal. That of villages is reckoned below."
        ),
    )
    take = NumberField(
        label=_("Interviews in each village"),
        required=False,
        help_text=_("Where villages are drawn first: neighbours answer alike, so more are needed."),
    )
    likeness = ShareField(
        label=_("How alike neighbours are"),
        initial="0.05",
        required=False,
        help_text=_("The intraclass correlation: 0.01 to 0.05 for most opinions, up to 0.2."),
    )
    response_rate = ShareField(label=_("Share of people who answer"), initial="100%")

    def sizes(self):
        """None while something can't be read; what is wrong then stands with the form."""
        if not self.is_valid():
            return None
        data = dict(self.cleaned_data)
        take, likeness = data.pop("take"), data.pop("likeness")
        if take and likeness:
            try:
                data["deff"] *= Decimal(str(sample_size.cluster_deff(take, likeness)))
            except ValueError:
                self.add_error("likeness", _("Write a share between 0 and 1, for example 0.05."))
                return None
        try:
            return sampling.sizes(data.pop("population"), **data)
        except ValidationError as refused:
            self.add_error(None, refused)
            return None


class _DesignForm(StepForm):
    permission = "surveys.change_stratum"


class StrataForm(_DesignForm):
    key, title = "strata", _("Strata from districts")
    explained = _("Every district of these provinces becomes a stratum.")
    button = _("Make strata")
    provinces = forms.ModelMultipleChoiceField(
        Province.objects.all(), label=_("Provinces"), widget=forms.CheckboxSelectMultiple
    )

    def fill(self):
        home = Province.objects.filter(code=HOME_PROVINCE)
        self.fields["provinces"].initial = [row.pk for row in home]

    def take(self):
        n = sampling.make_strata(self.survey, self.cleaned_data["provinces"], by=self.by)
        return ngettext("%(n)s stratum was made.", "%(n)s strata were made.", n) % {"n": n}


class _TableForm(_DesignForm):
    button = _("Take over the numbers")
    table = TableField(label=_("Table"))
    source = Words(
        label=_("Source"),
        max_length=300,
        required=False,
        help_text=_("For example: Department of Provincial Administration, civil registration"),
    )
    as_of = DayField(label=_("As of"), required=False, help_text=_("For example 31/12/2568"))

    def save(self, verb):
        data = self.cleaned_data
        n = verb(self.survey, data["table"], source=data["source"], as_of=data["as_of"], by=self.by)
        return ngettext("%(n)s number was kept.", "%(n)s numbers were kept.", n) % {"n": n}


class PopulationForm(_TableForm):
    key, title = "populations", _("How many people live in each stratum")
    explained = _("Paste two columns from a spreadsheet or CSV: code or name, and people.")

    def take(self):
        return self.save(sampling.set_populations)


class AllocationForm(_DesignForm):
    key, title = "allocation", _("Share the interviews among the strata")
    explained = _("Whole interviews by the largest remainder; equal remainders: the lower code.")
    button = _("Share and keep as targets")
    n = NumberField(label=_("Interviews in all"))
    method = forms.ChoiceField(
        label=_("By"),
        choices=[
            ("proportional", _("the number of people")),
            ("neyman", _("people and how much answers differ (Neyman)")),
        ],
    )
    floor = NumberField(
        label=_("At least in each stratum"), required=False, help_text=_("Empty: no floor")
    )
    spreads = TableField(
        label=_("Standard deviation of each stratum"),
        required=False,
        rows=4,
        help_text=_("For Neyman only: code or name, and the number."),
    )

    def take(self):
        data = self.cleaned_data
        sampling.allocate(
            self.survey,
            data["n"],
            method=data["method"],
            floor=data["floor"] or 0,
            spreads=data["spreads"],
            by=self.by,
        )
        return gettext("The targets are kept.")


class MarginForm(_TableForm):
    key, title = "margins", _("Known numbers of the population, for weighting and quotas")
    explained = _("Paste three columns: question, answer (its code), and people.")

    def take(self):
        return self.save(sampling.set_margins)


class QuotasForm(_DesignForm):
    key, title = "quotas", _("Quotas from strata and margins")
    explained = _("Empty quotas that were made before are replaced.")
    button = _("Make quotas")
    variables = forms.MultipleChoiceField(
        label=_("Questions"), required=False, widget=forms.CheckboxSelectMultiple
    )
    by_stratum = forms.BooleanField(label=_("In each stratum by itself"), required=False)
    action = forms.ChoiceField(label=_("When one is full"), choices=Quota.Action)

    def fill(self):
        known = self.survey.margins.order_by("variable").values_list("variable", flat=True)
        names = known.distinct()
        self.fields["variables"].choices = [(name, name) for name in names]

    def take(self):
        n = sampling.make_quotas(self.survey, **self.cleaned_data, by=self.by)
        return ngettext("%(n)s quota was made.", "%(n)s quotas were made.", n) % {"n": n}


class QuotaForm(_DesignForm):
    key, title = "quota", _("One quota by hand")
    explained = _("All of the lines must fit; places by the beginning of their codes.")
    button = _("Add the quota")
    name = Words(label=_("Name"), max_length=120)
    condition = Words(
        label=_("Whose answers"),
        widget=_area(3),
        help_text=_("A line for each question, for example: D2 = 1, 2"),
    )
    target = NumberField(label=_("Answers wanted"))
    action = forms.ChoiceField(label=_("When it is full"), choices=Quota.Action)

    def take(self):
        sampling.add_quota(self.survey, **self.cleaned_data, by=self.by)
        return gettext("The quota is kept.")


DESIGN = {
    form.key: form
    for form in (StrataForm, PopulationForm, AllocationForm, MarginForm, QuotasForm, QuotaForm)
}


class BackupForm(forms.Form):
    """A backup file of an interviewer's device."""

    file = forms.FileField(label=_("Backup file of a device"))

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BACKUP:
            raise ValidationError(_("The file is too large."))
        try:
            return syncing.read_backup(file.read())
        except syncing.UnreadableError as refused:
            raise ValidationError(str(refused)) from None
