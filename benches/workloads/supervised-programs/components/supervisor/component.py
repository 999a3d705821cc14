import batou.lib.supervisor
from batou.component import Component
from batou.lib.file import Content, Directory, Symlink


class Installed(Component):
    """Takes the place of the buildout: the programs are installed already."""

    version = setuptools = python = wheel = config = None

    def configure(self):
        self += self.config
        self += Directory("bin")
        for name in ("supervisord", "supervisorctl"):
            self += Symlink("bin/" + name, source="@TOOLS@/" + name)


batou.lib.supervisor.Buildout = Installed


class Supervisor(batou.lib.supervisor.Supervisor):
    def configure(self):
        super().configure()
        for part in self.recursive_sub_components:
            # Each of the two programs words it differently.
            if isinstance(part, Content) and part.path.endswith("/check_supervisor"):
                part.content = b"#!/bin/sh\n"
