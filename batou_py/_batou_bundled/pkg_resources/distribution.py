"""Installed packages."""

import importlib.metadata

import _batou_packages

from .requirement import Requirement, normal_key, parse_requirements, safe_name
from .version import parse_version


class ResolutionError(Exception):
    """Packages that are needed are not there as they are needed."""

    def __repr__(self):
        return self.__class__.__name__ + repr(self.args)


class VersionConflict(ResolutionError):
    """A package is installed in a version that does not fulfil a requirement."""

    @property
    def dist(self):
        return self.args[0]

    @property
    def req(self):
        return self.args[1]

    def report(self):
        return f"{self.dist} is installed but {self.req} is required"

    def with_context(self, required_by):
        """The same, with the names of those who need it."""
        return ContextualVersionConflict(*self.args, required_by) if required_by else self

    def __str__(self):
        return self.report()


class ContextualVersionConflict(VersionConflict):
    """A version conflict that knows who needs the package."""

    @property
    def required_by(self):
        return self.args[2]

    def report(self):
        return f"{super().report()} by {', '.join(sorted(self.required_by))}"


class DistributionNotFound(ResolutionError):
    """A package that is needed is not installed."""

    @property
    def req(self):
        return self.args[0]

    @property
    def requirers(self):
        return self.args[1]

    @property
    def requirers_str(self):
        return ", ".join(self.requirers) if self.requirers else "the application"

    def report(self):
        return f"The {str(self.req)!r} distribution was not found and is required by {self.requirers_str}"

    def __str__(self):
        return self.report()


class UnknownExtra(ResolutionError):
    """A package has no such extra."""


class EntryPoint:
    """An object of a package that others find by group and name."""

    def __init__(self, name, module_name, attrs=(), extras=(), dist=None):
        self.name = name
        self.module_name = module_name
        self.attrs = tuple(attrs)
        self.extras = tuple(extras)
        self.dist = dist

    @classmethod
    def parse(cls, src, dist=None):
        """The entry point that `name = module:attribute [extras]` describes."""
        name, found, value = src.partition("=")
        value, _, extras = value.partition("[")
        module, _, attributes = value.strip().partition(":")
        if not found or not name.strip() or not module:
            raise ValueError(f"EntryPoint must be in 'name=module:attrs [extras]' format: {src!r}")
        extras = [extra.strip() for extra in extras.rstrip(" ]").split(",") if extra.strip()]
        return cls(name.strip(), module.strip(), [part for part in attributes.strip().split(".") if part], extras, dist)

    def __str__(self):
        text = f"{self.name} = {self.module_name}"
        if self.attrs:
            text += ":" + ".".join(self.attrs)
        return text + (f" [{','.join(self.extras)}]" if self.extras else "")

    def __repr__(self):
        return f"EntryPoint.parse({str(self)!r})"

    def load(self, require=True, *args, **kwargs):
        """The object, if what the package needs is there."""
        if require and self.dist is not None:
            _working_set().resolve(self.dist.requires(self.extras))
        return self.resolve()

    def resolve(self):
        """The object."""
        import functools
        import importlib

        try:
            return functools.reduce(getattr, self.attrs, importlib.import_module(self.module_name))
        except AttributeError as error:
            raise ImportError(str(error)) from error


def _working_set():
    from . import working_set

    return working_set


class Distribution:
    """An installed package."""

    def __init__(self, metadata):
        self._metadata = metadata
        self.project_name = safe_name(metadata.metadata["Name"])
        self.version = metadata.version
        self.key = self.project_name.lower()
        self.location = str(metadata.locate_file("")).rstrip("/")

    @property
    def parsed_version(self):
        return parse_version(self.version)

    @property
    def extras(self):
        """The names of its extras."""
        return self._metadata.metadata.get_all("Provides-Extra") or []

    def __str__(self):
        return f"{self.project_name} {self.version}"

    def __repr__(self):
        return f"{self} ({self.location})"

    def __eq__(self, other):
        return isinstance(other, Distribution) and (self.key, self.version, self.location) == (other.key, other.version, other.location)

    def __hash__(self):
        return hash((self.key, self.version, self.location))

    def as_requirement(self):
        """The requirement on this version."""
        return Requirement.parse(f"{self.project_name}=={self.version}")

    def requires(self, extras=()):
        """What the package needs here, with these extras."""
        unknown = [extra for extra in extras if extra not in self.extras]
        if unknown:
            raise UnknownExtra(f"{self} has no such extra feature {unknown[0]!r}")
        found = []
        for text in self._metadata.requires or ():
            text, _, marker = text.partition(";")
            if not marker.strip() or any(_holds(marker, extra) for extra in ("", *extras)):
                found.append(Requirement.parse(text))
        return found

    def has_version(self):
        return True

    def has_metadata(self, name):
        return self._metadata.read_text(name) is not None

    def get_metadata(self, name):
        """The text of a file of the metadata."""
        text = self._metadata.read_text(name)
        if text is None:
            raise FileNotFoundError(2, f"{self} has no such metadata", name)
        return text

    def get_metadata_lines(self, name):
        from .requirement import yield_lines

        return yield_lines(self.get_metadata(name))

    def get_entry_map(self, group=None):
        """The entry points by group and name, or those of one group by name."""
        groups = {}
        for point in self._metadata.entry_points:
            groups.setdefault(point.group, {})[point.name] = EntryPoint.parse(f"{point.name}={point.value}", self)
        return groups if group is None else groups.get(group, {})

    def get_entry_info(self, group, name):
        return self.get_entry_map(group).get(name)

    def load_entry_point(self, group, name):
        """The object that an entry point names."""
        point = self.get_entry_info(group, name)
        if point is None:
            raise ImportError(f"Entry point {(group, name)!r} not found")
        return point.load()


def _holds(marker, extra):
    import re

    # What a marker says about extras is known here, all else the interpreter knows.
    truth = lambda match: "python_version " + (">=" if match[1] == extra else "<") + " '3'"
    return _batou_packages.marker_holds(re.sub(r"extra\s*==\s*['\"]([^'\"]*)['\"]", truth, marker))


class WorkingSet:
    """The packages on a search path, by default that of imports."""

    def __init__(self, entries=None):
        self._entries = entries

    @property
    def entries(self):
        """The search path."""
        import sys

        return list(sys.path) if self._entries is None else list(self._entries)

    @property
    def by_key(self):
        """The packages by their names; of several with one name the first on the search path."""
        found = {}
        options = {} if self._entries is None else {"path": list(self._entries)}
        for metadata in importlib.metadata.distributions(**options):
            # A directory without a file that names the package is the rest of a broken installation.
            if metadata.metadata["Name"]:
                distribution = Distribution(metadata)
                found.setdefault(distribution.key, distribution)
        return found

    def __iter__(self):
        return iter(self.by_key.values())

    def __contains__(self, dist):
        return self.by_key.get(dist.key) == dist

    def find(self, req):
        """The package that fulfils a requirement; None if it is not installed."""
        try:
            found = Distribution(importlib.metadata.distribution(req.name)) if self._entries is None else self._find(req)
        except importlib.metadata.PackageNotFoundError:
            return None
        if found is not None and found not in req:
            raise VersionConflict(found, req)
        return found

    def _find(self, req):
        return next((dist for dist in self if normal_key(dist.project_name) == req._normal_key), None)

    def require(self, *requirements):
        """The packages that fulfil requirements, and what these need in turn."""
        return self.resolve(parse_requirements(requirements))

    def resolve(self, requirements, *args, **kwargs):
        """The packages that fulfil requirements, and what these need in turn."""
        found = {}
        pending = [(requirement, None) for requirement in requirements]
        seen = set()
        while pending:
            requirement, by = pending.pop(0)
            if requirement in seen or (requirement.marker and not _holds(requirement.marker, "")):
                continue
            seen.add(requirement)
            try:
                distribution = self.find(requirement)
            except VersionConflict as conflict:
                raise conflict.with_context({by} if by else set()) from None
            if distribution is None:
                raise DistributionNotFound(requirement, [by] if by else None)
            found.setdefault(distribution.key, distribution)
            pending += [(other, distribution.project_name) for other in distribution.requires(requirement.extras)]
        return list(found.values())

    def iter_entry_points(self, group, name=None):
        """The entry points of a group, of all packages."""
        for distribution in self:
            for point in distribution.get_entry_map(group).values():
                if name is None or point.name == name:
                    yield point
