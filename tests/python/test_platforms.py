"""What importing `batou.lib.debian` and `batou.lib.goceptnet` adds, and when it is imported."""

import os
import shutil
import subprocess
import sys
import time

import pytest

import batou
from batou.lib.cron import CronJob
from batou.lib.service import Service


@pytest.fixture
def debian(deployment, monkeypatch):
    import batou.lib.debian

    monkeypatch.setattr(Service, "_platforms", {"debian": batou.lib.debian.RebootCronjob}, raising=False)
    deployment.host.platform = "debian"


@pytest.fixture
def gocept(deployment, monkeypatch):
    import batou.lib.goceptnet
    import batou.vfs

    monkeypatch.setattr(Service, "_platforms", {"gocept.net": batou.lib.goceptnet.UserInit}, raising=False)
    deployment.host.platform = "gocept.net"
    deployment.environment.service_user = "ada"
    deployment.environment.vfs_sandbox = batou.vfs.Developer(deployment.environment, None)


def test_services_start_at_reboot(deployment, debian):
    top = deployment.holding(Service("bin/run --fast"), Service("/usr/bin/other"))
    jobs = [service._platform_component._ for service in top.sub_components]
    assert [job.format() for job in jobs] == [
        f"@reboot {deployment.workdir}/bin/run --fast  2>&1 | logger -t thing",
        "@reboot /usr/bin/other  2>&1 | logger -t thing",
    ]


def test_debian_rotates_by_a_job(deployment, debian):
    import batou.lib.debian
    from batou.lib.logrotate import RotatedLogfile

    top = deployment.holding(RotatedLogfile("a"), batou.lib.debian.Logrotate())
    job = top._._platform_component._
    assert isinstance(job, CronJob)
    assert job.format() == f"45 2 * * * /usr/sbin/logrotate -s {deployment.workdir}/state {deployment.workdir}/logrotate.conf "


def test_supervisor_of_debian_has_its_process_id_below_itself(deployment):
    import batou.lib.debian

    supervisor = deployment.prepare(batou.lib.debian.Supervisor, name="supervisor")
    configuration = next(part for part in supervisor.sub_components if getattr(part, "path", "").endswith("supervisord.conf"))
    assert b"\npidfile = var/supervisord.pid\n" in configuration.content


def test_init_scripts_start_and_stop(deployment, gocept):
    control = shutil.which("start-stop-daemon", path="/usr/sbin:/sbin:/usr/bin:/bin")
    assert control, "the program start-stop-daemon is missing; it is part of dpkg"
    daemon = deployment.workdir / "bin" / "run"
    top = deployment.holding(Service("bin/run", pidfile="run.pid"))
    top.deploy()
    daemon.parent.mkdir(parents=True)
    pid_file = deployment.workdir / "run.pid"
    daemon.write_text(f"#!/bin/sh\n(exec sleep 100) </dev/null >/dev/null 2>&1 &\necho $! > {pid_file}\n")
    daemon.chmod(0o755)
    script = deployment.path / "work" / "_" / "var" / "spool" / "init.d" / "ada" / "run"
    assert script.stat().st_mode & 0o777 == 0o755

    def run(*arguments):
        return subprocess.run([str(script), *arguments], capture_output=True, text=True)

    try:
        assert run("status").returncode != 0
        assert run("start").returncode == 0
        assert run("status").returncode == 0
        first = int(pid_file.read_text())
        assert run("restart").returncode == 0
        assert int(pid_file.read_text()) != first
        assert run("status").returncode == 0
        assert run("stop").returncode == 0
        deadline = time.monotonic() + 300
        while run("status").returncode == 0 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert run("status").returncode != 0
    finally:
        run("stop")
    answer = run("explode")
    assert answer.returncode == 2 and "explode" in answer.stderr


def test_init_scripts_are_not_written_twice(deployment, gocept):
    deployment.holding(Service("bin/run", pidfile="run.pid")).deploy()
    top = deployment.holding(Service("bin/run", pidfile="run.pid"))
    top.deploy()
    assert not top.changed
    assert top._._platform_component.pidfile == f"{deployment.workdir}/run.pid"


def test_init_scripts_need_a_pidfile_and_a_user(deployment, gocept):
    with pytest.raises(batou.ConfigurationError, match="bin/run.*pidfile"):
        deployment.holding(Service("bin/run"))
    deployment.environment.service_user = None
    with pytest.raises(batou.ConfigurationError, match="service_user"):
        deployment.holding(Service("bin/run", pidfile="x"))


PROGRAM = """
import sys
import batou.lib
import batou.lib.service
loaded = lambda: sorted(name[10:] for name in sys.modules if name.startswith("batou.lib.") and name[10:] not in ("file", "service"))
assert loaded() == [], loaded()
for name in "cron logrotate mysql nagios package".split():
    assert getattr(batou.lib, name) is sys.modules["batou.lib." + name]
for name in "debian goceptnet".split():
    try:
        getattr(batou.lib, name)
    except AttributeError as error:
        assert f"import batou.lib.{name}" in str(error), error
    else:
        raise AssertionError(name)
try:
    batou.lib.nonsense
except AttributeError:
    pass
else:
    raise AssertionError("nonsense")
assert loaded() == ["cron", "logrotate", "mysql", "nagios", "package"], loaded()
assert sorted(batou.lib.cron.CronTab._platforms) == ["debian", "gocept.net"]
assert sorted(batou.lib.logrotate.Logrotate._platforms) == ["gocept.net"]
assert not hasattr(batou.lib.service.Service, "_platforms")
import batou.lib.debian
import batou.lib.goceptnet
assert batou.lib.debian.RebootCronjob is batou.lib.service.Service._platforms["debian"]
assert batou.lib.goceptnet.UserInit is batou.lib.service.Service._platforms["gocept.net"]
print("done")
"""


def test_modules_of_the_library_are_loaded_when_they_are_named():
    # A process of its own, as everything is loaded here.
    answer = subprocess.run([sys.executable, "python", "-c", PROGRAM], capture_output=True, text=True, env=dict(os.environ))
    assert (answer.stdout, answer.stderr) == ("done\n", "")
