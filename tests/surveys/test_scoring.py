import pytest

from surveys import drafting, scoring
from surveys.definition import normalised
from tests import make


def _of(*words, kind="scale", **more):
    choices = [{"code": str(n), "label": {"th": word}} for n, word in enumerate(words, start=1)]
    question = {"uid": "0000000f", "name": "S", "kind": kind, "label": {"th": "พอใจเพียงใด"}}
    return {"sections": [{"name": "s", "questions": [question | {"choices": choices} | more]}]}


def _values(definition):
    (question,) = scoring.scored(definition)["sections"][0]["questions"]
    return [choice.get("value") for choice in question["choices"]]


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (("พอใจมาก", "พอใจ", "ไม่พอใจ", "ไม่พอใจมาก"), [4, 3, 2, 1]),
        (("น้อยที่สุด", "น้อย", "ปานกลาง", "มาก", "มากที่สุด"), [1, 2, 3, 4, 5]),
        (("มากที่สุด", "มาก", "ปานกลาง", "น้อย", "น้อยที่สุด"), [5, 4, 3, 2, 1]),
        (("0", "1", "2"), [0, 1, 2]),
        (("ทุกวัน", "ทุกสัปดาห์", "ทุกเดือน"), [None, None, None]),
    ],
)
def test_the_words_tell_which_end_of_a_scale_is_good(words, values):
    assert _values(_of(*words)) == values


def test_an_answer_that_says_nothing_has_no_value():
    definition = _of("มาก", "ปานกลาง", "น้อย", "ไม่มีความเห็น")
    definition["sections"][0]["questions"][0]["choices"][3]["missing"] = "no_opinion"

    assert _values(definition) == [3, 2, 1, None]


def test_values_that_were_given_stay():
    definition = _of("มาก", "ปานกลาง", "น้อย")
    for choice, value in zip(
        definition["sections"][0]["questions"][0]["choices"], (10, 5, 0), strict=True
    ):
        choice["value"] = value

    assert _values(definition) == [10, 5, 0]


def test_only_scales_are_scored():
    assert _values(_of("มาก", "ปานกลาง", "น้อย", kind="single")) == [None, None, None]


@pytest.mark.django_db
def test_a_version_is_published_with_its_values():
    survey = make.survey(state="draft")
    survey.questionnaires.all()
    draft = drafting.begin_version(survey, by=None)
    definition = normalised(draft.definition)
    for question in definition["sections"][1]["questions"]:
        question["hint"] = {"th": "ตอบข้อเดียว"}
        for choice in question.get("choices", ()):
            choice.pop("value", None)
    drafting.save(draft, definition, by=None, edition=draft.edition)

    drafting.publish(draft, by=make.user())

    (scale,) = (q for q in draft.definition["sections"][1]["questions"] if q["kind"] == "scale")
    assert [choice.get("value") for choice in scale["choices"]] == [5, 4, 3, 2, 1, None]
