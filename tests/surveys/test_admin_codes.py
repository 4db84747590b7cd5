"""Cards with codes at the desk: printed once, counted, and told apart by nothing else."""

import re

import pytest

from surveys import codes
from surveys.models import AccessCode
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(db):
    return make.survey(needs_code=True)


@pytest.fixture
def officer(client):
    client.force_login(make.user("surveyor", "surveys.open_survey", is_staff=True))
    return client


def there(survey):
    return f"/admin/surveys/accesscode/of/{survey.pk}/"


def printed(page):
    found = re.findall(r'class="cards__code"[^>]*>(\w{4}) (\w{4})<', page.text)
    return ["".join(halves) for halves in found]


def test_sheet_shows_codes_that_open_an_answer_and_never_again(officer, survey):
    stratum = make.stratum(survey)

    sheet = officer.post(there(survey), {"count": "12", "stratum": stratum.pk})
    later = officer.get(there(survey))

    made = printed(sheet)
    assert len(set(made)) == 12
    assert [codes.refusal(survey, code) for code in made] == [""] * 12
    assert "no-store" in sheet.headers["Cache-Control"]
    assert [code for code in made if code in later.text] == []
    assert set(AccessCode.objects.values_list("stratum", flat=True)) == {stratum.pk}


def test_used_codes_are_counted_by_batch(officer, survey):
    first = printed(officer.post(there(survey), {"count": "3"}))
    officer.post(there(survey), {"count": "2"})
    codes.use(survey, first[0])

    page = officer.get(there(survey)).text

    cells = re.findall(r"<td>(\d+)</td><td>(\d+)</td>", page)
    assert cells == [("3", "1"), ("2", "0")]


@pytest.mark.parametrize("count", ["0", "-1", "501", "x", ""])
def test_impossible_number_is_refused_with_a_sentence(officer, survey, count):
    page = officer.post(there(survey), {"count": count})

    assert (page.status_code, AccessCode.objects.count()) == (400, 0)


def test_others_may_not_make_codes(client, survey):
    client.force_login(make.user(is_staff=True))

    assert client.post(there(survey), {"count": "3"}).status_code == 403
    assert AccessCode.objects.count() == 0


def test_survey_page_leads_to_cards_only_where_codes_are_needed(officer, survey):
    make_officer = make.user(
        "head", "surveys.open_survey", "surveys.view_survey", "surveys.change_survey", is_staff=True
    )
    officer.force_login(make_officer)
    other = make.survey()

    pages = [officer.get(f"/admin/surveys/survey/{s.pk}/change/").text for s in (survey, other)]

    assert [there(s) in page for s, page in zip((survey, other), pages, strict=True)] == [
        True,
        False,
    ]
