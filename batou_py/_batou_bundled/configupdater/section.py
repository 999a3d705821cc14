"""Sections of a document."""

import copy
from collections.abc import MutableMapping

from .block import AssignMultilineValueError, Block, BlockBuilder, Comment, NotAttachedError, Space
from .container import Container
from .option import Option

_UNSET = object()


class Section(Block, Container, MutableMapping):
    """A section: its header, its options, and the comments and blank lines between them."""

    def __init__(self, name, container=None, raw_comment=""):
        Block.__init__(self, container)
        Container.__init__(self)
        self._name = name
        self._raw_comment = raw_comment
        self._header = None

    def __deepcopy__(self, memo):
        made = type(self)(self._name, raw_comment=self._raw_comment)
        memo[id(self)] = made
        made._header, made._updated = self._header, self._updated
        made._structure = [copy.deepcopy(block, memo).attach(made) for block in self._structure]
        return made

    def __str__(self):
        header = self._header if self._header is not None else f"[{self._name}]{self._raw_comment}\n"
        return header + "".join(map(str, self._structure))

    def __repr__(self):
        blocks = "".join(f"\n    {line}" for block in self._structure for line in repr(block).split("\n"))
        return f"<Section: {self._name!r} [{blocks}\n]>" if blocks else f"<Section: {self._name!r} []>"

    def __eq__(self, other):
        return isinstance(other, Section) and self.name == other.name and self._structure == other._structure

    __hash__ = None

    def _end_line(self):
        if self._structure:
            Container._end_line(self)
        elif self._header is not None and not self._header.endswith("\n"):
            self._header += "\n"

    @property
    def lines(self):
        """The lines as they would be written."""
        return str(self).splitlines(keepends=True)

    @property
    def document(self):
        """The document that holds the section."""
        return self.container

    @property
    def name(self):
        return self._name

    @name.setter
    def name(self, name):
        self._name = str(name)
        self._header, self._updated = None, True

    @property
    def raw_comment(self):
        """What stands behind the header in its line."""
        return self._raw_comment

    @raw_comment.setter
    def raw_comment(self, text):
        self._raw_comment = text.rstrip("\n")
        self._header, self._updated = None, True

    @property
    def updated(self):
        return self._updated or any(block.updated for block in self._structure)

    def _key(self, key):
        return self._container.optionxform(key) if self._container is not None else key.lower()

    def _find(self, key):
        key = self._key(key)
        return next((option for option in self.iter_options() if option.key == key), None)

    def __getitem__(self, key):
        option = self._find(key)
        if option is None:
            raise KeyError(f"No option `{key}` found")
        return option

    def __setitem__(self, key, value=None):
        option = self._find(key)
        if isinstance(value, Option):
            if self._key(value.raw_key) != self._key(key):
                raise ValueError(f"the option {value.raw_key!r} is assigned to the key {key!r}")
            if option is None:
                self.add_option(value)
            elif option is not value:
                value.attach(self)
                self._structure[option.container_idx] = value
                option._container = None
        elif option is not None:
            option.value = value
        else:
            if isinstance(value, str) and "\n" in value:
                raise AssignMultilineValueError(f"Option {key!r}")
            self.append(self.create_option(key, value))

    def __delitem__(self, key):
        self[key].detach()

    def __contains__(self, key):
        return self.has_option(key)

    def __iter__(self):
        return (option.key for option in self.iter_options())

    def __len__(self):
        return len(self.option_blocks())

    def iter_options(self):
        """The options, one after the other."""
        return (block for block in self._structure if isinstance(block, Option))

    def option_blocks(self):
        """The options."""
        return list(self.iter_options())

    def options(self):
        """The keys of the options."""
        return list(self)

    def items(self):
        """Pairs of key and option."""
        return [(option.key, option) for option in self.iter_options()]

    def has_option(self, key):
        return self._find(key) is not None

    def get(self, key, default=None):
        """The option, else `default`."""
        option = self._find(key)
        return default if option is None else option

    def set(self, option, value=None):
        """Sets the value of an option, which is added if it does not exist; several values are set as by `set_values`."""
        if option not in self:
            option = self._key(option)
        if value is None or isinstance(value, str):
            self[option] = value
            return self
        if option not in self:
            self[option] = None
        self[option].set_values(value)
        return self

    def create_option(self, key, value=None):
        """Makes an option written as the document writes them, without adding it."""
        settings = {}
        if self._container is not None:
            options = self._container.syntax_options
            settings["delimiter"] = options["delimiters"][0]
            settings["space_around_delimiters"] = options["space_around_delimiters"]
        option = Option(key, container=None, **settings)
        option.value = value
        return option

    def add_option(self, entry):
        """Adds an option."""
        return self.append(entry)

    def add_comment(self, line):
        """Adds a line of comment, which ends with a newline."""
        return self._add_line(Comment, line)

    def add_space(self, line):
        """Adds a blank line."""
        return self._add_line(Space, line)

    def _add_line(self, kind, line):
        if not isinstance(self.last_block, kind):
            self.append(kind())
        self.last_block.add_line(line)
        return self

    def insert_at(self, idx):
        """Adds blocks at a place."""
        return BlockBuilder(self, idx)

    def to_dict(self):
        """The values by their keys."""
        return {option.key: option.value for option in self.iter_options()}
