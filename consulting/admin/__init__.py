"""Advice in the back office."""

from consulting.admin import (
    appointments,
    letters,
    ratings,
    requests,
    resources,
    services,
    settings,
    today,
    voices,
)

__all__ = [
    "appointments",
    "letters",
    "ratings",
    "requests",
    "resources",
    "services",
    "settings",
    "today",
    "voices",
]
