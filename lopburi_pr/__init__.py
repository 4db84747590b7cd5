"""Wiring of the portal and its language modules: calendar, text, words."""
