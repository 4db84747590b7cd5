from consulting.models.appointments import Absence, Appointment, Availability
from consulting.models.conversation import Message, Note, RequestFile, RequestLetter
from consulting.models.ratings import Rating
from consulting.models.requests import AdvisoryRequest, CaseRound, Change, Draft, Service
from consulting.models.resources import Given, Resource, ResourceEdition, Vote
from consulting.models.topics import QuestionSet, ServiceStandard, Topic
from consulting.models.voices import VoiceAdvice

__all__ = [
    "Absence",
    "AdvisoryRequest",
    "Appointment",
    "Availability",
    "CaseRound",
    "Change",
    "Draft",
    "Given",
    "Message",
    "Note",
    "QuestionSet",
    "Rating",
    "RequestFile",
    "RequestLetter",
    "Resource",
    "ResourceEdition",
    "Service",
    "ServiceStandard",
    "Topic",
    "VoiceAdvice",
    "Vote",
]
