"""The error of the composer."""

from .error import MarkedYAMLError

__all__ = ["ComposerError"]


class ComposerError(MarkedYAMLError):
    """The composer cannot go on."""
