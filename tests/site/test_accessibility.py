"""axe-core finds nothing to say about any page: WCAG 2.2 A and AA and its best practices."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from news.models import Edition
from tests import make
from tests.site import pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SIZES = {"phone": (360, 740), "desk": (1280, 900)}
HIGH_CONTRAST = "localStorage.setItem('contrast', 'high')"


@pytest.fixture
def browse(browser):
    """``browse(size, contrast)`` is a page of a browser that looks so."""
    contexts = []

    def opened(size, contrast="normal"):
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        if contrast == "high":
            context.add_init_script(HIGH_CONTRAST)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def violations(page, name):
    """One line for each element that breaks a rule."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{name}: {rule['id']} {node['target']} {node['html'][:120]}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize(
    ("size", "contrast"), [("phone", "normal"), ("desk", "normal"), ("phone", "high")]
)
def test_public_pages(site, browse, language, size, contrast):
    page, found = browse(size, contrast), []

    for name, path in (pages.PAGES | pages.ERRORS).items():
        page.goto(site.address(path, language))
        found += violations(page, name)

    assert found == []
