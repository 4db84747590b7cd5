"""axe-core finds no barrier on any page on which surveys are made, run and told."""

import json
import re
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.test import Client

from surveys import (
    codes,
    drafting,
    editing,
    exporting,
    library,
    paper,
    publishing,
    sampling,
    syncing,
)
from surveys.definition import normalised
from surveys.models import HeldSubmission
from tests import make
from tests.journeys.barriers import WCAG, violations
from tests.journeys.reading.conftest import SIZES

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
EVERY_KIND = json.loads(
    (Path(__file__).parents[2] / "surveys" / "every_kind.json").read_text("utf-8")
)
# What stands out of its card.
CLIPPED = """[...document.querySelectorAll(".cards__card")].flatMap((card) =>
  [...card.querySelectorAll("*")]
    .filter((part) => part.getBoundingClientRect().right > card.getBoundingClientRect().right)
    .map((part) => part.outerHTML))"""
BASE = "/admin/surveys"
ONE = f"{BASE}/questionnaire/{{draft}}"
PAGES = {
    "surveys": f"{BASE}/survey/",
    "new-survey": f"{BASE}/survey/add/",
    "survey": f"{BASE}/survey/{{run}}/change/",
    "versions": f"{BASE}/questionnaire/",
    "builder": f"{ONE}/change/",
    "whole": f"{ONE}/whole/",
    "section": f"{ONE}/sections/s2/",
    "from-library": f"{ONE}/library/?section=s1",
    "publish": f"{ONE}/publish/",
    "preview": f"{ONE}/preview/",
    "print": f"{ONE}/print/",
    "compare": f"{ONE}/compare/{{asked}}/",
    "upload": f"{ONE}/upload/",
    "version": f"{BASE}/questionnaire/{{asked}}/change/",
    "library": f"{BASE}/libraryquestion/",
    "library-question": f"{BASE}/libraryquestion/{{kept}}/change/",
    "strata": f"{BASE}/stratum/",
    "design": f"{BASE}/stratum/design/{{run}}/?population=755556&margin=5%25&proportion=0.5"
    "&deff=1&response_rate=80%25",
    "cards": f"{BASE}/accesscode/of/{{run}}/",
    "interviewers": f"{BASE}/interviewer/",
    "new-interviewer": f"{BASE}/interviewer/add/?survey={{run}}",
    "monitor": f"{BASE}/interviewer/monitor/{{run}}/",
    "calls": f"{BASE}/interviewer/calls/{{run}}/",
    "quality": f"{BASE}/interviewer/quality/{{run}}/",
    "answers-of-one": f"{BASE}/interviewer/answers/{{response}}/",
    "held-list": f"{BASE}/heldsubmission/",
    "held": f"{BASE}/heldsubmission/{{held}}/change/",
    "sheets": f"{BASE}/paperform/",
    "sheet": f"{BASE}/paperform/sheet/{{asked}}/",
    "key-in": f"{BASE}/paperform/enter/{{run}}/",
    "settle": f"{BASE}/paperform/{{differing}}/change/",
    "publications": f"{BASE}/publication/",
    "results": f"{BASE}/publication/desk/{{told}}/?row=Q1&column=D2&where=",
    "publication": f"{BASE}/publication/{{publication}}/change/",
    "findings": f"{BASE}/finding/",
    "new-finding": f"{BASE}/finding/add/?survey={{told}}",
    "finding": f"{BASE}/finding/{{finding}}/change/",
    "field": "/field/",
    "field-sign-in": "/field/sign-in/",
}


def fill(by):
    """A survey in the middle of its course, with something on every desk; words of addresses."""
    survey = make.survey(design="quota", target=400, needs_code=True)
    for code, target in (("1601", 60), ("1602", 40)):
        make.stratum(survey, code, 5000, target=target)
    survey.margins.create(variable="D2", code="1", population=3000, source="กรมการปกครอง")
    sampling.add_quota(survey, name="วัยทำงาน", condition="D2 = 1", target=50, action="stop", by=by)
    codes.issue(survey, 3, by=by)
    asked = survey.questionnaire
    told = {"D1": "1601", "D2": "1", "Q1": "1", "Q2": ["a"], "Q3": 4, "Q4": "4", "Q5": None}
    interviewer = make.interviewer(survey, target=20)
    survey.interviewers.create(user=by, number=2, target=5)
    asker = {"interviewer": interviewer, "mode": "interview"}
    rows = make.responses(survey, (told, 30), seconds=200, **asker)
    make.responses(survey, told, seconds=9, **asker)
    sent = {"key": str(uuid4()), "on": "2026-01-01", "seconds": 60, "cluster": ""}
    sent |= {"interviewer": interviewer.pk, "questionnaire": asked.sha256}
    bodies = [sent | {"answers": told | {"Q4": value}} for value in ("4", "5")]
    syncing.receive(bodies, by=interviewer.user)
    for person, value in ((by, "4"), (make.user(), "5")):
        sheet = paper.key_in(asked, "101", told | {"Q4": value}, by=person)
    paper.key_in(asked, "102", told, by=by)
    draft = drafting.begin_version(survey, by=by)
    drafting.save(draft, normalised(EVERY_KIND), by=by, edition=draft.edition)
    question = draft.definition["sections"][0]["questions"][1]
    shown = make.survey_with_results()
    publishing.correct(shown, by=by, erratum_th="ค่าน้ำหนักผิด", erratum_en="")
    exporting.ask(shown, "csv", by=by)
    return {
        "run": survey.pk,
        "draft": draft.pk,
        "asked": asked.pk,
        "kept": library.keep(question, name="เพศ", by=by).pk,
        "response": rows[0].pk,
        "held": HeldSubmission.objects.get(survey=survey).pk,
        "differing": sheet.pk,
        "told": shown.pk,
        "publication": shown.publications.first().pk,
        "finding": shown.findings.first().pk,
        "questions": [each["uid"] for each in editing.questions(draft.definition)],
    }


@pytest.fixture(scope="module")
def words(site, django_db_blocker):
    """What stands in the addresses of PAGES; the site shows all of it."""
    with django_db_blocker.unblock():
        return fill(make.user("analyst", is_staff=True, is_superuser=True))


@pytest.fixture(scope="module")
def session(site, words, django_db_blocker):
    with django_db_blocker.unblock():
        client = Client()
        client.force_login(User.objects.get(username="analyst"))
        return {"name": "sid", "value": client.cookies["sid"].value, "url": site.url}


@pytest.mark.parametrize("size", SIZES)
def test_no_desk_of_a_survey_has_a_barrier_or_is_wider_than_the_screen(
    site, browse, words, session, size
):
    page, found = browse(size), []
    page.context.add_cookies([session])
    question = f"{ONE}/questions/{{uid}}/"
    shown = PAGES | {
        f"question-{uid}": question.replace("{uid}", uid) for uid in words["questions"]
    }

    for name, path in shown.items():
        answer = page.goto(site.url + path.format(**words))
        assert answer.status == 200, name
        found += violations(page, name, WCAG)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found += [f"{name}: {wide} pixels too wide"] if wide > 0 else []

    assert found == []


def test_a_workbook_with_mistakes_is_told_without_a_barrier(site, browse, words, session):
    page = browse("phone")
    page.context.add_cookies([session])
    page.goto(site.url + PAGES["upload"].format(**words))
    book, file = openpyxl.Workbook(), BytesIO()
    book.active.title = "survey"
    for row in (["type", "name", "label"], ["select_one nowhere", "Q1", "ถาม"], ["odd", "Q1", ""]):
        book.active.append(row)
    book.save(file)

    sent = {"name": "x.xlsx", "mimeType": "application/zip", "buffer": file.getvalue()}
    page.set_input_files("#id_workbook", sent)
    page.locator("button.default").click()

    page.locator(".report td").first.wait_for()
    assert violations(page, "report", WCAG) == []


@pytest.mark.parametrize("size", SIZES)
def test_cards_show_their_whole_code_and_ten_fill_a_sheet(site, browse, words, session, size):
    page = browse(size)
    page.context.add_cookies([session])
    page.goto(site.url + PAGES["cards"].format(**words))

    page.locator("button.default").click()

    page.locator(".cards__card").nth(9).wait_for()
    assert page.evaluate(CLIPPED) == []
    assert len(re.findall(rb"/Type /Page\b", page.pdf(format="A4"))) == 1


def test_an_interview_has_no_barrier(site, browse, words, session):
    """From the list to the mistakes of a part; nothing is sent."""
    page, found = browse("phone"), []
    page.context.add_cookies([session])
    page.goto(f"{site.url}/en/field/")
    page.get_by_role("button", name="Begin an interview").click()
    page.get_by_label("The person agrees to answer").wait_for()
    found += violations(page, "consent", WCAG)
    page.get_by_label("The person agrees to answer").check()
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("button", name="Next").click()
    page.locator(".error-summary").wait_for()
    found += violations(page, "mistakes", WCAG)
    page.get_by_role("button", name="Keep it and go on later").click()
    page.get_by_role("button", name="Go on with it").wait_for()
    found += violations(page, "unfinished", WCAG)

    assert found == []
