"""An interviewer goes where there is no network, the telephone kills the browser, and two
interviews come home: exactly two.
"""

import os
import signal
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import expect

import office.loading
from office import roles
from surveys import syncing
from surveys.models import Response
from tests import make
from tests.journeys.conftest import PHONE, listen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# What the browser says of every try without a network, and when the sign-in is over.
EXPECTED = ("ERR_INTERNET_DISCONNECTED", "401")

# What an older version of the page kept, and a newer one that would clear it away.
AN_UPDATE = """caches.open("field-older").then(() =>
  navigator.serviceWorker.controller.postMessage("purge"))"""


@pytest.fixture
def address(live_server, transactional_db):
    office.loading.load()
    roles.sync()
    return live_server.url


@pytest.fixture
def telephone(playwright, browser_type_launch_args, tmp_path, complaints):
    """``telephone()``: a browser on the same device each time it is opened."""
    opened = []

    def open_again():
        context = playwright.chromium.launch_persistent_context(
            str(tmp_path / "device"), viewport=PHONE, **browser_type_launch_args
        )
        opened.append(context)
        page = context.pages[0]
        listen(page, complaints)
        return context, page

    yield open_again
    opened[-1].close()
    complaints[:] = [said for said in complaints if not any(words in said for words in EXPECTED)]


def kill(folder):
    """End every process of the browser that works on this folder, as a telephone does."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            is_ours = str(folder).encode() in entry.read_bytes()
        except OSError:
            continue
        if is_ours:
            os.kill(int(entry.parent.name), signal.SIGKILL)


def sign_in(page, user):
    page.get_by_role("link", name="Staff of the office").click()
    page.locator("#id_username").fill(user.username)
    page.locator("#id_password").fill("correct horse battery")
    page.locator("[type=submit]").click()


def answer_first_part(page):
    page.get_by_label("Choose a district").select_option("1601")
    page.get_by_label("18-39 ปี").check()
    page.get_by_role("button", name="Next").click()


def answer_second_part(page, satisfied):
    page.get_by_label("ไม่ได้รับ", exact=True).check()
    expect(page.locator("#q-Q2")).to_be_hidden()
    page.get_by_label(satisfied, exact=True).check()


def begin(page):
    page.get_by_label("The person agrees to answer").check()
    page.get_by_role("button", name="Start", exact=True).click()


def test_interviews_without_a_network_outlive_a_killed_browser_as_in_complaints_11_and_12(
    address, telephone, tmp_path
):
    """Complaints 11 and 12: nothing is lost where there is no network."""
    survey = make.survey()
    interviewer = make.interviewer(survey)
    interviewer.user.is_staff = True
    interviewer.user.save()
    interviewer.user.groups.add(Group.objects.get(name=roles.OFFICER))

    context, page = telephone()
    page.goto(f"{address}/en/field/")
    sign_in(page, interviewer.user)
    expect(page.get_by_role("heading", name="Views on news")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")

    context.set_offline(True)
    page.reload()
    page.get_by_role("button", name="Begin an interview").click()
    begin(page)
    answer_first_part(page)
    page.get_by_role("button", name="Finish the interview").click()
    expect(page.locator(".error-summary")).to_be_visible()
    answer_second_part(page, "มาก")
    page.get_by_role("button", name="Finish the interview").click()
    expect(page.get_by_role("heading", name="The interview is kept")).to_be_visible()
    page.get_by_role("button", name="Next interview").click()
    begin(page)
    answer_first_part(page)
    page.get_by_label("ไม่ได้รับ", exact=True).check()
    page.wait_for_timeout(700)  # what is typed is kept after a moment
    kill(tmp_path / "device")

    context, page = telephone()
    context.set_offline(True)
    page.goto(f"{address}/en/field/")
    expect(page.locator("#queue")).to_contain_text("1")
    page.get_by_role("button", name="Go on with it").click()
    expect(page.get_by_label("ไม่ได้รับ", exact=True)).to_be_checked()
    answer_second_part(page, "น้อย")
    page.get_by_role("button", name="Finish the interview").click()
    assert Response.objects.count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]

    page.get_by_role("button", name="Back to the list").click()
    expect(page.locator("#queue b")).to_have_text("2")
    page.evaluate(AN_UPDATE)
    page.wait_for_timeout(500)
    assert page.evaluate("caches.has('field-older')")  # enketo#986: still needed by what waits
    context.set_offline(False)
    # Whoever kills a browser within seconds also kills its sign-in; what waits is not touched.
    page.get_by_role("link", name="Sign in").click()
    sign_in(page, interviewer.user)
    expect(page.locator("#queue b")).to_have_text("0")

    page.get_by_role("button", name="Send now").click()
    expect(page.locator("#state")).to_have_text("Ready")
    rows = Response.objects.order_by("data__Q4").values_list("mode", "data__Q4", "interviewer")
    assert list(rows) == [
        ("interview", "2", interviewer.pk),
        ("interview", "4", interviewer.pk),
    ]
    page.wait_for_function("caches.has('field-older').then((has) => !has)")
    left = "fieldStore.all('outbox').then((rows) => rows.length)"
    assert page.evaluate(left) == 0


def test_a_backup_file_is_sealed_on_the_device_and_read_by_the_office(address, telephone):
    """Whoever finds the file in a telephone's downloads learns nothing from it."""
    survey = make.survey()
    interviewer = make.interviewer(survey)
    interviewer.user.is_staff = True
    interviewer.user.save()
    interviewer.user.groups.add(Group.objects.get(name=roles.OFFICER))
    context, page = telephone()
    page.goto(f"{address}/en/field/")
    sign_in(page, interviewer.user)
    page.get_by_role("button", name="Begin an interview").wait_for()
    context.set_offline(True)

    page.get_by_role("button", name="Begin an interview").click()
    begin(page)
    answer_first_part(page)
    answer_second_part(page, "น้อย")
    page.get_by_role("button", name="Finish the interview").click()
    page.get_by_role("button", name="Back to the list").click()
    with page.expect_download() as told:
        page.get_by_role("button", name="Save a backup file").click()
    content = Path(told.value.path()).read_bytes()

    assert (b"1601" in content, b"answers" in content) == (False, False)
    items, unfinished = syncing.read_backup(content)
    assert (items[0]["answers"]["Q4"], unfinished) == ("2", 0)
    outcomes = syncing.import_backup(survey, items, by=interviewer.user)
    assert [outcome.status for outcome in outcomes] == [201]
