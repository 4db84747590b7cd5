"""The desks of surveys in the back office."""

from surveys.admin import codes, library, questionnaires, surveys

__all__ = ["codes", "library", "questionnaires", "surveys"]
