"""People, the clock's memory, and the browser."""

import os
import shutil

import pytest

from office import pulse
from tests import make

# Playwright keeps an event loop in the thread that also talks to the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(autouse=True)
def _forgetful():
    """A rolled back test moves the pulse backwards; what was remembered under it must go."""
    pulse.forget()
    yield
    pulse.forget()


@pytest.fixture
def editor(db):
    return make.editor("editor")


@pytest.fixture
def desk(client, editor):
    """A client signed in as an editor."""
    client.force_login(editor)
    return client


def pytest_collection_modifyitems(items):
    """Browser tests need Chromium: skipped without it, unless REQUIRE_BROWSER demands it."""
    if chromium() or os.environ.get("REQUIRE_BROWSER") == "1":
        return
    missing = pytest.mark.skip(reason="no Chromium on this machine")
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(missing)


def chromium():
    return shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
    arguments += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    return {**browser_type_launch_args, "executable_path": chromium(), "args": arguments}
