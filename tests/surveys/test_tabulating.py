import random
from math import isclose

import pytest
from django.utils import timezone

from surveys import snapshots, tabulating, weighing
from surveys.models import ResultCell, Tabulation
from surveys.statistics import estimation
from surveys.statistics.sample_size import margin_of_error
from tests import make
from tests.surveys.statistics.test_association import by_loops


@pytest.fixture
def survey(db):
    made = make.survey(design="probability", breakdowns=["D2"])
    for code in ("1601", "1602"):
        make.stratum(made, code)
    return made


def answers(district="1601", age="1", q1="1", q2=("a",), q3=5, q4="5", **more):
    data = {"D1": district, "D2": age, "Q1": q1, "Q3": q3, "Q4": q4, "Q5": None}
    if q1 == "1":
        data["Q2"] = None if q2 is None else list(q2)
    return data | more


def figure(survey, name, dimension="", level=""):
    tabulating.rebuild(survey)
    found = tabulating.estimates(survey, tabulating.variables(survey)[name], dimension)
    return next(each for each in found if each.level == level)


def counts(figure):
    return {line.code: line.n for line in figure.lines}


def test_several_answers_are_counted_by_option_over_those_who_were_asked_as_in_complaint_1(survey):
    make.responses(
        survey, (answers(q2="ab"), 3), (answers(q2="a"), 2), answers(q2=None), (answers(q1="2"), 4)
    )

    ways = figure(survey, "Q2")

    assert counts(ways) == {"a": 5, "b": 3, "c": 0}
    assert (ways.base, ways.asked, ways.blank) == (6, 6, 1)
    assert [line.share for line in ways.lines] == [5 / 6, 3 / 6, 0]


def test_blank_stays_apart_from_not_asked(survey):
    make.responses(survey, answers(q3=None), answers(q3=7), {"D1": "1601", "D2": "1"})

    days = figure(survey, "Q3")

    assert (days.base, days.asked, days.blank, days.mean) == (1, 2, 1, 7)


def test_no_opinion_has_a_percentage_and_no_part_in_the_mean(survey):
    make.responses(survey, answers(q4="5"), answers(q4="4"), answers(q4="9"))

    satisfied = figure(survey, "Q4")

    assert counts(satisfied) == {"5": 1, "4": 1, "3": 0, "2": 0, "1": 0, "9": 1}
    assert (satisfied.mean, satisfied.n_of_mean, satisfied.base) == (4.5, 2, 3)


def test_errors_from_cells_are_those_of_rows(survey):
    rows = [answers("1601", q4="5"), answers("1601", q4="2"), answers("1601", q4="5", age="2")]
    rows += [answers("1602", q4="3"), answers("1602", q4="1", age="2"), answers("1602", q4="5")]
    for row, weight in zip(rows, (3, 5, 2, 7, 1, 4), strict=True):
        make.responses(survey, row, weight=weight)
    make_weights_current(survey)

    young = figure(survey, "Q4", "D2", "1")

    design = estimation.Design([3, 5, 2, 7, 1, 4], strata=[1, 1, 1, 2, 2, 2])
    inside = [row["D2"] == "1" for row in rows]
    expected = estimation.mean(design, [float(row["Q4"]) for row in rows], inside)
    best = estimation.mean(design, [row["Q4"] == "5" for row in rows], inside)
    assert isclose(young.mean, expected.value, rel_tol=1e-12)
    assert isclose(young.se, expected.se, rel_tol=1e-9)
    assert isclose(young.lines[0].se, best.se, rel_tol=1e-9)


def make_weights_current(survey):
    survey.weight_runs.create(n=6, deff=1, n_effective=6)


def test_people_who_were_drawn_together_count_as_one_unit_for_the_error(survey):
    rows = [("a", "5"), ("a", "5"), ("b", "1"), ("b", "2"), ("c", "4")]
    for cluster, code in rows:
        make.responses(survey, answers(q4=code), cluster=cluster)
    tabulating.rebuild(survey)

    found = tabulating.counted_exactly(survey)[""]
    satisfied = tabulating.figure(tabulating.variables(survey)["Q4"], found, has_errors=True)

    design = estimation.Design([1] * 5, strata=[1] * 5, psus=[c for c, _code in rows])
    expected = estimation.mean(design, [float(code) for _cluster, code in rows])
    assert isclose(satisfied.se, expected.se, rel_tol=1e-9)


def test_an_open_link_has_no_error_anywhere(db):
    survey = make.survey(design="open-link")
    make.responses(survey, (answers(), 40), (answers(q1="2", q4="1"), 20))

    found = [figure(survey, name) for name in ("Q1", "Q3", "Q4")]

    errors = [(each.se, each.low, each.high) for each in found]
    lines = [(line.se, line.low, line.high) for each in found for line in each.lines]
    assert set(errors + lines) == {(None, None, None)}


def test_groups_of_a_breakdown_add_up_to_everybody_as_in_complaint_7(survey):
    make.responses(survey, (answers(age="1"), 7), (answers(age="2", q1="2"), 5), answers(age=None))

    whole = figure(survey, "Q1")
    parts = tabulating.estimates(survey, tabulating.variables(survey)["Q1"], "D2")

    assert sum(part.base for part in parts) == whole.base == 13
    assert [part.level for part in parts] == ["", "1", "2"]


def test_ways_of_answering_are_told_apart_and_sum_to_one_total_as_in_complaint_18(survey):
    make.responses(survey, (answers(), 3))
    make.responses(survey, (answers(), 2), mode="paper")

    tabulating.rebuild(survey)

    found = tabulating.estimates(survey, tabulating.variables(survey)["Q1"], tabulating.MODE)
    assert {part.level: part.base for part in found} == {"web": 3, "paper": 2}


def test_an_answer_of_an_older_version_keeps_its_label_as_in_complaint_6(survey):
    make.responses(survey, answers(q1="2"))
    newer = survey.questionnaire.definition
    newer["sections"][1]["questions"][0]["choices"] = [
        {"code": "1", "label": {"th": "ได้รับ"}},
        {"code": "3", "label": {"th": "ไม่แน่ใจ"}},
    ]
    make.questionnaire(survey, newer)

    asked = figure(survey, "Q1")

    assert counts(asked) == {"1": 0, "3": 0, "2": 1}
    labels = {c.code: str(c.label) for c in tabulating.variables(survey)["Q1"].choices}
    assert labels["2"] == "ไม่ได้รับ"


def test_only_counted_responses_are_counted(survey):
    make.responses(survey, answers())
    make.responses(survey, (answers(), 3), state="rejected")

    assert figure(survey, "Q1").base == 1


def test_a_rank_tells_first_places(db):
    survey = make.survey(definition=RANKED)
    make.responses(survey, {"R": ["x", "y"]}, {"R": ["y", "x"]}, {"R": ["x", "z"]}, {"R": None})

    ranked = figure(survey, "R")

    assert counts(ranked) == {"x": 3, "y": 2, "z": 1}
    assert [(line.share, line.first) for line in ranked.lines] == [
        (3 / 4, 2 / 4),
        (2 / 4, 1 / 4),
        (1 / 4, 0),
    ]


RANKED = {
    "title": {"th": "จัดลำดับ"},
    "sections": [
        {
            "name": "s",
            "title": {"th": "ส"},
            "questions": [
                {
                    "uid": "0000000a",
                    "name": "R",
                    "kind": "rank",
                    "label": {"th": "เรื่องใดสำคัญ"},
                    "rank_n": 2,
                    "choices": [{"code": code, "label": {"th": code}} for code in "xyz"],
                }
            ],
        }
    ],
}


def test_the_worker_comes_back_every_ten_minutes_while_a_survey_is_open(survey):
    make.responses(survey, answers())
    tabulating.ask(survey)
    row = Tabulation.objects.get()

    tabulating.WORK.do(row)

    row.refresh_from_db()
    assert (row.state, row.n) == ("waiting", 1)
    assert row.due_at > timezone.now() + tabulating.EVERY / 2
    assert ResultCell.objects.filter(variable="Q1", value="1", dimension="").get().n == 1


def test_a_cross_table_weights_tests_and_keeps_all_rows_for_its_error_as_in_complaint_17(survey):
    make.responses(survey, (answers(age="1"), 30), (answers(age="1", q1="2"), 10), weight=2)
    make.responses(
        survey, (answers("1602", age="2"), 10), (answers("1602", "2", "2"), 30), weight=1
    )
    make.responses(survey, (answers("1602", age="1", q1="2"), 20), weight=3)
    make_weights_current(survey)

    table = tabulating.cross_table(survey, "Q1", "D2")
    mueang = tabulating.cross_table(survey, "Q1", "D2", {"D1": "1601"})

    assert table.bases == {"1": 60, "2": 40}
    assert table.cells["1", "1"] == (30, 60 / 140)
    assert table.cells["1", "2"] == (10, 0.25)
    assert table.test.p < 0.2
    assert mueang.bases == {"1": 40}


def test_a_cross_table_of_several_answers_has_those_asked_for_its_base(survey):
    make.responses(survey, (answers(q2="ab"), 3), answers(q2=None), (answers(q1="2"), 5))

    table = tabulating.cross_table(survey, "Q2", "D2")

    assert table.bases == {"1": 4}
    assert table.cells == {("a", "1"): (3, 0.75), ("b", "1"): (3, 0.75)}
    assert table.test is None


@pytest.mark.parametrize("how", ["alone", "clustered", "raked", "both"])
def test_a_cross_table_tests_by_how_people_were_drawn_and_weighted(survey, how):
    """Rao and Scott's F of two by two from its definition, with covariances of plain loops."""
    survey.state = "closed"
    survey.save(update_fields=["state"])
    dice, made = random.Random(5), []
    for place in range(120):
        got, age = dice.choices("12", (2, 1))[0], dice.choice("12")
        district = "1601" if place % 3 else "1602"
        cluster = f"c{place // 6}" if how in {"clustered", "both"} else ""
        q4 = dice.choices("51", (3, 1) if got == "1" or place // 6 % 2 else (1, 2))[0]
        made += make.responses(survey, answers(district, age, got, q4=q4), cluster=cluster)
    if how in {"raked", "both"}:
        for code, people in (("1", 900), ("2", 1100)):
            survey.margins.create(variable="D2", code=code, population=people, source="ทะเบียน")
        weighing.weigh(survey, by=None, spec={"base": "strata", "margins": ["D2"]})

    test = tabulating.cross_table(survey, "Q1", "Q4").test

    assert isclose(test.f, f_by_loops(survey, how in {"raked", "both"}), rel_tol=1e-9)
    assert test.df2 == (38 if how in {"clustered", "both"} else 118)


def f_by_loops(survey, is_raked):
    rows = list(survey.responses.order_by("pk"))
    codes = [(row.data["Q1"], row.data["Q4"]) for row in rows]
    weights = [row.weight or 1.0 for row in rows]
    strata = [row.stratum_id for row in rows]
    sizes = {stratum: strata.count(stratum) for stratum in strata}
    bases = [1000 / sizes[stratum] if is_raked else 1.0 for stratum in strata]
    # Raked to strata and to ages, both of which the residuals are from.
    levels = [strata, [row.data["D2"] for row in rows]] if is_raked else []
    units = [row.cluster or str(row.pk) for row in rows]
    covariance = by_loops(weights, bases, strata, units, codes, levels)
    shares = [
        sum(w for w, code in zip(weights, codes, strict=True) if code == wanted) / sum(weights)
        for wanted in sorted(set(codes))
    ]
    a, b, c, d = shares
    expected = [(a + b) * (a + c), (a + b) * (b + d), (c + d) * (a + c), (c + d) * (b + d)]
    pearson = 120 * sum((p - e) ** 2 / e for p, e in zip(shares, expected, strict=True))
    over = [sign / p for sign, p in zip((1, -1, -1, 1), shares, strict=True)]
    observed = sum(over[i] * over[j] * covariance[i][j] for i in range(4) for j in range(4))
    return pearson / (observed / (sum(1 / p for p in shares) / 120))


def test_people_drawn_in_clusters_are_tested_and_their_margin_is_wider(survey):
    survey.state = "closed"
    survey.save(update_fields=["state"])
    for place in range(20):
        code = "1" if place % 2 else "2"
        row = answers("1601", "1" if place % 4 < 2 else "2", code, q4="5")
        make.responses(survey, (row, 10), cluster=f"c{place}")

    results = snapshots.snapshot(survey)

    asked = next(each for each in results["questions"] if each["name"] == "Q1")
    assert asked["tables"][1]["test"]["p"] > 0.9
    assert results["margin"] > 20 > 100 * margin_of_error(200)
