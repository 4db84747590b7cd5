"""A result in one plain sentence, in both languages, made from its numbers by rules.

It reads what a snapshot shows, so it can tell nothing that is hidden. What is close is called
close: an order within the error is no order.
"""

HALF = 50.0
WORDS = {
    "majority": (
        "ส่วนใหญ่ร้อยละ %(first)s ตอบว่า “%(a)s”",
        "A majority of %(first)s% answered “%(a)s”",
    ),
    "about_half": (
        "ร้อยละ %(first)s ตอบว่า “%(a)s” ซึ่งยังสรุปไม่ได้ว่าเกินครึ่ง",
        "%(first)s% answered “%(a)s”; whether it is more than half cannot be told",
    ),
    "plurality": (
        "ตอบว่า “%(a)s” มากที่สุด ร้อยละ %(first)s รองลงมา “%(b)s” ร้อยละ %(second)s",
        "Most often, by %(first)s%, the answer was “%(a)s”, then “%(b)s” with %(second)s%",
    ),
    "most": (
        "ตอบว่า “%(a)s” มากที่สุด ร้อยละ %(first)s",
        "Most often, by %(first)s%, the answer was “%(a)s”",
    ),
    "tie": (
        "“%(a)s” (ร้อยละ %(first)s) กับ “%(b)s” (ร้อยละ %(second)s) ใกล้เคียงกันจนสรุปไม่ได้ว่าข้อใดมากกว่า",
        "“%(a)s” (%(first)s%) and “%(b)s” (%(second)s%) are too close to say which is more",
    ),
    "same": (
        "“%(a)s” กับ “%(b)s” มีผู้ตอบเท่ากัน ร้อยละ %(first)s",
        "“%(a)s” and “%(b)s” were answered equally often, by %(first)s%",
    ),
    "only": ("ร้อยละ %(first)s ตอบว่า “%(a)s”", "%(first)s% answered “%(a)s”"),
    "chosen": (
        "เลือก “%(a)s” มากที่สุด ร้อยละ %(first)s รองลงมา “%(b)s” ร้อยละ %(second)s (เลือกได้หลายข้อ)",
        "Chosen most often was “%(a)s”, by %(first)s%, then “%(b)s” by %(second)s% (more than one)",
    ),
    "ranked": (
        "จัด “%(a)s” เป็นอันดับหนึ่งมากที่สุด ร้อยละ %(first)s",
        "“%(a)s” was put first most often, by %(first)s%",
    ),
    "ranked_by": (
        "จัด “%(a)s” เป็นอันดับหนึ่ง ร้อยละ %(first)s",
        "“%(a)s” was put first by %(first)s%",
    ),
    "scale": (
        "คะแนนเฉลี่ย %(mean)s จาก %(highest)s อยู่ในระดับ “%(band)s”",
        "The mean is %(mean)s of %(highest)s: “%(band)s”",
    ),
    "scale_plain": (
        "คะแนนเฉลี่ย %(mean)s จาก %(highest)s",
        "The mean is %(mean)s of %(highest)s",
    ),
    "number": ("เฉลี่ย %(mean)s%(unit)s", "The mean is %(mean)s%(unit)s"),
    "text": ("มีผู้เขียนตอบ %(n)s คน", "%(n)s people wrote an answer"),
    "hidden": (
        "มีผู้ตอบน้อยเกินกว่าจะเผยแพร่ผลได้",
        "Too few people answered for a result to be shown",
    ),
}
WHO = {
    "none": ("ในบรรดาผู้ที่ตอบ: ", "Among those who answered: "),
    "small": (
        "จากผู้ตอบเพียง %(base)s คน: ",
        "From only %(base)s people who answered: ",
    ),
}
DIFFERS = (
    "แตกต่างกันอย่างมีนัยสำคัญทางสถิติ เมื่อจำแนกตามข้อ “%(by)s”",
    "It differs by “%(by)s” by more than chance",
)
ALIKE = (
    "ไม่พบความแตกต่างอย่างมีนัยสำคัญทางสถิติ เมื่อจำแนกตามข้อ “%(by)s”",
    "No difference by “%(by)s” was found beyond chance",
)
LANGUAGES = ("th", "en")


def headline(question: dict, errors: str) -> dict[str, str]:
    """The sentence about a question of a snapshot, in both languages.

    ``errors`` is that of the snapshot: "sampling", "modelled" or "none".
    """
    group = question["tables"][0]["groups"][0]
    key, facts = _told(question, group)
    return {
        language: _who(group, errors, key, place)
        + _filled(WORDS[key][place], facts, language)
        # What answers were weighted to is as it was set, not as it was found.
        + ("" if question.get("role") else _precision(group, key, facts, errors))
        for place, language in enumerate(LANGUAGES)
    }


def differences(question: dict, labels: dict) -> list[dict[str, str]]:
    """A sentence for each breakdown that was tested: {"th", "en"}; ``labels`` by its name."""
    found = []
    for table in question["tables"][1:]:
        if test := table.get("test"):
            words = DIFFERS if test["is_clear"] else ALIKE
            by = {"by": labels[table["by"]]}
            found.append(
                {
                    language: _filled(words[place], by, language)
                    for place, language in enumerate(LANGUAGES)
                }
            )
    return found


def _told(question, group):
    """The rule that fits, with its facts."""
    kind = question["kind"]
    if kind in {"text", "date"}:
        return ("text", {"n": group["base"]}) if group["base"] is not None else ("hidden", {})
    mean = group.get("mean") or {}
    if kind in {"scale", "matrix"} and mean.get("value") is not None:
        facts = {"mean": f"{mean['value']:.2f}", "highest": f"{mean['highest']:g}"}
        return (
            ("scale", facts | {"band": mean["band"]}) if "band" in mean else ("scale_plain", facts)
        )
    if kind == "number":
        if mean.get("value") is None:
            return "hidden", {}
        unit = {lang: f" {text}" if text else "" for lang, text in question["unit"].items()}
        return "number", {"mean": f"{mean['value']:.2f}", "unit": unit or {"th": "", "en": ""}}
    key = "first" if kind == "rank" else "percent"
    ordered = _ordered(question, group, key)
    if not ordered:
        return "hidden", {}
    return _of_choices(kind, ordered, _unseen(question, group, key))


def _of_choices(kind, ordered, unseen):
    (first, a, cell), *rest = ordered
    facts = {"a": a, "first": _percent(first), "cell": cell}
    if kind == "rank":
        return ("ranked" if first > unseen else "ranked_by"), facts
    if len(ordered) == 1 or first <= unseen:
        return "only", facts
    if kind != "multiple" and first > HALF:
        return ("about_half" if _low(cell, first) <= HALF else "majority"), facts
    # Nothing is second that nobody said, or that a hidden answer may surpass.
    rest = [answer for answer in rest if answer[0] > unseen]
    if not rest:
        return "most", facts
    second, b, other = rest[0]
    facts |= {"b": b, "second": _percent(second)}
    if first == second:
        return "same", facts
    if kind == "multiple":
        return "chosen", facts
    # The error of a difference of two shares of one sample is at most the sum of theirs.
    if "low" in cell and "low" in other and first - second <= _reach(cell) + _reach(other):
        return "tie", facts
    return "plurality", facts


def _unseen(question, group, key):
    """The largest share that a hidden answer may have, of those that say something."""
    answers = zip(question["choices"], group["cells"], strict=True)
    said = [cell for choice, cell in answers if not choice.get("missing")]
    if all(cell.get(key) is not None for cell in said):
        return 0
    if question["kind"] == "multiple":
        return 100
    return 100 - sum(cell.get(key) or 0 for cell in group["cells"])


def _ordered(question, group, key):
    """(percent, label, cell) of the answers that say something, the most frequent first."""
    cells = zip(question["choices"], group["cells"], strict=True)
    found = [
        (cell[key], choice["label"], cell)
        for choice, cell in cells
        if not choice.get("missing") and cell.get(key) is not None
    ]
    return sorted(found, key=lambda each: -each[0])


def _low(cell, value):
    return cell.get("low", value)


def _reach(cell):
    return (cell["high"] - cell["low"]) / 2


def _who(group, errors, key, place):
    if key in {"text", "hidden"}:
        return ""
    if group["standing"] == "small":
        return WHO["small"][place] % {"base": group["base"]}
    return WHO["none"][place] if errors == "none" else ""


def _precision(group, key, facts, errors):
    """± half of the interval, where the design has one."""
    if errors != "sampling" or key not in {"majority", "about_half", "only", "chosen"}:
        return ""
    cell = facts["cell"]
    return f" (±{_reach(cell):.1f})" if "low" in cell else ""


def _filled(words, facts, language):
    for name, value in facts.items():
        text = value.get(language) or value.get("th", "") if isinstance(value, dict) else value
        words = words.replace(f"%({name})s", str(text))
    return words


def _percent(number):
    return f"{number:.1f}"
