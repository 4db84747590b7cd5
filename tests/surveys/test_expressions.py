import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.answering import settle
from surveys.definition import Form, compiled, problems
from surveys.expressions import (
    ExpressionError,
    columns,
    evaluate,
    names,
    number_text,
    parse,
    to_text,
)
from surveys.expressions.patterns import LONGEST_SUBJECT, PatternError, matches, pattern
from tests.surveys.random_forms import PATTERNS, answers_to, random_expression, random_form

TODAY = "2026-11-30"
_file = json.loads(Path(__file__).with_name("vectors.json").read_text("utf-8"))
VECTORS = _file["reference"] + _file["own"]


def told(value):
    """Numbers by their text: NaN is no JSON, and equals nothing."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"number": number_text(float(value))}
    return value


def here(vector):
    return evaluate(
        parse(vector["expression"], columns="columns" in vector),
        vector.get("answers", {}),
        this=vector.get("this"),
        columns=vector.get("columns"),
        today=TODAY,
    )


def test_every_vector_comes_to_what_the_reference_says():
    wrong = [vector for vector in VECTORS if told(here(vector)) != told(vector["value"])]

    assert wrong == []
    assert len(VECTORS) >= 500


def test_the_browser_comes_to_the_same_value_for_every_vector(in_browser):
    task = [
        {**vector, "tree": parse(vector["expression"], columns=True), "today": TODAY}
        for vector in VECTORS
    ]

    [found] = in_browser([{"vectors": task}])

    pairs = zip(VECTORS, found, strict=True)
    assert [(v["expression"], got) for v, got in pairs if got != told(v["value"])] == []


def test_a_tree_written_and_read_again_is_the_same_tree():
    chance = random.Random(1)
    trees = [parse(vector["expression"], columns=True) for vector in VECTORS]
    trees += [random_expression(chance, ["a", "b"], depth=5) for _each in range(500)]

    again = [parse(to_text(tree), columns=True) for tree in trees]

    assert again == trees
    assert [json.loads(json.dumps(tree)) for tree in trees] == trees


def test_random_expressions_come_to_the_same_value_in_the_browser(in_browser):
    chance = random.Random(2)
    values = ["", "a", "a b", "1", 0, 5, -2.5, 1e21, 1e-7, "2026-11-30", ["a", "b"], None, "😀ก", 7]
    vectors = [
        {
            "tree": random_expression(chance, ["a", "b"], depth=5),
            "answers": {"a": chance.choice(values), "b": chance.choice(values)},
            "this": chance.choice(values),
            "columns": {"c": chance.choice(["", "a"])},
            "today": TODAY,
        }
        for _each in range(5000)
    ]

    [found] = in_browser([{"vectors": vectors}])

    pairs = zip(vectors, found, strict=True)
    wrong = [
        (to_text(v["tree"]), v, got)
        for v, got in pairs
        if got
        != told(
            evaluate(v["tree"], v["answers"], this=v["this"], columns=v["columns"], today=TODAY)
        )
    ]
    assert wrong == []


def test_ten_thousand_answer_sets_are_settled_alike_here_and_in_the_browser(in_browser):
    chance = random.Random(3)
    definitions = [random_form(chance, sections=3, questions=10) for _each in range(20)]
    forms = [Form(definition) for definition in definitions]
    sets = [[answers_to(chance, form) for _each in range(500)] for form in forms]

    mine = [
        [settle(form, answers, today=TODAY) for answers in group]
        for form, group in zip(forms, sets, strict=True)
    ]
    theirs = in_browser(
        {
            "form": compiled(definition),
            "today": TODAY,
            "answers": group,
        }
        for definition, group in zip(definitions, sets, strict=True)
    )

    assert [problems(definition) for definition in definitions] == [[]] * 20
    assert sum(map(len, mine)) == 10_000
    assert theirs == json.loads(json.dumps(mine))
    asked = [len(answers) for group in mine for answers in group]
    assert min(asked) < max(asked)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("1 +", 3),
        ("(1", 0),
        ("1 2", 2),
        ("1 + foo(2)", 4),
        ("../a", 0),
        ("/data/a", 0),
        ("1 = a", 4),
        ("'abc", 0),
        ("${}", 0),
        ("not()", 0),
        ("if(1, 2)", 0),
        ("regex('a', ${a})", 0),
        ("regex('a', '(a+)+')", 0),
        ("format-date('', '%b')", 0),
        ("(" * 40 + "1" + ")" * 40, 32),
        ("1" + "+1" * 600, 999),
        ("1" * 5000, 4000),
    ],
)
def test_what_is_no_expression_is_refused_with_a_sentence_and_its_place(text, position):
    with pytest.raises(ExpressionError) as refusal:
        parse(text)

    assert refusal.value.position == position
    assert refusal.value.sentence


@given(st.text(alphabet="${}abd1.=<>!+-*/() '\"‘’“”,notselectedregex[]|\\", max_size=60))
def test_any_text_is_an_expression_or_refused(text):
    try:
        tree = parse(text, columns=True)
    except ExpressionError:
        return

    assert parse(to_text(tree), columns=True) == tree
    evaluate(tree, {})


def test_names_and_columns_are_told():
    tree = parse("province = ${D1} and selected(${Q1}, code)", columns=True)

    assert names(tree) == {"D1", "Q1"}
    assert columns(tree) == {"province", "code"}


@pytest.mark.parametrize(
    "source",
    ["(a+)+", "(a*)*", "(a|a)*", "(a|aa)+", "(a?){20}", "((a+)b)*", "(.*)*x", "([a-z]+)*$"],
)
def test_patterns_that_would_make_a_browser_hang_are_refused(source):
    with pytest.raises(PatternError):
        pattern(source)


@pytest.mark.parametrize(
    "source",
    [
        r"(?=a)",
        r"(?<n>a)",
        r"\1",
        r"\p{L}",
        r"\bx",
        "a{,3}",
        "a++",
        "[]",
        "[z-a]",
        "a{999}",
        "*",
        "(",
        ")",
        "a{2}{3}",
        "^*",
        r"[x-\d]",
        "x" * 201,
        "a\\",
    ],
)
def test_patterns_that_python_and_javascript_read_differently_are_refused(source):
    with pytest.raises(PatternError):
        pattern(source)


@pytest.mark.parametrize("source", ["^.*.*.*.*.*.*=$", "(?:.*a.*b.*c.*d)", "x*x*x*x*x*x*x*y"])
def test_a_pattern_of_many_repetitions_takes_one_look_at_each_character(source):
    text = "x" * LONGEST_SUBJECT

    assert not matches(text, source)
    assert len(pattern(source)._steps) < 20
    assert not matches(text + "y", "y")


def test_a_sign_after_a_class_is_itself():
    assert parse(r"regex('', '[\w-.]')") == ["regex", "", r"[\w\-.]"]
    assert matches("-", r"^[\w-.]$")
    assert not matches(",", r"^[\w-.]$")


@given(st.text(alphabet="ab1ก-. \n", max_size=12), st.sampled_from(PATTERNS))
def test_the_automaton_finds_what_python_finds(text, source):
    theirs = source.replace("$", r"\Z").replace(".\\Z", "[^\n]\\Z")

    assert matches(text, source) == bool(re.search(theirs, text, re.ASCII))
