from network.models.organizations import Organization
from network.models.people import Person

__all__ = ["Organization", "Person"]
