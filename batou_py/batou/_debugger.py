"""The debugger inside a run: on the person's terminal, for their own lines, and with a clear end."""

import os
import sys

import _batou_report

import batou
from batou._program import Terminated


class DebuggerQuit(KeyboardInterrupt):
    """Somebody ended the run in the debugger."""


def _has_source(frame):
    """Says whether the lines of a frame can be shown: those of the program's own modules are part of the program and no files."""
    name = frame.f_code.co_filename
    return os.sep in name or (name.startswith("<") and not name.startswith("<frozen"))


def _place(frame):
    """Returns file and line of the innermost frame that is no part of the debugger."""
    own = ("pdb", "bdb", __name__)
    while frame.f_back is not None and (frame.f_globals.get("__name__") in own or not _has_source(frame)):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


def adapt(pdb, conversation):
    """Replaces the class that all functions of the module `pdb` use. ``conversation`` says how to reach the person."""

    class Debugger(pdb.Pdb):
        # Whether it was called by a breakpoint, so that leaving it ends the run.
        _at_breakpoint = False
        # The signal to end that arrived at the prompt.
        _terminated = None

        def __init__(self, completekey="tab", stdin=None, stdout=None, skip=None, nosigint=True, **keywords):
            # Ctrl-C ends the run, also after `continue`; it is no way back to the prompt.
            super().__init__(completekey, stdin, stdout, skip, nosigint, **keywords)
            self.colorize = bool(keywords.get("colorize")) and conversation.color
            if stdin is not None or stdout is not None:
                return
            obstacle = conversation.obstacle()
            if obstacle is not None:
                file, line = _place(sys._getframe())
                raise batou.ConfigurationError(obstacle).with_place(file, line)
            # Not as an argument, for which it would give up the editing of lines.
            self.stdout = conversation.stream()

        def set_trace(self, frame=None, *, commands=None):
            self._at_breakpoint = True
            super().set_trace(frame or sys._getframe().f_back, commands=commands)

        def cmdloop(self, intro=None):
            # At the prompt an interrupt ends what was typed, but a signal to end is meant for the run.
            try:
                super().cmdloop(intro)
            except Terminated as terminated:
                self._terminated = terminated

        def interaction(self, frame, tb_or_exc):
            _batou_report.release()
            super().interaction(frame, tb_or_exc)
            if self._terminated is not None:
                self.stop_trace()
                raise self._terminated
            if self.quitting and self._at_breakpoint and frame is not None:
                self.stop_trace()
                file, line = frame.f_code.co_filename, frame.f_lineno
                _batou_report.line(f"The run was ended in the debugger at {file}:{line}.", None, False, {"bold": True})
                raise DebuggerQuit()

        def do_quit(self, arg):
            """q(uit) | exit

            Leave the debugger. At a breakpoint this ends the run.
            """
            self._user_requested_quit = True
            self.set_quit()
            return 1

        do_q = do_quit
        do_exit = do_quit

        def stop_here(self, frame):
            return _has_source(frame) and super().stop_here(frame)

        def get_stack(self, frame, tb):
            stack, current = super().get_stack(frame, tb)
            while tb is not None and current > 0 and not _has_source(stack[current][0]):
                current -= 1
            kept = [number for number, entry in enumerate(stack) if number == current or _has_source(entry[0])]
            return [stack[number] for number in kept], kept.index(current)

    Debugger.__name__ = Debugger.__qualname__ = "Pdb"
    Debugger.__module__ = "pdb"
    pdb.Pdb = Debugger
