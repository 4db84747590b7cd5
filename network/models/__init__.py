from network.models.equipment import Asset, Hold, StockLine, StockTake
from network.models.loans import Handover, Loan, Reminder
from network.models.organizations import Organization
from network.models.people import Person

__all__ = [
    "Asset",
    "Handover",
    "Hold",
    "Loan",
    "Organization",
    "Person",
    "Reminder",
    "StockLine",
    "StockTake",
]
