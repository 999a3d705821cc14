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


class _TerminalStream:
    """Stands for standard output on a terminal where the progress line has to give way. All but writing is left to the true stream."""

    def __init__(self, stream):
        self._stream = stream

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        _batou_report.output(text)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        # Whoever flushes is about to let somebody else write.
        _batou_report.flush()

    def __getattr__(self, name):
        return getattr(self._stream, name)


def _warn_of_lost_exception(unraisable):
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


def connect_output(debug, as_events, progress):
    """Sends `batou.output` to the report, and what definitions print too if only events may be written or if there is a progress line."""
    batou.output.backend = ReportBackend()
    batou.output.enable_debug = debug
    sys.unraisablehook = _warn_of_lost_exception
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


class Conversation:
    """How questions reach the person at the terminal while the report owns standard output."""

    def __init__(self, as_events, color):
        import builtins

        self.as_events = as_events
        self.color = color
        self._input = builtins.input

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
        sys.stdout = stream._stream if isinstance(stream, _TerminalStream) else stream
        ending = self._end_at_once() if sys.stdout.isatty() and sys.stdin.isatty() else ()
        try:
            return self._input(prompt)
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


class _DebuggerFinder:
    """Adapts the debugger to the run when it is imported, by whatever name or way."""

    def __init__(self, conversation):
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
