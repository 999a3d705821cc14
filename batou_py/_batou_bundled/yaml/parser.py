"""The error of the parser."""

from .error import MarkedYAMLError

__all__ = ["ParserError"]


class ParserError(MarkedYAMLError):
    """The parser cannot go on."""
