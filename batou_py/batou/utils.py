"""Helpers for components and for batou itself."""

import os
import sys
import time

import _batou_net
import _batou_process
import fcntl
from _collections import defaultdict

import batou
from batou import DeploymentError
from batou._graph import (
    CycleError,
    ensure_graph_data,
    remove_nodes_without_outgoing_edges,
    revert_graph,
    topological_sort,
)

#: Stands for "not given" where None and False have a meaning.
ADDR_DEFAULT = object()

#: Addresses that are used instead of a look-up: {host name: address}. To be changed in place.
resolve_override = {}
resolve_v6_override = {}


def __getattr__(name):
    """Provides what is rarely needed and costly to import."""
    if name == "Attribute":
        from batou.component import Attribute

        return Attribute
    if name in ("GetAddressInfoError", "IPAddressConfigurationError"):
        return getattr(batou, name)
    if name == "VARNAME_PATTERN":
        import re

        return re.compile("^[a-zA-Z_][a-zA-Z_0-9]*$")
    raise AttributeError(f"module 'batou.utils' has no attribute {name!r}")


# Data


class BagOfAttributes(dict):
    """A dictionary whose items can be read like attributes. A missing one is a KeyError."""

    def __getattr__(self, key):
        return self[key]


class MultiFile:
    """Writes to several files at once."""

    def __init__(self, files):
        self.files = files

    def write(self, value):
        """Writes ``value`` to each file."""
        for file in self.files:
            file.write(value)

    def flush(self):
        """Flushes each file."""
        for file in self.files:
            file.flush()


def flatten(list_of_lists):
    """Joins lists to one."""
    return [item for items in list_of_lists for item in items]


def dict_merge(a, b):
    """Returns a deep copy of ``a`` with ``b`` merged in: dictionaries recursively, lists by appending, everything else by replacing."""
    if not isinstance(b, dict):
        return b
    from copy import deepcopy

    result = deepcopy(a)
    for key, value in b.items():
        present = result.get(key)
        if isinstance(present, dict):
            result[key] = dict_merge(present, value)
        elif isinstance(present, list):
            present.extend(deepcopy(list(value)))
        else:
            result[key] = deepcopy(value)
    return result


def hash(path, function="sha512"):
    """Returns the hexadecimal digest of a file, by a function of `hashlib`."""
    import hashlib

    digest = getattr(hashlib, "sha512" if function == "sha_512" else function)()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


# Addresses


class NetLoc:
    """A host, name or address, and perhaps a port. Equal to another one, or to a string, that reads the same."""

    __hash__ = None

    def __init__(self, host, port=None):
        self.host = host
        self.port = port

    def __str__(self):
        if not self.port:
            return self.host
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def __repr__(self):
        return f"<NetLoc `{self}`>"

    def __eq__(self, other):
        return str(self) == str(other)

    def __lt__(self, other):
        return str(self) < str(other)

    def __le__(self, other):
        return str(self) <= str(other)

    def __gt__(self, other):
        return str(self) > str(other)

    def __ge__(self, other):
        return str(self) >= str(other)


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
        return self._listen(4, "_listen_v4", self.require_v4, resolve)

    @listen.setter
    def listen(self, value):
        self._listen_v4 = value

    @property
    def listen_v6(self):
        """The IPv6 address."""
        return self._listen(6, "_listen_v6", self.require_v6, resolve_v6)

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
            return NetLoc(lookup(host, port), port)
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
    if host.count(":") == 1:
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
    address = _batou_net.resolve(host, int(port), kind == 6)
    batou.output.annotate(f"selected (v{kind}) {host}, {address}", debug=True)
    return address


# Processes


class CmdExecutionError(DeploymentError, RuntimeError):
    """A command ended with a return code that is not acceptable."""

    def _fill(self, cmd, returncode, stdout, stderr):
        self.cmd = cmd
        self.returncode = returncode
        self.stdout = stdout
        self.stderr = stderr

    def __init__(self, cmd, returncode, stdout, stderr):
        super().__init__(cmd, returncode, stdout, stderr)

    @classmethod
    def merge(cls, exceptions):
        """See `batou.ReportingException.merge`; this class cannot be made without arguments."""
        return exceptions[0], None

    def __str__(self):
        return (
            f"Command {self.cmd} failed with return code {self.returncode}\n\n"
            f"STDOUT:\n{self.stdout}\n\nSTDERR:\n{self.stderr}"
        )

    def report(self):
        batou.output.error(self.cmd)
        batou.output.tabular("Return code", self.returncode, red=True)
        batou.output.line("STDOUT", red=True)
        batou.output.annotate(self.stdout)
        batou.output.line("STDERR", red=True)
        batou.output.annotate(self.stderr)


def cmd(
    cmd,
    silent=False,
    ignore_returncode=False,
    communicate=True,
    env=None,
    acceptable_returncodes=[0],
    encoding="utf-8",
):
    """Runs a command, a shell script or a list of arguments, and returns what it wrote: ``(stdout, stderr)``.

    ``env`` is added to the environment variables. Text is decoded with ``encoding``, or left as bytes if that is None. Without ``communicate`` the
    running process (`subprocess.Popen`) is returned instead. A return code that is not acceptable raises `CmdExecutionError`, unless
    ``ignore_returncode`` is set. ``silent`` has no effect.
    """
    if not isinstance(cmd, str):
        cmd = _batou_process.join_arguments(list(cmd))
    batou.output.annotate(f"cmd: {cmd}", debug=True)
    variables = None if env is None else {**os.environ, **env}
    if not communicate:
        return _start(cmd, variables)
    returncode, stdout, stderr = _batou_process.run(cmd, variables)
    if encoding is not None:
        stdout = stdout.decode(encoding, errors="replace")
        stderr = stderr.decode(encoding, errors="replace")
    if returncode not in acceptable_returncodes and not ignore_returncode:
        raise CmdExecutionError(cmd, returncode, stdout, stderr)
    return stdout, stderr


def _start(script, variables):
    from subprocess import PIPE, Popen

    process = Popen(script, shell=True, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=variables)
    process.stdin.close()
    # Otherwise communicate() would flush the closed stream.
    process.stdin = None
    return process


def get_output(command, default=None):
    """Returns what a command wrote to its standard output, ``default`` if that is nothing. The return code does not matter."""
    return cmd(command, ignore_returncode=True)[0] or default


def export_environment_variables(environ):
    """Returns shell lines that export the variables of a dictionary."""
    lines = []
    for name in sorted(environ):
        if not (name.isascii() and name.isidentifier()):
            raise ValueError(f"`{name}` is not a valid shell variable name")
        lines.append(f"export {name}={_batou_process.quote(environ[name])}")
    return "\n".join(lines)


def call_with_optional_args(func, **kw):
    """Calls ``func`` with those keywords that it takes."""
    code = getattr(getattr(func, "__func__", func), "__code__", None)
    # A decorated function takes what the function behind it takes, which `inspect` finds out.
    if code is None or hasattr(func, "__wrapped__") or hasattr(func, "__signature__"):
        return func(**_accepted_by_signature(func, kw))
    if code.co_flags & 0x08:  # The function has a parameter of the form **kw.
        return func(**kw)
    positional_only = getattr(code, "co_posonlyargcount", 0)
    names = code.co_varnames[positional_only : code.co_argcount + code.co_kwonlyargcount]
    if hasattr(func, "__func__") and positional_only == 0:
        # The first parameter of a method is bound already.
        names = names[1:]
    return func(**{name: value for name, value in kw.items() if name in names})


def _takes_keyword(func, name):
    """Says whether ``func``, which need not be written in Python, takes the keyword ``name``."""
    return name in _accepted_by_signature(func, {name: None})


def _accepted_by_signature(func, kw):
    import inspect

    parameters = inspect.signature(func).parameters.values()
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return kw
    names = {parameter.name for parameter in parameters if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.POSITIONAL_ONLY)}
    return {name: value for name, value in kw.items() if name in names}


class _Lock:
    """Holds a lock on a file inside of a ``with`` statement."""

    def __init__(self, filename, exit_on_failure):
        self._filename = filename
        self._exit_on_failure = exit_on_failure
        self._file = None

    def __enter__(self):
        file = open(self._filename, "a+")
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            self._fail(error)
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._file = file

    def _fail(self, cause):
        message = f"Could not acquire lock {self._filename}"
        print(message, file=sys.stderr)
        if not self._exit_on_failure:
            raise RuntimeError(message) from cause
        print("Somebody else holds it, probably another deployment of this project.", file=sys.stderr)
        print("Wait until it is done and try again.", file=sys.stderr)
        raise SystemExit(1)

    def __exit__(self, kind, error, traceback):
        # After a failure the process id stays for whoever looks into it.
        if error is None:
            self._file.seek(0)
            self._file.truncate()
        self._file.close()


def locked(filename, exit_on_failure=False):
    """Context manager: holds an exclusive lock on a file, which receives the process id.

    If somebody else holds it: RuntimeError, or with ``exit_on_failure`` an explanation and the end of the program.
    """
    return _Lock(filename, exit_on_failure)


# Time


class _Step:
    __slots__ = ("_timer", "_note", "_start")

    def __init__(self, timer, note):
        self._timer = timer
        self._note = note

    def __enter__(self):
        self._start = time.monotonic()

    def __exit__(self, kind, error, traceback):
        seconds = time.monotonic() - self._start
        timer = self._timer
        timer.durations[self._note] += seconds
        if batou.output.enable_debug:
            batou.output.annotate(f"Timer {timer.tag}: {self._note} took {seconds:.2f} seconds", debug=True)


class Timer:
    """Measures the steps of something."""

    def __init__(self, tag=None):
        self.durations = defaultdict(float)
        self.tag = tag

    def step(self, note):
        """Context manager: adds the time spent inside to the step ``note``."""
        if note == "total":
            raise ValueError("Cannot use 'total' as a step name")
        return _Step(self, note)

    def above_threshold(self, **thresholds):
        """Says whether steps (or "total", their sum) took longer than the given seconds. Returns ``(bool, [steps])``."""
        durations = self._with_total()
        above = [name for name, limit in thresholds.items() if name in durations and durations[name] > limit]
        return bool(above), above

    def humanize(self, *steps):
        """Returns the durations of steps for people."""
        durations = self._with_total()
        return ", ".join(f"{step}={format_duration(durations.get(step))}" for step in steps)

    def _with_total(self):
        durations = dict(self.durations)
        if durations:
            durations["total"] = sum(durations.values())
        return durations


def format_duration(duration):
    """Returns seconds (or None, if there was nothing to measure) for people."""
    if duration is None:
        return "∅"
    if duration < 60:
        return f"{duration:.2f}s"
    minutes, seconds = divmod(int(duration), 60)
    return f"{minutes}m{seconds}s"


# Notifications


def escape_macosx_string(s):
    """Escapes text for a string of AppleScript."""
    return s.replace('"', '\\"')


def notify_macosx(title, description):
    """Shows a notification on a Mac."""
    title, description = escape_macosx_string(title), escape_macosx_string(description)
    _notify_by(["osascript", "-e", f'display notification "{description}" with title "{title}"'])


def notify_send(title, description):
    """Shows a notification on a free desktop."""
    _notify_by(["notify-send", title, description])


def notify_none(title, description):
    """Shows nothing, where there is no way to."""


def notify(title, description):
    """Shows a notification if there is a way to."""
    for program, function in (("osascript", notify_macosx), ("notify-send", notify_send)):
        if _find_program(program):
            return function(title, description)
    return notify_none(title, description)


def _notify_by(arguments):
    # A deployment is no worse for a desktop that cannot be reached, so a failure is only told to those who want to know everything.
    script = " ".join(map(_batou_process.quote, arguments))
    returncode, _, stderr = _batou_process.run(script, None)
    if returncode:
        batou.output.annotate(f"no notification: {stderr.decode('utf-8', errors='replace').strip()}", debug=True)


def _find_program(name):
    for directory in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(directory, name)
        if os.access(path, os.X_OK) and not os.path.isdir(path):
            return path
    return None


def self_id():
    """Says which batou this is, and where it runs."""
    python = sys.version_info
    system = os.uname()
    version = f"{python.major}.{python.minor}.{python.micro}-{python.releaselevel}{python.serial}"
    return (
        f"batou/{batou.__version__} ({sys.implementation.name} {version}, {system.sysname} {system.release} {system.machine})"
    )
