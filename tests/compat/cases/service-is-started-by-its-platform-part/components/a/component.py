from batou.component import Component, platform
from batou.lib.file import File
from batou.lib.service import Service


@platform("sample", Service)
class SampleService(Component):

    def configure(self):
        self += File("unit.conf", content="run {{component.parent.executable}} {{component.parent.pidfile}}\n",
                     template_context=self)

    def start(self):
        with open("started", "w") as started:
            started.write("by the platform: %s\n" % self.parent.executable)


class Daemon(Component):

    def configure(self):
        self += Service("daemon", pidfile="daemon.pid")
        self.service = self._

    def verify(self):
        self.assert_cmd("test -e started")

    def update(self):
        self.service.start()
