"""The desks of surveys in the back office."""

from surveys.admin import codes, design, fieldwork, library, paper, questionnaires, surveys

__all__ = ["codes", "design", "fieldwork", "library", "paper", "questionnaires", "surveys"]
