import os
import signal
import time

import pytest

import batou
from batou.component import Component, platform
from batou.lib.file import File
from batou.lib.service import Service, ServiceError

PROGRAM = "#!/bin/sh\necho $$ >> started\nexec sleep 100\n"


@pytest.fixture
def service(deployment):
    """Makes a component with a program and a service that runs it; what still runs in the end is stopped."""
    made = []

    def make(name="ticker", content=PROGRAM, **settings):
        def configure(self):
            self += File(name, content=content, mode=0o755)
            self += Service(name, **settings)

        top = deployment.top(configure)
        made.append(top._)
        return top

    yield make
    for component in made:
        pid_file = deployment.workdir / (component.pidfile or "ticker.pid")
        if pid_file.exists():
            component.ensure = "stopped"
            component.update()


def started(deployment):
    """The process ids that the program wrote, once the last of them did."""
    path = deployment.workdir / "started"
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        if path.exists() and path.read_text().endswith("\n"):
            break
        time.sleep(0.01)
    return [int(line) for line in path.read_text().split()]


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as status:
            return status.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_service_without_ensure_is_left_to_others(service, deployment):
    top = service()
    top.deploy()
    assert not top._.changed
    assert not (deployment.workdir / "ticker.pid").exists()
    top.deploy()
    assert not top.changed


def test_start_without_platform_runs_the_program(service, deployment):
    top = service(content="#!/bin/sh\necho started > " + str(deployment.path / "mark") + "\n")
    top.deploy()
    os.chdir(deployment.workdir)
    top._.executable = "./ticker"
    top._.start()
    assert (deployment.path / "mark").read_text() == "started\n"


def test_a_running_service_is_started_once(service, deployment):
    top = service(ensure="running")
    top.deploy()
    assert top._.changed
    (pid,) = started(deployment)
    assert is_running(pid)
    assert (deployment.workdir / "ticker.pid").read_text().split()[0] == str(pid)
    top.deploy()
    assert not top.changed
    assert started(deployment) == [pid]


def test_a_service_is_started_anew_when_its_files_changed(service, deployment, printed):
    service(ensure="running").deploy()
    (first,) = started(deployment)
    again = service(ensure="running", content=PROGRAM.replace("100", "200"))
    again.deploy()
    assert again._.changed
    assert not is_running(first)
    deadline = time.monotonic() + 300
    while len(started(deployment)) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    second = started(deployment)[-1]
    assert second != first and is_running(second)


def test_a_service_that_died_is_started_again(service, deployment):
    top = service(ensure="running")
    top.deploy()
    (first,) = started(deployment)
    os.kill(first, signal.SIGKILL)
    deadline = time.monotonic() + 300
    while is_running(first) and time.monotonic() < deadline:
        time.sleep(0.01)
    top.deploy()
    assert top._.changed


def test_a_service_is_stopped(service, deployment):
    service(ensure="running").deploy()
    (pid,) = started(deployment)
    top = service(ensure="stopped")
    top.deploy()
    assert top._.changed
    assert not is_running(pid)
    top.deploy()
    assert not top._.changed


def test_stopping_what_never_ran_is_no_change(service, deployment):
    top = service(ensure="stopped")
    top.deploy()
    assert not top._.changed


def test_predicting_starts_and_stops_nothing(service, deployment):
    top = service(ensure="running")
    top.deploy(predict_only=True)
    assert top._.changed
    assert not deployment.workdir.exists()
    top.deploy()
    (pid,) = started(deployment)
    stopping = service(ensure="stopped")
    stopping.deploy(predict_only=True)
    assert stopping._.changed
    assert is_running(pid)


def test_the_name_of_the_pid_file_can_be_given(service, deployment):
    service(ensure="running", pidfile="other.pid").deploy()
    (pid,) = started(deployment)
    assert (deployment.workdir / "other.pid").read_text().split()[0] == str(pid)
    assert not (deployment.workdir / "ticker.pid").exists()


def test_a_program_that_ends_at_once_is_an_error_with_its_last_words(service, deployment):
    top = service(ensure="running", content="#!/bin/sh\necho no such database >&2\nexit 3\n")
    with pytest.raises(ServiceError) as error:
        top.deploy()
    assert "no such database" in str(error.value)


def test_ensure_takes_known_words_only(service):
    with pytest.raises(batou.ConfigurationError, match="'paused'"):
        service(ensure="paused")


@pytest.fixture
def with_platform(deployment, monkeypatch):
    """A platform that knows how to run services."""
    calls = []
    monkeypatch.setattr(Service, "_platforms", {}, raising=False)

    @platform("testing", Service)
    class Managed(Component):
        def verify(self):
            assert (deployment.workdir / "managed").exists()

        def update(self):
            calls.append("update of " + self.parent.executable)

        def start(self):
            calls.append("start")

    deployment.host.platform = "testing"
    return calls


def test_a_platform_that_can_start_takes_over(service, deployment, with_platform):
    top = service(ensure="running")
    top.deploy()
    assert with_platform == ["update of ticker"]
    assert not (deployment.workdir / "ticker.pid").exists()
    top._.start()
    assert with_platform == ["update of ticker", "start"]


def test_a_platform_part_that_cannot_start_leaves_it_to_the_embedded_manager(service, deployment, monkeypatch):
    monkeypatch.setattr(Service, "_platforms", {}, raising=False)

    @platform("testing", Service)
    class AtBoot(Component):
        pass

    deployment.host.platform = "testing"
    top = service(ensure="running")
    top.deploy()
    assert type(top._._platform_component) is AtBoot
    assert is_running(started(deployment)[0])


def test_names_added_to_the_class_are_keywords(monkeypatch):
    monkeypatch.setattr(Service, "systemd", None, raising=False)
    assert Service("a", systemd={"Type": "simple"}).systemd == {"Type": "simple"}
