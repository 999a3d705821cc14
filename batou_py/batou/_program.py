"""What the program sets up before a run."""

import sys

import _batou_report

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


def connect_output(debug, as_events):
    """Sends `batou.output` to the report, and what definitions print too if only events may be written."""
    batou.output.backend = ReportBackend()
    batou.output.enable_debug = debug
    if as_events:
        sys.stdout = _ReportStream()


def _terminate(number, frame):
    raise Terminated()


def handle_signals():
    """Has the run end in order, with its children, when it is told to end or its terminal goes away."""
    import _signal

    _signal.signal(_signal.SIGTERM, _terminate)
    if _signal.getsignal(_signal.SIGHUP) is not _signal.SIG_IGN:
        _signal.signal(_signal.SIGHUP, _terminate)
