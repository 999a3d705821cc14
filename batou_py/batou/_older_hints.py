"""Says of a component file that does not load whether it is written for another age, and what to do about it."""

_DOCUMENTATION = "See docs/older-definitions.md."

# Modules of Python 2 and where their content is today.
_MOVED = {
    "ConfigParser": "configparser",
    "Cookie": "http.cookies",
    "HTMLParser": "html.parser",
    "Queue": "queue",
    "SocketServer": "socketserver",
    "StringIO": "io",
    "__builtin__": "builtins",
    "cPickle": "pickle",
    "cStringIO": "io",
    "commands": "subprocess",
    "cookielib": "http.cookiejar",
    "httplib": "http.client",
    "md5": "hashlib",
    "sets": "the built-in set",
    "sha": "hashlib",
    "thread": "_thread",
    "urllib2": "urllib.request",
    "urlparse": "urllib.parse",
    "xmlrpclib": "xmlrpc.client",
}

# Names that Python 3 has no more, and what to write.
_GONE = {
    "basestring": "str",
    "cmp": "a key function",
    "execfile": "exec(open(...).read())",
    "file": "open",
    "long": "int",
    "raw_input": "input",
    "reduce": "functools.reduce",
    "reload": "importlib.reload",
    "unichr": "chr",
    "unicode": "str",
    "xrange": "range",
}

# What the model of batou 0.1 injected into component files or offered for import.
_FIRST_MODEL = ("Component", "Hook", "config_attr", "find_hooks", "prepend_env", "setup_hooks", "step", "string_list")


def hint(error, path):
    """Returns what to do about an exception that a component file raised while it was loaded; None if it is no matter of its age."""
    if isinstance(error, SyntaxError):
        return _syntax_hint(error, path)
    name = getattr(error, "name", None)
    if isinstance(error, ModuleNotFoundError):
        if name in _MOVED:
            return f"`{name}` is a module of Python 2; use {_MOVED[name]}. {_DOCUMENTATION}"
    elif isinstance(error, ImportError):
        # RustPython leaves `name_from` empty.
        imported = [word for word in _FIRST_MODEL if word != "Component" and f"'{word}'" in str(error)]
        if name is not None and name.startswith("batou") and imported:
            return _first_model_hint(imported[0])
    elif isinstance(error, NameError):
        if name in _FIRST_MODEL:
            return _first_model_hint(name)
        if name in _GONE:
            return f"`{name}` belongs to Python 2; use {_GONE[name]}. {_DOCUMENTATION}"
    elif isinstance(error, AttributeError) and name in ("has_key", "iteritems", "iterkeys", "itervalues"):
        return f"`{name}` belongs to Python 2; use `in`, items(), keys() or values(). {_DOCUMENTATION}"
    return None


def _first_model_hint(name):
    if name == "Component":
        return f"Add `from batou.component import Component`, unless the file is made for batou 0.1, whose model is not supported. {_DOCUMENTATION}"
    return f"`{name}` belongs to the model of batou 0.1, which is not supported; write the component anew. {_DOCUMENTATION}"


def _syntax_hint(error, path):
    if error.lineno is None:
        return None
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            line = file.read().splitlines()[error.lineno - 1]
    except (OSError, IndexError):
        return None
    import re

    patterns = (
        (r"\bprint\b\s*[^\s(=.,:)]", "print is a function: print(...)"),
        (r"\bexcept\b[^:]*,\s*\w+\s*:", "except Error as name:"),
        (r"\braise\s+\w+\s*,", "raise Error(text)"),
        (r"(?<![\w.])0[0-7]+\b", "octal numbers start with 0o: 0o644"),
        (r"\bexec\s+[^\s(=]", "exec is a function: exec(...)"),
        (r"<>", "unequal is !="),
        (r"`[^`]+`", "backquotes are repr(...)"),
        (r"\b\d+[lL]\b", "integers have no suffix L"),
        (r"\b[uU][rR]['\"]", "there is no prefix ur"),
        (r"\bdef\s+\w+\s*\([^)]*\(", "parameters cannot be unpacked in the head of a function"),
    )
    for pattern, remedy in patterns:
        if re.search(pattern, line):
            return f"This is Python 2; today {remedy}. Convert the file to Python 3. {_DOCUMENTATION}"
    return None
