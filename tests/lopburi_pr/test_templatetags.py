"""Dates and languages in templates."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils.translation import override

from lopburi_pr.templatetags import components, thai

# Half past midnight in Bangkok, when it is still yesterday in Greenwich.
MOMENT = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("write", "in_thai", "in_english"),
    [
        (thai.day, "24 พ.ย. 2569", "24 Nov 2026"),
        (thai.day_long, "24 พฤศจิกายน 2569", "24 November 2026"),
        (thai.daytime, "24 พ.ย. 2569 เวลา 00:30\u00a0น.", "24 Nov 2026, 00:30"),
    ],
    ids=["day", "day_long", "daytime"],
)
def test_moment_is_written_as_people_read_it_in_bangkok(write, in_thai, in_english):
    with override("th"):
        assert write(MOMENT) == in_thai
    with override("en"):
        assert write(MOMENT) == in_english


@pytest.mark.parametrize(
    ("seconds", "in_thai", "in_english"),
    [
        (0, "0 วินาที", "0 seconds"),
        (1, "1 วินาที", "1 second"),
        (45, "45 วินาที", "45 seconds"),
        (60, "1 นาที", "1 minute"),
        (125, "2 นาที 5 วินาที", "2 minutes 5 seconds"),
    ],
)
def test_a_length_of_time_is_told_in_minutes_and_seconds(seconds, in_thai, in_english):
    with override("th"):
        assert thai.duration(seconds) == in_thai
    with override("en"):
        assert thai.duration(seconds) == in_english


@pytest.mark.parametrize("write", [thai.day, thai.day_long, thai.day_full, thai.daytime, thai.iso])
def test_nothing_is_written_of_no_day(write):
    assert write(None) == ""


def test_machines_get_the_day_or_the_moment_with_its_offset():
    assert thai.iso(MOMENT) == "2026-11-24T00:30+07:00"
    assert thai.iso(date(2026, 11, 24)) == "2026-11-24"


@pytest.mark.parametrize(
    ("text", "on_thai_page", "on_english_page"),
    [
        ("น้ำท่วม", "", ' lang="th"'),
        ("Flood", ' lang="en"', ""),
        ("COVID-19 ระลอกใหม่", "", ' lang="th"'),
        ("1784", "", ""),
        ("", "", ""),
        (None, "", ""),
    ],
)
def test_another_tongue_is_marked(text, on_thai_page, on_english_page):
    with override("th"):
        assert thai.tongue(text) == on_thai_page
    with override("en"):
        assert thai.tongue(text) == on_english_page


def test_a_box_to_tick_stands_before_its_words():
    form = type("F", (forms.Form,), {"consent": forms.BooleanField(label="ยินยอม")})()

    drawn = components.field(form["consent"])
    html = render_to_string("components/field.html", drawn)

    assert html.index("<input") < html.index("ยินยอม")
    assert html.count("<label") == 1
