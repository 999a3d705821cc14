"""Requests that share headers, credentials and cookies."""

from . import exceptions
from .cookies import RequestsCookieJar
from .models import _REDIRECTS, PreparedRequest, Request, Response, _bytes
from .structures import CaseInsensitiveDict

DEFAULT_REDIRECT_LIMIT = 30


def _default_headers():
    return CaseInsensitiveDict(
        {"User-Agent": "python-requests/2.34.2", "Accept-Encoding": "gzip, deflate", "Accept": "*/*", "Connection": "keep-alive"}
    )


def _merged(own, shared):
    """A setting of a request over that of its session; None takes a name away."""
    if own is None:
        return shared
    if shared is None or not (hasattr(own, "items") and hasattr(shared, "items")):
        return own
    merged = type(shared)() if isinstance(shared, CaseInsensitiveDict) else {}
    merged.update(shared)
    merged.update(own)
    for name in [name for name, value in merged.items() if value is None]:
        del merged[name]
    return merged


def _host(url):
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _proxy(url, proxies, trust_env):
    """The proxy for an address."""
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    found = {}
    if trust_env:
        from urllib.request import getproxies_environment, proxy_bypass_environment

        if not proxy_bypass_environment(f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname):
            found = getproxies_environment()
    found = {**found, **(proxies or {})}
    for key in (f"{parts.scheme}://{parts.hostname}", parts.scheme, f"all://{parts.hostname}", "all"):
        if found.get(key):
            proxy = found[key]
            return proxy if "://" in proxy else f"http://{proxy}"
    return None


def _failing(request):
    """Makes an exception of a kind of error."""
    classes = {
        "request": exceptions.InvalidURL,
        "certificate": OSError,
        "proxy": exceptions.InvalidProxyURL,
        "connection": exceptions.ConnectionError,
        "connect-timeout": exceptions.ConnectTimeout,
        "read-timeout": exceptions.ReadTimeout,
        "tls": exceptions.SSLError,
        "protocol": exceptions.ConnectionError,
    }

    def fail(kind, problem):
        kind = classes[kind]
        _, host, port = _host(request.url)
        text = f"{request.method} {host}:{port}: {problem}"
        return kind(text) if kind is OSError else kind(text, request=request)

    return fail


class Session:
    """Requests that share headers, credentials and cookies."""

    def __init__(self):
        self.headers = _default_headers()
        self.auth = None
        self.proxies = {}
        self.hooks = {"response": []}
        self.params = {}
        self.stream = False
        self.verify = True
        self.cert = None
        self.max_redirects = DEFAULT_REDIRECT_LIMIT
        self.trust_env = True
        self.cookies = RequestsCookieJar()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def close(self):
        """Connections are kept by the program."""

    def mount(self, prefix, adapter):
        """Adapters are no part of this module: requests are sent natively."""
        raise NotImplementedError("Session.mount: requests are sent natively, so that adapters cannot be replaced")

    def prepare_request(self, request):
        """A request with what the session adds."""
        jar = self.cookies.copy()
        cookies = request.cookies or {}
        for name, value in cookies.items():
            jar.set(name, value)
        auth = request.auth
        if auth is None and self.auth is None and self.trust_env and "@" not in request.url:
            auth = _netrc(request.url)
        prepared = PreparedRequest()
        prepared.prepare(
            request.method,
            request.url,
            _merged(CaseInsensitiveDict(request.headers), self.headers),
            request.files,
            request.data,
            _merged(request.params, self.params) if not isinstance(request.params, (str, bytes, list, tuple)) else request.params,
            _merged(auth, self.auth),
            jar,
            request.hooks,
            request.json,
        )
        return prepared

    def request(
        self,
        method,
        url,
        params=None,
        data=None,
        headers=None,
        cookies=None,
        files=None,
        auth=None,
        timeout=None,
        allow_redirects=True,
        proxies=None,
        hooks=None,
        stream=None,
        verify=None,
        cert=None,
        json=None,
    ):
        """Asks and gives the response."""
        request = Request(method, url, headers, files, data, params, auth, cookies, hooks, json)
        return self.send(
            self.prepare_request(request),
            timeout=timeout,
            allow_redirects=allow_redirects,
            proxies=proxies,
            stream=stream,
            verify=verify,
            cert=cert,
        )

    def send(self, request, *, timeout=None, allow_redirects=True, proxies=None, stream=None, verify=None, cert=None):
        """Sends a prepared request and follows where the server sends it."""
        settings = {
            "timeout": timeout,
            "proxies": _merged(proxies, self.proxies),
            "verify": self._trust(self.verify if verify is None else verify),
            "cert": self.cert if cert is None else cert,
        }
        stream = self.stream if stream is None else stream
        response = self._once(request, **settings)
        history = []
        while allow_redirects and response.is_redirect:
            if len(history) >= self.max_redirects:
                raise exceptions.TooManyRedirects(f"Exceeded {self.max_redirects} redirects.", response=response)
            history.append(response)
            response.content
            request = self._next(request, response)
            response = self._once(request, **settings)
        for at, earlier in enumerate(history):
            earlier.history = history[:at]
        response.history = history
        hooks = [*_listed(self.hooks.get("response")), *_listed((request.hooks or {}).get("response"))]
        for hook in hooks:
            response = hook(response) or response
        if not stream:
            response.content
        return response

    def _trust(self, verify):
        """Environment variables may name the certificates to trust."""
        import os

        if verify is True and self.trust_env:
            return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
        return verify

    def _once(self, request, timeout, proxies, verify, cert):
        import datetime
        import time

        import _batou_http

        scheme = request.url.partition(":")[0]
        if scheme not in ("http", "https"):
            raise exceptions.InvalidSchema(f"No connection adapters were found for {request.url!r}", request=request)
        connect, read = timeout if isinstance(timeout, tuple) else (timeout, timeout)
        certificate, key = cert if isinstance(cert, tuple) else (cert, None)
        address = request.url.partition("#")[0]
        if "@" in address.split("/")[2]:
            # They are in a header already.
            before, rest = address.split("//", 1)
            netloc, slash, path = rest.partition("/")
            address = f"{before}//{netloc.rpartition('@')[2]}{slash}{path}"
        began = time.monotonic()
        status, reason, _, headers, body = _batou_http.request(
            request.method,
            address,
            dict(request.headers.items()),
            None if request.body is None else _bytes(request.body),
            connect_timeout=None if connect is None else float(connect),
            read_timeout=None if read is None else float(read),
            verify=bool(verify),
            certificates=verify if isinstance(verify, str) else None,
            client_certificate=certificate,
            client_key=key,
            proxy=_proxy(request.url, proxies, self.trust_env),
            fail=_failing(request),
        )
        response = Response()
        response.elapsed = datetime.timedelta(seconds=time.monotonic() - began)
        response.status_code, response.reason, response.raw = status, reason, body
        response.url, response.request = request.url, request
        for name, value in headers:
            response.headers[name] = f"{response.headers[name]}, {value}" if name in response.headers else value
        response.encoding = _encoding(response.headers.get("content-type", ""))
        set_cookies = [value for name, value in headers if name.lower() == "set-cookie"]
        if set_cookies:
            response.cookies._take(set_cookies, request.url)
            self.cookies._take(set_cookies, request.url)
        return response

    def _next(self, request, response):
        """The request that a response asks for."""
        from urllib.parse import urljoin, urlsplit

        following = request.copy()
        url = response.headers["location"].encode("latin1").decode("utf-8", "replace")
        following.prepare_url(urljoin(request.url, url), None)
        fragment = urlsplit(request.url).fragment
        if fragment and not urlsplit(following.url).fragment:
            following.url += "#" + fragment
        status, method = response.status_code, request.method
        if (status in (302, 303) and method != "HEAD") or (status == 301 and method == "POST"):
            following.method = "GET"
        if status not in (307, 308):
            following.body = None
            for name in ("Content-Length", "Content-Type", "Transfer-Encoding"):
                following.headers.pop(name, None)
        if _leaks(request.url, following.url):
            following.headers.pop("Authorization", None)
        following.headers.pop("Cookie", None)
        cookies = self.cookies._header(following.url)
        if cookies:
            following.headers["Cookie"] = cookies
        return following

    def get(self, url, **kwargs):
        return self.request("GET", url, **kwargs)

    def options(self, url, **kwargs):
        return self.request("OPTIONS", url, **kwargs)

    def head(self, url, **kwargs):
        kwargs.setdefault("allow_redirects", False)
        return self.request("HEAD", url, **kwargs)

    def post(self, url, data=None, json=None, **kwargs):
        return self.request("POST", url, data=data, json=json, **kwargs)

    def put(self, url, data=None, **kwargs):
        return self.request("PUT", url, data=data, **kwargs)

    def patch(self, url, data=None, **kwargs):
        return self.request("PATCH", url, data=data, **kwargs)

    def delete(self, url, **kwargs):
        return self.request("DELETE", url, **kwargs)


def _listed(hooks):
    return [hooks] if callable(hooks) else hooks or []


def _leaks(old, new):
    """Whether credentials for one address would reach somebody else at the other."""
    old, new = _host(old), _host(new)
    is_upgrade = old[1] == new[1] and old[::2] == ("http", 80) and new[::2] == ("https", 443)
    return old != new and not is_upgrade


def _netrc(url):
    """Name and password from the user's netrc file."""
    import os

    for name in [os.environ["NETRC"]] if os.environ.get("NETRC") else ["~/.netrc", "~/_netrc"]:
        path = os.path.expanduser(name)
        if os.path.exists(path):
            import netrc

            try:
                found = netrc.netrc(path).authenticators(_host(url)[1])
            except (netrc.NetrcParseError, OSError):
                return None
            return (found[0] or found[1], found[2]) if found else None
    return None


def _encoding(content_type):
    """The encoding that the header names, or the one its type has otherwise."""
    kind, *parameters = content_type.split(";")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip(" '\"")
    if "text" in kind:
        return "ISO-8859-1"
    return "utf-8" if "application/json" in kind else None


def session():
    """A new session."""
    return Session()
