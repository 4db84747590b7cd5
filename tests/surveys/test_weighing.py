from math import isclose

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from surveys import tabulating, weighing
from tests import make

SPEC = {"base": "strata", "margins": ["D2"], "trim": [0.2, 5]}


@pytest.fixture
def analyst(db):
    return make.user("analyst", "surveys.weigh_survey")


@pytest.fixture
def survey(db):
    """Two districts of 6000 and 4000 people; the young are half of them."""
    made = make.survey(design="probability", state="closed")
    make.stratum(made, "1601", 6000)
    make.stratum(made, "1602", 4000)
    for code, people in (("1", 5000), ("2", 5000)):
        made.margins.create(variable="D2", code=code, population=people, source="ทะเบียนราษฎร")
    return made


def answers(district, age):
    return {"D1": district, "D2": age, "Q1": "1"}


def weights(survey):
    found = survey.responses.order_by("data__D1", "data__D2")
    return dict.fromkeys(found.values_list("data__D1", "data__D2", "weight"))


def test_weights_meet_the_people_of_strata_and_of_margins_at_once(survey, analyst):
    make.responses(survey, (answers("1601", "1"), 20), (answers("1601", "2"), 40))
    make.responses(survey, (answers("1602", "1"), 20), (answers("1602", "2"), 20))

    run = weighing.weigh(survey, by=analyst, spec=SPEC)

    sums = {}
    for district, age, weight in survey.responses.values_list("data__D1", "data__D2", "weight"):
        for key in (district, age):
            sums[key] = sums.get(key, 0) + weight
    assert {key: round(total, 3) for key, total in sums.items()} == {
        "1601": 6000,
        "1602": 4000,
        "1": 5000,
        "2": 5000,
    }
    assert run.n == 100
    assert isclose(run.deff * run.n_effective, run.n)
    assert tabulating.Tabulation.objects.get().survey == survey
    told = {row["code"]: round(row["after"], 6) for row in run.report["margins"]}
    assert told == {"1": 0.5, "2": 0.5}


def test_who_did_not_tell_keeps_the_share_of_those_who_did_not(survey, analyst):
    make.responses(survey, (answers("1601", "1"), 30), (answers("1601", "2"), 25))
    make.responses(survey, (answers("1601", None), 5), (answers("1602", "1"), 20))
    make.responses(survey, (answers("1602", "2"), 20))

    weighing.weigh(survey, by=analyst, spec=SPEC)

    silent = survey.responses.filter(data__D2=None).values_list("weight", flat=True)
    assert round(sum(silent), 3) == 500


def test_classes_that_answered_less_stand_for_more(survey, analyst):
    make.responses(survey, (answers("1601", "1"), 10), (answers("1601", "2"), 40))
    make.responses(survey, (answers("1602", "1"), 10), (answers("1602", "2"), 40))
    response = {"variable": "D2", "selected": {"1": 100, "2": 100}}

    weighing.weigh(survey, by=analyst, spec={"base": "strata", "response": response})

    young = survey.responses.filter(data__D2="1").values_list("weight", flat=True)
    assert isclose(sum(young), 5000)


def test_an_open_link_is_never_weighted_to_look_representative(survey, analyst):
    survey.design = "open-link"
    survey.save()
    make.responses(survey, (answers("1601", "1"), 20))

    with pytest.raises(ValidationError) as refusal:
        weighing.weigh(survey, by=analyst, spec=SPEC)

    assert refusal.value.messages == weighing.obstacles(survey, SPEC)
    assert len(refusal.value.messages) == 1
    assert not survey.responses.exclude(weight=None).exists()


def test_each_obstacle_is_a_sentence(survey, rf):
    survey.strata.filter(code="1602").update(population=None, source="")
    make.responses(survey, answers("1602", "1"), answers("9999", "2"))
    survey.state = "open"
    survey.save()

    found = weighing.obstacles(survey, SPEC | {"margins": ["D2", "X9", "Q1"], "trim": [2, 5]})

    assert len(found) == 7


def test_an_age_that_nobody_answered_from_refuses_the_weighting(survey):
    make.responses(survey, (answers("1601", "1"), 5), (answers("1602", "1"), 5))

    found = weighing.obstacles(survey, SPEC)

    assert len(found) == 1
    assert "5,000" in found[0]


def test_an_answer_without_known_people_refuses_the_weighting(survey):
    make.responses(survey, (answers("1601", "1"), 5), (answers("1602", "2"), 5))
    make.responses(survey, answers("1602", "3"))

    assert len(weighing.obstacles(survey, SPEC)) == 1


def test_only_who_may_weigh_does(survey):
    with pytest.raises(PermissionDenied):
        weighing.weigh(survey, by=make.user("somebody"), spec=SPEC)


def test_what_comes_after_a_weighting_is_told(survey, analyst):
    make.responses(survey, (answers("1601", "1"), 5), (answers("1602", "2"), 5))
    weighing.weigh(survey, by=analyst, spec={"base": "strata"})
    make.responses(survey, answers("1601", "1"))

    assert weighing.unweighted(survey) == 1


def test_people_are_made_up_for_sample_surveys_only(survey, analyst):
    survey.strata.update(population=None, source="", target=10)
    make.responses(survey, (answers("1601", "1"), 5), (answers("1602", "2"), 5))

    real = weighing.obstacles(survey, {"base": "strata"})
    survey.is_sample = True
    survey.save()

    assert len(real) == 2
    run = weighing.weigh(survey, by=analyst, spec={"base": "strata"})
    assert run.report["is_sample"]
