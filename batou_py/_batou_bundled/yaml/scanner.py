"""The error of the scanner."""

from .error import MarkedYAMLError

__all__ = ["ScannerError"]


class ScannerError(MarkedYAMLError):
    """The scanner cannot go on."""
