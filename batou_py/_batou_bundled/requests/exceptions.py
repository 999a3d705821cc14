"""What can go wrong with a request."""

try:
    from json import JSONDecodeError as _JSONDecodeError
except ImportError:
    _JSONDecodeError = ValueError


class RequestException(IOError):
    """Anything that goes wrong; ``request`` and ``response`` are set as far as they exist."""

    def __init__(self, *args, **kwargs):
        self.response = kwargs.pop("response", None)
        self.request = kwargs.pop("request", None)
        if self.request is None and self.response is not None:
            self.request = getattr(self.response, "request", None)
        super().__init__(*args, **kwargs)


class InvalidJSONError(RequestException):
    """Data that JSON has no form for, or a text that is none."""


class JSONDecodeError(InvalidJSONError, _JSONDecodeError):
    """The body of a response is no JSON."""

    def __init__(self, *args, **kwargs):
        _JSONDecodeError.__init__(self, *args)
        InvalidJSONError.__init__(self, *self.args, **kwargs)

    def __reduce__(self):
        return _JSONDecodeError.__reduce__(self)


class HTTPError(RequestException):
    """The server refuses or fails."""


class ConnectionError(RequestException):
    """There is no connection."""


class ProxyError(ConnectionError):
    """The proxy cannot be used."""


class SSLError(ConnectionError):
    """The connection is not secure."""


class Timeout(RequestException):
    """Something took too long."""


class ConnectTimeout(ConnectionError, Timeout):
    """Connecting took too long; asking again is safe."""


class ReadTimeout(Timeout):
    """The server said nothing for too long."""


class URLRequired(RequestException):
    """There is no address."""


class TooManyRedirects(RequestException):
    """The server sends from one address to the next."""


class MissingSchema(RequestException, ValueError):
    """The address has no scheme such as https."""


class InvalidSchema(RequestException, ValueError):
    """The scheme of the address is not supported."""


class InvalidURL(RequestException, ValueError):
    """The address is not written correctly."""


class InvalidHeader(RequestException, ValueError):
    """A header is not written correctly."""


class InvalidProxyURL(InvalidURL):
    """The address of the proxy is not written correctly."""


class ChunkedEncodingError(RequestException):
    """The body is broken."""


class ContentDecodingError(RequestException):
    """The body cannot be unpacked."""


class StreamConsumedError(RequestException, TypeError):
    """The body was read already."""


class RetryError(RequestException):
    """Trying again did not help."""


class UnrewindableBodyError(RequestException):
    """The body cannot be sent again."""


class RequestsWarning(Warning):
    """Base of warnings."""


class FileModeWarning(RequestsWarning, DeprecationWarning):
    """A file was opened as text."""


class RequestsDependencyWarning(RequestsWarning):
    """A package does not fit."""
