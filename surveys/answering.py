"""From what people mark and write to answers: what is accepted, what is asked, what is kept.

The browser follows the same logic to be quick; what is decided here holds. Answers are kept as
docs/decisions/0029-questionnaires-and-logic.md says: key absent, not asked; null, left blank.
"""

import json
import math
import re
from collections.abc import Callable, Container, Mapping
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lopburi_pr.calendar_fields import DayField
from lopburi_pr.thai_calendar import DateError, be_year, parse_thai_date
from lopburi_pr.thai_text import normalise, to_arabic_digits
from surveys import expressions
from surveys.definition import (
    LONGEST_ANSWER,
    USUAL_LENGTH,
    Form,
    Section,
    holds,
)

MOST_BYTES = 64 * 2**10  # of a whole response
LARGEST_NUMBER = 10**15
LONGEST_NUMBER = 30  # characters
PLACE_DIGITS = {"province": 2, "district": 4, "subdistrict": 6}

Places = Callable[[str], bool] | Container[str] | None
Answers = dict[str, object]

_written_number = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)?(?:\.[0-9]*)?")
_day = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


# --- one section, as a browser posts it -----------------------------------------------------------


def clean(
    form: Form,
    section: Section,
    posted,
    *,
    answers: Mapping | None = None,
    places: Places = None,
    today=None,
) -> tuple[Answers, dict[str, str]]:
    """What is answered so far, and why some of it is not accepted yet (sentences by variable).

    ``posted``: a QueryDict; one name per variable, several values for ``multiple``, ``Q6_1``,
    ``Q6_2`` … for the places of a ranking. ``answers``: what earlier sections brought. The result
    holds all of it that is still relevant and every key of this section; answers that were not
    accepted are null (``typed`` gives them back to the page). ``places``: which codes of places
    there are; None takes every code of the right form.
    """
    values, errors = {}, {}
    for question in section.questions:
        read, wrong = _read(question, posted)
        values |= read
        errors |= wrong
    before = dict(answers or {})
    merged = before | values
    settled = settle(form, merged, today=today)
    here = {variable.name for question in section.questions for variable in question.variables}
    found = {
        name: value
        for name, value in settled.items()
        if name in here or name in before or form.variable(name).kind == "calculate"
    }
    for question in section.questions:
        for name, sentence in _refusals(form, question, settled, places, today).items():
            errors.setdefault(name, sentence)
    errors = {name: sentence for name, sentence in errors.items() if name in settled}
    return found | dict.fromkeys(found.keys() & errors.keys()), errors


def typed(section: Section, posted) -> dict[str, str | list[str]]:
    """What was marked and written, as it was, for the page to show it again: by variable; lists
    for ``multiple`` and, place by place, for ``rank``.
    """
    shown = {}
    for question in section.questions:
        if question.kind == "multiple":
            shown[question.name] = _list(posted, question.name)
        elif question.kind == "rank":
            shown[question.name] = [
                _one(posted, f"{question.name}_{place + 1}") for place in range(question.rank_n)
            ]
        for variable in question.variables:
            shown.setdefault(variable.name, _one(posted, variable.name))
    return shown


def as_typed(section: Section, answers: Mapping) -> dict[str, str | list[str]]:
    """Stored answers in the form of ``typed``; days in the reader's calendar."""
    shown = {}
    for question in section.questions:
        for variable in question.variables:
            value = answers.get(variable.name)
            if question.kind in {"multiple", "rank"} and variable.name == question.name:
                value = list(value or [])
                blanks = question.rank_n - len(value) if question.kind == "rank" else 0
                shown[variable.name] = value + [""] * blanks
            else:
                shown[variable.name] = _written(variable, value)
    return shown


def _written(variable, value):
    if value is None:
        return ""
    if isinstance(value, int | float):
        return expressions.number_text(float(value))
    if variable.kind == "date" and get_language() == "th" and (day := _iso_day(value)):
        return f"{day:%d/%m}/{be_year(day)}"
    return str(value)


def _list(posted, name):
    if hasattr(posted, "getlist"):
        found = posted.getlist(name)
    else:
        found = posted.get(name, [])
        found = found if isinstance(found, list) else [found]
    return [value for value in found if isinstance(value, str)]


def _one(posted, name):
    return (_list(posted, name) or [""])[-1]


def _read(question, posted):
    """What was posted for a question, as answers, and what can't be one."""
    values, errors = {}, {}
    for variable in question.variables:
        try:
            values[variable.name] = _read_one(question, variable, posted)
        except ValueError as error:
            values[variable.name] = None
            errors[variable.name] = str(error)
    return values, errors


def _read_one(question, variable, posted):
    if question.kind == "multiple" and variable.name == question.name:
        return [code for code in _list(posted, question.name) if code] or None
    if question.kind == "rank":
        codes = [_one(posted, f"{question.name}_{n + 1}").strip() for n in range(question.rank_n)]
        while codes and not codes[-1]:
            codes.pop()
        if "" in codes:
            raise ValueError(_("Leave no place free before one that is filled."))
        return codes or None
    text = normalise(_one(posted, variable.name)).strip()
    if not text or question.kind == "calculate":
        return None
    if variable.kind == "number":
        return _read_number(text)
    if variable.kind == "date":
        return _read_day(text)
    return text


def _read_number(text):
    text = to_arabic_digits(text).replace("−", "-").replace(" ", "")
    if (
        len(text) > LONGEST_NUMBER
        or not _written_number.fullmatch(text)
        or not re.search(r"\d", text)
    ):
        raise ValueError(_("Write a number in digits, for example 1,250."))
    return _plain(float(text.replace(",", "")))


def _read_day(text):
    try:
        return parse_thai_date(text).isoformat()
    except DateError as error:
        raise ValueError(str(DayField.default_error_messages[error.code])) from None


def _plain(number):
    """A float as JSON keeps it: whole numbers without a point."""
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


# --- the whole response ---------------------------------------------------------------------------


def settle(form: Form, answers: Mapping, *, today=None) -> Answers:
    """Exactly what is kept of these answers: one key for every variable that is asked.

    Conditions and calculations are followed until nothing changes (definitions hold no circles);
    answers to what is not asked are discarded and count as blank for the others. Never raises:
    what has not the form of an answer is blank, and what is unknown is left out.
    """
    given = {variable.name: _kept(variable, answers) for variable in form.variables}
    state = {name: value for name, value in given.items() if value is not None}
    for _round in range(len(form.variables) + 2):
        before, state = state, _pass(form, given, dict(state), today)
        if state == before:
            break
    return state


def _pass(form, given, state, today):
    """All questions once, each as the others stand now."""
    for section in form.sections:
        asked = holds(section.tree, state, today=today)
        for question in section.questions:
            if not asked or not holds(question.trees.get("relevant"), state, today=today):
                for variable in question.variables:
                    state.pop(variable.name, None)
            elif question.kind == "calculate":
                tree = question.trees["calculation"]
                state[question.name] = _result(expressions.evaluate(tree, state, today=today))
            else:
                for variable in question.variables:
                    if _is_other(variable) and not _chose_other(question, state):
                        state.pop(variable.name, None)
                    else:
                        state[variable.name] = given[variable.name]
    return {
        variable.name: state[variable.name] for variable in form.variables if variable.name in state
    }


def _is_other(variable):
    return variable.kind == "text" and variable.question.kind != "text"


def _chose_other(question, state):
    chosen = state.get(question.name)
    return question.other.code in (chosen if isinstance(chosen, list) else [chosen])


def _result(value):
    """What a calculation leaves: a number or a text; yes and no are 1 and 0."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float):
        return _plain(value) if math.isfinite(value) else None
    return value[:LONGEST_ANSWER] or None


def _kept(variable, answers):
    """The answer if it has the form of one, in its one spelling; otherwise None."""
    value = answers.get(variable.name)
    kind = variable.kind
    if kind == "calculate" or isinstance(value, bool):
        return None
    if kind == "number":
        return _number(value)
    if kind in {"multiple", "rank"}:
        codes = [code for code in value if isinstance(code, str)] if isinstance(value, list) else []
        codes = list(dict.fromkeys(map(normalise, codes)))[: len(variable.choices) + 1]
        if kind == "multiple":
            order = {code: place for place, code in enumerate(variable.question.codes)}
            codes.sort(key=lambda code: order.get(code, len(order)))
        return codes or None
    return normalise(value).strip() or None if isinstance(value, str) else None


def _number(value):
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int) and abs(value) > LARGEST_NUMBER:
        return None
    return _plain(float(value)) if math.isfinite(value) else None


def check(form: Form, answers: object, *, places: Places = None, today=None) -> dict[str, str]:
    """Why a whole response can't be accepted as it is: sentences by variable, {} if it can.

    "" is the key of what concerns all of it. Takes whatever JSON may hold; never raises. Answers to
    what is not asked are no error: ``settle`` discards them.
    """
    if not isinstance(answers, Mapping):
        return {"": _("This is no list of answers.")}
    try:
        size = len(json.dumps(answers, ensure_ascii=False).encode("utf-8", "replace"))
    except (TypeError, ValueError, RecursionError):
        return {"": _("This is no list of answers.")}
    if size > MOST_BYTES:
        return {"": _("The answers are larger than %(n)s kB.") % {"n": MOST_BYTES // 2**10}}
    errors = {}
    known = {variable.name for variable in form.variables}
    if strange := [name for name in answers if name not in known]:
        errors[""] = _("The questionnaire has no question %(names)s.") % {
            "names": ", ".join(normalise(str(name))[:40] for name in strange[:5])
        }
    settled = settle(form, answers, today=today)
    for question in form.questions:
        for variable in question.variables:
            if variable.name in settled and not _has_form(variable, answers.get(variable.name)):
                errors[variable.name] = _("This is no answer to the question.")
        for name, sentence in _refusals(form, question, settled, places, today).items():
            errors.setdefault(name, sentence)
    return errors


def _has_form(variable, value):
    """Whether JSON holds what an answer to the variable may be."""
    if value is None or variable.kind == "calculate":
        return True
    if variable.kind in {"multiple", "rank"}:
        return (
            isinstance(value, list)
            and all(isinstance(code, str) for code in value)
            and len(set(value)) == len(value)
        )
    if variable.kind == "number":
        return _number(value) is not None
    return isinstance(value, str)


# --- what is refused ------------------------------------------------------------------------------


def _refusals(form, question, settled, places, today):
    """Sentences by variable about the settled answers to one question."""
    errors = {}
    asked = [variable for variable in question.variables if variable.name in settled]
    if question.kind == "calculate" or not asked:
        return errors
    required = form.is_required(question, settled, today=today)
    choices = form.visible_choices(question, settled, today=today)
    for variable in asked:
        value = settled[variable.name]
        if value is None:
            if required and (choices or not question.choices):
                errors[variable.name] = _missing(variable)
        elif sentence := (
            _impossible(variable, value, choices, required, places)
            or _against_the_rule(question, variable, value, settled, today)
        ):
            errors[variable.name] = sentence
    return errors


def _missing(variable):
    if _is_other(variable):
        return _("Write what you mean by this choice.")
    return str(variable.question.required_message) or _("Answer this question.")


def _against_the_rule(question, variable, value, settled, today):
    tree = question.trees.get("constraint")
    if tree is None or _is_other(variable) or holds(tree, settled, this=value, today=today):
        return ""
    return str(question.constraint_message) or _("This answer is not possible here.")


def _impossible(variable, value, choices, required, places):
    """Why it is no possible answer; "" if it is one."""
    question = variable.question
    if _is_other(variable):
        return _too_long(value, USUAL_LENGTH)
    match variable.kind:
        case "single" | "scale" | "matrix":
            return "" if value in {choice.code for choice in choices} else _unknown_choice()
        case "multiple":
            return _impossible_choices(question, value, choices)
        case "rank":
            return _impossible_ranking(question, value, choices, required)
        case "number":
            return _impossible_number(question, value)
        case "text":
            return _too_long(value, question.max_length)
        case "date":
            return "" if _iso_day(value) else str(DayField.default_error_messages["unreadable"])
        case "place":
            return _impossible_place(question, value, required, places)
    return ""


def _unknown_choice():
    return _("Choose one of the choices shown.")


def _too_long(text, longest):
    if len(text) <= longest:
        return ""
    return _("Write %(n)s characters at most; now there are %(now)s.") % {
        "n": longest,
        "now": len(text),
    }


def _impossible_choices(question, codes, choices):
    if not set(codes) <= {choice.code for choice in choices}:
        return _unknown_choice()
    alone = [choice for choice in choices if choice.exclusive and choice.code in codes]
    if alone and len(codes) > 1:
        return _("“%(choice)s” can't be chosen together with another.") % {
            "choice": str(alone[0].label)
        }
    if question.max_choices and len(codes) > question.max_choices:
        return _("Choose %(n)s at most.") % {"n": question.max_choices}
    least = min(question.min_choices, len(choices))
    if len(codes) < least and not alone:
        return _("Choose %(n)s at least.") % {"n": least}
    return ""


def _impossible_ranking(question, codes, choices, required):
    if not set(codes) <= {choice.code for choice in choices}:
        return _unknown_choice()
    if len(set(codes)) < len(codes):
        return _("Give each place to another choice.")
    if len(codes) > question.rank_n:
        return _("Rank %(n)s at most.") % {"n": question.rank_n}
    places = min(question.rank_n, len(choices))
    if required and len(codes) < places:
        return _("Fill all %(n)s places.") % {"n": places}
    return ""


def _impossible_number(question, number):
    unit = f" {question.unit}".rstrip()
    if question.integer and not isinstance(number, int):
        return _("Write a whole number.")
    if question.min is not None and number < question.min:
        return _("Write %(n)s or more.") % {"n": _told(question.min) + unit}
    if question.max is not None and number > question.max:
        return _("Write %(n)s or less.") % {"n": _told(question.max) + unit}
    if abs(number) > LARGEST_NUMBER:
        return _("The number is too large.")
    return ""


def _told(number):
    return f"{number:,}"


def _iso_day(text):
    try:
        return date.fromisoformat(text) if _day.fullmatch(text) else None
    except ValueError:
        return None


def _impossible_place(question, code, required, places):
    digits = PLACE_DIGITS[question.level]
    right = code.isascii() and code.isdigit() and len(code) in {2, 4, 6} and len(code) <= digits
    exists = right and (places is None or (places(code) if callable(places) else code in places))
    if not exists or (question.scope and code[:2] not in question.scope):
        return _("Choose a place from the list.")
    if required and len(code) < digits:
        if question.level == "district":
            return _("Choose the district too.")
        return _("Choose the district and the subdistrict too.")
    return ""
