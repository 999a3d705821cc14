import sys

from batou._output import NullBackend, Output, TestBackend
from batou.component import Component
from batou.lib.file import File


def outcome(function, *arguments, **keywords):
    """What a call gives, or the name of its exception."""
    try:
        return function(*arguments, **keywords)
    except Exception as error:
        return type(error).__name__


class Recorder:
    def __init__(self):
        self.calls = []

    def line(self, message, **format):
        self.calls.append(("line", message, sorted(format.items())))

    def sep(self, sep, title, **format):
        self.calls.append(("sep", sep, title, sorted(format.items())))

    def write(self, content, **format):
        self.calls.append(("write", content, sorted(format.items())))


class Helpers(Component):
    def configure(self):
        results = []
        output = Output(Recorder())
        output.line("text")
        output.line("text", icon=None)
        output.line("text", icon="I", red=True)
        output.line("   ")
        output.line("hidden", debug=True)
        output.annotate("a\nb", icon=None)
        output.tabular("key", "value")
        output.tabular("k" * 20, 3, separator="=", red=True)
        output.section("Title")
        output.section("Title", green=True)
        output.sep("-", "Title", red=True)
        output.step("context", "message")
        output.step("context", "message", icon=False)
        output.step("context", "message", icon="I", red=True)
        output.error("bad")
        try:
            raise ValueError("told")
        except ValueError:
            output.error("bad", exc_info=sys.exc_info())
        output.warn("odd")
        output.enable_debug = True
        output.line("shown", debug=True)
        output.step("context", "shown", debug=True)
        results.extend(output.backend.calls)
        output = Output(TestBackend())
        output.section("Title")
        output.line("text", red=True)
        output.backend.write("block", red=True)
        results.append(output.backend.output)
        quiet = NullBackend()
        results.append((quiet.line("x"), quiet.sep("=", "x"), quiet.write("x")))
        self += File("results", content="\n".join(map(repr, results)) + "\n", is_template=False)
