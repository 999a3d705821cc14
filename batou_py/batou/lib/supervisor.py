"""Programs that supervisord keeps running, and supervisord itself."""

import os

import _batou_supervisor

from batou._lazy import offer
from batou.component import Attribute, Component, ConfigString, handle_event
from batou.lib import _supervisor_files
from batou.lib.buildout import Buildout
from batou.lib.file import Directory, File
from batou.lib.service import Service
from batou.utils import Address

#: How long it is believed what supervisord said about its programs, in seconds. It is asked again at once after anything that changes them.
_STATUS_AGE = 1.0


class Program(Component):
    """A program that supervisord runs."""

    namevar = "name"

    # `cold` programs are stopped before anything of their component changes.
    deployment = "hot"
    command = None
    # Whether the command is a path below the working directory.
    command_absolute = True
    options = {}
    args = ""
    priority = 10
    directory = None
    # The components whose changes restart the program; the one it belongs to by default.
    dependencies = None
    enable = True

    program_section = _supervisor_files.PROGRAM

    _evaded = False

    def configure(self):
        self._check_name()
        self.supervisor = self.require_one("supervisor", host=self.host)
        if not self.command:
            raise ValueError(f"{type(self).__name__}({self.name!r}) needs a `command`.")
        if self.command_absolute:
            self.command = os.path.normpath(os.path.join(self.workdir, self.command))
        # A copy: the dictionary may be shared with other programs.
        self.options = dict(self.options)
        self.options.setdefault("startsecs", 5)
        self.options.setdefault("startretries", 3)
        self.supervisor.max_startup_delay = max(self._startsecs, int(self.supervisor.max_startup_delay))
        if not self.directory:
            self.directory = self.workdir
        if self.dependencies is None:
            self.dependencies = (self.parent,)
        self.config = os.path.join(self.supervisor.program_config_dir.path, f"{self.name}.conf")
        self += File(self.config, content=self.expand(self.program_section))

    def _check_name(self):
        if any(character.isspace() for character in self.name):
            import batou

            raise batou.ConfigurationError.from_context(
                f"{type(self).__name__}({self.name!r}): supervisor knows no names with blanks. Use `-` or `_` instead.", self
            )

    @property
    def _startsecs(self):
        value = self.options["startsecs"]
        try:
            return int(value)
        except (TypeError, ValueError):
            import batou

            raise batou.ConfigurationError.from_context(
                f"{type(self).__name__}({self.name!r}): the option startsecs is a number of seconds, not {value!r}.", self
            ) from None

    @handle_event("before-update", "precursor")
    def evade(self, component):
        """Stops the program because a component that it builds on is about to change."""
        if self._evaded or self.deployment == "hot":
            return
        # Once is enough, even if it does not succeed.
        self._evaded = True
        from batou import output
        from batou.utils import CmdExecutionError

        output.annotate(f"    Stopping {self.name} before {component._breadcrumbs} changes.")
        try:
            self.ctl(f"stop {self.name}")
        except CmdExecutionError:
            pass

    def verify(self):
        if not self.supervisor.enable:
            return
        for dependency in self.dependencies:
            dependency.assert_no_changes()
        self.assert_no_subcomponent_changes()
        if bool(self.enable) != bool(self.is_running()):
            from batou import UpdateNeeded

            raise UpdateNeeded()

    def update(self):
        self.ctl("reread")
        self.ctl("update")
        if not self.enable:
            if self.is_running():
                self.ctl(f"stop {self.name}")
            return
        self.ctl(f"restart {self.name}")
        if not self.supervisor.wait_for_running:
            return
        import time

        left = self._startsecs
        while not self.is_running():
            if left <= 0:
                raise RuntimeError(f"Program {self.name!r} did not start up. What it says: {self._log_file()}")
            left -= 1
            time.sleep(1)

    def _log_file(self):
        return os.path.join(self.supervisor.logdir.path, f"{self.name}.log")

    def ctl(self, args, **kw):
        """Runs `supervisorctl` with these arguments and returns what it printed: (standard output, standard error)."""
        _forget_status(self.supervisor)
        return self.cmd(f"{self.supervisor.workdir}/bin/supervisorctl {args}", **kw)

    def is_running(self):
        """Whether the program is running now."""
        if self._talks_to_supervisord():
            running = self.supervisor._programs_running()
            if running is not None:
                return _batou_supervisor.is_among(self.name, running)
        output, _ = self.ctl(f"status {self.name}", ignore_returncode=True)
        return "RUNNING" in output

    def _talks_to_supervisord(self):
        # Replaced commands are there to be called.
        own = type(self)
        replaced = own.ctl is not _CTL or own.cmd is not Component.cmd or "ctl" in self.__dict__ or "cmd" in self.__dict__
        return not replaced and isinstance(self.supervisor, Supervisor)


_CTL = Program.ctl


def _forget_status(supervisor):
    # It may be one of somebody else.
    forget = getattr(supervisor, "_forget_status", None)
    if forget is not None:
        forget()


class Eventlistener(Program):
    """A program that supervisord tells about events."""

    # Names, or one text that is taken as it is.
    events = ("TICK_60",)
    args = None

    program_section = _supervisor_files.EVENTLISTENER

    def configure(self):
        if self.args is None:
            self.args = ""
        if not isinstance(self.events, str):
            self.events = ",".join(self.events)
            if self.command:
                supervisor = self.require_one("supervisor", host=self.host)
                # Most of them come along with supervisord.
                self.command = os.path.normpath(os.path.join(supervisor.workdir, self.command))
        super().configure()


class RunningHelper(Component):
    """What the components for running and for stopped supervisords have in common."""

    def is_running(self):
        """Whether supervisord is running."""
        if "cmd" not in self.__dict__ and type(self).cmd is Component.cmd:
            socket = getattr(self.parent, "socketpath", None)
            if socket and _batou_supervisor.server_pid(socket) is not None:
                return True
        from batou.utils import CmdExecutionError

        try:
            output, _ = self.cmd("bin/supervisorctl pid")
            int(output)
        except (CmdExecutionError, ValueError):
            return False
        return True


class RunningSupervisor(RunningHelper):
    """A supervisord that runs and has read its current configuration."""

    namevar = "service"

    action = None
    reload_timeout = 60

    def verify(self):
        _forget_status(self.parent)
        self.parent.assert_no_changes()
        self.assert_file_is_current(self.parent.pidfile, ["bin/supervisord", "etc/supervisord.conf"])
        if not self.is_running():
            from batou import UpdateNeeded

            raise UpdateNeeded()

    def update(self):
        import time

        if self.is_running():
            self.reload_supervisor()
        else:
            self.service.start()
        if self.parent.wait_for_running:
            time.sleep(self.parent.max_startup_delay)
        _forget_status(self.parent)

    def reload_supervisor(self):
        """Has supervisord read its configuration and waits until it answers again."""
        import time

        self.cmd("bin/supervisorctl reload")
        left = self.reload_timeout
        while left > 0:
            output, _ = self.cmd("bin/supervisorctl pid", ignore_returncode=True)
            if "SHUTDOWN_STATE" in output:
                # The programs may take as long as they need to end.
                time.sleep(0.1)
                continue
            try:
                int(output)
            except ValueError:
                time.sleep(1)
                left -= 1
            else:
                return
        raise RuntimeError(f"supervisor master process did not start within {self.reload_timeout} seconds")


class StoppedSupervisor(RunningHelper):
    """A supervisord that does not run."""

    def verify(self):
        if self.is_running():
            from batou import UpdateNeeded

            raise UpdateNeeded()

    def update(self):
        _forget_status(self.parent)
        self.cmd("bin/supervisorctl shutdown")


class Supervisor(Component):
    """A supervisord, installed by a buildout in the working directory."""

    address = Attribute(Address, ConfigString("localhost:9001"))
    buildout_version = Attribute(str, "3.0.1")
    setuptools_version = Attribute(str, "68.0.0")
    wheel_version = Attribute(str, "0.40.0")

    logrotate = Attribute("literal", False)
    nagios = Attribute("literal", False)
    enable = Attribute("literal", True)
    deployment_mode = Attribute(str, "hot")
    max_startup_delay = Attribute(int, 0)
    wait_for_running = Attribute("literal", True)
    pidfile = Attribute(str, ConfigString("supervisord.pid"), map=True)
    socketpath = Attribute(str, ConfigString("{{component.workdir}}/supervisor.sock"), map=True)

    # Paths of templates; None takes those of batou.
    buildout_cfg = None
    supervisor_conf = None

    program_config_dir = None
    logdir = None
    loglevel = "info"
    check_contact_groups = None

    _status = None

    def configure(self):
        self.provide("supervisor", self)
        self += Buildout(
            version=self.buildout_version,
            setuptools=self.setuptools_version,
            config=_file("buildout.cfg", self.buildout_cfg, _supervisor_files.BUILDOUT),
            python="3",
            wheel=self.wheel_version,
        )
        self.program_config_dir = Directory("etc/supervisor.d", leading=True)
        self += self.program_config_dir
        self += _file("etc/supervisord.conf", self.supervisor_conf, _supervisor_files.SUPERVISORD)
        self.logdir = Directory("var/log", leading=True)
        self += self.logdir
        if self.logrotate:
            from batou.lib.logrotate import RotatedLogfile

            self += RotatedLogfile("var/log/*.log", postrotate=f"kill -USR2 $({self.workdir}/bin/supervisorctl pid)")
        service = Service("bin/supervisord", pidfile=self.pidfile)
        self += service
        if self.enable:
            self += RunningSupervisor(service)
        else:
            self += StoppedSupervisor()
        self += File("check_supervisor", content=_supervisor_files.check(self.workdir), is_template=False, mode=0o755)
        if self.nagios:
            from batou.lib.nagios import ServiceCheck

            self += ServiceCheck(
                "Supervisor programs",
                nrpe=True,
                contact_groups=self.check_contact_groups,
                command=self.expand("{{component.workdir}}/check_supervisor"),
            )

    def _forget_status(self):
        self._status = None

    def _programs_running(self):
        """The programs that run as supervisord says, one answer for all that ask; None if it does not answer."""
        import time

        now = time.monotonic()
        status = self._status
        if status is None or now - status[0] > _STATUS_AGE:
            status = self._status = now, _batou_supervisor.running_programs(self.socketpath)
        return status[1]


def _file(path, template, text):
    return File(path, source=template) if template else File(path, content=text)


offer(
    globals(),
    {
        "CmdExecutionError": "batou.utils",
        "RotatedLogfile": "batou.lib.logrotate",
        "ServiceCheck": "batou.lib.nagios",
        "UpdateNeeded": "batou",
        "output": "batou",
        "time": None,
    },
)
