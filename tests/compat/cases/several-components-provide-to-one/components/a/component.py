from batou.component import Component
from batou.lib.file import File
from batou.utils import Address


class Balancer(Component):

    def configure(self):
        self.backends = sorted(self.require("backend"), key=lambda backend: backend.name)
        self += File("balancer.cfg", content="""\
@@ for backend in component.backends
server {{backend.name}} {{backend.address.connect}}
@@ endfor
""")


class Backend(Component):

    def configure(self):
        self.name = "backend-" + self.host.name
        self.address = Address(self.host.fqdn, 8080)
        self.provide("backend", self)
