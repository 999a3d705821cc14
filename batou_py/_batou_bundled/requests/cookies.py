"""Cookies: names and values for a host and a path. They are forgotten with their session."""

from collections.abc import MutableMapping


class RequestsCookieJar(MutableMapping):
    """Cookies by name; those with a host are sent to it and the hosts below it only."""

    def __init__(self, cookies=None):
        self._cookies = {}
        self.update(cookies or {})

    def set(self, name, value, domain="", path="/", secure=False, host_only=False, **kwargs):
        """Adds a cookie; without a value it is removed."""
        key = (domain, path, name)
        if value is None:
            self._cookies.pop(key, None)
        else:
            self._cookies[key] = (value, secure, host_only)

    def get(self, name, default=None, domain=None, path=None):
        """The value of a cookie."""
        for (its_domain, its_path, its_name), (value, _, _) in self._cookies.items():
            if its_name == name and domain in (None, its_domain) and path in (None, its_path):
                return value
        return default

    def get_dict(self, domain=None, path=None):
        """The values by name."""
        return {
            name: value
            for (its_domain, its_path, name), (value, _, _) in self._cookies.items()
            if domain in (None, its_domain) and path in (None, its_path)
        }

    def __getitem__(self, name):
        for (_, _, its_name), (value, _, _) in self._cookies.items():
            if its_name == name:
                return value
        raise KeyError(name)

    def __setitem__(self, name, value):
        self.set(name, value)

    def __delitem__(self, name):
        keys = [key for key in self._cookies if key[2] == name]
        if not keys:
            raise KeyError(name)
        for key in keys:
            del self._cookies[key]

    def __iter__(self):
        return (name for _, _, name in list(self._cookies))

    def __len__(self):
        return len(self._cookies)

    def copy(self):
        """The same cookies."""
        jar = RequestsCookieJar()
        jar._cookies = dict(self._cookies)
        return jar

    def _take(self, lines, url):
        """Adds what a server set in the headers ``lines``."""
        from urllib.parse import urlsplit

        host = (urlsplit(url).hostname or "").lower()
        for line in lines:
            pair, *attributes = line.split(";")
            name, equals, value = pair.partition("=")
            if not equals or not name.strip():
                continue
            given = {}
            for attribute in attributes:
                key, _, text = attribute.partition("=")
                given[key.strip().lower()] = text.strip()
            domain = given.get("domain", "").lstrip(".").lower()
            if domain and not _below(host, domain):
                continue
            expired = given.get("max-age", "1").lstrip("-").isdigit() and int(given.get("max-age", "1")) <= 0
            self.set(
                name.strip(),
                None if expired or _is_past(given.get("expires")) else value.strip().strip('"'),
                domain=domain or host,
                path=given.get("path") or "/",
                secure="secure" in given,
                host_only=not domain,
            )

    def _header(self, url):
        """What is sent to an address."""
        from urllib.parse import urlsplit

        parts = urlsplit(url)
        host, path = (parts.hostname or "").lower(), parts.path or "/"
        sent = []
        for (domain, its_path, name), (value, secure, host_only) in self._cookies.items():
            fits_host = not domain or host == domain or (not host_only and _below(host, domain))
            fits_path = path == its_path or path.startswith(its_path.rstrip("/") + "/")
            if fits_host and fits_path and (not secure or parts.scheme == "https"):
                sent.append(f"{name}={value}")
        return "; ".join(sent)

    def __repr__(self):
        return f"<RequestsCookieJar[{', '.join(f'{name}={value}' for _, (name, value) in enumerate(self.get_dict().items()))}]>"


def _below(host, domain):
    return host == domain or host.endswith("." + domain)


def _is_past(date):
    if not date:
        return False
    import time
    from email.utils import mktime_tz, parsedate_tz

    parsed = parsedate_tz(date)
    return parsed is not None and mktime_tz(parsed) <= time.time()


def cookiejar_from_dict(cookie_dict, cookiejar=None, overwrite=True):
    """A jar with cookies for all hosts."""
    jar = RequestsCookieJar() if cookiejar is None else cookiejar
    for name, value in (cookie_dict or {}).items():
        if overwrite or name not in jar:
            jar.set(name, value)
    return jar


def dict_from_cookiejar(jar):
    """The values by name."""
    return dict(jar.items())
