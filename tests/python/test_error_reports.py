import pickle

import pytest
from test_errors import CASES, COMPONENT, ERROR, HOST, ROOT, Thing, backend  # noqa: F401

import batou
from batou.errors import _by_importance
from batou.utils import CmdExecutionError

MISSING = [
    (batou.AgeCallError, (["age"], 1, b"out"), "Exitcode 1 while calling: age\nout", None),
    (batou.DuplicateHostMapping, ("web", "a", "b"), "Duplicate host mapping: web", (3, "web", "a", "b")),
    (batou.DuplicateHostError, ("web",), "Duplicate host: web", (0,)),
    (batou.SuperfluousSection, ("x",), "Superfluous section in environment: x", (0,)),
    (batou.SuperfluousComponentSection, ("x",), "Override section for unknown component found: x", (0,)),
    (batou.SuperfluousSecretsSection, ("x",), "Secrets section for unknown component found: x", (0,)),
    (batou.UnknownHostSecretsSection, ("x",), "Secrets section for unknown host found: x", (0,)),
    (batou.DuplicateSecretsComponentAttribute, ("x", "y"), "A value x.y is defined multiple times in secrets.", (0,)),
    (batou.InvalidIPAddressError, ("x",), "Not a valid IP address: x", (0,)),
    (batou.CycleErrorDetected, (ValueError("a depends on\n        b"),), "Found dependency cycle: a depends on\n        b", (99,)),
    (batou.ComponentLoadingError, ("f.py", ERROR, ERROR.__traceback__), "Failed loading component file f.py", (0,)),
    (batou.UnknownComponentConfigurationError, (ROOT, ERROR, ERROR.__traceback__), f"ValueError: {ERROR}", (4, "web", 2)),
    (batou.RepositoryDifferentError, ("a", "b"), "Remote repository has diverged. Wrong branch?", (150,)),
    (
        batou.ComponentWithUpdateWithoutVerify,
        ([Thing()], [ROOT]),
        "Some components have an update method but no verify method:\n    'Thing'\nRoot: demo\n"
        "The update() method may not be called by batou if the verify() method is missing.",
        (5, "without_verify"),
    ),
]
ALL = [case[:4] for case in CASES] + MISSING


def name_of(value):
    return getattr(value, "__name__", None)


@pytest.mark.parametrize("kind, arguments, text, sort_key", MISSING, ids=name_of)
def test_text_order_and_storage(backend, kind, arguments, text, sort_key):  # noqa: F811
    error = kind.from_context(*arguments)
    assert str(error) == text
    assert getattr(error, "sort_key", None) == sort_key
    stored = pickle.loads(pickle.dumps(error))
    assert type(stored) is kind and vars(stored) == vars(error) and str(stored) == text
    error.report()
    report = backend.output
    assert report.startswith("ERROR: ")
    backend.output = ""
    stored.report()
    assert backend.output == report


def test_every_class_is_tried():
    import batou.errors

    untried = {name for name in batou._ERRORS if getattr(batou, name) not in {kind for kind, *_ in ALL}}
    assert untried == {"ComponentUsageError", "UnusedComponentsInitialized"}, "these have tests of their own"


@pytest.mark.parametrize("kind, arguments, text, sort_key", ALL, ids=name_of)
def test_equal_errors_are_united_and_others_are_not(kind, arguments, text, sort_key):
    class Subclass(kind):
        pass

    first, second = kind.from_context(*arguments), kind.from_context(*arguments)
    assert first.should_merge(second)
    assert not first.should_merge(Subclass.from_context(*arguments)) and not first.should_merge(ValueError())
    merged, hosts = kind.merge([first, second])
    assert type(merged) is kind and str(merged) == str(first).replace(getattr(first, "affected_hostname", None) or "\0", "<HOSTNAME>")
    assert (hosts is None) == (not hasattr(first, "affected_hostname"))


def test_command_errors_are_told_like_others(backend):  # noqa: F811
    error = CmdExecutionError("false", 1, "out", "err")
    assert isinstance(error, batou.DeploymentError) and isinstance(error, RuntimeError) and error.sort_key == (100,)
    error.report()
    assert backend.output.splitlines() == ["ERROR: false", "    Return code: 1", "STDOUT", "out", "STDERR", "err"]


class Unspeakable(Exception):
    def __str__(self):
        raise RuntimeError("no text")

    __repr__ = __str__


class Value:
    def __repr__(self):
        raise RuntimeError("no text")


UNSPEAKABLE = [
    (batou.UnknownComponentConfigurationError, (ROOT, Unspeakable(), None)),
    (batou.ComponentLoadingError, ("f.py", Unspeakable(), None)),
    (batou.AttributeExpansionError, (COMPONENT, "key", Value(), Unspeakable())),
    (batou.ConversionError, (COMPONENT, "key", Value(), Value(), Unspeakable())),
    (batou.TemplatingError, (Unspeakable(), "x")),
    (batou.UnusedResources, ({Value(): {ROOT: [Value()]}},)),
    (batou.UnsatisfiedResources, ({(Value(), None): {ROOT}},)),
    (batou.ConfigurationError, (Value(),)),
]


@pytest.mark.parametrize("kind, arguments", UNSPEAKABLE, ids=name_of)
def test_values_without_a_text_break_no_report(backend, kind, arguments):  # noqa: F811
    kind.from_context(*arguments).report()
    assert "its text cannot be told: RuntimeError" in backend.output


def test_an_error_without_text_is_called_by_its_class(backend):  # noqa: F811
    class Own(batou.ConfigurationError):
        def __init__(self, number):
            self.number = number

    for error in (batou.ConfigurationError(), Own(3), batou.UnknownComponentConfigurationError.from_context(ROOT, MemoryError(), None)):
        backend.output = ""
        error.report()
        assert backend.output.splitlines()[0] in ("ERROR: ConfigurationError", "ERROR: Own", "ERROR: MemoryError")


def test_orders_that_cannot_be_compared_lose_no_error():
    class Strange(batou.ConfigurationError):
        pass

    class Number(batou.ConfigurationError):
        sort_key = 5

    class Broken(batou.ConfigurationError):
        @property
        def sort_key(self):
            raise ValueError

    strange = Strange("x")
    Strange.sort_key = (0, None, {})
    errors = [
        Broken("b"),
        Number("n"),
        batou.NonConvergingWorkingSet.from_context([ROOT]),
        strange,
        batou.ConfigurationError.from_context("text"),
        ValueError("first"),
    ]
    kinds = [type(error) for error in _by_importance(errors)]
    assert kinds == [ValueError, Strange, batou.ConfigurationError, batou.NonConvergingWorkingSet, Broken, Number]


def chained():
    try:
        try:
            int("x")
        except ValueError as error:
            raise KeyError("k") from error
    except KeyError as error:
        return error


def grouped():
    try:
        raise ExceptionGroup("several", [ValueError("one"), ExceptionGroup("inner", [KeyError("two")])])
    except ExceptionGroup as error:
        return error


def implicit():
    try:
        try:
            int("x")
        except ValueError:
            {}["k"]
    except KeyError as error:
        return error


def hidden():
    try:
        try:
            int("x")
        except ValueError:
            raise KeyError("k") from None
    except KeyError as error:
        return error


@pytest.mark.parametrize(
    "make, expected",
    [
        (chained, ["Caused by ValueError: invalid literal for int() with base 10: 'x'", '    int("x")']),
        (implicit, ["While handling ValueError: invalid literal for int() with base 10: 'x'", '    int("x")']),
        (hidden, []),
        (grouped, ["Contains ValueError: one", "Contains ExceptionGroup: inner (1 sub-exception)", "Contains KeyError: 'two'"]),
    ],
    ids=name_of,
)
def test_what_an_exception_came_from_is_told(backend, make, expected):  # noqa: F811
    error = make()
    batou.UnknownComponentConfigurationError.from_context(ROOT, error, error.__traceback__).report()
    lines = backend.output.splitlines()
    told = [line for line in lines if line.startswith(("Caused", "While", "Contains"))]
    assert told == [line for line in expected if not line.startswith(" ")]
    assert all(line in lines for line in expected)


def test_circles_of_causes_end(backend):  # noqa: F811
    first, second = ValueError("first"), KeyError("second")
    first.__cause__, second.__cause__ = second, first
    batou.UnknownComponentConfigurationError.from_context(ROOT, first, None).report()
    assert backend.output.count("Caused by") == 1


def test_wrong_syntax_of_an_imported_module_is_shown_below_the_import(backend):  # noqa: F811
    try:
        exec(compile("import_statement = 1\nexec('x = = 1')\n", "component.py", "exec"), {"__name__": "definition"})
    except SyntaxError as error:
        found = batou.UnknownComponentConfigurationError.from_context(ROOT, error, error.__traceback__)
    lines = found.traceback.splitlines()
    assert '  File "component.py", line 2, in <module>' in lines
    assert lines[-3:-1] == ['  File "<string>", line 1', "    x = = 1"]


def test_frozen_modules_are_no_lines_of_a_definition():
    import json

    try:
        json.loads("{")
    except ValueError as error:
        found = batou.UnknownComponentConfigurationError.from_context(ROOT, error, error.__traceback__)
    assert found.traceback.count("File ") == 1 and 'json.loads("{")' in found.traceback


def test_hosts_are_named_only_by_errors_of_hosts():
    assert HOST.name == "web"
    merged, hosts = batou.DuplicateHostError.merge([batou.DuplicateHostError.from_context(name) for name in ("web", "web")])
    assert hosts == {"web"} and str(merged) == "Duplicate host: <HOSTNAME>"
