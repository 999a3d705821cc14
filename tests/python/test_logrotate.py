import shutil

import pytest

import batou
import batou.utils
from batou.lib.logrotate import Logrotate, RotatedLogfile


@pytest.fixture
def check():
    """What the program logrotate would do with a configuration."""
    program = shutil.which("logrotate", path="/usr/sbin:/usr/bin:/sbin:/bin")
    assert program, "the program logrotate is missing: `make test` installs it (task `make prepare`)"
    # Blanks stand differently in different versions.
    return lambda path: " ".join(batou.utils.cmd(f"{program} -d -s /dev/null {path}")[1].split())


def test_logrotate_accepts_its_configuration(deployment, check):
    top = deployment.deploy(
        RotatedLogfile("log/*.log", args="daily, rotate 4", postrotate="echo done"),
        RotatedLogfile("other.log", args="missingok", prerotate="echo begin"),
        Logrotate(common_config=b"compress\nsu root root\n"),
    )
    (deployment.workdir / "log").mkdir(mode=0o755)
    (deployment.workdir / "log" / "a.log").write_text("text\n")
    told = check(top._.logrotate_conf.path)
    assert "error:" not in told
    assert f"rotating pattern: {deployment.workdir}/log/*.log after 1 days (4 rotations)" in told
    assert f"considering log {deployment.workdir}/log/a.log" in told
    assert f"rotating pattern: {deployment.workdir}/other.log" in told


def test_logrotate_accepts_the_configuration_of_debian(deployment, check):
    import batou.lib.debian

    top = deployment.deploy(RotatedLogfile("a.log"), batou.lib.debian.Logrotate())
    told = check(top._.logrotate_conf.path)
    assert f"rotating pattern: {deployment.workdir}/a.log after 1 days (14 rotations)" in told


def test_the_parts_of_a_logfile(deployment):
    logfile = RotatedLogfile("/etc/x", args=" daily,rotate 3 ")
    top = deployment.holding(RotatedLogfile("b"), logfile, RotatedLogfile("a"), Logrotate())
    assert logfile.args == ["daily", "rotate 3"]
    assert [entry.path for entry in top._.logfiles] == ["/etc/x", f"{deployment.workdir}/a", f"{deployment.workdir}/b"]
    assert top._.logrotate_conf.content.startswith(b"\n\n/etc/x  {\ndaily\nrotate 3\n}\n")


def test_gocept_needs_a_user(deployment):
    deployment.host.platform = "gocept.net"
    with pytest.raises(batou.ConfigurationError, match="service_user"):
        deployment.holding(RotatedLogfile("b"), Logrotate())
