"""A browser whose every complaint fails the test."""

import time

import pytest
from django.db import connection

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def complaints():
    """What browsers complained of: errors of scripts, refused code, files that did not come."""
    heard = []
    yield heard
    assert heard == []


@pytest.fixture
def page(page, complaints):
    """A phone. When the test ends every window closes and the site answers what was still asked:
    emptying the tables at that moment would end in a deadlock.
    """
    listen(page, complaints)
    page.set_viewport_size(PHONE)
    yield page
    for context in page.context.browser.contexts:
        context.close()
    until = time.monotonic() + 5
    while _others_at_work() and time.monotonic() < until:
        time.sleep(0.05)


@pytest.fixture
def plain_page(browser, complaints):
    """A phone whose browser runs no scripts."""
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    listen(page, complaints)
    yield page
    context.close()


def _others_at_work():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        return cursor.fetchone()[0]


def listen(page, complaints):
    page.set_default_timeout(10_000)
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "response",
        lambda answer: answer.status >= 400 and complaints.append(f"{answer.status} {answer.url}"),
    )
