"""What may stand in an address: a Buddhist year, never 0 or 99999999999."""

from datetime import date

from django.urls import register_converter
from django.urls.converters import IntConverter


class BuddhistYear(IntConverter):
    regex = r"2[4-6]\d\d"


class SmallNumber(IntConverter):
    """A number PostgreSQL's integer can hold."""

    regex = r"\d{1,9}"


class Day:
    """A day as 2026-11-24 or, as people here count, 2569-11-24."""

    regex = r"(?:19|2[0-6])\d\d-\d\d-\d\d"

    def to_python(self, value):
        year, month, day = map(int, value.split("-"))
        return date(year - 543 if year > 2400 else year, month, day)

    def to_url(self, value):
        return value.isoformat()


def register():
    register_converter(BuddhistYear, "year")
    register_converter(SmallNumber, "number")
    register_converter(Day, "day")
