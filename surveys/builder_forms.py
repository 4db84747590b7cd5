"""What is typed in the builder: a question of each kind, its choices, a section, the whole.

A draft may be saved with things missing: what keeps it from being published is told beside it
(``surveys.drafting.obstacles``). Refused is only what could not be kept as it was meant.
"""

import re
from itertools import count

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lopburi_pr.text_fields import NumberField, Words
from lopburi_pr.thai_text import to_arabic_digits
from office.models import Province
from surveys import conditions, definition, expressions
from surveys.definition import LONGEST_CHOICE, LONGEST_LABEL, LONGEST_TITLE, WITH_CHOICES
from surveys.expressions import ExpressionError

KINDS = {
    "single": _("One of several"),
    "multiple": _("Some of several"),
    "scale": _("A scale (how much, how good)"),
    "matrix": _("A table: one scale for several things"),
    "rank": _("Put in order"),
    "number": _("A number"),
    "text": _("In their own words"),
    "date": _("A day"),
    "place": _("A place (province, district, subdistrict)"),
    "note": _("A note to read, without an answer"),
    "calculate": _("A calculation, never shown"),
}
SPECIAL = {
    "": _("an ordinary answer"),
    "no_opinion": _("no opinion: left out of means"),
    "refused": _("does not want to answer: left out"),
    "not_applicable": _("does not apply: left out"),
    "exclusive": _("stands alone, with no other"),
    "other": _("asks for own words"),
}
MISSING = {"no_opinion", "refused", "not_applicable"}
ALWAYS, IF, EXPRESSION = "always", "if", "expression"
_name = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")
_code = re.compile(r"[A-Za-z0-9_]{1,32}")


def _expression(label, help_text="", *, columns=False):
    def valid(text):
        try:
            expressions.parse(text, columns=columns)
        except ExpressionError as error:
            told = {"sentence": error.sentence, "place": error.position + 1}
            raise ValidationError(gettext("%(sentence)s (character %(place)s)") % told) from None

    attrs = {"rows": 2, "spellcheck": "false", "data-expression": "columns" if columns else ""}
    return forms.CharField(
        label=label,
        required=False,
        max_length=expressions.LONGEST_TEXT,
        widget=forms.Textarea(attrs=attrs),
        help_text=help_text,
        validators=[valid],
    )


def _long(label, rows=2, **more):
    area = forms.Textarea(attrs={"rows": rows})
    return Words(label=label, widget=area, max_length=LONGEST_LABEL, **more)


class ChoiceForm(forms.Form):
    """One answer to choose. Its code stays, whatever its words become."""

    code = Words(label=_("Code"), max_length=32, required=False)
    th = Words(label=_("Answer (Thai)"), max_length=LONGEST_CHOICE, required=False)
    en = Words(label=_("Answer (English)"), max_length=LONGEST_CHOICE, required=False)
    special = forms.ChoiceField(
        label=_("What it means"), choices=[*SPECIAL.items()], required=False
    )
    place = forms.IntegerField(label=_("Order"), min_value=1, max_value=999, required=False)
    former = forms.CharField(widget=forms.HiddenInput, max_length=32, required=False)

    def clean_code(self):
        code = to_arabic_digits(self.cleaned_data["code"])
        if code and not _code.fullmatch(code):
            raise ValidationError(_("Latin letters, digits and _ only, without spaces."))
        return code

    def clean(self):
        given = super().clean()
        is_bare = given.get("code") and not given.get("th") and "th" not in self.errors
        if is_bare and not given.get(DELETION_FIELD_NAME):
            self.add_error("th", _("Write the answer, or tick to remove it."))
        return given


class RowForm(ChoiceForm):
    """One line of a table."""

    special = None


class _Entries(forms.BaseFormSet):
    """Choices or rows: those there are, some empty ones, and the words of more, one a line."""

    def __init__(self, *args, entries, has_english, **kwargs):
        self.entries = {entry["code"]: entry for entry in entries}
        self.has_english = has_english
        initial = [
            {
                "code": entry["code"],
                "former": entry["code"],
                "th": entry["label"]["th"],
                "en": entry["label"].get("en", ""),
                "special": _special(entry),
                "place": number,
            }
            for number, entry in enumerate(entries, 1)
        ]
        super().__init__(*args, initial=initial, **kwargs)

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if not self.has_english:
            del form.fields["en"]

    def clean(self):
        codes = [form.cleaned_data.get("code") for form in self._kept()]
        twice = sorted({code for code in codes if code and codes.count(code) > 1})
        if twice:
            raise ValidationError(
                gettext("The code %(code)s is used twice.") % {"code": ", ".join(twice)}
            )

    def _kept(self):
        return [
            form
            for form in self.forms
            if form.is_valid()
            and form.cleaned_data.get("th")
            and not form.cleaned_data.get(DELETION_FIELD_NAME)
        ]

    def found(self, more=()) -> list[dict]:
        """The entries in their order, with the codes they had; ``more``: words of new ones."""
        kept = sorted(self._kept(), key=lambda form: form.cleaned_data.get("place") or 1000)
        lines = [
            {"th": thai.strip(), "en": english.strip(), "code": ""}
            for thai, _bar, english in (line.partition("|") for line in more)
        ]
        rows = [form.cleaned_data for form in kept] + lines
        # Codes that were removed now are not given out again at once.
        taken = {row["code"] for row in rows} | self.entries.keys()
        made = []
        for row in rows:
            code = row["code"] or next(free for n in count(1) if (free := str(n)) not in taken)
            taken.add(code)
            former = self.entries.get(row.get("former", ""), {})
            entry = {key: value for key, value in former.items() if key in {"filter", "value"}} | {
                "code": code,
                "label": {"th": row["th"], "en": row.get("en", "")},
            }
            if "label" in former and "en" not in row:
                entry["label"]["en"] = former["label"].get("en", "")
            made.append(entry | self.marks(former, row))
        return made

    def marks(self, former, row):
        return {}


class _Choices(_Entries):
    def marks(self, former, row):
        special = row.get("special", "")
        if special == _special(former):  # more than one mark may have come from a workbook
            return {key: former[key] for key in ("missing", "exclusive", "other") if key in former}
        if special in MISSING:
            return {"missing": special, "exclusive": True}
        return {special: True} if special else {}


def _special(entry):
    for key in ("other", "missing", "exclusive"):
        if entry.get(key):
            return entry[key] if key == "missing" else key
    return ""


_many = {"extra": 1, "can_delete": True, "max_num": 220, "absolute_max": 300}
ChoiceFormSet = forms.formset_factory(ChoiceForm, formset=_Choices, **_many)
RowFormSet = forms.formset_factory(RowForm, formset=_Entries, **_many)


class ConditionFields(forms.Form):
    """Who is asked: everybody, whoever gave some answer, or by an expression."""

    show = forms.ChoiceField(
        label=_("Who is asked?"),
        choices=[
            (ALWAYS, _("everybody")),
            (IF, _("whoever answered something before")),
            (EXPRESSION, _("by an expression (for experts)")),
        ],
        widget=forms.RadioSelect,
    )
    when1 = forms.ChoiceField(label=_("Whose answer"), required=False)
    is1 = forms.ChoiceField(
        label=_("is or is not"),
        choices=[(conditions.IS, _("is this")), (conditions.IS_NOT, _("is not this"))],
        required=False,
    )
    join = forms.ChoiceField(
        label=_("and a second one"),
        choices=[(conditions.AND, _("and also")), (conditions.OR, _("or else"))],
        required=False,
    )
    when2 = forms.ChoiceField(label=_("The second answer"), required=False)
    is2 = forms.ChoiceField(
        label=_("is or is not"),
        choices=[(conditions.IS, _("is this")), (conditions.IS_NOT, _("is not this"))],
        required=False,
    )
    relevant = _expression(_("Expression"), _("For example: ${Q1} = '1' and ${age} >= 18"))

    CONDITION = ("show", "when1", "is1", "join", "when2", "is2", "relevant")

    def __init__(self, *args, earlier, relevant="", **kwargs):
        self.earlier = earlier
        super().__init__(*args, **kwargs)
        offered = [("", "–"), *conditions.offered(earlier)]
        for name in ("when1", "when2"):
            self.fields[name].choices = offered
        self.initial |= self._read(relevant)

    def _read(self, relevant):
        if not relevant:
            return {"show": ALWAYS}
        condition = conditions.read(relevant)
        known = {
            value for _label, answers in conditions.offered(self.earlier) for value, _w in answers
        }
        if condition is None or not all(
            f"{test.variable}={test.code}" in known for test in condition.tests
        ):
            return {"show": EXPRESSION, "relevant": relevant}
        found = {"show": IF, "relevant": relevant, "join": condition.join}
        for number, test in enumerate(condition.tests, 1):
            found[f"when{number}"] = f"{test.variable}={test.code}"
            found[f"is{number}"] = conditions.IS if test.is_met else conditions.IS_NOT
        return found

    def clean(self):
        given = super().clean()
        if given.get("show") == IF and not given.get("when1") and "when1" not in self.errors:
            self.add_error("when1", _("Choose the answer that somebody gave."))
        is_bare = not given.get("relevant") and "relevant" not in self.errors
        if given.get("show") == EXPRESSION and is_bare:
            self.add_error("relevant", _("Write the expression, or choose “everybody”."))
        return given

    def condition(self) -> str:
        """The expression; "" for everybody."""
        given = self.cleaned_data
        if given["show"] == ALWAYS:
            return ""
        if given["show"] == EXPRESSION:
            return given["relevant"]
        tests = tuple(
            conditions.chosen(
                given[f"when{n}"], self.earlier, is_met=given[f"is{n}"] != conditions.IS_NOT
            )
            for n in (1, 2)
            if given.get(f"when{n}")
        )
        return str(conditions.Condition(tests, given.get("join") or conditions.AND))


class SectionForm(ConditionFields):
    title_th = Words(label=_("Title (Thai)"), max_length=LONGEST_TITLE)
    title_en = Words(label=_("Title (English)"), max_length=LONGEST_TITLE, required=False)

    field_order = ("title_th", "title_en")

    @property
    def main(self):
        return [self[name] for name in ("title_th", "title_en") if name in self.fields]

    def section(self, before) -> dict:
        given = self.cleaned_data
        title = {"th": given["title_th"], "en": given["title_en"]}
        return before | {"title": title, "relevant": self.condition()}


class WholeForm(forms.Form):
    title_th = Words(label=_("Title (Thai)"), max_length=LONGEST_TITLE)
    title_en = Words(label=_("Title (English)"), max_length=LONGEST_TITLE, required=False)
    has_english = forms.BooleanField(label=_("It can be answered in English too"), required=False)

    @property
    def main(self):
        return [*self]

    def whole(self, before) -> dict:
        given = self.cleaned_data
        title = {"th": given["title_th"], "en": given["title_en"]}
        languages = ["th", "en"] if given["has_english"] else ["th"]
        return before | {"title": title, "languages": languages}


class QuestionForm(ConditionFields):
    """One question; the fields are those of its kind. ``bind`` gives it with choices and rows."""

    label_th = _long(_("Question (Thai)"), said=_("Write the question."))
    label_en = _long(_("Question (English)"), required=False)
    hint_th = _long(_("Hint (Thai)"), 1, required=False)
    hint_en = _long(_("Hint (English)"), 1, required=False)
    kind = forms.ChoiceField(label=_("Answered by"), choices=[*KINDS.items()])
    required = forms.BooleanField(label=_("It must be answered"), required=False)
    name = Words(
        label=_("Name for data files"),
        max_length=32,
        help_text=_("Latin letters, digits and _. It stays once the questionnaire is published."),
    )
    more_choices = forms.CharField(
        label=_("More answers, one a line"),
        help_text=_("In both languages as “ไทย | English”."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=20_000,
    )
    more_rows = forms.CharField(
        label=_("More lines of the table, one a line"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=20_000,
    )
    min_choices = NumberField(label=_("At least so many marks"), required=False)
    max_choices = NumberField(label=_("At most so many marks"), required=False)
    rank_n = NumberField(label=_("How many places"), required=False)
    integer = forms.BooleanField(label=_("Whole numbers only"), required=False)
    min = forms.FloatField(label=_("Smallest number"), required=False)
    max = forms.FloatField(label=_("Largest number"), required=False)
    unit_th = Words(label=_("Unit (Thai)"), max_length=60, required=False)
    unit_en = Words(label=_("Unit (English)"), max_length=60, required=False)
    max_length = NumberField(label=_("At most so many characters"), required=False)
    multiline = forms.BooleanField(label=_("Several lines"), required=False)
    level = forms.ChoiceField(
        label=_("How fine"),
        choices=[
            ("province", _("Province")),
            ("district", _("District")),
            ("subdistrict", _("Subdistrict")),
        ],
        required=False,
    )
    scope = forms.MultipleChoiceField(
        label=_("Only in these provinces"), widget=forms.CheckboxSelectMultiple, required=False
    )
    role = forms.ChoiceField(
        label=_("What else it is for"),
        choices=[
            ("", _("nothing else")),
            ("stratum", _("tells the district that the answer counts for")),
            ("weighting", _("weights are made with it")),
        ],
        required=False,
    )
    calculation = _expression(_("Calculation"))
    required_if = _expression(_("It must be answered if (expression)"))
    constraint = _expression(
        _("Rule for the answer (expression; . is the answer)"),
        _("For example: . >= 18 and . <= 110"),
    )
    constraint_message_th = _long(
        _("What is said when the rule is broken (Thai)"), 1, required=False
    )
    constraint_message_en = _long(
        _("What is said when the rule is broken (English)"), 1, required=False
    )
    choice_filter = _expression(
        _("Filter of the answers (expression with columns of a workbook)"), columns=True
    )

    OF_KIND = {
        "multiple": ("min_choices", "max_choices"),
        "rank": ("rank_n",),
        "number": ("integer", "min", "max", "unit_th", "unit_en"),
        "text": ("multiline", "max_length"),
        "place": ("level", "scope"),
        "calculate": ("calculation",),
    }
    ASKED = ("required", "role", "required_if", "constraint")
    ASKED += ("constraint_message_th", "constraint_message_en")
    EXPERT = ("required_if", "constraint", "constraint_message_th", "constraint_message_en")
    EXPERT += ("choice_filter",)
    ENGLISH = ("label_en", "hint_en", "unit_en", "constraint_message_en")

    def __init__(self, *args, question, taken, may_rename, has_english, **kwargs):
        self.question, self.taken = question, taken
        self.may_rename, self.has_english = may_rename, has_english
        kind = question["kind"]
        super().__init__(
            *args,
            relevant=question.get("relevant", ""),
            initial=_initial(question),
            **kwargs,
        )
        names = {row.code: row.name for row in Province.objects.order_by("sort_key")}
        # What a workbook named stays, also where the office does not know it.
        chosen = {code: code for code in question.get("scope", ())}
        self.fields["scope"].choices = [*(chosen | names).items()]
        for name in self._not_wanted(kind):
            del self.fields[name]
        if not may_rename:
            for name in ("name", "kind"):
                self.fields[name].disabled = True
            self.fields["name"].help_text = _(
                "Published: it stays, so that answers can be compared."
            )

    def _not_wanted(self, kind):
        out = {name for other, names in self.OF_KIND.items() if other != kind for name in names}
        if kind in definition.SILENT:
            out |= set(self.ASKED)
        if kind == "calculate":
            out |= {"hint_th", "hint_en"}
        if kind not in WITH_CHOICES:
            out.add("more_choices")
        if kind != "matrix":
            out.add("more_rows")
        if not self.question.get("choice_filter"):
            out.add("choice_filter")
        if not self.has_english:
            out |= set(self.ENGLISH)
        return out & self.fields.keys()

    @property
    def main(self):
        """The fields that everybody fills in, in their order."""
        apart = {*self.CONDITION, *self.EXPERT, "more_choices", "more_rows", "name", "role"}
        return [self[name] for name in self.fields if name not in apart]

    @property
    def expert(self):
        return [self[name] for name in ("name", "role", *self.EXPERT) if name in self.fields]

    @property
    def has_expert_errors(self) -> bool:
        return any(field.errors for field in self.expert)

    def clean_name(self):
        name = self.cleaned_data["name"]
        if not _name.fullmatch(name):
            raise ValidationError(_("Begin with a Latin letter; then letters, digits and _ only."))
        if name.lower() in self.taken:
            raise ValidationError(_("Another question or section has this name."))
        return name

    def _lines(self, name):
        return [
            line.strip() for line in self.cleaned_data.get(name, "").splitlines() if line.strip()
        ]

    def typed(self, choices, rows) -> dict:
        """The question as a definition has it; ``choices`` and ``rows`` are its form sets."""
        given = self.cleaned_data
        made = dict(self.question)
        for key in ("label", "hint", "unit", "constraint_message"):
            if f"{key}_th" in given:
                english = given.get(f"{key}_en", made.get(key, {}).get("en", ""))
                made[key] = {"th": given[f"{key}_th"], "en": english}
        made |= {"name": given["name"], "kind": given["kind"], "relevant": self.condition()}
        for key in ("role", "constraint", "choice_filter", "calculation", "multiline", "integer"):
            if key in given:
                made[key] = given[key]
        for key in (
            "min",
            "max",
            "level",
            "scope",
            "rank_n",
            "max_length",
            "min_choices",
            "max_choices",
        ):
            if key in given:
                made[key] = given[key]
        if "required" in given:
            made["required"] = given["required"] or given.get("required_if", "")
        if choices is not None:
            made["choices"] = choices.found(self._lines("more_choices"))
        if rows is not None:
            made["rows"] = rows.found(self._lines("more_rows"))
        return made


def _initial(question):
    found = {
        key: question.get(key)
        for key in (
            *("name", "kind", "role", "constraint", "choice_filter", "calculation", "multiline"),
            *("integer", "min", "max", "level", "scope", "rank_n", "max_length"),
            *("min_choices", "max_choices"),
        )
    }
    found["level"] = found["level"] or definition.USUAL_LEVEL
    found["rank_n"] = found["rank_n"] or definition.USUAL_RANKS
    found["max_length"] = found["max_length"] or definition.USUAL_LENGTH
    required = question.get("required")
    found |= {"required": required is True}
    found["required_if"] = required if isinstance(required, str) else ""
    for key in ("label", "hint", "unit", "constraint_message"):
        words = question.get(key, {})
        found |= {f"{key}_th": words.get("th", ""), f"{key}_en": words.get("en", "")}
    return found


class UploadForm(forms.Form):
    workbook = forms.FileField(
        label=_("Workbook (XLSX)"),
        help_text=_("An XLSForm with the sheets survey and choices, 5 MB at most."),
    )


class LibraryForm(forms.Form):
    """Keep a question to be asked again."""

    title = Words(label=_("Name in the library"), max_length=120)
    source = Words(
        label=_("Source"),
        max_length=300,
        required=False,
        help_text=_("Which survey asked it, so that results can be compared."),
    )
