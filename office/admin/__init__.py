"""The office's own tables in the back office."""

from office.admin import holidays, identity

__all__ = ["holidays", "identity"]
