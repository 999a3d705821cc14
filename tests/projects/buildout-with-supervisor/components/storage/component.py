from batou.component import Attribute, Component, ConfigString
from batou.lib.buildout import Buildout
from batou.lib.file import Directory, File
from batou.lib.supervisor import Eventlistener, Program
from batou.utils import Address


class Storage(Component):
    """The object database. Nothing may write while its software changes, so it is stopped before."""

    address = Attribute(Address, ConfigString("localhost:8100"))
    memory_limit = Attribute(str, "")

    def configure(self):
        self.provide("storage:address", self.address)
        self += Directory("data")
        self += Buildout(
            python="3",
            executable=f"{self.environment.base_dir}/stand-ins/python",
            version="3.0.1",
            setuptools="68.0.0",
            additional_config=[File("zeo.conf")],
        )
        self += Program("zeo", command="bin/runzeo", args="-C zeo.conf", priority=1, deployment="cold", options={"startsecs": 1})
        if self.memory_limit:
            self += Eventlistener(
                "zeo-memory", command="bin/memmon", args=f"-p zeo={self.memory_limit}", options={"startsecs": 1}
            )
