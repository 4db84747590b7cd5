"""The calendar beside the days of the back office."""

import pytest
from playwright.sync_api import expect

from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_calendar_counts_years_as_the_field_beside_it(live_server, page):
    make.officer()
    page.goto(f"{live_server.url}/admin/login/?next=/admin/network/meeting/add/")
    page.fill("[name=username]", "officer")
    page.fill("[name=password]", "correct horse battery")
    page.click("[type=submit]")

    day = page.locator("#id_starts_at_0")
    day.fill("24/11/2569")
    page.locator("#calendarlink0").click()
    calendar = page.locator("#calendarin0")
    expect(calendar.locator("caption")).to_have_text("พฤศจิกายน 2569")
    expect(calendar.locator(".selected")).to_have_text("24")
    calendar.get_by_role("link", name="25", exact=True).click()

    expect(day).to_have_value("25/11/2569")
