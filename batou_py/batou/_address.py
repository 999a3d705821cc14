"""Where services listen and can be reached. Offered by `batou.utils`."""

import _batou_net

import batou

#: Stands for "not given" where None and False have a meaning.
ADDR_DEFAULT = object()

#: Addresses that are used instead of a look-up: {host name: address}. To be changed in place.
resolve_override = {}
resolve_v6_override = {}


class NetLoc:
    """A host, name or address, and perhaps a port. Equal to another one, or to a string, that reads the same."""

    __hash__ = None

    def __init__(self, host, port=None):
        self.host = host
        self.port = port

    def __str__(self):
        if not self.port:
            return str(self.host)
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def __repr__(self):
        return f"<NetLoc `{self}`>"

    def __eq__(self, other):
        return str(self) == str(other)

    def __lt__(self, other):
        return str(self) < str(other) if isinstance(other, (NetLoc, str)) else NotImplemented

    def __le__(self, other):
        return str(self) <= str(other) if isinstance(other, (NetLoc, str)) else NotImplemented

    def __gt__(self, other):
        return str(self) > str(other) if isinstance(other, (NetLoc, str)) else NotImplemented

    def __ge__(self, other):
        return str(self) >= str(other) if isinstance(other, (NetLoc, str)) else NotImplemented


class Address:
    """Where a service can be reached (``connect``) and where it listens (``listen``, ``listen_v6``), looked up when first read.

    ``require_v4`` and ``require_v6``: True (must resolve), False (must not be asked for) or "optional" (None if it does not resolve).
    The defaults are those of the environment.
    """

    require_v4 = True
    require_v6 = False

    __hash__ = None

    def __init__(self, connect_address, port=None, require_v4=ADDR_DEFAULT, require_v6=ADDR_DEFAULT):
        if require_v4 is not ADDR_DEFAULT:
            self.require_v4 = require_v4
        if require_v6 is not ADDR_DEFAULT:
            self.require_v6 = require_v6
        if not self.require_v4 and not self.require_v6:
            raise ValueError("At least one of `require_v4` or `require_v6` is required. None were selected.")
        if ":" in connect_address:
            connect_address, port = connect_address.split(":")
        if port is None:
            raise ValueError("Need port for service address.")
        self.connect = NetLoc(connect_address, port)

    @property
    def listen(self):
        """The IPv4 address."""
        return self._listen(4, "_listen_v4", self.require_v4, "resolve")

    @listen.setter
    def listen(self, value):
        self._listen_v4 = value

    @property
    def listen_v6(self):
        """The IPv6 address."""
        return self._listen(6, "_listen_v6", self.require_v6, "resolve_v6")

    @listen_v6.setter
    def listen_v6(self, value):
        self._listen_v6 = value

    def _listen(self, kind, cache, required, lookup):
        if not required:
            raise batou.IPAddressConfigurationError.from_context(self, kind)
        if cache not in self.__dict__:
            self.__dict__[cache] = self._resolved(required, lookup)
        return self.__dict__[cache]

    def _resolved(self, required, lookup):
        host, port = self.connect.host, self.connect.port
        try:
            # Tests replace the functions of `batou.utils`.
            return NetLoc(getattr(batou.utils, lookup)(host, port), port)
        except (OSError, ValueError) as error:
            # A port that is no number is a mistake, not a missing address.
            if required == "optional" and _is_number(port):
                return None
            if isinstance(error, OSError):
                raise batou.GetAddressInfoError.from_context(f"{host}:{port}", str(error)) from error
            raise

    def __str__(self):
        return str(self.connect)

    def __eq__(self, other):
        return str(self) == str(other) if isinstance(other, Address) else NotImplemented

    def __lt__(self, other):
        return str(self) < str(other) if isinstance(other, Address) else NotImplemented

    def __le__(self, other):
        return str(self) <= str(other) if isinstance(other, Address) else NotImplemented

    def __gt__(self, other):
        return str(self) > str(other) if isinstance(other, Address) else NotImplemented

    def __ge__(self, other):
        return str(self) >= str(other) if isinstance(other, Address) else NotImplemented


def _is_number(port):
    try:
        int(port)
    except ValueError:
        return False
    return True


def resolve(host, port=0, resolve_override=resolve_override):
    """Returns the IPv4 address of ``host``, which may be written ``host:port`` as in the 0.2 series."""
    if host is not None and host.count(":") == 1:
        host, port = host.split(":")
    return _resolve(host, port, resolve_override, 4)


def resolve_v6(host, port=0, resolve_override=resolve_v6_override):
    """Returns the IPv6 address of ``host``, other than a link-local one. Raises ValueError if there is no other."""
    return _resolve(host, port, resolve_override, 6)


def _resolve(host, port, override, kind):
    address = override.get(host)
    if address is not None:
        batou.output.annotate(f"resolved (v{kind}) `{host}` to {address} (override)", debug=True)
        return address
    batou.output.annotate(f"resolving (v{kind}) `{host}`", debug=True)
    # No name at all is this machine itself.
    name = ("::1" if kind == 6 else "127.0.0.1") if host is None else host
    address = _batou_net.resolve(name, int(port), kind == 6)
    batou.output.annotate(f"selected (v{kind}) {host}, {address}", debug=True)
    return address


# As they are known.
for _value in (NetLoc, Address, resolve, resolve_v6):
    _value.__module__ = "batou.utils"
del _value
