"""The module of the standard library under the name of the package that brought it to older versions of Python."""

import importlib.metadata as _standard
from importlib.metadata import *
from importlib.metadata import EntryPoint, EntryPoints, PackageNotFoundError

__all__ = [*_standard.__all__, "EntryPoint", "EntryPoints"]
