"""Dates as the office writes and reads them."""

import contextlib
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lopburi_pr.thai_calendar import (
    BANGKOK,
    DateError,
    be_year,
    english_date,
    english_date_range,
    fiscal_quarter,
    fiscal_quarter_span,
    fiscal_year,
    fiscal_year_span,
    parse_thai_date,
    thai_date,
    thai_date_range,
    thai_datetime,
    thai_time,
)

TUESDAY = date(2026, 11, 24)
steady = settings(max_examples=60, derandomize=True, deadline=None)


@pytest.mark.parametrize(
    ("form", "thai", "english"),
    [
        ("short", "24 พ.ย. 2569", "24 Nov 2026"),
        ("long", "24 พฤศจิกายน 2569", "24 November 2026"),
        ("full", "วันอังคารที่ 24 พฤศจิกายน พ.ศ. 2569", "Tuesday 24 November 2026"),
        ("month", "พฤศจิกายน 2569", "November 2026"),
        ("numeric", "24/11/2569", "24/11/2026"),
        ("year", "2569", "2026"),
    ],
)
def test_a_date_is_written_in_every_form(form, thai, english):
    assert thai_date(TUESDAY, form) == thai
    assert english_date(TUESDAY, form) == english


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 1, 1), "1 ม.ค. 2569"),
        (date(2028, 2, 29), "29 ก.พ. 2571"),
        (date(2026, 3, 2), "2 มี.ค. 2569"),
        (date(2026, 4, 13), "13 เม.ย. 2569"),
        (date(2026, 5, 1), "1 พ.ค. 2569"),
        (date(2026, 6, 3), "3 มิ.ย. 2569"),
        (date(2026, 7, 28), "28 ก.ค. 2569"),
        (date(2026, 8, 12), "12 ส.ค. 2569"),
        (date(2026, 9, 30), "30 ก.ย. 2569"),
        (date(2026, 10, 1), "1 ต.ค. 2569"),
        (date(2026, 11, 9), "9 พ.ย. 2569"),
        (date(2026, 12, 31), "31 ธ.ค. 2569"),
    ],
)
def test_every_month_has_its_abbreviation(day, written):
    assert thai_date(day) == written
    assert parse_thai_date(written) == day


def test_a_date_is_short_unless_told_otherwise_and_takes_thai_digits():
    assert thai_date(TUESDAY) == "24 พ.ย. 2569"
    assert thai_date(TUESDAY, "long", thai_digits=True) == "๒๔ พฤศจิกายน ๒๕๖๙"
    assert thai_datetime(datetime(2026, 11, 24, 14, 5), thai_digits=True) == (  # noqa: DTZ001
        "๒๔ พ.ย. ๒๕๖๙ เวลา ๑๔:๐๕ น."
    )


def test_an_unknown_form_is_a_mistake_of_the_caller():
    with pytest.raises(KeyError):
        thai_date(TUESDAY, "tiny")


def test_moments_are_told_in_bangkok_time():
    new_year = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)

    assert thai_datetime(new_year) == "1 ม.ค. 2570 เวลา 00:00 น."
    assert english_date(new_year, "full") == "Friday 1 January 2027"
    assert thai_time(new_year) == "00:00 น."
    assert be_year(new_year) == 2570


def test_moments_without_a_zone_and_plain_times_are_taken_as_they_are():
    assert thai_datetime(datetime(2026, 11, 24, 14, 5)) == (  # noqa: DTZ001
        "24 พ.ย. 2569 เวลา 14:05 น."
    )
    assert thai_time(time(9, 30)) == "09:30 น."
    assert thai_time(datetime(2026, 11, 24, 14, 5, tzinfo=BANGKOK)) == "14:05 น."


@pytest.mark.parametrize(
    ("end", "thai", "english"),
    [
        (date(2026, 11, 24), "24 พ.ย. 2569", "24 Nov 2026"),
        (None, "24 พ.ย. 2569", "24 Nov 2026"),
        (date(2026, 11, 26), "24–26 พ.ย. 2569", "24–26 Nov 2026"),
        (date(2026, 12, 2), "24 พ.ย. – 2 ธ.ค. 2569", "24 Nov – 2 Dec 2026"),
        (date(2027, 11, 24), "24 พ.ย. 2569 – 24 พ.ย. 2570", "24 Nov 2026 – 24 Nov 2027"),
        (date(2026, 11, 20), "20–24 พ.ย. 2569", "20–24 Nov 2026"),
    ],
)
def test_a_range_says_nothing_twice(end, thai, english):
    assert thai_date_range(TUESDAY, end) == thai
    assert english_date_range(TUESDAY, end) == english


def test_a_range_in_other_forms():
    last = date(2026, 12, 2)

    assert thai_date_range(TUESDAY, last, "long", thai_digits=True) == (
        "๒๔ พฤศจิกายน – ๒ ธันวาคม ๒๕๖๙"
    )
    assert thai_date_range(TUESDAY, last, "numeric") == "24/11/2569 – 2/12/2569"
    assert english_date_range(TUESDAY, date(2026, 11, 30), "month") == "November 2026"


@pytest.mark.parametrize(
    "text",
    [
        "วันอังคารที่ 24 พฤศจิกายน พ.ศ. 2569",
        "วันอังคารที่ ๒๔ พฤศจิกายน พ.ศ. ๒๕๖๙",
        "อังคาร 24 พ.ย. 2569",
        "วันที่ 24 เดือนพฤศจิกายน พุทธศักราช 2569",
        "24 พฤศจิกายน 2569",
        "24 พฤศจิกายน พศ 2569",
        "24 พ.ย. 2569",
        "24 พ.ย 2569",
        "24 พย 2569",
        "24พ.ย.2569",
        "  ๒๔\u00a0พ.ย. ๒๕๖๙ ",
        "24/11/2569",
        "24-11-2569",
        "24.11.2569",
        "24 พ.ย. ค.ศ. 2026",
        "24/11/ค.ศ. 2026",
        "24 พฤศจิกายน คริสต์ศักราช 2026",
        "2026-11-24",
        "2569-11-24",
    ],
)
def test_a_date_is_read_in_every_form(text):
    assert parse_thai_date(text) == TUESDAY


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("24/11/2026", "wrong_era"),
        ("24 พ.ย. พ.ศ. 2026", "wrong_era"),
        ("24 พ.ย. ค.ศ. 2569", "wrong_era"),
        ("24/11/3112", "wrong_era"),
        ("0001-01-01", "wrong_era"),
        ("24/11/69", "short_year"),
        ("24 พ.ย. 69", "short_year"),
        ("29 ก.พ. 2570", "impossible"),
        ("31/11/2569", "impossible"),
        ("24/13/2569", "impossible"),
        ("0/1/2569", "impossible"),
        ("2026-02-30", "impossible"),
        ("วันพุธที่ 24 พฤศจิกายน พ.ศ. 2569", "wrong_weekday"),
        ("24 พลาดเดือน 2569", "unreadable"),
        ("24/11", "unreadable"),
        ("24/11-2569", "unreadable"),
        ("24 Nov 2569", "unreadable"),
        ("พรุ่งนี้", "unreadable"),
        ("", "unreadable"),
        ("\x00", "unreadable"),
        ("1" * 100_000, "unreadable"),
        ("24/11/2569" + " " * 100_000, "unreadable"),
    ],
)
def test_what_may_be_a_slip_is_refused_with_its_reason(text, code):
    with pytest.raises(DateError) as refusal:
        parse_thai_date(text)

    assert refusal.value.code == code


@given(st.dates(date(1900, 1, 1), date(2150, 12, 31)))
@steady
def test_what_is_written_is_read_back(day):
    for form in ("short", "long", "full", "numeric"):
        for thai_digits in (False, True):
            assert parse_thai_date(thai_date(day, form, thai_digits)) == day
    assert parse_thai_date(day.isoformat()) == day


@given(st.text("0123456789๐๙/-. พศคยวันที่มก\u0e4d\u0e33", max_size=30))
@steady
def test_reading_refuses_only_with_its_own_error(text):
    with contextlib.suppress(DateError):
        assert parse_thai_date(text).year in range(1857, 2157)


@pytest.mark.parametrize(
    ("day", "year", "quarter"),
    [
        (date(2026, 9, 30), 2569, 4),
        (date(2026, 10, 1), 2570, 1),
        (date(2026, 12, 31), 2570, 1),
        (date(2027, 1, 1), 2570, 2),
        (date(2027, 3, 31), 2570, 2),
        (date(2027, 4, 1), 2570, 3),
        (date(2027, 7, 1), 2570, 4),
        (datetime(2026, 9, 30, 17, 0, tzinfo=UTC), 2570, 1),
    ],
)
def test_the_fiscal_year_begins_in_october(day, year, quarter):
    assert fiscal_year(day) == year
    assert fiscal_quarter(day) == quarter


def test_spans_of_the_fiscal_year():
    assert fiscal_year_span(2570) == (date(2026, 10, 1), date(2027, 9, 30))
    assert [fiscal_quarter_span(2571, quarter) for quarter in (1, 2, 3, 4)] == [
        (date(2027, 10, 1), date(2027, 12, 31)),
        (date(2028, 1, 1), date(2028, 3, 31)),
        (date(2028, 4, 1), date(2028, 6, 30)),
        (date(2028, 7, 1), date(2028, 9, 30)),
    ]
    with pytest.raises(ValueError, match="no quarter 5"):
        fiscal_quarter_span(2570, 5)


@given(st.dates(date(1900, 1, 1), date(2150, 12, 31)))
@steady
def test_every_day_lies_in_its_fiscal_quarter(day):
    year, quarter = fiscal_year(day), fiscal_quarter(day)
    first, last = fiscal_quarter_span(year, quarter)

    assert first <= day <= last
    assert fiscal_year_span(year)[0] <= first
    assert fiscal_year(last + timedelta(days=1)) == year + (quarter == 4)
