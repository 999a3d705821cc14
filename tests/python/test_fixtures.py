"""The fixtures that component libraries use in tests of their own."""

import os

import batou
from batou import utils
from batou.lib.file import File

pytest_plugins = ["batou.fixtures"]


def test_root_is_deployed_and_takes_more(root):
    assert root.component._prepared
    assert (root.name, root.environment.name, root.host.name) == ("mycomponent", "test", "localhost")
    assert os.getcwd() == root.defdir == root.environment.base_dir
    root.component += File("a", content="{{host.name}}")
    root.component.deploy()
    with open(os.path.join(root.workdir, "a")) as file:
        assert file.read() == "localhost"


def test_the_working_directory_is_restored_first():
    os.chdir("/")
    utils.resolve_override["host"] = "127.0.0.1"


def test_the_working_directory_is_restored_second():
    assert os.getcwd() != "/"
    assert utils.resolve_override == {}


def test_output_collects(output):
    assert output is batou.output
    output.line("said")
    assert "said" in output.backend.output


def test_root_keeps_what_it_logs(root, output):
    root.component.log("hello %s", "you")
    assert output.backend.output == ""
    root.log_finish_configure()
    assert output.backend.output == "hello you\n"
