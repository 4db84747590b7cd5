"""Surveys: what is asked, of whom, what was answered and what was found."""

from surveys.models.answers import HeldSubmission, PaperForm, Response, ResponseChange, Sitting
from surveys.models.design import AccessCode, Interviewer, Margin, Quota, Stratum
from surveys.models.results import (
    Export,
    Finding,
    Publication,
    ResultCell,
    Tabulation,
    WeightRun,
)
from surveys.models.surveys import LibraryQuestion, Questionnaire, Survey

__all__ = [
    "AccessCode",
    "Export",
    "Finding",
    "HeldSubmission",
    "Interviewer",
    "LibraryQuestion",
    "Margin",
    "PaperForm",
    "Publication",
    "Questionnaire",
    "Quota",
    "Response",
    "ResponseChange",
    "ResultCell",
    "Sitting",
    "Stratum",
    "Survey",
    "Tabulation",
    "WeightRun",
]
