from batou.component import Attribute, Component
from batou.lib.buildout import Buildout
from batou.lib.file import File
from batou.lib.supervisor import Program
from batou.utils import Address


class Instance(Component):
    """One process that answers requests."""

    namevar = "number"

    def configure(self):
        self.address = Address(self.host.fqdn, self.parent.first_port + int(self.number))
        self.name = f"instance{self.number}"
        self.provide("http:backend", self)
        self += File(f"etc/{self.name}.conf", source="instance.conf", leading=True)
        self += Program(
            self.name,
            command="bin/instance",
            args=f"-C etc/{self.name}.conf console",
            priority=20,
            options={"startsecs": 1, "stopwaitsecs": 30, "environment": f'INSTANCE="{self.number}"'},
            dependencies=(self.parent.buildout, self),
        )


class Instances(Component):
    """The instances of this host, which share one software."""

    count = Attribute(int, 1)
    first_port = Attribute(int, 8080)
    zope_threads = Attribute(int, 2)

    def configure(self):
        self.storage = self.require_one("storage:address")
        self.buildout = Buildout(
            python="3",
            executable=f"{self.environment.base_dir}/stand-ins/python",
            version="3.0.1",
            setuptools="68.0.0",
            wheel="0.40.0",
            build_env={"MARK": "cms"},
        )
        self += self.buildout
        for number in range(1, self.count + 1):
            self += Instance(str(number))
