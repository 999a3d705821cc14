import batou.lib.supervisor
from batou.component import Component
from batou.lib.file import Content, File


class Prepared(Component):
    """Takes the place of the buildout, which would need the network."""

    version = setuptools = python = wheel = config = None

    def configure(self):
        self += self.config
        for name in ("supervisorctl", "supervisord"):
            self += File("bin/" + name, source=name, is_template=False, mode=0o755, leading=True)


batou.lib.supervisor.Buildout = Prepared


class Supervisor(batou.lib.supervisor.Supervisor):
    def configure(self):
        super().configure()
        for part in self.recursive_sub_components:
            # The text of this script is each program's own.
            if isinstance(part, Content) and part.path.endswith("/check_supervisor"):
                part.content = b"#!/bin/sh\n"
