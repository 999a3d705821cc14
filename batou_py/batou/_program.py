"""What the program sets up before a run."""

import os
import sys

import _batou_report
import _signal
import _thread

import batou
from batou._output import ReportBackend


class Terminated(KeyboardInterrupt):
    """The process was told to end."""


class _ReportStream:
    """Stands for standard output where only events may be written."""

    encoding = "utf-8"
    errors = "replace"
    closed = False

    def write(self, text):
        if text:
            _batou_report.output(text)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        pass

    def isatty(self):
        return False

    def writable(self):
        return True

    def fileno(self):
        import io

        raise io.UnsupportedOperation("the output of a run that reports events has no file number")


class _TextStream:
    """Stands for a stream that secrets must not reach. All but writing is left to the true stream."""

    def __init__(self, stream):
        self._stream = stream

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._write(text)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    @property
    def buffer(self):
        return _ByteStream(self)

    def __getattr__(self, name):
        return getattr(self._stream, name)


class _TerminalStream(_TextStream):
    """Stands for standard output where it goes through the report: the progress line has to give way, and secrets are masked."""

    def _write(self, text):
        _batou_report.output(text)

    def flush(self):
        # Whoever flushes is about to let somebody else write.
        _batou_report.flush()


class _MaskedStream(_TextStream):
    """Stands for a stream beside the report in which secrets are masked."""

    def __init__(self, stream, number):
        super().__init__(stream)
        self._number = number

    def _write(self, text):
        text = _batou_report.masked_piece(self._number, text)
        if text:
            self._stream.write(text)

    def release(self):
        """Writes what was held back as the possible beginning of a secret."""
        text = _batou_report.masked_rest(self._number)
        if text:
            self._stream.write(text)
        self._stream.flush()


class _ByteStream:
    """The side of a stream that takes bytes."""

    def __init__(self, stream):
        self._text_stream = stream

    def write(self, data):
        data = bytes(data)
        if isinstance(self._text_stream, _TerminalStream) and not _protected:
            return self._text_stream._stream.buffer.write(data)
        self._text_stream.write(data.decode("utf-8", "replace"))
        return len(data)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        self._text_stream.flush()

    def __getattr__(self, name):
        return getattr(self._text_stream._stream.buffer, name)


# Whether what definitions print goes through the redactor.
_protected = False
# Whether the report shows nothing that definitions print.
_quiet = False
_connected = False


def protect_output():
    """Has secrets masked in what definitions print themselves. To be called before a definition can know one; further calls change nothing.

    What a program prints that a definition starts with the output of this process does not pass here.
    """
    global _protected
    if _protected or not _connected:
        return
    _protected = True
    if not isinstance(sys.stdout, (_ReportStream, _TerminalStream)):
        sys.stdout.flush()
        sys.stdout = _MaskedStream(sys.stdout, 1) if _quiet else _TerminalStream(sys.stdout)
    sys.stderr = _MaskedStream(sys.stderr, 2)
    sys.__stdout__ = sys.stdout
    sys.__stderr__ = sys.stderr


def release_output():
    """Writes what was held back of what definitions printed. Called at the end of a run."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, _MaskedStream):
            stream.release()


def warn_of_lost_exception(unraisable):
    """Tells of an exception that nobody can handle: of a destructor, or of a handler that runs at the end."""
    from batou._reporting import prepare_error, prepare_traceback

    place = f"{unraisable.err_msg or 'Exception ignored in'}: {unraisable.object!r}" if unraisable.object is not None else "An exception was lost"
    lines = prepare_traceback(unraisable.exc_traceback)
    batou.output.warn(f"{place.split(' at 0x')[0].rstrip(':')}\n{prepare_error(unraisable.exc_value)}\n{lines}")


def _warn_of_failed_thread(arguments):
    """Tells of an exception that ended a thread of a definition."""
    from batou._reporting import prepare_error, prepare_traceback

    if arguments.exc_type is not SystemExit:
        name = getattr(arguments.thread, "name", "unknown")
        lines = prepare_traceback(arguments.exc_traceback)
        batou.output.warn(f"Thread {name} ended by an exception\n{prepare_error(arguments.exc_value)}\n{lines}")


def connect_output(debug, as_events, progress, quiet=False):
    """Sends `batou.output` to the report, and what definitions print too if only events may be written or if there is a progress line."""
    batou.output.backend = ReportBackend()
    batou.output.enable_debug = debug
    global _quiet, _connected
    _quiet = quiet
    _connected = True
    sys.unraisablehook = _batou_report.lost
    # The module `threading`, should a definition import it, takes its hook from there.
    _thread._excepthook = _warn_of_failed_thread
    if as_events:
        sys.stdout = _ReportStream()
    elif progress:
        sys.stdout = _TerminalStream(sys.stdout)


def prepare_conversations(as_events, color):
    """Has `input` and the debugger talk with a person on the terminal. The debugger itself is loaded when somebody asks for it."""
    import builtins

    conversation = Conversation(as_events, color)
    builtins.input = conversation.ask
    sys.meta_path.insert(0, _DebuggerFinder(conversation))


def connect_person(can_ask):
    """Has `input` and the debugger talk with a person at the other end of the connection, where the run was started."""
    import builtins

    conversation = RemoteConversation(can_ask)
    builtins.input = conversation.ask
    for finder in sys.meta_path:
        if isinstance(finder, _DebuggerFinder):
            finder.converse(conversation)


def ask_person(prompt):
    """Returns a line that the person at the terminal types, None at the end of the input."""
    try:
        return input(prompt)
    except EOFError:
        return None


class Conversation:
    """How questions reach the person at the terminal while the report owns standard output."""

    def __init__(self, as_events, color):
        import builtins

        self.as_events = as_events
        self.color = color
        self._input = builtins.input

    def obstacle(self):
        """Returns why nobody can be asked, None if somebody can."""
        if sys.stdin.isatty():
            return None
        return (
            "The debugger needs a terminal, but standard input is none. Run this on a terminal, remove the "
            "breakpoint, or set PYTHONBREAKPOINT=0 to pass over `breakpoint()`."
        )

    def stream(self):
        """Returns where to write to a person: standard output if it is a terminal, else standard error."""
        if not self.as_events and sys.stdout.isatty():
            return sys.stdout
        return sys.stderr

    def ask(self, prompt="", /):
        """Stands for `input`: writes the prompt and returns one line of standard input, edited by the person if that is a terminal."""
        _batou_report.release()
        before = sys.stdout
        stream = self.stream() if self.as_events or sys.stdin.isatty() else before
        sys.stdout = stream._stream if isinstance(stream, _TextStream) else stream
        ending = self._end_at_once() if sys.stdout.isatty() and sys.stdin.isatty() else ()
        try:
            return self._input(_batou_report.masked(str(prompt)) if _protected else prompt)
        except EOFError:
            if sys.stdin.isatty():
                raise
            raise EOFError("a line is wanted, but standard input is no terminal and has nothing left to read") from None
        finally:
            sys.stdout = before
            for number, handler in ending:
                _signal.signal(number, handler)

    def _end_at_once(self):
        """Has signals to end take effect while the line editor waits, which does not look at them. Returns the handlers to put back."""
        if os.getsid(0) == os.getpid():
            # Then there is no line editor.
            return ()
        try:
            return [
                (number, _signal.signal(number, _signal.SIG_DFL))
                for number in (_signal.SIGTERM, _signal.SIGHUP)
                if _signal.getsignal(number) is _terminate
            ]
        except ValueError:
            # Another thread than the main one asks, and may not change signals.
            return ()


class RemoteConversation(Conversation):
    """How questions reach the person who started a run on this machine from another one."""

    def __init__(self, can_ask):
        super().__init__(True, False)
        self._can_ask = can_ask

    def obstacle(self):
        if self._can_ask:
            return None
        return (
            "The debugger needs a terminal and a run of one host. Start it on a terminal as `batou-remote ENVIRONMENT HOST`, "
            "or remove the breakpoint."
        )

    def stream(self):
        return sys.stdout

    def ask(self, prompt="", /):
        """Stands for `input`: returns one line that the person types."""
        if not self._can_ask:
            raise EOFError("a line is wanted, but only the person at the terminal of a run of one host can be asked")
        _batou_report.release()
        line = _batou_report.ask(_batou_report.masked(str(prompt)))
        if line is None:
            raise EOFError
        return line


class _DebuggerFinder:
    """Adapts the debugger to the run when it is imported, by whatever name or way."""

    def __init__(self, conversation):
        self._conversation = conversation

    def converse(self, conversation):
        """Has the debugger talk in another way."""
        self._conversation = conversation

    def find_spec(self, name, path=None, target=None):
        if name != "pdb":
            return None
        from importlib.util import find_spec

        sys.meta_path.remove(self)
        spec = find_spec(name)
        if spec is not None:
            spec.loader = _DebuggerLoader(spec.loader, self._conversation)
        return spec


class _DebuggerLoader:
    def __init__(self, loader, conversation):
        self._loader = loader
        self._conversation = conversation

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        self._loader.exec_module(module)
        from batou._debugger import adapt

        adapt(module, self._conversation)

    def __getattr__(self, name):
        return getattr(self._loader, name)


def _terminate(number, frame):
    raise Terminated()


def handle_signals():
    """Has the run end in order, with its children, when it is told to end or its terminal goes away."""
    _signal.signal(_signal.SIGTERM, _terminate)
    if _signal.getsignal(_signal.SIGHUP) is not _signal.SIG_IGN:
        _signal.signal(_signal.SIGHUP, _terminate)
