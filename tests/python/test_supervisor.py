import os
import pathlib
import subprocess
import time

import pytest

import _batou_supervisor
import batou
import batou.lib.supervisor
from batou.component import Component
from batou.lib.file import File
from batou.lib.service import Service
from batou.lib.supervisor import Eventlistener, Program, Supervisor

CONFIGURATION = """[supervisord]
directory={0}
logfile={0}/log
pidfile={0}/pid
nodaemon=false
[unix_http_server]
file={0}/socket
[supervisorctl]
serverurl=unix://{0}/socket
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[program:runs]
command=sleep 1000
startsecs=0
[program:crashes]
command=false
startretries=0
[program:waits]
command=sleep 1000
autostart=false
[program:many]
command=sleep 1000
startsecs=0
process_name=many%(process_num)s
numprocs=2
"""


@pytest.fixture(scope="module")
def programs():
    """The directory with a real supervisord and its control program."""
    path = pathlib.Path(__file__).parents[1] / ".venv/bin"
    assert (path / "supervisord").exists(), f"{path}/supervisord is missing: `make prepare` installs it"
    return path


@pytest.fixture(scope="module")
def server(programs, tmp_path_factory):
    """The directory of a supervisord that runs."""
    path = tmp_path_factory.mktemp("s")
    (path / "conf").write_text(CONFIGURATION.format(path))
    subprocess.run([f"{programs}/supervisord", "-c", f"{path}/conf"], check=True)
    deadline = time.monotonic() + 300
    while "FATAL" not in control(programs, path, "status") and time.monotonic() < deadline:
        time.sleep(0.2)
    yield path
    control(programs, path, "shutdown")


def control(programs, server, *words):
    ended = subprocess.run([f"{programs}/supervisorctl", "-c", f"{server}/conf", *words], capture_output=True, text=True)
    return ended.stdout


class Nothing(Component):
    """Takes the place of the buildout."""

    version = setuptools = config = python = wheel = None


@pytest.fixture
def supervisor(deployment, monkeypatch):
    """A supervisor whose parts are prepared, not deployed."""
    monkeypatch.setattr(batou.lib.supervisor, "Buildout", Nothing)

    class Disabled(Supervisor):
        def configure(self):
            self.enable = False
            super().configure()

    return deployment.prepare(Disabled, name="supervisor")


def web(deployment, *programs):
    def configure(self):
        for program in programs:
            self += program

    return deployment.top(configure, name="web")


def test_states_are_those_that_supervisord_tells(programs, server):
    socket = str(server / "socket")
    assert _batou_supervisor.server_pid(socket) == int((server / "pid").read_text())
    assert sorted(_batou_supervisor.running_programs(socket)) == ["many:many0", "many:many1", "runs:runs"]


def test_programs_are_asked_once_and_without_starting_anything(deployment, supervisor, server):
    supervisor.socketpath = str(server / "socket")
    parts = [Program(name, command="x") for name in ("runs", "crashes", "waits", "many", "many:many0", "many:*", "unknown")]
    web(deployment, *parts)
    # There is no control program in the working directory.
    assert [part.name for part in parts if part.is_running()] == ["runs", "many:many0", "many:*"]


def test_what_changes_is_asked_again(deployment, supervisor, server, programs):
    supervisor.socketpath = str(server / "socket")
    part = Program("waits", command="x")
    web(deployment, part)
    binaries = deployment.path / "work/supervisor/bin"
    binaries.mkdir(parents=True)
    (binaries / "supervisorctl").write_text(f'#!/bin/sh\nexec {programs}/supervisorctl -c {server}/conf "$@"\n')
    (binaries / "supervisorctl").chmod(0o755)
    os.chdir(deployment.path)
    assert not part.is_running()
    part.ctl("start waits")
    assert part.is_running()
    part.ctl("stop waits")
    assert not part.is_running()


def test_the_control_program_is_asked_where_no_socket_answers(deployment, supervisor):
    part = Program("web", command="x")
    web(deployment, part)
    binaries = deployment.path / "work/supervisor/bin"
    binaries.mkdir(parents=True)
    (binaries / "supervisorctl").write_text('#!/bin/sh\necho "$2  RUNNING  pid 1"\n')
    (binaries / "supervisorctl").chmod(0o755)
    os.chdir(deployment.path)
    assert part.is_running()


def test_replaced_commands_are_called(deployment, supervisor, server):
    supervisor.socketpath = str(server / "socket")
    part = Program("runs", command="x")
    web(deployment, part)
    called = []
    part.ctl = lambda args, **kw: called.append(args) or ("STOPPED", "")
    assert not part.is_running()
    assert called == ["status runs"]


def test_options_are_not_shared(deployment, supervisor):
    shared = {"user": "web"}
    one, two = Program("one", command="x", options=shared), Program("two", command="x")
    web(deployment, one, two)
    assert shared == {"user": "web"} and Program.options == {}
    assert one.options == {"user": "web", "startsecs": 5, "startretries": 3}


@pytest.mark.parametrize("seconds", [0, "0"])
def test_a_program_may_count_as_started_at_once(deployment, supervisor, seconds):
    part = Program("one", command="x", options={"startsecs": seconds})
    web(deployment, part)
    called = []
    part.ctl = lambda args, **kw: called.append(args) or ("RUNNING", "")
    part.update()
    assert called == ["reread", "update", "restart one", "status one"]
    part.ctl = lambda args, **kw: ("STOPPED", "")
    with pytest.raises(RuntimeError, match="'one' did not start up"):
        part.update()


def test_start_seconds_may_be_a_text(deployment, supervisor):
    web(deployment, Program("one", command="x", options={"startsecs": "7"}))
    assert supervisor.max_startup_delay == 7


def test_start_seconds_that_are_no_number_are_an_error(deployment, supervisor):
    with pytest.raises(batou.ConfigurationError, match="startsecs"):
        web(deployment, Program("one", command="x", options={"startsecs": "soon"}))


def test_names_with_blanks_are_an_error(deployment, supervisor):
    with pytest.raises(batou.ConfigurationError, match="blanks"):
        web(deployment, Program("my program", command="x"))


def test_arguments_of_listeners_are_empty_by_default(deployment, supervisor):
    part = Eventlistener("one", command="bin/one")
    web(deployment, part)
    assert f"command = {supervisor.workdir}/bin/one \n" in part._.content.decode()


def test_a_changed_file_restarts_a_program_with_dependencies_of_its_own(deployment, supervisor):
    part = Program("one", command="x", dependencies=())
    web(deployment, part)
    supervisor.enable = True
    part.is_running = lambda: True
    part.verify()
    part._.changed = True
    with pytest.raises(batou.UpdateNeeded):
        part.verify()


def test_classes_of_services_may_get_attributes(deployment, monkeypatch):
    monkeypatch.setattr(Service, "checksum", "", raising=False)
    monkeypatch.setattr(Service, "systemd", None, raising=False)
    service = Service("bin/x", checksum="abc", systemd={"Type": "simple"})
    deployment.holding(service)
    assert service.checksum == "abc"


def test_the_check_counts_the_states(deployment, supervisor):
    (script,) = [part for part in supervisor.sub_components if isinstance(part, File) and part.path.endswith("check_supervisor")]
    binaries = deployment.path / "work/supervisor/bin"
    binaries.mkdir(parents=True)
    path = deployment.path / "check"
    path.write_bytes(script.content)

    def check(code, *lines):
        text = "\n".join(lines)
        (binaries / "supervisorctl").write_text(f"#!/bin/sh\ncat <<END\n{text}\nEND\nexit {code}\n")
        (binaries / "supervisorctl").chmod(0o755)
        ended = subprocess.run(["python3", str(path)], capture_output=True, text=True)
        return ended.returncode, ended.stdout.splitlines()

    assert check(0, "a RUNNING pid 1", "b STARTING") == (0, ["OK: 2 active: a, b"])
    assert check(3, "a RUNNING", "b BACKOFF", "c ODD") == (1, ["WARNING: 2 undecided: b, c", "OK: 1 active: a"])
    assert check(3, "a FATAL", "b BACKOFF") == (2, ["CRITICAL: 1 inactive: a", "WARNING: 1 undecided: b"])
    assert check(4, "no such file")[0] == 2
    (binaries / "supervisorctl").unlink()
    ended = subprocess.run(["python3", str(path)], capture_output=True, text=True)
    assert ended.returncode == 2 and ended.stdout.startswith("CRITICAL")
