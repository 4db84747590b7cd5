"""The network in the back office."""

from network.admin import directory, equipment, loans, stock_takes  # noqa: F401 -- they register
