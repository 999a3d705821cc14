"""Loaders. All of them read standard values only; tags that stand for Python objects are refused."""

from .constructor import SafeConstructor

__all__ = ["SafeLoader", "FullLoader", "Loader", "UnsafeLoader"]


class SafeLoader(SafeConstructor):
    """Reads standard values."""


class FullLoader(SafeConstructor):
    """Reads standard values."""


class Loader(SafeConstructor):
    """Reads standard values."""


class UnsafeLoader(SafeConstructor):
    """Reads standard values."""
