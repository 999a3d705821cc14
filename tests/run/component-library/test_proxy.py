"""Tests of a library of components, as its authors write them: with the fixtures of batou."""

import os

import batou
import batou.utils
import pytest
from proxy import Proxy


def test_deploys_its_configuration(root):
    proxy = Proxy("web", port=8080)
    root.component += proxy
    root.component.deploy()
    assert proxy.changed
    with open(os.path.join(root.workdir, "web.conf")) as f:
        assert f.read() == "name web port 8080\n"
    root.component.deploy()
    assert not proxy.changed


def test_prediction_changes_nothing(root):
    proxy = Proxy("web")
    root.component += proxy
    root.component.deploy(predict_only=True)
    assert proxy.changed
    assert not os.path.exists(os.path.join(root.workdir, "web.conf"))


def test_paths_and_names(root, tmpdir):
    assert root.defdir == str(tmpdir) == root.environment.base_dir == os.getcwd()
    assert root.workdir == os.path.join(str(tmpdir), "work", "mycomponent")
    assert root.host.name == root.host.fqdn == "localhost"
    assert root.environment.name == "test"
    assert (root.component.parent, root.component.root) == (root, root)
    assert type(root.component).__name__ == "MyComponent"
    assert root.features in ([], (), None)
    assert not root.ignore
    assert root.environment.connect_method == "ssh" and root.environment.timeout == 3
    assert root.environment.target_directory == "~/deployment"


def test_leaves_another_directory():
    os.chdir("/")
    batou.utils.resolve_override["left.invalid"] = "127.0.0.9"


def test_comes_back():
    assert os.getcwd() != "/"
    assert not batou.utils.resolve_override


def test_output_is_collected(output, root):
    batou.output.line("one", red=True)
    batou.output.section("Two")
    assert output.backend.output == "one\n === Two === "
    assert output is batou.output


def test_log_of_a_component_waits(root, output):
    root.component.log("hello %s", "you")
    assert output.backend.output == ""


def test_update_needed(root):
    with pytest.raises(batou.UpdateNeeded):
        root.component.assert_cmd("exit 1")
