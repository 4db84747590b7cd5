from network.models.links import ChangeProposal, PersonalLink
from network.models.membership import GRACE, Application, Membership
from network.models.organizations import Means, Organization
from network.models.people import Person

__all__ = [
    "GRACE",
    "Application",
    "ChangeProposal",
    "Means",
    "Membership",
    "Organization",
    "Person",
    "PersonalLink",
]
