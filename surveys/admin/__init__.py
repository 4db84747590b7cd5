"""The desks of surveys in the back office."""

from surveys.admin import library, questionnaires, surveys

__all__ = ["library", "questionnaires", "surveys"]
