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
    voices,
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
    "voices",
]
