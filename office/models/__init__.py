from office.models.audit import AuditEvent
from office.models.calendar import Holiday
from office.models.identity import OfficeIdentity, StandingPage
from office.models.issues import CommunicationIssue
from office.models.keeping import PurgeRound
from office.models.numbering import RunningNumber
from office.models.places import (
    ClusterMembership,
    District,
    Province,
    ProvincialCluster,
    Subdistrict,
)

__all__ = [
    "AuditEvent",
    "ClusterMembership",
    "CommunicationIssue",
    "District",
    "Holiday",
    "OfficeIdentity",
    "Province",
    "ProvincialCluster",
    "PurgeRound",
    "RunningNumber",
    "StandingPage",
    "Subdistrict",
]
