"""The desks of surveys in the back office."""

from surveys.admin import design, library, questionnaires, surveys

__all__ = ["design", "library", "questionnaires", "surveys"]
