"""Versions."""

import functools

import _batou_packages


class InvalidVersion(ValueError):
    """A text is no version."""


@functools.total_ordering
class Version:
    """A version, which compares with others as PEP 440 says."""

    def __init__(self, version):
        try:
            parts = _batou_packages.version_parts(str(version))
        except ValueError as error:
            raise InvalidVersion(f"Invalid version: {str(version)!r}") from error
        self._text, self.release, self.local, self.base_version = parts[:4]
        self.is_prerelease, self.is_devrelease, self.is_postrelease = parts[4:]

    def __str__(self):
        return self._text

    def __repr__(self):
        return f"<Version({self._text!r})>"

    def __hash__(self):
        # Versions that only differ in zeros at the end are equal.
        text, _, local = self._text.partition("+")
        release = ".".join(map(str, self.release))
        return hash((text.replace(release, ".".join(map(str, self._significant())), 1), local))

    def _significant(self):
        numbers = list(self.release)
        while len(numbers) > 1 and not numbers[-1]:
            numbers.pop()
        return numbers

    def __eq__(self, other):
        if not isinstance(other, Version):
            return NotImplemented
        return _batou_packages.compare_versions(self._text, other._text) == 0

    def __lt__(self, other):
        if not isinstance(other, Version):
            return NotImplemented
        return _batou_packages.compare_versions(self._text, other._text) < 0

    @property
    def public(self):
        """The version without its local part."""
        return self._text.partition("+")[0]

    @property
    def major(self):
        return self._number(0)

    @property
    def minor(self):
        return self._number(1)

    @property
    def micro(self):
        return self._number(2)

    def _number(self, place):
        return self.release[place] if place < len(self.release) else 0


def parse_version(version):
    """The version that a text stands for."""
    return Version(version)
