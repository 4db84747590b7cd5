"""The desks of those who advise agencies."""

from consulting.admin import appointments, ratings  # noqa: F401
