"""From the editor's desk over the volunteer's phone to the notice board."""

import re

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import expect

import news.loading
import office.loading
from news.models import Edition
from office import roles
from tests import make
from tests.journeys.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SPOKEN = "เรียนพี่น้องประชาชน\nขอให้ยกของขึ้นที่สูง โทร หนึ่งเจ็ดแปดสี่\nขอทวนอีกครั้ง ยกของขึ้นที่สูง"
LONG = "จังหวัดลพบุรีขอแจ้งประชาชนริมน้ำให้ระวัง "


@pytest.fixture
def address(live_server, transactional_db):
    office.loading.load()
    news.loading.load()
    roles.sync()
    return live_server.url


def pages_of(page):
    """How many sheets the page fills when it is printed."""
    pdf = page.pdf(prefer_css_page_size=True)
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_an_editor_writes_a_script_with_proposals_and_loses_nothing(address, page):
    edition = make.draft(title="น้ำขึ้น 2 เมตร", must_know="โทร 1784")
    make.user("writer", is_staff=True).groups.add(Group.objects.get(name=roles.EDITOR))
    page.goto(f"{address}/en/admin/")
    page.get_by_label("Username").fill("writer")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Log in").click()
    page.goto(f"{address}/en/admin/news/edition/{edition.pk}/change/")
    script, notes = page.locator("#id_spoken"), page.locator(".script-notes")
    propose = page.get_by_role("button", name="Propose wording")
    undo = page.get_by_role("button", name="Take the wording back")

    propose.click()
    expect(script).to_have_value(re.compile("น้ำขึ้นสองเมตร\nโทร หนึ่งเจ็ดแปดสี่"))
    expect(notes).to_contain_text("of 60 seconds")

    script.fill("มา 9.00 น.")
    expect(notes).to_contain_text("เก้านาฬิกา")
    page.locator("#id_spoken_budget").select_option("30")
    expect(notes).to_contain_text("of 30 seconds")
    propose.click()
    expect(script).to_have_value("มาเก้านาฬิกา")
    expect(notes.locator("li")).to_have_count(0)
    undo.click()
    expect(script).to_have_value("มา 9.00 น.")
    undo.click()
    expect(script).to_have_value("มาเก้านาฬิกา")

    page.locator("[name=_continue]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert (Edition.objects.get().spoken, Edition.objects.get().spoken_budget) == ("มาเก้านาฬิกา", 30)


def test_a_volunteer_reads_from_a_phone_or_from_paper(address, page):
    edition = make.published(spoken=SPOKEN)
    page.goto(f"{address}{edition.article.get_absolute_url()}")

    page.get_by_role("link", name="บทเสียงตามสาย", exact=True).click()

    line = page.locator(".script p").nth(1)
    expect(line).to_have_text("ขอให้ยกของขึ้นที่สูง โทร หนึ่งเจ็ดแปดสี่")
    assert line.evaluate("line => parseFloat(getComputedStyle(line).fontSize)") >= 24
    number = line.locator("b")
    assert number.evaluate("number => number.getClientRects().length") == 1
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    expect(page.locator("[data-print]")).to_be_visible()
    # This browser has no Thai voice of its own.
    expect(page.locator("[data-listen]")).to_be_hidden()
    page.emulate_media(media="print")
    assert line.evaluate("line => getComputedStyle(line).fontSize") == "32px"  # 24 points
    assert pages_of(page) == 1


@pytest.mark.parametrize(
    ("headline", "text"),
    [(20, 40), (35, 120), (60, 220), (100, 340), (170, 480), (300, 600)],
)
def test_a_poster_fills_one_sheet_whatever_its_length(address, page, headline, text):
    edition = make.published(
        title=(LONG * 10)[:headline].strip(),
        must_know=(LONG * 20)[:text].strip(),
        spoken=f"{SPOKEN}\nหรือ ศูนย์สามหก เจ็ดเจ็ดศูนย์ หนึ่งแปดหนึ่ง",
        source_agency=(LONG * 5)[:200].strip(),
    )

    page.goto(f"{address}{edition.article.get_absolute_url()}poster/")

    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert pages_of(page) == 1
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 688, "height": 1031})  # the room on the sheet, at 96 dpi
    main, end = (page.locator(place).bounding_box() for place in (".poster__main", ".sheet__end"))
    assert main["y"] + main["height"] <= end["y"] + 1
    assert end["y"] + end["height"] <= 272 / 25.4 * 96 + 1
