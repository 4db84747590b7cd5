"""Expressions, questionnaires and answers by chance, always the same for the same seed."""

import string

PATTERNS = [
    "^[0-9]{2,5}$",
    "a|b",
    "^(?:[ก-ฮ]+)$",
    "\\d+\\.?\\d*",
    "[^a-c]",
    "x{2}",
    ".$",
    "\\s",
    "^$",
]
FORMS = ["%Y-%m-%d", "%e/%n/%y", "x"]
TEXTS = ["", "a", "b", "a b", "1", "2", " 1 ", "2026-11-30", "x.y", "ลพบุรี", "น้ำ", "NaN", "-3.50"]
KINDS = ["single", "multiple", "scale", "number", "text", "date", "place", "rank", "matrix"]


def random_expression(chance, names, *, depth, columns=True):
    """A tree that ``parse`` could have made."""
    if depth <= 1 or chance.random() < 0.1:
        return _leaf(chance, names, columns)

    def part():
        return random_expression(chance, names, depth=depth - 1, columns=columns)

    kind = chance.random()
    if kind < 0.3:
        return _flat([chance.choice(["and", "or"]), part(), part()])
    if kind < 0.55:
        return [chance.choice(["=", "!=", "<", "<=", ">", ">="]), part(), part()]
    if kind < 0.7:
        return _flat([chance.choice(["+", "-", "*", "div", "mod"]), part(), part()])
    if kind < 0.73:
        return ["neg", part()]
    one = ["not", "count-selected", "string-length", "number", "int", "round", "floor", "sum"]
    one += ["date", "string", "normalize-space"]
    two = ["selected", "contains", "starts-with", "coalesce", "min", "max", "concat", "round"]
    two += ["substr"]
    if kind < 0.84:
        return [chance.choice(one), part()]
    if kind < 0.94:
        return [chance.choice(two), part(), part()]
    return chance.choice(
        [
            ["if", part(), part(), part()],
            ["substr", part(), part(), part()],
            ["regex", part(), chance.choice(PATTERNS)],
            ["format-date", part(), chance.choice(FORMS)],
            ["min", part(), part(), part()],
        ]
    )


def _flat(tree):
    """Long sums and lists are one level, as the parser leaves them."""
    head, left, right = tree
    if head in {"and", "or", "+", "-", "*"} and isinstance(left, list) and left[0] == head:
        return [*left, right]
    return tree


def _leaf(chance, names, columns):
    kinds = ["number", "text", "this", "call"] + ["answer"] * 6 + ["column"] * columns
    match chance.choice(kinds):
        case "number":
            return chance.choice([0, 1, 2, 3, 18, 2.5, 0.1, 1000000, 9007199254740991])
        case "text":
            return chance.choice(TEXTS)
        case "this":
            return ["."]
        case "call":
            return [chance.choice(["today", "true", "false", "now"])]
        case "column":
            return ["@", "c"]
    return ["$", chance.choice(names)] if names else 1


def _condition(chance, names):
    """Mostly one that people write; mostly true for somebody."""
    from surveys.expressions import to_text

    if chance.random() < 0.5:
        return to_text(random_expression(chance, names, depth=4, columns=False))
    name = chance.choice(names)
    return chance.choice(
        [
            f"${{{name}}} = '1'",
            f"selected(${{{name}}}, '2')",
            f"${{{name}}} != ''",
            f"${{{name}}} > 2 or ${{{name}}} = ''",
            f"not(selected(${{{name}}}, '1')) and count-selected(${{{name}}}) < 3",
        ]
    )


def random_form(chance, *, sections, questions):
    """A definition without problems, with every kind of question."""
    from surveys.expressions import to_text

    before, made = [], []
    for number in range(sections):
        earlier = list(before)
        section = {"name": f"s{number}", "title": {"th": f"ส่วน {number}"}, "questions": []}
        if earlier and chance.random() < 0.4:
            section["relevant"] = _condition(chance, earlier)
        for place in range(questions):
            question = _question(chance, f"q{number}_{place}")
            if before and chance.random() < 0.5:
                question["relevant"] = _condition(chance, before)
            if before and chance.random() < 0.3:
                question["required"] = chance.choice([True, _condition(chance, before)])
            if before and question.get("choices") and question["kind"] != "matrix":
                question["choice_filter"] = f"c = '' or c != ${{{chance.choice(before)}}}"
            section["questions"].append(question)
            before += _names(question)
        if before:
            name = f"c{number}"
            tree = random_expression(chance, before, depth=4, columns=False)
            section["questions"].append(
                {"name": name, "kind": "calculate", "calculation": to_text(tree)}
            )
            before.append(name)
        made.append(section)
    return {"languages": ["th"], "title": {"th": "แบบสอบถาม"}, "sections": made}


def _question(chance, name):
    kind = chance.choice(KINDS)
    question = {"name": name, "kind": kind, "label": {"th": f"คำถาม {name}"}}
    if kind in {"single", "multiple", "scale", "rank", "matrix"}:
        question["choices"] = [
            {"code": str(code), "label": {"th": f"ข้อ {code}"}, "filter": {"c": str(code % 2 or "")}}
            for code in range(1, chance.randint(4, 6))
        ]
        if kind in {"single", "multiple"}:
            question["choices"][-1]["other"] = chance.random() < 0.5
    if kind == "matrix":
        question["rows"] = [{"code": code, "label": {"th": code}} for code in "abc"]
    return question


def _names(question):
    name = question["name"]
    if question["kind"] == "matrix":
        return [f"{name}_{row['code']}" for row in question["rows"]]
    other = any(choice.get("other") for choice in question.get("choices", []))
    return [name, f"{name}_other"] if other else [name]


def answers_to(chance, form):
    """Answers as they are stored, some to what is not asked."""
    answers = {}
    for variable in form.variables:
        if chance.random() < 0.2:
            continue
        codes = [choice.code for choice in variable.choices]
        match variable.kind:
            case "single" | "scale" | "matrix":
                answers[variable.name] = chance.choice(codes)
            case "multiple":
                picked = [code for code in codes if chance.random() < 0.4]
                answers[variable.name] = picked or None
            case "rank":
                answers[variable.name] = chance.sample(codes, 2)
            case "number":
                answers[variable.name] = chance.choice([0, 1, 5, 17.5, -3, 120, 1e15])
            case "text":
                letters = string.ascii_letters + "กขคงจ 123😀"
                text = "".join(chance.choices(letters, k=chance.randint(1, 12))).strip()
                answers[variable.name] = text or None
            case "date":
                answers[variable.name] = f"20{chance.randint(10, 30)}-{chance.randint(1, 12):02}-15"
            case "place":
                answers[variable.name] = chance.choice(["16", "1601", "160102"])
    return answers
