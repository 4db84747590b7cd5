import json
from pathlib import Path

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.answering import as_typed, check, clean, settle, typed
from surveys.definition import Form

FORM = Form(json.loads(Path(__file__).with_name("every_kind.json").read_text("utf-8")))
FIRST, SECOND = FORM.sections
PLACES = {"16", "1601", "160101", "10"}
BEFORE = {"D1": "160101", "D2": "1", "age": 20, "income": None, "since": None}
WHOLE = {**BEFORE, "Q1": ["b"], "Q2": "y", "Q4": "0", "Q5": ["2", "1"], "code": None, "home": "10"}


def answered(section, query, **before):
    return clean(FORM, section, QueryDict(query), answers=before, places=PLACES, today="2026-11-30")


def test_a_section_is_read_as_people_write():
    answers, errors = answered(FIRST, "D1=160101&D2=1&age=๒๐&income=1,250.50&since=24/11/2569")

    assert errors == {}
    assert answers == {
        "D1": "160101",
        "D2": "1",
        "age": 20,
        "income": 1250.5,
        "since": "2026-11-24",
        "total": 20,
    }


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("", {"D1", "D2"}),
        ("D1=1601&D2=1", {"D1"}),
        ("D1=999999&D2=1", {"D1"}),
        ("D1=10&D2=1", {"D1"}),
        ("D1=160101&D2=7", {"D2"}),
        ("D1=160101&D2=1&age=14", {"age"}),
        ("D1=160101&D2=1&age=121", {"age"}),
        ("D1=160101&D2=1&age=20.5", {"age"}),
        ("D1=160101&D2=1&age=99", {"age"}),
        ("D1=160101&D2=1&age=1,5", {"age"}),
        ("D1=160101&D2=1&age=twenty", {"age"}),
        ("D1=160101&D2=1&since=31/2/2569", {"since"}),
        ("D1=160101&D2=1&since=2027-01-01", {"since"}),
    ],
)
def test_what_is_wrong_in_a_section_is_told_by_variable(query, wrong):
    answers, errors = answered(FIRST, query)

    assert set(errors) == wrong
    assert [answers[name] for name in wrong] == [None] * len(wrong)


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("Q5_1=1&Q5_2=2&Q1=b", set()),
        ("Q5_1=1&Q5_2=1&Q1=b", {"Q5"}),
        ("Q5_1=1&Q1=b", {"Q5"}),
        ("Q5_2=1&Q1=b", {"Q5"}),
        ("Q5_1=1&Q5_2=2&Q1=c&Q1=b&Q1=d", {"Q1"}),
        ("Q5_1=1&Q5_2=2&Q1=a&Q1=b&Q1=c&Q3_a=1&Q3_b=1", {"Q1"}),
        ("Q5_1=1&Q5_2=2&Q1=b&Q1=n", {"Q1"}),
        ("Q5_1=1&Q5_2=2&Q1=b&Q2=x", {"Q2"}),
        ("Q5_1=1&Q5_2=2&Q1=a", {"Q3_a", "Q3_b"}),
        ("Q5_1=1&Q5_2=2&Q1=a&Q3_a=1&Q3_b=2&Q6=" + "x" * 1001, {"Q6"}),
        ("Q5_1=1&Q5_2=2&Q1=b&code=1234x", {"code"}),
    ],
)
def test_choices_rankings_and_tables_are_held_to_their_limits(query, wrong):
    _answers, errors = answered(SECOND, query, **BEFORE)

    assert set(errors) == wrong


def test_messages_are_those_of_the_questionnaire():
    _answers, errors = answered(FIRST, "D1=160101&age=99")

    assert errors == {"D2": "โปรดตอบ", "age": "อายุ 15 ปีขึ้นไป"}


def test_nothing_typed_is_lost_when_something_is_wrong():
    """decidim#3686: after an error all answers jumped to the first option."""
    query = QueryDict("Q1=c&Q1=a&Q1=b&Q1_other=ไลน์&Q5_2=1&Q3_a=9&code= x")

    shown = typed(SECOND, query)

    assert shown["Q1"] == ["c", "a", "b"]
    assert shown["Q1_other"] == "ไลน์"
    assert shown["Q5"] == ["", "1"]
    assert (shown["Q3_a"], shown["Q3_b"], shown["code"]) == ("9", "", " x")


def test_stored_answers_go_back_into_the_page_as_people_write_them():
    shown = as_typed(FIRST, BEFORE | {"since": "2026-11-24", "income": 1250.5})

    assert (shown["age"], shown["since"], shown["income"]) == ("20", "24/11/2569", "1250.5")
    assert as_typed(SECOND, {"Q5": ["2"]})["Q5"] == ["2", ""]


def test_answers_to_what_is_not_asked_are_discarded_and_count_as_blank():
    answers = {**WHOLE, "Q1": ["a", "c"], "Q1_other": "ก", "Q3_a": "1", "Q3_b": None}

    asked = settle(FORM, answers)
    without = settle(FORM, {**answers, "Q1": ["b"]})

    assert (asked["Q3_a"], asked["Q3_b"], asked["Q6"], asked["total"]) == ("1", None, None, 22)
    assert {"Q3_a", "Q3_b", "Q6", "Q1_other"} & set(without) == set()
    assert {"Q1", "total"} & set(settle(FORM, {**answers, "age": 17})) == set()


def test_a_change_in_an_earlier_section_discards_later_answers():
    answers, errors = answered(FIRST, "D1=160101&D2=1&age=16", **WHOLE)

    assert errors == {}
    assert set(answers) == {"D1", "D2", "age", "income", "since"}


def test_a_whole_response_that_a_device_sends_is_checked_by_the_same_rules():
    assert check(FORM, WHOLE, places=PLACES, today="2026-11-30") == {}
    assert set(check(FORM, {**WHOLE, "D2": None, "Q5": ["9"], "zz": 1}, places=PLACES)) == {
        "",
        "D2",
        "Q5",
    }
    assert set(check(FORM, {**WHOLE, "Q1": "b", "D2": ["1"]}, places=PLACES)) == {"Q1", "Q2", "D2"}
    assert set(check(FORM, {**WHOLE, "code": "x" * 70_000})) == {""}


_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=150)
@given(_anything | st.dictionaries(st.sampled_from([*WHOLE, "Q6", "zz"]), _anything))
def test_garbage_never_raises_and_what_is_kept_is_good_json(garbage):
    errors = check(FORM, garbage)

    assert all(isinstance(sentence, str) and sentence for sentence in errors.values())
    if isinstance(garbage, dict):
        kept = settle(FORM, garbage)
        text = json.dumps(kept, allow_nan=False, ensure_ascii=False)
        assert "\\u0000" not in text
        assert text.encode()
        assert settle(FORM, kept) == kept
