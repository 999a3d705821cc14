import pickle

import pytest

import batou
from batou._output import TestBackend
from batou.utils import Address


class Thing:
    def __init__(self, **kw):
        self.__dict__.update(kw)


HOST = Thing(name="web")
ROOT = Thing(name="demo", host=HOST)
COMPONENT = Thing(root=ROOT, _breadcrumbs="Demo > File('x')")
OTHER = Thing(root=Thing(name="demo", host=Thing(name="mail")), _breadcrumbs="Demo > File('x')")


def raised():
    try:
        int("x")
    except ValueError as error:
        return error


@pytest.fixture
def backend(monkeypatch):
    backend = TestBackend()
    monkeypatch.setattr(batou.output, "backend", backend)
    return backend


ERROR = raised()
TEXT = "invalid literal for int() with base 10: 'x'"

CASES = [
    (batou.FileLockedError, ("f",), "File already locked: f", None, ["ERROR: File already locked: f"]),
    (
        batou.GPGCallError,
        (["gpg", "-d"], 2, b"out\xff"),
        "Exitcode 2 while calling: gpg -d\nout\ufffd",
        None,
        ["ERROR: Error while calling GPG", "        command: gpg -d", "      exit code: 2", "        message:", "out\ufffd"],
    ),
    (
        batou.GetAddressInfoError,
        ("web:80", "unknown"),
        "Error while resolving web:80: unknown",
        None,
        ["ERROR: Error while resolving hostname", "       hostname: web:80", "        message:", "unknown"],
    ),
    (batou.ConfigurationError, ("text",), "text", (0, "text"), ["ERROR: text"]),
    (batou.ConfigurationError, ("text", COMPONENT), "text", (0, "text"), ["ERROR: demo: text"]),
    (
        batou.AttributeExpansionError,
        (COMPONENT, "key", "v", ERROR),
        f"Error while expanding attribute: ValueError: {TEXT}",
        (1, "web", "Demo > File('x')", "key"),
        ["ERROR: Error while expanding attribute:", f"        Message: ValueError: {TEXT}", "      Attribute: Demo > File('x').key"],
    ),
    (
        batou.ConversionError,
        (COMPONENT, "key", "x", int, ERROR),
        TEXT,
        (1, "web", "Demo > File('x')", "key"),
        [f"ERROR: {TEXT}", "      Attribute: Demo > File('x').key", "     Conversion: int('x')"],
    ),
    (
        batou.MissingOverrideAttributes,
        (COMPONENT, ["a", "b"]),
        "Overrides for undefined attributes a,b",
        (3, "web", "Demo > File('x')"),
        ["ERROR: Overrides for undefined attributes", "      Component: Demo > File('x')", "     Attributes: a, b"],
    ),
    (
        batou.DuplicateComponent,
        (Thing(name="demo", filename="f1"), Thing(name="demo", filename="f2")),
        "Duplicate component: demo",
        (2, "demo"),
        ['ERROR: Duplicate component "demo"', "     Occurrence: f1", "     Occurrence: f2"],
    ),
    (
        batou.UnusedResources,
        ({"z": {ROOT: [1]}, "k": {ROOT: [1, "a"]}},),
        "Unused provided resources",
        (5, "unused"),
        [
            "ERROR: Unused provided resources",
            "    Resource \"k\" provided by demo with value [1, 'a']",
            '    Resource "z" provided by demo with value [1]',
        ],
    ),
    (
        batou.UnsatisfiedResources,
        ({("z", None): {ROOT}, ("k", "mail"): {ROOT}},),
        "Unsatisfied resource requirements",
        (6, "unsatisfied"),
        [
            "ERROR: Unsatisfied resource requirements",
            '    Resource "k" on "mail" required by demo',
            '    Resource "z" required by demo',
        ],
    ),
    (
        batou.MissingEnvironment,
        (Thing(name="dev"),),
        "Missing environment `dev`",
        (0,),
        ["ERROR: Missing environment", "    Environment: dev"],
    ),
    (batou.MissingComponent, ("demo", "web"), "Missing component: demo", (0,), ["ERROR: Missing component", "      Component: demo"]),
    (
        batou.DuplicateOverride,
        ("demo", "key"),
        "A value demo.key is defined both in environment and secrets.",
        (0,),
        ["ERROR: Attribute override found both in environment and secrets", "      Component: demo", "      Attribute: key"],
    ),
    (
        batou.NonConvergingWorkingSet,
        ([ROOT, Thing(name="apache")],),
        "There are unconfigured components remaining.",
        (100,),
        ["ERROR: 2 remaining unconfigured component(s): apache, demo"],
    ),
    (
        batou.IPAddressConfigurationError,
        (Address("web:80"), 6),
        "Trying to access address family IPv6 which is not configured for web:80.",
        (0,),
        [
            "ERROR: Trying to access address family IPv6 which is not configured for web:80.",
            "           Hint: Use `require_v6=True` when instantiating the Address object.",
        ],
    ),
    (
        batou.TemplatingError,
        (ERROR, "file.txt"),
        f"An error occured while rendering a template (file.txt): ValueError: {TEXT}",
        (0,),
        [f"ERROR: An error occured while rendering a template (file.txt): ValueError: {TEXT}"],
    ),
]


@pytest.mark.parametrize("kind, arguments, text, sort_key, lines", CASES, ids=lambda value: getattr(value, "__name__", None))
def test_text_order_and_report(backend, kind, arguments, text, sort_key, lines):
    error = kind.from_context(*arguments)
    assert str(error) == text
    assert getattr(error, "sort_key", None) == sort_key
    error.report()
    assert backend.output.splitlines() == lines


@pytest.mark.parametrize("kind, arguments, text, sort_key, lines", CASES, ids=lambda value: getattr(value, "__name__", None))
def test_constructor_takes_the_same_facts(kind, arguments, text, sort_key, lines):
    assert str(kind(*arguments)) == text


@pytest.mark.parametrize("kind, arguments, text, sort_key, lines", CASES, ids=lambda value: getattr(value, "__name__", None))
def test_errors_can_be_stored(kind, arguments, text, sort_key, lines):
    assert str(pickle.loads(pickle.dumps(kind.from_context(*arguments)))) == text


def test_place_and_hint_come_last(backend):
    batou.MissingComponent.from_context("demo", "web").with_place("environment.cfg", 3, "do this").report()
    assert backend.output.splitlines()[2:] == ["           File: environment.cfg:3", "           Hint: do this"]


def test_unknown_error_shows_the_line_of_its_author(backend):
    error = batou.UnknownComponentConfigurationError.from_context(ROOT, ERROR, ERROR.__traceback__)
    assert error.sort_key == (4, "web", 2)
    error.report()
    assert backend.output.startswith(f"ERROR: ValueError: {TEXT}\n")
    assert "Traceback (simplified, most recent call last):\n" in backend.output
    assert 'int("x")' in backend.output


def test_loading_error_names_the_file(backend):
    error = batou.ComponentLoadingError.from_context("component.py", ERROR, ERROR.__traceback__)
    assert str(error) == "Failed loading component file component.py"
    error.report()
    assert f"      Exception: ValueError: {TEXT}\n" in backend.output


def test_usage_error_shows_where_it_was_made(backend):
    batou.ComponentUsageError.from_context("not like that").report()
    assert "        Message: not like that\n" in backend.output
    assert "Traceback (most recent call last):\n  File " in backend.output


def test_unused_components_name_their_origin(backend):
    class Lost:
        _init_breadcrumbs = iter(["A", "B"])
        _init_file_path = "component.py"
        _init_line_number = 3

    error = batou.UnusedComponentsInitialized.from_context([Lost()], ROOT)
    assert str(error) == str(error)
    error.report()
    assert backend.output.splitlines()[1:3] == ["    'Lost': A -> B", "        initialized in component.py:3"]


def test_equal_errors_of_several_hosts_are_united():
    first = batou.ConversionError.from_context(COMPONENT, "key", "x", int, ERROR)
    second = batou.ConversionError.from_context(OTHER, "key", "x", int, ERROR)
    different = batou.ConversionError.from_context(OTHER, "key2", "x", int, ERROR)
    assert first.should_merge(second)
    assert not first.should_merge(different)
    merged, hosts = batou.ConversionError.merge([first, second])
    assert hosts == {"web", "mail"}
    assert merged.key == "key" and merged.affected_hostname == "<HOSTNAME>"


def test_errors_of_no_host_are_united():
    errors = [batou.ConfigurationError.from_context("text") for _ in range(2)]
    assert batou.ConfigurationError.merge(errors)[1] == set()
    assert batou.UnusedResources.merge([batou.UnusedResources.from_context({})])[1] is None


def test_errors_of_one_run_can_be_sorted():
    errors = [kind.from_context(*arguments) for kind, arguments, *_ in CASES]
    ordered = sorted(errors, key=lambda error: getattr(error, "sort_key", (-99,)))
    assert type(ordered[0]) is batou.FileLockedError
    assert type(ordered[-1]) is batou.NonConvergingWorkingSet


def test_free_arguments_are_accepted_where_the_original_does():
    assert str(batou.DeploymentError("anything", 1)) == "The deployment encountered an error."


def test_own_subclasses_of_libraries(backend):
    class MigrationError(batou.ReportingException):
        def __init__(self, number):
            self.number = number

        def __str__(self):
            return f"migration {self.number}"

        def report(self):
            batou.output.error(str(self))

    MigrationError(3).report()
    assert backend.output == "ERROR: migration 3\n"
