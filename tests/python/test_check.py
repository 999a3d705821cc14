"""The check of the model: stand-ins for secrets and addresses, and what is counted."""

import os

import batou
import batou._address
import batou.utils
import pytest
from batou._check import PLACEHOLDER, ModelCheck
from batou.environment import Environment

COMPONENT = '''
import os
from batou.component import Attribute, Component
from batou.lib.file import File
from batou.utils import Address


class Web(Component):

    password = Attribute(str)
    number = Attribute(int)
    address = Attribute(Address)
    settings = Attribute("literal")
    known = Attribute(str, "default")

    def configure(self):
        os.environ["BATOU_TEST_CHECK"] = "set"
        self.file = File("a", content="{{component.password}} {{component.known}} {{host.data.token}} {{component.address.listen}}")
        self += self.file
        self.key = self.environment.secret_files["key.pem"]
        self += File("b", source="/nonexistent/source")
        self += File("c", content="plain", is_template=False)
'''


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setattr(batou._address, "_batou_net", batou._address._batou_net)
    monkeypatch.delenv("BATOU_TEST_CHECK", raising=False)
    (tmp_path / "components/web").mkdir(parents=True)
    (tmp_path / "components/web/component.py").write_text(COMPONENT)
    (tmp_path / "environments/dev").mkdir(parents=True)
    (tmp_path / "environments/dev/environment.cfg").write_text("[hosts]\nh1 = web\n")
    return tmp_path


def checked(project):
    environment = Environment("dev", basedir=str(project))
    environment._predicting = True
    environment._creates_machines = False
    check = ModelCheck(environment)
    environment.load()
    check.use_stand_ins()
    check.configure()
    return environment, check


def add_secrets(project):
    for name in ("secrets.cfg.age", "secret-key.pem.age"):
        (project / "environments/dev" / name).write_bytes(b"not readable")


def test_placeholders_stand_for_what_only_secrets_say(project):
    add_secrets(project)
    environment, check = checked(project)
    assert environment.exceptions == []
    web = environment.get_root("web", "h1").component
    assert web.file.content == f"{PLACEHOLDER} default {PLACEHOLDER} 127.0.0.1:1".encode()
    assert web.key.strip() == PLACEHOLDER
    assert (check.secret_files(), check.secret_values()) == (2, 5)
    assert (check.hosts(), check.components(), check.templates(), check.delayed_templates()) == (1, 1, 1, 1)


def test_without_secrets_a_missing_value_is_an_error(project):
    environment, check = checked(project)
    assert any("password" in str(error) for error in environment.exceptions)
    assert not any(isinstance(error, batou.NonConvergingWorkingSet) for error in environment.exceptions)
    assert (check.secret_files(), check.secret_values()) == (0, 0)


def test_hosts_are_not_looked_up(project):
    (project / "environments/dev/environment.cfg").write_text(
        "[hosts]\nh1 = web\n[component:web]\naddress = unknown.invalid:80\n[resolver]\nknown.invalid = 192.0.2.77\n"
    )
    add_secrets(project)
    environment, check = checked(project)
    assert environment.exceptions == []
    assert check.addresses() == 1
    assert batou.utils.resolve("known.invalid") == "192.0.2.77"
    assert batou.utils.resolve("127.0.0.3") == "127.0.0.3"
    assert batou.utils.resolve_v6("other.invalid") == "2001:db8::1"
    assert check.addresses() == 2


def test_errors_of_loading_and_configuring_come_together(project):
    (project / "environments/dev/environment.cfg").write_text("[hosts]\nh1 = web, wbe\n[component:web]\nnumber = many\n")
    environment, check = checked(project)
    kinds = [type(error) for error in environment.exceptions]
    assert kinds == [batou.MissingComponent, batou.ConversionError]


def test_the_environment_of_the_process_is_restored(project):
    add_secrets(project)
    checked(project)
    assert "BATOU_TEST_CHECK" not in os.environ


def test_how_machines_are_made_is_passed_over(project):
    with (project / "environments/dev/environment.cfg").open("a") as file:
        file.write("[host:h2]\ncomponents = web\nprovisioner = vms\n[provisioner:vms]\nmethod = unknown\n")
    add_secrets(project)
    environment, check = checked(project)
    assert environment.exceptions == []
    assert check.hosts() == 2


def test_nothing_is_written(project):
    add_secrets(project)
    before = sorted(path for path in project.rglob("*"))
    checked(project)
    assert sorted(path for path in project.rglob("*") if "__pycache__" not in str(path)) == before
