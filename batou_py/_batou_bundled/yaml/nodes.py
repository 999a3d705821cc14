"""What constructors are called with and representers return."""

__all__ = ["Node", "ScalarNode", "CollectionNode", "SequenceNode", "MappingNode"]


class Node:
    """A tag with a value; ``made`` is what the value is without its tag."""

    id = None

    def __init__(self, tag, value, start_mark=None, end_mark=None, made=None):
        self.tag = tag
        self.value = value
        self.start_mark = start_mark
        self.end_mark = end_mark
        self.made = made

    def __repr__(self):
        return f"{type(self).__name__}(tag={self.tag!r}, value={self.value!r})"


class ScalarNode(Node):
    """A text."""

    id = "scalar"

    def __init__(self, tag, value, start_mark=None, end_mark=None, style=None, made=None):
        super().__init__(tag, value, start_mark, end_mark, made)
        self.style = style


class CollectionNode(Node):
    """Something with parts."""

    def __init__(self, tag, value, start_mark=None, end_mark=None, flow_style=None, made=None):
        super().__init__(tag, value, start_mark, end_mark, made)
        self.flow_style = flow_style


class SequenceNode(CollectionNode):
    """A list of nodes."""

    id = "sequence"


class MappingNode(CollectionNode):
    """A list of pairs of nodes."""

    id = "mapping"


_TAGS = {type(None): "null", bool: "bool", int: "int", float: "float", str: "str", bytes: "binary", set: "set", dict: "map", list: "seq"}


def node_of(value, tag=None, mark=None):
    """The node of a value that was made already."""
    if tag is None:
        tag = "tag:yaml.org,2002:" + _TAGS.get(type(value), "timestamp")
    if isinstance(value, dict):
        pairs = [(node_of(key, mark=mark), node_of(item, mark=mark)) for key, item in value.items()]
        return MappingNode(tag, pairs, mark, mark, made=value)
    if isinstance(value, list):
        return SequenceNode(tag, [node_of(item, mark=mark) for item in value], mark, mark, made=value)
    text = {None: "null", True: "true", False: "false"}.get(value) if value is None or isinstance(value, bool) else str(value)
    return ScalarNode(tag, text, mark, mark, made=value)
