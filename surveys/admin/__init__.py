"""The desks of surveys in the back office."""

from surveys.admin import (
    codes,
    design,
    fieldwork,
    findings,
    library,
    paper,
    questionnaires,
    results,
    surveys,
)

__all__ = [
    "codes",
    "design",
    "fieldwork",
    "findings",
    "library",
    "paper",
    "questionnaires",
    "results",
    "surveys",
]
