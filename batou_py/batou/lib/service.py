"""Services that keep running."""

import os

from batou.component import Attribute, Component


class ServiceError(Exception):
    """A service could not be looked at, started or stopped."""

    def __init__(self, message, hint=None, output=""):
        super().__init__(message)
        self.hint = hint
        self.output = output

    def __str__(self):
        lines = [self.args[0]]
        lines += [f"    {line}" for line in self.output.splitlines()]
        if self.hint:
            lines.append(self.hint)
        return "\n".join(lines)


class Service(Component):
    """A program that runs as a service.

    Platforms decide how: a platform component registered for this class with a method `start` takes part. Without one,
    `ensure` says what happens: None (nothing, until somebody calls `start`), `"running"` or `"stopped"` (batou starts the
    program itself, detached, and keeps its process id in `pidfile`). A running service is started anew when its command
    or a file of the components beside it changes.
    """

    namevar = "executable"
    pidfile = Attribute(str, None)
    ensure = Attribute(str, None)

    def configure(self):
        if self.ensure not in (None, "running", "stopped"):
            import batou

            raise batou.ConfigurationError.from_context(
                f"Service({self.executable!r}): ensure must be 'running', 'stopped' or None, not {self.ensure!r}.", self
            )

    def start(self):
        """Starts the service, through the platform component if that knows how."""
        start = getattr(self._platform_component, "start", None)
        if callable(start):
            start()
        else:
            self.cmd(self.executable)

    def _is_managed_here(self):
        return self.ensure is not None and not callable(getattr(self._platform_component, "start", None))

    def _description(self):
        pidfile = self.pidfile or os.path.basename(str(self.executable).split()[0]) + ".pid"
        return (
            self._breadcrumbs,
            self._command(),
            self.workdir,
            self.map(pidfile),
            self._watched(),
        )

    def _command(self):
        # A file of the working directory is meant as it is, not looked up among the system's programs.
        executable = str(self.executable)
        program, blank, arguments = executable.partition(" ")
        if "/" not in program and os.path.isfile(os.path.join(self.workdir, program)):
            program = "./" + program
        return program + blank + arguments

    def _watched(self):
        from batou.lib.file import File, ManagedContentBase

        parent = self.parent
        if not isinstance(parent, Component):
            return []
        paths = [
            component.path
            for component in parent.recursive_sub_components
            if isinstance(component, (File, ManagedContentBase)) and os.path.isfile(component.path)
        ]
        return sorted(dict.fromkeys(paths))

    def verify(self):
        if not self._is_managed_here():
            return
        import _batou_services
        from batou import UpdateNeeded, output

        state, reason = _batou_services.state(*self._description())
        if state == "outdated" and self.ensure == "running":
            output.annotate(f"  {reason}")
        wanted = "stopped" if self.ensure == "stopped" else "running"
        if state != wanted:
            raise UpdateNeeded()

    def update(self):
        import _batou_services

        if self.ensure == "stopped":
            _batou_services.stop(*self._description())
        else:
            _batou_services.restart(*self._description())
