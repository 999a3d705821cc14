"""What all exceptions of batou have in common: they print themselves, and equal ones can be united."""

import batou


def text_of(value, convert=str):
    """Gives ``value`` as a text, also if what it is converted with fails: a report must not."""
    try:
        return convert(value)
    except Exception as error:
        return f"<{type(value).__name__}, its text cannot be told: {type(error).__name__}>"


def prepare_error(error):
    """Gives an exception as ``Class: text``."""
    return f"{type(error).__name__}: {text_of(error)}"


def prepare_related(error):
    """Gives what an exception came from and what it consists of; None if there is nothing to tell."""
    import _batou_traceback

    return _batou_traceback.related(error) or None


def prepare_traceback(traceback):
    """Gives the part of ``traceback`` that is of use to the author of a component."""
    import _batou_traceback

    return _batou_traceback.simplified(traceback)


def similar_names(name, known):
    """Returns the known names that ``name`` may be a slip of, as a text; empty if there is none."""
    import difflib

    return " or ".join(difflib.get_close_matches(name, known))


def prepare_syntax_error(error):
    """Gives the place of a syntax error, which has no traceback of its own; None for other exceptions."""
    if not isinstance(error, SyntaxError) or error.filename is None:
        return None
    lines = [f'  File "{error.filename}", line {error.lineno}']
    if error.text:
        text = error.text.rstrip("\n")
        lines.append(f"    {text}")
        if error.offset:
            lines.append("    " + "".join("\t" if letter == "\t" else " " for letter in text[: error.offset - 1]) + "^")
    return "\n".join(lines)


def _prepare_stack(frame):
    """Like `prepare_traceback`, for the calls that led to ``frame``."""
    try:
        raise LookupError
    except LookupError as error:
        traceback_type = type(error.__traceback__)
    traceback = None
    while frame is not None:
        traceback = traceback_type(traceback, frame, max(frame.f_lasti, 0), frame.f_lineno)
        frame = frame.f_back
    return prepare_traceback(traceback)


def _sorted_leniently(items, key=None):
    """Sorts; items that cannot be compared with each other are ordered by type and text."""
    items = list(items)
    try:
        return sorted(items, key=key)
    except Exception:

        def fallback(item):
            value = item if key is None else key(item)
            return type(value).__name__, text_of(value)

        return sorted(items, key=fallback)


class ReportingException(Exception):
    """An exception that can print itself. Subclasses implement ``__str__`` and ``report``."""

    #: File and line the error is about and a proposal what to do, where known.
    file = None
    line = None
    hint = None
    #: Lines of that file, or of a template, with a mark under the place.
    excerpt = None
    # The lines of definitions that led to it, noted down where it was caught.
    _code_lines = None

    def __init__(self, *args):
        super().__init__(*args)
        if args:
            self._accept(args)

    @classmethod
    def from_context(cls, *args, **kw):
        """Makes the exception from the objects it is about."""
        self = cls()
        self._fill(*args, **kw)
        return self

    def _accept(self, args):
        """Fills the fields from the constructor's arguments; an exception without described arguments takes any."""
        if type(self)._fill is not ReportingException._fill:
            self._fill(*args)

    def _fill(self, *args, **kw):
        raise TypeError(f"{type(self).__name__} takes no arguments.")

    def with_place(self, file=None, line=None, hint=None):
        """Adds where the cause stands and what to do about it. Returns the exception."""
        if file is not None:
            self.file = str(file)
        if line is not None:
            self.line = line
        if hint is not None:
            self.hint = hint
        return self

    def __str__(self):
        raise NotImplementedError()

    def report(self):
        """Prints the exception."""
        raise NotImplementedError()

    def should_merge(self, other):
        """Says whether ``other`` is the same error, perhaps seen by another host."""
        return type(self) is type(other) and self._facts() == other._facts()

    @classmethod
    def merge(cls, exceptions):
        """Unites equal errors. Returns one error and the names of the hosts it concerns, None if it concerns no host in particular."""
        first = exceptions[0]
        merged = cls()
        merged.__dict__.update(first.__dict__)
        if not hasattr(first, "affected_hostname"):
            return merged, None
        hosts = {exception.affected_hostname for exception in exceptions}
        hosts.discard(None)
        if first.affected_hostname is not None:
            merged.affected_hostname = "<HOSTNAME>"
        return merged, hosts

    def _facts(self):
        return {name: value for name, value in self.__dict__.items() if name not in ("affected_hostname", "_code_lines")}

    def _report_place(self):
        """Prints the lines concerned, file, line and hint where they are known."""
        if self.excerpt is not None:
            batou.output.annotate("\n".join(f"    {line}" for line in self.excerpt.splitlines()), red=True)
        if self.file is not None:
            place = self.file if self.line is None else f"{self.file}:{self.line}"
            batou.output.tabular("File", place, red=True)
        if self.hint is not None:
            batou.output.tabular("Hint", self.hint, red=True)


class ConfigurationError(ReportingException):
    """Something in the environment or its components is wrong."""

    message = ""
    has_component = False
    component_root_name = None

    def _accept(self, args):
        if type(self)._fill is ConfigurationError._fill and len(args) > 2:
            args = (" ".join(map(str, args)),)
        super()._accept(args)

    def _fill(self, message, component=None):
        self.message = message
        self.has_component = component is not None
        self.component_root_name = component.root.name if self.has_component else None
        self.affected_hostname = component.root.host.name if self.has_component else None

    @property
    def sort_key(self):
        """Where the error stands among others."""
        return (0, self.message)

    def __str__(self):
        return str(self.message)

    def report(self):
        text = text_of(self.message) or type(self).__name__
        batou.output.error(f"{self.component_root_name}: {text}" if self.has_component else text)
        self._report_place()


class SilentConfigurationError(Exception):
    """Configuring cannot go on yet. Never shown, as the reason is shown elsewhere."""


class UpdateNeeded(AssertionError):
    """Raised by ``verify`` to ask for ``update``."""


class DeploymentError(ReportingException):
    """The deployment failed, and the reason was printed already."""

    sort_key = (100,)

    def __str__(self):
        return "The deployment encountered an error."

    def report(self):
        """Prints nothing, as everything was said before."""


# The classes are known as members of the package, in tracebacks and wherever they are stored by name.
for _value in (ReportingException, ConfigurationError, SilentConfigurationError, UpdateNeeded, DeploymentError):
    _value.__module__ = "batou"
del _value
