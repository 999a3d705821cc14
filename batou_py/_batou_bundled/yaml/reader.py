"""The text of a stream."""

from .error import YAMLError

__all__ = ["ReaderError"]


class ReaderError(YAMLError):
    """A stream holds what is no text, or characters that YAML does not allow."""

    def __init__(self, name, position, character, encoding, reason):
        super().__init__(name, position, character, encoding, reason)
        self.name = name
        self.position = position
        self.character = character
        self.encoding = encoding
        self.reason = reason

    def __str__(self):
        return f'{self.reason}\n  in "{self.name}", position {self.position}'


def read(stream):
    """The name and the text of a stream: a text, bytes, or something to read either from."""
    if isinstance(stream, str):
        return "<unicode string>", stream
    if isinstance(stream, (bytes, bytearray)):
        return "<byte string>", _decoded("<byte string>", bytes(stream))
    name = getattr(stream, "name", "<file>")
    text = stream.read()
    return name, text if isinstance(text, str) else _decoded(name, text)


def _decoded(name, data):
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReaderError(name, error.start, data[error.start : error.start + 1], encoding, error.reason) from error
