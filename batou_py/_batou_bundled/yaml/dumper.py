"""Dumpers. Values are written natively; representers of one's own are asked for their classes."""

import _batou_data

from .error import YAMLError
from .nodes import MappingNode, ScalarNode, SequenceNode
from .representer import Representer, RepresenterError, SafeRepresenter

__all__ = ["SafeDumper", "Dumper"]

#: Methods of PyYAML's emitter and serializer that take no part in writing here.
_NATIVE = frozenset(
    "analyze_scalar anchor_node choose_scalar_style emit expect_alias expect_block_mapping expect_block_mapping_key"
    " expect_block_sequence expect_block_sequence_item expect_flow_mapping expect_flow_sequence expect_node expect_scalar"
    " generate_anchor prepare_tag process_anchor process_scalar process_tag serialize_node write_double_quoted write_folded"
    " write_indent write_indicator write_line_break write_literal write_plain write_single_quoted".split()
)


class _Writer:
    """Collects documents and writes them."""

    def __init__(
        self,
        stream,
        default_style=None,
        default_flow_style=False,
        canonical=None,
        indent=None,
        width=None,
        allow_unicode=None,
        line_break=None,
        encoding=None,
        explicit_start=None,
        explicit_end=None,
        version=None,
        tags=None,
        sort_keys=True,
    ):
        super().__init__(default_style=default_style, default_flow_style=default_flow_style, sort_keys=sort_keys)
        for option, value in (("canonical", canonical), ("version", version), ("tags", tags)):
            if value:
                raise NotImplementedError(f"yaml.dump does not support the option {option!r} here")
        for base in type(self).__mro__:
            for name in _NATIVE & base.__dict__.keys():
                raise NotImplementedError(f"{base.__name__}.{name}: YAML is written natively, so that methods of its emitter cannot be replaced")
        self.stream = stream
        self.encoding = None if hasattr(stream, "encoding") else encoding
        self._line_break = line_break if line_break in ("\r", "\r\n") else "\n"
        self._indent = indent if indent and 1 < indent < 10 else 2
        # Anything too large for a machine word, also infinity, folds nothing.
        self._width = int(min(max(width or 0, 0), 2**31))
        self._options = {
            "allow_unicode": bool(allow_unicode),
            "explicit_start": bool(explicit_start),
            "explicit_end": bool(explicit_end),
        }
        self._documents = []

    def ignore_aliases(self, data):
        """Whether a value is written again wherever it occurs."""
        return data is None or data == () or isinstance(data, (str, bytes, bool, int, float))

    def increase_indent(self, flow=False, indentless=False):
        """Called with ``indentless`` for lists below a key; overridden by those who want them indented."""
        self._flat_lists = bool(indentless)

    def open(self):
        """Documents may follow."""

    def represent(self, data):
        """Adds a document."""
        self._documents.append(data)

    def close(self):
        """Writes the documents."""
        self.increase_indent(False, True)
        # Those who override it do so for all values or none that have parts.
        anchors = not (self.ignore_aliases([0]) and self.ignore_aliases({0: 0}))
        classes = {ScalarNode, SequenceNode, MappingNode, *self.yaml_representers}
        text = _batou_data.yaml_texts(
            self._documents,
            sort_keys=bool(self.sort_keys),
            anchors=anchors,
            classes=classes,
            represent=self._described,
            default_flow_style=None if self.default_flow_style is None else bool(self.default_flow_style),
            default_style=self.default_style,
            indent=self._indent,
            width=self._width,
            flat_lists=self._flat_lists,
            **self._options,
        )
        if self._line_break != "\n":
            text = text.replace("\n", self._line_break)
        if self.encoding:
            text = ("\ufeff" + text if self.encoding.startswith("utf-16") else text).encode(self.encoding)
        self.stream.write(text)
        if hasattr(self.stream, "flush"):
            self.stream.flush()

    def dispose(self):
        """Nothing is held that would have to be freed."""


class SafeDumper(_Writer, SafeRepresenter):
    """Writes standard values."""


class Dumper(_Writer, Representer):
    """Writes standard values and tuples."""
