from network.models.channels import Channel
from network.models.confirmations import Confirmation, LineEvent
from network.models.equipment import Asset, Hold, StockLine, StockTake
from network.models.links import ChangeProposal, PersonalLink
from network.models.loans import Handover, Loan, Reminder
from network.models.meetings import Attendance, Certificate, Meeting, MeetingLetter
from network.models.membership import GRACE, Application, ApplicationLetter, Membership
from network.models.organizations import Means, Organization
from network.models.people import Person
from network.models.voices import Voice

__all__ = [
    "GRACE",
    "Application",
    "ApplicationLetter",
    "Asset",
    "Attendance",
    "Certificate",
    "ChangeProposal",
    "Channel",
    "Confirmation",
    "Handover",
    "Hold",
    "LineEvent",
    "Loan",
    "Means",
    "Meeting",
    "MeetingLetter",
    "Membership",
    "Organization",
    "Person",
    "PersonalLink",
    "Reminder",
    "StockLine",
    "StockTake",
    "Voice",
]
