"""What secrets set in the model of an environment."""

import subprocess

import pytest

import batou
import batou._secrets
from batou._secrets import UnreadableSecrets
from batou.component import Attribute, Component, ComponentDefinition
from batou.environment import Environment
from batou.host import Host
from batou.utils import CmdExecutionError, cmd


class Thing(Component):
    password = Attribute(str, "")
    MixedCase = Attribute(str, "")
    other = Attribute(str, "")


@pytest.fixture
def loaded(tmp_path, monkeypatch):
    """Loads what is given as decrypted secrets into an environment with the component `thing` and the host `web`."""

    def load(components=(), hosts=(), files=(), conflicts=(), too_short=(), prepare=None):
        class Reader:
            @staticmethod
            def load(name, base_dir):
                assert (name, base_dir) == ("test", str(tmp_path))
                return list(components), list(hosts), list(files), list(conflicts), list(too_short)

        monkeypatch.setattr(batou._secrets, "_batou_secrets", Reader)
        environment = Environment("test", basedir=str(tmp_path))
        environment._set_defaults()
        environment.hosts["web"] = Host("web", environment)
        environment.components["thing"] = ComponentDefinition(Thing, "component.py", str(tmp_path))
        if prepare is not None:
            prepare(environment)
        directory = tmp_path / "environments" / "test"
        directory.mkdir(parents=True)
        (directory / "secrets.cfg.age").write_bytes(b"")
        environment.load_secrets()
        return environment

    return load


def names(environment):
    return [type(error).__name__ for error in environment.exceptions]


def test_values_become_overrides_data_and_files(loaded):
    environment = loaded(
        components=[("thing", [("password", "correct horse"), ("mixedcase", "x"), ("OTHER", "y"), ("unknown", "z")])],
        hosts=[("web", [("key", "of host")])],
        files=[("a.txt", "ä\nb\n".encode()), ("binary", b"a\xff")],
    )
    assert environment.exceptions == []
    assert dict(environment.overrides["thing"]) == {"password": "correct horse", "MixedCase": "x", "other": "y", "unknown": "z"}
    assert environment.hosts["web"].data["key"] == "of host"
    assert environment.secret_files["a.txt"] == "ä\nb\n"
    assert environment.secret_files["binary"].encode("utf-8", "surrogateescape") == b"a\xff"
    assert {"correct", "horse", "of host", "ä", "b"} <= environment.secret_data


def test_a_host_is_known_by_its_configured_name(loaded):
    def provision(environment):
        environment.hostname_mapping["db"] = "web"

    environment = loaded(hosts=[("db", [("key", "value")])], prepare=provision)
    assert environment.exceptions == [] and environment.hosts["web"].data["key"] == "value"


def test_unknown_owners_are_errors(loaded):
    environment = loaded(components=[("strange", [("a", "b")])], hosts=[("nowhere", [("a", "b")])])
    assert names(environment) == ["UnknownHostSecretsSection", "SuperfluousSecretsSection"]
    # As in the original, where nobody asks for it.
    assert environment.overrides == {"strange": {"a": "b"}}


def test_what_the_environment_says_stays(loaded):
    def configure(environment):
        environment.overrides["thing"] = {"password": "given"}

    environment = loaded(components=[("thing", [("PASSWORD", "secret"), ("other", "x")])], prepare=configure)
    assert names(environment) == ["DuplicateOverride"]
    assert environment.overrides["thing"] == {"password": "given", "other": "x"}


def test_an_attribute_that_is_set_twice_is_an_error(loaded):
    environment = loaded(
        components=[("thing", [("mixedcase", "1"), ("MIXEDCASE", "2")])], conflicts=[("thing", "PASSWORD", (3, 8))]
    )
    assert names(environment) == ["DuplicateSecretsComponentAttribute"]
    assert environment.exceptions[0].attribute == "password" and "lines 3 and 8" in environment.exceptions[0].hint
    # Two spellings in one section are none: the last one counts.
    assert environment.overrides["thing"]["MixedCase"] == "2"


def test_short_values_are_told_by_name(loaded, printed):
    loaded(too_short=["thing.pin", "host:web.x"])
    assert "(under 4 characters): thing.pin, host:web.x" in printed.output


def test_unreadable_secrets_are_one_error(loaded, monkeypatch, tmp_path):
    environment = loaded()

    def fail(name, base_dir):
        raise UnreadableSecrets("no key", "get one")

    monkeypatch.setattr(batou._secrets._batou_secrets, "load", fail)
    environment.load_secrets()
    (error,) = environment.exceptions
    assert "The secrets cannot be read: no key" in str(error) and error.hint == "get one"


def test_a_secret_in_a_command_is_no_argument_of_a_process():
    batou._secrets.protect("test", "a-secret-for-a-command")
    script = "true a-secret-for-a-command; tr '\\0' ' ' </proc/$$/cmdline; cat"
    assert "secret" not in cmd(script)[0]
    with cmd(script, communicate=False) as process:
        out, err = process.communicate(b"input")
    assert b"secret" not in out and out.endswith(b"input") and err == b"" and process.returncode == 0
    with pytest.raises(CmdExecutionError) as caught:
        cmd("exit 4 # a-secret-for-a-command")
    assert caught.value.returncode == 4
