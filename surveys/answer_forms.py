"""What citizens fill in: the consent, the questions of a section, a receipt.

A question on a page is a plain dictionary, made from what was typed; so a page that comes back
shows exactly that, valid or not.
"""

from dataclasses import dataclass
from datetime import date

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lopburi_pr.human_form import HumanForm
from lopburi_pr.templatetags.thai import day_long
from lopburi_pr.text_fields import Words
from office.models import District, Province, Subdistrict
from surveys import codes
from surveys.definition import SILENT, Form, Question, Section

SHORT_LABEL = 4  # letters: 0 to 10 stand beside each other even on a telephone
FEW_CHOICES = 7  # of a scale that stands beside each other on a desk


class ConsentForm(HumanForm):
    """The tick before the first question, and the one-time code where one is needed."""

    code = forms.CharField(
        label=gettext_lazy("The code on your card"),
        help_text=gettext_lazy("Eight letters and digits. Small letters and gaps do not matter."),
        max_length=40,
        error_messages={
            "required": gettext_lazy("Type the code that stands on your card."),
            "max_length": codes.UNKNOWN,
        },
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "data-code": ""}
        ),
    )
    agrees = forms.BooleanField(
        label=gettext_lazy("I am 18 years or older, I have read this, and I want to answer."),
        error_messages={"required": gettext_lazy("Tick this box if you want to answer.")},
    )

    def __init__(self, *args, survey, **kwargs):
        super().__init__(*args, **kwargs)
        self.survey = survey
        if not survey.needs_code:
            del self.fields["code"]

    def clean_code(self):
        code = self.cleaned_data["code"]
        if refused := codes.refusal(self.survey, code):
            raise forms.ValidationError(refused)
        return codes.tidy(code)


class ReceiptForm(HumanForm):
    receipt = Words(
        label=gettext_lazy("Your receipt code"),
        help_text=gettext_lazy("Twelve letters and digits, in three groups of four."),
        max_length=60,
        said=gettext_lazy("Type the code that stands on your receipt."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


# The questions of a section


@dataclass(frozen=True)
class Wrong:
    """What the summary of errors at the top of a page says of one field."""

    auto_id: str
    label: str
    errors: list[str]
    id_for_label: str = ""


class Faults:
    """The errors of a section, as the ``error_summary`` component takes those of a form."""

    def __init__(self, questions=(), general=()):
        self.general = list(general)
        self.fields = [
            Wrong(place["focus"], place["label"], place["errors"])
            for question in questions
            for place in (question, *question["rows"], *question["others"])
            if place["errors"]
        ]

    @property
    def is_wrong(self) -> bool:
        return bool(self.general or self.fields)

    def __iter__(self):
        return iter(self.fields)

    def non_field_errors(self):
        return self.general


def questions_of(
    form: Form, section: Section, answers: dict, typed: dict, errors: dict, new=()
) -> list[dict]:
    """The questions of a section as the page shows them: notes too, calculations never.

    ``answers`` decide what is asked, ``typed`` (of ``answering``) fills the fields, ``errors`` are
    sentences by variable. ``new`` are questions that were not on the page before.
    """
    asked = set(form.relevant_questions(section, answers))
    return [
        _shown(form, question, answers, typed, errors)
        | {"is_hidden": question not in asked, "is_new": question in new}
        for question in section.questions
        if question.kind != "calculate"
    ]


def _shown(form, question, answers, typed, errors):
    given = typed.get(question.name, "")
    shown = {
        "name": question.name,
        "id": f"q-{question.name}",
        "focus": f"q-{question.name}",  # what a link to the question leads to
        "kind": question.kind,
        "label": str(question.label),
        "hint": str(question.hint),
        "is_required": question.kind not in SILENT and form.is_required(question, answers),
        "errors": _said(errors, question.name),
        "value": given,
        "input_mode": "",
        "longest": 0,
        "unit": "",
        "look": "",
        "rows": [],
        "others": [],
        "template": f"surveys/answer/_{_template(question)}.html",
    }
    match question.kind:
        case "single" | "scale" | "multiple":
            shown |= _choices(form, question, answers, typed, errors, given)
        case "matrix":
            shown |= _matrix(question, typed, errors)
        case "rank":
            shown |= _rank(form, question, answers, given)
        case "number":
            shown |= {"unit": str(question.unit), "input_mode": _input_mode(question)}
        case "text":
            shown |= {"is_long": question.multiline, "longest": question.max_length}
        case "place":
            groups = place_groups(question.level, question.scope)
            shown |= {"groups": groups, "is_nested": len(groups) > 1, "level": question.level}
    return shown | _around(question, shown)


def _around(question, shown):
    """What stands round the field: whether something is wrong, and which texts describe it."""
    is_wrong = any(each["errors"] for each in (shown, *shown["rows"], *shown["others"]))
    rule = _rule(question)
    texts = {"hint": shown["hint"], "rule": rule, "error": shown["errors"]}
    described = " ".join(f"{shown['id']}-{name}" for name, text in texts.items() if text)
    return {"is_wrong": is_wrong, "rule": rule, "described": described}


def _rule(question):
    """What may be answered, where the field does not show it."""
    if question.kind == "date":
        return _("For example 24/12/2569.")
    if question.kind == "multiple" and question.max_choices:
        return _("Choose %(n)s at most.") % {"n": question.max_choices}
    if question.kind == "multiple":
        return _("Choose all that apply.")
    return ""


def _said(errors, name):
    return [errors[name]] if name in errors else []


def _template(question):
    if question.kind in {"single", "scale", "multiple"}:
        return "choices"
    if question.kind in {"number", "date"} or (question.kind == "text" and not question.multiline):
        return "line"
    return question.kind


def _input_mode(question):
    # The digits of iPhones have no minus.
    if question.min is None or question.min < 0:
        return "text"
    return "numeric" if question.integer else "decimal"


def _choices(form, question, answers, typed, errors, given):
    """Every choice; those that the filter leaves out are hidden, as they may come back."""
    visible = set(form.visible_choices(question, answers))
    chosen = given if isinstance(given, list) else [given]
    other = f"{question.name}_other"
    choices = [
        {
            "code": choice.code,
            "label": str(choice.label),
            "id": f"q-{question.name}-{choice.code}",
            "is_chosen": choice.code in chosen,
            "is_hidden": choice not in visible,
            "is_other": choice.other,
        }
        for choice in question.choices
    ]
    is_short = all(len(choice["label"]) <= SHORT_LABEL for choice in choices)
    is_beside = question.kind == "scale" and (is_short or len(choices) <= FEW_CHOICES)
    own = {"id": f"q-{other}", "focus": f"q-{other}", "name": other, "label": str(question.label)}
    own |= {"value": typed.get(other, ""), "errors": _said(errors, other)}
    return {
        "choices": choices,
        "focus": choices[0]["id"],
        "input": "checkbox" if question.kind == "multiple" else "radio",
        "most": question.max_choices if question.kind == "multiple" else 0,
        "look": "short" if is_short and is_beside else "beside" if is_beside else "",
        "others": [own] if question.other else [],
    }


def _matrix(question, typed, errors):
    rows = []
    for row in question.rows:
        name = f"{question.name}_{row.code}"
        rows.append(
            {
                "name": name,
                "id": f"q-{name}",
                "focus": f"q-{name}-{question.choices[0].code}",
                "label": str(row.label),
                "errors": _said(errors, name),
                "choices": [
                    {
                        "code": choice.code,
                        "label": str(choice.label),
                        "id": f"q-{name}-{choice.code}",
                        "is_chosen": choice.code == typed.get(name),
                    }
                    for choice in question.choices
                ],
            }
        )
    return {
        "rows": rows,
        "focus": rows[0]["focus"],
        "headings": [str(choice.label) for choice in question.choices],
    }


def _rank(form, question, answers, given):
    visible = set(form.visible_choices(question, answers))
    choices = [
        {"code": each.code, "label": str(each.label), "is_hidden": each not in visible}
        for each in question.choices
    ]
    return {
        "choices": choices,
        "focus": f"q-{question.name}-1",
        "places": [
            {
                "number": number,
                "name": f"{question.name}_{number}",
                "id": f"q-{question.name}-{number}",
                "value": code,
            }
            for number, code in enumerate(given or [""] * question.rank_n, 1)
        ],
    }


def place_groups(level: str, scope: tuple[str, ...]) -> list[tuple[str, list[tuple[str, str]]]]:
    """``(name of a group, [(code, name)])`` of the places that a question offers; scripts make two
    or three lists of them, which follow each other.
    """
    provinces = Province.objects.order_by("sort_key")
    if scope:
        provinces = provinces.filter(code__in=scope)
    if level == "province":
        return [("", [(each.code, each.name) for each in provinces])]
    names = {each.pk: each.name for each in provinces}
    districts = District.objects.filter(province__in=names).order_by(
        "province__sort_key", "sort_key"
    )
    if level == "district":
        found = {pk: [] for pk in names}
        for each in districts:
            found[each.province_id].append((each.code, each.name))
        return [(names[pk], places) for pk, places in found.items() if places]
    groups = {each.pk: (_group_name(names, each), []) for each in districts}
    rows = Subdistrict.objects.filter(district__in=groups).order_by("sort_key")
    for each in rows:
        groups[each.district_id][1].append((each.code, each.name))
    return [(name, places) for name, places in groups.values() if places]


def _group_name(names, district):
    own = _("%(district)s District") % {"district": district.name}
    return own if len(names) == 1 else f"{names[district.province_id]} › {own}"


# What was answered, in words


def told(form: Form, section: Section, answers: dict) -> list[dict]:
    """``label`` and ``text`` of everything that was asked in a section, for a last look."""
    rows = []
    for question in section.questions:
        if question.kind in SILENT:
            continue
        asked = [variable for variable in question.variables if variable.name in answers]
        for variable in asked:
            if variable.kind == "text" and variable.name != question.name:
                continue  # told with the choice that it belongs to
            label = f"{question.label} · {variable.row.label}" if variable.row else question.label
            rows.append(
                {
                    "id": f"q-{variable.name}",
                    "label": str(label),
                    "text": _in_words(question, answers, answers[variable.name]),
                }
            )
    return rows


def _in_words(question: Question, answers, value):
    if value in (None, "", []):
        return ""
    if question.choices:
        labels = {choice.code: str(choice.label) for choice in question.choices}
        codes_given = value if isinstance(value, list) else [value]
        names = [labels.get(code, code) for code in codes_given]
        if question.kind == "rank":
            return "\n".join(f"{place}. {name}" for place, name in enumerate(names, 1))
        own = answers.get(f"{question.name}_other")
        return ", ".join(names) + (f": {own}" if own and question.other else "")
    if question.kind == "date":
        return day_long(date.fromisoformat(value))
    if question.kind == "place":
        return place_name(value)
    if question.kind == "number":
        return f"{value:,} {question.unit}".strip()
    return str(value)


def place_name(code: str) -> str:
    """A place with what it lies in, from its code; the code itself when nobody knows it."""
    found = []
    for model, length in ((Subdistrict, 6), (District, 4), (Province, 2)):
        if len(code) >= length and (row := model.objects.filter(code=code[:length]).first()):
            found.append(row.name)
    return ", ".join(found) or code
