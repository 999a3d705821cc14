"""Attributes of components: class-level declarations whose values environments may override."""

import _batou_model


class _NoDefault:
    def __repr__(self):
        return "NO_DEFAULT"


NO_DEFAULT = _NoDefault()

# What an attribute is called that was not assigned in the body of a class.
_UNKNOWN = "<unknown>"


class ConfigString(str):
    """A default that is treated like a string from the environment file: expanded, mapped and converted."""


def _literal(text):
    import ast

    return ast.literal_eval(text)


def _list(text):
    return [item for item in map(str.strip, text.split(",")) if item]


class Attribute(_batou_model.AttributeBase):
    """Declares an attribute of a component class.

    conversion: a callable, or the name of a built-in conversion (`literal`, `list`), applied to configuration strings.
    default:    the value when nothing else is given; a ConfigString is expanded, mapped and converted first.
    expand:     whether configuration strings are templates.
    map:        whether configuration strings are paths that the environment's sandbox maps.
    """

    def __init__(self, conversion=str, default=NO_DEFAULT, expand=True, map=False, default_conf_string=NO_DEFAULT):
        if default_conf_string is not NO_DEFAULT:
            if default is not NO_DEFAULT:
                raise TypeError("Attribute() takes default or default_conf_string, not both")
            default = ConfigString(default_conf_string)
        if isinstance(conversion, str):
            conversion = getattr(self, "convert_" + conversion)
        self.conversion = str if conversion is None else conversion
        self.expand = expand
        self.map = map
        self.names = {}
        if type(self) is not Attribute:
            self._mark_derived()
        if default is not NO_DEFAULT:
            self._set_default(default, isinstance(default, ConfigString))

    @property
    def default(self):
        """The value when nothing else is given; NO_DEFAULT if there is none."""
        return self._get_default(NO_DEFAULT)

    @default.setter
    def default(self, value):
        if value is NO_DEFAULT:
            self._remove_default()
        else:
            self._set_default(value, isinstance(value, ConfigString))

    convert_literal = staticmethod(_literal)
    convert_list = staticmethod(_list)

    #: Set while definitions older than batou 2.3 are loaded, where every text given to an attribute was a configuration string.
    texts_are_evaluated = False

    def __set_name__(self, owner, name):
        self.names[owner] = name
        if Attribute.texts_are_evaluated and not owner.__module__.startswith("batou."):
            self.evaluates_texts = True
            self._evaluate_texts()
            default = self.default
            if isinstance(default, str):
                self._set_default(default, True)

    #: Whether every text that is assigned is treated like one from the environment file.
    evaluates_texts = False

    def from_config_string(self, obj, value):
        """The value that a configuration string stands for on `obj`."""
        import batou

        if self.expand:
            try:
                value = obj.expand(value)
            except Exception as error:
                raise batou.AttributeExpansionError.from_context(obj, self._name_on(obj), value, error) from error
        if self.map:
            value = obj.map(value)
        try:
            return self.conversion(value)
        except Exception as error:
            conversion = self.conversion
            if not hasattr(conversion, "__name__"):
                conversion = type(conversion)
            raise batou.ConversionError.from_context(obj, self._name_on(obj), value, conversion, error) from error

    def _name_on(self, obj):
        for owner in type(obj).__mro__:
            if owner in self.names:
                return self.names[owner]
        return _UNKNOWN

    def _missing_default(self, obj):
        name = self._name_on(obj)
        if name == _UNKNOWN:
            return AttributeError(f"No override and no default given for unknown Attribute {obj!r}.")
        return AttributeError(f"No override and no default given for `{name}` on {type(obj).__name__} instance {obj!r}.")
