"""Requirements."""

import _batou_packages

from .version import Version


class RequirementParseError(ValueError):
    """A text is no requirement."""


def safe_name(name):
    """A name with a dash for everything that may not stand in it."""
    import re

    return re.sub("[^A-Za-z0-9.]+", "-", name)


def safe_extra(extra):
    """The name of an extra with an underscore for everything that may not stand in it."""
    import re

    return re.sub("[^A-Za-z0-9.-]+", "_", extra).lower()


def safe_version(version):
    """A version as it is written normally."""
    import re

    try:
        return str(Version(version))
    except ValueError:
        return re.sub("[^A-Za-z0-9.]+", "-", version.replace(" ", "."))


def to_filename(name):
    """A name as it stands in file names."""
    return name.replace("-", "_")


def yield_lines(strs):
    """The lines of a text, or of several, without comments and blank lines."""
    if isinstance(strs, str):
        for line in strs.splitlines():
            line = line.strip()
            if line and not line.startswith("#"):
                yield line
    else:
        for text in strs:
            yield from yield_lines(text)


def parse_requirements(strs):
    """The requirements in a text, or in several."""
    lines = iter(yield_lines(strs))
    for line in lines:
        line = line.partition(" #")[0]
        while line.endswith("\\"):
            line = line[:-1].strip() + next(lines, "")
        yield Requirement(line)


class SpecifierSet:
    """What a requirement says about versions."""

    def __init__(self, specifiers):
        self._specifiers = specifiers

    def __str__(self):
        return ",".join(sorted(operator + version for operator, version in self._specifiers))

    def __repr__(self):
        return f"<SpecifierSet({str(self)!r})>"

    def __len__(self):
        return len(self._specifiers)

    def __eq__(self, other):
        return str(self) == str(other)

    def __hash__(self):
        return hash(str(self))

    def contains(self, item, prereleases=None):
        """Whether a version is allowed; one before the final one only if `prereleases` says so or a specifier names one."""
        version = item if isinstance(item, Version) else Version(item)
        if prereleases is None:
            named = (Version(text.removesuffix(".*")) for operator, text in self._specifiers if operator not in ("!=", "==="))
            prereleases = any(other.is_prerelease for other in named)
        if version.is_prerelease and not prereleases:
            return False
        return _batou_packages.allows(str(self), str(version))

    __contains__ = contains


class Requirement:
    """A package that is needed, and in which versions."""

    def __init__(self, requirement_string):
        try:
            key, extras, specifiers, marker, url = _batou_packages.requirement_parts(requirement_string)
        except ValueError as error:
            raise RequirementParseError(str(error)) from error
        import re

        self.name = self.unsafe_name = re.match(r"\s*([A-Za-z0-9._-]+)", requirement_string)[1]
        self.project_name = safe_name(self.name)
        self.key = self.project_name.lower()
        self._normal_key = key
        self.extras = extras
        self.specs = list(specifiers)
        self.specifier = SpecifierSet(specifiers)
        self.marker = marker
        self.url = url

    @classmethod
    def parse(cls, s):
        """The one requirement in a text."""
        found = list(parse_requirements(s))
        if len(found) != 1:
            raise ValueError(f"{s!r} holds {len(found)} requirements instead of one")
        return found[0]

    def __str__(self):
        extras = f"[{','.join(sorted(self.extras))}]" if self.extras else ""
        where = f"@ {self.url}" if self.url else str(self.specifier)
        marker = (" " if self.url else "") + f"; {self.marker}" if self.marker else ""
        return f"{self.name}{extras}{where}{marker}"

    def __repr__(self):
        return f"Requirement.parse({str(self)!r})"

    def _comparable(self):
        return self._normal_key, self.url, self.specifier, frozenset(self.extras), self.marker

    def __eq__(self, other):
        return isinstance(other, Requirement) and self._comparable() == other._comparable()

    def __hash__(self):
        return hash(self._comparable())

    def __contains__(self, item):
        """Whether a package, or a version given as such or as a text, fulfils the requirement."""
        if hasattr(item, "parsed_version"):
            if normal_key(item.project_name) != self._normal_key:
                return False
            item = item.version
        return self.specifier.contains(item, prereleases=True)


def normal_key(name):
    """A name as packages are compared by."""
    return safe_name(name).lower().replace(".", "-").replace("_", "-")
