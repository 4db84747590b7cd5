import random
from collections import Counter
from fractions import Fraction

import pytest

from surveys import snapshots, tabulating
from tests import make
from tests.surveys.simplex import interval
from tests.surveys.test_tabulating import RANKED, answers


@pytest.fixture
def survey(db):
    return make.survey(design="probability", state="closed", breakdowns=["D2"])


def taken(survey):
    tabulating.rebuild(survey)
    return snapshots.snapshot(survey)


def question(results, name):
    return next(each for each in results["questions"] if each["name"] == name)


def counts(group):
    return [cell["n"] for cell in group["cells"]]


def test_small_numbers_are_hidden_with_what_they_could_be_reckoned_from(survey):
    make.responses(survey, (answers(age="1"), 40), (answers(age="1", q1="2"), 3))
    make.responses(survey, (answers(age="2"), 31), (answers(age="2", q1="2"), 18))
    make.responses(survey, (answers(age="3"), 8), (answers(age="3", q1="2"), 27))

    table = question(taken(survey), "Q1")["tables"][1]

    assert [group["base"] for group in table["groups"]] == [43, 49, 35]
    hidden = [counts(group) for group in table["groups"]]
    assert hidden[0] == [None, None]
    assert hidden.count([None, None]) == 2
    assert [cell["percent"] for cell in table["groups"][0]["cells"]] == [None, None]


def test_a_group_that_is_hidden_is_hidden_in_every_table_of_its_breakdown(survey):
    make.responses(survey, (answers(age="1"), 50), (answers(age="2"), 30), (answers(age="3"), 2))

    results = taken(survey)

    told = [level["n"] for level in results["breakdowns"][0]["levels"]]
    assert told == [50, None, None]
    bases = {
        tuple(group["base"] for group in each["tables"][1]["groups"])
        for each in results["questions"]
        if len(each["tables"]) > 1
    }
    assert bases == {(50, None, None)}
    assert counts(question(results, "D2")["tables"][0]["groups"][0]) == [50, None, None]


def test_whom_a_hidden_answer_led_on_is_not_told_by_the_next_question(survey):
    make.responses(survey, (answers(age="1"), 3), (answers(age="1", q1="2"), 40))
    make.responses(survey, (answers(age="2"), 25), (answers(age="2", q1="2"), 25))
    make.responses(survey, (answers(age="3"), 30), (answers(age="3", q1="2"), 30))

    results = taken(survey)

    got, ways = question(results, "Q1"), question(results, "Q2")
    hidden = [group["level"] for group in got["tables"][1]["groups"] if None in counts(group)]
    gone = [group["level"] for group in ways["tables"][1]["groups"] if group["base"] is None]
    assert hidden == gone
    assert len(hidden) == 2


def test_a_mean_does_not_give_hidden_answers_back(survey):
    make.responses(survey, (answers(q4="5"), 40), (answers(q4="4"), 30), (answers(q4="1"), 2))

    everybody = question(taken(survey), "Q4")["tables"][0]["groups"][0]

    assert "mean" not in everybody


def test_below_ten_there_is_no_percentage_and_below_thirty_a_mark(survey):
    make.responses(survey, (answers(age="1"), 8), (answers(age="2"), 20), (answers(age="3"), 40))

    groups = question(taken(survey), "Q1")["tables"][1]["groups"]

    assert [group["standing"] for group in groups] == ["hidden", "small", ""]
    assert groups[0]["cells"][0] == {"n": 8, "percent": None}


def test_only_a_probability_sample_has_a_margin_of_error(db):
    told = {}
    for design in ("probability", "quota", "open-link"):
        survey = make.survey(design=design, state="closed", breakdowns=["D2"])
        make.responses(survey, (answers(), 60), (answers(age="2", q1="2", q4="2"), 40))
        told[design] = taken(survey)

    assert "margin" in told["probability"]
    assert "margin" not in told["quota"]
    assert told["quota"]["errors"] == "modelled"
    keys = keys_of(told["open-link"])
    assert keys & {"margin", "low", "high", "se", "deff", "n_effective", "test"} == set()


def keys_of(found):
    if isinstance(found, dict):
        return set(found).union(*map(keys_of, found.values()))
    return set().union(*map(keys_of, found)) if isinstance(found, list) else set()


def test_nobody_answered_at_all(survey):
    make.responses(survey, answers(q2=None, q3=None))

    assert question(taken(survey), "Q1")["headline"]["th"] == "มีผู้ตอบน้อยเกินกว่าจะเผยแพร่ผลได้"


def test_four_answers_on_satisfaction_have_the_words_of_the_statistical_office(db):
    words = ("พอใจมาก", "ค่อนข้างพอใจ", "ไม่ค่อยพอใจ", "ไม่พอใจ")
    choices = [
        {"code": str(4 - place), "label": {"th": label}, "value": 4 - place}
        for place, label in enumerate(words)
    ]
    choices.append({"code": "9", "label": {"th": "ไม่มีความเห็น"}, "missing": "no_opinion"})
    asked = {"uid": "0000000a", "name": "S", "kind": "scale", "label": {"th": "พอใจหรือไม่"}}
    section = {"name": "s", "title": {"th": "ส"}, "questions": [asked | {"choices": choices}]}
    survey = make.survey(
        definition={"title": {"th": "ความพอใจ"}, "sections": [section]}, state="closed"
    )
    # National Statistical Office 2563, in tenths of a per cent.
    counts = {"4": 94, "3": 513, "2": 248, "1": 82, "9": 63}
    make.responses(survey, *(({"S": code}, n) for code, n in counts.items()))

    found = question(taken(survey), "S")

    mean = found["tables"][0]["groups"][0]["mean"]
    assert (mean["value"], mean["band"]["th"]) == (2.66, "ค่อนข้างพอใจ")
    assert mean["sd"] == pytest.approx(0.78, abs=0.0101)  # printed from shares before rounding
    assert [band.words[0] for band in snapshots.bands_of(found, "equal")] == list(words[::-1])


def test_what_makes_a_breakdown_is_told_for_everybody_only(db):
    survey = make.survey(state="closed", breakdowns=["D1", "D2"])
    make.responses(survey, (answers("1601"), 40), (answers("1602", age="2"), 40))

    results = taken(survey)

    told = {
        each["name"]: [table["by"] for table in each["tables"]] for each in results["questions"]
    }
    assert (told["D1"], told["D2"], told["Q1"]) == ([""], [""], ["", "D1", "D2"])


def test_few_who_told_no_age_are_not_what_is_left(survey):
    make.responses(survey, (answers(age="1"), 50), (answers(age="2"), 60), (answers(age=None), 3))

    results = taken(survey)

    everybody = question(results, "D2")["tables"][0]["groups"][0]
    assert [level["n"] for level in results["breakdowns"][0]["levels"]] == [None, 60, None]
    assert (everybody["base"], counts(everybody)) == (None, [None, 60, 0])
    assert "blank" not in everybody
    assert [cell["percent"] for cell in everybody["cells"]] == [None] * 3


def test_few_who_put_something_first_are_not_told_by_its_share(db):
    survey = make.survey(definition=RANKED, state="closed")
    made = [(["x", "y"], 50), (["y", "x"], 30), (["z", "x"], 2), (["x", "z"], 20)]
    make.responses(survey, *(({"R": places}, n) for places, n in made))

    cells = question(taken(survey), "R")["tables"][0]["groups"][0]["cells"]

    assert [cell["n"] for cell in cells[:2]] == [102, 80]
    assert "first" not in cells[2]
    assert sum("first" in cell for cell in cells) < 2
    assert all("place" not in cell for cell in cells)


def test_a_p_value_does_not_tell_which_guess_is_right(survey):
    make.responses(survey, (answers(age="1"), 40), (answers(age="1", q1="2"), 30))
    make.responses(survey, (answers(age="2"), 50), (answers(age="2", q1="2"), 20))
    whole = question(taken(survey), "Q1")["tables"][1]["test"]
    make.responses(survey, (answers(age="3", q1="2"), 30), (answers(age="3"), 2))

    test = question(taken(survey), "Q1")["tables"][1]["test"]

    assert set(whole) == {"is_clear", "p"}
    assert set(test) == {"is_clear"}


def test_a_mean_of_few_numbers_does_not_follow_from_the_others(survey):
    rows = [("1", 9), ("2", 60), ("3", 50)]
    make.responses(survey, *((answers(age=age, q3=5), n) for age, n in rows))

    groups = question(taken(survey), "Q3")["tables"][1]["groups"]

    assert [group["base"] for group in groups] == [None, 60, None]
    assert ["mean" in group for group in groups] == [False, True, False]


def test_an_answer_of_two_that_led_on_is_not_told_by_the_next_question(db):
    """Q2 is asked of those who said 1 or 2: with few 3, those who were not asked are few."""
    survey = make.survey(definition=LED, state="closed", breakdowns=["A"])
    rows = [("a", "1", 30), ("a", "2", 20), ("a", "3", 2), ("b", "1", 20), ("b", "2", 20)]
    rows += [("b", "3", 30), ("c", "1", 60), ("c", "2", 60), ("c", "3", 60)]
    made = [led(area, "x", said, "1") for area, said, n in rows for _each in range(n)]
    make.responses(survey, *made)

    results = taken(survey)

    first, then = (question(results, name)["tables"][1]["groups"] for name in ("Q1", "Q2"))
    assert [None in counts(group) for group in first] == [True, True, False]
    assert [group["base"] for group in then] == [None, None, 120]


def test_one_of_two_answers_that_led_on_is_not_the_base_less_the_other(db):
    """Of 28 who were asked Q2, 25 said 2 to Q1: 3 said 1."""
    survey = make.survey(definition=LED, state="closed", breakdowns=["A"])
    rows = [("a", "1", 3), ("a", "2", 25), ("a", "3", 8)]
    rows += [("b", "1", 20), ("b", "2", 40), ("b", "3", 10), ("c", "1", 60), ("c", "2", 60)]
    made = [led(area, "x", said, "1") for area, said, n in rows for _each in range(n)]
    make.responses(survey, *made)

    results = taken(survey)

    first, then = (question(results, name)["tables"][1]["groups"] for name in ("Q1", "Q2"))
    assert [counts(group) for group in first[:2]] == [[None, 25, None], [None, 40, None]]
    assert [group["base"] for group in then] == [None, None, 120]


LED = {
    "title": {"th": "ทาง"},
    "sections": [
        {
            "name": "s",
            "title": {"th": "ส"},
            "questions": [
                {
                    "uid": f"000000{number:02}",
                    "name": name,
                    "kind": "single",
                    "label": {"th": name},
                    "choices": [{"code": code, "label": {"th": code}} for code in codes],
                }
                | ({"relevant": relevant} if relevant else {})
                for number, (name, codes, relevant) in enumerate(
                    [
                        ("A", "abc", ""),
                        ("B", "xy", ""),
                        ("Q1", "123", ""),
                        ("Q2", "12", "${Q1} = '1' or ${Q1} = '2'"),
                        ("Q3", "12", "${Q1} = '1' and ${B} = 'x'"),
                    ]
                )
            ],
        }
    ],
}


def led(area, other, said, then, last=None):
    """An answer to ``LED``; what was not asked is left out."""
    data = {"A": area, "B": other, "Q1": said}
    if said in {"1", "2"}:
        data["Q2"] = then
    if said == "1" and other == "x":
        data["Q3"] = last
    return data


@pytest.mark.parametrize("seed", range(14))
def test_no_attack_on_what_is_told_finds_a_small_number(db, seed):
    """With everything that is told of all questions at once, and exact arithmetic."""
    dice = random.Random(seed)
    survey = make.survey(definition=LED, state="closed", breakdowns=["A", "B"])
    made = []
    for _each in range(dice.randint(60, 220)):
        area = dice.choices("abc", (9, 6, 2))[0]
        nested = seed % 2 and dice.random() < 0.97
        other = ("x" if area == "a" else "y") if nested else dice.choice("xy")
        said = dice.choices(["1", "2", "3", None], (8, 5, 2, 0.2))[0]
        then, last = (dice.choices(["1", "2", None], (7, 3, 0.4))[0] for _each in range(2))
        made.append(led(area, other, said, then, last))
    make.responses(survey, *made)

    results = taken(survey)

    told = equations(results)
    for names, n in small_ones(made, results):
        low, high = interval(names, told)
        assert high - low >= 5, (n, low, high, names[:3])


KINDS = [
    (area, other, said, then, last)
    for area in "abc"
    for other in "xy"
    for said in ("1", "2", "3", None)
    for then in (("1", "2", None) if said in {"1", "2"} else ("-",))
    for last in (("1", "2", None) if (said, other) == ("1", "x") else ("-",))
]
AT = {"A": 0, "B": 1, "Q1": 2, "Q2": 3, "Q3": 4}


def own(**wanted):
    """The kinds of people that answered so; a list for one of several answers."""
    return [
        kind for kind in KINDS if all(kind[AT[name]] in values for name, values in wanted.items())
    ]


def equations(results):
    """Every sum that a publication tells about the numbers of people of each kind."""
    told = [(dict.fromkeys(KINDS, 1), results["n"])]
    for breakdown in results["breakdowns"]:
        for level in breakdown["levels"]:
            names = own(**{breakdown["name"]: level["code"]})
            told.append((dict.fromkeys(names, 1), level["n"]))
    for each in results["questions"]:
        codes = [choice["code"] for choice in each["choices"]]
        for table in each["tables"]:
            for group in table["groups"]:
                here = {table["by"]: [group["level"]]} if table["by"] else {}
                numbers = [
                    *zip([[code] for code in codes], counts(group), strict=True),
                    (codes, group["base"]),
                    ([None], group.get("blank")),
                ]
                for values, n in numbers:
                    if n is not None:
                        told.append((dict.fromkeys(own(**here, **{each["name"]: values}), 1), n))
    return [(factors, n) for factors, n in told if factors and n is not None]


def small_ones(made, results):
    """(kinds, n) of every small number of a group, of those asked and not asked too, unless
    nothing is told of any group by that question.
    """
    people = Counter(
        (row["A"], row["B"], row["Q1"], row.get("Q2", "-"), row.get("Q3", "-")) for row in made
    )
    for name, answered in (("Q1", "123"), ("Q2", "12"), ("Q3", "12")):
        groups = [g for table in question(results, name)["tables"][1:] for g in table["groups"]]
        if all(n is None for group in groups for n in counts(group)):
            continue
        for by, levels in (("A", "abc"), ("B", "xy")):
            for level in levels:
                for values in [*([code] for code in answered), ["1", "2", None], ["-"]]:
                    names = own(**{by: [level], name: values})
                    n = sum(people[kind] for kind in names)
                    if 0 < n < 5 and (values != ["1", "2", None] or name != "Q1"):
                        yield names, n


WEIGHTS = {"a": 1, "b": 2, "c": 5}


@pytest.mark.parametrize("seed", range(8))
def test_weights_that_everybody_can_reckon_give_no_hidden_number_back(db, seed):
    """Whoever knows how many people live in each place knows what one answer of it weighs, and
    weighted shares of everybody are told beside numbers.
    """
    dice = random.Random(seed)
    survey = make.survey(definition=LED, state="closed", breakdowns=["A"])
    made = [
        led(dice.choices("abc", (9, 6, 4))[0], "x", dice.choices("123", (8, 6, 1))[0], "1", "1")
        for _each in range(dice.randint(90, 200))
    ]
    for area, weight in WEIGHTS.items():
        make.responses(survey, *(row for row in made if row["A"] == area), weight=weight)
    survey.weight_runs.create(n=len(made), deff=1, n_effective=len(made))

    told = [*weighed(question(taken(survey), "Q1"))]

    for (area, said), n in Counter((row["A"], row["Q1"]) for row in made).items():
        low, high = interval([area + said], told)
        assert n >= 5 or high - low >= 1, (n, low, high)


def weighed(asked):
    """What is told of a question: numbers by place, and shares to the decimal that is printed."""
    codes = [choice["code"] for choice in asked["choices"]]
    for group in (group for table in asked["tables"] for group in table["groups"]):
        places = group["level"] or "abc"
        for code, cell in zip(codes, group["cells"], strict=True):
            if cell["n"] is not None:
                yield dict.fromkeys([place + code for place in places], 1), cell["n"]
        if group["base"] is not None:
            yield dict.fromkeys([p + c for p in places for c in codes], 1), group["base"]
    for code, cell in zip(codes, asked["tables"][0]["groups"][0]["cells"], strict=True):
        for edge in (Fraction("-0.0005"), Fraction("0.0005")) if cell["n"] is not None else ():
            share = Fraction(str(cell["percent"])) / 100 + edge
            factors = {
                place + c: weight * ((c == code) - share)
                for place, weight in WEIGHTS.items()
                for c in codes
            }
            yield factors | {f"{code}{edge}": -1 if edge < 0 else 1}, 0


def test_the_attack_itself_finds_what_is_left_open():
    told = [({"a": 1, "b": 1}, 23), ({"b": 1}, 20)]

    assert interval(["a"], told) == (3, 3)
