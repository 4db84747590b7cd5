"""The desks of surveys in the back office."""

from surveys.admin import design, fieldwork, library, paper, questionnaires, surveys

__all__ = ["design", "fieldwork", "library", "paper", "questionnaires", "surveys"]
