"""Questionnaires on paper: printed with codes, keyed in twice by two people, counted once.

Both keyings are kept as they were typed. Where they agree the sheet is recorded; where they differ
somebody settles it with the sheet in hand. How often they differed is told with the method.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lopburi_pr.thai_text import normalise, to_arabic_digits
from office import audit
from office.models import District, Province
from surveys import answering, expressions, fieldwork
from surveys.definition import SILENT, Form, Question
from surveys.models import PaperForm, Questionnaire, Survey

LONGEST_SERIAL = 20
CODED = {"single", "multiple", "scale", "matrix", "rank", "place"}  # closed: kappa counts these


# The sheet


@dataclass(frozen=True)
class Line:
    """A question as it is printed. ``condition``: whom it is for, in words; "" for everybody."""

    number: int | None
    question: Question
    condition: str
    choices: list[tuple[str, str]]
    rows: list[tuple[str, str]]


@dataclass(frozen=True)
class Part:
    title: str
    condition: str
    lines: list[Line]


def sheet(questionnaire: Questionnaire) -> list[Part]:
    """What is printed of a version: in its order, with numbers, codes and whom each is for."""
    form = Form(questionnaire.definition)
    asked = [question for question in form.questions if question.kind not in SILENT]
    numbers = {question.name: number for number, question in enumerate(asked, 1)}
    return [
        Part(
            str(section.title),
            in_words(section.relevant, form, numbers),
            [
                Line(
                    numbers.get(question.name),
                    question,
                    in_words(question.relevant, form, numbers),
                    _printed_choices(question),
                    [(row.code, str(row.label)) for row in question.rows],
                )
                for question in section.questions
                if question.kind != "calculate"
            ],
        )
        for section in form.sections
    ]


def in_words(text: str, form: Form, numbers: Mapping[str, int]) -> str:
    """For whom a question is, with the numbers and words of the sheet: "question 3 is “yes”".

    What has no words stays an expression, with the numbers of its questions; "" for none.
    """
    if not text:
        return ""
    told = _Words(form, numbers).of(expressions.parse(text))
    return told or re.sub(r"\$\{(\w+)\}", lambda found: _named(found[1], form, numbers), text)


def _named(variable, form, numbers):
    try:
        question = form.variable(variable).question
    except KeyError:
        return variable
    if question.name not in numbers:
        return variable
    name = _("question %(n)s") % {"n": numbers[question.name]}
    row = form.variable(variable).row
    return f"{name} ({row.label})" if row else name


class _Words:
    """The words of a tree; None for a part that has none."""

    def __init__(self, form, numbers):
        self.form, self.numbers = form, numbers

    def of(self, tree):
        match tree:
            case ["and" | "or" as join, *parts]:
                told = [self.of(part) for part in parts]
                word = _("and") if join == "and" else _("or")
                return None if None in told else f" {word} ".join(told)
            case ["not", ["selected", ["$", name], str(code)]]:
                return self.answer(_("%(name)s is not “%(answer)s”"), name, code)
            case ["selected" | "=", ["$", name], str(code)] if code:
                return self.answer(_("%(name)s is “%(answer)s”"), name, code)
            case ["!=", ["$", name], str(code)] if code:
                return self.answer(_("%(name)s is not “%(answer)s”"), name, code)
            case ["!=", ["$", name], ""]:
                return self.answer(_("%(name)s is answered"), name, "")
            case ["=", ["$", name], ""]:
                return self.answer(_("%(name)s is not answered"), name, "")
            case ["<" | "<=" | ">" | ">=" | "=" as sign, ["$", name], int() | float() as number]:
                told = expressions.number_text(float(number))
                return f"{_named(name, self.form, self.numbers)} {sign} {told}"
        return None

    def answer(self, words, name, code):
        try:
            choices = self.form.variable(name).choices
        except KeyError:
            choices = ()
        label = next((str(choice.label) for choice in choices if choice.code == code), code)
        return words % {"name": _named(name, self.form, self.numbers), "answer": label}


def _printed_choices(question):
    if question.kind != "place":
        return [(choice.code, str(choice.label)) for choice in question.choices]
    provinces = Province.objects.all()
    if question.scope:
        provinces = provinces.filter(code__in=question.scope)
    rows = provinces
    if question.level != "province":
        rows = District.objects.filter(province__in=provinces)
    return [(row.code, row.name) for row in rows.order_by("code")]


def mark(questionnaire: Questionnaire) -> str:
    """What the square code of a sheet says: survey, version and the beginning of its checksum."""
    return f"LPBS-{questionnaire.survey_id}-{questionnaire.number}-{questionnaire.sha256[:8]}"


# Keying in


@dataclass(frozen=True)
class Keyed:
    """One keying: answers, and sentences by variable about what can't be kept as it was typed."""

    answers: dict
    errors: dict


def read(form: Form, typed: Mapping[str, str]) -> Keyed:
    """Answers from codes as they are typed from a sheet: several with spaces or commas between.

    What is blank on paper stays blank, whether the questionnaire insists on it or not.
    """
    answers, errors = {}, {}
    for section in form.sections:
        posted = {}
        for question in section.questions:
            posted |= _posted(question, typed)
        answers, wrong = answering.clean(
            form, section, posted, answers=answers, places=fieldwork.places_at()
        )
        errors |= {name: said for name, said in wrong.items() if typed.get(name, "").strip()}
    return Keyed(answering.settle(form, answers), errors)


def _posted(question, typed):
    found = {}
    for variable in question.variables:
        text = to_arabic_digits(normalise(typed.get(variable.name, ""))).strip()
        if variable.name != question.name or question.kind not in {"multiple", "rank"}:
            found[variable.name] = [typed.get(variable.name, "") if _is_free(variable) else text]
            continue
        codes = [code for code in re.split(r"[\s,;]+", text) if code]
        if question.kind == "multiple":
            found[variable.name] = codes
        else:
            found |= {f"{question.name}_{place + 1}": [code] for place, code in enumerate(codes)}
    return found


def _is_free(variable):
    return variable.kind == "text"


@transaction.atomic
def key_in(questionnaire: Questionnaire, serial: str, answers: dict, *, by) -> PaperForm:
    """Keep one keying of a sheet: the first, or the second by somebody else. Two that agree are
    recorded at once. Raises ValidationError.
    """
    serial = to_arabic_digits(normalise(serial)).strip()
    if not serial or len(serial) > LONGEST_SERIAL:
        raise ValidationError(_("Write the number that stands on the sheet."))
    survey = Survey.objects.select_for_update().get(pk=questionnaire.survey_id)
    sheet, is_new = PaperForm.objects.select_for_update(of=("self",)).get_or_create(
        survey=survey,
        serial=serial,
        defaults={"questionnaire": questionnaire, "first": answers, "first_by": by},
    )
    if is_new:
        return sheet
    if sheet.second is not None:
        raise ValidationError(_("This sheet was keyed in twice already."))
    if sheet.first_by == by:
        raise ValidationError(_("Somebody else keys the sheet in again."))
    if sheet.questionnaire_id != questionnaire.pk:
        raise ValidationError(_("It was keyed in before as another version. Compare the sheet."))
    sheet.second, sheet.second_by = answers, by
    sheet.differing = len(differences(sheet))
    sheet.save(update_fields=["second", "second_by", "differing"])
    if not sheet.differing:
        _record(sheet, answers)
    return sheet


def differences(sheet: PaperForm) -> list[tuple[str, object, object]]:
    """(variable, first, second) of what the two keyings tell differently."""
    form = Form(sheet.questionnaire.definition)
    first, second = sheet.first or {}, sheet.second or {}
    return [
        (variable.name, first.get(variable.name), second.get(variable.name))
        for variable in form.variables
        if variable.kind != "calculate" and first.get(variable.name) != second.get(variable.name)
    ]


@transaction.atomic
def settle(sheet: PaperForm, typed: Mapping[str, str], *, by) -> None:
    """Record a sheet whose keyings differ: ``typed`` has for each variable that differs what
    stands on paper. Raises ValidationError.
    """
    sheet.refresh_from_db(from_queryset=PaperForm.objects.select_for_update(of=("self",)))
    if sheet.response_id or sheet.second is None:
        raise ValidationError(_("There is nothing to settle."))
    form = Form(sheet.questionnaire.definition)
    names = [name for name, _first, _second in differences(sheet)]
    if missing := [name for name in names if name not in typed]:
        raise ValidationError(_("Choose what stands on the sheet: %s.") % ", ".join(missing))
    both = sheet.first | sheet.second
    whole = {name: typed_of(both.get(name)) for name in (v.name for v in form.variables)}
    keyed = read(form, whole | {name: typed[name] for name in names})
    if keyed.errors:
        raise ValidationError(keyed.errors)
    _record(sheet, keyed.answers)
    sheet.settled_by = by
    sheet.save(update_fields=["settled_by"])
    audit.record(sheet.survey, "settle paper", by=by, note=f"{sheet.serial}: {len(names)}")


def typed_of(value):
    """An answer as it is typed."""
    if value is None:
        return ""
    return " ".join(value) if isinstance(value, list) else str(value)


def _record(sheet, answers):
    """The sheet's own lock sees to it that this happens once."""
    recorded = fieldwork.record(sheet.questionnaire, answers, key=uuid4(), mode=Survey.Mode.PAPER)
    sheet.response = recorded.response
    sheet.save(update_fields=["response"])


# How well it was keyed


@dataclass(frozen=True)
class Accuracy:
    """Of all sheets keyed twice: answers compared, how many differed, and Cohen's kappa of closed
    questions (None where it is not defined).
    """

    sheets: int
    compared: int
    differing: int
    kappa: float | None

    @property
    def error_rate(self) -> float:
        return self.differing / self.compared if self.compared else 0.0


def accuracy(survey: Survey) -> Accuracy:
    """How far two keyings agreed, for the method card."""
    forms, pairs = {}, defaultdict(list)
    compared = differing = n = 0
    rows = survey.paper_forms.exclude(second=None).select_related("questionnaire")
    for sheet in rows.iterator():
        form = forms.setdefault(sheet.questionnaire_id, Form(sheet.questionnaire.definition))
        n += 1
        for variable in form.variables:
            name = variable.name
            if variable.kind == "calculate" or not (name in sheet.first or name in sheet.second):
                continue
            first, second = sheet.first.get(name), sheet.second.get(name)
            compared += 1
            differing += first != second
            if variable.kind in CODED:
                pairs[name].append((str(first), str(second)))
    return Accuracy(n, compared, differing, kappa(pairs.values()))


def kappa(questions: Iterable[list[tuple[str, str]]]) -> float | None:
    """Cohen's kappa (1960): (p_o - p_e) / (1 - p_e). Of several questions, each with its own
    categories, the agreement that chance would bring is averaged by their numbers of pairs.

    None without pairs, and where chance alone brings full agreement.
    """
    agreed = expected = n = 0.0
    for pairs in questions:
        if not pairs:
            continue
        first, second = Counter(a for a, _b in pairs), Counter(b for _a, b in pairs)
        n += len(pairs)
        agreed += sum(a == b for a, b in pairs)
        expected += sum(first[code] * second[code] for code in first) / len(pairs)
    if not n or n - expected < 1e-12:
        return None
    return (agreed - expected) / (n - expected)
