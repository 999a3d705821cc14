"""Documents."""

import copy
import io
import os
from collections.abc import MutableMapping
from configparser import ConfigParser, DuplicateSectionError, NoOptionError, NoSectionError

from .block import AlreadyAttachedError
from .container import Container
from .parser import Parser
from .section import Section

_UNSET = object()


class NoConfigFileReadError(Exception):
    """A document is written back that was read from no file."""

    def __init__(self):
        super().__init__("No configuration file was yet read! Use `read` first.")


class ConfigUpdater(Container, MutableMapping):
    """A configuration file: sections, and comments and blank lines before them."""

    def __init__(self, allow_no_value=False, **settings):
        Container.__init__(self)
        self._parser = Parser(allow_no_value, optionxform=self.optionxform, **settings)
        self._filename = None
        self._encoding = None

    def __deepcopy__(self, memo):
        settings = self.syntax_options
        made = type(self)(settings.pop("allow_no_value"), **settings)
        memo[id(self)] = made
        for name, value in vars(self).items():
            if name not in ("_parser", "_structure"):
                setattr(made, name, value)
        made._structure = [copy.deepcopy(block, memo).attach(made) for block in self._structure]
        return made

    def __str__(self):
        return "".join(map(str, self._structure))

    def __repr__(self):
        blocks = "".join(f"\n    {line}" for block in self._structure for line in repr(block).split("\n"))
        return f"<{type(self).__name__} [{blocks}\n]>" if blocks else f"<{type(self).__name__} []>"

    def __eq__(self, other):
        return isinstance(other, type(self)) and self._structure == other._structure

    __hash__ = None

    @property
    def syntax_options(self):
        """The settings of the constructor."""
        return self._parser.syntax_options

    def optionxform(self, optionstr):
        """How keys are compared; a subclass or an instance may replace it."""
        return optionstr.lower()

    def read(self, filename, encoding=None):
        """Reads a file, which `update_file` writes back."""
        self._filename, self._encoding = os.path.abspath(os.fsdecode(filename)), encoding
        self._parser.optionxform = self.optionxform
        # Line ends stay as they are.
        with open(filename, encoding=encoding, newline="") as file:
            self._parser.read_file(_lines(file.read()), str(filename), self)
        return self

    def read_file(self, f, source=None):
        """Reads an open file, or anything that gives lines."""
        self._parser.optionxform = self.optionxform
        self._parser.read_file(f, source, self)
        return self

    def read_string(self, string, source="<string>"):
        """Reads a text."""
        return self.read_file(_lines(string), source)

    def write(self, fp, validate=True):
        """Writes the document to an open file."""
        if validate:
            self.validate_format()
        fp.write(str(self))

    def update_file(self, validate=True):
        """Writes the document to the file that it was read from."""
        if self._filename is None:
            raise NoConfigFileReadError()
        if validate:
            self.validate_format()
        with open(self._filename, "w", encoding=self._encoding, newline="") as file:
            file.write(str(self))
        return self

    def validate_format(self, **settings):
        """Fails if `configparser` does not read what would be written."""
        syntax = self.syntax_options
        del syntax["space_around_delimiters"]
        syntax.update(settings)
        parser = ConfigParser(dict_type=dict, interpolation=None, default_section="\0", **syntax)
        parser.optionxform = self.optionxform
        parser.read_string(str(self))
        return True

    def iter_sections(self):
        return (block for block in self._structure if isinstance(block, Section))

    def section_blocks(self):
        """The sections."""
        return list(self.iter_sections())

    def sections(self):
        """The names of the sections."""
        return [section.name for section in self.iter_sections()]

    def _find(self, name):
        return next((section for section in self.iter_sections() if section.name == name), None)

    def __getitem__(self, key):
        section = self._find(key)
        if section is None:
            raise KeyError(f"No section `{key}` found")
        return section

    def __setitem__(self, key, value):
        if not isinstance(value, Section):
            raise ValueError("Value must be of type Section!")
        if value.name != key:
            raise ValueError(f"the section {value.name!r} is assigned to the name {key!r}")
        section = self._find(key)
        if section is None:
            self.add_section(value)
        elif section is not value:
            place = section.container_idx
            value.attach(self)
            self._structure[place] = value
            section._container = None

    def __delitem__(self, key):
        self[key].detach()

    def __contains__(self, key):
        return self.has_section(key)

    def __iter__(self):
        return iter(self.sections())

    def __len__(self):
        return len(self.sections())

    def has_section(self, key):
        return self._find(key) is not None

    def has_option(self, section, option):
        found = self._find(section)
        return found is not None and found.has_option(option)

    def get_section(self, name, default=None):
        """The section, else `default`."""
        section = self._find(name)
        return default if section is None else section

    def _section(self, name):
        section = self._find(name)
        if section is None:
            raise NoSectionError(name)
        return section

    def get(self, section, option, fallback=_UNSET):
        """The option; `fallback` if the section has none of that name."""
        value = self._section(section).get(option)
        if value is None and fallback is _UNSET:
            raise NoOptionError(option, section)
        return fallback if value is None else value

    def set(self, section, option, value=None):
        """Sets the value of an option, which is added if it does not exist."""
        self._section(section).set(option, value)
        return self

    def options(self, section):
        """The keys of a section."""
        return self._section(section).options()

    def items(self, section=_UNSET):
        """Pairs of name and section, or of key and option of a section."""
        if section is _UNSET:
            return [(found.name, found) for found in self.iter_sections()]
        return self._section(section).items()

    def add_section(self, section):
        """Adds a section, given as such or by its name, at the end."""
        self.append(self._new_section(section))

    def _new_section(self, section):
        if isinstance(section, str):
            section = Section(section)
        elif not isinstance(section, Section):
            raise ValueError("Parameter must be a string or Section type!")
        if section.has_container():
            raise AlreadyAttachedError(section)
        if self.has_section(section.name):
            raise DuplicateSectionError(section.name)
        return section

    def remove_option(self, section, option):
        """Removes an option; tells whether it existed."""
        found = self._section(section).get(option)
        if found is None:
            return False
        found.detach()
        return True

    def remove_section(self, name):
        """Removes a section; tells whether it existed."""
        found = self._find(name)
        if found is None:
            return False
        found.detach()
        return True

    def to_dict(self):
        """The values by section and key."""
        return {section.name: section.to_dict() for section in self.iter_sections()}


def _lines(text):
    """The lines with their ends; only line feeds end a line."""
    return io.StringIO(text, newline="\n")
