"""The definition of a questionnaire: its one canonical form, what is wrong with it, and its parts.

A definition is JSON (docs/decisions/0029-questionnaires-and-logic.md names every key). Tables keep
it as ``normalised`` gives it; everything else asks ``Form``.
"""

import hashlib
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lopburi_pr.thai_text import normalise
from surveys import expressions
from surveys.expressions import ExpressionError

LANGUAGES = ("th", "en")
KINDS = ("single", "multiple", "matrix", "scale", "rank", "number", "text", "date", "place", "note")
KINDS += ("calculate",)
WITH_CHOICES = {"single", "multiple", "matrix", "scale", "rank"}
WITH_FILTER = WITH_CHOICES - {"matrix"}
WITH_DEFAULT = {"single", "multiple", "scale", "number", "date"}
SILENT = {"note", "calculate"}  # ask nothing
MISSING = ("no_opinion", "refused", "not_applicable")
LEVELS = ("province", "district", "subdistrict")
ROLES = ("stratum", "weighting")

FORMS_AT_MOST = 32  # that one process keeps read
MOST_SECTIONS = 40
MOST_VARIABLES = 300
MOST_CHOICES = 200
MOST_ROWS = 50
MOST_COLUMNS = 10
LONGEST_TITLE = 300
LONGEST_LABEL = 2000
LONGEST_CHOICE = 500
LONGEST_WORD = 100  # values of filter columns, appearances
LONGEST_NAME = 32
LONGEST_VARIABLE = 64
LONGEST_ANSWER = 2000
USUAL_LENGTH = 500
USUAL_RANKS = 3
USUAL_LEVEL = "district"

_forms = {}
_name = re.compile(rf"[A-Za-z][A-Za-z0-9_]{{0,{LONGEST_NAME - 1}}}")
_code = re.compile(rf"[A-Za-z0-9_]{{1,{LONGEST_NAME}}}")
_uid = re.compile(r"[0-9a-f]{8}")
_never_written = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")

EXPRESSIONS = ("relevant", "required", "constraint", "choice_filter", "calculation")


# --- one canonical form ---------------------------------------------------------------------------


def normalised(raw) -> dict:
    """The definition in its one canonical form; applied twice it changes nothing.

    Texts are trimmed and spelled in one way, expressions written canonically (what is no expression
    stays as it is), keys without content, usual values and what does not belong to a kind left out.
    Anything may be given; what makes no sense is left out, for ``problems`` to miss it.
    """
    raw = _mapping(raw)
    wanted = [language for language in _list(raw.get("languages")) if language == "en"]
    return {
        "languages": ["th", *wanted[:1]],
        "title": _words(raw.get("title")),
        "sections": [_section(section) for section in _list(raw.get("sections"))],
    }


def uid_of(name: str) -> str:
    """The uid of a question that never got one."""
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]


def _mapping(raw):
    return raw if isinstance(raw, Mapping) else {}


def _list(raw):
    return raw if isinstance(raw, list | tuple) else []


def _text(raw):
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return ""
    return normalise(str(raw)).strip()


def _words(raw):
    """Always with Thai; English if there is any."""
    raw = raw if isinstance(raw, Mapping) else {"th": raw}
    words = {language: _text(raw.get(language)) for language in LANGUAGES}
    return {language: text for language, text in words.items() if text or language == "th"}


def _expression(raw, *, columns=False):
    text = _never_written.sub("", raw).strip() if isinstance(raw, str) else ""
    try:
        return expressions.to_text(expressions.parse(text, columns=columns))
    except ExpressionError:
        return text


def _number(raw):
    """A number as JSON should have it: whole ones without a point; None for anything else."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return None
    try:
        number = float(raw)
    except (ValueError, OverflowError):
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _count(raw):
    number = _number(raw)
    return number if isinstance(number, int) and number > 0 else 0


def _full(pairs):
    """Only what has content."""
    return {
        key: value
        for key, value in pairs.items()
        if value is not None and value is not False and value not in ("", {}, [])
    }


def _optional(raw):
    words = _words(raw)
    return words if any(words.values()) else {}


def _section(raw):
    raw = _mapping(raw)
    questions = [_question(question) for question in _list(raw.get("questions"))]
    relevant = _expression(raw.get("relevant"))
    return {
        "name": _text(raw.get("name")),
        "title": _words(raw.get("title")),
        **_full({"relevant": relevant}),
        "questions": questions,
    }


def _question(raw):
    raw = _mapping(raw)
    name, kind = _text(raw.get("name")), _text(raw.get("kind"))
    uid = _text(raw.get("uid"))
    question = {
        "uid": uid if _uid.fullmatch(uid) else uid_of(name),
        "name": name,
        "kind": kind,
        "label": _words(raw.get("label")),
    }
    more = {"relevant": _expression(raw.get("relevant"))}
    if kind != "calculate":
        more |= {"hint": _optional(raw.get("hint")), "appearance": _text(raw.get("appearance"))}
    if kind not in SILENT:
        more |= _asked(raw, kind)
    if kind in WITH_CHOICES:
        more["choices"] = [_choice(choice, kind) for choice in _list(raw.get("choices"))]
    if kind in WITH_FILTER:
        more["choice_filter"] = _expression(raw.get("choice_filter"), columns=True)
    return question | _full(more | _of_kind(kind, raw))


def _asked(raw, kind):
    role = _text(raw.get("role"))
    return {
        "required": _required(raw.get("required")),
        "required_message": _optional(raw.get("required_message")),
        "constraint": _expression(raw.get("constraint")),
        "constraint_message": _optional(raw.get("constraint_message")),
        "default": _text(raw.get("default")) if kind in WITH_DEFAULT else "",
        "role": role if role in ROLES else "",
    }


def _required(raw):
    text = "true()" if raw is True else _expression(raw)
    return {"true()": True, "1": True, "false()": False, "0": False}.get(text, text)


def _of_kind(kind, raw):
    if kind == "matrix":
        return {"rows": [_row(row) for row in _list(raw.get("rows"))]}
    if kind == "multiple":
        return {key: _count(raw.get(key)) or None for key in ("min_choices", "max_choices")}
    if kind == "rank":
        return {"rank_n": _unusual(_count(raw.get("rank_n")), USUAL_RANKS)}
    if kind == "number":
        return {
            "integer": raw.get("integer") is True,
            "min": _number(raw.get("min")),
            "max": _number(raw.get("max")),
            "unit": _optional(raw.get("unit")),
        }
    if kind == "text":
        return {
            "max_length": _unusual(_count(raw.get("max_length")), USUAL_LENGTH),
            "multiline": raw.get("multiline") is True,
        }
    if kind == "place":
        level = _text(raw.get("level"))
        return {
            "level": _unusual(level if level in LEVELS else "", USUAL_LEVEL),
            "scope": [_text(code) for code in _list(raw.get("scope")) if _text(code)],
        }
    if kind == "calculate":
        return {"calculation": _expression(raw.get("calculation"))}
    return {}


def _unusual(value, usual):
    return None if value == usual else value or None


def _choice(raw, kind):
    raw = _mapping(raw)
    missing = _text(raw.get("missing"))
    columns = {_text(key): _text(value) for key, value in _mapping(raw.get("filter")).items()}
    more = {
        "missing": missing if missing in MISSING else "",
        "exclusive": kind == "multiple" and raw.get("exclusive") is True,
        "other": kind in {"single", "multiple"} and raw.get("other") is True,
        "filter": _full(columns) if kind in WITH_FILTER else {},
    }
    value = _number(raw.get("value")) if kind in {"scale", "matrix"} else None
    return (
        {"code": _text(raw.get("code")), "label": _words(raw.get("label"))}
        | _full(more)
        | ({} if value is None else {"value": value})
    )


def _row(raw):
    raw = _mapping(raw)
    return {"code": _text(raw.get("code")), "label": _words(raw.get("label"))}


# --- its parts ------------------------------------------------------------------------------------


class Words(dict):
    """A text in Thai and perhaps in English; as a string, in the reader's language."""

    def __str__(self):
        return self.get(get_language() or "th") or self.get("th", "")


@dataclass(frozen=True, eq=False)
class Choice:
    code: str
    label: Words
    missing: str = ""
    exclusive: bool = False
    other: bool = False
    filter: Mapping = None
    value: float | None = None


@dataclass(frozen=True, eq=False)
class Row:
    code: str
    label: Words


@dataclass(frozen=True, eq=False)
class Question:
    """A question with all its keys; ``trees`` holds its expressions, by key."""

    uid: str
    name: str
    kind: str
    label: Words
    section: str
    trees: Mapping
    hint: Words
    required: bool | str = False
    required_message: Words = None
    relevant: str = ""
    constraint: str = ""
    constraint_message: Words = None
    default: str = ""
    choices: tuple[Choice, ...] = ()
    choice_filter: str = ""
    rows: tuple[Row, ...] = ()
    min_choices: int = 0
    max_choices: int = 0
    rank_n: int = USUAL_RANKS
    integer: bool = False
    min: float | None = None
    max: float | None = None
    unit: Words = None
    max_length: int = USUAL_LENGTH
    multiline: bool = False
    level: str = USUAL_LEVEL
    scope: tuple[str, ...] = ()
    calculation: str = ""
    role: str = ""
    appearance: str = ""

    @cached_property
    def other(self) -> Choice | None:
        """The choice that asks for a text of one's own."""
        return next((choice for choice in self.choices if choice.other), None)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        return tuple(choice.code for choice in self.choices)

    @cached_property
    def variables(self) -> "tuple[Variable, ...]":
        """What it leaves in the answers, in their order."""
        if self.kind == "note":
            return ()
        if self.kind == "matrix":
            return tuple(
                Variable(f"{self.name}_{row.code}", self, self.kind, self.choices, row)
                for row in self.rows
            )
        own = Variable(self.name, self, self.kind, self.choices)
        return (own, Variable(f"{self.name}_other", self, "text")) if self.other else (own,)


@dataclass(frozen=True, eq=False)
class Variable:
    """One key of the answers. ``kind`` is that of its question; "text" for the text of a choice
    that asks for one, whose ``name`` is not that of the question.
    """

    name: str
    question: Question
    kind: str
    choices: tuple[Choice, ...] = ()
    row: Row | None = None


@dataclass(frozen=True, eq=False)
class Section:
    name: str
    title: Words
    relevant: str
    tree: list | str | float | None
    questions: tuple[Question, ...]


class Form:
    """A questionnaire that can be asked. Takes a definition that has no ``problems``.

    ``answers`` are those of a response as they are stored; ``today`` is as in
    ``expressions.evaluate``.
    """

    def __init__(self, definition: Mapping):
        self.definition = normalised(definition)
        self.title = Words(self.definition["title"])
        self.languages = tuple(self.definition["languages"])
        self.sections = tuple(map(_read_section, self.definition["sections"]))
        self.questions = tuple(
            question for section in self.sections for question in section.questions
        )
        self.variables = tuple(
            variable for question in self.questions for variable in question.variables
        )
        self._by_name = {question.name: question for question in self.questions}
        self._variables_by_name = {variable.name: variable for variable in self.variables}

    def section(self, name: str) -> Section:
        """Raises KeyError."""
        return {section.name: section for section in self.sections}[name]

    def question(self, name: str) -> Question:
        """Raises KeyError."""
        return self._by_name[name]

    def variable(self, name: str) -> Variable:
        """Raises KeyError."""
        return self._variables_by_name[name]

    def relevant_sections(self, answers: Mapping, *, today=None) -> list[Section]:
        """The sections to be asked, whose conditions hold."""
        return [section for section in self.sections if holds(section.tree, answers, today=today)]

    def relevant_questions(
        self, section: Section, answers: Mapping, *, today=None
    ) -> list[Question]:
        """What is shown of a section that is asked: notes too, calculations never."""
        return [
            question
            for question in section.questions
            if question.kind != "calculate"
            and holds(question.trees.get("relevant"), answers, today=today)
        ]

    def visible_choices(
        self, question: Question, answers: Mapping, *, today=None
    ) -> tuple[Choice, ...]:
        """The choices that its filter leaves."""
        tree = question.trees.get("choice_filter")
        if tree is None:
            return question.choices
        return tuple(
            choice
            for choice in question.choices
            if holds(tree, answers, columns=choice.filter, today=today)
        )

    def is_required(self, question: Question, answers: Mapping, *, today=None) -> bool:
        tree = question.trees.get("required")
        if tree is None:
            return question.required is True
        return holds(tree, answers, today=today)


def form_of(questionnaire) -> Form:
    """A version as it is asked; one that is published never changes and is read once."""
    key = questionnaire.sha256
    if (found := _forms.get(key)) is None:
        found = Form(questionnaire.definition)
        if questionnaire.published_at:
            if len(_forms) >= FORMS_AT_MOST:
                _forms.clear()
            _forms[key] = found
    return found


def holds(tree, answers, **more) -> bool:
    """Whether a condition is met; none at all always is."""
    return tree is None or expressions.truth(expressions.evaluate(tree, answers, **more))


def _read_section(raw):
    relevant = raw.get("relevant", "")
    return Section(
        name=raw["name"],
        title=Words(raw["title"]),
        relevant=relevant,
        tree=expressions.parse(relevant) if relevant else None,
        questions=tuple(_read_question(question, raw["name"]) for question in raw["questions"]),
    )


def _read_question(raw, section):
    words = {key: Words(raw.get(key, {})) for key in _words_of_question}
    more = {
        "choices": tuple(
            Choice(**choice | {"label": Words(choice["label"]), "filter": choice.get("filter", {})})
            for choice in raw.get("choices", ())
        ),
        "rows": tuple(Row(row["code"], Words(row["label"])) for row in raw.get("rows", ())),
        "scope": tuple(raw.get("scope", ())),
    }
    return Question(**raw | words | more, section=section, trees=dict(_trees(raw)))


_words_of_question = ("label", "hint", "required_message", "constraint_message", "unit")


def _trees(raw) -> Iterator[tuple]:
    """(key, tree) of each expression of a question in canonical form; raises ExpressionError."""
    for key in EXPRESSIONS:
        if isinstance(text := raw.get(key), str):
            yield key, expressions.parse(text, columns=key == "choice_filter")


def for_page(form: Form, section: Section, answers: Mapping, *, today: str) -> dict:
    """What ``static/js/survey.js`` needs on the page of one section: its logic, the earlier answers
    that it asks for and no others, and the day (ISO).
    """
    logic = _compiled_section(section)
    asked = set()
    for question in section.questions:
        asked |= set().union(*map(expressions.names, question.trees.values()))
    here = {variable.name for question in section.questions for variable in question.variables}
    logic.pop("relevant", None)  # it is shown, so it is relevant
    earlier = {name: answers[name] for name in sorted(asked - here) if name in answers}
    return {"logic": {"sections": [logic]}, "answers": earlier, "today": today}


def compiled(definition: Mapping) -> dict:
    """What the browser needs to follow the logic, and nothing else: trees, and limits of choices.

    ``{"sections": [{"name", "relevant", "questions": [{"name", "kind", …}]}]}``, where relevant,
    required, constraint, filter and calculation are trees, and required may be true.
    """
    return {"sections": [_compiled_section(section) for section in Form(definition).sections]}


def _compiled_section(section):
    entry = {"name": section.name}
    if section.tree is not None:
        entry["relevant"] = section.tree
    entry["questions"] = [_compiled_question(question) for question in section.questions]
    return entry


def _compiled_question(question):
    entry = {"name": question.name, "kind": question.kind}
    for key, tree in question.trees.items():
        entry["filter" if key == "choice_filter" else key] = tree
    if question.required is True:
        entry["required"] = True
    if "choice_filter" in question.trees:
        entry["columns"] = {choice.code: choice.filter for choice in question.choices}
    if question.rows:
        entry["rows"] = [row.code for row in question.rows]
    if question.max_choices:
        entry["max"] = question.max_choices
    if question.kind == "rank":
        entry["places"] = question.rank_n
    if other := question.other:
        entry["other"] = other.code
    if exclusive := [choice.code for choice in question.choices if choice.exclusive]:
        entry["exclusive"] = exclusive
    return entry


# --- what is wrong with it ------------------------------------------------------------------------


@dataclass(frozen=True)
class Problem:
    """``where``: the name of a section or question; "" for the whole questionnaire."""

    where: str
    sentence: str


def problems(definition) -> list[Problem]:
    """Everything that keeps the questionnaire from being asked, in its order; [] if nothing."""
    return _Review(normalised(definition)).found


class _Review:
    def __init__(self, definition):
        self.found = []
        self.places = {}  # of each variable: the number of its question
        self.needs = {}  # of each variable: the variables its value and its being asked depend on
        self.section_needs = {}  # of the sections' conditions
        self.taken = {}  # names in lower case, as statistical programs compare them
        self.sections = definition["sections"]
        self.questions = [
            (section, question) for section in self.sections for question in section["questions"]
        ]
        self.whole(definition)
        self.names()
        self.uids = set()
        for section in self.sections:
            self.section(section)
        for place, (section, question) in enumerate(self.questions):
            self.question(question)
            self.logic(place, section, question)
        self.circles()

    def say(self, where, sentence):
        self.found.append(Problem(where, sentence))

    def whole(self, definition):
        title = definition["title"]
        if not title["th"]:
            self.say("", _("Give the questionnaire a title."))
        if max(map(len, title.values())) > LONGEST_TITLE:
            self.say("", _("The title is longer than %(n)s characters.") % {"n": LONGEST_TITLE})
        if all(question["kind"] in SILENT for _section, question in self.questions):
            self.say("", _("The questionnaire has no questions."))
        if len(self.sections) > MOST_SECTIONS:
            self.say("", _("There are more than %(n)s sections.") % {"n": MOST_SECTIONS})
        strata = [q["name"] for _s, q in self.questions if q.get("role") == "stratum"]
        if len(strata) > 1:
            self.say(strata[1], _("Only one question can tell the stratum."))

    def names(self):
        for section in self.sections:
            self.name(section["name"], section["name"])
        for place, (_section, question) in enumerate(self.questions):
            name = question["name"]
            self.name(name, name)
            for variable in _variable_names(question):
                self.places[variable] = place
                if variable != name:
                    self.name(variable, name, longest=LONGEST_VARIABLE)
        if len(self.places) > MOST_VARIABLES:
            self.say("", _("There are more than %(n)s answers to give.") % {"n": MOST_VARIABLES})

    def name(self, name, where, *, longest=LONGEST_NAME):
        if longest == LONGEST_NAME and not _name.fullmatch(name):
            self.say(
                where,
                _("“%(name)s” is no name: a Latin letter, then letters, digits and _, 32 at most.")
                % {"name": name[:LONGEST_WORD]},
            )
        elif len(name) > longest:
            self.say(where, _("The name %(name)s is too long.") % {"name": name[:LONGEST_WORD]})
        elif name.lower() in self.taken:
            self.say(where, _("The name %(name)s is used twice.") % {"name": name})
        self.taken[name.lower()] = where

    def section(self, section):
        name = section["name"]
        if not section["questions"]:
            self.say(name, _("The section has no questions."))
        self.length(name, section["title"], LONGEST_TITLE)
        first = next(
            (place for place, (own, _question) in enumerate(self.questions) if own is section), 0
        )
        if text := section.get("relevant"):
            tree = self.tree(name, "relevant", text)
            self.section_needs[id(section)] = self.known(name, "relevant", tree, first)

    def length(self, where, words, longest):
        if max(map(len, words.values()), default=0) > longest:
            self.say(where, _("A text is longer than %(n)s characters.") % {"n": longest})

    def question(self, question):
        name, kind = question["name"], question["kind"]
        if kind not in KINDS:
            self.say(name, _("There is no such kind of question."))
            return
        if kind != "calculate" and not question["label"]["th"]:
            self.say(name, _("The question has no wording in Thai."))
        for key in _words_of_question:
            self.length(name, question.get(key, {}), LONGEST_LABEL)
        if question["uid"] in self.uids:
            self.say(name, _("Two questions have the same identity: copy the question anew."))
        self.uids.add(question["uid"])
        if len(question.get("appearance", "")) > LONGEST_WORD:
            self.say(name, _("A text is longer than %(n)s characters.") % {"n": LONGEST_WORD})
        if "default" in question and not _can_be_default(question):
            self.say(name, _("What is filled in beforehand is no possible answer."))
        if question.get("role") == "stratum" and kind != "place":
            self.say(name, _("Only a question about a place can tell the stratum."))
        if kind in WITH_CHOICES:
            self.choices(question)
        getattr(self, kind, lambda question: None)(question)

    def choices(self, question):
        name, choices = question["name"], question.get("choices", [])
        if len(choices) < (1 if question["kind"] in {"single", "multiple"} else 2):
            self.say(name, _("The question has too few choices."))
        if len(choices) > MOST_CHOICES:
            self.say(name, _("There are more than %(n)s choices.") % {"n": MOST_CHOICES})
        self.codes(name, choices)
        if sum("other" in choice for choice in choices) > 1:
            self.say(name, _("Only one choice can ask for a text of one's own."))
        for choice in choices:
            columns = choice.get("filter", {})
            if len(columns) > MOST_COLUMNS or not all(map(_name.fullmatch, columns)):
                self.say(name, _("A column of the choices has a name that can't be used."))
            if any(len(value) > LONGEST_WORD for value in columns.values()):
                self.say(name, _("A text is longer than %(n)s characters.") % {"n": LONGEST_WORD})

    def codes(self, name, entries):
        """Of choices and rows."""
        seen = set()
        for entry in entries:
            code = entry["code"]
            if not _code.fullmatch(code):
                self.say(
                    name,
                    _("“%(code)s” is no code: Latin letters, digits and _, 32 at most.")
                    % {"code": code[:LONGEST_WORD]},
                )
            elif code in seen:
                self.say(name, _("The code %(code)s is used twice.") % {"code": code})
            seen.add(code)
            if not entry["label"]["th"]:
                self.say(name, _("The choice %(code)s has no wording in Thai.") % {"code": code})
            self.length(name, entry["label"], LONGEST_CHOICE)

    def matrix(self, question):
        rows = question.get("rows", [])
        if not rows:
            self.say(question["name"], _("The table has no rows."))
        if len(rows) > MOST_ROWS:
            self.say(question["name"], _("There are more than %(n)s rows.") % {"n": MOST_ROWS})
        self.codes(question["name"], rows)

    def multiple(self, question):
        least, most = question.get("min_choices", 0), question.get("max_choices", 0)
        number = len(question.get("choices", []))
        if max(least, most) > number or (most and least > most):
            self.say(question["name"], _("The number of choices to be marked is not possible."))

    def rank(self, question):
        if question.get("rank_n", USUAL_RANKS) > len(question.get("choices", [])):
            self.say(question["name"], _("There are fewer choices than places to rank."))

    def number(self, question):
        least, most = question.get("min"), question.get("max")
        if least is not None and most is not None and least > most:
            self.say(question["name"], _("The smallest number is larger than the largest."))

    def text(self, question):
        if question.get("max_length", USUAL_LENGTH) > LONGEST_ANSWER:
            sentence = _("An answer can have %(n)s characters at most.") % {"n": LONGEST_ANSWER}
            self.say(question["name"], sentence)

    def place(self, question):
        if not all(re.fullmatch("[0-9]{2}", code) for code in question.get("scope", [])):
            self.say(question["name"], _("The code of a province has two digits."))

    def calculate(self, question):
        if "calculation" not in question:
            self.say(question["name"], _("The calculation is empty."))

    def tree(self, where, key, text):
        try:
            return expressions.parse(text, columns=key == "choice_filter")
        except ExpressionError as error:
            self.say(
                where,
                _("%(field)s: %(sentence)s (character %(place)s)")
                % {
                    "field": _field_name(key),
                    "sentence": error.sentence,
                    "place": error.position + 1,
                },
            )
            return None

    def logic(self, place, section, question):
        needs = set()
        columns = {column for c in question.get("choices", []) for column in c.get("filter", {})}
        for key in EXPRESSIONS:
            if not isinstance(text := question.get(key), str):
                continue
            tree = self.tree(question["name"], key, text)
            # A calculation may look ahead; a constraint may call its own answer by name.
            last = {"calculation": len(self.questions), "constraint": place + 1}.get(key, place)
            used = self.known(question["name"], key, tree, last)
            if key in {"relevant", "calculation"}:
                needs |= used
            for column in sorted(expressions.columns(tree) - columns):
                self.say(
                    question["name"],
                    _("%(field)s: no choice has the column %(name)s.")
                    % {"field": _field_name(key), "name": column},
                )
        needs |= self.section_needs.get(id(section), set())
        for variable in _variable_names(question):
            self.needs[variable] = needs

    def known(self, where, key, tree, last):
        """The names that an expression may use; tells those that are not known before ``last``."""
        used = expressions.names(tree)
        for name in sorted(used):
            if name not in self.places:
                sentence = _("%(field)s: there is no answer named %(name)s.")
            elif self.places[name] >= last:
                sentence = _("%(field)s: %(name)s comes later in the questionnaire.")
            else:
                continue
            self.say(where, sentence % {"field": _field_name(key), "name": name})
            used.remove(name)
        return used

    def circles(self):
        """Tells calculations that depend on themselves."""
        done, path = set(), []

        def follow(variable):
            if variable in path:
                circle = path[path.index(variable) :]
                self.say(
                    circle[0],
                    _("These depend on each other in a circle: %(names)s.")
                    % {"names": ", ".join(circle)},
                )
            elif variable not in done:
                path.append(variable)
                for need in sorted(self.needs.get(variable, ())):
                    follow(need)
                path.pop()
                done.add(variable)

        for variable in self.needs:
            follow(variable)


def _can_be_default(question):
    default, kind = question["default"], question["kind"]
    if kind == "number":
        return _number(default) is not None
    if kind == "date":
        return not math.isnan(expressions.evaluate(["number", default], {})) and "-" in default[1:]
    codes = {choice["code"] for choice in question.get("choices", [])}
    return set(default.split() if kind == "multiple" else [default]) <= codes


def _variable_names(question):
    name, kind = question["name"], question["kind"]
    if kind == "note":
        return []
    if kind == "matrix":
        return [f"{name}_{row['code']}" for row in question.get("rows", [])]
    other = any("other" in choice for choice in question.get("choices", []))
    return [name, f"{name}_other"] if other else [name]


def _field_name(key):
    return {
        "relevant": _("Condition"),
        "required": _("Required"),
        "constraint": _("Rule for the answer"),
        "choice_filter": _("Filter of choices"),
        "calculation": _("Calculation"),
    }[key]
