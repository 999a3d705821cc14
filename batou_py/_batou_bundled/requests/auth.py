"""Credentials."""


def _basic_auth_str(username, password):
    import base64

    def data(text):
        return text if isinstance(text, bytes) else str(text).encode("latin1")

    return "Basic " + base64.b64encode(data(username) + b":" + data(password)).decode("ascii")


class AuthBase:
    """Something that is called with a prepared request and gives it back with credentials."""

    def __call__(self, r):
        raise NotImplementedError("Auth hooks must be callable.")


class HTTPBasicAuth(AuthBase):
    """A name and a password."""

    def __init__(self, username, password):
        self.username = username
        self.password = password

    def __eq__(self, other):
        return (self.username, self.password) == (getattr(other, "username", None), getattr(other, "password", None))

    def __call__(self, r):
        r.headers["Authorization"] = _basic_auth_str(self.username, self.password)
        return r


class HTTPProxyAuth(HTTPBasicAuth):
    """A name and a password for a proxy."""

    def __call__(self, r):
        r.headers["Proxy-Authorization"] = _basic_auth_str(self.username, self.password)
        return r
