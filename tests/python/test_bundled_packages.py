"""Modules that come along: pkg_resources, py.io, and what importlib.metadata tells about all of them."""

import importlib.metadata
import os
import subprocess
import sys

import pytest


def run(program):
    """Runs a program that sees no package of the tests; pytest, for one, brings a module `py`."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run([sys.executable, "python", "-c", program], capture_output=True, text=True, env=environment)


def installed(path, name, version, requires=(), entry_points="", module=None):
    """Installs a package into a directory."""
    information = path / f"{name}-{version}.dist-info"
    information.mkdir(parents=True)
    needs = "".join(f"Requires-Dist: {need}\n" for need in requires)
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}")
    if entry_points:
        (information / "entry_points.txt").write_text(entry_points)
    if module:
        (path / f"{name}.py").write_text(module)


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """A directory of packages on the search path."""
    monkeypatch.syspath_prepend(str(tmp_path))
    installed(tmp_path, "alpha", "1.10", ["beta>=2; python_version >= '3'", "gamma; extra == 'more'"], "[group]\nname = alpha:value\n", "value = 7\n")
    installed(tmp_path, "beta", "2.0rc1")
    return tmp_path


@pytest.mark.parametrize("name, module", [("Jinja2", "jinja2"), ("MarkupSafe", "markupsafe"), ("requests", "requests"), ("PyYAML", "yaml"), ("configupdater", "configupdater"), ("py", "py")])
def test_the_version_of_a_module_that_comes_along_is_known(name, module):
    program = f"import importlib.metadata, {module}; print(importlib.metadata.version({name!r}), {module}.__version__)"
    own, told = run(program).stdout.split()
    assert own == told


def test_the_version_of_batou_is_that_of_its_interface():
    assert importlib.metadata.version("batou") == "2.7.1"
    assert importlib.metadata.distribution("pyyaml").read_text("top_level.txt") == "yaml\n"


def test_an_installed_version_wins(packages):
    installed(packages, "Jinja2", "2.0")
    assert importlib.metadata.version("jinja2") == "2.0"
    assert [found.version for found in importlib.metadata.distributions() if found.name == "Jinja2"] == ["2.0"]


def test_unknown_packages_stay_unknown():
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        importlib.metadata.version("nothing-of-that-name")


@pytest.mark.parametrize(
    "module, content",
    [("configupdater", "own"), ("jinja2", "own"), ("markupsafe", "own"), ("pkg_resources", "own"), ("py", "own")],
)
def test_a_module_of_the_project_wins(tmp_path, module, content):
    (tmp_path / f"{module}.py").write_text(f"VERSION = {content!r}\n")
    program = f"import sys; sys.path.append({str(tmp_path)!r}); import {module}; print({module}.VERSION)"
    output = subprocess.run([sys.executable, "python", "-c", program], capture_output=True, text=True, cwd=tmp_path)
    assert output.stdout.strip() == "own", output.stderr


def test_what_is_installed_is_found(packages):
    import pkg_resources

    found = pkg_resources.get_distribution("Alpha")
    assert (found.project_name, found.key, found.version, found.location) == ("alpha", "alpha", "1.10", str(packages))
    assert (str(found), repr(found)) == ("alpha 1.10", f"alpha 1.10 ({packages})")
    assert [str(need) for need in found.requires()] == ["beta>=2"]
    assert "alpha" in pkg_resources.working_set.by_key and found in pkg_resources.working_set
    assert pkg_resources.get_distribution("requests").version == importlib.metadata.version("requests")
    with pytest.raises(pkg_resources.DistributionNotFound, match="'nope' distribution was not found and is required by the application"):
        pkg_resources.get_distribution("nope")
    with pytest.raises(pkg_resources.VersionConflict) as caught:
        pkg_resources.get_distribution("alpha<1.9")
    assert (caught.value.dist, str(caught.value.req)) == (found, "alpha<1.9")


def test_what_a_package_needs_is_required_with_it(packages):
    import pkg_resources

    with pytest.raises(pkg_resources.ContextualVersionConflict) as caught:
        pkg_resources.require("alpha")
    assert caught.value.required_by == {"alpha"}
    installed(packages / "newer", "beta", "2.1")
    sys.path.insert(0, str(packages / "newer"))
    try:
        assert [str(found) for found in pkg_resources.require("alpha")] == ["alpha 1.10", "beta 2.1"]
        with pytest.raises(pkg_resources.UnknownExtra):
            pkg_resources.require("alpha[unknown]")
    finally:
        sys.path.remove(str(packages / "newer"))


def test_entry_points(packages):
    import pkg_resources

    (point,) = pkg_resources.iter_entry_points("group", "name")
    assert (str(point), point.dist.key, point.resolve()) == ("name = alpha:value", "alpha", 7)
    assert list(pkg_resources.iter_entry_points("group", "other")) == []
    installed(packages / "newer", "gamma", "1", entry_points="[group]\nos = os:path.join\nbad = os:nothing\n")
    sys.path.insert(0, str(packages / "newer"))
    try:
        assert pkg_resources.load_entry_point("gamma", "group", "os") is os.path.join
        with pytest.raises(ImportError):
            pkg_resources.load_entry_point("gamma", "group", "bad")
    finally:
        sys.path.remove(str(packages / "newer"))


def test_requirements_and_versions():
    import pkg_resources

    requirement = pkg_resources.Requirement.parse("Foo_Bar[x]>=1.0,!=1.5")
    assert (requirement.project_name, requirement.key, requirement.extras) == ("Foo-Bar", "foo-bar", ("x",))
    assert requirement.specs == [(">=", "1.0"), ("!=", "1.5")] and str(requirement) == "Foo_Bar[x]!=1.5,>=1.0"
    assert "1.2" in requirement and "1.5" not in requirement and "2.0a1" in requirement
    assert requirement == pkg_resources.Requirement.parse(str(requirement))
    found = pkg_resources.parse_requirements("a>1\n# c\nb==2 # x\n\nc \\\n >=1\n")
    assert [str(other) for other in found] == ["a>1", "b==2", "c>=1"]
    with pytest.raises(ValueError, match="is no requirement"):
        pkg_resources.Requirement.parse("a b")
    parse = pkg_resources.parse_version
    assert parse("1.0a1") < parse("1.0") == parse("1.0.0") < parse("1.10") > parse("1.9")
    assert hash(parse("1.0")) == hash(parse("1.0.0")) and str(parse("v1.0-rc1")) == "1.0rc1"


def test_files_beside_modules(packages):
    import pkg_resources

    (packages / "thing").mkdir()
    (packages / "thing" / "__init__.py").write_text("")
    (packages / "thing" / "data.txt").write_bytes(b"\xff\n")
    assert pkg_resources.resource_filename("thing", "data.txt") == str(packages / "thing" / "data.txt")
    assert pkg_resources.resource_string("thing", "data.txt") == b"\xff\n"
    assert pkg_resources.resource_stream("thing", "data.txt").read() == b"\xff\n"
    assert pkg_resources.resource_exists("thing", "data.txt") and not pkg_resources.resource_exists("thing", "other")
    assert pkg_resources.resource_isdir("thing", "") and "data.txt" in pkg_resources.resource_listdir("thing", "")
    for outside in ("../alpha.py", "/etc/passwd", "a/../../b"):
        with pytest.raises(ValueError):
            pkg_resources.resource_filename("thing", outside)


def test_a_namespace_has_several_directories(tmp_path, monkeypatch):
    for part in ("one", "two"):
        directory = tmp_path / part / "shared"
        directory.mkdir(parents=True)
        (directory / "__init__.py").write_text("__import__('pkg_resources').declare_namespace(__name__)\n")
        (directory / f"{part}.py").write_text("")
        monkeypatch.syspath_prepend(str(tmp_path / part))
    import shared.one
    import shared.two

    assert shared.two.__file__ == str(tmp_path / "two" / "shared" / "two.py")


def test_what_is_missing_is_named_with_the_remedy():
    import pkg_resources

    with pytest.raises(AttributeError, match="name setuptools before version 81 by its path or URL in requirements.txt"):
        pkg_resources.get_importer
    assert "name py by its path or URL in requirements.txt" in run("import py; py.path").stderr


#: What the package py 1.11 prints for it.
CAPTURES = """\
import os, sys, py
show = lambda value: print(repr(value), flush=True)
capture = py.io.StdCapture(); print('hi'); print('err', file=sys.stderr); show_later = capture.reset(); show(show_later)
capture = py.io.StdCapture(mixed=True); print('a'); print('b', file=sys.stderr); later = capture.reset(); show(later)
capture = py.io.StdCapture(out=False); print('seen'); print('b', file=sys.stderr); later = capture.reset(); show(later)
capture = py.io.StdCapture(); print('a'); first = capture.readouterr(); print('b'); second = capture.suspend(); print('visible'); capture.resume(); print('c'); later = capture.reset(); show((first, second, later))
show(py.io.StdCapture.call(lambda a: print(a) or 5, 3))
sys.stdout.flush()
show(py.io.StdCaptureFD.call(lambda a: os.system('echo x') and 5, 3))
capture = py.io.StdCaptureFD(); os.system('echo sub; echo suberr >&2'); print('p'); later = capture.reset(); show(later)
capture = py.io.StdCapture()
try: sys.stdin.read()
except OSError as error: problem = error
capture.reset(); show(problem)
"""


def test_output_is_caught():
    output = run(CAPTURES)
    assert output.stdout.splitlines() == [
        "('hi\\n', 'err\\n')",
        "('a\\nb\\n', '')",
        "seen",
        "('', 'b\\n')",
        "visible",
        "(('a\\n', ''), ('b\\n', ''), ('c\\n', ''))",
        "(5, '3\\n', '')",
        "(0, 'x\\n', '')",
        "('sub\\np\\n', 'suberr\\n')",
        "OSError('reading from stdin while output is captured')",
    ], output.stderr


#: What the package py 1.11 writes for it.
WRITING = """\
import py
writer = py.io.TerminalWriter(stringio=True)
writer.fullwidth = 30
writer.line("x")
writer.write("y", bold=True)
writer.sep("=", "title")
writer.sep("-")
assert writer.stringio.getvalue() == "x\\ny=========== title ============\\n" + "-" * 30 + "\\n"
writer.hasmarkup = True
assert writer.markup("z", red=True, Green=True) == "\\x1b[31m\\x1b[42mz\\x1b[0m"
writer.markup("z", nocolour=True)
"""


def test_terminal_writer():
    output = run(WRITING)
    assert "ValueError: unknown markup: 'nocolour'" in output.stderr
