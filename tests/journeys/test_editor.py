"""An editor writes a photo story; a reader sees it with the next request."""

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from playwright.sync_api import expect

import news.loading
import office.loading
from lopburi_pr import background
from news import publishing
from news.models import Edition
from office import roles
from tests import make
from tests.journeys.conftest import PHONE, listen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK = {"width": 1280, "height": 900}
TITLE = "ชาวท่าวุ้งร่วมปลูกต้นไม้ริมแม่น้ำลพบุรี 500 ต้น"
MUST_KNOW = "ผู้ที่อยากร่วมปลูกเพิ่ม มาที่ศาลาประชาคมวันเสาร์ เวลา 09.00 น."
LEAD = "ชาวบ้านอำเภอท่าวุ้ง 120 คน ปลูกต้นไม้ริมแม่น้ำลพบุรีเมื่อเช้าวันนี้"
ALT = "ชาวบ้านสิบคนช่วยกันปลูกต้นกล้าริมแม่น้ำ"


@pytest.fixture
def office_at_work(transactional_db):
    """The office's facts, topics and roles; an editor who writes and a head who approves."""
    office.loading.load()
    news.loading.load()
    roles.sync()
    for name, role in (("writer", roles.EDITOR), ("colleague", roles.EDITOR), ("head", roles.HEAD)):
        make.user(name, is_staff=True).groups.add(Group.objects.get(name=role))
    yield
    cache.delete(background.HEARTBEAT)  # the worker of this story is gone


@pytest.fixture
def page(page):
    """A desk."""
    page.set_viewport_size(DESK)
    return page


@pytest.fixture
def another(browser, complaints):
    """``another(viewport)``: a page on somebody else's machine."""
    contexts = []

    def opened(viewport):
        context = browser.new_context(viewport=viewport)
        contexts.append(context)
        page = context.new_page()
        listen(page, complaints)
        return page

    yield opened
    for context in contexts:
        context.close()


class Hand:
    """Somebody's hand on a page: counts what it taps and fills in."""

    def __init__(self, page):
        self.page = page
        self.count = 0

    def tap(self, what):
        self.count += 1
        self.page.locator(what).first.click()

    def fill(self, what, text):
        self.count += 1
        self.page.locator(what).fill(text)

    def choose(self, what, **option):
        self.count += 1
        self.page.locator(what).select_option(**option)

    def hand_in(self, what, file):
        self.count += 1
        self.page.locator(what).set_input_files(file)


def sign_in(page, address, name="writer"):
    page.goto(f"{address}/en/admin/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#user-tools")).to_contain_text(name, ignore_case=True)


def write_body(page):
    """Two paragraphs in the editor, a word of them in bold."""
    text = page.locator(".cke_editable")
    expect(text).to_be_visible()
    text.click()
    page.keyboard.type("ต้นไม้ที่ปลูกคือ ")
    page.locator(".cke_button__bold").click()
    page.keyboard.type("ต้นยางนา")
    page.locator(".cke_button__bold").click()
    page.keyboard.type(" และต้นสะเดา")
    page.keyboard.press("Enter")
    page.keyboard.type("น้ำ ที่นี่ กำลังไหล")


def a_photo():
    return {"name": "IMG_0001.JPG", "mimeType": "image/jpeg", "buffer": make.photo().read()}


def test_a_photo_story_takes_twelve_steps_to_submit_and_two_to_approve(
    live_server, office_at_work, page, another
):
    sign_in(page, live_server.url)
    hand = Hand(page)

    hand.tap("a[href$='/news/edition/add/']")
    hand.fill("#id_title", TITLE)
    hand.fill("#id_must_know", MUST_KNOW)
    hand.fill("#id_lead", LEAD)
    hand.count += 1
    write_body(page)
    hand.choose("#id_topic", index=1)
    hand.fill("#id_source_agency", "ที่ว่าการอำเภอท่าวุ้ง")
    hand.tap("#placements-group .add-row a")
    hand.hand_in("#id_placements-0-upload", a_photo())
    hand.fill("#id_placements-0-alt", ALT)
    hand.tap("[name=_submit]")

    expect(page.locator(".stage--submitted")).to_be_visible()
    assert hand.count <= 12
    assert not Edition.objects.published().exists()

    phone = another(PHONE)
    sign_in(phone, live_server.url, "head")
    thumb = Hand(phone)
    thumb.tap(".tasks a")
    expect(phone.locator(".review__must-know")).to_have_text(MUST_KNOW)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    thumb.tap(".review__decide .default")

    expect(phone.locator(".messagelist .success")).to_contain_text("LPB-")
    assert thumb.count == 2
    assert Edition.objects.published().get().placements.get().alt == ALT


def test_editor_publishes_a_photo_story_that_a_reader_sees_at_once(
    live_server, office_at_work, page, another
):
    reader = another(PHONE)
    reader.goto(f"{live_server.url}/news/")
    expect(reader.locator(".empty")).to_be_visible()
    sign_in(page, live_server.url)

    page.locator("a[href$='/news/edition/add/']").first.click()
    page.locator("#id_title").fill(TITLE)
    expect(page.locator("#id_title + .letters-left")).to_have_text(f"{len(TITLE)} / 80")
    page.locator("#id_must_know").fill(MUST_KNOW)
    write_body(page)
    page.locator("#placements-group .add-row a").click()
    page.locator("#id_placements-0-upload").set_input_files(a_photo())
    page.locator("[name=_submit]").click()

    # Stopped by sentences, and nothing that was typed is lost.
    expect(page.locator(".errornote")).to_be_visible()
    expect(page.locator("#id_title")).to_have_value(TITLE)
    expect(page.locator(".cke_editable strong")).to_have_text("ต้นยางนา")
    assert not Edition.objects.exists()

    expect(page.locator("#id_placements-0-picture option")).to_have_count(1)
    page.locator("#id_placements-0-alt").fill(ALT)
    page.locator("[name=_submit]").click()

    # Saved, and told what is missing.
    expect(page.locator(".messagelist .error")).to_have_count(3)
    assert Edition.objects.get().state == "draft"
    page.locator("#id_topic").select_option(index=1)
    page.locator("#id_lead").fill(LEAD)
    page.locator("#id_source_agency").fill("ที่ว่าการอำเภอท่าวุ้ง")
    page.locator("[name=_preview]").click()

    expect(page.locator("h1")).to_have_text(TITLE)
    expect(page.locator(".notice").first).to_be_visible()
    expect(page.locator(".prose strong")).to_have_text("ต้นยางนา")
    reader.reload()
    expect(reader.locator(".empty")).to_be_visible()

    page.locator(".notice a").first.click()
    page.locator("[name=_submit]").click()
    expect(page.locator(".stage--submitted")).to_be_visible()
    reader.reload()
    expect(reader.locator(".empty")).to_be_visible()
    publishing.approve(Edition.objects.get(), by=User.objects.get(username="head"))

    reader.reload()
    reader.locator(".card__title a", has_text=TITLE).click()
    expect(reader.locator("h1")).to_have_text(TITLE)
    expect(reader.locator(".prose strong")).to_have_text("ต้นยางนา")
    expect(reader.locator(".prose p").nth(1)).to_have_text("น้ำ ที่นี่ กำลังไหล")
    picture = reader.locator(".article picture img")
    assert picture.get_attribute("alt") == ALT
    assert picture.get_attribute("src").endswith("/original.jpg")
    assert picture.evaluate("image => image.naturalWidth") == 900

    assert background.run_due() == 1
    reader.reload()
    smaller = reader.locator(".article picture source").first
    assert smaller.get_attribute("srcset").startswith("/pictures/")
    assert picture.evaluate("image => image.currentSrc").endswith(".avif")
    assert reader.context.cookies() == []


def test_two_people_at_one_text_see_each_other_and_lose_nothing(
    live_server, office_at_work, page, another
):
    edition = make.draft(title="น้ำขึ้น 1 เมตร")
    address = f"{live_server.url}/en/admin/news/edition/{edition.pk}/change/"
    other = another(DESK)
    sign_in(page, live_server.url)
    sign_in(other, live_server.url, "colleague")

    page.goto(address)
    other.goto(address)
    expect(other.locator(".saving__others")).to_contain_text("writer")
    other.locator("#id_title").fill("น้ำขึ้น 2 เมตร")
    other.locator("[name=_continue]").click()
    expect(other.locator(".messagelist .success")).to_be_visible()
    page.locator("#id_title").fill("น้ำขึ้น 3 เมตร")
    page.locator("[name=_continue]").click()

    expect(page.locator(".errornote")).to_be_visible()
    expect(page.locator(".progress-panel--alarm del")).to_contain_text("2")
    expect(page.locator("#id_title")).to_have_value("น้ำขึ้น 3 เมตร")
    assert Edition.objects.get().title == "น้ำขึ้น 2 เมตร"
    page.locator("[name=_continue]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert Edition.objects.get().title == "น้ำขึ้น 3 เมตร"


def test_a_text_saves_itself_and_survives_a_browser_that_was_killed(
    live_server, office_at_work, page
):
    sign_in(page, live_server.url)
    page.clock.install()
    page.goto(f"{live_server.url}/en/admin/news/edition/add/")
    page.locator("#id_title").fill(TITLE)

    page.clock.run_for(31_000)

    expect(page.locator(".saving")).to_contain_text("Saved at")
    edition = Edition.objects.get()
    assert edition.title == TITLE
    assert page.url.endswith(f"/{edition.pk}/change/")

    page.locator("#id_lead").fill(LEAD)
    page.clock.run_for(2_500)
    page.evaluate("onbeforeunload = null")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("about:blank")
    page.wait_for_timeout(1500)  # for the last beat, should it have been sent
    page.goto(f"{live_server.url}/en/admin/news/edition/{edition.pk}/change/")
    if page.locator("#id_lead").input_value() != LEAD:  # not even the last beat arrived
        page.locator(".saving button").click()

    expect(page.locator("#id_lead")).to_have_value(LEAD)
    page.locator("[name=_continue]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert Edition.objects.get().lead == LEAD


def test_editor_never_runs_what_was_pasted(live_server, office_at_work, page):
    edition = make.draft(body="<p>ก่อน</p>")
    Edition.objects.filter(pk=edition.pk).update(
        body="<p>ก่อน</p><img src=x onerror=\"document.title='broken in'\"><script>1</script>"
    )
    sign_in(page, live_server.url)

    page.goto(f"{live_server.url}/en/admin/news/edition/{edition.pk}/change/")
    expect(page.locator(".cke_editable")).to_have_text("ก่อน")
    page.locator("[name=_continue]").click()

    expect(page.locator(".messagelist .success")).to_be_visible()
    assert "broken in" not in page.title()
    assert Edition.objects.get().body == "<p>ก่อน</p>"
