from network.models.channels import Channel
from network.models.organizations import Organization
from network.models.people import Person

__all__ = ["Channel", "Organization", "Person"]
