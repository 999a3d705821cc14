import batou.lib.supervisor
from batou.component import Attribute, Component
from batou.lib.file import Content, File


class Prepared(Component):
    """In the place of the buildout that would install supervisor."""

    version = setuptools = python = wheel = config = None

    def configure(self):
        self += self.config
        for name in ("supervisorctl", "supervisord"):
            self += File(
                "bin/" + name,
                source=f"{self.environment.base_dir}/stand-ins/{name}",
                is_template=False,
                mode=0o755,
                leading=True,
            )


batou.lib.supervisor.Buildout = Prepared


class Supervisor(batou.lib.supervisor.Supervisor):

    loglevel = Attribute(str, "info")

    def configure(self):
        super().configure()
        for part in self.recursive_sub_components:
            # The check is each deployment tool's own text.
            if isinstance(part, Content) and part.path.endswith("/check_supervisor"):
                part.content = b"#!/bin/sh\n"
