"""axe-core has nothing to say about any page of surveys, whatever went wrong on it: what
reading/test_accessibility.py does not see, since it only looks at addresses.
"""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from surveys import publishing
from surveys.models import Response
from tests import make
from tests.journeys.barriers import clean_of_barriers
from tests.journeys.test_citizen_answers import survey  # noqa: F401
from tests.surveys.test_publishing import METHOD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MATRIX = json.loads(
    (Path(__file__).parent.parent / "data" / "ten_questions.json").read_text("utf-8")
)
# Language, with its prefix, and how large the screen is.
LOOKS = [("", 360, 740), ("/en", 1280, 900)]
looks = pytest.mark.parametrize(("prefix", "width", "height"), LOOKS)


@pytest.fixture
def look(page, live_server, complaints):
    """``look(path, width, height)``: the page there; what is refused on purpose is no complaint."""

    def looked(path, width, height):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{live_server.url}{path}")
        return page

    yield looked
    refused = ("400", "410", "Failed to load resource")
    complaints[:] = [said for said in complaints if not any(word in said for word in refused)]


def press(page, go):
    page.locator(f".survey__steps [value={go}]").click()


def begun(page):
    page.locator("#id_agrees").check()
    page.locator(".survey__steps button").first.click()
    expect(page.locator("[data-question=D1]")).to_be_visible()


def about_me(page):
    page.locator("[data-question=D1] select").first.select_option(index=1)
    page.locator("#q-D1").select_option(index=1)
    page.locator("#q-D2").fill("54")


@looks
def test_answering_wrong_and_right(look, survey, prefix, width, height):  # noqa: F811
    page = look(f"{prefix}/surveys/{survey.pk}/answer/", width, height)
    clean_of_barriers(page)
    page.locator(".survey__steps button").first.click()
    expect(page.locator(".error-summary")).to_be_focused()
    clean_of_barriers(page)

    begun(page)
    clean_of_barriers(page)
    page.locator("#q-D2").fill("x")
    press(page, "next")
    expect(page.locator(".error-summary")).to_be_focused()
    clean_of_barriers(page)
    about_me(page)
    press(page, "save")
    clean_of_barriers(page)
    page.locator("main a.button").click()

    # Two answers at one place, and one that is missing.
    page.locator("#q-Q1-1").check()
    for place in (1, 2):
        page.locator(f"#q-Q3-{place}").select_option("1")
    press(page, "next")
    expect(page.locator(".error-summary")).to_be_focused()
    clean_of_barriers(page)
    page.locator("#q-Q2-1").check()
    page.locator("#q-Q3-2").select_option("2")
    press(page, "next")
    expect(page.locator("#q-Q5-1")).to_be_visible()
    clean_of_barriers(page)
    press(page, "next")
    expect(page.locator(".error-summary")).to_be_focused()
    clean_of_barriers(page)
    for name in ("Q4_a", "Q4_b", "Q5"):
        page.locator(f"#q-{name}-2").check()
    press(page, "next")
    expect(page.locator(".review").first).to_be_visible()
    clean_of_barriers(page)
    press(page, "send")
    expect(page.locator(".receipt")).to_be_visible()
    clean_of_barriers(page)

    page = look(f"{prefix}/surveys/{survey.pk}/withdraw/", width, height)
    page.locator("#id_receipt").fill("0000-0000-0000")
    page.locator("form.reader-form button").last.click()
    expect(page.locator(".error-summary")).to_be_focused()
    clean_of_barriers(page)


@looks
def test_after_the_end(look, survey, prefix, width, height):  # noqa: F811
    page = look(f"{prefix}/surveys/{survey.pk}/answer/", width, height)
    begun(page)
    about_me(page)
    survey.state = "closed"
    survey.save()
    press(page, "next")
    expect(page.locator(".error-page")).to_be_visible()
    clean_of_barriers(page)

    survey.state, survey.withdrawal_reason = "withdrawn", "คำถามชี้นำ"
    survey.save()
    page.reload()
    look(f"{prefix}/surveys/{survey.pk}/answer/", width, height)
    expect(page.locator(".notice")).to_be_visible()
    clean_of_barriers(page)


@looks
def test_at_a_kiosk(look, survey, prefix, width, height):  # noqa: F811
    make.officer("wichai", "officer")
    page = look(f"{prefix}/surveys/{survey.pk}/kiosk/", width, height)
    page.fill("[name=username]", "wichai")
    page.fill("[name=password]", "correct horse battery")
    page.locator("[type=submit]").click()
    expect(page.locator("main li").first).to_be_visible()
    clean_of_barriers(page)
    page.locator("main form .button").click()

    begun(page)
    about_me(page)
    press(page, "next")
    page.locator("#q-Q1-2").check()
    press(page, "next")
    for name in ("Q4_a", "Q4_b", "Q5"):
        page.locator(f"#q-{name}-2").check()
    press(page, "next")
    page.locator("[value=send]").click()
    expect(page.locator(".receipt")).to_be_visible()
    clean_of_barriers(page)
    page.locator("main a.button").click()
    expect(page.locator("#id_agrees")).not_to_be_checked()
    clean_of_barriers(page)
    assert [response.mode for response in Response.objects.all()] == ["kiosk"]


@looks
def test_results_with_everything_unfolded(look, prefix, width, height):
    told = of_several_things(previous=of_several_things(title_th="ครั้งแรก", title_en="First"))
    page = look(f"{prefix}/surveys/{told.pk}/results/", width, height)
    page.evaluate("document.querySelectorAll('details').forEach(each => (each.open = true))")
    assert page.locator(".stack").count() == 2
    assert page.locator(".wave").count() > 10
    clean_of_barriers(page)

    finding = told.findings.create(
        agency=make.organization(),
        kind="finding",
        text_th="ข่าวมาช้า",
        text_en="News is late",
        is_public=True,
        asked_on=timezone.localdate() - timedelta(days=90),
        due_on=timezone.localdate() - timedelta(days=30),
        created_by=make.user(),
    )
    look(f"{prefix}/surveys/findings/", width, height)
    expect(page.locator(f"#finding-{finding.pk}")).to_be_visible()
    clean_of_barriers(page)


def test_results_are_unfolded_on_paper(look):
    told = of_several_things(previous=of_several_things(title_th="ครั้งแรก"))
    page = look(f"/surveys/{told.pk}/results/", *LOOKS[0][1:])
    shown = "each => each.map(one => one.checkVisibility())"
    folded = page.locator(".result .data-table, #method dd, .waves__panels")

    on_screen = folded.evaluate_all(shown)
    page.emulate_media(media="print")
    on_paper = folded.evaluate_all(shown)

    assert len(on_paper) > 20
    assert set(on_screen) == {False}
    assert set(on_paper) == {True}
    assert page.locator(".result summary").first.is_hidden()


def of_several_things(**facts):
    """Published answers to all ten questions."""
    analyst, head = (make.user(is_superuser=True, is_staff=True) for _each in range(2))
    made = make.survey(state="closed", method=METHOD, definition=MATRIX, **facts)
    told = {"D1": "160102", "D2": 54, "Q1": "1", "Q2": ["1", "3"], "Q3": ["3", "1"], "Q6": "7"}
    told |= {"Q4_a": "2", "Q4_b": "4", "Q5": "1", "Q7": "ขอบคุณ"}
    other = told | {"Q1": "2", "Q2": None, "Q4_a": "5", "Q5": "3"}
    make.responses(made, (told, 60), (other, 40))
    assert Response.objects.filter(survey=made).count() == 100
    publication = publishing.draft(made, by=analyst)
    publishing.submit(publication, by=analyst)
    publishing.publish(publication, by=head)
    made.refresh_from_db()
    return made
