import io
import sys

import _batou_model
import pytest

import batou
from batou._output import NullBackend, Output, ReportBackend, TerminalBackend, TestBackend


class Recorder:
    def __init__(self):
        self.calls = []

    def line(self, message, **format):
        self.calls.append((message, format))

    def sep(self, sep, title, **format):
        self.calls.append((sep, title, format))

    def write(self, content, **format):
        self.calls.append((content, format))


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def output(recorder):
    return Output(recorder)


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("TERM", "NO_COLOR", "PY_COLORS", "COLUMNS", "IN_TOX_TEST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.parametrize(
    "icon, text", [(False, "text"), (None, "   text"), ("🔑", "🔑 text")]
)
def test_icons_stand_before_the_text(output, recorder, icon, text):
    output.line("text", icon=icon, red=True)
    assert recorder.calls == [(text, {"red": True})]


def test_blank_lines_are_empty(output, recorder):
    output.line("  ")
    output.annotate("", icon=None)
    assert recorder.calls == [("", {}), ("", {})]


def test_every_kind_of_message_has_its_form(output, recorder):
    output.section("Deploying", green=True)
    output.sep("-", "Title")
    output.step("main", "working", icon="🔑")
    output.step("main", "working")
    output.tabular("Host", "web", red=True)
    output.tabular("Message", "text", separator=":\n")
    output.error("bad")
    output.warn("odd")
    output.change("web", "Demo > File('x')")
    output.slow("web", "Demo", total=2, verify=1.5)
    assert recorder.calls == [
        ("=", "Deploying", {"bold": True, "green": True}),
        ("-", "Title", {}),
        ("🔑 main: working", {"bold": True}),
        ("   main: working", {"bold": True}),
        ("           Host: web", {"red": True}),
        ("        Message:\ntext", {}),
        ("ERROR: bad", {"bold": True, "red": True}),
        ("   WARN: odd", {"bold": True, "yellow": True}),
        ("🚀 web: Demo > File('x')", {}),
        ("💤 web: Demo [total=2.00s, verify=1.50s, update=∅, sub=∅]", {}),
    ]


@pytest.mark.parametrize("method, arguments", [
    ("line", ("x",)), ("annotate", ("x",)), ("error", ("x",)), ("warn", ("x",)),
    ("section", ("x",)), ("step", ("x", "y")), ("tabular", ("x", "y")),
])
def test_debug_messages_are_dropped_unless_wanted(output, recorder, method, arguments):
    output.buffer("line", "waiting")
    getattr(output, method)(*arguments, debug=True)
    assert recorder.calls == []
    output.enable_debug = True
    getattr(output, method)(*arguments, debug=True)
    assert len(recorder.calls) == 2


def test_exception_of_an_error(output, recorder):
    try:
        int("x")
    except ValueError:
        output.error("bad", exc_info=sys.exc_info())
    text, format = recorder.calls[1]
    assert text.startswith("      ValueError: invalid literal") and format == {"red": True}
    assert "Traceback" not in text


def test_exception_of_an_error_in_debug_mode_has_its_traceback(output, recorder):
    output.enable_debug = True
    try:
        int("x")
    except ValueError:
        output.error("bad", exc_info=sys.exc_info())
    assert recorder.calls[1][0].startswith("      Traceback (most recent call last):\n")


def test_buffered_calls_precede_what_is_printed_next(output, recorder):
    output.buffer("line", "first", icon="🚀")
    output.buffer("annotate", "second")
    output.line("third")
    output.line("fourth")
    assert [text for text, _ in recorder.calls] == ["🚀 first", "second", "third", "fourth"]


def test_cleared_calls_are_gone(output, recorder):
    output.buffer("line", "first")
    output.clear_buffer()
    output.line("second")
    assert [text for text, _ in recorder.calls] == ["second"]


def test_component_is_announced_once_and_before_the_rest(output, recorder, monkeypatch):
    pending = [("web", "Demo")]
    monkeypatch.setattr(_batou_model, "take_pending", lambda: pending.pop() if pending else None)
    monkeypatch.setattr(batou, "output", output)
    output.buffer("line", "buffered")
    output.line("one")
    output.line("two")
    assert [text for text, _ in recorder.calls] == ["🚀 web: Demo", "buffered", "one", "two"]


def test_another_output_does_not_announce_components(output, recorder, monkeypatch):
    pending = [("web", "Demo")]
    monkeypatch.setattr(_batou_model, "take_pending", lambda: pending.pop() if pending else None)
    output.line("one")
    output.clear_buffer()
    assert [text for text, _ in recorder.calls] == ["one"]
    assert pending == [("web", "Demo")]


def test_clearing_drops_the_announcement(output, recorder, monkeypatch):
    pending = [("web", "Demo")]
    monkeypatch.setattr(_batou_model, "take_pending", lambda: pending.pop() if pending else None)
    monkeypatch.setattr(batou, "output", output)
    output.clear_buffer()
    output.line("one")
    assert [text for text, _ in recorder.calls] == ["one"]


def test_report_receives_parts_instead_of_text(monkeypatch):
    class Report:
        def __init__(self):
            self.calls = []

        def __getattr__(self, name):
            return lambda *arguments: self.calls.append((name, *arguments))

    report = Report()
    monkeypatch.setattr("batou._output._batou_report", report)
    output = Output(ReportBackend())
    output.line("text", icon="🔑", red=1)
    output.line("text", icon=None)
    output.tabular("Host", 3, red=True)
    output.step("main", "working", icon="🔑")
    output.section("Deploying")
    output.sep("-", "Title", green=True)
    output.error(KeyError("x"))
    output.warn("odd")
    output.change("web", "Demo")
    output.slow("web", "Demo", total=2.0, verify=1.5)
    output.backend.write("block\n", red=True)
    assert report.calls == [
        ("line", "text", "🔑", False, {"red": True}),
        ("line", "   text", None, False, {}),
        ("field", "Host", "3", ": ", {"red": True}),
        ("step", "main", "working", "🔑", False, {"bold": True}),
        ("section", "Deploying", {"bold": True}),
        ("rule", "-", "Title", {"green": True}),
        ("error", "'x'"),
        ("warning", "odd"),
        ("change", "web", "Demo"),
        ("slow", "web", "Demo", 2.0, 1.5, None, None),
        ("line", "block", None, False, {"red": True}),
    ]


@pytest.mark.parametrize(
    "variables, coloured",
    [
        ({}, True),
        ({"TERM": "dumb"}, False),
        ({"NO_COLOR": ""}, False),
        ({"PY_COLORS": "0"}, False),
        ({"NO_COLOR": "1", "PY_COLORS": "1"}, True),
    ],
)
def test_colours_on_a_terminal(monkeypatch, variables, coloured):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", Terminal())
    TerminalBackend().line("text", bold=True, red=True, green=False)
    assert sys.stdout.getvalue() == ("\x1b[1m\x1b[31mtext\x1b[0m\n" if coloured else "text\n")


def test_no_colours_in_a_file(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    TerminalBackend().line("text", bold=True)
    assert sys.stdout.getvalue() == "text\n"


def test_unknown_attribute_is_refused(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Terminal())
    with pytest.raises(ValueError, match="nope"):
        TerminalBackend().line("text", nope=True)


@pytest.mark.parametrize("columns, width", [("80", 80), ("81", 81), ("100", 100), ("30", 80)])
@pytest.mark.parametrize("title", ["T", "Ti"])
def test_rules_fill_the_terminal(monkeypatch, columns, width, title):
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    TerminalBackend().sep("=", title)
    rule = sys.stdout.getvalue().rstrip("\n")
    assert len(rule) == width
    left, right = rule.split(f" {title} ")
    assert len(right) - len(left) in (0, 1)


def test_backend_for_tests_collects_text():
    output = Output(TestBackend())
    output.section("Title")
    output.line("text", red=True)
    assert output.backend.output == " === Title === text\n"


def test_null_backend_takes_everything(capsys):
    output = Output(NullBackend())
    output.section("Title")
    output.line("text", red=True)
    output.error("bad", exc_info=(ValueError, ValueError("x"), None))
    assert capsys.readouterr().out == ""


def test_rules_may_be_for_debug_mode_only(output, recorder):
    output.sep("=", "Title", debug=True)
    assert recorder.calls == []
    output.enable_debug = True
    output.sep("=", "Title", debug=True)
    assert len(recorder.calls) == 1


def test_form_of_messages():
    output = Output(TestBackend())
    output.line("   ")
    output.line("text", icon="I")
    output.annotate("a\nb", icon=None)
    output.tabular("key", "value")
    output.tabular("k" * 20, 3, separator="=")
    output.step("context", "message")
    output.step("context", "message", icon=False)
    output.warn("odd")
    assert output.backend.output.splitlines() == [
        "",
        "I text",
        "   a",
        "b",
        "            key: value",
        "kkkkkkkkkkkkkkkkkkkk=3",
        "   context: message",
        "context: message",
        "   WARN: odd",
    ]
