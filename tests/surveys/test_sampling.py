from datetime import date

import pytest
from django.core.exceptions import ValidationError

from surveys import fieldwork, sampling
from surveys.models import Margin, Stratum, Survey
from tests import make

pytestmark = pytest.mark.django_db
SOURCE = {"source": "กรมการปกครอง", "as_of": date(2025, 12, 31)}


@pytest.fixture
def boss(db):
    return make.user(is_staff=True)


@pytest.fixture
def survey(db):
    return make.survey(state="draft", design="quota", target=100)


def refusals(verb, *given, **named):
    with pytest.raises(ValidationError) as refused:
        verb(*given, **named)
    return refused.value.messages


def test_sizes_stand_side_by_side_with_what_each_takes_for_granted():
    found = sampling.sizes(755_556, margin="0.05", deff="1.5", response_rate="0.8")

    assert [(size.name, size.up, size.nearest, size.to_approach) for size in found] == [
        ("Cochran", 385, 384, 721),
        ("Cochran (N)", 384, 384, 720),
        ("Yamane", 400, 400, 750),
        ("Krejcie-Morgan", 384, 384, 720),
    ]
    assert all(size.assumption for size in found)


def test_a_share_that_is_none_is_refused_with_a_sentence():
    for wrong in ("0", "1.5"):
        assert len(refusals(sampling.sizes, 100, margin=wrong)) == 1
    assert len(refusals(sampling.sizes, 0, margin="0.05")) == 1


def test_districts_become_strata_once(survey, boss):
    districts = [make.district("1601"), make.district("1602", "พัฒนานิคม", "Phatthana Nikhom")]
    province = districts[0].province

    assert sampling.make_strata(survey, [province], by=boss) == 2
    assert sampling.make_strata(survey, [province], by=boss) == 0

    names = survey.strata.values_list("code", "name_th")
    assert list(names) == [("1601", "เมืองลพบุรี"), ("1602", "พัฒนานิคม")]


@pytest.mark.parametrize(
    "table",
    [
        "รหัส\tประชากร\n1601\t245,123\n1602\t66,000",
        "1601,245,123\n1602,66000\n",
        "๑๖๐๑;๒๔๕,๑๒๓\nอ.พัฒนานิคม;๖๖,๐๐๐",
        '"เมืองลพบุรี","245,123"\nPhatthana Nikhom,66000',
    ],
)
def test_populations_are_pasted_as_they_stand_in_tables(survey, boss, table):
    make.stratum(survey, "1601", None, name_th="เมืองลพบุรี", source="")
    named = {"name_th": "พัฒนานิคม", "name_en": "Phatthana Nikhom", "source": ""}
    make.stratum(survey, "1602", None, **named)

    assert sampling.set_populations(survey, table, **SOURCE, by=boss) == 2

    kept = survey.strata.values_list("population", "source", "as_of")
    assert list(kept) == [(n, *SOURCE.values()) for n in (245_123, 66_000)]


def test_every_mistake_of_a_table_is_told_and_nothing_of_it_is_kept(survey, boss):
    make.stratum(survey, "1601", None, source="")
    make.stratum(survey, "1602", None, source="")
    table = "1601\t100\n1699\t5\n1602\tมาก\n1601\t7\n1602\t-3\n1602"

    told = refusals(sampling.set_populations, survey, table, source=" ", as_of=None, by=boss)

    assert len(told) == 6
    assert Stratum.objects.filter(population=None).count() == 2


def test_interviews_are_shared_with_floors_and_kept_as_targets(survey, boss):
    for code, people in (("1601", 5000), ("1602", 3000), ("1603", 100)):
        make.stratum(survey, code, people)

    targets = sampling.allocate(survey, 400, floor=20, by=boss)

    assert targets == {"1601": 230, "1602": 146, "1603": 24}
    assert dict(survey.strata.values_list("code", "target")) == targets
    assert Survey.objects.get().target == 400


def test_neyman_needs_a_spread_for_every_stratum(survey, boss):
    make.stratum(survey, "1601", 1000)
    make.stratum(survey, "1602", 1000)
    spreads = {"method": "neyman", "by": boss}

    assert len(refusals(sampling.allocate, survey, 100, spreads="1601,2\nx,y", **spreads)) == 2
    assert sampling.allocate(survey, 100, spreads="1601\t3\n1602\t๑", **spreads) == {
        "1601": 75,
        "1602": 25,
    }


def test_nothing_is_shared_before_populations_are_known(survey, boss):
    make.stratum(survey, "1601", None, source="")

    assert len(refusals(sampling.allocate, survey, 100, by=boss)) == 1
    assert len(fieldwork.obstacles_to_opening(survey)) == 1


def test_margins_belong_to_answers_of_the_questionnaire(survey, boss):
    table = "D2\t1\t40,000\nD2\t2\t60,000\nD2\t3\t20,000"

    assert sampling.set_margins(survey, table, **SOURCE, by=boss) == 3
    told = refusals(sampling.set_margins, survey, "D2\t9\t5\nQ9\t1\t5\nD2\t1\tx", **SOURCE, by=boss)

    assert len(told) == 3
    assert sum(Margin.objects.values_list("population", flat=True)) == 120_000


def test_quotas_are_strata_times_answers_and_add_up(survey, boss):
    make.stratum(survey, "1601", 5000, target=61, name_th="เมือง")
    make.stratum(survey, "1602", 3000, target=39)
    sampling.set_margins(survey, "D2,1,40\nD2,2,40\nD2,3,40", **SOURCE, by=boss)

    named = {"by_stratum": True, "action": "stop", "by": boss}
    assert sampling.make_quotas(survey, ["D2"], **named) == 6

    first = survey.quotas.get(condition={"D1": ["1601"], "D2": ["1"]})
    assert (first.name, first.target) == ("เมือง · 18-39 ปี", 21)
    assert sum(survey.quotas.values_list("target", flat=True)) == 100


def test_quotas_in_which_answers_are_counted_stay(survey, boss):
    quota = sampling.add_quota(
        survey, name="สูงอายุ", condition="D2 = 3", target=5, action="flag", by=boss
    )
    type(quota).objects.update(filled=1)
    quota.refresh_from_db()

    assert len(refusals(sampling.remove_quota, quota, by=boss)) == 1
    named = {"by_stratum": False, "action": "stop", "by": boss}
    assert len(refusals(sampling.make_quotas, survey, [], **named)) == 1
    wrong = {"name": "x", "condition": "D2 = 8\nD9 = 1\nD2", "target": 5, "action": "stop"}
    assert len(refusals(sampling.add_quota, survey, **wrong, by=boss)) == 3


def test_a_published_design_stays(survey, boss):
    Survey.objects.update(state="published")

    assert len(refusals(sampling.make_strata, survey, [], by=boss)) == 1
