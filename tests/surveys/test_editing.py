"""Steps on a draft: what moves, what is copied, what follows a name."""

import pytest

from surveys import editing
from surveys.definition import normalised, problems


def a_draft():
    """s1: Q1, Q2 (asked when Q1 is 1); s2: Q3 (a table), Q4 (asked by a row of it)."""
    yes_no = [{"code": "1", "label": {"th": "ใช่"}}, {"code": "2", "label": {"th": "ไม่"}}]
    ask = {"kind": "single", "label": {"th": "คำถาม"}, "choices": yes_no}
    rows = [{"code": "a", "label": {"th": "ก"}}]
    return normalised(
        {
            "title": {"th": "ชื่อ"},
            "sections": [
                {
                    "name": "s1",
                    "title": {"th": "หนึ่ง"},
                    "questions": [
                        ask | {"uid": "0000000a", "name": "Q1"},
                        ask | {"uid": "0000000b", "name": "Q2", "relevant": "${Q1} = '1'"},
                    ],
                },
                {
                    "name": "s2",
                    "title": {"th": "สอง"},
                    "relevant": "${Q1} = '2'",
                    "questions": [
                        ask | {"uid": "0000000c", "name": "Q3", "kind": "matrix", "rows": rows},
                        ask | {"uid": "0000000d", "name": "Q4", "relevant": "${Q3_a} = '1'"},
                    ],
                },
            ],
        }
    )


def order(definition):
    return [[each["name"] for each in s["questions"]] for s in definition["sections"]]


def test_a_new_question_gets_the_next_name_that_was_never_published():
    draft = a_draft()

    uid = editing.add_question(draft, "s1", "single", "ใหม่", avoiding={"q5"})

    assert editing.question(draft, uid)["name"] == "Q6"
    assert order(draft) == [["Q1", "Q2", "Q6"], ["Q3", "Q4"]]


def test_a_new_section_stands_at_the_end():
    draft = a_draft()

    name = editing.add_section(draft)

    assert [section["name"] for section in draft["sections"]] == ["s1", "s2", name]


@pytest.mark.parametrize(
    ("uid", "by", "expected"),
    [
        ("0000000a", 1, [["Q2", "Q1"], ["Q3", "Q4"]]),
        ("0000000b", 1, [["Q1"], ["Q2", "Q3", "Q4"]]),
        ("0000000c", -1, [["Q1", "Q2", "Q3"], ["Q4"]]),
        ("0000000a", -1, [["Q1", "Q2"], ["Q3", "Q4"]]),
        ("0000000d", 1, [["Q1", "Q2"], ["Q3", "Q4"]]),
    ],
)
def test_a_question_moves_by_one_and_over_the_edge_into_the_next_section(uid, by, expected):
    draft = a_draft()

    editing.move(draft, uid, by)

    assert order(draft) == expected


def test_a_question_moves_to_any_place():
    draft = a_draft()

    editing.move_to(draft, "0000000d", "s1", 1)
    editing.move_to(draft, "0000000a", "s1", 99)

    assert order(draft) == [["Q4", "Q2", "Q1"], ["Q3"]]


def test_a_section_moves():
    draft = a_draft()

    editing.move_section(draft, "s2", -1)
    editing.move_section(draft, "s2", -1)

    assert [section["name"] for section in draft["sections"]] == ["s2", "s1"]


def test_a_copy_stands_behind_under_a_name_of_its_own():
    draft = a_draft()

    uid = editing.duplicate(draft, "0000000a")

    assert order(draft) == [["Q1", "Q5", "Q2"], ["Q3", "Q4"]]
    assert editing.question(draft, uid)["choices"] == editing.question(draft, "0000000a")["choices"]
    assert problems(draft) == []


def test_conditions_inside_a_copied_section_ask_about_the_copy():
    draft = a_draft()

    name = editing.duplicate_section(draft, "s2")

    copy = draft["sections"][editing.find_section(draft, name)]
    assert order(draft) == [["Q1", "Q2"], ["Q3", "Q4"], ["Q5", "Q6"]]
    assert copy["relevant"] == "${Q1} = '2'"
    assert copy["questions"][1]["relevant"] == "${Q5_a} = '1'"
    assert problems(normalised(draft)) == []


def test_a_new_name_is_followed_in_all_conditions():
    draft = a_draft()
    table = editing.question(draft, "0000000c")

    editing.replace(draft, "0000000a", editing.question(draft, "0000000a") | {"name": "news"})
    editing.replace(draft, "0000000c", table | {"name": "trust"})

    assert draft["sections"][1]["relevant"] == "${news} = '2'"
    assert editing.question(draft, "0000000b")["relevant"] == "${news} = '1'"
    assert editing.question(draft, "0000000d")["relevant"] == "${trust_a} = '1'"


def test_what_is_not_there_is_told():
    draft = a_draft()

    with pytest.raises(LookupError):
        editing.remove(draft, "ffffffff")
    with pytest.raises(LookupError):
        editing.remove_section(draft, "s9")


def test_what_is_removed_is_gone_and_handed_back():
    draft = a_draft()

    question = editing.remove(draft, "0000000b")
    section = editing.remove_section(draft, "s2")

    assert (question["name"], section["name"]) == ("Q2", "s2")
    assert order(draft) == [["Q1"]]
