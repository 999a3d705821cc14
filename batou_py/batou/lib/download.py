"""Files that are downloaded, and verified before they are used."""

import os

import _batou_download

import batou.utils
from batou.component import Component


class DownloadError(OSError):
    """A file could not be downloaded."""


def urlretrieve(url, filename):
    """Retrieves what is not HTTP into a file: `file:` and whatever else `urllib` opens, such as `ftp:`."""
    import urllib.request

    try:
        with urllib.request.urlopen(url, timeout=60) as source, open(filename, "wb") as target:
            while chunk := source.read(1 << 18):
                target.write(chunk)
    except OSError as error:
        if isinstance(error, FileNotFoundError) and error.filename == filename:
            raise
        # What the exception says may contain the URL, and that the password.
        raise DownloadError(f"cannot download {_batou_download.masked(url)}: {_without_password(url, error)}") from None
    return filename, None


def _without_password(url, error):
    shown = _batou_download.masked(url)
    text = str(error)
    return text if shown == url else text.replace(url, shown)


_urlretrieve = urlretrieve


class Download(Component):
    """A file of a server is there, with the digest that is expected: `checksum` is `function:hexadecimal digits`."""

    namevar = "uri"

    target = None
    checksum = None
    checksum_function = None
    # What is passed to requests in batou 2.x: headers, auth, timeout, verify, params, cookies, proxies, allow_redirects.
    requests_kwargs = None

    def configure(self):
        if not self.target:
            self.target = _last_segment(self.uri)
            if not self.target:
                raise KeyError("No target is given and the URI does not allow deriving a filename.")
        if not self.checksum:
            raise ValueError("No checksum given.")
        self.checksum_function, self.checksum = self.checksum.split(":")
        if self.requests_kwargs:
            _request_options(self.requests_kwargs)

    @property
    def namevar_for_breadcrumb(self):
        return _batou_download.masked(self.uri)

    def verify(self):
        from batou import UpdateNeeded

        if not os.path.exists(self.target):
            raise UpdateNeeded()
        if not self._is_expected(batou.utils.hash(self.target, self.checksum_function)):
            raise UpdateNeeded()

    def _is_expected(self, digest):
        return digest.lower() == self.checksum.lower()

    def update(self):
        scheme = self.uri.partition(":")[0].lower() if ":" in self.uri else ""
        if scheme in ("http", "https"):
            options = _request_options(self.requests_kwargs or {})
            _batou_download.fetch(self.uri, self.target, self.checksum_function, self.checksum, **options)
        elif urlretrieve is not _urlretrieve:
            self._retrieve_by_replacement()
        elif scheme == "file" and (path := _local_path(self.uri)):
            _batou_download.take(path, self.target, self.checksum_function, self.checksum, False)
        else:
            directory, name = os.path.split(self.target)
            fetched = os.path.join(directory, f".batou-{name}.part")
            try:
                urlretrieve(self.uri, fetched)
                _batou_download.take(fetched, self.target, self.checksum_function, self.checksum, True)
            finally:
                if os.path.exists(fetched):
                    os.unlink(fetched)

    def _retrieve_by_replacement(self):
        # Tests put a function of theirs in the place of `urlretrieve`.
        urlretrieve(self.uri, self.target)
        digest = batou.utils.hash(self.target, self.checksum_function)
        assert self._is_expected(digest), f"Checksum mismatch!\nexpected: {self.checksum}\ngot: {digest}"


def _last_segment(uri):
    path = uri.partition("#")[0].partition("?")[0]
    if "://" in path:
        path = path.partition("://")[2].partition("/")[2]
    return path.rpartition("/")[2]


def _local_path(uri):
    """The path of a `file:` URL of this machine."""
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(uri)
    return unquote(parts.path) if parts.netloc in ("", "localhost") else None


def _request_options(given):
    """The arguments of requests as those of the native function; ValueError for those that are not understood."""
    given = dict(given)
    options = {
        "headers": _pairs(given.pop("headers", None)),
        "params": _pairs(given.pop("params", None)),
        "cookies": _pairs(given.pop("cookies", None)),
        "proxies": _pairs(given.pop("proxies", None)),
        "verify": given.pop("verify", True),
        "redirects": bool(given.pop("allow_redirects", True)),
    }
    # The body is never held in memory, whatever is asked for.
    given.pop("stream", None)
    auth = given.pop("auth", None)
    if auth is not None and not (isinstance(auth, (tuple, list)) and len(auth) == 2):
        raise ValueError("requests_kwargs: auth must be a pair of user and password")
    options["auth"] = None if auth is None else tuple(auth)
    timeout = given.pop("timeout", (30, 60))
    if not isinstance(timeout, (tuple, list)):
        timeout = (timeout, timeout)
    options["connect_timeout"], options["read_timeout"] = (
        None if seconds is None else float(seconds) for seconds in timeout
    )
    if given:
        raise ValueError(
            f"requests_kwargs: {', '.join(sorted(map(str, given)))} cannot be used here; understood are allow_redirects, auth, "
            "cookies, headers, params, proxies, timeout and verify"
        )
    return options


def _pairs(value):
    if not value:
        return []
    if isinstance(value, str):
        from urllib.parse import parse_qsl

        return parse_qsl(value, keep_blank_values=True)
    pairs = []
    for name, content in value.items() if hasattr(value, "items") else value:
        for item in content if isinstance(content, (list, tuple)) else (content,):
            if item is not None:
                pairs.append((_text(name), _text(item)))
    return pairs


def _text(value):
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
