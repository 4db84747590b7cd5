"""From an XLSForm workbook to a definition, with everything that is wrong or lost told at once."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from surveys import expressions
from surveys.definition import LONGEST_NAME, LONGEST_WORD, USUAL_LEVEL, normalised, problems, uid_of
from surveys.expressions import ExpressionError
from surveys.xlsform.columns import (
    OTHER_LABEL,
    OWN_OF_CHOICE,
    OWN_OF_QUESTION,
    constraint,
    own,
)
from surveys.xlsform.workbook import WorkbookError, sheets

MOST_ENTRIES = 500
MOST_SURVEY_ROWS = 3000

_translated = ("label", "hint", "guidance_hint", "required_message", "constraint_message")
_plain = ("type", "name", "required", "relevant", "constraint", "default", "appearance")
_plain += ("calculation", "choice_filter", "parameters", "disabled")
_aliases = {
    "relevance": "relevant", "caption": "label", "calculate": "calculation", "value": "name",
    "list name": "list_name", "required message": "required_message", "command": "type",
    "constraint message": "constraint_message", "title": "form_title", "id_string": "form_id",
    "set form title": "form_title", "set form id": "form_id", "guidance hint": "guidance_hint",
    "bind::relevant": "relevant", "bind::required": "required", "bind::constraint": "constraint",
    "bind::calculate": "calculation", "bind::jr:constraintmsg": "constraint_message",
    "bind::jr:requiredmsg": "required_message", "control::appearance": "appearance",
}  # fmt: skip
_select = re.compile(
    r"(?P<word>select[ _]one|select1|select[ _]multiple|select[ _]all(?: that apply)?|rank)"
    r"(?P<far>[ _]from[ _]file|[ _]external)?(?: from)? +(?P<list>\S+)"
    r"(?P<other> +or[ _](?:specify[ _])?other)?",
    re.IGNORECASE,
)
_numbers = {"integer", "int", "decimal", "range"}
_texts = {"text", "string"}
_days = {"date", "today's date"}
_metadata = {
    "start",
    "end",
    "today",
    "deviceid",
    "phonenumber",
    "phone number",
    "username",
    "email",
}
_metadata |= {"imei", "simserial", "sim id", "subscriberid", "subscriber id", "device id", "audit"}
_metadata |= {"start-geopoint", "background-geopoint", "background-audio", "start time", "end time"}
_dropped = {
    "image",
    "photo",
    "audio",
    "video",
    "file",
    "barcode",
    "geopoint",
    "geotrace",
    "geoshape",
}
_dropped |= {"location", "gps", "osm", "csv-external", "xml-external", "draw", "signature"}
_name = re.compile(rf"[A-Za-z][A-Za-z0-9_]{{0,{LONGEST_NAME - 1}}}")
_code = re.compile(rf"[A-Za-z0-9_]{{1,{LONGEST_NAME}}}")
_reference = re.compile(r"\$\{\s*([^}]*?)\s*\}")
_yes = {"yes", "true", "true()", "1", "y", "ใช่"}
_no = {"", "no", "false", "false()", "0", "n", "ไม่"}


@dataclass(frozen=True)
class Entry:
    """Something to tell about a cell: ``row`` as the spreadsheet counts, 0 for the whole sheet."""

    sheet: str
    row: int
    column: str
    sentence: str

    def __str__(self):
        where = self.sheet
        if self.row:
            where = _("%(sheet)s, row %(row)s") % {"sheet": self.sheet, "row": self.row}
            if self.column:
                where = _("%(place)s, column %(column)s") % {"place": where, "column": self.column}
        return f"{where}: {self.sentence}" if where else self.sentence


@dataclass(frozen=True)
class Report:
    """``definition``: None if there are errors. ``losses``: what it could not take over."""

    definition: dict | None
    errors: list[Entry] = field(default_factory=list)
    losses: list[Entry] = field(default_factory=list)


def read(file) -> Report:
    """What an uploaded workbook says; ``file`` is bytes or can be read. Never raises for what is in
    the file.
    """
    try:
        found = sheets(file, {"survey", "choices", "settings", "external_choices"})
    except WorkbookError as error:
        return Report(None, [Entry("", 0, "", str(error))])
    reader = _Reader(found)
    definition = reader.definition()
    errors, losses = reader.errors[:MOST_ENTRIES], reader.losses[:MOST_ENTRIES]
    return Report(None if errors else definition, errors, losses)


@dataclass
class _Row:
    """Cells of a row by the name of their column; ``words`` those in languages."""

    sheet: str
    number: int
    cells: Mapping
    words: Mapping
    extra: Mapping

    def __getitem__(self, column):
        return self.cells.get(column, "")


@dataclass
class _Group:
    row: _Row
    parts: list = field(default_factory=list)


class _Reader:
    def __init__(self, found):
        self.errors, self.losses = [], []
        self.renamed = {}  # names as the workbook has them: as the definition has them
        self.recoded = {}
        self.gone = {}  # names of what is left out: what stands in its place in expressions
        self.rows_of = {}
        self.taken = set()
        self.languages = []
        self.tables = {name: self.table(name, sheet) for name, sheet in found.items()}
        self.settings = next(iter(self.tables.get("settings", [])), _Row("settings", 0, {}, {}, {}))
        self.th, self.en = self.choose_languages()

    def error(self, row, column, sentence):
        self.errors.append(Entry(row.sheet, row.number, column, sentence))

    def loss(self, row, column, sentence):
        self.losses.append(Entry(row.sheet, row.number, column, sentence))

    # Cells.

    def table(self, name, sheet):
        whole = _Row(name, 0, {}, {}, {})
        if sheet.is_cut:
            self.error(whole, "", _("The sheet has more rows than a questionnaire can have."))
        if not sheet.rows:
            return []
        headers = {}
        for cell in sheet.rows[0][1]:
            headers[cell.letters] = self.header(cell.text, name)
        found, lost = [], {}
        for number, cells in sheet.rows[1:]:
            row = _Row(name, number, {}, {}, {})
            for cell in cells:
                if cell.letters not in headers:
                    continue
                column, language = headers[cell.letters]
                if cell.formula:
                    tell = self.loss if name == "settings" else self.error
                    tell(row, column, _("The cell is a formula: paste its value instead."))
                    continue
                if language is not None:
                    row.words.setdefault(column, {})[language] = cell.text
                elif (
                    name == "survey" and column not in _plain and not column.startswith("lopburi_")
                ):
                    lost.setdefault(column, row)
                else:
                    row.cells.setdefault(column, cell.text)
            found.append(row)
        for column, row in lost.items():
            sentence = _("The column %(name)s is left out.") % {"name": column[:LONGEST_WORD]}
            self.loss(row, column[:LONGEST_WORD], sentence)
        return found

    def header(self, text, sheet):
        """(column, language) of a heading; language None if the column has none."""
        text = text.strip()
        parts = re.split(r"::?", text, maxsplit=1)
        base = _aliases.get(parts[0].strip().lower(), parts[0].strip().lower())
        whole = _aliases.get(text.lower(), text.lower())
        if whole in _translated:
            return self.in_language(whole, "")
        if len(parts) == 2 and base in _translated and sheet != "settings":
            return self.in_language(base, parts[1].strip())
        if sheet == "choices" and base not in {"list_name", "name"} and not own_column(whole):
            return text, None  # columns for filters keep their letters
        return whole, None

    def in_language(self, column, language):
        if language not in self.languages:
            self.languages.append(language)
        return column, language

    def choose_languages(self):
        """Which language of the workbook is our Thai, and which our English, if any is."""
        default = self.settings["default_language"]
        thai = [name for name in self.languages if re.search(r"thai|ไทย|\bth\b", name.lower())]
        english = [name for name in self.languages if re.search(r"english|\ben\b", name.lower())]
        plain = [name for name in self.languages if name in {"", default}]
        th = next(iter([*thai, *plain, *self.languages]), "")
        en = next((name for name in english if name != th), None)
        whole = _Row("survey", 0, {}, {}, {})
        if self.languages and th not in thai and th:
            sentence = _("There is no Thai: the texts in %(name)s stand in its place.")
            self.loss(whole, "", sentence % {"name": th[:LONGEST_WORD]})
        for name in self.languages:
            if name not in {th, en, ""}:
                sentence = _("The texts in %(name)s are left out.") % {"name": name[:LONGEST_WORD]}
                self.loss(whole, "", sentence)
        return th, en

    def words(self, row, column):
        texts = row.words.get(column, {})
        first = texts.get(self.th) or texts.get("", "")
        english = texts.get(self.en, "") if self.en else ""
        return {"th": first, "en": english}

    # The whole.

    def definition(self):
        if "survey" not in self.tables:
            self.errors.append(Entry("", 0, "", _("The workbook has no sheet named survey.")))
            return None
        if self.settings["public_key"]:
            self.error(self.settings, "public_key", _("Encrypted forms are not read here."))
        for column in ("instance_name", "style", "submission_url"):
            if self.settings[column]:
                self.loss(self.settings, column, _("The setting is left out."))
        self.lists = self.choice_lists()
        rows = [row for row in self.tables["survey"] if row["type"] or row["name"]]
        if len(rows) > MOST_SURVEY_ROWS:
            self.error(_Row("survey", 0, {}, {}, {}), "", _("The sheet has too many rows."))
            return None
        sections = [self.section(group) for group in self.named(self.tree(rows))]
        own_languages = self.settings[own("languages")]
        english = "en" in own_languages.split() if own_languages else self.en is not None
        definition = normalised(
            {
                "languages": ["th", "en"] if english else ["th"],
                "title": {
                    "th": self.settings["form_title"] or self.settings["form_id"],
                    "en": self.settings[own("title_en")],
                },
                "sections": [section for section in sections if section["questions"]],
            }
        )
        if not definition["title"]["th"]:
            definition["title"]["th"] = _("Questionnaire without a title")
            self.loss(self.settings, "form_title", _("The form has no title."))
        for problem in problems(definition):
            row = self.rows_of.get(problem.where, _Row("survey", 0, {}, {}, {}))
            self.error(row, "", f"{problem.where}: {problem.sentence}".removeprefix(": "))
        return definition

    def tree(self, rows):
        """Groups with their parts, as they stand in each other; a group or a row at the top."""
        top, open_groups = [], []
        for row in rows:
            kind = re.sub(r"[\s_]+", " ", row["type"].lower()).strip()
            if row["disabled"].lower() in _yes:
                self.loss(row, "disabled", _("The row is switched off, and left out."))
            elif kind.startswith(("begin repeat", "begin looped group")):
                self.error(
                    row, "type", _("Repeated groups are not possible here: ask each one by itself.")
                )
                open_groups.append(_Group(row))
            elif kind in {"begin group", "begin lgroup"}:
                group = _Group(row)
                (open_groups[-1].parts if open_groups else top).append(group)
                open_groups.append(group)
            elif kind.startswith("end ") and kind != "end time":
                if not open_groups:
                    self.error(row, "type", _("No group is open that could end here."))
                else:
                    open_groups.pop()
            else:
                (open_groups[-1].parts if open_groups else top).append(row)
        for group in open_groups:
            self.error(group.row, "type", _("The group is never closed."))
        return top

    def named(self, top):
        """The sections: groups at the top, and groups made for rows that stand outside of all."""
        found = []
        for part in top:
            if isinstance(part, _Group) and not self.is_matrix(part):
                found.append(part)
            elif found and not found[-1].row.cells:
                found[-1].parts.append(part)
            else:
                found.append(_Group(_Row("survey", getattr(part, "number", 0), {}, {}, {}), [part]))
        for group in found:
            self.name_all(group)
        for group in found:  # what needs a name made gets one that nobody else has
            if not group.row["name"]:
                self.renamed[id(group)] = self.free(f"section_{found.index(group) + 1}")
        return found

    def name_all(self, group):
        """Gives every group and row a name that is possible here."""
        if group.row["name"]:
            self.rename(group.row)
        is_matrix = self.is_matrix(group)
        for part in group.parts:
            if isinstance(part, _Group):
                self.name_all(part)
            elif self.left_out(part):
                pass
            elif is_matrix:
                self.rename_in_matrix(group, part)
            elif part["name"]:
                self.rename(part)
            elif part["type"].lower() == "note":
                self.renamed[id(part)] = self.free(f"note_{part.number}")
            else:
                self.error(part, "name", _("The question has no name."))

    def rename(self, row):
        old = row["name"]
        if _name.fullmatch(old):
            self.taken.add(old.lower())
            return
        made = re.sub("[^A-Za-z0-9_]+", "_", old)
        made = made if made[:1].isalpha() else f"q{made}"
        self.renamed[old] = self.free(made[:LONGEST_NAME])
        sentence = _("The name %(old)s becomes %(new)s.")
        self.loss(row, "name", sentence % {"old": old[:LONGEST_WORD], "new": self.renamed[old]})

    def rename_in_matrix(self, group, row):
        """Rows of a table are called by the table and their code."""
        matrix, old = self.own_name(group.row), row["name"]
        code = old.removeprefix(f"{matrix}_")
        if not _code.fullmatch(code):
            code = re.sub("[^A-Za-z0-9_]+", "_", code)[:LONGEST_NAME] or "row"
        self.renamed[id(row)] = code
        if old != f"{matrix}_{code}":
            self.renamed[old] = f"{matrix}_{code}"
            sentence = _("The name %(old)s becomes %(new)s.")
            self.loss(row, "name", sentence % {"old": old[:LONGEST_WORD], "new": self.renamed[old]})

    def free(self, name):
        """The name, or one like it that nothing has."""
        made, number = name, 1
        while made.lower() in self.taken:
            number += 1
            made = f"{name[: LONGEST_NAME - 4]}_{number}"
        self.taken.add(made.lower())
        return made

    def own_name(self, row):
        return self.renamed.get(id(row)) or self.renamed.get(row["name"], row["name"])

    def left_out(self, row):
        """Whether a row asks for what is not asked here; says so once, when it is met first."""
        kind = row["type"].lower().strip()
        if row[own("kind")] in {"other", "part"}:
            return True
        if kind not in _metadata | _dropped:
            return False
        if kind in _metadata:
            sentence = _("%(type)s is left out: it would tell who answers, or when.")
        else:
            sentence = _("%(type)s is left out: it can't be asked here.")
        if id(row) not in self.gone:
            self.loss(row, "type", sentence % {"type": kind})
        self.gone[id(row)] = self.gone[row["name"]] = (
            ["today"] if kind in {"start", "end", "today"} else ""
        )
        return True

    # Choices.

    def choice_lists(self):
        lists = {}
        for row in self.tables.get("choices", []):
            if not (name := row["list_name"]):
                continue
            if not row["name"]:
                self.error(row, "name", _("The choice has no code."))
                continue
            lists.setdefault(name, []).append(self.choice(row, lists.get(name, [])))
        return lists

    def choice(self, row, before):
        code, label = row["name"], self.words(row, "label")
        if not _code.fullmatch(code):
            made = re.sub("[^A-Za-z0-9_]+", "_", code)[:LONGEST_NAME]
            if not made.strip("_") or any(choice["code"] == made for choice in before):
                made = f"c{row.number}"
            self.recoded[code] = made
            sentence = _("The code %(old)s becomes %(new)s.")
            self.loss(row, "name", sentence % {"old": code[:LONGEST_WORD], "new": made})
            code = made
        if not label["th"]:
            label = {"th": label["en"] or row["name"], "en": label["en"]}
        ours = {key: row[own(key)] for key in OWN_OF_CHOICE}
        columns = {
            column: value
            for column, value in row.cells.items()
            if column not in {"list_name", "name"} and not own_column(column)
        }
        return {
            "code": code,
            "label": label,
            "missing": ours["missing"],
            "exclusive": ours["exclusive"] in _yes,
            "other": ours["other"] in _yes,
            "value": ours["value"] or None,
            "filter": columns,
        }

    # Sections and questions.

    def section(self, group):
        name = self.renamed.get(id(group)) or self.own_name(group.row)
        self.rows_of[name] = group.row
        relevant = self.expression(group.row, "relevant")
        return {
            "name": name,
            "title": self.words(group.row, "label"),
            "relevant": relevant,
            "questions": self.questions(group.parts, []),
        }

    def questions(self, parts, conditions):
        found = []
        for part in parts:
            if isinstance(part, _Group) and self.is_matrix(part):
                found.append(self.with_conditions(self.matrix(part), conditions, part.row))
            elif isinstance(part, _Group):
                relevant = self.expression(part.row, "relevant")
                self.loss(
                    part.row,
                    "type",
                    _("A group inside a group is dissolved; its questions keep its condition."),
                )
                found += self.questions(part.parts, [*conditions, relevant])
            elif not self.left_out(part) and (question := self.question(part)):
                found.append(self.with_conditions(question, conditions, part))
        return found

    def with_conditions(self, question, conditions, row):
        texts = [text for text in [*conditions, question.get("relevant", "")] if text]
        if len(texts) > 1:
            question["relevant"] = " and ".join(f"({text})" for text in texts)
            self.parsed(question["relevant"], row, "relevant")
        elif texts:
            question["relevant"] = texts[0]
        return question

    def is_matrix(self, group):
        """Whether the group is a table: questions over one list that are asked together."""
        rows = [part for part in group.parts if isinstance(part, _Row)]
        appearance = group.row["appearance"].split()
        heads = [row for row in rows if row["appearance"] == "label"]
        asked = [row for row in rows if row["appearance"] != "label"]
        shaped = "table-list" in appearance or (
            heads and all("list-nolabel" in row["appearance"] for row in asked)
        )
        kinds = {re.sub(r"\s+", " ", row["type"].lower().strip()) for row in asked}
        alike = ("relevant", "constraint", "required")
        return bool(
            shaped
            and asked
            and len(rows) == len(group.parts)
            and len(kinds) == 1
            and next(iter(kinds)).startswith(("select_one ", "select one "))
            and "or_other" not in next(iter(kinds))
            and all(len({row[column] for row in asked}) == 1 for column in alike)
            and not any(row["choice_filter"] or row["relevant"] for row in asked)
            and group.row["name"]
        )

    def matrix(self, group):
        heads = [row for row in group.parts if row["appearance"] == "label"]
        rows = [row for row in group.parts if row not in heads]
        name = self.own_name(group.row)
        self.rows_of[name] = group.row
        for row in rows:
            self.rows_of[f"{name}_{self.renamed[id(row)]}"] = row
        label, first = self.words(group.row, "label"), rows[0]
        if not label["th"] and heads:
            label = self.words(heads[0], "label")
        appearance = _without(group.row["appearance"], "table-list")
        return self.common(first, "matrix") | {
            "uid": group.row[own("uid")] or uid_of(name),
            "name": name,
            "label": label if label["th"] else {"th": name},
            "hint": self.words(group.row, "hint"),
            "relevant": self.expression(group.row, "relevant"),
            "appearance": appearance if group.row[own("kind")] else "",
            "choices": self.listed(first, _select.fullmatch(first["type"].strip())),
            "rows": [{"code": self.renamed[id(row)], "label": self.label(row)} for row in rows],
        }

    def label(self, row):
        """Its words in Thai; without them its English, then its name."""
        words = self.words(row, "label")
        return words if words["th"] else {"th": words["en"] or row["name"], "en": words["en"]}

    def listed(self, row, found):
        name = found["list"]
        if found["far"] or ("." in name and name not in self.lists):
            self.error(row, "type", _("Choices from another file are not read here."))
            return []
        if name not in self.lists:
            sentence = _("There is no list of choices named %(name)s.")
            self.error(row, "type", sentence % {"name": name[:LONGEST_WORD]})
            return []
        choices = self.lists[name]
        if found["other"]:
            choices = [*choices, {"code": "other", "label": OTHER_LABEL, "other": True}]
        return [self.with_filter(choice, row) for choice in choices]

    def with_filter(self, choice, row):
        """Only the columns that the question asks for; ours may keep others."""
        if row[own("kind")]:
            return choice
        columns = {}
        if row["choice_filter"]:
            with suppress(ExpressionError):
                wanted = expressions.columns(expressions.parse(row["choice_filter"], columns=True))
                columns = {key: choice["filter"].get(key, "") for key in wanted}
        return choice | {"filter": columns}

    def question(self, row):
        kind = re.sub(r"\s+", " ", row["type"].strip())
        found = _select.fullmatch(kind)
        name = self.own_name(row)
        self.rows_of[name] = row
        lower = kind.lower()
        if found:
            return self.choosing(row, found)
        if row[own("kind")] == "place" and lower == "text":
            return self.common(row, "place")
        if lower in _numbers:
            return self.number(row, lower)
        if lower in _texts:
            return self.text(row)
        if lower in _days:
            return self.common(row, "date")
        if lower in {"time", "datetime"}:
            self.loss(row, "type", _("The time of day is asked as a text."))
            return self.common(row, "text")
        if lower == "note":
            return self.common(row, "note")
        if lower in {"acknowledge", "trigger"}:
            agreed = {"code": "OK", "label": {"th": "รับทราบ", "en": "OK"}}
            return self.common(row, "multiple") | {"choices": [agreed]}
        if lower in {"calculate", "hidden"}:
            return self.calculation(row)
        sentence = _("There is no type of question named %(type)s.")
        self.error(row, "type", sentence % {"type": kind[:LONGEST_WORD]})
        return None

    def choosing(self, row, found):
        word = found["word"].lower().replace("_", " ")
        ours = row[own("kind")]
        if ours == "place":
            return self.common(row, "place") | {"choice_filter": ""}
        if word == "rank":
            kind = "rank"
        elif word.startswith(("select m", "select a")):
            kind = "multiple"
        elif ours in {"single", "scale"}:
            kind = ours
        else:
            kind = "scale" if "likert" in row["appearance"].split() else "single"
        question = self.common(row, kind) | {"choices": self.listed(row, found)}
        if kind == "rank" and not question["rank_n"]:
            question["rank_n"] = min(3, len(question["choices"]))
        if kind == "scale":
            question["appearance"] = _without(row["appearance"], "likert")
        return question

    def number(self, row, kind):
        question = self.common(row, "number")
        question["integer"] = kind in {"integer", "int"}
        if kind == "range":
            given = dict(re.findall(r"(\w+)\s*=\s*(-?[0-9.]+)", row["parameters"]))
            question |= {"min": given.get("start", "0"), "max": given.get("end", "10")}
            question["integer"] = all("." not in value for value in given.values())
        return question

    def text(self, row):
        appearance = row["appearance"].split()
        return self.common(row, "text") | {
            "multiline": "multiline" in appearance,
            "appearance": _without(row["appearance"], "multiline"),
        }

    def calculation(self, row):
        text = self.expression(row, "calculation")
        if not row["calculation"] and row["default"]:
            quote = '"' if "'" in row["default"] else "'"
            text = f"{quote}{row['default']}{quote}"
        question = self.common(row, "calculate") | {"calculation": text or "''"}
        return question | {"label": self.words(row, "label")}

    def common(self, row, kind):
        ours = {key: row[own(key)] for key in OWN_OF_QUESTION}
        hint, guidance = self.words(row, "hint"), self.words(row, "guidance_hint")
        required = row["required"].strip()
        is_asked = kind not in {"note", "calculate"}
        question = {
            "uid": ours["uid"] or uid_of(self.own_name(row)),
            "name": self.own_name(row),
            "kind": kind,
            "label": self.label(row),
            "hint": {key: f"{hint[key]}\n{guidance[key]}".strip() for key in hint},
            "relevant": self.expression(row, "relevant"),
            "appearance": row["appearance"],
            "role": ours["role"],
            "unit": {"th": ours["unit_th"], "en": ours["unit_en"]},
            "level": ours["level"] or USUAL_LEVEL,
            "scope": ours["scope"].split(),
            "default": self.default(row) if is_asked else "",
        }
        for key in ("min", "max", "min_choices", "max_choices", "max_length", "rank_n"):
            question[key] = ours[key] or None
        if is_asked:
            question["required"] = required.lower() in _yes or (
                required.lower() not in _no and self.expression(row, "required")
            )
            question["required_message"] = self.words(row, "required_message")
            question["constraint_message"] = self.words(row, "constraint_message")
            question["choice_filter"] = self.expression(row, "choice_filter")
            question["constraint"] = self.rule(row, kind, ours)
        return question

    def rule(self, row, kind, ours):
        """The rule of its own; of our workbooks that is the constraint without the limits, unless
        somebody changed it since.
        """
        whole = self.expression(row, "constraint")
        if not ours["kind"]:
            return whole
        list_name = row["type"].split()[-1] if " " in row["type"] else ""
        draft = {"name": "x", "kind": kind, "choices": self.lists.get(list_name, [])}
        draft |= {key: value for key, value in ours.items() if value and key in _limits}
        draft["constraint"] = ours["rule"]
        questions = [draft]
        made = normalised({"sections": [{"questions": questions}]})["sections"][0]["questions"][0]
        try:
            same = constraint(made) == whole
        except ExpressionError:
            same = False
        return ours["rule"] if same else whole

    def default(self, row):
        text = row["default"]
        if "${" in text or re.search(r"[a-z-]+\(", text):
            self.loss(
                row, "default", _("What is filled in beforehand is left out: it is reckoned.")
            )
            return ""
        return self.recoded.get(text, text)

    # Expressions.

    def expression(self, row, column):
        """A cell as an expression with our names and codes; "" if it is none, which is told."""
        text = _reference.sub(lambda found: f"${{{self.known(found[1])}}}", row[column])
        if not text.strip():
            return ""
        tree = self.parsed(text, row, column)
        return "" if tree is None else expressions.to_text(tree)

    def known(self, name):
        return self.renamed.get(name, name)

    def parsed(self, text, row, column):
        try:
            tree = expressions.parse(text, columns=column == "choice_filter")
        except ExpressionError as error:
            sentence = _("%(sentence)s (character %(place)s: %(text)s)")
            near = text[error.position : error.position + 20]
            self.error(
                row,
                column,
                sentence
                % {"sentence": error.sentence, "place": error.position + 1, "text": near or "…"},
            )
            return None
        return self.replaced(tree)

    def replaced(self, tree):
        """With what stands for what was left out, and codes as they are written here."""
        if isinstance(tree, str):
            return self.recoded.get(tree, tree)
        if not isinstance(tree, list):
            return tree
        head, *parts = tree
        if head == "$":
            return self.gone.get(parts[0], tree)
        if head == "neg" and not isinstance(parts[0], list | str):
            return self.recoded.get(f"-{expressions.number_text(float(parts[0]))}", tree)
        if head in {"@", "regex", "format-date"}:
            return tree if head == "@" else [head, self.replaced(parts[0]), *parts[1:]]
        return [head, *map(self.replaced, parts)]


_limits = {"min", "max", "min_choices", "max_choices", "max_length"}


def own_column(name):
    return name.startswith("lopburi_")


def _without(appearance, word):
    """The appearance without one word."""
    return " ".join(part for part in appearance.split() if part != word)
