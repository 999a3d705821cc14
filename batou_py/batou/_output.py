"""What batou and its components say, and where it goes.

An `Output` gives messages their form and hands them to a backend. A backend needs the low-level calls ``line``, ``sep`` and ``write``. It may
also offer typed calls (``styled_line``, ``section``, ``rule``, ``step``, ``field``, ``error``, ``warning``, ``change``, ``slow``), which then
receive the parts of a message instead of its text.
"""

import os
import sys

import _batou_model
import _batou_report

_MARKUP = {"bold": 1, "light": 2, "blink": 5, "invert": 7}
for _number, _colour in enumerate(("black", "red", "green", "yellow", "blue", "purple", "cyan", "white")):
    _MARKUP[_colour] = 30 + _number
    _MARKUP[_colour.capitalize()] = 40 + _number
del _number, _colour

_ERROR_STYLE = {"bold": True, "red": True}
_WARNING_STYLE = {"bold": True, "yellow": True}
_BLANK_ICON = "   "


class NullBackend:
    """Drops everything. In place until a program chooses a backend."""

    def line(self, message, **format):
        """Takes one line."""

    def sep(self, sep, title, **format):
        """Takes a rule with a title."""

    def write(self, content, **format):
        """Takes text as it is."""


class TerminalBackend:
    """Prints to standard output, in colour where a person looks at it."""

    def line(self, message, **format):
        """Prints a line; ``format`` names the attributes (``red=True``, ``bold=True``)."""
        self.write(message, end="\n", **format)

    def sep(self, sep, title, **format):
        """Prints a rule as wide as the terminal with ``title`` in its middle."""
        width = self._columns()
        count = max((width - len(title) - 2) // (2 * len(sep)), 1)
        rule = f"{sep * count} {title} {sep * count}"
        if len(rule) + len(sep) <= width:
            rule += sep
        self.line(rule, **format)

    def write(self, content, end="", **format):
        """Prints ``content`` without adding a line end."""
        stream = sys.stdout
        stream.write(self._marked(stream, content, format) + end)
        stream.flush()

    def _marked(self, stream, content, format):
        if not self._colours_wanted(stream):
            return content
        prefix = ""
        for name, wanted in format.items():
            if name not in _MARKUP:
                raise ValueError(f"unknown markup: {name!r}")
            if wanted:
                prefix += f"\x1b[{_MARKUP[name]}m"
        return f"{prefix}{content}\x1b[0m" if prefix else content

    def _colours_wanted(self, stream):
        choice = os.environ.get("PY_COLORS")
        if choice in ("0", "1"):
            return choice == "1"
        if "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb":
            return False
        return hasattr(stream, "isatty") and stream.isatty()

    def _columns(self):
        if os.environ.get("IN_TOX_TEST") == "1":
            return 80
        try:
            columns = int(os.environ.get("COLUMNS", ""))
        except ValueError:
            try:
                columns = os.get_terminal_size(1).columns
            except OSError:
                columns = 80
        return columns if columns >= 40 else 80


class TestBackend:
    """Collects everything in the string ``output``, for tests of components."""

    # Test runners would otherwise take the class for a collection of tests.
    __test__ = False

    def __init__(self):
        self.output = ""

    def line(self, message, **format):
        """Appends a line."""
        self.write(message, **format)

    def sep(self, sep, title, **format):
        """Appends the title of a rule, without a line end."""
        self.output += f" === {title} === "

    def write(self, content, **format):
        """Appends ``content`` and a line end."""
        self.output += content + "\n"


class ReportBackend:
    """Hands messages to the report of the running program, which renders them for a terminal, as JSON and so on."""

    def line(self, message, **format):
        """Reports a line whose text is complete."""
        _batou_report.line(message, None, False, _style(format))

    def sep(self, sep, title, **format):
        """Reports a rule."""
        _batou_report.rule(sep, title, _style(format))

    def write(self, content, **format):
        """Reports a block of text."""
        _batou_report.line(content.removesuffix("\n"), None, False, _style(format))

    def styled_line(self, message, icon, debug, format):
        """Reports a line and, apart from its text, its icon."""
        _batou_report.line(message, icon, debug, _style(format))

    def section(self, title, format):
        """Reports the beginning of a part of the run."""
        _batou_report.section(title, _style(format))

    def rule(self, character, title, format):
        """Reports a rule."""
        _batou_report.rule(character, title, _style(format))

    def step(self, context, message, icon, debug, format):
        """Reports that ``context`` (a host, or "main") begins something."""
        _batou_report.step(context, message, icon, debug, _style(format))

    def field(self, key, value, separator, format):
        """Reports a fact that belongs to the message before it."""
        _batou_report.field(key, value, separator, _style(format))

    def error(self, message):
        """Reports what failed."""
        _batou_report.error(message)

    def warning(self, message):
        """Reports something a person should look at."""
        _batou_report.warning(message)

    def change(self, host, breadcrumbs):
        """Reports that a component changes its host, or speaks while it finds out whether it must."""
        _batou_report.change(host, breadcrumbs)

    def difference(self, file, lines):
        """Reports how the content of a file differs, in lines of a unified diff."""
        _batou_report.difference(file, lines)

    def slow(self, host, breadcrumbs, total, verify, update, sub):
        """Reports the durations, in seconds or None, of a component that took long."""
        _batou_report.slow(host, breadcrumbs, total, verify, update, sub)


def _style(format):
    return {name: bool(wanted) for name, wanted in format.items()}


class Output:
    """Gives messages their form and hands them to its backend.

    Debug messages are dropped unless ``enable_debug`` is set. Whatever is printed is preceded by the calls that wait in the buffer.
    """

    enable_debug = False

    def __init__(self, backend):
        self.backend = backend
        self._buffer = []
        self._flushing = False

    def line(self, message, debug=False, icon=False, **format):
        """Prints a line. ``icon``: a symbol before the text, None for as many blanks, False for neither."""
        if not self._begin(debug):
            return
        message = str(message)
        typed = getattr(self.backend, "styled_line", None)
        if typed is None:
            self.backend.line(_with_icon(message, icon), **format)
        elif icon:
            typed(message, icon, debug, format)
        else:
            typed(_with_icon(message, icon), None, debug, format)

    def annotate(self, message, debug=False, icon=False, **format):
        """Prints a line that belongs to the message before it."""
        self.line(message, debug=debug, icon=icon, **format)

    def tabular(self, key, value, separator=": ", debug=False, **kw):
        """Prints a fact: its name, aligned to the right, and its value."""
        typed = getattr(self.backend, "field", None)
        if typed is None or kw.get("icon", False) is not False:
            self.line(f"{key:>15}{separator}{value}", debug=debug, **kw)
        elif self._begin(debug):
            kw.pop("icon", None)
            typed(key, str(value), separator, kw)

    def section(self, title, debug=False, **format):
        """Prints the heading of a part of the run."""
        format = {"bold": True, **format}
        typed = getattr(self.backend, "section", None)
        if typed is None:
            self.sep("=", title, debug=debug, **format)
        elif self._begin(debug):
            typed(title, format)

    def sep(self, sep, title, debug=False, **format):
        """Prints a rule made of the character ``sep`` with a title."""
        if not self._begin(debug):
            return
        typed = getattr(self.backend, "rule", None)
        if typed is None:
            self.backend.sep(sep, title, **format)
        else:
            typed(sep, title, format)

    def step(self, context, message, debug=False, icon=None, **format):
        """Prints that ``context`` (a host, or "main") begins something."""
        format = {"bold": True, **format}
        typed = getattr(self.backend, "step", None)
        if typed is None or icon is False:
            self.line(f"{context}: {message}", debug=debug, icon=icon, **format)
        elif self._begin(debug):
            typed(str(context), str(message), icon, debug, format)

    def error(self, message, exc_info=None, debug=False):
        """Prints what failed; with ``exc_info`` (as of `sys.exc_info`) also the exception, in debug mode with its traceback."""
        if not self._begin(debug):
            return
        typed = getattr(self.backend, "error", None)
        if typed is None:
            self.backend.line(f"ERROR: {message}", **_ERROR_STYLE)
        else:
            typed(str(message))
        if exc_info:
            text = self._exception_text(exc_info)
            self.backend.write("".join(f"      {line}\n" for line in text.split("\n")), red=True)

    def warn(self, message, debug=False):
        """Prints something a person should look at."""
        if not self._begin(debug):
            return
        typed = getattr(self.backend, "warning", None)
        if typed is None:
            self.backend.line(f"   WARN: {message}", **_WARNING_STYLE)
        else:
            typed(str(message))

    def change(self, host, breadcrumbs):
        """Prints that the component ``breadcrumbs`` changes the host named ``host``."""
        if self._begin(False):
            self._announce(host, breadcrumbs)

    def difference(self, file, lines):
        """Prints how the content of ``file`` differs, in lines of a unified diff."""
        if not lines or not self._begin(False):
            return
        typed = getattr(self.backend, "difference", None)
        if typed is not None:
            typed(file, lines)
            return
        for line in lines:
            colour = {"-": "red", "+": "green"}.get(line[:1])
            self.backend.line(f"  {file} {line}", **({colour: True} if colour else {}))

    def slow(self, host, breadcrumbs, total=None, verify=None, update=None, sub=None):
        """Prints the durations (seconds, or None for a step that was not taken) of a component that took long."""
        if not self._begin(False):
            return
        typed = getattr(self.backend, "slow", None)
        if typed is not None:
            typed(host, breadcrumbs, total, verify, update, sub)
            return
        from batou.utils import format_duration

        steps = (("total", total), ("verify", verify), ("update", update), ("sub", sub))
        durations = ", ".join(f"{name}={format_duration(seconds)}" for name, seconds in steps)
        self.backend.line(f"💤 {host}: {breadcrumbs} [{durations}]")

    def buffer(self, cmd, *args, **kw):
        """Keeps a call of the method named ``cmd`` until something else is printed."""
        self._buffer.append((cmd, args, kw))
        _batou_model.note_buffered()

    def flush_buffer(self):
        """Prints what was kept, beginning with the component that is being deployed if that was not announced yet."""
        if self._flushing:
            return
        self._flushing = True
        try:
            if self is _announcing_output():
                pending = _batou_model.take_pending()
                if pending is not None:
                    self._announce(*pending)
            while self._buffer:
                cmd, args, kw = self._buffer.pop(0)
                getattr(self, cmd)(*args, **kw)
        finally:
            self._flushing = False

    def clear_buffer(self):
        """Drops what was kept, and the announcement of the component that is being deployed."""
        if self is _announcing_output():
            _batou_model.take_pending()
        self._buffer.clear()

    def _begin(self, debug):
        """Says whether a message is to be printed and, if so, prints first what waits in the buffer."""
        if debug and not self.enable_debug:
            return False
        self.flush_buffer()
        return True

    def _announce(self, host, breadcrumbs):
        typed = getattr(self.backend, "change", None)
        if typed is None:
            self.backend.line(f"🚀 {host}: {breadcrumbs}")
        else:
            typed(host, breadcrumbs)

    def _exception_text(self, exc_info):
        import _batou_traceback

        exception = exc_info[1]
        if self.enable_debug:
            return _batou_traceback.full(exception)
        kind = type(exception)
        name = kind.__qualname__ if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}.{kind.__qualname__}"
        text = str(exception)
        return f"{name}: {text}\n" if text else f"{name}\n"


def _with_icon(message, icon):
    if not message.strip() and not icon:
        return ""
    if icon is False:
        return message
    return _BLANK_ICON + message if icon is None else f"{icon} {message}"


def _announcing_output():
    """The one Output that speaks for the deployment: what ``batou.output`` is at the moment, as others may be made and assigned."""
    return getattr(sys.modules.get("batou"), "output", None)


output = Output(NullBackend())
