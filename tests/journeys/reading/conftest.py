"""A full portal that these browser tests only read: it is filled once for all of them."""

from dataclasses import dataclass

import pytest
from django.core.management import call_command
from django.test import override_settings
from pytest_django.live_server_helper import LiveServer

from tests.site import pages

SIZES = {"phone": (360, 740), "desk": (1280, 900)}
HIGH_CONTRAST = "localStorage.setItem('contrast', 'high')"


@dataclass
class Site:
    """Where the portal answers, and the words for the addresses of ``tests.site.pages``."""

    url: str
    words: dict

    def address(self, path, language="th"):
        return f"{self.url}{'/en' if language == 'en' else ''}{path.format(**self.words)}"


@pytest.fixture(scope="package")
def site(playwright, django_db_setup, django_db_blocker):
    """A full portal behind a web server, for the browser tests of this folder, which only read it.

    They are marked ``django_db``; one that writes uses ``live_server`` outside of this folder.
    """
    with django_db_blocker.unblock(), override_settings(ROOT_URLCONF="tests.site.urls"):
        server = LiveServer("127.0.0.1")
        try:
            yield Site(server.url, pages.build())
        finally:
            server.stop()
            call_command("flush", verbosity=0, interactive=False)


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
