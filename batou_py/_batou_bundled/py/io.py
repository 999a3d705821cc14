"""Catching what is written to the standard streams, and writing to terminals."""

import os
import sys
import tempfile
from io import BytesIO, StringIO

from .terminal import TerminalWriter, ansi_print, get_terminal_width

__all__ = ["BytesIO", "FDCapture", "StdCapture", "StdCaptureFD", "TerminalWriter", "TextIO", "ansi_print", "dupfile", "get_terminal_width", "saferepr"]


class TextIO(StringIO):
    """Text in memory; bytes are taken as UTF-8."""

    def write(self, data):
        return super().write(data if isinstance(data, str) else bytes(data).decode("utf-8", "replace"))


class NoInput:
    """The standard input while it is caught: nothing can be read."""

    encoding = None

    def read(self, *args):
        raise OSError("reading from stdin while output is captured")

    readline = readlines = __next__ = read

    def __iter__(self):
        return self

    def fileno(self):
        raise ValueError("redirected standard input is a pseudofile, has no fileno()")

    def isatty(self):
        return False

    def close(self):
        pass


class FDCapture:
    """Catches what is written to a file descriptor, by this process and its children."""

    def __init__(self, targetfd, tmpfile=None, now=True, patchsys=False):
        self.targetfd = targetfd
        if tmpfile is None and targetfd != 0:
            # Encoded as the stream it stands for; its bytes come from children too, so nothing may fail.
            tmpfile = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace", newline="", buffering=1)
        self.tmpfile = tmpfile if tmpfile is not None else open(os.devnull)
        self._saved = os.dup(targetfd)
        self._patched = {0: "stdin", 1: "stdout", 2: "stderr"}.get(targetfd) if patchsys else None
        if now:
            self.start()

    def start(self):
        if self.targetfd in (1, 2):
            getattr(sys, "stdout" if self.targetfd == 1 else "stderr").flush()
        os.dup2(self.tmpfile.fileno(), self.targetfd)
        if self._patched:
            self._stream = getattr(sys, self._patched)
            setattr(sys, self._patched, NoInput() if self.targetfd == 0 else self.tmpfile)

    def stop(self):
        """Gives the descriptor back what it was."""
        if self._patched:
            if self.targetfd:
                self.tmpfile.flush()
            setattr(sys, self._patched, self._stream)
        elif self.targetfd in (1, 2):
            getattr(sys, "stdout" if self.targetfd == 1 else "stderr").flush()
        os.dup2(self._saved, self.targetfd)

    def done(self):
        """Ends it; gives the file with what was caught."""
        self.stop()
        os.close(self._saved)
        if self.targetfd:
            self.tmpfile.seek(0)
        return self.tmpfile

    def writeorg(self, data):
        """Writes to where the descriptor led before."""
        os.write(self._saved, data.encode() if isinstance(data, str) else data)


class Capture:
    """Base of those that catch standard output and standard error."""

    @classmethod
    def call(cls, func, *args, **kwargs):
        """Calls a function: its result, and what it wrote to standard output and standard error."""
        capture = cls()
        try:
            result = func(*args, **kwargs)
        finally:
            out, err = capture.reset()
        return result, out, err

    def reset(self):
        """Ends it; gives the texts of standard output and standard error."""
        if self._ended:
            raise ValueError("was already reset")
        self._ended = True
        texts = [file.read() if file is not None and not file.closed else "" for file in self.done(save=False)]
        return tuple(texts)


class StdCapture(Capture):
    """Catches what Python code writes to `sys.stdout` and `sys.stderr`; reading from `sys.stdin` fails meanwhile."""

    def __init__(self, out=True, err=True, in_=True, mixed=False, now=True):
        self._ended = False
        self.out = (out if hasattr(out, "write") else TextIO()) if out else None
        self.err = None
        if err:
            self.err = self.out if mixed and self.out is not None else err if hasattr(err, "write") else TextIO()
        self.in_ = in_
        self._mixed = mixed
        if now:
            self.startall()

    def startall(self):
        self._streams = sys.stdout, sys.stderr, sys.stdin
        if self.out is not None:
            sys.stdout = self.out
        if self.err is not None:
            sys.stderr = self.err
        if self.in_:
            sys.stdin = NoInput()

    def suspend(self):
        """Lets what is written through, until `resume`; gives what was caught since it was last read."""
        sys.stdout, sys.stderr, sys.stdin = self._streams
        return self.readouterr()

    def resume(self):
        self.startall()

    def readouterr(self):
        """What was caught since it was last read."""
        texts = []
        for file in (self.out, None if self.err is self.out else self.err):
            texts.append(file.getvalue() if file is not None else "")
            if file is not None:
                file.truncate(0)
                file.seek(0)
        return tuple(texts)

    def done(self, save=True):
        """Ends it; gives the files with what was caught."""
        sys.stdout, sys.stderr, sys.stdin = self._streams
        files = self.out, None if self.err is self.out else self.err
        for file in files:
            if file is not None:
                file.seek(0)
        return files


class StdCaptureFD(Capture):
    """Catches what this process and its children write to standard output and standard error."""

    def __init__(self, out=True, err=True, mixed=False, in_=True, patchsys=True, now=True):
        self._ended = False
        make = lambda wanted, fd, file=None: FDCapture(fd, file, now=False, patchsys=patchsys) if wanted else None
        given = lambda stream: stream if hasattr(stream, "write") else None
        self.in_ = make(in_, 0)
        self.out = make(out, 1, given(out))
        self.err = make(err, 2, self.out.tmpfile if mixed and self.out else given(err))
        self._mixed = bool(mixed and self.out)
        if now:
            self.startall()

    def _parts(self):
        return [part for part in (self.in_, self.out, self.err) if part is not None]

    def startall(self):
        for part in self._parts():
            part.start()

    def resume(self):
        self.startall()

    def suspend(self):
        """Lets what is written through, until `resume`; gives what was caught since it was last read."""
        for part in self._parts():
            part.stop()
        return self.readouterr()

    def readouterr(self):
        """What was caught since it was last read."""
        texts = []
        for part in (self.out, None if self._mixed else self.err):
            text = ""
            if part is not None:
                sys.stdout.flush()
                sys.stderr.flush()
                part.tmpfile.flush()
                part.tmpfile.seek(0)
                text = part.tmpfile.read()
                part.tmpfile.seek(0)
                part.tmpfile.truncate()
            texts.append(text)
        return tuple(texts)

    def done(self, save=True):
        """Ends it; gives the files with what was caught."""
        files = {id(part): part.done() for part in reversed(self._parts())}
        if self.in_ is not None:
            self.in_.tmpfile.close()
        return tuple(files.get(id(part)) for part in (self.out, None if self._mixed else self.err))


def dupfile(f, mode=None, buffering=0, raising=False, encoding=None):
    """Another file object for a copy of the descriptor of `f`."""
    try:
        descriptor = f.fileno()
        mode = mode or f.mode
    except (AttributeError, ValueError, OSError):
        if raising:
            raise
        return f
    if encoding is not None or "b" not in mode:
        return os.fdopen(os.dup(descriptor), mode, encoding=encoding)
    return os.fdopen(os.dup(descriptor), mode, buffering)


def saferepr(obj, maxsize=240):
    """`repr` of an object, shortened in its middle, which does not fail."""
    try:
        text = repr(obj)
    except Exception as error:
        text = f"<[{type(error).__name__}({str(error)!r}) raised in repr()] {type(obj).__name__} object at 0x{id(obj):x}>"
    if len(text) <= maxsize:
        return text
    front = (maxsize - 3) // 2
    return text[:front] + "..." + text[len(text) - (maxsize - 3 - front) :]
