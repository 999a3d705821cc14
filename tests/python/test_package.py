import os

import pytest

import batou
from batou.lib.package import DPKG


@pytest.fixture
def installing(tmp_path, monkeypatch):
    """Puts an `apt-get` first that only writes down how it is called; gives what it wrote. `dpkg` is that of the system."""
    program = tmp_path / "bin" / "apt-get"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$LANG $DEBIAN_FRONTEND $*" >> {tmp_path}/calls\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    calls = tmp_path / "calls"
    return lambda: calls.read_text() if calls.exists() else ""


def test_what_dpkg_knows_is_not_installed_again(deployment, installing):
    # The C library is installed for an architecture, dpkg itself is not.
    top = deployment.deploy(DPKG("libc6"), DPKG("dpkg"))
    assert not top.changed
    assert installing() == ""


def test_what_dpkg_does_not_know_is_installed(deployment, installing):
    top = deployment.deploy(DPKG("no-such-package"))
    assert top.changed
    assert installing() == "C noninteractive -qy install no-such-package\n"


def test_a_prediction_installs_nothing(deployment, installing):
    top = deployment.holding(DPKG("no-such-package"))
    top.deploy(predict_only=True)
    assert top.changed
    assert installing() == ""


def test_commands_can_be_replaced(deployment):
    package = DPKG("wanted")
    deployment.holding(package)
    package.cmd = lambda command: ("wanted:amd64\tinstall\n", "")
    package.verify()
    package.cmd = lambda command: ("wanted\thold\n", "")
    with pytest.raises(batou.UpdateNeeded):
        package.verify()
