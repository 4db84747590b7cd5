"""The desks of surveys in the back office."""

from surveys.admin import codes, design, findings, library, questionnaires, results, surveys

__all__ = ["codes", "design", "findings", "library", "questionnaires", "results", "surveys"]
