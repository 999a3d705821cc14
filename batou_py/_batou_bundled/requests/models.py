"""Requests and responses."""

from . import exceptions
from .cookies import RequestsCookieJar
from .structures import CaseInsensitiveDict

_REDIRECTS = (301, 302, 303, 307, 308)
CONTENT_CHUNK_SIZE = 10 * 1024
ITER_CHUNK_SIZE = 512


def _text(value):
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def _pairs(data):
    """The names and values of a query or form; lists give their name once for each."""
    result = []
    for name, values in data.items() if hasattr(data, "items") else data:
        if isinstance(values, (str, bytes)) or not hasattr(values, "__iter__"):
            values = [values]
        result += [(name, value) for value in values if value is not None]
    return result


def _encoded(data):
    from urllib.parse import urlencode

    if isinstance(data, (str, bytes)):
        return _text(data)
    return urlencode([(_raw(name), _raw(value)) for name, value in _pairs(data)])


def _raw(value):
    return value if isinstance(value, (str, bytes)) else str(value)


def _multipart(files, data):
    """The body of a form with files, and its type."""
    import os

    boundary = os.urandom(16).hex()
    parts = []

    def add(name, value, filename=None, content_type=None, headers=None):
        lines = [f'Content-Disposition: form-data; name="{name}"' + (f'; filename="{filename}"' if filename is not None else "")]
        if content_type:
            lines.append(f"Content-Type: {content_type}")
        lines += [f"{key}: {text}" for key, text in (headers or {}).items()]
        parts.append(f"--{boundary}\r\n{'\r\n'.join(lines)}\r\n\r\n".encode() + _bytes(value) + b"\r\n")

    for name, value in _pairs(data or {}):
        add(_text(name), value)
    for name, value in files.items() if hasattr(files, "items") else files:
        if isinstance(value, (tuple, list)):
            filename, content, content_type, headers = (*value, None, None)[:4]
        else:
            content, content_type, headers = value, None, None
            filename = os.path.basename(getattr(value, "name", "") or "") or name
        add(name, content, filename, content_type, headers)
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _bytes(value):
    if hasattr(value, "read"):
        value = value.read()
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    return str(value).encode("utf-8")


class Request:
    """What is asked for."""

    def __init__(self, method=None, url=None, headers=None, files=None, data=None, params=None, auth=None, cookies=None, hooks=None, json=None):
        self.method = method
        self.url = url
        self.headers = headers or {}
        self.files = files or []
        self.data = data or []
        self.params = params or {}
        self.auth = auth
        self.cookies = cookies
        self.hooks = hooks or {}
        self.json = json

    def prepare(self):
        """The request as it is sent."""
        prepared = PreparedRequest()
        prepared.prepare(self.method, self.url, self.headers, self.files, self.data, self.params, self.auth, self.cookies, self.hooks, self.json)
        return prepared

    def __repr__(self):
        return f"<Request [{self.method}]>"


class PreparedRequest:
    """A request as it is sent."""

    def __init__(self):
        self.method = self.url = self.headers = self.body = None
        self.hooks = {}

    def prepare(self, method=None, url=None, headers=None, files=None, data=None, params=None, auth=None, cookies=None, hooks=None, json=None):
        self.method = method.upper() if method else method
        self.prepare_url(url, params)
        self.headers = CaseInsensitiveDict()
        for name, value in (headers or {}).items():
            self._header(_text(name), value)
        if cookies:
            self._cookies(cookies)
        self.prepare_body(data, files, json)
        self.prepare_auth(auth)
        self.hooks = hooks or {}

    def _header(self, name, value):
        value = value.decode("latin1") if isinstance(value, bytes) else value
        if not isinstance(value, str):
            raise exceptions.InvalidHeader(f"Header part ({value!r}) from ({name!r}, {value!r}) must be of type str or bytes, not {type(value)}")
        if value[:1].isspace() or "\r" in value or "\n" in value:
            raise exceptions.InvalidHeader(f"Invalid leading whitespace, reserved character(s), or return character(s) in header value: {value!r}")
        self.headers[name] = value

    def _cookies(self, cookies):
        header = cookies._header(self.url) if isinstance(cookies, RequestsCookieJar) else "; ".join(f"{name}={value}" for name, value in cookies.items())
        if header and "Cookie" not in self.headers:
            self.headers["Cookie"] = header

    def prepare_url(self, url, params):
        from urllib.parse import quote, urlsplit, urlunsplit

        url = _text(url).lstrip()
        if ":" in url and not url.lower().startswith("http"):
            self.url = url
            return
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise exceptions.InvalidURL(*error.args) from error
        if not parts.scheme:
            raise exceptions.MissingSchema(f"Invalid URL {url!r}: No scheme supplied. Perhaps you meant https://{url}?")
        if not parts.hostname:
            raise exceptions.InvalidURL(f"Invalid URL {url!r}: No host supplied")
        host = parts.hostname
        if ":" in host:
            host = f"[{host}]"
        elif not host.isascii():
            try:
                host = host.encode("idna").decode("ascii")
            except UnicodeError as error:
                raise exceptions.InvalidURL("URL has an invalid label.") from error
        if host.startswith(("*", ".")):
            raise exceptions.InvalidURL("URL has an invalid label.")
        credentials = parts.netloc.rpartition("@")[0]
        netloc = (credentials + "@" if credentials else "") + host + (f":{port}" if port is not None else "")
        query = "&".join(part for part in (parts.query, _encoded(params) if params else "") if part)
        safe = "!#$%&'()*+,/:;=?@[]~"
        self.url = urlunsplit((parts.scheme.lower(), netloc, quote(parts.path or "/", safe=safe), quote(query, safe=safe), quote(parts.fragment, safe=safe)))

    def prepare_body(self, data, files, json=None):
        body = content_type = None
        if not data and json is not None:
            import json as encoder

            try:
                body = encoder.dumps(json, allow_nan=False).encode("utf-8")
            except ValueError as error:
                raise exceptions.InvalidJSONError(error, request=self) from error
            content_type = "application/json"
        elif files:
            body, content_type = _multipart(files, data)
        elif hasattr(data, "read"):
            body = _bytes(data)
        elif data and hasattr(data, "__next__"):
            body = b"".join(map(_bytes, data))
        elif data:
            body = data if isinstance(data, (str, bytes)) else _encoded(data)
            if not isinstance(data, (str, bytes)):
                content_type = "application/x-www-form-urlencoded"
            elif isinstance(data, str):
                content_type = "application/x-www-form-urlencoded"
        self.body = body
        if body is not None:
            self.headers["Content-Length"] = str(len(_bytes(body)))
        elif self.method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS") and "Content-Length" not in self.headers:
            self.headers["Content-Length"] = "0"
        if content_type and "Content-Type" not in self.headers:
            self.headers["Content-Type"] = content_type

    def prepare_auth(self, auth, url=""):
        from urllib.parse import unquote, urlsplit

        from .auth import HTTPBasicAuth

        if auth is None:
            parts = urlsplit(self.url)
            if parts.username:
                auth = unquote(parts.username), unquote(parts.password or "")
        if auth:
            if isinstance(auth, tuple) and len(auth) == 2:
                auth = HTTPBasicAuth(*auth)
            self.__dict__.update(auth(self).__dict__)

    @property
    def path_url(self):
        """What is asked of the server."""
        from urllib.parse import urlsplit

        parts = urlsplit(self.url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def copy(self):
        """The same request."""
        other = PreparedRequest()
        other.__dict__.update(self.__dict__, headers=self.headers.copy())
        return other

    def __repr__(self):
        return f"<PreparedRequest [{self.method}]>"


class Response:
    """What a server answered."""

    def __init__(self):
        self._content = False
        self.status_code = self.url = self.encoding = self.reason = self.raw = self.request = None
        self.headers = CaseInsensitiveDict()
        self.history = []
        self.cookies = RequestsCookieJar()
        self.elapsed = None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def __repr__(self):
        return f"<Response [{self.status_code}]>"

    def __bool__(self):
        return self.ok

    def __iter__(self):
        return self.iter_content(128)

    @property
    def ok(self):
        """Whether the server neither refused nor failed."""
        try:
            self.raise_for_status()
        except exceptions.HTTPError:
            return False
        return True

    @property
    def is_redirect(self):
        """Whether the server sends to another address."""
        return "location" in self.headers and self.status_code in _REDIRECTS

    @property
    def is_permanent_redirect(self):
        """Whether the other address is the right one from now on."""
        return "location" in self.headers and self.status_code in (301, 308)

    @property
    def apparent_encoding(self):
        """The encoding that the body is in by all appearances."""
        try:
            self.content.decode("utf-8")
        except UnicodeDecodeError:
            return "ISO-8859-1"
        return "ascii" if self.content.isascii() else "utf-8"

    @property
    def links(self):
        """What the header Link names, by relation."""
        found = {}
        for link in self.headers.get("link", "").split(", <"):
            url, *parameters = link.strip().lstrip("<").split(";")
            values = {"url": url.strip("<> '\"")}
            for parameter in parameters:
                key, _, value = parameter.partition("=")
                values[key.strip(" '\"")] = value.strip(" '\"")
            if values["url"]:
                found[values.get("rel") or values["url"]] = values
        return found

    def iter_content(self, chunk_size=1, decode_unicode=False):
        """The body in pieces."""
        if self._content is None:
            raise exceptions.StreamConsumedError("The content for this response was already consumed")
        if chunk_size is not None and not isinstance(chunk_size, int):
            raise TypeError(f"chunk_size must be an int, it is instead a {type(chunk_size)}.")
        pieces = self._pieces(chunk_size)
        if decode_unicode and self.encoding:
            import codecs

            decoder = codecs.getincrementaldecoder(self.encoding)(errors="replace")
            return (text for text in (*map(decoder.decode, pieces), decoder.decode(b"", final=True)) if text)
        return pieces

    def _pieces(self, size):
        if self._content is not False:
            data = self._content
            for at in range(0, len(data), size or len(data) or 1):
                yield data[at : at + (size or len(data))]
            return
        self._content = None
        # Each reading costs a call of its own, so that small pieces are cut from larger ones.
        step = max(size or 0, 64 * 1024)
        while data := self.raw.read(step):
            for at in range(0, len(data), size or len(data)):
                yield data[at : at + (size or len(data))]

    def iter_lines(self, chunk_size=ITER_CHUNK_SIZE, decode_unicode=False, delimiter=None):
        """The lines of the body without their ends."""
        pending = None
        for piece in self.iter_content(chunk_size, decode_unicode):
            if pending is not None:
                piece = pending + piece
            lines = piece.split(delimiter) if delimiter else piece.splitlines()
            pending = lines.pop() if lines and lines[-1] and piece and lines[-1][-1] == piece[-1] else None
            yield from lines
        if pending is not None:
            yield pending

    @property
    def content(self):
        """The body."""
        if self._content is None:
            raise RuntimeError("The content for this response was already consumed")
        if self._content is False:
            self._content = b"" if self.raw is None else self.raw.read(-1)
        return self._content

    @property
    def text(self):
        """The body as text."""
        if not self.content:
            return ""
        encoding = self.encoding or self.apparent_encoding
        try:
            return self.content.decode(encoding, errors="replace")
        except LookupError:
            return self.content.decode("utf-8", errors="replace")

    def json(self, **kwargs):
        """The value that the body is in JSON."""
        import json

        try:
            if not self.encoding and self.content and len(self.content) > 3:
                return json.loads(self.content.decode(json.detect_encoding(self.content)), **kwargs)
            return json.loads(self.text, **kwargs)
        except json.JSONDecodeError as error:
            raise exceptions.JSONDecodeError(error.msg, error.doc, error.pos) from None
        except UnicodeDecodeError:
            return json.loads(self.text, **kwargs)

    def raise_for_status(self):
        """Raises HTTPError if the server refused or failed."""
        if 400 <= self.status_code < 600:
            whose = "Client" if self.status_code < 500 else "Server"
            raise exceptions.HTTPError(f"{self.status_code} {whose} Error: {self.reason} for url: {self.url}", response=self)

    def close(self):
        """Gives the connection up."""
        if self.raw is not None and self._content in (False, None):
            self.raw.close()
