"""From values to nodes."""

from .error import YAMLError
from .nodes import MappingNode, Node, ScalarNode, SequenceNode

__all__ = ["BaseRepresenter", "SafeRepresenter", "Representer", "RepresenterError"]

_STANDARD = "tag:yaml.org,2002:"


class RepresenterError(YAMLError):
    """A value has no form."""


class BaseRepresenter:
    """Nodes of values, with representers for classes of one's own."""

    yaml_representers = {}
    yaml_multi_representers = {}

    def __init__(self, default_style=None, default_flow_style=False, sort_keys=True):
        self.default_style = default_style or None
        self.default_flow_style = default_flow_style
        self.sort_keys = sort_keys

    @classmethod
    def add_representer(cls, data_type, representer):
        """Has ``representer(dumper, value)`` make the nodes of values of a class."""
        if "yaml_representers" not in cls.__dict__:
            cls.yaml_representers = cls.yaml_representers.copy()
        cls.yaml_representers[data_type] = representer

    @classmethod
    def add_multi_representer(cls, data_type, representer):
        """Has ``representer(dumper, value)`` make the nodes of values of a class and of those derived from it."""
        if "yaml_multi_representers" not in cls.__dict__:
            cls.yaml_multi_representers = cls.yaml_multi_representers.copy()
        cls.yaml_multi_representers[data_type] = representer

    def represent_scalar(self, tag, value, style=None):
        """A node of a text."""
        return ScalarNode(tag, value, style=self.default_style if style is None else style)

    def represent_sequence(self, tag, sequence, flow_style=None):
        """A node of values."""
        return SequenceNode(tag, list(sequence), flow_style=flow_style)

    def represent_mapping(self, tag, mapping, flow_style=None):
        """A node of pairs, or of something with items."""
        pairs = mapping
        if hasattr(mapping, "items"):
            pairs = list(mapping.items())
            if self.sort_keys:
                try:
                    pairs = sorted(pairs)
                except TypeError:
                    # What cannot be compared keeps its order.
                    pass
        return MappingNode(tag, [tuple(pair) for pair in pairs], flow_style=flow_style)

    def represent_data(self, data):
        """The node of any value."""
        kind = type(data)
        if kind in self.yaml_representers:
            return self.yaml_representers[kind](self, data)
        if kind.__module__ == "datetime" and kind.__name__ in ("date", "datetime"):
            return getattr(self, "represent_" + kind.__name__)(data)
        standard = _REPRESENTERS.get(kind)
        if standard is not None:
            return getattr(self, standard)(data)
        for known in kind.__mro__:
            if known in self.yaml_multi_representers:
                return self.yaml_multi_representers[known](self, data)
        if isinstance(data, Node):
            return data
        if None in self.yaml_representers:
            return self.yaml_representers[None](self, data)
        return self.represent_undefined(data)

    def _described(self, data):
        node = data if isinstance(data, Node) else self.represent_data(data)
        if not isinstance(node, Node):
            raise RepresenterError(f"the representer of {type(data).__name__} returned no node", data)
        style = node.style if isinstance(node, ScalarNode) else node.flow_style
        return node.id, node.tag, node.value, style

    def represent_undefined(self, data):
        """A value that nobody knows."""
        raise RepresenterError("cannot represent an object", data)


class SafeRepresenter(BaseRepresenter):
    """The standard values."""

    def represent_none(self, data):
        return self.represent_scalar(_STANDARD + "null", "null")

    def represent_bool(self, data):
        return self.represent_scalar(_STANDARD + "bool", "true" if data else "false")

    def represent_int(self, data):
        return self.represent_scalar(_STANDARD + "int", str(data))

    def represent_float(self, data):
        text = repr(float(data)).lower()
        text = {"nan": ".nan", "inf": ".inf", "-inf": "-.inf"}.get(text, text)
        if "." not in text and "e" in text:
            text = text.replace("e", ".0e", 1)
        return self.represent_scalar(_STANDARD + "float", text)

    def represent_str(self, data):
        return self.represent_scalar(_STANDARD + "str", data)

    def represent_binary(self, data):
        import base64

        return self.represent_scalar(_STANDARD + "binary", base64.encodebytes(data).decode("ascii"), style="|")

    def represent_list(self, data):
        return self.represent_sequence(_STANDARD + "seq", data)

    def represent_dict(self, data):
        return self.represent_mapping(_STANDARD + "map", data)

    def represent_set(self, data):
        return self.represent_mapping(_STANDARD + "set", dict.fromkeys(data))

    def represent_date(self, data):
        return self.represent_scalar(_STANDARD + "timestamp", data.isoformat())

    def represent_datetime(self, data):
        return self.represent_scalar(_STANDARD + "timestamp", data.isoformat(" "))


class Representer(SafeRepresenter):
    """The standard values, and tuples as what they are."""

    def represent_tuple(self, data):
        return self.represent_sequence(_STANDARD + "python/tuple", data)


Representer.add_representer(tuple, Representer.represent_tuple)

#: Values that are written natively unless somebody says otherwise.
_REPRESENTERS = {
    type(None): "represent_none",
    bool: "represent_bool",
    int: "represent_int",
    float: "represent_float",
    str: "represent_str",
    bytes: "represent_binary",
    list: "represent_list",
    tuple: "represent_list",
    dict: "represent_dict",
    set: "represent_set",
}
