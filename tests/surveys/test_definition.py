import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.definition import Form, compiled, for_page, normalised, problems, uid_of

EVERY_KIND = json.loads(Path(__file__).with_name("every_kind.json").read_text("utf-8"))
TWO = [{"code": "1", "label": {"th": "ใช่"}}, {"code": "2", "label": {"th": "ไม่"}}]
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "sections",
                    "questions",
                    "name",
                    "kind",
                    "choices",
                    "rows",
                    "label",
                    "th",
                    "code",
                    "relevant",
                    "min",
                    "title",
                    "filter",
                    "scope",
                    "required",
                    "default",
                    "rank_n",
                ]
            ),
            inner | st.sampled_from(["matrix", "number", "place", "rank", "single", "${a} = 1"]),
            max_size=6,
        )
    ),
    max_leaves=30,
)


def one(**question):
    """A questionnaire of one section: a choice D1, then the question."""
    first = {"name": "D1", "kind": "single", "label": {"th": "ก"}, "choices": TWO}
    second = {"name": "Q1", "kind": "text", "label": {"th": "ข"}} | question
    section = {"name": "s1", "title": {"th": "ส่วน"}, "questions": [first, second]}
    return {"title": {"th": "แบบสอบถาม"}, "sections": [section]}


@given(_json)
def test_whatever_is_given_has_one_form_and_never_raises(raw):
    once = normalised(raw)

    assert normalised(once) == once
    assert problems(raw) != []


def test_a_definition_of_every_kind_has_no_problems_and_keeps_its_form():
    once = normalised(EVERY_KIND)

    assert normalised(json.loads(json.dumps(once))) == once
    assert problems(once) == []


def test_what_is_usual_or_empty_is_left_out():
    definition = one(hint={"th": " "}, max_length=500, relevant=" ${D1}=1and(1) ", junk=1)

    assert normalised(definition)["sections"][0]["questions"][1] == {
        "uid": uid_of("Q1"),
        "name": "Q1",
        "kind": "text",
        "label": {"th": "ข"},
        "relevant": "${D1} = 1 and 1",
    }


@pytest.mark.parametrize(
    "question",
    [
        {"name": "ก"},
        {"name": "d1"},
        {"name": "s1"},
        {"name": "a" * 33},
        {"kind": "geopoint"},
        {"label": {"en": "x"}},
        {"kind": "scale", "choices": TWO[:1]},
        {"kind": "single", "choices": [*TWO, TWO[0]]},
        {"kind": "single", "choices": [*TWO, {"code": "a b", "label": {"th": "ค"}}]},
        {"kind": "matrix", "choices": TWO},
        {"kind": "multiple", "choices": TWO, "max_choices": 3},
        {"kind": "multiple", "choices": TWO, "min_choices": 2, "max_choices": 1},
        {"kind": "rank", "choices": TWO},
        {"kind": "number", "min": 2, "max": 1},
        {"kind": "number", "default": "x"},
        {"kind": "date", "default": "5"},
        {"max_length": 5000},
        {"kind": "place", "scope": ["160"]},
        {"kind": "calculate"},
        {"kind": "calculate", "calculation": "${Q1} + 1"},
        {"role": "stratum"},
        {"relevant": "${nobody} = 1"},
        {"relevant": "${Q1} = 1"},
        {"relevant": "D1 = 1"},
        {"relevant": "("},
        {"kind": "single", "choices": TWO, "choice_filter": "province = 1"},
    ],
    ids=str,
)
def test_each_thing_that_is_wrong_is_told_where_it_is(question):
    found = problems(one(**question))

    assert [problem.where for problem in found] == [question.get("name", "Q1")]
    assert all(problem.sentence for problem in found)


def test_conditions_look_back_only_but_calculations_may_look_ahead():
    definition = one(kind="calculate", calculation="${Q2} + 1")
    later = {"name": "Q2", "kind": "number", "label": {"th": "ค"}}
    definition["sections"][0]["questions"].append(later)

    assert problems(definition) == []
    later["relevant"] = "${Q1} > 1"
    assert "Q1, Q2" in problems(definition)[0].sentence
    later["relevant"] = ""
    definition["sections"][0]["relevant"] = "${D1} = 1"
    assert [problem.where for problem in problems(definition)] == ["s1"]


def test_a_form_gives_variables_in_their_order():
    form = Form(EVERY_KIND)

    names = [variable.name for variable in form.variables]
    assert names[5:9] == ["Q1", "Q1_other", "Q2", "Q3_a"]
    assert form.variable("Q3_b").row.code == "b"
    assert [choice.code for choice in form.variable("Q3_b").choices] == ["1", "2", "9"]
    assert form.question("welcome").variables == ()


def test_sections_questions_and_choices_follow_the_answers():
    form = Form(EVERY_KIND)
    second = form.section("s2")

    assert [section.name for section in form.relevant_sections({"age": 17})] == ["s1"]
    assert [section.name for section in form.relevant_sections({"age": 18})] == ["s1", "s2"]
    shown = [question.name for question in form.relevant_questions(second, {"Q1": ["b"]})]
    assert shown == ["Q1", "Q2", "Q4", "Q5", "code", "home"]
    visible = form.visible_choices(form.question("Q2"), {"Q1": ["b"]})
    assert [choice.code for choice in visible] == ["y", "z"]


def test_the_browser_gets_trees_and_only_the_answers_it_needs():
    form = Form(EVERY_KIND)
    answers = {"D2": "1", "age": 20, "income": 1000, "D1": "160101"}

    page = for_page(form, form.section("s2"), answers, today="2026-11-30")

    assert page["answers"] == {"D2": "1", "age": 20}
    assert page["logic"]["sections"][0]["questions"][1]["max"] == 2
    assert "ช่องทาง" not in json.dumps(compiled(EVERY_KIND), ensure_ascii=False)
