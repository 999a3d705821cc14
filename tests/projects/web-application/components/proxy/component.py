from batou.component import Attribute, Component, ConfigString
from batou.lib.file import Directory, File
from batou.utils import Address


class Varnish(Component):
    """Keeps what the application answered."""

    address = Attribute(Address, ConfigString("localhost:6081"))
    seconds = Attribute(int, 120)

    def configure(self):
        self.applications = sorted(self.require("application"), key=lambda address: (address.connect.host, int(address.connect.port)))
        self += File("default.vcl")
        self.provide("accelerator", self.address)


class Haproxy(Component):
    """Ends TLS and gives requests to the accelerator."""

    address = Attribute(Address, ConfigString("{{host.fqdn}}:443"))
    maxconn = Attribute(int, 2000)
    admins = Attribute("list", ConfigString(""))

    def configure(self):
        self.accelerator = self.require_one("accelerator", host=self.host)
        self.public_name = self.require_one("public-name")
        self.provide("entrance", self.address)
        self += Directory("conf.d")
        self += File("conf.d/10-global.cfg", source="global.cfg")
        self += File("conf.d/20-shop.cfg", source="shop.cfg")
        if self.admins:
            self += File("conf.d/admins.lst", content="\n".join(self.admins) + "\n")
