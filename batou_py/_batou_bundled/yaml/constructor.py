"""From nodes to values."""

import _batou_data

from . import composer, parser, reader, scanner
from .error import Mark, MarkedYAMLError
from .nodes import MappingNode, ScalarNode, SequenceNode, node_of

__all__ = ["BaseConstructor", "SafeConstructor", "ConstructorError"]

_STANDARD = "tag:yaml.org,2002:"


class ConstructorError(MarkedYAMLError):
    """A node means nothing."""


_ERRORS = {
    "scanner": scanner.ScannerError,
    "parser": parser.ParserError,
    "composer": composer.ComposerError,
    "constructor": ConstructorError,
}


class BaseConstructor:
    """Values of a stream, with constructors for the tags of one's own."""

    yaml_constructors = {}
    yaml_multi_constructors = {}

    def __init__(self, stream):
        self.stream = stream
        self.name, self._text = reader.read(stream)
        self._waiting = None

    @classmethod
    def add_constructor(cls, tag, constructor):
        """Has ``constructor(loader, node)`` make the values of nodes with a tag; of all with an unknown tag, if it is None."""
        if "yaml_constructors" not in cls.__dict__:
            cls.yaml_constructors = cls.yaml_constructors.copy()
        cls.yaml_constructors[tag] = constructor

    @classmethod
    def add_multi_constructor(cls, tag_prefix, multi_constructor):
        """Has ``multi_constructor(loader, rest of the tag, node)`` make the values of nodes whose tag begins so."""
        if "yaml_multi_constructors" not in cls.__dict__:
            cls.yaml_multi_constructors = cls.yaml_multi_constructors.copy()
        cls.yaml_multi_constructors[tag_prefix] = multi_constructor

    def check_data(self):
        """Whether there is another document."""
        if self._waiting is None:
            self._waiting = self._values(False)
        return bool(self._waiting)

    def get_data(self):
        """The value of the next document; None if there is none."""
        return self._waiting.pop(0) if self.check_data() else None

    def get_single_data(self):
        """The value of the only document."""
        return self._values(True)[0]

    def dispose(self):
        """Nothing is held that would have to be freed."""

    def _values(self, single):
        tags = ["*" if tag is None else tag for tag in self.yaml_constructors]
        tags += ["*" if prefix is None else f"{prefix}*" for prefix in self.yaml_multi_constructors]
        return _batou_data.yaml_values(self._text, single, tags, self._construct, self._failure)

    def _mark(self, line, column):
        return Mark(self.name, None, line - 1, column - 1, self._text, None)

    def _failure(self, kind, problem, line, column):
        mark = self._mark(line, column)
        if kind == "reader":
            lines = self._text.splitlines(True)
            position = sum(map(len, lines[: line - 1])) + column - 1
            return reader.ReaderError(self.name, position, self._text[position : position + 1], "unicode", problem)
        return _ERRORS[kind](None, None, problem, mark)

    def _construct(self, tag, made, line, column):
        node = node_of(made, tag, self._mark(line, column))
        value = self._constructed(tag, node)
        if type(value).__name__ == "generator":
            # Values that may hold themselves are made in two steps.
            steps, value = value, next(value)
            for _ in steps:
                pass
        return value

    def _constructed(self, tag, node):
        if tag in self.yaml_constructors:
            return self.yaml_constructors[tag](self, node)
        for prefix, constructor in self.yaml_multi_constructors.items():
            if prefix is None:
                return constructor(self, tag, node)
            if tag.startswith(prefix):
                return constructor(self, tag[len(prefix) :], node)
        return self.yaml_constructors[None](self, node)

    def _expect(self, kind, what, node):
        if not isinstance(node, kind):
            raise ConstructorError(None, None, f"expected a {what} node, but found {node.id}", node.start_mark)

    def construct_object(self, node, deep=False):
        """The value of a node."""
        return node.made

    def construct_scalar(self, node):
        """The text of a node."""
        self._expect(ScalarNode, "scalar", node)
        return node.value

    def construct_sequence(self, node, deep=False):
        """The values of a list."""
        self._expect(SequenceNode, "sequence", node)
        return list(node.made)

    def construct_mapping(self, node, deep=False):
        """The values of a mapping by their keys."""
        self._expect(MappingNode, "mapping", node)
        return dict(node.made)

    def construct_pairs(self, node, deep=False):
        """The entries of a mapping."""
        self._expect(MappingNode, "mapping", node)
        return list(node.made.items())

    def flatten_mapping(self, node):
        """What ``<<`` names is part of the mapping already."""


class SafeConstructor(BaseConstructor):
    """The standard values."""

    def construct_yaml_str(self, node):
        return self.construct_scalar(node)

    def construct_yaml_seq(self, node):
        return self.construct_sequence(node)

    def construct_yaml_map(self, node):
        return self.construct_mapping(node)

    def construct_undefined(self, node):
        raise ConstructorError(None, None, f"could not determine a constructor for the tag {node.tag!r}", node.start_mark)
