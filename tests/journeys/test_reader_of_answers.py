"""Somebody from an agency looks for an answer on a telephone, and says whether it helped."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from consulting.models import Vote
from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def shelf():
    make.resource("guide", title_th="เขียนข่าวหนึ่งหน้าให้คนอ่านจบ")
    return make.resource("answer", "crisis", title_th="มีข่าวลือในกลุ่มไลน์ ควรตอบอย่างไร")


def test_an_answer_is_found_by_the_search_of_the_site_and_said_to_help(
    live_server, plain_page, shelf
):
    page = plain_page
    page.goto(live_server.url)
    page.locator("#q").fill("ข่าวลือ กลุ่มไลน์")
    page.locator("#q").press("Enter")
    assert page.evaluate(OVERFLOW) == 0

    page.get_by_role("link", name=shelf.title_th).click()

    assert urlsplit(page.url).path == f"/consulting/answers/{shelf.resource_id}/"
    expect(page.locator("h1")).to_have_text(shelf.title_th)
    assert page.evaluate(OVERFLOW) == 0
    assert page.context.cookies() == []

    page.locator("a[href$='helpful=yes']").click()
    expect(page.locator("input[value=yes]")).to_be_checked()
    assert page.evaluate(OVERFLOW) == 0
    page.locator("main button[type=submit]").click()

    expect(page.locator(".notice--success")).to_be_visible()
    assert [vote.is_helpful for vote in Vote.objects.all()] == [True]


def test_a_list_is_searched_and_what_was_missing_is_told(live_server, plain_page, shelf):
    page = plain_page
    page.goto(f"{live_server.url}/consulting/resources/")
    assert page.evaluate(OVERFLOW) == 0
    page.locator("#words").fill("ดาวอังคาร")
    page.locator("#words").press("Enter")
    expect(page.locator(".empty")).to_be_visible()

    page.locator("#words").fill("เขียน ข่าว")
    page.locator("#words").press("Enter")
    page.locator(".versions h2 a").click()
    page.locator("a[href$='helpful=no']").click()
    page.locator("textarea").fill("อยากได้ตัวอย่างพาดหัว")
    page.locator("main button[type=submit]").click()

    expect(page.locator(".notice--success")).to_be_visible()
    votes = [(vote.is_helpful, vote.reason) for vote in Vote.objects.all()]
    assert votes == [(False, "อยากได้ตัวอย่างพาดหัว")]


def test_the_same_in_english(live_server, page, shelf):
    english = {"title_en": "A release on one page", "body_en": "<p>Begin with what to do.</p>"}
    edition = make.resource("template", title_th="แบบข่าวแจก", **english)

    page.goto(f"{live_server.url}/en/consulting/resources/?q=release")
    page.get_by_role("link", name="A release on one page").click()

    expect(page.locator("h1")).to_have_text("A release on one page")
    assert page.evaluate(OVERFLOW) == 0
    assert urlsplit(page.url).path == f"/en/consulting/resources/{edition.resource_id}/"
