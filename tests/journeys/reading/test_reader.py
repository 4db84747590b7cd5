"""A reader with a phone, with a keyboard, without JavaScript."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
ROOT = "document.documentElement"


def letter_size(page):
    return page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)")


def overflow(page):
    return page.evaluate(f"{ROOT}.scrollWidth - {ROOT}.clientWidth")


def test_reader_opens_the_lead_story_and_comes_back(site, page):
    page.goto(site.url)
    lead = page.locator(".card--lead .card__title a")
    headline = lead.inner_text()

    lead.click()

    expect(page.locator("h1")).to_have_text(headline)
    assert urlsplit(page.url).path == f"/news/{site.words['rich']}/"
    assert overflow(page) == 0
    page.locator(".identity").click()
    assert urlsplit(page.url).path == "/"
    assert overflow(page) == 0


def test_text_size_and_contrast_stay_when_the_page_is_loaded_again(site, page):
    page.goto(f"{site.url}/news/{site.words['rich']}/")
    normal = letter_size(page)

    page.locator("[data-text-step='1']").click()
    page.locator("[data-text-step='1']").click()
    page.locator("[data-contrast-toggle]").click()
    larger = letter_size(page)
    page.reload()

    assert normal < larger == letter_size(page)
    assert page.locator("html").get_attribute("data-contrast") == "high"
    assert page.locator("[data-contrast-toggle]").get_attribute("aria-pressed") == "true"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)"
    assert overflow(page) == 0

    for step in ("-1", "-1"):
        page.locator(f"[data-text-step='{step}']").click()
    page.locator("[data-contrast-toggle]").click()
    page.reload()

    assert letter_size(page) == normal
    assert page.locator("html").get_attribute("data-contrast") is None
    assert page.context.cookies() == []


@pytest.mark.parametrize("path", ["/", "/news/{rich}/", "/news/{rich}/v1..v2/", "/alerts/{alert}/"])
def test_the_largest_letters_stay_within_a_phone_s_screen(site, browser, path):
    phone = browser.new_page(viewport=PHONE)
    phone.goto(site.url + path.format(**site.words))

    for _ in range(4):
        phone.locator("[data-text-step='1']").click()

    assert overflow(phone) == 0
    phone.close()


def test_search_is_done_by_keyboard_with_suggestions(site, page):
    page.goto(f"{site.url}/en/")
    field = page.get_by_role("combobox").or_(page.get_by_role("searchbox")).first
    options = page.locator("[role=option]")

    field.focus()
    field.press_sequentially("ลพ", delay=50)
    expect(options.first).to_be_visible()
    field.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_have_count(1)
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(field).to_have_attribute("aria-activedescendant", chosen.get_attribute("id"))
    field.press("Escape")
    expect(options.first).to_be_hidden()
    expect(field).to_have_value("ลพ")
    field.press_sequentially("บุรี")
    expect(options.first).to_be_visible()
    field.press("Enter")

    expect(page.locator("h1")).to_contain_text("ลพบุรี")
    assert parse_qs(urlsplit(page.url).query)["q"] == ["ลพบุรี"]
    assert page.locator(".card--row").count() > 1


def test_suggestion_leads_where_it_says(site, page):
    page.goto(site.url)
    field = page.locator("#q")

    field.focus()
    field.press_sequentially("ลพ", delay=50)
    expect(page.locator("[role=option]").first).to_be_visible()
    field.press("ArrowDown")
    address = page.locator("[role=option][aria-selected=true]").get_attribute("data-url")
    field.press("Enter")
    page.wait_for_url(f"{site.url}{address}")

    expect(page.locator("h1")).to_be_visible()


def narrows_and_widens_a_list(page, address):
    """Choose a filter, see fewer items, take the filter away again."""
    page.goto(address)
    everything = int(page.locator(".results-head b").inner_text())
    choice = page.locator(".facets a", has_text="Announcement")
    expected = int(choice.locator("span").inner_text())

    choice.click()
    narrowed = int(page.locator(".results-head b").inner_text())
    page.locator(".chip--remove").click()

    assert expected == narrowed < everything
    assert int(page.locator(".results-head b").inner_text()) == everything


def test_list_is_narrowed_by_filters(site, page):
    narrows_and_widens_a_list(page, f"{site.url}/en/news/?language=all")


def test_language_is_switched_to_english_and_back(site, page):
    page.goto(f"{site.url}/news/{site.words['rich']}/")
    thai = page.locator("h1").inner_text()

    page.locator(".strip__language").click()

    assert urlsplit(page.url).path == f"/en/news/{site.words['rich']}/"
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.locator("h1")).to_have_text("Lopburi watches the river in four districts")
    page.locator(".strip__language").click()
    expect(page.locator("h1")).to_have_text(thai)


def test_news_without_a_translation_says_so_in_english(site, page):
    page.goto(f"{site.url}/en/news/{site.words['thai']}/")

    expect(page.locator(".notice")).to_contain_text("not available in English yet")
    assert page.locator("h1").get_attribute("lang") == "th"


def test_sharing_is_plain_links_and_a_copied_address(site, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{site.url}/en/news/{site.words['rich']}/")
    line, facebook = (page.locator(f".share a[href*='{host}']") for host in ("line.me", "facebook"))
    here = f"{site.url}/en/news/{site.words['rich']}/"

    page.locator("[data-copy]").click()

    expect(page.locator("[data-copy]")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{site.url}/n/{site.words['short']}"
    assert parse_qs(urlsplit(line.get_attribute("href")).query)["url"] == [here]
    assert parse_qs(urlsplit(facebook.get_attribute("href")).query)["u"] == [here]


def test_news_is_printed_on_paper(site, page):
    page.goto(f"{site.url}/en/news/{site.words['rich']}/")

    page.locator(".share a[href$='/print/']").click()

    expect(page.locator("[data-print]")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".sheet__tools")).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_menu_on_a_phone_opens_and_closes(site, page):
    page.goto(f"{site.url}/en/")
    entry = page.locator(".menu a[href='/en/about/']")
    expect(entry).to_be_hidden()

    page.locator(".menu summary").click()
    expect(entry).to_be_visible()
    page.keyboard.press("Escape")
    expect(entry).to_be_hidden()
    page.locator(".menu summary").click()
    entry.click()

    assert urlsplit(page.url).path == "/en/about/"


def test_reader_without_javascript_does_the_same(site, plain_page):
    page = plain_page
    page.goto(f"{site.url}/en/")

    page.locator(".card--lead .card__title a").click()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("[data-copy]")).to_be_hidden()
    page.locator(".strip__language").click()
    assert page.locator("html").get_attribute("lang") == "th"
    page.locator("#q").fill("ลพบุรี")
    page.locator("#q").press("Enter")
    assert page.locator(".card--row").count() > 1
    page.locator(".pagination a[rel=next]").click()
    assert parse_qs(urlsplit(page.url).query)["page"] == ["2"]
    page.locator(".menu summary").click()
    page.locator(".menu a[href='/contact/']").click()
    assert page.locator(".office-facts a[href^='tel:']").is_visible()
    narrows_and_widens_a_list(page, f"{site.url}/en/news/?language=all")
    page.goto(f"{site.url}/news/{site.words['rich']}/")
    page.locator(".share a[href$='/print/']").click()
    expect(page.locator("h1")).to_be_visible()


def focused(page):
    """Name, ring and place of the element that has the focus."""
    return page.evaluate(
        """() => {
            const element = document.activeElement, box = element.getBoundingClientRect();
            const ring = (part) => {
                const style = getComputedStyle(element, part);
                return style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
            };
            return {
                tag: element.tagName, href: element.getAttribute("href"), id: element.id,
                // The ring of a card's headline stands round the whole card.
                ring: Math.max(ring(null), ring("::after")),
                isInView: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
            };
        }"""
    )


@pytest.mark.parametrize("width", [360, 1280])
def test_page_is_walked_by_keyboard_and_the_focus_is_always_seen(site, page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(
        reduced_motion="reduce"
    )  # or the page is still scrolling when it is measured
    page.goto(f"{site.url}/news/{site.words['rich']}/")

    page.keyboard.press("Tab")
    assert focused(page)["href"] == "#content"
    seen = [focused(page)]
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused(page)["tag"] == "BODY":
            break
        seen.append(focused(page))

    assert len(seen) > 20
    assert [element for element in seen if element["ring"] < 2 or not element["isInView"]] == []


def test_keyboard_skips_to_the_content_and_opens_a_story(site, page):
    page.goto(site.url)

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert focused(page)["id"] == "content"
    while focused(page)["href"] != f"/news/{site.words['rich']}/":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/news/{site.words['rich']}/")
