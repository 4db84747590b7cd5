"""Steps on the definition of a draft, as the builder takes them.

All of them change the definition that is given, in its canonical form (``surveys.definition``), and
raise ``LookupError`` for a question or section that is not there; nothing is saved here. A section
is called by its name, a question by its uid.
"""

import re
import secrets
from copy import deepcopy
from itertools import count

from django.utils.translation import gettext as _

from surveys.definition import EXPRESSIONS, WITH_CHOICES

_asked = re.compile(r"\$\{([^}]*)\}")


def find_section(definition, name) -> int:
    for place, section in enumerate(definition["sections"]):
        if section["name"] == name:
            return place
    raise LookupError(name)


def find(definition, uid) -> tuple[int, int]:
    """Numbers of the section and of the question in it, from 0."""
    for number, section in enumerate(definition["sections"]):
        for place, question in enumerate(section["questions"]):
            if question["uid"] == uid:
                return number, place
    raise LookupError(uid)


def question(definition, uid) -> dict:
    number, place = find(definition, uid)
    return definition["sections"][number]["questions"][place]


def questions(definition) -> list[dict]:
    return [each for section in definition["sections"] for each in section["questions"]]


def names(definition) -> set[str]:
    """All that is taken, in lower case: names of sections, questions and rows of tables."""
    taken = {section["name"].lower() for section in definition["sections"]}
    return taken | {name.lower() for each in questions(definition) for name in variables(each)}


def free_name(definition, letter, avoiding=()) -> str:
    """Q1, Q2, …: the first that is not taken here, nor among ``avoiding`` (in lower case)."""
    taken = names(definition) | set(avoiding)
    return next(name for n in count(1) if (name := f"{letter}{n}").lower() not in taken)


def free_uid(definition) -> str:
    taken = {each["uid"] for each in questions(definition)}
    while (uid := secrets.token_hex(4)) in taken:
        pass
    return uid


def empty(title_th, title_en="") -> dict:
    """A questionnaire with one section and nothing in it yet."""
    definition = {
        "languages": ["th", "en"] if title_en else ["th"],
        "title": {"th": title_th} | ({"en": title_en} if title_en else {}),
        "sections": [],
    }
    add_section(definition)
    return definition


def add_section(definition, title_th="", title_en="") -> str:
    """At the end; its name."""
    name = free_name(definition, "s")
    number = len(definition["sections"]) + 1
    title = {"th": title_th or _("Part %(n)s") % {"n": number}}
    if title_en:
        title["en"] = title_en
    definition["sections"].append({"name": name, "title": title, "questions": []})
    return name


def add_question(definition, section, kind, label_th, *, avoiding=()) -> str:
    """At the end of a section; its uid. ``avoiding``: names that were published already."""
    made = {
        "uid": free_uid(definition),
        "name": free_name(definition, "Q", avoiding),
        "kind": kind,
        "label": {"th": label_th},
    }
    if kind in WITH_CHOICES:
        made["choices"] = []
    return put(definition, section, made)


def put(definition, section, question, place=None) -> str:
    """Into a section, as it is; its uid."""
    found = definition["sections"][find_section(definition, section)]["questions"]
    found.insert(len(found) if place is None else place, question)
    return question["uid"]


def duplicate(definition, uid, *, avoiding=()) -> str:
    """Right behind it, under a name and uid of its own; the new uid."""
    number, place = find(definition, uid)
    section = definition["sections"][number]
    copy = deepcopy(section["questions"][place])
    copy["uid"] = free_uid(definition)
    copy["name"] = free_name(definition, "Q", avoiding)
    copy.pop("role", None)  # only one question can tell the stratum
    return put(definition, section["name"], copy, place + 1)


def duplicate_section(definition, name, *, avoiding=()) -> str:
    """Behind it, with all its questions under new names; its name.

    Conditions inside it ask about the questions of the copy.
    """
    number = find_section(definition, name)
    copy = deepcopy(definition["sections"][number])
    copy["name"] = free_name(definition, "s")
    renamed = {}
    definition["sections"].insert(number + 1, copy | {"questions": []})
    copy, questions = definition["sections"][number + 1], copy["questions"]
    for each in questions:
        before = variables(each)
        each["uid"] = free_uid(definition)
        each["name"] = free_name(definition, "Q", avoiding)
        each.pop("role", None)
        renamed |= dict(zip(before, variables(each), strict=True))
        copy["questions"].append(each)
    for each in questions:
        rename_in(each, renamed)
    return copy["name"]


def move(definition, uid, by: int) -> None:
    """Up (-1) or down (1); past the edge of a section it comes into the next one."""
    number, place = find(definition, uid)
    sections = definition["sections"]
    found = sections[number]["questions"]
    if 0 <= place + by < len(found):
        found.insert(place + by, found.pop(place))
    elif 0 <= number + by < len(sections):
        there = sections[number + by]["questions"]
        there.insert(0 if by > 0 else len(there), found.pop(place))


def move_to(definition, uid, section, place: int) -> None:
    """To a place in a section, counted from 0; what is too far ends at its end."""
    target = definition["sections"][find_section(definition, section)]["questions"]
    number, former = find(definition, uid)
    taken = definition["sections"][number]["questions"].pop(former)
    target.insert(max(0, place), taken)


def move_section(definition, name, by: int) -> None:
    sections, place = definition["sections"], find_section(definition, name)
    if 0 <= place + by < len(sections):
        sections.insert(place + by, sections.pop(place))


def remove(definition, uid) -> dict:
    """The question that was taken out."""
    number, place = find(definition, uid)
    return definition["sections"][number]["questions"].pop(place)


def remove_section(definition, name) -> dict:
    """The section that was taken out, with its questions."""
    return definition["sections"].pop(find_section(definition, name))


def replace(definition, uid, question) -> None:
    """Another content for a question; a new name is followed in all conditions."""
    number, place = find(definition, uid)
    found = definition["sections"][number]["questions"]
    former = found[place]
    found[place] = question | {"uid": uid}
    if former["name"] != question["name"]:
        new = variables(former | {"name": question["name"]})
        renamed = dict(zip(variables(former), new, strict=True))
        for section in definition["sections"]:
            rename_in(section, renamed)
            for each in section["questions"]:
                rename_in(each, renamed)


def variables(question) -> list[str]:
    """Names under which its answers may be asked for."""
    name = question["name"]
    own = [name, *(f"{name}_{row['code']}" for row in question.get("rows", ()))]
    return [*own, f"{name}_other"]


def rename_in(thing, renamed: dict[str, str]) -> None:
    """Let the expressions of a section or question ask for the new names."""
    for key in EXPRESSIONS:
        if isinstance(text := thing.get(key), str):
            thing[key] = _asked.sub(lambda found: f"${{{renamed.get(found[1], found[1])}}}", text)
