"""What a phone loads at its first visit: little, in few pieces, from this site alone."""

import gzip
from urllib.parse import urlsplit

import pytest

from tests.site import pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
MOST_BYTES = 200 * 1024  # on the wire, everything together
MOST_REQUESTS = 12
MOST_BYTES_ANSWERING = 100 * 1024  # with every sheet, script, letter and picture that it asks for
HEADERS = 800  # of an answer and of what asked for it


@pytest.mark.parametrize("name", ["home", "article", "news", "search"])
def test_first_view_is_light(site, browser, name):
    page = browser.new_page(viewport={"width": 360, "height": 740})
    requests, sizes = [], []
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.requestWillBeSent", lambda sent: requests.append(sent["request"]["url"]))
    network.on("Network.loadingFinished", lambda done: sizes.append(done["encodedDataLength"]))

    page.goto(site.address(pages.PAGES[name]), wait_until="networkidle")

    loaded = [url for url in requests if not url.startswith("data:")]
    assert {urlsplit(url).netloc for url in loaded} == {urlsplit(site.url).netloc}
    assert 3 < len(loaded) <= MOST_REQUESTS
    assert 30 * 1024 < sum(sizes) <= MOST_BYTES
    page.close()


@pytest.mark.parametrize("name", ["survey-answer", "survey-answer-section", "survey-answer-review"])
def test_answering_begins_within_100_kilobytes(site, browser, name):
    """As nginx sends it (docs/operations.md): what gzip makes smaller counts as gzip makes it."""
    page = browser.new_page(viewport={"width": 360, "height": 740})
    if name in pages.COOKIES:
        key, value = site.words[pages.COOKIES[name]].split("=", 1)
        page.context.add_cookies([{"name": key, "value": value, "url": site.url}])
    answers = []
    page.on("requestfinished", lambda request: answers.append(request.response()))

    page.goto(site.address(pages.PAGES[name]), wait_until="networkidle")

    bodies = [answer.body() for answer in answers if not answer.url.startswith("data:")]
    sizes = [HEADERS + min(len(body), len(gzip.compress(body, 6))) for body in bodies]
    assert page.locator("h1").count() == 1
    assert 5 < len(bodies) <= MOST_REQUESTS
    assert 40 * 1024 < sum(sizes) <= MOST_BYTES_ANSWERING
    page.close()
