"""What all deployments of the house have in common."""

from house.services import Backend, Service

__all__ = ["Backend", "Service"]
