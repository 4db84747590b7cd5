"""The network in the back office."""

from network.admin import (
    directory,
    equipment,
    joining,
    letters,
    loans,
    meetings,
    stock_takes,
    today,
)

__all__ = [
    "directory",
    "equipment",
    "joining",
    "letters",
    "loans",
    "meetings",
    "stock_takes",
    "today",
]
