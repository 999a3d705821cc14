"""Reads configuration files as `configparser` does, and keeps their lines."""

import io
from configparser import DuplicateOptionError, DuplicateSectionError, MissingSectionHeaderError, ParsingError

from .block import Comment, Space
from .option import Option
from .section import Section


class InconsistentStateError(Exception):
    """A line cannot stand where it stands."""


#: The settings and their values.
SETTINGS = {
    "allow_no_value": False,
    "delimiters": ("=", ":"),
    "comment_prefixes": ("#", ";"),
    "inline_comment_prefixes": None,
    "strict": True,
    "empty_lines_in_values": True,
    "space_around_delimiters": True,
}


class Parser:
    """Reads files into documents."""

    def __init__(self, allow_no_value=False, *, optionxform=str.lower, **settings):
        unknown = sorted(set(settings) - set(SETTINGS))
        if unknown:
            raise TypeError(f"unknown settings: {', '.join(unknown)}")
        self._settings = {**SETTINGS, **settings, "allow_no_value": allow_no_value}
        for name in ("delimiters", "comment_prefixes", "inline_comment_prefixes"):
            value = self._settings[name]
            self._settings[name] = (value,) if isinstance(value, str) else value if value is None else tuple(value)
        self.optionxform = optionxform

    @property
    def syntax_options(self):
        """The settings."""
        return dict(self._settings)

    def read(self, filename, encoding=None, into=None):
        with open(filename, encoding=encoding) as file:
            return self.read_file(file, str(filename), into)

    def read_file(self, f, source=None, into=None):
        """Reads a file, or anything that gives lines."""
        if source is None:
            source = getattr(f, "name", "<???>")
        return self._parse(f, source, into)

    def read_string(self, string, source="<string>", into=None):
        return self._parse(io.StringIO(string, newline=""), source, into)

    def _parse(self, lines, source, into):
        if into is None:
            from .updater import ConfigUpdater

            settings = self.syntax_options
            into = ConfigUpdater(settings.pop("allow_no_value"), **settings)
        into.clear()
        reading = _Reading(self, source, into)
        for number, line in enumerate(lines, 1):
            reading.line(number, line)
        reading.end()
        return into


class _Reading:
    """One run over the lines of a file."""

    def __init__(self, parser, source, document):
        settings = parser.syntax_options
        self.settings = settings
        self.source = source
        self.document = document
        self.optionxform = parser.optionxform
        self.section = None
        self.option = None
        self.indentation = 0
        #: Blank lines since the last line of the option: part of its value if another one follows.
        self.blank = []
        self.errors = None
        self.seen = set()

    def line(self, number, line):
        text = line.strip()
        if not text:
            self._blank(line)
            return
        depth = len(line) - len(line.lstrip())
        if self.option is not None and self.option.value is not None and depth > self.indentation and self._goes_on():
            self._continue(line, text)
            return
        if text.startswith(self.settings["comment_prefixes"]):
            self._comment(line)
            return
        self._flush_blank()
        text = self._without_comment(text)
        if text.startswith("[") and "]" in text[2:]:
            self._header(number, line, text)
        elif self.section is None:
            raise MissingSectionHeaderError(self.source, number, line)
        else:
            self._option(number, line, text, depth)

    def _goes_on(self):
        return self.settings["empty_lines_in_values"] or not any(kind is Space for kind, _ in self.blank)

    def _without_comment(self, text):
        ends = [
            place
            for prefix in self.settings["inline_comment_prefixes"] or ()
            for place in range(1, len(text))
            if text.startswith(prefix, place) and text[place - 1].isspace()
        ]
        return text[: min(ends)].strip() if ends else text

    def _append(self, kind, line):
        container = self.document if self.section is None else self.section
        if not isinstance(container.last_block, kind):
            container._structure.append(kind(container))
        container.last_block.add_line(line)

    def _blank(self, line):
        if self.option is None:
            self._append(Space, line)
        else:
            self.blank.append((Space, line))

    def _comment(self, line):
        if self.option is None:
            self._append(Comment, line)
        else:
            # It is part of the value if the value goes on behind it.
            self.blank.append((Comment, line))

    def _flush_blank(self):
        for kind, line in self.blank:
            self._append(kind, line)
        self.blank.clear()

    def _continue(self, line, text):
        option = self.option
        value = [option.value]
        for _, blank in self.blank:
            option.add_line(blank)
            value.append(blank.strip())
        self.blank.clear()
        option.add_line(line)
        option._read_value("\n".join([*value, text]))

    def _header(self, number, line, text):
        end = text.rindex("]")
        name = text[1:end]
        if self.settings["strict"] and self.document.has_section(name):
            raise DuplicateSectionError(name, self.source, number)
        content = line.rstrip("\r\n")
        section = Section(name, self.document, content[content.index(text[: end + 1]) + end + 1 :])
        section._header = line
        self.document._structure.append(section)
        self.section, self.option = section, None
        self.seen = set()

    def _option(self, number, line, text, depth):
        places = [place for place in map(text.find, self.settings["delimiters"]) if place >= 0]
        if not places and not self.settings["allow_no_value"]:
            self._fail(number, line)
            return
        delimiter = None
        key, value = text, None
        if places:
            place = min(places)
            delimiter = max((other for other in self.settings["delimiters"] if text.startswith(other, place)), key=len)
            key, value = text[:place].rstrip(), text[place + len(delimiter) :].strip()
        if not key:
            self._fail(number, line)
        name = self.optionxform(key)
        if self.settings["strict"] and name in self.seen:
            raise DuplicateOptionError(self.section.name, key, self.source, number)
        self.seen.add(name)
        settings = {"space_around_delimiters": self.settings["space_around_delimiters"]}
        option = Option(key, value, self.section, delimiter or self.settings["delimiters"][0], line=line, **settings)
        self.section._structure.append(option)
        self.option, self.indentation = option, depth

    def _fail(self, number, line):
        self.errors = self.errors or ParsingError(self.source)
        self.errors.append(number, repr(line))

    def end(self):
        if self.errors:
            raise self.errors
        self._flush_blank()
