"""What a phone loads at its first visit: little, in few pieces, from this site alone."""

from urllib.parse import urlsplit

import pytest

from tests.site import pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
MOST_BYTES = 200 * 1024  # on the wire, everything together
MOST_REQUESTS = 12


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
