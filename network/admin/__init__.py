"""The network in the back office."""

from network.admin import directory, joining, today

__all__ = ["directory", "joining", "today"]
