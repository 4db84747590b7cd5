"""Advice in the back office."""

from consulting.admin import resources

__all__ = ["resources"]
