import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from surveys import methodology, paper
from surveys.definition import Form
from surveys.models import PaperForm, Response
from tests import make

pytestmark = pytest.mark.django_db
TYPED = {"D1": "๑๖๐๑", "D2": "1", "Q1": "1", "Q2": "a, b", "Q3": "๑๒", "Q4": "5", "Q5": "ดีมาก"}


@pytest.fixture
def people(db):
    return make.user(), make.user()


@pytest.fixture
def version(places):
    return make.survey().questionnaire


def keyed(version, **changes):
    found = paper.read(Form(version.definition), TYPED | changes)
    assert found.errors == {}
    return found.answers


def test_codes_are_typed_as_they_stand_on_the_sheet(version):
    assert keyed(version) == {
        "D1": "1601",
        "D2": "1",
        "Q1": "1",
        "Q2": ["a", "b"],
        "Q3": 12,
        "Q4": "5",
        "Q5": "ดีมาก",
    }


def test_what_is_blank_on_paper_stays_blank_and_what_is_wrong_is_told(version):
    form = Form(version.definition)

    blank = paper.read(form, {})
    wrong = paper.read(form, TYPED | {"D2": "8", "Q3": "มาก"})

    assert (blank.answers["D1"], blank.errors) == (None, {})
    assert set(wrong.errors) == {"D2", "Q3"}


def test_two_that_agree_are_recorded_once(version, people):
    first, second = people

    kept = paper.key_in(version, "๐๐๑", keyed(version), by=first)
    assert (kept.serial, Response.objects.count()) == ("001", 0)
    sheet = paper.key_in(version, "001", keyed(version), by=second)

    assert (sheet.differing, sheet.response.mode) == (0, "paper")
    with pytest.raises(ValidationError):
        paper.key_in(version, "001", keyed(version), by=first)
    assert Response.objects.count() == 1


def test_a_sheet_that_is_not_full_is_recorded_too(version, people):
    for person in people:
        paper.key_in(version, "1", keyed(version, D2="", Q4=""), by=person)

    assert Response.objects.get().data["Q4"] is None


def test_nobody_keys_a_sheet_in_twice(version, people):
    paper.key_in(version, "1", keyed(version), by=people[0])

    with pytest.raises(ValidationError):
        paper.key_in(version, "1", keyed(version), by=people[0])
    with pytest.raises(ValidationError):
        paper.key_in(version, " ", keyed(version), by=people[0])


def test_what_differs_is_settled_with_the_sheet_in_hand(version, people):
    first, second = people
    paper.key_in(version, "1", keyed(version), by=first)
    sheet = paper.key_in(version, "1", keyed(version, Q4="4", Q2="a"), by=second)

    assert paper.differences(sheet) == [("Q2", ["a", "b"], ["a"]), ("Q4", "5", "4")]
    with pytest.raises(ValidationError):
        paper.settle(sheet, {"Q2": "a"}, by=first)
    paper.settle(sheet, {"Q2": "b c", "Q4": "5"}, by=first)

    data = Response.objects.get().data
    assert (data["Q2"], data["Q4"], data["Q3"]) == (["b", "c"], "5", 12)
    assert PaperForm.objects.get().settled_by == first
    with pytest.raises(ValidationError):
        paper.settle(sheet, {"Q2": "a", "Q4": "5"}, by=first)


def test_the_method_card_learns_how_well_it_was_keyed(version, people):
    for serial in ("1", "2"):
        paper.key_in(version, serial, keyed(version), by=people[0])
    paper.key_in(version, "1", keyed(version), by=people[1])
    paper.key_in(version, "2", keyed(version, D2="2"), by=people[1])

    found = paper.accuracy(version.survey)

    assert (found.sheets, found.compared, found.differing) == (2, 14, 1)
    assert round(found.error_rate, 4) == 0.0714
    told = methodology.processing(version.survey)
    assert "กรอกข้อมูลกระดาษซ้ำสองครั้ง 2 ชุด ต่างกันร้อยละ 7.14" in told["th"]
    assert "2 sheets were keyed in twice, 7.14% of answers differed" in told["en"]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        # Two raters and two answers: (both yes, yes/no, no/yes, both no).
        ((20, 5, 10, 15), 0.4),
        ((45, 15, 25, 15), 0.1304),
        ((25, 35, 5, 35), 0.2593),
        ((50, 0, 0, 0), None),
    ],
)
def test_kappa_is_cohens(counts, expected):
    kinds = [("y", "y"), ("y", "n"), ("n", "y"), ("n", "n")]
    pairs = [pair for pair, n in zip(kinds, counts, strict=True) for _time in range(n)]

    found = paper.kappa([pairs])

    assert (found if found is None else round(found, 4)) == expected


def test_the_sheet_says_whom_a_question_is_for(version):
    parts = paper.sheet(version)

    lines = [line for part in parts for line in part.lines]
    assert [line.number for line in lines] == [1, 2, 3, 4, 5, 6, 7]
    assert "3" in lines[3].condition
    assert "“ได้รับ”" in lines[3].condition
    assert lines[0].choices == [("1601", "เมืองลพบุรี")]


def test_conditions_are_told_in_the_words_of_the_sheet(version):
    form = Form(version.definition)
    numbers = {name: n for n, name in enumerate(("D1", "D2", "Q1", "Q2", "Q3", "Q4", "Q5"), 1)}

    with override("en"):
        simple = paper.in_words("${Q3} > 4 and ${D2} != '2'", form, numbers)
        other = paper.in_words("string-length(${Q5}) > 2", form, numbers)

    assert simple == "question 5 > 4 and question 2 is not “40-59 ปี”"
    assert other == "string-length(question 7) > 2"
