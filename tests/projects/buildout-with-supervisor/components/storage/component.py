from batou.component import Attribute, Component, ConfigString
from batou.lib.buildout import Buildout
from batou.lib.file import Directory, File
from batou.lib.supervisor import Eventlistener, Program
from batou.utils import Address


class Storage(Component):
    """The object database. Nothing may write while its software changes, so it is stopped before."""

    address = Attribute(Address, ConfigString("localhost:8100"))

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
        self += Eventlistener("zeo-memory", command="bin/memmon", args="-p zeo=1GB", options={"startsecs": 1})
