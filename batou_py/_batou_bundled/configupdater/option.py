"""Options of a section."""

import warnings

from .block import AssignMultilineValueError, Block


class NoneValueDisallowed(SyntaxWarning):
    """An option without value in a document that does not allow it."""

    @classmethod
    def warn(cls, option):
        text = f"<{option} = None> cannot be written without `allow_no_value=True`; it becomes <{option} = ''>."
        warnings.warn(text, cls, stacklevel=3)


class Option(Block):
    """A key and its value."""

    def __init__(self, key, value=None, container=None, delimiter="=", space_around_delimiters=True, line=None):
        super().__init__(container)
        self._key = key
        self._delimiter = delimiter
        self._space_around_delimiters = space_around_delimiters
        self._value = value
        if line is not None:
            self._lines.append(line)
        else:
            self._updated = True

    def _set_style(self, name, setting):
        if name not in ("delimiter", "space_around_delimiters"):
            raise TypeError(f"an option has no setting {name!r}")
        setattr(self, "_" + name, setting)

    def _read_value(self, value):
        self._value = value

    def __str__(self):
        if not self._updated:
            return super().__str__()
        if self._value is None:
            document = self._document()
            if document is None or document.syntax_options["allow_no_value"]:
                return self._key + "\n"
            NoneValueDisallowed.warn(self._key)
        value = self._value or ""
        return f"{self._key}{self._written_delimiter(value)}{value}\n"

    def _written_delimiter(self, value):
        if not self._space_around_delimiters:
            return self._delimiter
        # No space at the end of the line if the value starts on the next one.
        return f" {self._delimiter}" if value.startswith("\n") else f" {self._delimiter} "

    def __repr__(self):
        return f"<Option: {self._key} = {self.value!r}>"

    def _end_line(self):
        if not self._updated:
            super()._end_line()

    def _document(self):
        section = self._container
        return section.container if section is not None and section.has_container() else None

    @property
    def section(self):
        """The section that holds the option."""
        return self.container

    @property
    def raw_key(self):
        """The key as it is written."""
        return self._key

    @property
    def key(self):
        """The key as it is looked up, in lower case normally."""
        document = self._document()
        return self._key.lower() if document is None else document.optionxform(self._key)

    @key.setter
    def key(self, key):
        self._key = key
        self._updated = True

    @property
    def value(self):
        """The value, its lines without their indentation; None if there is only a key."""
        if self._value is None or not self._updated:
            return self._value
        return "\n".join(line.strip() for line in self._value.split("\n"))

    @value.setter
    def value(self, value):
        if value is not None:
            value = str(value)
            if "\n" in value:
                raise AssignMultilineValueError(self)
        self._value = value
        self._updated = True

    def value_start_idx(self):
        """Where the value starts in the line of the option."""
        return len(f"{self._key}{self._written_delimiter(self._value or '')}")

    def as_list(self, separator="\n"):
        """The parts of the value, without the empty ones."""
        if self.value is None:
            return []
        return [part.strip() for part in self.value.strip().split(separator)] if self.value.strip() else []

    def append(self, value, **options):
        """Adds a part to the value; takes the arguments of `set_values`."""
        separator = options.get("separator", "\n")
        return self.set_values([*self.as_list(separator), value], **options) or self

    def set_values(self, values, separator="\n", indent=None, prepend_newline=True):
        """Makes a value of several parts, each on a line of its own if the separator is a newline."""
        values = list(values)
        if separator != "\n" and not separator.endswith("\n"):
            self._value = separator.join(values)
        elif not values:
            self._value = ""
        else:
            separator += "    " if indent is None else indent
            start = separator.lstrip(separator.rstrip("\n \t")) if prepend_newline else ""
            self._value = start + separator.join(values)
        self._updated = True
