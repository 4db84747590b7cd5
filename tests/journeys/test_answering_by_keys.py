"""A whole survey with Tab, arrows, Space, Enter and typing alone, with scripts and without."""

import pytest
from playwright.sync_api import expect

from surveys.models import Response
from tests.journeys.conftest import PHONE, listen
from tests.journeys.test_citizen_answers import survey  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# What holds the focus, whether it is on the screen, and whether a ring is drawn round it.
HELD = """() => {
  const held = document.activeElement;
  const framed = held.closest(".choice") ?? held;
  const box = framed.getBoundingClientRect();
  const ring = [held, framed].some((one) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(one);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  });
  const inside = box.bottom > 0 && box.top < innerHeight && box.width > 0;
  return ring && inside ? "" : held.outerHTML.slice(0, 100);
}"""
MOST_STOPS = 90


class Hands:
    """Somebody without a mouse."""

    def __init__(self, page):
        self.page, self.unseen = page, []

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def go_to(self, place, key="Tab"):
        """On with the Tab key until a place has the focus; every stop on the way must be seen."""
        for _stop in range(MOST_STOPS):
            self.press(key)
            self.unseen += [held for held in [self.page.evaluate(HELD)] if held]
            if place.evaluate("place => place === document.activeElement"):
                return
        raise AssertionError(f"The focus never comes to {place}.")

    def go_on(self, name="ต่อไป"):
        self.go_to(self.page.locator(".survey__steps").get_by_role("button", name=name))
        self.press("Enter")


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def hands(request, browser, complaints, page):
    """The fixture ``page`` waits for what was asked of the site when all is over."""
    context = browser.new_context(
        java_script_enabled=request.param, viewport=PHONE, reduced_motion="reduce"
    )
    own = context.new_page()
    listen(own, complaints)
    yield Hands(own)
    complaints[:] = [said for said in complaints if "400" not in said]
    context.close()


def has_focus(place):
    expect(place).to_be_focused()
    return place


def test_a_survey_is_finished_without_a_mouse(live_server, hands, survey):  # noqa: F811
    page = hands.page
    page.goto(f"{live_server.url}/surveys/")
    hands.go_to(page.get_by_role("link", name=survey.title_th, exact=True))
    hands.press("Enter")
    expect(page.locator("h1")).to_have_text(survey.title_th)
    hands.go_to(page.get_by_role("link", name="ตอบแบบสำรวจ"))
    hands.press("Enter")
    expect(page.locator("h1")).to_have_text("ก่อนเริ่มตอบ")

    # Nothing ticked: the summary has the focus, and its link leads to the box.
    hands.go_on("เริ่มตอบ")
    has_focus(page.locator(".error-summary"))
    hands.press("Tab", "Enter")
    has_focus(page.locator("#id_agrees"))
    hands.press("Space")
    hands.go_on("เริ่มตอบ")

    expect(page.locator("h1")).to_have_text("เกี่ยวกับท่าน")
    hands.go_on()
    has_focus(page.locator(".error-summary"))
    hands.press("Tab", "Enter")
    if page.get_by_label("เลือกอำเภอก่อน").count():
        has_focus(page.get_by_label("ท่านอยู่ตำบลใด"))
        hands.go_to(page.get_by_label("เลือกอำเภอก่อน"), "Shift+Tab")
        hands.press("ArrowDown")
        hands.go_to(page.get_by_label("ท่านอยู่ตำบลใด"))
    has_focus(page.get_by_label("ท่านอยู่ตำบลใด"))
    hands.press("ArrowDown")
    hands.go_to(page.get_by_label("ท่านอายุเท่าไร"))
    page.keyboard.type("54")
    hands.press("Enter")  # in a field: goes on

    expect(page.locator("h1")).to_have_text("การรับข่าวสาร")
    hands.go_to(page.locator("#q-Q1-1"))
    hands.press("Space")
    hands.go_to(page.locator("#q-Q3-1"))
    hands.press("ArrowDown", "Tab", "ArrowDown", "ArrowDown")
    if page.locator("#q-Q2-1").is_hidden():
        hands.go_on()
        expect(page.get_by_text("มีคำถามต่อเนื่องจากคำตอบของท่าน")).to_be_visible()
        hands.go_to(page.locator("#q-Q2-1"))
    else:
        hands.go_to(page.locator("#q-Q2-1"), "Shift+Tab")
    hands.press("Space")
    hands.go_on()

    expect(page.locator("h1")).to_have_text("ความพึงพอใจ")
    hands.go_to(page.locator("#q-Q4_a-1"))
    hands.press("Space")
    hands.go_to(page.locator("#q-Q4_b-1"))
    hands.press("ArrowDown")
    hands.go_to(page.locator("#q-Q5-1"))
    hands.press("ArrowRight", "ArrowRight")
    hands.go_to(page.locator("#q-Q6-0"))
    hands.press("ArrowLeft")  # round to the last, which is 10
    hands.go_to(page.get_by_label("อยากบอกอะไรกับจังหวัด"))
    page.keyboard.type("ขอบคุณ")
    hands.go_on()

    expect(page.locator("h1")).to_have_text("ตรวจคำตอบก่อนส่ง")
    hands.go_to(page.get_by_role("link", name="ท่านอายุเท่าไร"))
    hands.press("Enter")
    has_focus(page.get_by_label("ท่านอายุเท่าไร"))
    hands.press("ControlOrMeta+a")
    page.keyboard.type("55")
    hands.press("Enter")
    expect(page.locator("h1")).to_have_text("ตรวจคำตอบก่อนส่ง")
    hands.go_to(page.get_by_role("button", name="ส่งคำตอบ"))
    hands.press("Enter")

    expect(page.locator("h1")).to_contain_text("ขอบคุณ")
    assert hands.unseen == []
    assert Response.objects.get().data == {
        "D1": "160201",
        "D2": 55,
        "D3": None,
        "Q1": "1",
        "Q2": ["1"],
        "Q3": ["1", "2"],
        "Q4_a": "1",
        "Q4_b": "2",
        "Q5": "3",
        "Q6": "10",
        "Q7": "ขอบคุณ",
    }
