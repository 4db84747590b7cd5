"""axe-core finds nothing to say about any page: WCAG 2.2 A and AA and its best practices."""

import pytest
from django.test import Client

from tests import make
from tests.journeys.barriers import WCAG, violations
from tests.site import pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
# The same templates with the same parts on them as others.
ALIKE = {
    "news-about",
    "fact-check-page-2",
    "claim-late",
    "search-page-2",
    "search-filtered",
    "error-403",
    "error-429",
    "error-503",
}
BACK_OFFICE = {
    "index": "/admin/",
    "list": "/admin/news/edition/",
    "form": "/admin/news/edition/add/",
    "draft": "/admin/news/edition/{draft}/change/",
    "published": "/admin/news/edition/{published}/change/",
    "review": "/admin/news/edition/{published}/review/",
    "end": "/admin/news/edition/{published}/end/",
    "calendar": "/admin/news/edition/calendar/",
    "silence": "/admin/news/edition/silence/",
    "event": "/admin/news/event/{event}/change/",
    "new-event": "/admin/news/event/add/",
    "cancel-event": "/admin/news/event/{event}/cancel/",
    "claims": "/admin/news/claim/",
    "claim": "/admin/news/claim/{waiting}/change/",
    "verdict": "/admin/news/verdict/{verdict_draft}/change/",
    "pictures": "/admin/news/picture/",
    "identity": "/admin/office/officeidentity/1/change/",
    "preview": "/news/preview/{draft}/",
    "style-guide": "/styleguide/",
    "alerts": "/admin/news/alert/",
    "raise": "/admin/news/alert/add/",
    "waiting-alert": "/admin/news/alert/{waiting_alert}/change/",
    "alert": "/admin/news/alert/{alert_form}/change/",
    "occasion": "/admin/news/occasion/add/",
    "reports": "/admin/news/challenge/",
    "report": "/admin/news/challenge/{report_form}/change/",
    "letters": "/admin/news/letter/",
    "reach": "/admin/news/broadcast/reach/",
    "calls": "/admin/news/broadcast/reach/calls/",
}


def test_a_barrier_is_seen(browse):
    page = browse("phone")
    page.set_content("<title>ก</title><main><img src='data:,'></main>")

    assert any("image-alt" in line for line in violations(page, "page"))


@pytest.mark.parametrize(
    ("half", "language", "contrast", "size"),
    [
        (0, "th", "normal", "phone"),
        (0, "en", "high", "desk"),
        (1, "th", "high", "desk"),
        (1, "en", "normal", "phone"),
    ],
)
def test_public_pages(site, browse, half, language, contrast, size):
    """Every page in both languages, contrasts and sizes, though not in all eight ways.

    Colours take most of the time and belong to parts, all of which stand in the style guide: the
    high contrast is looked at there (``test_back_office``) and on some pages.
    """
    page, found = browse(size, contrast), []
    shown = {**pages.PAGES, **pages.ERRORS}
    names = [name for name in shown if name not in ALIKE]

    for place, name in enumerate(names[half::2]):
        page.goto(site.address(shown[name], language))
        found += violations(page, name, colours=contrast == "normal" or place % 6 == 0)

    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_muted_colours(site, browse, scheme):
    """Those of an occasion (Occasion.is_muted), as the frame would ask for them."""
    page, found = browse("phone"), []
    page.emulate_media(color_scheme=scheme)

    for name in ("home", "news", "article", "alerts", "alert", "search", "contact"):
        page.goto(site.address(pages.PAGES[name]))
        page.evaluate("document.body.classList.add('muted')")
        found += violations(page, name)

    assert found == []


@pytest.fixture(scope="module")
def session(site, django_db_blocker):
    """The cookie of somebody who may do everything an editor and a head may do."""
    with django_db_blocker.unblock():
        client = Client()
        client.force_login(make.user("head", is_staff=True, is_superuser=True))
        return {"name": "sid", "value": client.cookies["sid"].value, "url": site.url}


@pytest.mark.parametrize(("size", "contrast"), [("phone", "normal"), ("desk", "high")])
def test_back_office(site, browse, session, size, contrast):
    page, found = browse(size, contrast), []
    page.goto(site.address("/admin/"))
    found += violations(page, "sign-in")
    page.context.add_cookies([session])

    for name, path in BACK_OFFICE.items():
        page.goto(site.address(path))
        if page.locator(".django-ckeditor-widget").count():  # it gets its role when it is ready
            page.locator(".cke_wysiwyg_div[role=textbox]").wait_for()
        # Django's tables have a few empty headings: no barrier, but not the best practice either.
        found += violations(page, name, WCAG)

    assert found == []
