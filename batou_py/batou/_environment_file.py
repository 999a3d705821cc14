"""The sections of an environment file and the lists in them."""

import os
import sys

import _batou_config


class ConfigSection(dict):
    """The options of a section. ``name``, ``file`` and ``line`` say where it stands, if it was read from a file."""

    name = None
    file = None
    line = None
    _lines = {}

    def line_of(self, option):
        """Returns the line of an option, that of the section if it has none."""
        return self._lines.get(option, self.line)

    def as_list(self, option):
        """Returns the value of ``option`` split at commas or else at line ends."""
        value = self[option]
        if "," in value:
            return [item.strip() for item in value.split(",")]
        if "\n" in value:
            return [item for item in map(str.strip, value.split("\n")) if item]
        return [value]


class _Parser:
    """The sections that were read so far, in the way of the standard library's parsers as far as tests of deployments use it."""

    def __init__(self):
        self._sections = {}

    def read(self, path):
        """Adds the sections of a file."""
        self._add(_batou_config.read(path), path)

    def read_string(self, string, source="<string>"):
        """Adds the sections of a text."""
        self._add(_batou_config.read_string(string, source), source)

    def sections(self):
        """Returns the names of the sections in the order of the file."""
        return list(self._sections)

    def has_section(self, name):
        """Says whether there is a section ``name``."""
        return name in self._sections

    def _add(self, parsed, file):
        for name, options, line, lines in parsed:
            section = self._sections.setdefault(name, ConfigSection())
            section.update(options)
            section._lines = lines
            section.name, section.file, section.line = name, file, line


class Config:
    """The sections of an environment file, each a `ConfigSection`. Without a path it is empty. Raises `_batou_config.ConfigFileError`."""

    def __init__(self, path):
        self.config = _Parser()
        if path:
            self.config.read(os.fspath(path))

    def __contains__(self, section):
        return section in self.config._sections

    def __getitem__(self, section):
        return self.config._sections[section]

    def __iter__(self):
        return iter(self.config.sections())

    def get(self, section, default=None):
        """Returns a section, or ``default``."""
        return self.config._sections.get(section, default)


def parse_host_components(components):
    """Reads items of the form ``[!]name[:feature]``. Returns {name: {"features": [...], "ignore": bool}}."""
    result = {}
    for item in components:
        name, _, feature = item.partition(":")
        ignore = name.startswith("!")
        entry = result.setdefault(name.lstrip("!"), {"features": [], "ignore": False})
        entry["ignore"] = entry["ignore"] or ignore
        if feature:
            entry["features"].append(feature)
    return result


def adaptation_to_older_definitions(environment, path):
    """Prepares for definitions that are written for a batou before 2.3. Returns the module that does it, None if there is no need.

    ``path`` is the file of the environment, whose place tells something about its age.
    """
    old_layout = path != environment._environment_path("environment.cfg")
    try:
        needed = _batou_config.older_definitions(environment.base_dir, old_layout)
    except _batou_config.ConfigFileError as error:
        environment._complain_about_file(error)
        needed = None
    if needed is not None:
        from batou import _older

        _older.adapt(environment, *needed)
        return _older
    before = sys.modules.get("batou._older")
    if before is not None:
        # Another project of this process was an older one.
        before.restore()
    return None
