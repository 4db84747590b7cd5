import random

import pytest

from surveys import snapshots, tabulating
from tests import make
from tests.surveys.test_tabulating import answers


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


@pytest.mark.parametrize("seed", range(12))
def test_no_attack_on_what_is_told_finds_a_small_number(db, seed):
    chance = random.Random(seed)
    survey = make.survey(design="probability", state="closed", breakdowns=["D1", "D2"])
    made = [
        answers(
            chance.choices(["1601", "1602", "1603"], [9, 4, 1])[0],
            chance.choices(["1", "2", "3", None], [6, 5, 1, 1])[0],
            chance.choices(["1", "2"], [5, 2])[0],
            q4=chance.choices(["5", "4", "3", "2", "1", "9"], [8, 6, 4, 2, 1, 1])[0],
        )
        for _each in range(chance.randint(40, 120))
    ]
    make.responses(survey, *made)

    results = taken(survey)

    truth = true_counts(made)
    for each in results["questions"]:
        if each["name"] in {"Q1", "Q4", "D1", "D2"}:
            attack(results, each, truth)


def true_counts(made):
    found = {}
    for row in made:
        for name in ("D1", "D2", "Q1", "Q4"):
            for by, level in (("", ""), ("D1", row["D1"]), ("D2", row["D2"] or "")):
                key = (name, row[name], by, level)
                found[key] = found.get(key, 0) + 1
    return found


def attack(results, asked, truth):
    """Narrow every hidden number by all sums that are told, for as long as that helps."""
    codes = [choice["code"] for choice in asked["choices"]]
    most = results["n"]
    for table in asked["tables"]:
        bounds, sums = {}, []
        whole = asked["tables"][0]["groups"][0]
        for place, code in enumerate(codes):
            told = whole["cells"][place]["n"]
            bounds[code, "="] = (0, most) if told is None else (told, told)
        base = whole["base"]
        bounds["=", "="] = (0, most) if base is None else (base, base)
        sums.append((("=", "="), [(code, "=") for code in codes]))
        if table["by"]:
            groups = table["groups"]
            for group in groups:
                for place, code in enumerate(codes):
                    told = group["cells"][place]["n"]
                    bounds[code, group["level"]] = (0, most) if told is None else (told, told)
                base = group["base"]
                bounds["=", group["level"]] = (0, most) if base is None else (base, base)
                level = group["level"]
                sums.append((("=", level), [(code, level) for code in codes]))
            sums.extend(
                ((code, "="), [(code, group["level"]) for group in groups])
                for code in [*codes, "="]
            )
        narrow(bounds, sums)
        for (code, level), (low, high) in bounds.items():
            real = truth.get((asked["name"], code, table["by"] if level != "=" else "", level), 0)
            if level == "=":
                real = truth.get((asked["name"], code, "", ""), 0)
            if code != "=" and 0 < real < 5:
                assert high - low >= 4, (asked["name"], table["by"], code, level, low, high, real)


def narrow(bounds, sums):
    changed = True
    while changed:
        changed = False
        for whole, parts in sums:
            low = sum(bounds[part][0] for part in parts)
            high = sum(bounds[part][1] for part in parts)
            changed |= tighten(bounds, whole, low, high)
            for part in parts:
                least = bounds[whole][0] - (high - bounds[part][1])
                largest = bounds[whole][1] - (low - bounds[part][0])
                changed |= tighten(bounds, part, least, largest)


def tighten(bounds, place, low, high):
    before = bounds[place]
    bounds[place] = (max(before[0], low), min(before[1], high))
    return bounds[place] != before


def test_the_attack_itself_finds_what_is_left_open():
    bounds = {"a": (0, 50), "b": (20, 20), "all": (23, 23)}

    narrow(bounds, [("all", ["a", "b"])])

    assert bounds["a"] == (3, 3)
