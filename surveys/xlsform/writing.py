"""From a definition to an XLSForm workbook."""

import io
from collections.abc import Iterable, Mapping

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from surveys.definition import LEVELS, USUAL_LEVEL, USUAL_RANKS, normalised
from surveys.xlsform.columns import (
    ENGLISH,
    OWN_OF_CHOICE,
    OWN_OF_QUESTION,
    OWN_OF_SETTINGS,
    THAI,
    constraint,
    own,
)
from surveys.xlsform.workbook import escaped

DIGITS = dict(zip(LEVELS, (2, 4, 6), strict=True))
_texts = ("label", "hint", "required_message", "constraint_message")
_types = {
    "text": "text",
    "date": "date",
    "note": "note",
    "calculate": "calculate",
}


def write(
    definition: Mapping,
    *,
    form_id: str = "lopburi",
    version: str = "1",
    places: Iterable[tuple[str, Mapping]] = (),
) -> bytes:
    """The workbook of a definition that has no ``problems``.

    ``places``: (code, {"th", "en"}) of provinces, districts and subdistricts; a question about a
    place becomes a cascade of choices among them, or asks for the code in digits if there are none.
    """
    writer = _Writer(normalised(definition), list(places))
    settings = {
        "form_title": writer.definition["title"]["th"],
        "form_id": form_id,
        "version": version,
        "default_language": THAI,
        own("languages"): " ".join(writer.definition["languages"]),
        own("title_en"): writer.definition["title"].get("en", ""),
    }
    return _workbook({"survey": writer.rows, "choices": writer.choices, "settings": [settings]})


class _Writer:
    def __init__(self, definition, places):
        self.definition = definition
        self.places = places
        self.rows = []
        self.choices = []
        self.place_lists = set()
        self.names = {
            question["name"]
            for section in definition["sections"]
            for question in section["questions"]
        }
        for section in definition["sections"]:
            self.group(section["name"], section["title"], section.get("relevant"), "field-list")
            for question in section["questions"]:
                self.question(question)
            self.rows.append({"type": "end_group"})

    def group(self, name, title, relevant, appearance, **more):
        row = {"type": "begin_group", "name": name, "relevant": relevant, "appearance": appearance}
        self.rows.append(row | _in_languages("label", title) | more)

    def question(self, question):
        kind = question["kind"]
        if kind == "matrix":
            self.matrix(question)
            return
        row = self.common(question) | {own("uid"): question["uid"], own("kind"): kind}
        row |= {"name": question["name"], "relevant": question.get("relevant")}
        row |= _in_languages("label", question["label"]) | _in_languages(
            "hint", question.get("hint")
        )
        row["calculation"] = question.get("calculation")
        row["appearance"] = question.get("appearance")
        if kind in {"single", "scale", "multiple", "rank"}:
            word = {"multiple": "select_multiple", "rank": "rank"}.get(kind, "select_one")
            row["type"] = f"{word} {question['name']}"
            row["choice_filter"] = question.get("choice_filter")
            self.list(question)
        if kind == "scale":
            row["appearance"] = f"likert {question.get('appearance', '')}".strip()
        elif kind == "number":
            row["type"] = "integer" if question.get("integer") else "decimal"
        elif kind == "text" and question.get("multiline"):
            row["appearance"] = f"multiline {question.get('appearance', '')}".strip()
        if kind == "place":
            self.place(question, row)
            return
        self.rows.append({"type": _types.get(kind)} | row)
        self.other(question)

    def common(self, question):
        """What a question says in any form: its rules, and what only we know of it."""
        required = question.get("required")
        row = {
            "required": "yes" if required is True else required,
            "constraint": constraint(question),
            "default": question.get("default"),
            own("rule"): question.get("constraint"),
            own("role"): question.get("role"),
            own("scope"): " ".join(question.get("scope", [])),
            own("unit_th"): question.get("unit", {}).get("th"),
            own("unit_en"): question.get("unit", {}).get("en"),
        }
        for key in ("min", "max", "min_choices", "max_choices", "max_length"):
            row[own(key)] = question.get(key)
        if question["kind"] == "rank":
            row[own("rank_n")] = question.get("rank_n", USUAL_RANKS)
        if question["kind"] == "place":
            row[own("level")] = question.get("level", USUAL_LEVEL)
        for key in ("required_message", "constraint_message"):
            row |= _in_languages(key, question.get(key))
        return row

    def matrix(self, question):
        """A group of rows over one list."""
        self.group(
            question["name"],
            question["label"],
            question.get("relevant"),
            f"table-list {question.get('appearance', '')}".strip(),
            **_in_languages("hint", question.get("hint")),
            **{own("uid"): question["uid"], own("kind"): "matrix"},
        )
        self.list(question)
        for row in question["rows"]:
            self.rows.append(
                self.common(question)
                | _in_languages("label", row["label"])
                | {
                    "type": f"select_one {question['name']}",
                    "name": f"{question['name']}_{row['code']}",
                    own("kind"): "row",
                }
            )
        self.rows.append({"type": "end_group"})

    def list(self, question):
        for choice in question["choices"]:
            row = {"list_name": question["name"], "name": choice["code"]}
            row |= _in_languages("label", choice["label"]) | choice.get("filter", {})
            row |= {own(key): choice.get(key) for key in OWN_OF_CHOICE}
            self.choices.append(row)

    def other(self, question):
        """The text that a choice asks for."""
        for choice in question.get("choices", []):
            if choice.get("other"):
                self.rows.append(
                    {
                        "type": "text",
                        "name": f"{question['name']}_other",
                        "relevant": f"selected(${{{question['name']}}}, '{choice['code']}')",
                        own("kind"): "other",
                    }
                    | _in_languages("label", choice["label"])
                )

    def place(self, question, row):
        """A cascade: provinces, districts, subdistricts, as far as the question asks."""
        level = question.get("level", USUAL_LEVEL)
        scope = question.get("scope", [])
        levels = LEVELS[: LEVELS.index(level) + 1]
        if len(scope) == 1 and level != "province":
            levels = levels[1:]
        listed = [(code, label) for code, label in self.places if not scope or code[:2] in scope]
        if not all(any(len(code) == DIGITS[one] for code, _label in listed) for one in levels):
            self.rows.append({"type": "text"} | row)
            return
        above = ""
        for one in levels:
            is_last = one == level
            name = question["name"] if is_last else self.free(f"{question['name']}_{one}")
            list_name = self.place_list(one, scope, listed)
            part = row | {"type": f"select_one {list_name}", "name": name}
            part["choice_filter"] = f"lopburi_above = ${{{above}}}" if above else ""
            if not is_last:
                ours = (own(key) for key in OWN_OF_QUESTION)
                part |= dict.fromkeys([*ours, "constraint", "default"]) | {own("kind"): "part"}
            self.rows.append(part)
            above = name

    def free(self, name):
        while name in self.names:
            name += "_"
        self.names.add(name)
        return name

    def place_list(self, level, scope, listed):
        name = "_".join(["lopburi", level, *scope])
        if name not in self.place_lists:
            self.place_lists.add(name)
            digits = DIGITS[level]
            self.choices += [
                {"list_name": name, "name": code, "lopburi_above": code[: digits - 2]}
                | _in_languages("label", label)
                for code, label in listed
                if len(code) == digits
            ]
        return name


def _in_languages(key, words):
    words = words or {}
    return {f"{key}::{THAI}": words.get("th"), f"{key}::{ENGLISH}": words.get("en")}


def _columns(sheet, rows):
    """The columns that the rows need: those that must be there, then the others."""
    must = {
        "survey": ["type", "name", f"label::{THAI}"],
        "choices": ["list_name", "name", f"label::{THAI}"],
        "settings": [*map(own, OWN_OF_SETTINGS)],
    }[sheet]
    used = [key for row in rows for key, value in row.items() if value not in ("", None)]
    return list(dict.fromkeys([*must, *used]))


def _workbook(sheets):
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        columns = _columns(name, rows)
        sheet.append([_cell(sheet, column) for column in columns])
        for row in rows:
            sheet.append([_cell(sheet, row.get(column)) for column in columns])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cell(sheet, value):
    """A text, whatever it begins with: nothing here is ever a formula or a number."""
    if value is None or value == "":
        return None
    cell = WriteOnlyCell(sheet)
    text = "yes" if value is True else str(value)
    cell.value = escaped(text)
    cell.data_type = "s"
    cell.number_format = "@"
    return cell
