"""The part of `pkg_resources` that deployments use: versions, requirements, installed packages and the files beside modules."""

from .distribution import (
    ContextualVersionConflict,
    Distribution,
    DistributionNotFound,
    EntryPoint,
    ResolutionError,
    UnknownExtra,
    VersionConflict,
    WorkingSet,
)
from .requirement import Requirement, RequirementParseError, parse_requirements, safe_extra, safe_name, safe_version, to_filename, yield_lines
from .resources import (
    declare_namespace,
    fixup_namespace_packages,
    resource_exists,
    resource_filename,
    resource_isdir,
    resource_listdir,
    resource_stream,
    resource_string,
)
from .version import parse_version

__all__ = [
    "ContextualVersionConflict",
    "Distribution",
    "DistributionNotFound",
    "EntryPoint",
    "Requirement",
    "RequirementParseError",
    "ResolutionError",
    "UnknownExtra",
    "VersionConflict",
    "WorkingSet",
    "declare_namespace",
    "evaluate_marker",
    "fixup_namespace_packages",
    "get_distribution",
    "get_entry_info",
    "get_entry_map",
    "iter_entry_points",
    "load_entry_point",
    "parse_requirements",
    "parse_version",
    "require",
    "resource_exists",
    "resource_filename",
    "resource_isdir",
    "resource_listdir",
    "resource_stream",
    "resource_string",
    "safe_extra",
    "safe_name",
    "safe_version",
    "to_filename",
    "working_set",
    "yield_lines",
]

#: What is on the search path.
working_set = WorkingSet()
require = working_set.require
iter_entry_points = working_set.iter_entry_points


def get_distribution(dist):
    """The installed package of a name or requirement."""
    if isinstance(dist, str):
        dist = Requirement.parse(dist)
    if isinstance(dist, Requirement):
        found = working_set.find(dist)
        if found is None:
            raise DistributionNotFound(dist, None)
        return found
    if not isinstance(dist, Distribution):
        raise TypeError("Expected string, Requirement, or Distribution", dist)
    return dist


def load_entry_point(dist, group, name):
    """The object that an entry point of a package names."""
    return get_distribution(dist).load_entry_point(group, name)


def get_entry_map(dist, group=None):
    """The entry points of a package by group and name, or those of one group by name."""
    return get_distribution(dist).get_entry_map(group)


def get_entry_info(dist, group, name):
    """An entry point of a package, else None."""
    return get_distribution(dist).get_entry_info(group, name)


def evaluate_marker(text, extra=None):
    """Whether a condition such as `python_version > "3"` holds."""
    import _batou_packages

    return _batou_packages.marker_holds(text)


def __getattr__(name):
    raise AttributeError(f"the part of `pkg_resources` that comes with batou has no {name!r}: name setuptools before version 81 by its path or URL in requirements.txt for the whole module")
