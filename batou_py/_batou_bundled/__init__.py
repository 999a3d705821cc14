"""Modules that definitions import without saying so, because batou 2 always brought them along.

Each stands here under its own name and is offered by that name to everybody who has no other one: what a project brings, or what is installed
on its search path, wins. The native module ``_batou_finder`` stands before the finder of the search path and asks :func:`find_spec` about these names only.
"""

import sys
from _frozen_importlib import ModuleSpec, _find_spec

#: Where the modules say they are. They are part of the program, so these are no files.
_LIBRARY = "/usr/lib/batou/python/"


class Loader:
    """Runs the code of a module of this package as a module of its own."""

    def __init__(self, inner):
        self._inner = inner

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(self.get_code(module.__name__), module.__dict__)

    def get_code(self, name):
        return self._inner.loader.get_code(self._inner.name)

    def get_source(self, name):
        return self._inner.loader.get_source(self._inner.name)

    def is_package(self, name):
        return self._inner.submodule_search_locations is not None


def _other(finder, name, path, target):
    """What finders that come later know by a name; directories without a module do not count."""
    finders = sys.meta_path
    for other in finders[finders.index(finder) + 1 :] if finder in finders else ():
        find_spec = getattr(other, "find_spec", None)
        spec = find_spec(name, path, target) if find_spec is not None else None
        if spec is not None and spec.loader is not None:
            return spec
    return None


def find_spec(finder, name, path, target):
    """The module ``name``: what others know by it, else ours."""
    spec = _other(finder, name, path, target)
    root, _, rest = name.partition(".")
    if spec is not None or (rest and not isinstance(sys.modules[root].__spec__.loader, Loader)):
        return spec
    inner = _find_spec(f"{__name__}.{name}", path if rest else __path__)
    if inner is None:
        return None
    is_package = inner.submodule_search_locations is not None
    spec = ModuleSpec(name, Loader(inner), origin=_LIBRARY + name.replace(".", "/") + ("/__init__.py" if is_package else ".py"))
    spec.has_location = True
    if is_package:
        spec.submodule_search_locations = list(inner.submodule_search_locations)
    return spec


def find_distributions(finder, context):
    """What `importlib.metadata` is told about the packages these modules belong to."""
    from .distributions import find_distributions

    finders = sys.meta_path
    return find_distributions(finders[finders.index(finder) + 1 :] if finder in finders else [], context)
