"""Helpers for components and for batou itself.

What most runs do not need stands in modules of its own, which are loaded when a name is asked for. Every name can be imported from here and
replaced here.
"""

import os
import sys

import _batou_net
import _batou_process
import time
from _collections import defaultdict

import batou
from batou._address import ADDR_DEFAULT, Address, NetLoc, resolve, resolve_override, resolve_v6, resolve_v6_override
from batou._command import CmdExecutionError, cmd, get_output
from batou._graph import (
    CycleError,
    ensure_graph_data,
    remove_nodes_without_outgoing_edges,
    revert_graph,
    topological_sort,
)
from batou._lazy import offer

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
            # A new list, as this one may also stand elsewhere.
            result[key] = present + deepcopy(list(value))
        else:
            result[key] = deepcopy(value)
    return result


def hash(path, function="sha512"):
    """Returns the hexadecimal digest of a file, by a function of `hashlib`."""
    import _batou_download

    function = "sha512" if function == "sha_512" else function
    digest = _batou_download.digest(path, function)
    if digest is not None:
        return digest
    import hashlib

    digest = getattr(hashlib, function)()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


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


def self_id():
    """Says which batou this is, and where it runs."""
    python = sys.version_info
    system = os.uname()
    version = f"{python.major}.{python.minor}.{python.micro}-{python.releaselevel}{python.serial}"
    return (
        f"batou/{batou.__version__} ({sys.implementation.name} {version}, {system.sysname} {system.release} {system.machine})"
    )


offer(
    globals(),
    {
        "Attribute": "batou.component",
        "GetAddressInfoError": "batou",
        "IPAddressConfigurationError": "batou",
        "Optional": "typing",
        "Timer": "batou._timer",
        "VARNAME_PATTERN": "batou._shell_names",
        "contextlib": None,
        "copy": None,
        "escape_macosx_string": "batou._notification",
        "fcntl": None,
        "format_duration": "batou._timer",
        "functools": None,
        "hashlib": None,
        "inspect": None,
        "itertools": None,
        "locked": "batou._file_lock",
        "notify": "batou._notification",
        "notify_macosx": "batou._notification",
        "notify_none": "batou._notification",
        "notify_send": "batou._notification",
        "output": "batou",
        "re": None,
        "shlex": None,
        "socket": None,
        "subprocess": None,
    },
)
