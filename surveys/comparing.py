"""What differs between two versions of a questionnaire, question by question."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from surveys import editing

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"


@dataclass(frozen=True)
class Difference:
    """``details``: (what of it, before, now); texts are empty where there was nothing."""

    kind: str
    name: str
    label: str
    details: tuple[tuple[str, str, str], ...] = ()


def differences(before: dict, now: dict) -> list[Difference]:
    """In the order of the later version, what is gone last."""
    old = {each["uid"]: each for each in editing.questions(before)}
    new = {each["uid"]: each for each in editing.questions(now)}
    found = []
    whole = tuple(_of_the_whole(before, now))
    if whole:
        found.append(Difference(CHANGED, "", now["title"]["th"], whole))
    stayed = [uid for uid in old if uid in new]
    moved = _moved(stayed, [uid for uid in new if uid in old])
    for uid, question in new.items():
        name, label = question["name"], question["label"]["th"]
        if uid not in old:
            found.append(Difference(ADDED, name, label))
        elif details := tuple(_of_a_question(old[uid], question)):
            found.append(Difference(CHANGED, name, label, details))
        elif uid in moved:
            found.append(Difference(MOVED, name, label))
    return found + [
        Difference(REMOVED, question["name"], question["label"]["th"])
        for uid, question in old.items()
        if uid not in new
    ]


def _moved(before, now):
    """What no longer stands in the longest row that kept its order."""
    place = {uid: number for number, uid in enumerate(now)}
    rows = []  # the longest row that ends with each
    for uid in before:
        best = max((row for row in rows if place[row[-1]] < place[uid]), key=len, default=[])
        rows.append([*best, uid])
    kept = set(max(rows, key=len, default=[]))
    return {uid for uid in before if uid not in kept}


def _of_the_whole(before, now):
    for language, name in (("th", _("Title (Thai)")), ("en", _("Title (English)"))):
        former, latter = (each["title"].get(language, "") for each in (before, now))
        if former != latter:
            yield name, former, latter
    former, latter = (
        "\n".join(_section(section) for section in each["sections"]) for each in (before, now)
    )
    if former != latter:
        yield _("sections"), former, latter


def _section(section):
    relevant = section.get("relevant", "")
    title = section["title"]["th"]
    return f"{title} [{relevant}]" if relevant else title


def _of_a_question(before, now) -> Iterator[tuple[str, str, str]]:
    names = {
        "name": _("name for data files"),
        "kind": _("kind of question"),
        "label": _("question"),
        "hint": _("hint"),
        "choices": _("answers"),
        "rows": _("lines of the table"),
        "required": _("must be answered"),
        "relevant": _("who is asked"),
        "constraint": _("rule for the answer"),
    }
    for key in sorted(before.keys() | now.keys(), key=[*names, *before, *now].index):
        former, latter = before.get(key), now.get(key)
        if former != latter and key != "uid":
            yield names.get(key, key), _told(former), _told(latter)


def _told(value):
    match value:
        case None | "" | {}:
            return ""
        case True:
            return _("Yes")
        case {"th": thai, **others}:
            return "\n".join(filter(None, (thai, others.get("en", ""))))
        case [{"code": _code}, *_others]:
            return "\n".join(_entry(entry) for entry in value)
        case list():
            return ", ".join(map(str, value))
    return str(value)


def _entry(entry):
    marks = [key for key in ("missing", "exclusive", "other", "filter", "value") if key in entry]
    told = f"{entry['code']} {entry['label']['th']}"
    if english := entry["label"].get("en"):
        told += f" · {english}"
    return f"{told} ({', '.join(f'{key}: {entry[key]}' for key in marks)})" if marks else told
