"""People, the clock's memory, and the browser."""

import os
import shutil

import pytest
from django.db import connection, connections
from django.utils import timezone, translation

from office import pulse
from tests import make

# Playwright keeps an event loop in the thread that also talks to the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests that commit are cleaned up after by TRUNCATE, which the register refuses."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE news_ledgerentry DISABLE TRIGGER news_ledger_stays_whole")


@pytest.fixture(autouse=True)
def _forgetful():
    """A rolled back test moves the pulse backwards; what was remembered under it must go. The
    language of the last page goes too.
    """
    pulse.forget()
    translation.deactivate()
    yield
    pulse.forget()


@pytest.fixture
def travel(monkeypatch):
    """``travel(moment)``: from here on it is that moment, for everything but the database."""

    def to(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return to


@pytest.fixture
def tamper(db):
    """``tamper(table, "column = …", id=…)`` as somebody who owns the database and lifts its
    guards; without an assignment the rows are deleted.
    """
    guarded = ("news_edition", "news_editionpicture", "news_attachment")
    guarded += ("news_ledgerentry", "news_signingkey")

    def write(table, assignment="", **row):
        verb = f"DELETE FROM {table}"  # noqa: S608 -- all of it is written in tests
        if assignment:
            verb = f"UPDATE {table} SET {assignment}"  # noqa: S608
        where = " AND ".join(f"{column} = %s" for column in row) or "true"
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for name in guarded:
                cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
            cursor.execute(f"{verb} WHERE {where}", [*row.values()])
            for name in guarded:
                cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")
            # See django_db_setup.
            cursor.execute("ALTER TABLE news_ledgerentry DISABLE TRIGGER news_ledger_stays_whole")

    return write


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


@pytest.fixture(scope="session")
def playwright(playwright):
    """While its event loop runs, Django gives this thread other connections: close those too."""
    yield playwright
    connections.close_all()
