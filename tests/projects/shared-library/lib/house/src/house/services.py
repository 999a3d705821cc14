from batou.component import Attribute, Component, ConfigString
from batou.lib.file import Directory, File
from batou.utils import Address

from house.resources import template


class Logs(Component):
    """Where a service writes to, and how long that is kept."""

    namevar = "directory"
    days = 7

    def configure(self):
        self += Directory(self.directory)
        self += File("rotate.conf", content=template("rotate.conf"))


class Service(Component):
    """A service of the house: an address, a configuration, a start script and logs."""

    address = Attribute(Address, ConfigString("{{host.fqdn}}:8000"))
    memory = Attribute(int, 256)
    keep_days = Attribute(int, 7)
    debug = Attribute("literal", False)

    #: What the service is called; the component's name if it is not set.
    service = None
    settings = ()

    def configure(self):
        self.service = self.service or self.root.name
        self += Logs("log", days=self.keep_days)
        self += File("service.ini", content=template("service.ini"))
        self += File("start", content=template("start.sh"), mode=0o755)


class Backend(Service):
    """A service that is reached through the gateway."""

    path = Attribute(str, ConfigString("/{{component.root.name}}"))

    def configure(self):
        super().configure()
        self.provide("house:backend", self)
