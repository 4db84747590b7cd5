"""The linter: what it finds, and that it is quiet about good questions."""

import json
from pathlib import Path

import pytest

from surveys import linting
from surveys.definition import normalised
from tests import make

AGREE = ("เห็นด้วยอย่างยิ่ง", "เห็นด้วย", "ไม่เห็นด้วย", "ไม่เห็นด้วยอย่างยิ่ง")
CONTENT = ("พอใจมาก", "ค่อนข้างพอใจ", "ไม่ค่อยพอใจ", "ไม่พอใจ")
SAMPLE = Path(linting.__file__).parent / "sample"


def question(label="ท่านพอใจการประชาสัมพันธ์เพียงใด", kind="scale", answers=CONTENT, name="Q1", **facts):
    english = facts.pop("en", "")
    made = {"name": name, "kind": kind, "label": {"th": label, "en": english}} | facts
    if answers and kind in {"scale", "single", "multiple", "matrix", "rank"}:
        made.setdefault(
            "choices",
            [{"code": str(n), "label": {"th": each}} for n, each in enumerate(answers, 1)],
        )
    return made


def definition(*questions, **facts):
    sections = [{"name": "s1", "title": {"th": "หนึ่ง"}, "questions": [*questions]}]
    return normalised({"title": {"th": "ชื่อ"}, "sections": sections} | facts)


def rules(*questions, **facts):
    return [finding.rule for finding in linting.lint(definition(*questions, **facts))]


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("ท่านพอใจความรวดเร็วและความถูกต้องของข่าวเพียงใด", ["double-barrelled"]),
        ("ท่านพอใจเนื้อหารวมทั้งช่องทางเพียงใด", ["double-barrelled"]),
        ("ท่านพอใจวิทยุหรือโทรทัศน์เพียงใด", ["double-barrelled"]),
        ("ข่าวของจังหวัดเข้าใจง่ายหรือไม่", []),
        ("ท่านพอใจบริการของกระทรวงเกษตรและสหกรณ์เพียงใด", []),
        ("ท่านพอใจงานป้องกันและบรรเทาสาธารณภัยเพียงใด", []),
        ("ท่านพอใจข่าวของจังหวัดเพียงใด (เช่น วิทยุและโทรทัศน์)", []),
    ],
)
def test_a_rating_of_two_things_at_once_is_found(label, expected):
    assert rules(question(label)) == expected


def test_two_things_in_one_fact_are_no_rating():
    assert rules(question("ท่านได้รับข่าวและประกาศทางใด", "single", ("วิทยุ", "โทรทัศน์"))) == []


def test_each_row_of_a_table_is_looked_at():
    rows = [
        {"code": "a", "label": {"th": "ความรวดเร็ว"}},
        {"code": "b", "label": {"th": "ความสุภาพและความเต็มใจ"}},
    ]

    (found,) = linting.lint(definition(question(kind="matrix", rows=rows)))

    assert (found.rule, found.question) == ("double-barrelled", "Q1")
    assert "ความสุภาพและความเต็มใจ" in found.sentence


def test_english_is_looked_at_too():
    asked = question(en="How satisfied are you with speed and accuracy?", answers=())
    asked["choices"] = [
        {"code": str(n), "label": {"th": each, "en": "x"}} for n, each in enumerate(CONTENT)
    ]

    assert rules(asked, languages=["th", "en"]) == ["double-barrelled"]


@pytest.mark.parametrize(
    "label",
    [
        "ท่านเห็นด้วยหรือไม่ว่าการทำงานของจังหวัดดีขึ้น",
        "ท่านพอใจอย่างยิ่งต่อข่าวของจังหวัด",
        "ข่าวของจังหวัดมีประโยชน์ ใช่หรือไม่",
        "ดังที่ท่านทราบ จังหวัดช่วยผู้ประสบภัย ท่านพอใจเพียงใด",
        "คนส่วนใหญ่เห็นว่าข่าวเร็ว ท่านเห็นอย่างไร",
    ],
)
def test_leading_words_are_found(label):
    assert rules(question(label)) == ["leading"]


@pytest.mark.parametrize(
    "label",
    ["ท่านเห็นด้วยหรือไม่กับการขยายถนน", "เมื่อเทียบกับปีที่แล้ว ข่าวของจังหวัดเป็นอย่างไร", "โดยรวม ท่านพอใจเพียงใด"],
)
def test_open_wording_is_left_alone(label):
    assert rules(question(label)) == []


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("จังหวัดไม่ควรไม่แจ้งเตือน", ["double-negation"]),
        ("จังหวัดไม่ควรตัดต้นไม้", ["double-negation"]),
        ("จังหวัดควรแจ้งเตือนหรือไม่", []),
        ("ท่านไม่ได้รับข่าวเพราะเหตุใด", []),
    ],
)
def test_agreeing_to_a_not_is_found(label, expected):
    answers = AGREE if "ควร" in label else ("ไม่มีเวลา", "ไม่มีสัญญาณ")
    kind = "scale" if "ควร" in label else "single"

    assert rules(question(label, kind, answers)) == expected


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (("ดีมาก", "ดี", "พอใช้", "ควรปรับปรุง"), ["unbalanced"]),
        (("พอใจมากที่สุด", "พอใจมาก", "พอใจ", "ไม่พอใจ"), ["unbalanced"]),
        (("มากที่สุด", "มาก", "ปานกลาง", "น้อย", "น้อยที่สุด"), []),
        (("ง่ายมาก", "ค่อนข้างง่าย", "ค่อนข้างยาก", "ยากมาก"), []),
        (("ดีมาก", "ดี", "ไม่ดี", "แย่มาก", "ไม่ทราบ/ไม่มีความเห็น"), ["unmarked-missing"]),
        (("ทราบและเข้าใจ", "เคยได้ยิน", "ไม่ทราบ"), []),
    ],
)
def test_a_scale_that_leans_is_found(answers, expected):
    assert rules(question(answers=answers)) == expected


def test_whoever_must_rate_gets_an_answer_for_no_opinion():
    marked = [{"code": "9", "label": {"th": "ไม่มีความเห็น"}, "missing": "no_opinion"}]
    asked = question(required=True)

    assert rules(asked) == ["no-opinion"]
    assert rules(asked | {"choices": asked["choices"] + marked}) == []
    assert rules(question(required=False)) == []


def test_a_sensitive_thing_can_be_refused():
    easy = question("ท่านได้รับข่าวทางใด", "single", ("วิทยุ", "โทรทัศน์"), name="Q0")
    asked = question("รายได้ต่อเดือนของท่าน", "single", ("ไม่เกิน 10,000", "มากกว่านั้น"), required=True)

    assert rules(easy, asked) == ["no-refusal"]
    asked["choices"].append({"code": "9", "label": {"th": "ไม่ประสงค์ตอบ"}})
    assert rules(easy, asked) == []


def test_none_of_them_stands_alone_and_the_limit_is_held():
    asked = question("ทางใดบ้าง (ไม่เกิน 2 ข้อ)", "multiple", ("วิทยุ", "LINE", "ไม่ได้รับข่าว"))

    assert rules(asked) == ["not-exclusive", "other-limit"]
    asked["choices"][2]["exclusive"] = True
    assert rules(asked | {"max_choices": 2}) == []


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("ชื่อ-สกุลของท่าน", ["personal"]),
        ("เบอร์โทรศัพท์ที่ติดต่อได้", ["personal"]),
        ("เลขบัตรประชาชน 13 หลัก", ["personal"]),
        ("ข้อเสนอแนะ (โปรดอย่าใส่ชื่อหรือเบอร์โทรศัพท์)", []),
        ("ข้อเสนอแนะ", ["free-text"]),
    ],
)
def test_a_question_for_personal_data_is_an_error(label, expected):
    easy = question(name="Q0")
    found = linting.lint(definition(easy, question(label, "text")))

    assert [each.rule for each in found] == expected
    assert [each.level for each in found if each.rule == "personal"] in ([], ["error"])


def test_the_same_choice_twice_is_an_error():
    assert rules(question("ทางใด", "single", ("วิทยุ", "LINE", "วิทยุ"))) == ["twice"]


def asked_when(relevant, **facts):
    first = question("ได้รับข่าวหรือไม่", "single", ("ได้รับ", "ไม่ได้รับ"), required=True)
    second = question("ทางใดบ้าง", "multiple", ("วิทยุ", "LINE"), name="Q2", relevant="${Q1} = '1'")
    age = question("กี่ปี", "number", name="Q3")
    return rules(
        first,
        second,
        age,
        question("ท่านอ่านหรือฟัง", "single", ("อ่าน", "ฟัง"), name="Q4", relevant=relevant),
    )


@pytest.mark.parametrize(
    ("relevant", "expected"),
    [
        ("${Q1} = '1'", []),
        ("${Q1} = '3'", ["unreachable"]),
        ("${Q1} = '1' and ${Q1} = '2'", ["unreachable"]),
        ("${Q1} = '1' or ${Q1} = '2'", ["always"]),
        ("${Q1} != '5'", ["always"]),
        ("selected(${Q2}, '1') and ${Q1} = '2'", ["unreachable"]),
        ("selected(${Q2}, '1') and selected(${Q2}, '2')", []),
        ("${Q3} > 10 and ${Q3} < 20", []),
        ("${Q3} > 20 and ${Q3} < 10", ["unreachable"]),
        ("string-length(${Q2}) > 0 or ${Q1} = '2' or ${Q1} = '1'", ["always"]),
        ("true()", ["always"]),
    ],
)
def test_questions_that_nobody_or_everybody_reaches_are_found(relevant, expected):
    assert asked_when(relevant) == expected


def test_nothing_is_claimed_about_what_is_too_much_to_try():
    many = [
        question("ทางใด", "single", [f"ข้อ {n}" for n in range(12)], name=f"N{n}") for n in range(9)
    ]
    never = " and ".join(f"${{N{n}}} = '99'" for n in range(9))
    last = question("อะไร", "single", ("ก", "ข"), name="Z", relevant=never)

    assert rules(*many, last) == []


def test_questions_of_a_section_that_nobody_reaches_are_all_told():
    found = definition(question())
    found["sections"].append(
        {"name": "s2", "title": {"th": "สอง"}, "relevant": "${Q1} = '8'", "questions": []}
    )
    found["sections"][1]["questions"] = [question(name="Q2"), question(name="Q3")]

    told = [(each.rule, each.question) for each in linting.lint(normalised(found))]

    assert told == [("unreachable", "Q2"), ("unreachable", "Q3")]


def test_texts_without_english_are_counted_where_english_is_offered():
    (found,) = linting.lint(definition(question(), languages=["th", "en"]))

    assert found.rule == "untranslated"
    assert "5" in found.sentence


def test_minutes_follow_the_formula():
    """W=0: four ratings in a table are one question and four decisions: (5 + 2·3) / 60."""
    rows = [{"code": code, "label": {"th": ""}} for code in "abcd"]
    table = question("", "matrix", ("", ""), rows=rows)
    found = definition(table)
    found["sections"][0]["title"]["th"] = ""

    assert linting.minutes(found) == pytest.approx(11 / 60)


def test_a_long_questionnaire_is_told():
    ten = [question("ท่านคิดอย่างไร (ไม่ต้องใส่ชื่อ)", "text", name=f"Q{n}") for n in range(40)]

    assert linting.lint(definition(*ten))[-1].rule == "long"


@pytest.mark.django_db
def test_facts_that_together_point_to_one_person_are_told():
    survey = make.survey()
    make.stratum(survey, population=900)
    age = question("อายุของท่าน", "number", name="age")
    sex = question("เพศ", "single", ("ชาย", "หญิง"), name="sex")
    job = question("อาชีพของท่าน", "single", ("เกษตรกร", "รับจ้าง", "ค้าขาย"), name="job")
    place = question("ท่านอยู่ตำบลใด", "place", name="D1", level="subdistrict")

    found = linting.lint(definition(place, age, sex, job), survey)
    coarse = linting.lint(definition(place | {"level": "district"}, sex, job), survey)

    assert [(each.rule, each.question) for each in found] == [("identifying", "job")]
    assert coarse == []


def test_the_sample_surveys_give_few_findings():
    found = {}
    for path in sorted(SAMPLE.glob("*.json")):
        sample = json.loads(path.read_text("utf-8"))
        if "definition" in sample:
            findings = linting.lint(normalised(sample["definition"]))
            found[path.stem] = [(each.rule, each.question) for each in findings]

    assert found == {
        "media-use-and-satisfaction": [("no-opinion", "Q5")],
        "provincial-direction": [("double-barrelled", "Q6"), ("double-barrelled", "Q8")],
        "water-and-warning": [],
    }
