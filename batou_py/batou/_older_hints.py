"""Says of a definition that failed whether it is written for another age, and what to do about it."""

_DOCUMENTATION = "See docs/older-definitions.md."

# What the model of batou 0.1 injected into component files or offered for import.
_FIRST_MODEL = ("Component", "Hook", "config_attr", "find_hooks", "prepend_env", "setup_hooks", "step", "string_list")


def explain(complaint, error, path=None):
    """Adds to ``complaint`` what to do about an exception of a definition, if it is a matter of the age of the file: all its lines concerned.

    ``path`` is the component file that was loaded; without it the exception is of a later phase. Returns the complaint."""
    found = _python_2(error, path)
    if found is not None:
        complaint.excerpt, hint = found
        return complaint.with_place(hint=hint)
    return complaint if path is None else complaint.with_place(hint=_first_model(error))


def describe(error):
    """Returns (lines with marks, hint) of an exception in a definition that is written for Python 2; None for all others."""
    return _python_2(error, None)


def refuse_caught_names(source, path, namespace):
    """Raises NameError for ``except Error, name:`` with a name that nothing defines: it would be raised when an exception arrives."""
    import _batou_older_python

    import builtins

    for name, line in _batou_older_python.names_after_except(source):
        if name not in namespace and not hasattr(builtins, name):
            raise CaughtNameError(name, path, line)


class CaughtNameError(NameError):
    """A file catches an exception as Python 2 does it."""

    def __init__(self, name, path, line):
        super().__init__(f"name '{name}' is not defined, which line {line} catches as the class of an exception", name=name)
        self.place = (path, 0)


def _python_2(error, path):
    import _batou_older_python

    place = _place(error, path)
    if place is None:
        return None
    path, line = place
    try:
        with open(path, "rb") as file:
            source = file.read()
    except OSError:
        return None
    name = None if type(error) is ImportError else getattr(error, "name", None)
    found = _batou_older_python.report(source, line, name if isinstance(name, str) else None)
    if found is None:
        return None
    excerpt, number, first = found
    if number == 1:
        return excerpt, f"This is Python 2: {first}. {_DOCUMENTATION}"
    return excerpt, f"This is Python 2: change the {number} lines above. {_DOCUMENTATION}"


def _place(error, path):
    """Returns the file that an exception is about and its line, None instead of the line for a syntax error; None if there is none."""
    place = getattr(error, "place", None) if isinstance(error, CaughtNameError) else None
    if place is not None:
        return place
    if isinstance(error, SyntaxError) and error.lineno is not None:
        return error.filename or path, None
    place = None
    traceback = error.__traceback__
    while traceback is not None:
        filename = traceback.tb_frame.f_code.co_filename
        # What is frozen into the program has names that are no paths.
        if "/" in filename:
            place = filename, traceback.tb_lineno
        traceback = traceback.tb_next
    return place


def _first_model(error):
    name = getattr(error, "name", None)
    if isinstance(error, ImportError):
        # RustPython leaves `name_from` empty.
        imported = [word for word in _FIRST_MODEL if word != "Component" and f"'{word}'" in str(error)]
        if name is not None and name.startswith("batou") and imported:
            return _first_model_hint(imported[0])
    elif isinstance(error, NameError) and name in _FIRST_MODEL:
        return _first_model_hint(name)
    return None


def _first_model_hint(name):
    if name == "Component":
        return f"Add `from batou.component import Component`, unless the file is made for batou 0.1, whose model is not supported. {_DOCUMENTATION}"
    return f"`{name}` belongs to the model of batou 0.1, which is not supported; write the component anew. {_DOCUMENTATION}"
