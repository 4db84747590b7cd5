"""A browser whose every complaint fails the test."""

import pytest

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def complaints():
    """What browsers complained of: errors of scripts, refused code, files that did not come."""
    heard = []
    yield heard
    assert heard == []


@pytest.fixture
def page(page, complaints):
    """A phone."""
    listen(page, complaints)
    page.set_viewport_size(PHONE)
    return page


def listen(page, complaints):
    page.set_default_timeout(10_000)
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "response",
        lambda answer: answer.status >= 400 and complaints.append(f"{answer.status} {answer.url}"),
    )
