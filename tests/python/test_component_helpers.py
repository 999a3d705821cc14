import os

import pytest

import batou
from batou.component import Component, HookComponent


class Named(Component):
    namevar = "name"


class Part(Component):
    pass


# Checks


class Dated(Named):
    date = None

    def last_updated(self):
        return self.date


def test_last_updated_has_to_be_defined(deployment):
    with pytest.raises(NotImplementedError):
        Part().last_updated()


@pytest.mark.parametrize("own, required, needed", [(1, 2, True), (2, 1, False), (1, 1, False), (1, None, False), (None, 1, True)])
def test_assert_component_is_current(deployment, own, required, needed):
    reference, requirement = Dated("own", date=own), Dated("required", date=required)
    deployment.holding(reference)
    for requirements in (requirement, [requirement]):
        if needed:
            with pytest.raises(batou.UpdateNeeded):
                reference.assert_component_is_current(requirements)
        else:
            reference.assert_component_is_current(requirements)
    if own is not None:
        assert requirement._prepared


def test_assert_component_is_current_passes_keywords_on(deployment):
    seen = []

    class Keyed(Component):
        def last_updated(self, key="standard"):
            seen.append(key)
            return 1

    keyed = Keyed()
    deployment.holding(keyed)
    keyed.assert_component_is_current([Keyed()], key="other")
    assert seen == ["other", "other"]


def test_assert_file_is_current(deployment):
    deployment.workdir.mkdir(parents=True)
    old, new = deployment.workdir / "old", deployment.workdir / "new"
    top = deployment.top()
    with pytest.raises(batou.UpdateNeeded):
        top.assert_file_is_current("old")
    for number, path in enumerate((old, new)):
        path.write_text("")
        os.utime(path, (number, number))
    top.assert_file_is_current("old")
    top.assert_file_is_current("old", ["missing"])
    top.assert_file_is_current("new", ["old"])
    with pytest.raises(batou.UpdateNeeded):
        top.assert_file_is_current("old", ["missing", "new"])
    with pytest.raises(AttributeError):
        top.assert_file_is_current("old", key="st_nothing")


def test_assert_no_changes(deployment):
    part = Part()
    top = deployment.holding(part)
    top.assert_no_changes()
    top.assert_no_subcomponent_changes()
    top.changed = True
    top.assert_no_subcomponent_changes()
    with pytest.raises(batou.UpdateNeeded):
        top.assert_no_changes()
    top.changed, part.changed = False, True
    for check in (top.assert_no_changes, top.assert_no_subcomponent_changes):
        with pytest.raises(batou.UpdateNeeded):
            check()


def test_assert_cmd(deployment):
    top = deployment.top()
    top.assert_cmd("true")
    with pytest.raises(batou.UpdateNeeded):
        top.assert_cmd("false")
    with pytest.raises(batou.TemplatingError):
        top.assert_cmd("{{nothing}}")


# Resources


def test_require_one(deployment):
    top = deployment.top()
    with pytest.raises(batou.SilentConfigurationError):
        top.require_one("key")
    assert top.require_one("key", strict=False) is None
    assert top.provide("key", 1) is None
    assert top.require("key") == [1]
    assert top.require_one("key") == 1
    top.provide("key", 2)
    with pytest.raises(KeyError) as error:
        top.require_one("key")
    assert error.value.args[0] == "Expected only one result, got multiple for (key=key, host=None)"


def test_hook_components_provide_themselves(deployment):
    class Hook(HookComponent):
        key = "hooks"

    hook = Hook()
    top = deployment.holding(hook)
    assert top.require("hooks") == [hook]


# Helpers


def test_checksum_grows(deployment):
    part = Part()
    empty = part.checksum()
    assert empty == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert part.checksum(b"a") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    assert part.checksum() == part.checksum(b"") != empty
    assert part.checksum(b"b") == "fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603"


def test_map_is_relative_to_the_working_directory(deployment):
    top = deployment.top()
    assert top.map("a/../b") == str(deployment.workdir / "b")
    assert top.map(deployment.path / "x") == str(deployment.path / "x")
    assert top.map("/a/../b") == "/a/../b"
    assert top.map("~/x") == os.path.join(os.path.expanduser("~"), "x")


def test_absolute_paths_go_through_the_sandbox(deployment):
    class Sandbox:
        def map(self, path):
            return "/sandbox" + path

    deployment.environment.vfs_sandbox = Sandbox()
    top = deployment.top()
    assert top.map("/etc/x") == "/sandbox/etc/x"
    assert top.map("x") == str(deployment.workdir / "x")


def test_touch_creates_and_renews(deployment, tmp_path):
    path = tmp_path / "file"
    part = Part()
    part.touch(str(path))
    assert path.read_text() == ""
    path.write_text("kept")
    os.utime(path, (1, 1))
    part.touch(str(path))
    assert path.stat().st_mtime > 1
    assert path.read_text() == "kept"


def test_chdir_can_be_nested_and_restores_after_errors(tmp_path):
    before, part = os.getcwd(), Part()
    (tmp_path / "a").mkdir()
    with pytest.raises(ZeroDivisionError):
        with part.chdir(str(tmp_path)):
            with part.chdir("a"):
                assert os.getcwd() == str(tmp_path / "a")
            assert os.getcwd() == str(tmp_path)
            raise ZeroDivisionError
    assert os.getcwd() == before


def test_log_waits_for_the_end_of_configuration(deployment, printed):
    class Thing(Component):
        def configure(self):
            self.log("configured %s of %s", 1, 2)

    root = deployment.root(Thing)
    root.prepare()
    assert printed.output == ""
    root.log_finish_configure()
    assert printed.output.strip() == "configured 1 of 2"
    root.component.log("later %s", "x")
    assert printed.output.strip().splitlines()[1].strip() == "web: later x"


def test_cmd_expands_and_returns_both_outputs(deployment):
    top = deployment.top()
    assert top.cmd("echo {{component.host.name}}; echo problem >&2") == ("web\n", "problem\n")
    assert top.cmd("echo '{{x}}'", expand=False) == ("{{x}}\n", "")


def test_cmd_reports_failures(deployment):
    top = deployment.top()
    with pytest.raises(batou.utils.CmdExecutionError) as error:
        top.cmd("echo out; echo err >&2; exit 3")
    failure = error.value
    assert (failure.returncode, failure.stdout, failure.stderr) == (3, "out\n", "err\n")
    assert isinstance(failure, RuntimeError)
    assert top.cmd("echo out; exit 3", ignore_returncode=True) == ("out\n", "")


def test_cmd_takes_an_environment_and_lists(deployment):
    top = deployment.top()
    assert top.cmd("echo $COLOUR", env={"COLOUR": "red"})[0] == "red\n"
    assert top.cmd(["printf", "%s", "a b"], expand=False)[0] == "a b"


def test_cmd_without_communication_gives_the_process(deployment):
    process = deployment.top().cmd("exit 2", communicate=False)
    assert process.wait() == 2


def test_expand_uses_the_given_component_and_arguments(deployment):
    part = Named("a")
    top = deployment.holding(part)
    assert top.expand("{{component.name}} {{x}} {{host.name}}\n", component=part, x=1) == "a 1 web\n"
    assert top.expand("{{component._breadcrumb}}") == "Top"


def test_expand_errors_name_the_component(deployment):
    part = Named("a")
    deployment.holding(part)
    with pytest.raises(batou.TemplatingError) as error:
        part.expand("{{nothing}}")
    assert "Top > Named('a')" in str(error.value)
    assert "'nothing' is undefined" in str(error.value)


def test_template_reads_a_file_and_adds_a_newline(deployment, tmp_path):
    path = tmp_path / "t.cfg"
    path.write_text("{{component.host.name}}\n")
    assert deployment.top().template(str(path)) == "web\n\n"
    path.write_text("{{nothing}}")
    with pytest.raises(batou.TemplatingError, match="t.cfg"):
        deployment.top().template(str(path))
    with pytest.raises(FileNotFoundError):
        deployment.top().template(str(tmp_path / "missing"))


# What is made and not used


def test_components_that_were_never_added_are_named_with_where_they_were_made(deployment, printed):
    class Inner(Named):
        def configure(self):
            Part()

    class Outer(Component):
        def configure(self):
            self += Inner("a")
            Part()

    deployment.root(Outer)
    assert deployment.environment.configure() == []
    assert "never added" in printed.output
    assert "'Part': Outer -> Inner('a')\n" in printed.output
    assert "'Part': Outer\n" in printed.output
    # Those that were added are not complained about.
    assert "'Inner'" not in printed.output
