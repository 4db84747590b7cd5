"""Dates as people read them: Buddhist Era in Thai, Common Era in English; ISO for machines.

And what is said in another language than the page, so that screen readers change their voice.
"""

import re
from datetime import UTC, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.timesince import timesince
from django.utils.translation import get_language, gettext, ngettext

from lopburi_pr import thai_calendar

register = template.Library()
_thai, _latin = re.compile("[\u0e01-\u0e5b]"), re.compile("[A-Za-z]{2}")


def _written(value, form):
    if not value:
        return ""
    write = thai_calendar.english_date if get_language() == "en" else thai_calendar.thai_date
    return write(value, form)


@register.filter
def day(value):
    """24 พ.ย. 2569"""
    return _written(value, "short")


@register.filter
def day_long(value):
    """24 พฤศจิกายน 2569"""
    return _written(value, "long")


@register.filter
def weekday(value):
    """อังคาร 24 พ.ย. 2569"""
    return _written(value, "weekday")


@register.filter
def day_full(value):
    """วันอังคารที่ 24 พฤศจิกายน พ.ศ. 2569"""
    return _written(value, "full")


@register.filter
def daytime(value):
    """24 พ.ย. 2569 เวลา 14:05 น."""
    if not value:
        return ""
    if get_language() == "en":
        return f"{_written(value, 'short')}, {timezone.localtime(value):%H:%M}"
    # The abbreviation of "hours" never stands alone on the next line.
    return thai_calendar.thai_datetime(value).replace(" น.", "\u00a0น.")


@register.simple_tag
def time_span(start, end, is_all_day=False, form="short"):
    """13–22 ก.พ. 2569; 24 พ.ย. 2569 เวลา 09:00–16:30 น.: from when until when, in words."""
    start, end = timezone.localtime(start), timezone.localtime(end)
    is_english = get_language() == "en"
    ranged = thai_calendar.english_date_range if is_english else thai_calendar.thai_date_range
    if is_all_day or start.date() != end.date():
        days = (
            _written(start, form)
            if start.date() == end.date()
            else ranged(start, end, "long" if form == "full" else form)
        )
        return (
            days
            if is_all_day
            else gettext("%(days)s (from %(hour)s)")
            % {
                "days": days,
                "hour": _hours(start, start),
            }
        )
    return gettext("%(day)s at %(hours)s") % {
        "day": _written(start, form),
        "hours": _hours(start, end),
    }


@register.simple_tag
def day_span(first, last, form="short"):
    """24–26 พ.ย. 2569: whole days, both included."""
    is_english = get_language() == "en"
    ranged = thai_calendar.english_date_range if is_english else thai_calendar.thai_date_range
    return ranged(first, last, form)


def _hours(start, end):
    told = f"{start:%H:%M}" if start == end else f"{start:%H:%M}–{end:%H:%M}"
    return told if get_language() == "en" else f"{told} น."


@register.filter
def month(value):
    """พฤศจิกายน 2569"""
    return _written(value, "month")


@register.filter
def year(value):
    """2569"""
    return _written(value, "year")


@register.filter
def length_of_time(value):
    """3 วัน 4 ชั่วโมง; from a timedelta, in its two largest units."""
    if value < timedelta(minutes=1):
        return gettext("less than a minute")
    start = datetime(2000, 1, 1, tzinfo=UTC)
    told = timesince(start, start + value, depth=2)
    return told if get_language() == "en" else told.replace(", ", " ")


@register.filter
def duration(seconds):
    """2 นาที 5 วินาที"""
    minutes, rest = divmod(seconds, 60)
    parts = []
    if minutes:
        parts.append(ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes})
    if rest or not minutes:
        parts.append(ngettext("%(n)s second", "%(n)s seconds", rest) % {"n": rest})
    return " ".join(parts)


@register.filter
def iso(value):
    """For <time datetime>: local time with its offset, to the minute."""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="minutes")
    return value.isoformat() if value else ""


@register.filter
def dialled(phone):
    """What a telephone dials for a number as people write it: tel:+6636000000, tel:1784."""
    digits = "".join(filter(str.isdecimal, phone))
    if not digits:
        return ""
    return f"tel:+66{digits[1:]}" if digits.startswith("0") else f"tel:{digits}"


@register.filter
def tongue(text):
    """`` lang="th"`` for the tag round a text that may be Thai on an English page; and back."""
    text = str(text or "")
    is_thai = bool(_thai.search(text))
    if get_language() == "en":
        return mark_safe(' lang="th"') if is_thai else ""
    return mark_safe(' lang="en"') if not is_thai and _latin.search(text) else ""
