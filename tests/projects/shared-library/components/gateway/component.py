from batou.component import Component
from batou.lib.file import File
from house import Service


class Gateway(Service):
    """In front of all backends."""

    def configure(self):
        self.backends = sorted(self.require("house:backend"), key=lambda backend: backend.path)
        super().configure()
        self += Routes()


class Routes(Component):

    def configure(self):
        self += File("routes.conf")
