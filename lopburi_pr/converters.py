"""What may stand in an address: a Buddhist year, never 0 or 99999999999."""

from django.urls import register_converter
from django.urls.converters import IntConverter


class BuddhistYear(IntConverter):
    regex = r"2[4-6]\d\d"


class SmallNumber(IntConverter):
    """A number PostgreSQL's integer can hold."""

    regex = r"\d{1,9}"


def register():
    register_converter(BuddhistYear, "year")
    register_converter(SmallNumber, "number")
