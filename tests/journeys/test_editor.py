"""An editor writes a photo story; a reader sees it with the next request."""

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from playwright.sync_api import expect

import news.loading
import office.loading
from lopburi_pr import background
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
    """The office's facts, topics and roles, and a head who may publish."""
    office.loading.load()
    news.loading.load()
    roles.sync()
    head = make.user("head", is_staff=True)
    head.groups.add(Group.objects.get(name=roles.HEAD))
    yield
    cache.delete(background.HEARTBEAT)  # the worker of this story is gone


@pytest.fixture
def page(page):
    """A desk."""
    page.set_viewport_size(DESK)
    return page


@pytest.fixture
def reader(browser, complaints):
    """Somebody else's phone."""
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    listen(page, complaints)
    yield page
    context.close()


def sign_in(page, address):
    page.goto(f"{address}/en/admin/")
    page.get_by_label("Username").fill("head")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#user-tools")).to_contain_text("head", ignore_case=True)


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


def add_picture(page):
    """Upload a photograph in the window of the picture's + sign, and describe it."""
    page.locator("#placements-group .add-row a").click()
    with page.expect_popup() as opened:
        page.locator("#add_id_placements-0-picture").click()
    window = opened.value
    photo = make.photo()
    window.locator("input[type=file]").set_input_files(
        {"name": "IMG_0001.JPG", "mimeType": "image/jpeg", "buffer": photo.read()}
    )
    window.locator("#id_title").fill("ปลูกต้นไม้ท่าวุ้ง")
    window.locator("#id_credit").fill("สำนักงานประชาสัมพันธ์จังหวัดลพบุรี")
    with window.expect_event("close"):
        window.locator("input[name=_save]").click()
    expect(page.locator("#id_placements-0-picture option")).to_contain_text("ปลูกต้นไม้ท่าวุ้ง")
    page.locator("#id_placements-0-alt").fill(ALT)


def test_editor_publishes_a_photo_story_that_a_reader_sees_at_once(
    live_server, office_at_work, page, reader
):
    reader.goto(f"{live_server.url}/news/")
    expect(reader.locator(".empty")).to_be_visible()
    sign_in(page, live_server.url)

    page.locator("a[href$='/news/edition/add/']").first.click()
    page.locator("#id_title").fill(TITLE)
    expect(page.locator("#id_title + .letters-left")).to_have_text(f"{len(TITLE)} / 80")
    page.locator("#id_must_know").fill(MUST_KNOW)
    write_body(page)
    page.locator("#id_topic").select_option(index=1)
    add_picture(page)
    page.locator("[name=_publish]").click()

    # Stopped by sentences, and nothing that was typed is lost.
    expect(page.locator(".errornote")).to_be_visible()
    expect(page.locator(".form-row.errors label[for=id_lead]")).to_be_visible()
    expect(page.locator("#id_title")).to_have_value(TITLE)
    expect(page.locator(".cke_editable strong")).to_have_text("ต้นยางนา")
    expect(page.locator("#id_placements-0-alt")).to_have_value(ALT)
    assert not Edition.objects.exists()

    page.locator("#id_lead").fill(LEAD)
    page.locator("#id_source_agency").fill("ที่ว่าการอำเภอท่าวุ้ง")
    page.locator("[name=_preview]").click()

    expect(page.locator("h1")).to_have_text(TITLE)
    expect(page.locator(".notice").first).to_be_visible()
    expect(page.locator(".prose strong")).to_have_text("ต้นยางนา")
    reader.reload()
    expect(reader.locator(".empty")).to_be_visible()

    page.locator(".notice a").first.click()
    page.locator("[name=_publish]").click()
    expect(page.locator(".messagelist .success")).to_contain_text("LPB-")

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


def test_editor_without_the_right_to_publish_is_told_so(live_server, office_at_work, page):
    make.user("writer", is_staff=True).groups.add(Group.objects.get(name=roles.EDITOR))
    edition = make.draft()
    page.goto(f"{live_server.url}/en/admin/")
    page.get_by_label("Username").fill("writer")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Log in").click()

    page.goto(f"{live_server.url}/en/admin/news/edition/{edition.pk}/change/")

    expect(page.locator("[name=_continue]")).to_be_visible()
    expect(page.locator("[name=_publish]")).to_have_count(0)


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
