from batou.component import Component, platform
from batou.lib.file import File
from batou.lib.service import Service


class Starter(Component):
    """Starts what its parent describes, as a definition of its own kind would."""

    def verify(self):
        self.assert_cmd("test -e started")

    def update(self):
        self.parent.service.start()


class Idle(Component):

    def configure(self):
        self += File("run.sh", content="#!/bin/sh\ntouch never\n", mode=0o755)
        self += Service("./run.sh", pidfile="run.pid")


class Daemon(Component):

    def configure(self):
        self += File("run.sh", content="#!/bin/sh\necho {{host.name}} > started\n", mode=0o755)
        self += Service("./run.sh")
        self.service = self._
        self += Starter()
