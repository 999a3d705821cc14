"""Writing to terminals."""

import os
import sys
from io import StringIO

_COLOURS = ("black", "red", "green", "yellow", "blue", "purple", "cyan", "white")
_CODES = {name: 30 + number for number, name in enumerate(_COLOURS)}
_CODES.update({name.capitalize(): 40 + number for number, name in enumerate(_COLOURS)})
_CODES.update(bold=1, light=2, blink=5, invert=7)


def get_terminal_width():
    """The width of the terminal, 80 if there is none."""
    try:
        return int(os.environ["COLUMNS"])
    except (KeyError, ValueError):
        pass
    try:
        return max(os.get_terminal_size(1).columns, 40)
    except OSError:
        return 80


def ansi_print(text, esc, file=None, newline=True, flush=False):
    """Writes a text to standard error or a file, with the codes `esc` if that is a terminal."""
    file = sys.stderr if file is None else file
    if esc and getattr(file, "isatty", bool)():
        codes = esc if isinstance(esc, tuple) else (esc,)
        text = "".join(f"\x1b[{code}m" for code in codes) + text + "\x1b[0m"
    file.write(text + "\n" * newline)
    if flush:
        file.flush()


class TerminalWriter:
    """Writes texts with colours, and lines that separate, to a terminal or file."""

    def __init__(self, file=None, stringio=False, encoding=None):
        if file is None:
            file = StringIO() if stringio else sys.stdout
            if stringio:
                self.stringio = file
        elif callable(file) and not hasattr(file, "write"):
            file = _Calling(file)
        self.encoding = encoding or getattr(file, "encoding", None) or "utf-8"
        self._file = file
        self.hasmarkup = _wants_colours(file)
        self._width = None
        self._line = ""

    @property
    def fullwidth(self):
        return get_terminal_width() if self._width is None else self._width

    @fullwidth.setter
    def fullwidth(self, width):
        self._width = width

    @property
    def chars_on_current_line(self):
        return len(self._line)

    @property
    def width_of_current_line(self):
        return len(self._line)

    def markup(self, text, **styles):
        """The text with the codes of the styles, if they are to be written."""
        unknown = [name for name in styles if name not in _CODES]
        if unknown:
            raise ValueError(f"unknown markup: {unknown[0]!r}")
        codes = [f"\x1b[{_CODES[name]}m" for name, wanted in styles.items() if wanted]
        return "".join(codes) + text + "\x1b[0m" if codes and self.hasmarkup else text

    def write(self, msg, **styles):
        if not msg:
            return
        msg = msg.decode(self.encoding) if isinstance(msg, bytes) else str(msg)
        self._line = msg.rpartition("\n")[2] if "\n" in msg else self._line + msg
        self._file.write(self.markup(msg, **styles))
        self._file.flush()

    def line(self, s="", **styles):
        """Writes a line."""
        self.write(s, **styles)
        self.write("\n")

    def reline(self, line, **styles):
        """Writes a line over the current one."""
        if not self.hasmarkup:
            raise ValueError("cannot use rewrite-line without terminal")
        self.write("\r" + line, **styles)

    def sep(self, sepchar, title=None, fullwidth=None, **styles):
        """Writes a line of one character, with a title in its middle."""
        width = self.fullwidth if fullwidth is None else fullwidth
        if title is None:
            text = sepchar * (width // len(sepchar))
        else:
            fill = sepchar * max((width - len(title) - 2) // (2 * len(sepchar)), 1)
            text = f"{fill} {title} {fill}"
        # One more half of a character pair, if there is room for it.
        if len(text) + len(sepchar.rstrip()) <= width:
            text += sepchar.rstrip()
        self.line(text, **styles)


class _Calling:
    """A file that hands texts to a function."""

    def __init__(self, function):
        self.write = function

    def flush(self):
        pass


def _wants_colours(file):
    setting = os.environ.get("PY_COLORS")
    if setting in ("0", "1"):
        return setting == "1"
    if "NO_COLOR" in os.environ:
        return False
    return bool(getattr(file, "isatty", bool)()) and os.environ.get("TERM") != "dumb"
