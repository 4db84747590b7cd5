"""Advice in the back office."""

from consulting.admin import letters, requests, services, settings, today, voices

__all__ = ["letters", "requests", "services", "settings", "today", "voices"]
