from batou.component import Attribute, Component, ConfigString
from batou.lib.file import File
from batou.lib.supervisor import Program
from batou.utils import Address


class Balancer(Component):

    address = Attribute(Address, ConfigString("localhost:8000"))
    supervised = Attribute("literal", True)

    def configure(self):
        self.backends = sorted(self.require("http:backend", host=self.host), key=lambda backend: backend.name)
        self += File("haproxy.cfg")
        if self.supervised:
            self += Program("balancer", command="/usr/sbin/haproxy", args="-f haproxy.cfg", command_absolute=False, options={"startsecs": 1})
