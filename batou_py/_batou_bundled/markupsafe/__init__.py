"""Texts that are safe inside of HTML: the interface of MarkupSafe."""

import string

__version__ = "3.0.3"
__all__ = ["EscapeFormatter", "Markup", "escape", "escape_silent", "soft_str"]

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&#39;", '"': "&#34;"})


def escape(s):
    """The text of an object with everything replaced that means something in HTML; what is markup stays as it is."""
    if hasattr(s, "__html__"):
        return Markup(s.__html__())
    return Markup(str(s).translate(_ESCAPES))


def escape_silent(s):
    """As `escape`, with an empty text for None."""
    return Markup() if s is None else escape(s)


def soft_str(s):
    """The text of an object; what is markup stays markup."""
    return s if isinstance(s, str) else str(s)


class Markup(str):
    """A text that is safe inside of HTML. What is put into it or added to it is escaped first."""

    __slots__ = ()

    def __new__(cls, object="", encoding=None, errors="strict"):
        if hasattr(object, "__html__"):
            object = object.__html__()
        return super().__new__(cls, object) if encoding is None else super().__new__(cls, object, encoding, errors)

    def __html__(self):
        return self

    def __repr__(self):
        return f"Markup({str.__repr__(self)})"

    @classmethod
    def escape(cls, s):
        """As the function `escape`, for a subclass."""
        return cls(escape(s))

    def __add__(self, other):
        if isinstance(other, str) or hasattr(other, "__html__"):
            return type(self)(str.__add__(self, self.escape(other)))
        return NotImplemented

    def __radd__(self, other):
        if isinstance(other, str) or hasattr(other, "__html__"):
            return self.escape(other).__add__(self)
        return NotImplemented

    def __mul__(self, number):
        return type(self)(str.__mul__(self, number))

    __rmul__ = __mul__

    def __mod__(self, values):
        if isinstance(values, tuple):
            values = tuple(_Operand(value) for value in values)
        elif hasattr(type(values), "__getitem__") and not isinstance(values, str):
            values = _Operand(values)
        else:
            values = (_Operand(values),)
        return type(self)(str.__mod__(self, values))

    def join(self, iterable):
        return type(self)(str.join(self, map(self.escape, iterable)))

    def split(self, sep=None, maxsplit=-1):
        return [type(self)(part) for part in str.split(self, sep, maxsplit)]

    def rsplit(self, sep=None, maxsplit=-1):
        return [type(self)(part) for part in str.rsplit(self, sep, maxsplit)]

    def splitlines(self, keepends=False):
        return [type(self)(part) for part in str.splitlines(self, keepends)]

    def partition(self, sep):
        return tuple(type(self)(part) for part in str.partition(self, self.escape(sep)))

    def rpartition(self, sep):
        return tuple(type(self)(part) for part in str.rpartition(self, self.escape(sep)))

    def format(self, *args, **kwargs):
        return type(self)(EscapeFormatter(self.escape).vformat(self, args, kwargs))

    def format_map(self, mapping):
        return type(self)(EscapeFormatter(self.escape).vformat(self, (), mapping))

    def __html_format__(self, format_spec):
        if format_spec:
            raise ValueError("Unsupported format specification for Markup.")
        return self

    def unescape(self):
        """The text that the markup stands for."""
        import html

        return html.unescape(str(self))

    def striptags(self):
        """The text without tags and comments, and with single spaces."""
        import re

        text = re.sub("<!--.*?-->|<[^>]*>", "", str(self), flags=re.DOTALL)
        return type(self)(" ".join(text.split())).unescape()


def _wrapped(name):
    method = getattr(str, name)

    def wrapper(self, *args, **kwargs):
        args = [self.escape(value) if isinstance(value, str) else value for value in args]
        return type(self)(method(self, *args, **kwargs))

    wrapper.__name__ = name
    return wrapper


for _name in ("__getitem__", "capitalize", "casefold", "center", "expandtabs", "ljust", "lower", "lstrip", "removeprefix", "removesuffix", "replace", "rjust", "rstrip", "strip", "swapcase", "title", "translate", "upper", "zfill"):
    setattr(Markup, _name, _wrapped(_name))
del _name


class _Operand:
    """A value that is put into markup by `%`: it is escaped when it becomes text."""

    def __init__(self, value):
        self._value = value

    def __getitem__(self, key):
        return _Operand(self._value[key])

    def __str__(self):
        return str(escape(self._value))

    def __repr__(self):
        return str(escape(repr(self._value)))

    def __int__(self):
        return int(self._value)

    def __index__(self):
        return self._value.__index__()

    def __float__(self):
        return float(self._value)


class EscapeFormatter(string.Formatter):
    """Formats as `str.format` does, and escapes what is put in."""

    def __init__(self, escape):
        self.escape = escape

    def format_field(self, value, format_spec):
        if hasattr(value, "__html_format__"):
            formatted = value.__html_format__(format_spec)
        elif hasattr(value, "__html__"):
            if format_spec:
                raise ValueError(f"{type(value)} has no format for {format_spec!r}: it gives markup")
            formatted = value.__html__()
        else:
            formatted = super().format_field(value, str(format_spec))
        return str(self.escape(formatted))
