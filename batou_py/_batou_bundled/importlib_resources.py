"""The module of the standard library under the name of the package that brought it to older versions of Python."""

import importlib.resources as _standard
from importlib.resources import *
from importlib.resources import abc

__all__ = [*_standard.__all__, "abc"]
