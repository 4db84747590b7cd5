"""Days and hours as people type them into forms."""

from datetime import date, datetime, time

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import get_format
from django.utils.translation import override

from lopburi_pr.calendar_fields import DayField, HourField, MomentField
from lopburi_pr.thai_calendar import BANGKOK

DAY = date(2026, 11, 24)


def codes(field, value):
    with pytest.raises(ValidationError) as refused:
        field.clean(value)
    return [error.code for error in refused.value.error_list]


@pytest.mark.parametrize(
    "typed",
    [
        *("24/11/2569", "24-11-2569", "24 พ.ย. 2569", "24 พฤศจิกายน 2569", "๒๔/๑๑/๒๕๖๙"),
        *("วันอังคารที่ 24 พฤศจิกายน พ.ศ. 2569", "2026-11-24", "2569-11-24", " 24/11/2569 "),
    ],
)
def test_a_day_is_read_in_every_usual_form(typed):
    assert DayField().clean(typed) == DAY


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("24/11/2026", "wrong_era"),
        ("24/11/69", "short_year"),
        ("24/11/3112", "wrong_era"),
        ("31/11/2569", "impossible"),
        ("วันพุธที่ 24 พฤศจิกายน พ.ศ. 2569", "wrong_weekday"),
        ("พรุ่งนี้", "unreadable"),
        ("9" * 5000, "unreadable"),
    ],
)
def test_a_day_that_may_be_a_slip_is_refused_with_a_sentence(typed, code):
    assert codes(DayField(), typed) == [code]
    assert str(DayField().error_messages[code])


def test_no_day_is_required_only_where_the_form_says_so():
    assert DayField(required=False).clean("") is None
    assert codes(DayField(), "") == ["required"]


@pytest.mark.parametrize("typed", ["14:30", "14.30", "14.30 น.", "๑๔.๓๐ น.", " 14:30:00 "])
def test_an_hour_is_read_with_a_colon_or_a_full_stop(typed):
    assert HourField().clean(typed) == time(14, 30)


@pytest.mark.parametrize("typed", ["25:00", "สองทุ่ม", "1430", "2.5.1"])
def test_an_hour_that_does_not_exist_is_refused(typed):
    assert codes(HourField(), typed) == ["invalid"]


def test_a_moment_is_in_bangkok():
    moment = MomentField().clean(["24/11/2569", "14.30"])

    assert moment == datetime(2026, 11, 24, 14, 30, tzinfo=BANGKOK)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (["24/11/2569", ""], "invalid_time"),
        (["", "14:30"], "invalid_date"),
        (["24/11/2026", "14:30"], "wrong_era"),
    ],
)
def test_half_a_moment_or_a_year_of_the_other_era_is_refused(typed, code):
    assert codes(MomentField(required=False), typed) == [code]


def test_what_was_typed_stays_in_the_field():
    form = type("F", (forms.Form,), {"day": DayField(), "moment": MomentField()})(
        {"day": "24/11/2026", "moment_0": "๒๔ พ.ย.", "moment_1": "2 ทุ่ม"}
    )

    shown = form.as_p()

    assert 'value="24/11/2026"' in shown
    assert 'value="๒๔ พ.ย."' in shown
    assert 'value="2 ทุ่ม"' in shown


@pytest.mark.parametrize(("language", "day"), [("th", "24/11/2569"), ("en", "2026-11-24")])
def test_a_stored_day_is_written_as_its_reader_types_it(language, day):
    moment = datetime(2026, 11, 24, 14, 30, tzinfo=BANGKOK)
    form = type("F", (forms.Form,), {"day": DayField(), "hour": HourField(), "at": MomentField()})(
        initial={"day": DAY, "hour": time(14, 30), "at": moment}
    )

    with override(language):
        shown = [form[name].value() for name in ("day", "hour", "at")]
        page = form.as_p()
        # What the calendar of the back office writes (static/js/thai_days.js puts it in Thai).
        assert get_format("DATE_INPUT_FORMATS")[0] == "%Y-%m-%d"

    assert shown == [day, "14:30", [day, "14:30"]]
    assert page.count(f'value="{day}"') == 2
    assert form.fields["at"].clean(shown[2]) == moment


def test_an_unchanged_day_counts_as_unchanged():
    moment = datetime(2026, 11, 24, 14, 30, tzinfo=BANGKOK)

    assert not DayField().has_changed(DAY, "24/11/2569")
    assert DayField().has_changed(DAY, "25/11/2569")
    assert not MomentField().has_changed(moment, ["24/11/2569", "14.30"])
