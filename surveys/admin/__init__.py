"""The desks of surveys in the back office."""

from surveys.admin import codes, design, library, questionnaires, surveys

__all__ = ["codes", "design", "library", "questionnaires", "surveys"]
